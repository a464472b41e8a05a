"""Adopt a pledge: lock its text and make the document to be signed."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.decided import Decision
from pledges.documents.store import adopt_with_document
from pledges.lifecycle import take_back_adoption
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from
from pledges.models import Pledge


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
        parser.add_argument("--decided-on", type=date.fromisoformat, metavar="ÅÅÅÅ-MM-DD")
        parser.add_argument("--decided-by", default="", help="till exempel Kommunstyrelsen")
        parser.add_argument("--paragraph", default="", help="paragraf i protokollet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Adopt or take back; a rule that forbids it ends with its sentence."""
        pledge = pledge_from(options)
        try:
            if options["take_back"]:
                take_back_adoption(pledge)
                done = _("Antagandet är taget tillbaka: %(title)s")
            else:
                adopt_with_document(pledge, timezone.now(), _decision(options, pledge))
                done = _("Antaget, klart att undertecknas: %(title)s")
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(done % {"title": pledge.title}))


def _decision(options: dict[str, Any], pledge: Pledge) -> Decision:
    """Return what the arguments say of the decision, else what is known of it."""
    return Decision(
        options["decided_on"] or pledge.decided_on,
        options["decided_by"] or pledge.decided_by,
        options["paragraph"] or pledge.decision_paragraph,
    )
