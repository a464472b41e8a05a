"""Take a lost second factor away where there is no second person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts import factor_resets
from pledge_portal.accounts.models import User
from pledge_portal.database.acting import as_owner, system_account
from pledge_portal.database.rights import NOT_THE_OWNER, owns_the_tables
from pledge_portal.pages.refusals import Refused


class Command(BaseCommand):
    """Takes a person's second factors away, as the owner of the database.

    For the only operator. Who did it and why is kept, and the person is written to.
    """

    help = "Ta bort ett tappat andra steg när ingen annan person kan bekräfta det."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the person and how one knows that it is they."""
        parser.add_argument("email", help="personens e-postadress")
        parser.add_argument(
            "--identified-by", required=True, help="hur du vet att det är personen; sparas"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take them away, or end with a sentence that says why not."""
        identified_by = " ".join(options["identified_by"].split())[:500]
        if not identified_by:
            raise CommandError(_("Skriv hur du vet att det är personen."))
        with as_owner():
            with connection.cursor() as cursor:
                if not owns_the_tables(cursor):
                    raise CommandError(NOT_THE_OWNER)
            person = User.objects.filter(email__iexact=options["email"]).first()
            if person is None:
                raise CommandError(
                    _("Det finns inget konto för %(email)s.") % {"email": options["email"]}
                )
            try:
                factor_resets.remove(person, identified_by, system_account(), timezone.now())
            except Refused as refused:
                raise CommandError(str(refused)) from refused
        self.stdout.write(
            self.style.SUCCESS(
                _("%(person)s har inget andra steg längre, och har fått ett mejl.")
                % {"person": person}
            )
        )
