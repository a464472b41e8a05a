"""Look up what the addresses of comments name; raise NotHere without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.comments import rules
from dialogues.comments.rules import About
from dialogues.converters import period_and_round
from dialogues.models import Comment
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.text import whole_number
from pledges.models import Commitment, Consultation, FollowUp, Municipality, Pledge
from pledges.presentation.lookup import (
    get_consultation_or_404,
    get_follow_up_or_404,
    get_pledge_or_404,
    no_commitment,
)


def get_subject_or_404(slug: str, subject_path: str) -> About:
    """Return the whole pledge or draft that an address names."""
    period, number = period_and_round(subject_path)
    if number is None:
        pledge, municipality, _others = get_pledge_or_404(slug, period)
        return About(municipality, pledge)
    consultation, municipality = get_consultation_or_404(slug, period, number)
    return About(municipality, consultation=consultation)


def get_part_or_404(slug: str, subject_path: str, *, number: str, meeting_on: str) -> About:
    """Return the pledge or draft, or the part of it that a query names.

    `number` is a commitment's and `meeting_on` a follow-up's day, each empty when none is meant.
    """
    subject = get_subject_or_404(slug, subject_path)
    if subject.consultation is not None:
        return replace(subject, number=_find_number(subject.consultation, slug, number))
    assert subject.pledge is not None  # noqa: S101  (what is no draft is a pledge)
    return replace(
        subject,
        commitment=_find_commitment(subject.pledge, subject.municipality, number),
        follow_up=_find_follow_up(subject.pledge, subject.municipality, meeting_on),
    )


def get_comment_or_404(slug: str, subject_path: str, uid: UUID) -> tuple[Comment, Comment, About]:
    """Return a comment that is shown, its thread, and what that is about."""
    subject = get_subject_or_404(slug, subject_path)
    pair = rules.shown_comment(subject, uid)
    if pair is None:
        raise NotHere(
            _("Kommentaren visas inte. Den kan vänta på granskning eller ha tagits bort."),
            reverse("comments", args=[slug, subject_path]),
            _("Visa alla kommentarer"),
        )
    comment, parent = pair
    about = replace(
        subject,
        commitment=parent.commitment,
        follow_up=parent.follow_up,
        number=parent.consultation_commitment,
    )
    return comment, parent, about


def _find_number(consultation: Consultation, slug: str, number: str) -> int | None:
    if not number:
        return None
    if 1 <= (chosen := whole_number(number) or 0) <= len(consultation.contents["commitments"]):
        return chosen
    raise NotHere(
        _("Förslaget har inget åtagande med det numret."),
        reverse("consultation_round", args=[slug, consultation.period, consultation.number]),
        _("Visa hela förslaget"),
    )


def _find_commitment(pledge: Pledge, municipality: Municipality, number: str) -> Commitment | None:
    if not number:
        return None
    commitment = pledge.commitments.filter(number=whole_number(number, most_digits=4) or 0).first()
    if commitment is None:
        raise no_commitment(pledge, municipality)
    return commitment


def _find_follow_up(pledge: Pledge, municipality: Municipality, day: str) -> FollowUp | None:
    if not day:
        return None
    try:
        meeting_on = date.fromisoformat(day)
    except ValueError:
        meeting_on = None
    return get_follow_up_or_404(pledge, municipality, meeting_on)
