from importlib import import_module

from django.apps import AppConfig


class ExercisesConfig(AppConfig):
    name = "exercises"

    def ready(self) -> None:
        import_module("exercises.checks")  # registers; it needs the models, so it cannot stand at the top
