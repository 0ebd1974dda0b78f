from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "journal"

    def ready(self) -> None:
        from journal import export  # noqa: PLC0415 - it needs the models, which are there only now
        from journal.export import own  # noqa: PLC0415

        export.SECTIONS.extend(own.OWN)
