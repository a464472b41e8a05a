"""Annul a signed pledge."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.lifecycle import annul
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from


class Command(BaseCommand):
    """Ends a pledge on a day, for a reason that everyone can read.

    It stays readable.
    """

    help = "Upphäv ett undertecknat löfte. Det kan inte ångras."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge, the day and the reason."""
        add_pledge_arguments(parser)
        parser.add_argument("--reason", required=True, help="visas för alla")
        parser.add_argument(
            "--from-day", type=date.fromisoformat, metavar="ÅÅÅÅ-MM-DD", help="annars i dag"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Annul, or end with a sentence that says why not."""
        pledge = pledge_from(options)
        try:
            today = timezone.localdate()
            annul(pledge, options["from_day"] or today, options["reason"], on=today)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(_("%(title)s är upphävt.") % {"title": pledge.title}))
