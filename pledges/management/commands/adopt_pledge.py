"""Adopt a pledge: lock its text and make the document to be signed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.documents.store import adopt_with_document
from pledges.lifecycle import take_back_adoption
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from


class Command(BaseCommand):
    """Adopts, or with --take-back opens the text again.

    As long as nobody has signed.
    """

    help = "Anta ett löfte: lås texten och gör dokumentet som ska undertecknas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge."""
        add_pledge_arguments(parser)
        parser.add_argument(
            "--take-back", action="store_true", help="Öppna texten igen, om ingen undertecknat."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Adopt or take back; a rule that forbids it ends with its sentence."""
        pledge = pledge_from(options)
        try:
            if options["take_back"]:
                take_back_adoption(pledge)
                done = _("Antagandet är taget tillbaka: %(title)s")
            else:
                adopt_with_document(pledge, timezone.now())
                done = _("Antaget, klart att undertecknas: %(title)s")
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(done % {"title": pledge.title}))
