"""Consultations on drafts in words, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording, wording
from pledges.models import Consultation, Municipality, Pledge
from pledges.presentation.pledge import years_and_parts
from pledges.presentation.validity import day
from pledges.writing.draft_presentation import DraftView, draft_view, parts_in_a_row


@dataclass(frozen=True)
class ConsultationView:
    """A consultation as pages show it.

    `subject_path` is the part of an address that names it where it is commented on. `until` says
    until when one can comment, or could; `parts` names the parts of the municipality that it is
    read at, if the draft isn't for all of it; `draft` is what was shown, None in lists.
    """

    key: int
    subject_path: str
    period: str
    short_name: SafeString
    number: int
    is_open: bool
    title: Wording
    introduction: Wording
    until: str
    published: str
    outcome: Wording
    outcome_published: str
    is_demonstration: bool
    parts: str
    draft: DraftView | None = None


def consultation_view(
    row: Consultation, on: date, municipality: Municipality | None = None, *, whole: bool = False
) -> ConsultationView:
    """Return a consultation as it is on a day, read at a municipality.

    With the draft when it is to be shown `whole`: that asks the database one query, for a row of
    `without_the_draft` all else none.
    """
    front: dict[str, Any] = getattr(row, "front", None) or row.contents["front"]
    parts = parts_in_a_row(municipality.code, front["parts"]) if municipality else ""
    older = front.get("older_english", [])
    named = Pledge(title_sv=front["title_sv"], title_en=front["title_en"], older_english=older)
    return ConsultationView(
        key=row.pk,
        subject_path=subject_path_of(row),
        period=row.period,
        short_name=years_and_parts(row.period, parts),
        number=row.number,
        is_open=row.is_open(on),
        title=wording(named, "title"),
        introduction=wording(row, "introduction"),
        until=_until(row, on),
        published=day(timezone.localdate(row.published_at)),
        outcome=wording(row, "outcome") if row.outcome_published_at else Wording(""),
        outcome_published=(
            day(timezone.localdate(row.outcome_published_at)) if row.outcome_published_at else ""
        ),
        is_demonstration=row.is_demonstration,
        parts=parts,
        draft=draft_view(row.contents, row.police_area.name) if whole else None,
    )


def subject_path_of(row: Consultation) -> str:
    """Return the part of an address that names a round for comments."""
    return f"samrad/{row.period}/{row.number}"


def _until(row: Consultation, on: date) -> str:
    if row.closed_at is not None:
        closed = day(timezone.localdate(row.closed_at))
        return _("Samrådet avslutades den %(day)s.") % {"day": closed}
    if row.is_open(on):
        return _("Du kan lämna synpunkter till och med den %(day)s.") % {"day": day(row.closes_on)}
    return _("Det gick att lämna synpunkter till och med den %(day)s.") % {
        "day": day(row.closes_on)
    }
