"""Make signed documents last, and renew their timestamps in time."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.documents.renewal import NotMadeToLast, renew, to_renew


class Command(BaseCommand):
    """Adds what is missing today; run again it adds nothing twice.

    Meant to be run every day.
    """

    help = (
        "Gör undertecknade dokument hållbara (PAdES B-LTA) och förnya tidsstämplar innan de blir "
        "för gamla. Slutar med kod 1 om något dokument inte gick att förnya, och säger vilket."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether only to tell what would be done."""
        parser.add_argument(
            "--dry-run", action="store_true", help="räkna upp dokumenten utan att ändra något"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all that is due, whatever becomes of each."""
        due = list(to_renew(timezone.now()))
        if not due:
            self.stdout.write(_("Inget dokument behöver förnyas."))
            return
        if not options["dry_run"] and not settings.TIMESTAMP_URL:
            raise CommandError(_("Ingen tidsstämplingstjänst är inställd (TIMESTAMP_URL)."))
        failed = []
        for number, document in enumerate(due, start=1):
            name = f"{number}/{len(due)} {document.pledge} ({document.pledge.uid})"
            if options["dry_run"]:
                self.stdout.write(name)
                continue
            try:
                renew(document)
            except NotMadeToLast as error:
                failed.append(name)
                self.stderr.write(f"{name}: {error}")
            else:
                self.stdout.write(_("%(name)s: klart") % {"name": name})
        if failed:
            raise CommandError(
                _("%(failed)s av %(all)s dokument gick inte att förnya.")
                % {"failed": len(failed), "all": len(due)}
            )
