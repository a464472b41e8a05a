"""What is commented on, as the pages of comments name it and link to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.comments import rules
from dialogues.comments.presentation import comment_view
from dialogues.comments.rules import About
from pledge_portal.pages.text import Wording
from pledges import presentation
from pledges.consultation.presentation import consultation_view
from pledges.writing.draft_presentation import commitment_of


@dataclass(frozen=True)
class Subject:
    """The pledge or draft that is talked about: its page and its names.

    `place` is where a pledge holds in the municipality, with its parts. `can_write` is False when
    its time for comments is over.
    """

    address: str
    title: Wording
    short_name: str
    place: str
    is_draft: bool
    can_write: bool


def query_of(about: About) -> dict[str, str]:
    """Return the query of an address that says which part is commented on."""
    query = {}
    if about.commitment is not None:
        query["atagande"] = str(about.commitment.number)
    if about.number is not None:
        query["atagande"] = str(about.number)
    if about.follow_up is not None:
        query["uppfoljning"] = about.follow_up.meeting_on.isoformat()
    return query


def subject_context(about: About) -> dict[str, Any]:
    """Return what every page of comments shows of what they are about."""
    subject_path, subject = _subject(about)
    commitment = about.commitment
    if about.consultation is not None and about.number is not None:
        contents = about.consultation.contents["commitments"][about.number - 1]
        commitment = commitment_of(about.number, contents)
    return {
        "municipality": about.municipality,
        "subject_path": subject_path,
        "subject": subject,
        "can_write": subject.can_write,
        "commitment": commitment,
        "commitment_text": (
            presentation.commitment_view(commitment, {}).text if commitment else None
        ),
        "commitment_name": presentation.commitment_name(commitment) if commitment else None,
        "follow_up": about.follow_up,
        "query": urlencode(query_of(about)),
    }


def write_context(about: About, closed: str, *, is_objection: bool) -> Mapping[str, Any]:
    """Return what stands around the form of a comment.

    `closed` says why nothing can be sent, empty when it can.
    """
    return {
        **subject_context(about),
        "closed": closed,
        "answered": comment_view(about.parent) if about.parent else None,
        "is_objection": is_objection,
        "shown_at_once": not rules.is_premoderated(about.municipality),
    }


def _subject(about: About) -> tuple[str, Subject]:
    """Return what names the subject in an address, and the subject."""
    on, slug = timezone.localdate(), about.municipality.slug
    if about.consultation is not None:
        draft = consultation_view(about.consultation, on, about.municipality)
        name = about.municipality.official_name
        place = f"{name} ({draft.parts})" if draft.parts else name
        address = reverse("consultation_round", args=[slug, draft.period, draft.number])
        subject = Subject(
            address, draft.title, _("Samråd"), place, is_draft=True, can_write=draft.is_open
        )
        return draft.subject_path, subject
    assert about.pledge is not None  # noqa: S101  (what is no draft is a pledge)
    view = presentation.pledge_view(about.pledge, about.municipality, on)
    address = reverse("pledge", args=[slug, view.period])
    can_write = not rules.is_over_for_long(view.standing)
    return view.period, Subject(
        address, view.title, view.link_name, view.place, is_draft=False, can_write=can_write
    )
