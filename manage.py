#!/usr/bin/env python
"""Django's command line, with the clinic's settings; its options are read once for a whole command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.core.management import execute_from_command_line

    from core.options import remembered_values

    with remembered_values():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
