"""The one person whose text the schedules are about."""

from tests.journal.conftest import ada

__all__ = ["ada"]
