"""Why a comment isn't shown: each reason with its law or rule.

Criticism, however sharp, is never a reason (regeringsformen 2 kap. 1 §, 1 kap. 9 §), so the list
has none that it would fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dialogues.models import Comment, ModerationDecision
from pledge_portal.database.acting import as_portal

Verdict = ModerationDecision.Verdict

_BOARDS = "lagen (1998:112) om ansvar för elektroniska anslagstavlor, 5 §"


@dataclass(frozen=True)
class Reason:
    """Why a comment isn't shown, and the law or rule that says so."""

    name: str | Promise
    law: str


REASONS: dict[str, Reason] = {
    "threat": Reason(gettext_lazy("Hot"), f"{_BOARDS}; brottsbalken 4 kap. 5 §"),
    "agitation": Reason(
        gettext_lazy("Hets mot folkgrupp eller uppvigling"),
        f"{_BOARDS}; brottsbalken 16 kap. 5 och 8 §§",
    ),
    "intrusion": Reason(
        gettext_lazy("Intrång i någons integritet"), f"{_BOARDS}; brottsbalken 4 kap. 6 c §"
    ),
    "violence": Reason(
        gettext_lazy("Våldsskildring eller barnpornografi"),
        f"{_BOARDS}; brottsbalken 16 kap. 10 a och 10 c §§",
    ),
    "copyright": Reason(gettext_lazy("Någon annans verk"), f"{_BOARDS} 2; lagen (1960:729)"),
    "personal_data": Reason(
        gettext_lazy("Uppgifter om en person"), "dataskyddsförordningen, artikel 5 och 6"
    ),
    "accusation": Reason(
        gettext_lazy("Påstående att någon har begått brott"),
        "dataskyddsförordningen, artikel 10; brottsbalken 5 kap. 1 §",
    ),
    "insult": Reason(gettext_lazy("Förolämpning"), "brottsbalken 5 kap. 3 §"),
    "secret": Reason(
        gettext_lazy("Uppgift som kan avslöja Polisens arbete"),
        "offentlighets- och sekretesslagen (2009:400), 18 kap. 1 §",
    ),
    "spam": Reason(
        gettext_lazy("Reklam eller samma sak många gånger"), "kommunens regler för kommentarer"
    ),
    "off_topic": Reason(gettext_lazy("Handlar inte om löftet"), "kommunens regler för kommentarer"),
}


@dataclass(frozen=True)
class DecisionView:
    """A decision about a comment, as its writer is told of it."""

    verdict: str
    reason: Reason | None
    note: str
    decided_at: datetime


def latest_decision(comment: Comment) -> DecisionView | None:
    """Return the latest decision about a comment, None when there is none."""
    with as_portal():
        decisions = comment.decisions.exclude(verdict__in=[Verdict.ANSWERED, Verdict.UNANSWERED])
        latest = decisions.order_by("-decided_at", "-pk").first()
    if latest is None:
        return None
    return DecisionView(latest.verdict, REASONS.get(latest.reason), latest.note, latest.decided_at)
