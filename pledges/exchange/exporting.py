"""From a pledge to its pledge file."""

from __future__ import annotations

from decimal import Decimal

from pydantic import ValidationError

from pledges.exchange.faults import PledgeFileError, fault_from_pydantic
from pledges.exchange.pledge_file import (
    AnnexPart,
    CommitmentPart,
    FocusAreaPart,
    MunicipalityPartPart,
    PledgeFile,
    PledgePart,
    PoliceAreaPart,
    SectionPart,
    SignatoryPart,
    TargetPart,
    write,
)
from pledges.models import Commitment, Pledge, PoliceArea, Section, Signatory
from pledges.targets import Period, Shape


def export_pledge(pledge: Pledge) -> bytes:
    """Return the pledge as a pledge file (TOML, UTF-8)."""
    return write(pledge_file_of(pledge))


def pledge_file_of(pledge: Pledge) -> PledgeFile:
    """Return what the pledge's file says.

    Raises PledgeFileError, naming every fault, when somebody has written into the pledge what no
    pledge file can hold, such as control characters.
    """
    try:
        return _pledge_file_of(pledge)
    except ValidationError as error:
        raise PledgeFileError([fault_from_pydantic(part) for part in error.errors()]) from error


def _pledge_file_of(pledge: Pledge) -> PledgeFile:
    return PledgeFile(
        format="medborgarlofte",
        version=1,
        pledge=PledgePart(
            uid=pledge.uid,
            title=pledge.title_sv,
            title_en=pledge.title_en or None,
            period=pledge.period,
            valid_from=pledge.valid_from,
            valid_to=pledge.valid_to,
            until_replaced=pledge.until_replaced,
            municipalities=[municipality.code for municipality in pledge.giving_municipalities],
            holds_in=[party.municipality.code for party in pledge.parties.all() if not party.gives],
            registry_number=pledge.registry_number or None,
            decided_on=pledge.decided_on,
            decided_by=pledge.decided_by or None,
            decision_paragraph=pledge.decision_paragraph or None,
            summary=pledge.summary_sv or None,
            summary_en=pledge.summary_en or None,
            source_note=pledge.source_note_sv or None,
            source_note_en=pledge.source_note_en or None,
            demonstration=pledge.is_demonstration,
            invented=pledge.invented,
            older_english=pledge.older_english or None,
        ),
        police_area=_police_area(pledge.police_area),
        further_police_area=[
            _police_area(row.police_area)
            for row in pledge.further_police_areas.select_related("police_area")
        ],
        part=[
            MunicipalityPartPart(municipality=row.part.municipality.code, name=row.part.name)
            for row in pledge.pledge_parts.select_related("part__municipality").order_by(
                "part__municipality__code", "part__name"
            )
        ],
        section=[
            SectionPart(
                kind=Section.Kind(section.kind),
                heading=section.heading_sv,
                heading_en=section.heading_en or None,
                text=section.text_sv,
                text_en=section.text_en or None,
                invented=section.invented,
                older_english=section.older_english or None,
            )
            for section in pledge.sections.all()
        ],
        focus_area=[
            FocusAreaPart(
                name=area.name_sv,
                name_en=area.name_en or None,
                problem=area.problem_sv or None,
                problem_en=area.problem_en or None,
                cause=area.cause_sv or None,
                cause_en=area.cause_en or None,
                expected_effects=area.expected_effects_sv or None,
                expected_effects_en=area.expected_effects_en or None,
                invented=area.invented,
                older_english=area.older_english or None,
                commitment=[_commitment(commitment) for commitment in area.commitments.all()],
            )
            for area in pledge.focus_areas.prefetch_related("commitments")
        ],
        signatory=[
            SignatoryPart(
                name=signatory.name,
                title=signatory.title_sv,
                title_en=signatory.title_en or None,
                party=Signatory.Party(signatory.party),
                municipality=signatory.municipality.code if signatory.municipality else None,
                part=signatory.part.name if signatory.part else None,
                police_area=signatory.police_area.name if signatory.police_area else None,
                third_party=signatory.third_party or None,
                invented=signatory.invented,
                older_english=signatory.older_english or None,
            )
            for signatory in pledge.signatories.select_related(
                "municipality", "part", "police_area"
            )
        ],
        annex=[
            AnnexPart(title=annex.title, sha256=annex.sha256)
            for annex in pledge.annexes.defer("content")
        ],
    )


def _police_area(area: PoliceArea) -> PoliceAreaPart:
    covered = area.municipalities.order_by("code").values_list("code", flat=True)
    return PoliceAreaPart(name=area.name, covers=list(covered))


def _commitment(commitment: Commitment) -> CommitmentPart:
    return CommitmentPart(
        number=commitment.number,
        kind=Commitment.Kind(commitment.kind),
        responsible=Commitment.Party(commitment.responsible),
        municipalities=commitment.responsible_municipalities,
        third_parties=commitment.third_parties,
        name=commitment.name_sv or None,
        name_en=commitment.name_en or None,
        text=commitment.text_sv,
        text_en=commitment.text_en or None,
        explanation=commitment.explanation_sv or None,
        explanation_en=commitment.explanation_en or None,
        invented=commitment.invented,
        older_english=commitment.older_english or None,
        target=TargetPart(
            shape=Shape(commitment.target_shape),
            amount=_number(commitment.target_amount),
            period=Period(commitment.target_period) if commitment.target_period else None,
            at_least=commitment.target_at_least,
            at_most=commitment.target_at_most or None,
            of=commitment.target_of,
            first=commitment.target_first,
            last=commitment.target_last,
            every_year=commitment.target_every_year or None,
            within_days=commitment.target_within_days,
            unit=commitment.target_unit_sv or None,
            unit_en=commitment.target_unit_en or None,
        ),
    )


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)
