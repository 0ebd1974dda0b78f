from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"

    def ready(self) -> None:
        # They need the models, which are there only now.
        from accounts import factors, ledger  # noqa: PLC0415
        from exercises import home  # noqa: PLC0415
        from innerchild import shell  # noqa: PLC0415
        from journal import copies, export  # noqa: PLC0415
        from sharing import export as own  # noqa: PLC0415
        from sharing import happened, letting_go, practices, readers, suggested  # noqa: PLC0415

        shell.READERS.append(readers.names)
        factors.ONWARD.append(practices.onward)
        home.CARDS.extend([practices.card, suggested.card])
        ledger.WORDS.update(happened.WORDS)
        export.SECTIONS.extend(own.SECTIONS)
        copies.HOLDERS.append(letting_go.HOLDER)
