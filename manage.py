#!/usr/bin/env python
"""Run one of Innerchild's commands: `python manage.py up` serves the whole app."""

import os
import sys

from django.core.management import execute_from_command_line

from innerchild import datafolder
from innerchild.processes import CannotStart


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innerchild.settings")
    try:
        with datafolder.opened_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except CannotStart as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
