"""Check what is said of a decision before it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.year_limits import year_fault


def day_fault(decided_on: date, today: date) -> str:
    """Return what is wrong with the day of a decision, or nothing."""
    return _("Beslutsdagen har inte varit än.") if decided_on > today else year_fault(decided_on)


@dataclass(frozen=True)
class Decision:
    """What a person says of a decision; each part may be unknown.

    The names are those of `models.decision.HasDecision`.
    """

    decided_on: date | None = None
    decided_by: str = ""
    decision_paragraph: str = ""

    def fields(self, today: date) -> dict[str, object]:
        """Return the fields to write.

        Raises Refused for a day to come or long gone, or a paragraph of nobody's minutes.
        """
        faults = {}
        if self.decided_on is not None and (fault := day_fault(self.decided_on, today)):
            faults["decided_on"] = fault
        paragraph = self.decision_paragraph.strip()
        decided_by = self.decided_by.strip()
        if paragraph and not decided_by:
            faults["decided_by"] = _("Skriv vem som beslutade, annars säger paragrafen inget.")
        if faults:
            raise Refused(faults)
        return {
            "decided_on": self.decided_on,
            "decided_by": decided_by,
            "decision_paragraph": paragraph,
        }
