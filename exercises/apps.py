from importlib import import_module

from django.apps import AppConfig


class ExercisesConfig(AppConfig):
    name = "exercises"

    def ready(self) -> None:
        from exercises import export as own  # noqa: PLC0415 - it needs the models, which are there only now
        from journal import export  # noqa: PLC0415

        import_module("exercises.checks")  # registers; it needs the models, so it cannot stand at the top
        export.SECTIONS.extend(own.SECTIONS)
