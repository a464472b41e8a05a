"""Write a pledge with all that belongs to it as an archive package."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.management.pledge_argument import add_pledge_arguments, pledge_from
from pledges.records.exporting import ExportError, export


class Command(BaseCommand):
    """Writes an archive package.

    Beside its name first, so that no half-written file bears it.
    """

    help = "Gör ett arkivpaket av ett löfte (docs/archive-package.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge, the file, and whether only what is public goes along."""
        add_pledge_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE", help="ZIP-filen som skrivs")
        parser.add_argument(
            "--public", action="store_true", help="bara det som är offentligt; annars allt"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, with progress on standard error."""
        file: Path = options["file"]
        unfinished = file.with_name(f".{file.name}.ofullstandig")
        try:
            with unfinished.open("wb") as stream:
                unfinished.chmod(0o600)
                export(
                    pledge_from(options),
                    stream,
                    at=timezone.now(),
                    only_public=options["public"],
                    progress=self._tell,
                )
            unfinished.replace(file)
        except (ExportError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise CommandError(
                _("Filen %(file)s går inte att skriva: %(reason)s")
                % {"file": file, "reason": reason}
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(self.style.SUCCESS(_("Skriven: %(file)s") % {"file": file}))

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")
        self.stderr.flush()
