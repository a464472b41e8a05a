"""Load the demonstration: municipalities and Älvsbyn's pledges.

They are signed with certificates that say DEMO.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.demonstration import demo_accounts, ensure_demo_accounts
from pledge_portal.accounts.models import User
from pledge_portal.database.secrets import kept_secret
from pledges.demonstration.mark import is_loaded


class Command(BaseCommand):
    """Does nothing in a portal that is in real use.

    Started again it adds only what is missing.
    """

    help = "Läs in demonstrationen: Sveriges kommuner och Älvsbyns medborgarlöfte."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --unless-loaded."""
        parser.add_argument(
            "--unless-loaded",
            action="store_true",
            help="leta inte efter vad som saknas när allt lästes in vid en tidigare start",
        )

    def handle(self, *args: Any, unless_loaded: bool, **options: Any) -> None:
        """Load, and print the demonstration logins."""
        if not settings.DEMONSTRATION:
            raise CommandError(_("Demonstrationen läses bara in när DEMONSTRATION=1 är satt."))
        password = kept_secret(settings.DATA_FOLDER / "demo_password", length=12)
        accounts = demo_accounts() if unless_loaded and is_loaded() else self._load(password)
        self.stdout.write(
            _("Demonstrationens konton, på %(address)s (lösenord %(password)s, kod %(code)s):")
            % {
                "address": f"{settings.SITE_URL}/logga-in/",
                "password": password,
                "code": settings.DEMONSTRATION_CODE,
            }
        )
        for account in accounts:
            self.stdout.write(f"    {account.email} – {account}")

    def _load(self, password: str) -> list[User]:
        """Load what is missing; return the accounts."""
        self.stdout.write(_("Demonstrationen läses in: löften, underskrifter och dokument."))
        # What makes documents takes a second to import.
        from pledge_portal.pages.refusals import Refused
        from pledges.demonstration.actions import load_actions
        from pledges.demonstration.follow_ups import load_follow_ups
        from pledges.demonstration.pledge import load_demonstration
        from pledges.demonstration.statistics import load_statistics
        from pledges.demonstration.surveys import load_surveys
        from pledges.demonstration.writing import Writers, load_next_pledge
        from pledges.exchange.faults import PledgeFileError
        from pledges.models import Municipality, Pledge, PoliceArea

        try:
            loaded = load_demonstration()
        except (PledgeFileError, Refused) as error:
            raise CommandError(
                _("Demonstrationen gick inte att läsa in: %(reason)s") % {"reason": error}
            ) from error
        if loaded.municipalities or loaded.signatures:
            self.stdout.write(
                _("Demonstrationen: %(municipalities)s kommuner och %(signatures)s underskrifter.")
                % {"municipalities": loaded.municipalities, "signatures": loaded.signatures}
            )
        accounts = ensure_demo_accounts(
            password,
            Municipality.objects.get(slug="alvsbyn"),
            PoliceArea.objects.get(name="Piteå älvdal"),
        )
        by_email = {account.email: account for account in accounts}
        work = (
            Pledge.objects.get(uid=loaded.pledge_uid),
            by_email["demo-polis@example.se"],
            by_email["demo-samordnare@example.se"],
        )
        actions, follow_ups = load_actions(*work), load_follow_ups(*work)
        rounds = load_surveys(work[0], by_email["demo-samordnare@example.se"])
        if actions or follow_ups:
            self.stdout.write(
                _("Demonstrationen: %(n)s insatser och %(m)s uppföljningar.")
                % {"n": actions, "m": follow_ups}
            )
        if rounds:
            self.stdout.write(
                _("Demonstrationen: %(n)s omgångar av drogvaneundersökningen.") % {"n": rounds}
            )
        if figures := load_statistics(work[0], timezone.now()):
            self.stdout.write(_("Demonstrationen: %(n)s siffror ur statistiken.") % {"n": figures})
        if draft := load_next_pledge(work[0], Writers(*work[1:]), timezone.localdate()):
            self.stdout.write(
                _("Demonstrationen: utkastet till %(title)s.") % {"title": draft.title}
            )
        return accounts
