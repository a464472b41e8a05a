"""A pledge in words: its parties, focus areas, sections and signatures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pledge_portal.pages.text import Wording, proper_name, wording
from pledges.lifecycle import Standing, standing
from pledges.models import FocusArea, Municipality, PaperScan, Pledge, Section, Signatory, Way
from pledges.models.erasure import is_withheld
from pledges.presentation.commitment import (
    CommitmentView,
    commitment_names,
    commitment_view,
    listed,
    municipality_names,
)
from pledges.presentation.validity import (
    Answer,
    answer,
    day,
    days_in_force,
    decision_in_words,
)


@dataclass(frozen=True)
class FocusAreaView:
    """A focus area with its commitments in the order of their numbers."""

    name: Wording
    problem: Wording
    cause: Wording
    expected_effects: Wording
    invented: frozenset[str]
    commitments: list[CommitmentView]

    @property
    def says_why(self) -> bool:
        """Whether it says more than what is promised in it."""
        return bool(self.problem or self.cause or self.expected_effects)


@dataclass(frozen=True)
class SectionView:
    """A part of the running text."""

    heading: Wording
    text: Wording
    is_invented: bool


@dataclass(frozen=True)
class SignatoryView:
    """Someone who signs.

    `signed_at` and what follows are None or empty until they have. `way` is one of models.Way; on
    paper there is a scan of `scan_size` bytes, shown or withheld, and no certificate.
    """

    name: str
    title: Wording
    party: SafeString
    signed_at: datetime | None
    issuer: str
    is_demonstration: bool
    is_invented: bool
    position: int
    way: str
    scan_size: int
    scan_is_withheld: bool


@dataclass(frozen=True)
class PledgeView:
    """A pledge in one municipality as pages show it.

    `parties` is everyone that gives it, `third_parties` those of them that are neither
    municipalities nor police; `places` where it holds, empty when that is all of the
    municipalities that give it; `period` is its part of the address and `period_name` the
    same for readers ("2023–2025"); `place` is where it holds in that municipality and `short_name`
    its years with the parts, as breadcrumbs have it; `key` is its row's. `vouched_for` is the party
    that handed in the document of a pledge that was signed elsewhere, else ""; `original_end` is
    the end of the text when the pledge is prolonged, else "".
    """

    key: int
    title: Wording
    summary: Wording
    source_note: Wording
    period: str
    period_name: str
    short_name: SafeString
    place: str
    parties: SafeString
    municipality_names: dict[str, str]
    police_areas: list[str]
    third_parties: list[str]
    places: list[str]
    valid_from: date
    first_day: str
    planned_end: str
    original_end: str
    registry_number: str
    decision: str
    is_demonstration: bool
    invented: frozenset[str]
    annulment_reason: str
    vouched_for: str
    standing: Standing
    answer: Answer

    @property
    def link_name(self) -> SafeString:
        """What a link to it is called: its years alone are no name."""
        return format_html(_("Löftet {}"), self.short_name)


def period_name(period: str) -> str:
    """Return a pledge's part of the address as readers get it: its years.

    "2023-2025" gives "2023–2025", and "2018-centrum" "2018".
    """
    years = re.match(r"([0-9]{4})(?:-([0-9]{4}))?(?![0-9])", period)
    return "–".join(filter(None, years.groups())) if years else period


def years_and_parts(period: str, parts: str) -> SafeString:
    """Return a pledge's years, and the parts of a municipality that it is for."""
    years = period_name(period)
    return format_html("{}, {}", years, proper_name(parts)) if parts else escape(years)


def _places(pledge: Pledge) -> list[str]:
    """Return where a pledge holds.

    Nothing when that is simply with those who give it.
    """
    parties = list(pledge.parties.all())
    if all(party.gives and not pledge.parts_in(party.municipality) for party in parties):
        return []
    return [pledge.place_name(party.municipality) for party in parties]


def pledge_view(pledge: Pledge, municipality: Municipality, on: date) -> PledgeView:
    """Return the pledge in words as of the day `on`.

    Its parties, signatories and periods are fetched.
    """
    names, third_parties = municipality_names(pledge), pledge.signing_third_parties
    standing_then = standing(pledge, on, municipality)
    return PledgeView(
        key=pledge.pk,
        title=wording(pledge, "title"),
        summary=wording(pledge, "summary"),
        source_note=wording(pledge, "source_note"),
        period=pledge.period,
        period_name=period_name(pledge.period),
        short_name=years_and_parts(pledge.period, pledge.parts_in_a_row(municipality)),
        place=pledge.place_name(municipality),
        parties=all_parties(names.values(), third_parties),
        municipality_names=names,
        police_areas=[area.name for area in pledge.police_areas],
        third_parties=third_parties,
        places=_places(pledge),
        valid_from=pledge.valid_from,
        first_day=day(pledge.valid_from),
        planned_end=day(standing_then.planned_end),
        original_end=day(pledge.valid_to) if standing_then.planned_end > pledge.valid_to else "",
        registry_number=pledge.registry_number,
        decision=decision_in_words(pledge),
        is_demonstration=pledge.is_demonstration,
        invented=frozenset(pledge.invented),
        annulment_reason=pledge.annulment.reason if hasattr(pledge, "annulment") else "",
        vouched_for=pledge.signed_elsewhere.vouched_for
        if hasattr(pledge, "signed_elsewhere")
        else "",
        standing=standing_then,
        answer=answer(pledge, standing_then),
    )


