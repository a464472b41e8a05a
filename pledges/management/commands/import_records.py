"""Restore a pledge from its archive package."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pledges.records.faults import PackageError
from pledges.records.restoring import Report, restore


class Command(BaseCommand):
    """Restores an archive package whole or not at all.

    A faulty package is refused with the file and the reason.
    """

    help = "Återställ ett löfte ur ett arkivpaket (docs/archive-package.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="ZIP-filen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, with progress on standard error."""
        file: Path = options["file"]
        try:
            with file.open("rb") as stream:
                report = restore(stream, self._tell)
        except OSError as error:
            raise CommandError(
                _("Filen %(file)s går inte att läsa: %(reason)s")
                % {"file": file, "reason": error.strerror}
            ) from error
        except PackageError as error:
            raise CommandError(
                _("Filen %(file)s läses inte in. Inget är ändrat.") % {"file": file}
                + f"\n  {error}"
            ) from error
        self._say(report)

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")
        self.stderr.flush()

    def _say(self, report: Report) -> None:
        self.stdout.write(
            self.style.SUCCESS(
                _("Återställt: %(title)s (%(period)s)")
                % {"title": report.pledge.title, "period": report.pledge.period}
            )
        )
        self.stdout.write(
            _(
                "%(files)s filer prövade, %(rows)s rader och %(events)s ändringar återställda och "
                "jämförda med paketet: lika."
            )
            % {"files": report.files, "rows": report.rows, "events": report.events}
        )
        for name, number in report.made.items():
            if number:
                self.stdout.write(
                    _("Fanns inte i portalen och lades in: %(n)s %(what)s.")
                    % {"n": number, "what": name}
                )
        if report.made.get("personer"):
            self.stdout.write(_("Personerna har fått konton som ingen kan logga in med."))
        for difference in report.differing:
            self.stdout.write(
                _("Fanns redan, annorlunda än i paketet, och är som förut: %(what)s")
                % {"what": difference}
            )
