"""Call an adopted pledge back before all have signed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.decisions.calling_back import call_back
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from


class Command(BaseCommand):
    """Opens the text of an adopted, perhaps partly signed pledge again.

    What was signed is kept as void.
    """

    help = "Kalla tillbaka ett antaget löfte som inte alla har undertecknat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge and the reason."""
        add_pledge_arguments(parser)
        parser.add_argument("--reason", required=True, help="visas för alla när löftet gäller")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call back, or end with a sentence that says why not."""
        pledge = pledge_from(options)
        try:
            call_back(pledge, reason=options["reason"], by=None, at=timezone.now())
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(_("%(title)s är tillbaka som utkast.") % {"title": pledge.title})
        )