@dataclass(frozen=True)
class OtherPledge:
    """Another pledge of the same municipality, as a list names it.

    `in_force` is its days in force, as far as they are known today.
    """

    title: Wording
    period: str
    first_day: str
    in_force: str
    places: list[str]


def pledge_label(pledge: Pledge, municipality: Municipality | None = None) -> str:
    """Return a pledge's title, with its period when the title lacks it.

    And with the parts of a municipality that it holds for, in a list of that municipality's.
    """
    parts = pledge.parts_in_a_row(municipality) if municipality else ""
    periods = {pledge.period, pledge.period.replace("-", "–")}
    names = [] if any(period in pledge.title for period in periods) else [pledge.period]
    return ", ".join(filter(None, [pledge.title, *names, parts]))


def pledge_label_with_places(pledge: Pledge) -> str:
    """Return a pledge's title, its places and police areas.

    For a list of several places' pledges, fetched with `prefetched_places()`.
    """
    return f"{pledge_label(pledge)}, {pledge.places}"


def other_pledge(pledge: Pledge, municipality: Municipality, on: date) -> OtherPledge:
    """Return what a list of other pledges says of one on a day."""
    return OtherPledge(
        wording(pledge, "title"),
        pledge.period,
        day(pledge.valid_from),
        days_in_force(standing(pledge, on, municipality)),
        _places(pledge),
    )


def all_parties(municipalities: Iterable[str], third_parties: Iterable[str]) -> SafeString:
    """Return everyone that gives a pledge: "Älvsbyns kommun och Polisen".

    A third party gives what it signs.
    """
    police = escape(pgettext("i en mening", "Polisen"))
    return listed([*map(proper_name, municipalities), police, *map(proper_name, third_parties)])


def focus_areas(pledge: Pledge) -> list[FocusAreaView]:
    """Return the pledge's focus areas with their commitments, in two queries."""
    municipalities = municipality_names(pledge)
    commitments = list(pledge.commitments.all())
    names = commitment_names(commitments)
    by_area: dict[int, list[CommitmentView]] = {}
    for commitment in commitments:
        view = commitment_view(commitment, municipalities, names=names)
        by_area.setdefault(commitment.focus_area_id, []).append(view)
    return [focus_area_view(area, by_area.get(area.pk, [])) for area in pledge.focus_areas.all()]


def focus_area_view(
    area: FocusArea, commitments: list[CommitmentView] | None = None
) -> FocusAreaView:
    """Return a focus area in words, with the commitments given."""
    return FocusAreaView(
        name=wording(area, "name"),
        problem=wording(area, "problem"),
        cause=wording(area, "cause"),
        expected_effects=wording(area, "expected_effects"),
        invented=frozenset(area.invented),
        commitments=commitments or [],
    )


def sections(pledge: Pledge) -> dict[str, list[SectionView]]:
    """Return the running text by the kind of its sections, in one query."""
    by_kind: dict[str, list[SectionView]] = {kind: [] for kind in Section.Kind.values}
    for section in pledge.sections.all():
        view = SectionView(
            wording(section, "heading"), wording(section, "text"), bool(section.invented)
        )
        by_kind[section.kind].append(view)
    return by_kind


def _signs_for(signatory: Signatory) -> SafeString:
    name = signatory.municipality_name or signatory.third_party
    return proper_name(name) if name else escape(pgettext("i en mening", "Polisen"))


def signatories(pledge: Pledge) -> list[SignatoryView]:
    """Return who signs, in their order.

    The pledge must come from `with_standing()`. Costs a query for the scans of those who signed on
    paper, when there are any.
    """
    views = []
    is_on_paper = any(
        hasattr(signatory, "signature") and signatory.signature.way == Way.PAPER
        for signatory in pledge.signatories.all()
    )
    scans: dict[int, Any] = {}
    if is_on_paper:
        scans = {
            scan.signatory_id: scan
            for scan in PaperScan.objects.annotate(is_withheld=is_withheld())
            .filter(pledge=pledge)
            .defer("content")
        }
    for signatory in pledge.signatories.all():
        signature = getattr(signatory, "signature", None)
        scan = scans.get(signatory.pk)
        views.append(
            SignatoryView(
                name=signatory.name,
                title=wording(signatory, "title"),
                party=_signs_for(signatory),
                signed_at=signature.signed_at if signature else None,
                issuer=signature.certificate_issuer if signature else "",
                is_demonstration=bool(signature and signature.is_demonstration),
                is_invented=bool(signatory.invented),
                position=signatory.position,
                way=signature.way if signature else "",
                scan_size=scan.size if scan else 0,
                scan_is_withheld=scan is not None and scan.is_withheld,
            )
        )
    return views
