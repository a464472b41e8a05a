"""Read statistics into the portal from their sources' files."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.text import day
from pledges.models import StatisticsImport
from pledges.statistics.importing import LargeChanges, Report, import_file, preview_file
from pledges.statistics.presentation import change_lines
from pledges.statistics.source_rows import StatisticsFileError
from pledges.statistics.staging import LARGE_CHANGE_TEXT

_SECONDS_BETWEEN_LINES = 1.0
_MAX_FAULTS = 10_000


class Command(BaseCommand):
    """Reads each file whole or not at all.

    The next is read whatever became of the one before. Ends with exit code 1 when any was refused.
    """

    help = "Läs in statistik från Brå, Kolada eller portalens egen CSV (docs/statistics-files.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files, and whether to look only."""
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
        parser.add_argument(
            "--look", action="store_true", help="Visa vad som skulle läsas in, och ändra inget."
        )
        parser.add_argument(
            "--accept-large-changes",
            action="store_true",
            help=f"Läs in även om siffror ändras {LARGE_CHANGE_TEXT} (se dem först med --look).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read each file in turn, and tell of it."""
        self._told_at = time.monotonic()
        refused = 0
        for file in options["files"]:
            refused += not self._read(
                file, only_look=options["look"], accepts_large=options["accept_large_changes"]
            )
        if refused:
            raise CommandError(_("%(n)s filer lästes inte in.") % {"n": refused})

    def _read(self, file: Path, *, only_look: bool, accepts_large: bool) -> bool:
        read = preview_file if only_look else partial(import_file, accepts_large=accepts_large)
        try:
            with file.open("rb") as stream:
                report = read(
                    stream,
                    file.name,
                    by=None,
                    at=timezone.now(),
                    progress=self._tell_progress,
                    most_faults=_MAX_FAULTS,
                )
        except OSError as error:
            self.stderr.write(
                _("Filen %(file)s går inte att läsa: %(reason)s")
                % {"file": file, "reason": error.strerror}
            )
            return False
        except LargeChanges as refused:
            self.stderr.write(f"{file.name}: {refused}")
            self.stderr.write(_("Se dem med --look. Läs in dem med --accept-large-changes."))
            return False
        except StatisticsFileError as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            if refused.total > len(refused.faults):
                left = refused.total - len(refused.faults)
                self.stderr.write(_("... och %(n)s fel till.") % {"n": left})
            return False
        self._tell(report, only_look=only_look)
        return True

    def _tell_progress(self, stage: str, rows: int) -> None:
        now = time.monotonic()
        if now - self._told_at < _SECONDS_BETWEEN_LINES:
            return
        self._told_at = now
        words = {
            "read": _("  %(n)s siffror lästa ..."),
            "compare": _("  jämför %(n)s siffror med dem som finns ..."),
            "stored": _("  %(n)s siffror behandlade ..."),
        }[stage]
        self.stdout.write(words % {"n": rows})
        self.stdout.flush()

    def _tell(self, report: Report, *, only_look: bool) -> None:
        counts = {
            "file": report.file_name,
            "format": StatisticsImport.Format(report.format).label,
            "added": report.added,
            "revised": report.revised,
            "unchanged": report.unchanged,
        }
        self.stdout.write(
            self.style.SUCCESS(
                _(
                    "%(file)s (%(format)s): %(added)s nya, %(revised)s ändrade,"
                    " %(unchanged)s oförändrade."
                )
                % counts
            )
        )
        if report.same_as is not None:
            imported = day(timezone.localdate(report.same_as.imported_at))
            self.stdout.write(_("  Samma fil importerades den %(day)s.") % {"day": imported})
        if report.areas and report.first and report.last:
            first, last = day(report.first), day(report.last)
            self.stdout.write(
                _("  %(n)s områden, %(first)s till %(last)s.")
                % {"n": report.number_of_areas, "first": first, "last": last}
            )
        if report.new:
            names = ", ".join(report.new)
            self.stdout.write(_("  Nya indikatorer: %(names)s.") % {"names": names})
        if report.renamed:
            names = ", ".join(report.renamed)
            self.stdout.write(_("  Får sina namn: %(names)s.") % {"names": names})
        for remark in report.remarks:
            self.stdout.write(f"  {remark}")
        for reason, number in report.ignored:
            self.stdout.write(
                _("  Läses inte: %(reason)s (%(n)s).") % {"reason": reason, "n": number}
            )
        if report.missing_in_file:
            self.stdout.write(
                _("  %(n)s siffror saknas i filen och står kvar.") % {"n": report.missing_in_file}
            )
        if only_look:
            for line in change_lines(report.changes):
                sign = "!" if line.is_large else " "
                self.stdout.write(
                    f"  {sign} {line.indicator}, {line.area}, {line.period}:"
                    f" {line.before} -> {line.after}"
                )
            self.stdout.write(_("  Inget är ändrat."))
