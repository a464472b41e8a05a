"""Read a pledge file into the portal as a draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pledges.annexes.rules import ANNEX_BYTES, AnnexNotTaken
from pledges.documents.sandbox import check_document_in_sandbox
from pledges.exchange.faults import Fault, PledgeFileError
from pledges.exchange.importing import Annexed, Outcome, commitment_of, import_pledge
from pledges.exchange.pledge_file import MAX_BYTES, PledgeFile, read
from pledges.exchange.police_areas import with_known_areas
from pledges.exchange.uploads import too_large
from pledges.management.file_argument import read_file
from pledges.presentation.target_preview import plain_lines, target_previews
from pledges.progress.imagined import PledgeTime


def _annexed(path: Path) -> Annexed:
    """Return an annex that was examined.

    Raises PledgeFileError when it can't be one.
    """
    content = read_file(path, ANNEX_BYTES)
    if len(content) > ANNEX_BYTES:
        raise PledgeFileError([Fault(str(path), too_large(ANNEX_BYTES))])
    result = check_document_in_sandbox(content)
    if result.problem is not None:
        raise PledgeFileError([Fault(str(path), str(AnnexNotTaken(result.problem)))])
    return Annexed(content, result.pages)


class Command(BaseCommand):
    """Imports a pledge file whole or not at all.

    A faulty file is refused with every fault named.
    """

    help = "Läs in ett medborgarlöfte från en löftesfil (TOML, se docs/pledge-file.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and whether to replace a draft."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help="Ersätt ett utkast som redan finns."
        )
        parser.add_argument(
            "--preview",
            action="store_true",
            help="Visa bara vad allmänheten kommer att få läsa om varje mål. Inget skrivs.",
        )
        parser.add_argument(
            "--annex",
            type=Path,
            action="append",
            default=[],
            metavar="PDF",
            help="En bilaga som löftesfilen nämner. Kan anges flera gånger.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or end with exit code 1 and a line for each fault."""
        file: Path = options["file"]
        content = read_file(file, MAX_BYTES)
        try:
            pledge_file = read(content)
            self._tell_what_the_public_reads(pledge_file)
            self._tell_of_near_areas(pledge_file)
            if options["preview"]:
                return
            pledge, outcome = import_pledge(
                pledge_file,
                replace=options["replace"],
                annexes=[_annexed(path) for path in options["annex"]],
            )
        except PledgeFileError as error:
            lines = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(
                _("Filen %(file)s läses inte in. Inget är ändrat.") % {"file": file} + "\n" + lines
            ) from error
        done = {
            Outcome.NEW: _("Inläst som utkast: %(title)s (%(period)s)"),
            Outcome.REPLACED: _("Utkastet är ersatt: %(title)s (%(period)s)"),
            Outcome.UNCHANGED: _("Redan inläst, inget att ändra: %(title)s (%(period)s)"),
        }[outcome]
        self.stdout.write(
            self.style.SUCCESS(done % {"title": pledge.title, "period": pledge.period})
        )

    def _tell_of_near_areas(self, pledge_file: PledgeFile) -> None:
        """Print which police areas are known by another name than the file's."""
        known = with_known_areas(pledge_file).police_areas
        for part, own in zip(pledge_file.police_areas, known, strict=True):
            if part.name != own.name:
                self.stdout.write(
                    _("Filen skriver ”%(written)s”. Löftet läses in för lokalpolisområde %(name)s.")
                    % {"written": part.name, "name": own.name}
                )

    def _tell_what_the_public_reads(self, pledge_file: PledgeFile) -> None:
        """Print the sentences of every target, in each language."""
        pledge = pledge_file.pledge
        time = PledgeTime(pledge.valid_from, pledge.valid_to, pledge.until_replaced)
        for part in pledge_file.commitments:
            self.stdout.write(f"{part.number}. {part.text}")
            for preview in target_previews(commitment_of(part), time):
                for line in plain_lines(preview):
                    self.stdout.write(f"   {line}")
