"""The parts of a page that can't change once a pledge is signed: made once, then kept.

The database refuses every change of a signed pledge's text, commitments, signatures and document,
so what is made of them holds for as long as the process runs. What they show besides and what can
change, the names of municipalities and of the police area and which step of the document is the
last, is part of what they are kept under.
How it stands is made anew when the day or the sums of what is done are others than last time:
they are part of what it is kept under.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from pledge_portal.pages.context import fixed_addresses
from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.lifecycle import Standing
from pledges.models import Commitment, Municipality, Pledge, PledgeDocument, Way
from pledges.tallies import Tallies, by_commitment, progress_in_public, public_rows

_MOST_KEPT = 300
# Of a pledge as read at a municipality: its key and uid, the last step of its document, the
# municipality's key, names, language.
_Key = tuple[int, UUID, int | None, int, tuple[str, ...], str]


@dataclass(frozen=True)
class SignedParts:
    """What a signed pledge says, ready for its pages in one language.

    `signings` are the days of its signatures in words; `is_partly_swedish` tells whether a text
    lacks a translation to the language; `commitments` are the rows with
    their texts, by number.
    """

    promises: SafeString
    promises_in_short: SafeString
    document: SafeString
    signings: tuple[tuple[date, str], ...]
    is_partly_swedish: bool
    commitments: tuple[tuple[Commitment, Wording], ...]


@dataclass(frozen=True)
class Promises:
    """Is the promise kept: in one sentence, and as a part of the page with every commitment."""

    in_short: str
    part: SafeString


def promises(pledge: Pledge, place: Municipality, standing: Standing) -> Promises:
    """Return how the commitments of a public pledge stand; costs one query, and of the same sums
    no more."""
    rows = public_rows(pledge, standing.on)
    return _promises(_key(pledge, place), pledge.period, place.slug, standing, rows)


def signed_parts(pledge: Pledge, place: Municipality) -> SignedParts:
    """Return the unchanging parts of a public pledge as read at one of its municipalities.

    Costs no query but the first time, and then a fixed number of them.
    """
    return _signed_parts(*_key(pledge, place))


def _key(pledge: Pledge, place: Municipality) -> _Key:
    names = (place.slug, *presentation.municipality_names(pledge), pledge.police_area.name)
    language = get_language() or settings.LANGUAGE_CODE
    return pledge.pk, pledge.uid, pledge.document_step, place.pk, names, language


@lru_cache(maxsize=_MOST_KEPT)
def _signed_parts(
    pledge_id: int,
    uid: UUID,
    _document_step: int | None,
    place_id: int,
    names: tuple[str, ...],
    language: str,
) -> SignedParts:
    pledge = Pledge.objects.public().with_standing().get(pk=pledge_id, uid=uid)
    place = next(p.municipality for p in pledge.parties.all() if p.municipality_id == place_id)
    document = PledgeDocument.objects.public().defer("content").filter(pledge=pledge).first()
    signatories = presentation.signatories(pledge)
    context = {
        "municipality": place,
        "pledge": presentation.pledge_view(pledge, place, pledge.valid_from),
        "focus_areas": presentation.focus_areas(pledge),
        "sections": presentation.sections(pledge),
        "signatories": signatories,
        # Then the document is the text, and no signature is in it.
        "only_on_paper": all(signatory.way == Way.PAPER for signatory in signatories),
        "document": document,
        "in_english": language == "en",
        "to": fixed_addresses(),
    }
    return SignedParts(
        promises=render_to_string("pledges/_promises.html", context),
        promises_in_short=render_to_string("pledges/_promises_in_short.html", context),
        document=render_to_string("pledges/_document.html", context),
        signings=tuple(presentation.signings(pledge)),
        is_partly_swedish=presentation.is_partly_swedish(*context.values()),
        commitments=tuple((each, wording(each, "text")) for each in pledge.commitments.all()),
    )


@lru_cache(maxsize=_MOST_KEPT)
def _promises(
    key: _Key, period: str, slug: str, standing: Standing, rows: tuple[Any, ...]
) -> Promises:
    signed = _signed_parts(*key)
    tallies = by_commitment(rows)
    views = [
        progress_of(commitment, text, tallies, standing) for commitment, text in signed.commitments
    ]
    in_short = presentation.progress_summary(views)
    context = {
        "promises": views,
        "in_short": in_short,
        "slug": slug,
        "period": period,
        "to": fixed_addresses(),
    }
    return Promises(in_short, render_to_string("pledges/_promises_kept.html", context))


def progress_of(
    commitment: Commitment,
    text: Wording,
    tallies: Tallies,
    standing: Standing,
    reason: Wording | None = None,
) -> presentation.ProgressView:
    """Return a commitment's progress as the public may be told it.

    `tallies` are what is public of the whole pledge; `reason` is what its parties have said of why
    the target is not reached.
    """
    found = progress_in_public(commitment, tallies, standing)
    return presentation.progress_view(commitment, text, found, reason)
