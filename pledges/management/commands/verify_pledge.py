"""Tell whether a PDF is a pledge as it was signed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.documents.authenticity import verify
from pledges.documents.presentation import standing_today
from pledges.documents.trusted_authorities import trust_roots
from pledges.management.file_argument import read_file

MAX_BYTES = 200 * 1024 * 1024


class Command(BaseCommand):
    """Prints what the verify page says.

    The exit code is 0 only for a genuine pledge.
    """

    help = "Pröva om en PDF är ett äkta medborgarlöfte. Slutar med kod 1 om den inte är det."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and print."""
        content = read_file(options["file"], MAX_BYTES)
        if len(content) > MAX_BYTES:
            raise CommandError(_("Filen är för stor för att prövas."))
        verification = verify(content, trust_roots())
        today = standing_today(verification, timezone.localdate())
        context = {"verification": verification, "today": today}
        text = render_to_string("pledges/verify.txt", context)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        self.stdout.write("\n".join(lines))
        if not verification.is_genuine:
            raise SystemExit(1)
