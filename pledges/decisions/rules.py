"""Say who may decide about a pledge that is adopted or signed, and when."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.permissions import Action, Person, may
from pledge_portal.pages.text import day
from pledges.models import Pledge
from pledges.writing.adoption import parties_of


def may_decide(user: Person, pledge: Pledge) -> bool:
    """Return whether a person may enter decisions about a pledge.

    Who may for any of its parties, may.
    """
    return any(may(user, Action.DECIDE_ON_PLEDGES, place) for place in parties_of(pledge))


def fault_of_decided_day(pledge: Pledge, decided_on: date) -> str:
    """Return what is wrong with the day of a decision about a signed pledge.

    Or "". Nobody decides about a pledge that is neither signed by anyone nor begun.
    """
    signed_on = (timezone.localdate(row.signed_at) for row in pledge.signatures.all())
    earliest = min([pledge.valid_from, *signed_on])
    if decided_on >= earliest:
        return ""
    return _("Löftet fanns inte den dagen. Det är från den %(day)s.") % {"day": day(earliest)}
