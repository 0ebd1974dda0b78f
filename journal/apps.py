from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "journal"

    def ready(self) -> None:
        # They need the models, which are there only now.
        from accounts import ledger  # noqa: PLC0415
        from journal import export, happened  # noqa: PLC0415
        from journal.export import own  # noqa: PLC0415

        export.SECTIONS.extend(own.OWN)
        ledger.WORDS.update(happened.WORDS)
