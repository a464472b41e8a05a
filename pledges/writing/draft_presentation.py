"""Put a version of a draft into words, as the pledge's page will be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from pledge_portal.pages.text import Wording, proper_name, wording
from pledges.models import Commitment, FocusArea, Municipality, Pledge, Section
from pledges.presentation.commitment import commitment_names, commitment_view
from pledges.presentation.pledge import (
    FocusAreaView,
    SectionView,
    all_parties,
    focus_area_view,
    period_name,
)
from pledges.presentation.target_preview import TargetPreview, target_previews
from pledges.presentation.validity import day
from pledges.progress.imagined import PledgeTime
from pledges.writing.parts import Contents, PartKind, Values, stored_values


@dataclass(frozen=True)
class DraftSignatoryView:
    """Someone who is to sign."""

    name: str
    title: Wording
    party: SafeString | str
    is_invented: bool


@dataclass(frozen=True)
class DraftView:
    """A draft as pages show it, with the same parts as PledgeView."""

    title: Wording
    summary: Wording
    parties: SafeString
    municipality_names: dict[str, str]
    police_areas: list[str]
    places: list[str]
    period_name: str
    first_day: str
    planned_end: str
    until_replaced: bool
    registry_number: str
    sections: dict[str, list[SectionView]]
    focus_areas: list[FocusAreaView]
    signatories: list[DraftSignatoryView]


def draft_view(contents: Contents, police_area: str) -> DraftView:
    """Return what a version says in words.

    `contents` is as parts.contents_of gives it. Asks one question, for the municipalities' names.
    """
    front = contents["front"]
    signing = [row["municipality"] for row in contents["signatories"]]
    names = names_of_municipalities([*front["municipalities"], *front["holds_in"], *signing])
    with_parts = {code: _with_parts(code, name, front["parts"]) for code, name in names.items()}
    parties = {code: with_parts[code] for code in front["municipalities"] if code in names}
    names_of_others = (row["third_party"] for row in contents["signatories"])
    third_parties = [*dict.fromkeys(filter(None, names_of_others))]
    pledge = Pledge(**stored_values(PartKind.FRONT, front))
    return DraftView(
        title=wording(pledge, "title"),
        summary=wording(pledge, "summary"),
        parties=all_parties(parties.values(), third_parties),
        municipality_names=parties,
        police_areas=[police_area, *front["further_police_areas"]],
        places=[with_parts[code] for code in front["holds_in"] if code in names],
        period_name=period_name(pledge.period),
        first_day=day(pledge.valid_from),
        planned_end=day(pledge.valid_to),
        until_replaced=pledge.until_replaced,
        registry_number=pledge.registry_number,
        sections=_sections(contents),
        focus_areas=_focus_areas(contents, parties),
        signatories=[_signatory(row, names, police_area) for row in contents["signatories"]],
    )


def _with_parts(code: str, name: str, parts: list[str]) -> str:
    """Return a municipality's name with its parts that a draft is for."""
    names = parts_in_a_row(code, parts)
    return f"{name} ({names})" if names else name


def parts_in_a_row(code: str, parts: list[str]) -> str:
    """Return the parts of a municipality that a draft is for, in a row."""
    return ", ".join(parts_of_municipality(code, parts))


def parts_of_municipality(code: str, parts: list[str]) -> list[str]:
    """Return the names of the parts of a municipality that a draft is for."""
    return [part.removeprefix(f"{code}:") for part in parts if part.startswith(f"{code}:")]


def names_of_municipalities(codes: Collection[str]) -> dict[str, str]:
    """Return municipalities' official names by code, in one query.

    In the order of `codes`.
    """
    municipalities = Municipality.objects.filter(code__in=codes)
    names = dict(municipalities.values_list("code", "official_name"))
    return {code: names[code] for code in codes if code in names}


def _sections(contents: Contents) -> dict[str, list[SectionView]]:
    by_kind: dict[str, list[SectionView]] = {kind: [] for kind in Section.Kind.values}
    for row in contents["sections"]:
        section = Section(**stored_values(PartKind.SECTION, row))
        by_kind[section.kind].append(
            SectionView(
                wording(section, "heading"), wording(section, "text"), bool(row["invented"])
            )
        )
    return by_kind


def _focus_areas(contents: Contents, parties: dict[str, str]) -> list[FocusAreaView]:
    drafted = [
        (content["focus_area"], commitment_of(number, content))
        for number, content in enumerate(contents["commitments"], 1)
    ]
    names = commitment_names(commitment for _area, commitment in drafted)
    views = []
    for row in contents["focus_areas"]:
        area = FocusArea(invented=row["invented"], **stored_values(PartKind.FOCUS_AREA, row))
        commitments = [
            commitment_view(commitment, parties, names=names)
            for area_id, commitment in drafted
            if area_id == row["id"]
        ]
        views.append(focus_area_view(area, commitments))
    return views


def commitment_of(number: int, row: dict[str, Any]) -> Commitment:
    """Return the commitment that a version's row says, not saved."""
    return Commitment(
        number=number, invented=row["invented"], **stored_values(PartKind.COMMITMENT, row)
    )


def time_of(contents: Contents) -> PledgeTime:
    """Return the time that a draft is to hold."""
    values = stored_values(PartKind.FRONT, contents["front"])
    return PledgeTime(values["valid_from"], values["valid_to"], values["until_replaced"])


def public_sentences(values: Values, contents: Contents) -> list[TargetPreview]:
    """Return what everyone will read of the target that a commitment says.

    Nothing of one with a day outside of the pledge's time, which has come to be another since.
    """
    commitment = commitment_of(0, {**values, "invented": []})
    time = time_of(contents)
    if commitment.target.faults_outside(time.valid_from, time.planned_end):
        return []
    return target_previews(commitment, time)


def _signatory(row: dict[str, Any], names: dict[str, str], area: str) -> DraftSignatoryView:
    title = Wording(row["title_sv"])
    code, party = row["municipality"], names.get(row["municipality"]) or row["third_party"]
    police = f"Polisen, {row['police_area'] or area}"
    if row["part"]:
        party = f"{party} ({row['part']})"
    return DraftSignatoryView(
        name=row["name"],
        title=title,
        party=proper_name(party or code) if party or code else police,
        is_invented=bool(row["invented"]),
    )
