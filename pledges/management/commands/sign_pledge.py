"""Sign an adopted pledge for the signatory whose turn it is."""

import getpass
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.documents.pledge_html import party_name
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.store import sign_document
from pledges.documents.trusted_authorities import demo_authority
from pledges.management.pledge_argument import add_pledge_arguments, pledge_from
from pledges.models import Signatory

PASSPHRASE_VARIABLE = "PLEDGE_KEY_PASSPHRASE"  # noqa: S105  (a name, not a passphrase)


class Command(BaseCommand):
    """Signs with a PKCS#12 file.

    In a demonstration also with a certificate that says DEMO.
    """

    help = "Underteckna ett antaget löfte för den som står i tur."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pledge, the person and the key."""
        add_pledge_arguments(parser)
        parser.add_argument("--signatory", help="undertecknarens namn; annars den som står i tur")
        key = parser.add_mutually_exclusive_group(required=True)
        key.add_argument(
            "--key",
            type=Path,
            metavar="FILE",
            help=f"nyckelfil (PKCS#12); lösenordet frågas efter eller står i {PASSPHRASE_VARIABLE}",
        )
        key.add_argument(
            "--demo", action="store_true", help="underteckna med ett demonstrationscertifikat"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sign, or end with a sentence that says why not."""
        pledge = pledge_from(options)
        signatory = self._signatory(list(pledge.signatories.all()), options["signatory"])
        try:
            sign_document(signatory, self._backend(signatory, options), timezone.now())
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(
                _("%(name)s har undertecknat %(title)s.")
                % {"name": signatory.name, "title": pledge.title}
            )
        )

    def _signatory(self, signatories: list[Signatory], name: str | None) -> Signatory:
        waiting = [signatory for signatory in signatories if not hasattr(signatory, "signature")]
        if name is not None:
            waiting = [signatory for signatory in signatories if signatory.name == name]
        if not waiting:
            raise CommandError(
                _("Alla har redan undertecknat.")
                if name is None
                else _("Löftet har ingen undertecknare med det namnet.")
            )
        return waiting[0]

    def _backend(self, signatory: Signatory, options: dict[str, Any]) -> Pkcs12Backend:
        if options["demo"]:
            if not settings.DEMONSTRATION:
                raise CommandError(
                    _("Demonstrationscertifikat används bara när DEMONSTRATION=1 är satt.")
                )
            key = demo_authority().issue(signatory.name, party_name(signatory))
            return Pkcs12Backend(key.path, key.passphrase)
        passphrase = os.environ.get(PASSPHRASE_VARIABLE)
        if passphrase is None:
            passphrase = getpass.getpass(_("Nyckelfilens lösenord: "))
        return Pkcs12Backend(options["key"], passphrase.encode())
