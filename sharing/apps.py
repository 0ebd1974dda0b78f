from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"

    def ready(self) -> None:
        # They need the models, which are there only now.
        from journal import copies  # noqa: PLC0415
        from sharing import letting_go  # noqa: PLC0415

        copies.HOLDERS.append(letting_go.HOLDER)
