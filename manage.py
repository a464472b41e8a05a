#!/usr/bin/env python
"""The portal's command line: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line.

    What an operator can mend is told in one line; `--traceback` tells where it arose as well.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pledge_portal.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError, ProgrammingError, connection

        from pledge_portal.database.acting import as_command
        from pledge_portal.database.schema_check import why_out_of_date
    except ImportError:
        sys.exit("Django saknas i den här Python. Skriv make run, eller kör .venv/bin/python.")
    try:
        with as_command(sys.argv[1] if len(sys.argv) > 1 else "help"):
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except (ImproperlyConfigured, OperationalError) as fault:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(fault).strip().splitlines()[0] if str(fault).strip() else repr(fault))
    except ProgrammingError:
        # A table or a column is missing: not a fault of the program, if the database is older.
        if "--traceback" in sys.argv or not (sentence := why_out_of_date(connection)):
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    main()
