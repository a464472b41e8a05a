"""Write a pledge as a pledge file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pledges.exchange.exporting import export_pledge
from pledges.exchange.faults import PledgeFileError
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from


class Command(BaseCommand):
    """Writes to the file given, or to standard output."""

    help = "Skriv ett medborgarlöfte som löftesfil (TOML)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge and the file."""
        add_pledge_arguments(parser)
        parser.add_argument("--output", type=Path, metavar="FILE", help="annars skrivs den ut")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export the pledge."""
        try:
            content = export_pledge(pledge_from(options))
        except PledgeFileError as error:
            raise CommandError(
                _("Löftet går inte att skriva som löftesfil:") + f"\n{error}"
            ) from error
        output: Path | None = options["output"]
        if output is None:
            sys.stdout.buffer.write(content)
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("Filen %(file)s går inte att skriva: %(reason)s")
                % {"file": output, "reason": error.strerror}
            ) from error
        self.stdout.write(self.style.SUCCESS(_("Skriven: %(file)s") % {"file": output}))
