from django.apps import AppConfig

from innerchild import checks, help  # noqa: A004, F401  importing registers their checks


class InnerchildConfig(AppConfig):
    name = "innerchild"
