"""How long what is kept is kept: the erasing and the page about personal data read the same lines.

The grounds are data protection's limit on storage (GDPR article 5.1 e) and the municipality's own
decision on what may be destroyed (arkivlagen 1990:782, 10 §).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dialogues.models import ContactDetails


@dataclass(frozen=True)
class Kept:
    """What is kept, how many days after which event, and why; None for what isn't erased."""

    what: str | Promise
    days: int
    since: str | Promise
    why: str | Promise


CONTACT_DETAILS = Kept(
    _("Namn, e-postadress och telefonnummer i ett svar på en dialog"),
    90,
    _("efter dialogens sista dag, eller genast när svaret tas tillbaka"),
    _("Kommunen ska kunna fråga vidare om det du skrev."),
)
SCHEDULE = (CONTACT_DETAILS,)


def erase_what_is_due(on: date) -> int:
    """Erase what has been kept as long as it may be on the day `on`; return how many rows."""
    erased, _by_model = ContactDetails.objects.filter(erase_on__lte=on).delete()
    return erased
