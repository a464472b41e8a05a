"""Load the demonstration: municipalities, and the pledges of two of them.

They are signed with certificates that say DEMO.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
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

    help = "Läs in demonstrationen: Sveriges kommuner, och medborgarlöften i två av dem."

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
        if unless_loaded and is_loaded():
            accounts = demo_accounts()
        else:
            with _garbage_left():
                accounts = self._load(password)
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
        from pledges.demonstration.closings import load_closings
        from pledges.demonstration.follow_ups import load_follow_ups
        from pledges.demonstration.people import Staff
        from pledges.demonstration.pledge import ALVSBYN, LULEA, load_demonstration
        from pledges.demonstration.statistics import load_statistics
        from pledges.demonstration.surveys import load_surveys
        from pledges.demonstration.writing import Writers, load_next_pledge
        from pledges.exchange.faults import PledgeFileError

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
        pledge, second = loaded.pledges[ALVSBYN], loaded.pledges[LULEA]
        accounts = ensure_demo_accounts(
            password,
            pledge.municipalities.get(),
            pledge.police_area,
            elsewhere=(second.municipalities.get(), second.police_area),
        )
        by_email = {account.email: account for account in accounts}
        writers = Writers(by_email["demo-polis@example.se"], by_email["demo-samordnare@example.se"])
        staff = {name: Staff(writers.officer, writers.coordinator) for name in loaded.pledges}
        staff[LULEA] = Staff(
            by_email["demo-polis-lulea@example.se"], by_email["demo-samordnare-lulea@example.se"]
        )
        # Before the follow-ups, which write down what was reported by then.
        rounds = load_surveys(pledge, writers.coordinator)
        actions = follow_ups = 0
        for name, signed in loaded.pledges.items():
            actions += load_actions(name, signed, staff[name])
            load_closings(name, signed, staff[name])
            follow_ups += load_follow_ups(name, signed, staff[name])
        if actions or follow_ups:
            self.stdout.write(
                _("Demonstrationen: %(n)s insatser och %(m)s uppföljningar.")
                % {"n": actions, "m": follow_ups}
            )
        if rounds:
            self.stdout.write(
                _("Demonstrationen: %(n)s omgångar av drogvaneundersökningen.") % {"n": rounds}
            )
        if figures := load_statistics(pledge, timezone.now()):
            self.stdout.write(_("Demonstrationen: %(n)s siffror ur statistiken.") % {"n": figures})
        if draft := load_next_pledge(pledge, writers, timezone.localdate()):
            self.stdout.write(
                _("Demonstrationen: utkastet till %(title)s.") % {"title": draft.title}
            )
        return accounts


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Collect no garbage meanwhile.

    While documents are made it takes a quarter of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
