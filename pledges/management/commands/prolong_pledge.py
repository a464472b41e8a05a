"""Prolong a signed pledge by a decision."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.decided import Decision
from pledges.decisions.prolonging import prolong
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from


def _new_number(text: str) -> tuple[int, Decimal]:
    """Return a commitment's number and its new amount, from "2=8"."""
    number, _sign, amount = text.partition("=")
    try:
        return int(number), Decimal(amount)
    except (ValueError, ArithmeticError) as error:
        raise ArgumentTypeError(_("Skriv åtagandets nummer och det nya antalet: 2=8")) from error


class Command(BaseCommand):
    """Lets a pledge hold to a later day than its text says."""

    help = "Förläng ett undertecknat löfte efter ett beslut. Det kan inte ångras."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge, the new last day and the decision."""
        add_pledge_arguments(parser)
        day: dict[str, Any] = {
            "type": date.fromisoformat,
            "metavar": "ÅÅÅÅ-MM-DD",
            "required": True,
        }
        parser.add_argument("--to", help="ny sista dag", **day)
        parser.add_argument("--decided-on", help="beslutsdag", **day)
        parser.add_argument("--decided-by", required=True, help="till exempel Kommunstyrelsen")
        parser.add_argument("--paragraph", default="", help="paragraf i protokollet")
        parser.add_argument(
            "--number",
            action="append",
            default=[],
            type=_new_number,
            metavar="ÅTAGANDE=ANTAL",
            help="nytt antal för ett åtagande med ett antal för hela löftet; går att ge flera",
        )
        parser.add_argument("--reason", required=True, help="visas för alla")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prolong, or end with a sentence that says why not."""
        pledge = pledge_from(options)
        decision = Decision(options["decided_on"], options["decided_by"], options["paragraph"])
        try:
            prolong(
                pledge,
                valid_to=options["to"],
                decision=decision,
                reason=options["reason"],
                numbers=dict(options["number"]),
                by=None,
                at=timezone.now(),
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(_("%(title)s är förlängt.") % {"title": pledge.title}))
