"""Tell what is held of one person, or erase it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.retention.data_subject import erase, export, find_held
from pledge_portal.database.acting import as_command


class Command(BaseCommand):
    """Prints JSON; with --erase it asks first, unless --yes is given."""

    help = "Visa eller radera det som finns om en person, efter e-postadress eller privat länk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who it is about, and what to do."""
        data_subject = parser.add_mutually_exclusive_group(required=True)
        data_subject.add_argument("--email", default="", help="personens e-postadress")
        data_subject.add_argument(
            "--link", default="", help="den privata länken till svar eller kommentar"
        )
        parser.add_argument("--erase", action="store_true", help="radera vägar att nå personen")
        parser.add_argument(
            "--withdraw", action="store_true", help="ta också tillbaka det personen har skrivit"
        )
        parser.add_argument("--yes", action="store_true", help="fråga inte")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, and erase when asked to."""
        held = find_held(email=options["email"].strip(), link=options["link"].strip())
        if held.is_empty:
            raise CommandError(_("Det finns inget om den personen."))
        if options["withdraw"] and not options["erase"]:
            raise CommandError(_("--withdraw används tillsammans med --erase."))
        if not options["erase"]:
            self.stdout.write(json.dumps(export(held), ensure_ascii=False, indent=2))
            return
        if not options["yes"] and input(_("Radera? Skriv ja: ")).strip().lower() != "ja":
            raise CommandError(_("Inget är raderat."))
        with as_command("personal_data"):
            done = erase(held, timezone.now(), withdraws=options["withdraw"])
        self.stdout.write(json.dumps(done, ensure_ascii=False))
        if held.accounts:
            self.stdout.write(_("Kontot finns kvar: avsluta rollerna under Personer."))
