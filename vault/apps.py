from importlib import import_module

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "vault"

    def ready(self) -> None:
        import_module("vault.checks")  # registers; it needs the models, so it cannot stand at the top
