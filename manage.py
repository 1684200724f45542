#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    # Tests bring their own secrets, so that `manage.py test` works before there is a .env.
    testing = sys.argv[1:2] == ["test"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings" if testing else "flowpilot.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
