"""Take in a pledge that was signed elsewhere, with its own document."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.decided import Decision
from pledges.decisions.taking_in import SignedElsewhere, take_in
from pledges.documents.pledge_html import municipalities_in_words
from pledges.management.file_argument import read_file
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from


class Command(BaseCommand):
    """Puts a draft in force as the pledge that a document is.

    Its days of signing are the document's.
    """

    help = "Ta in ett löfte som är undertecknat utanför portalen, med sitt eget dokument (PDF)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge, the file, the days and who vouches for it."""
        add_pledge_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--signed-on",
            type=date.fromisoformat,
            nargs="+",
            required=True,
            metavar="ÅÅÅÅ-MM-DD",
            help="en dag för alla, eller en för var och en i undertecknarnas ordning",
        )
        parser.add_argument("--vouched-for", help="parten som intygar dokumentet; annars kommunen")
        parser.add_argument("--decided-on", type=date.fromisoformat, metavar="ÅÅÅÅ-MM-DD")
        parser.add_argument("--decided-by", default="")
        parser.add_argument("--paragraph", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it in, or end with a sentence that says why not."""
        pledge = pledge_from(options)
        most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        content = read_file(options["file"], most)
        if len(content) > most:
            raise CommandError(_("Filen är för stor."))
        signatories = list(pledge.signatories.all())
        days: list[date] = options["signed_on"]
        if len(days) == 1:
            days = days * len(signatories)
        if len(days) != len(signatories):
            raise CommandError(_("Skriv en dag för alla, eller en för varje undertecknare."))
        by_signatory = {signatory.pk: day for signatory, day in zip(signatories, days, strict=True)}
        decision = Decision(
            options["decided_on"] or pledge.decided_on,
            options["decided_by"] or pledge.decided_by,
            options["paragraph"] or pledge.decision_paragraph,
        )
        try:
            take_in(
                pledge,
                SignedElsewhere(content, by_signatory, decision),
                version=None,
                vouched_for=options["vouched_for"]
                or municipalities_in_words(pledge)
                or _("Polisen, %(area)s") % {"area": pledge.police_area},
                by=None,
                at=timezone.now(),
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(_("%(title)s är intaget.") % {"title": pledge.title}))
