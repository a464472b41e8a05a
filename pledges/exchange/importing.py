"""From a pledge file to a pledge."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.exchange.exporting import pledge_file_of
from pledges.exchange.faults import Fault, PledgeFileError
from pledges.exchange.pledge_file import (
    CommitmentPart,
    PledgeFile,
    PoliceAreaPart,
    SignatoryPart,
)
from pledges.exchange.police_areas import with_known_areas
from pledges.models import (
    Commitment,
    FocusArea,
    FurtherPoliceArea,
    Municipality,
    MunicipalityPart,
    Pledge,
    PledgeAnnex,
    PledgePart,
    PledgeParty,
    PoliceArea,
    PoliceAreaCoverage,
    Section,
    Signatory,
)


@dataclass(frozen=True)
class Annexed:
    """The bytes of an annex that was examined, and its number of pages."""

    content: bytes
    pages: int


class Outcome(StrEnum):
    """What an import came to."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@transaction.atomic
def import_pledge(
    pledge_file: PledgeFile, *, replace: bool = False, annexes: Iterable[Annexed] = ()
) -> tuple[Pledge, Outcome]:
    """Write the pledge of a file as a draft; return it and what was done.

    The same file a second time changes nothing. A draft that is there already is replaced only when
    `replace` is set, an adopted or signed one never. `annexes` are the PDFs that the file names,
    examined; those that the replaced draft has already are kept. Raises PledgeFileError, with every
    fault named and nothing written. A police area that the portal has by another case or title is
    that one; others are made.
    """
    pledge_file = with_known_areas(pledge_file)
    given = {hashlib.sha256(annexed.content).hexdigest(): annexed for annexed in annexes}
    municipalities = _municipalities(pledge_file)
    existing, outcome = planned_import(pledge_file)
    if existing is not None:
        if outcome == Outcome.UNCHANGED:
            return existing, outcome
        if not replace:
            sentence = _(
                "Det finns redan ett utkast för perioden. Använd --replace för att ersätta."
            )
            raise PledgeFileError([Fault("pledge.period", sentence)])
        for row in existing.annexes.all():
            given.setdefault(row.sha256, Annexed(bytes(row.content), row.pages))
    faults = [
        Fault(f"annex[{number}].sha256", _("Bilagan med den kontrollsumman är inte bifogad."))
        for number, annex in enumerate(pledge_file.annex, 1)
        if annex.sha256 not in given
    ]
    if faults:
        raise PledgeFileError(faults)
    if existing is not None:
        existing.delete()
    pledge = _write(pledge_file, municipalities, existing.uid if existing else None)
    for annex in pledge_file.annex:
        annexed, at = given[annex.sha256], timezone.now()
        PledgeAnnex.store(
            pledge, annexed.content, title=annex.title, pages=annexed.pages, by=None, at=at
        )
    return pledge, outcome


@transaction.atomic
def planned_import(pledge_file: PledgeFile) -> tuple[Pledge | None, Outcome]:
    """Return what an import would come to, with the pledge that is there now.

    It is locked as long as the transaction lasts. Raises PledgeFileError when the file names
    municipalities that aren't there, or when the pledge can't be replaced.
    """
    existing = _existing(pledge_file, _municipalities(pledge_file))
    if existing is None:
        return None, Outcome.NEW
    if _is_unchanged(pledge_file, existing):
        return existing, Outcome.UNCHANGED
    _refuse_unless_replaceable(existing)
    return existing, Outcome.REPLACED


def _municipalities(pledge_file: PledgeFile) -> dict[str, Municipality]:
    covered = (code for area in pledge_file.police_areas for code in area.covers)
    codes = dict.fromkeys([*pledge_file.places, *covered])
    known = Municipality.objects.in_bulk(list(codes), field_name="code")
    faults = [
        Fault(
            "police_area.covers",
            _("Det finns ingen kommun med koden %(code)s.") % {"code": code},
        )
        for code in codes
        if code not in known
    ]
    if faults:
        raise PledgeFileError(faults)
    return known


def _existing(pledge_file: PledgeFile, municipalities: dict[str, Municipality]) -> Pledge | None:
    """Return the pledge at the same address or with the same id, locked.

    Other imports of it wait.
    """
    parties = [municipalities[code] for code in pledge_file.places]
    # Importers of the same municipality wait for each other here, one after the other.
    list(Municipality.objects.select_for_update().filter(pk__in=[m.pk for m in parties]))
    clashing = Pledge.objects.filter(
        parties__municipality__in=parties, parties__period=pledge_file.pledge.period
    )
    if pledge_file.pledge.uid is not None:
        clashing = clashing | Pledge.objects.filter(uid=pledge_file.pledge.uid)
    pledges = list(Pledge.objects.filter(pk__in=clashing.values("pk")).select_for_update())
    if len(pledges) > 1:
        raise PledgeFileError(
            [Fault("pledge.period", _("Flera löften har redan den här perioden och kommunen."))]
        )
    return pledges[0] if pledges else None


def _refuse_unless_replaceable(existing: Pledge) -> None:
    if existing.adopted_at is not None:
        sentence = _("Löftet är redan antaget och kan inte ersättas av en fil.")
    elif existing.recalls.exists():
        sentence = _("Utkastet har kallats tillbaka och har en historia. Ändra det i arbetsytan.")
    elif existing.consultations.exists():
        sentence = _("Utkastet har varit på samråd och har en historia. Ändra det i arbetsytan.")
    else:
        return
    raise PledgeFileError([Fault("pledge.period", sentence)])


def _is_unchanged(pledge_file: PledgeFile, existing: Pledge) -> bool:
    """Return whether the pledge already says what the file does.

    Its police areas may have grown since.
    """
    exported = pledge_file_of(existing)
    grown = {area.name: area for area in exported.police_areas}

    def as_it_is_now(area: PoliceAreaPart) -> PoliceAreaPart:
        current = grown.get(area.name, area)
        return current if set(area.covers) <= set(current.covers) else area

    pledge = pledge_file.pledge.model_copy(update={"uid": pledge_file.pledge.uid or existing.uid})
    further = [as_it_is_now(area) for area in pledge_file.further_police_area]
    columns = {
        "pledge": pledge,
        "police_area": as_it_is_now(pledge_file.police_area),
        "further_police_area": sorted(further, key=lambda area: area.name),
        "part": sorted(pledge_file.part, key=lambda part: (part.municipality, part.name)),
    }
    return pledge_file.model_copy(update=columns) == exported


def _write(
    pledge_file: PledgeFile, municipalities: dict[str, Municipality], uid: uuid.UUID | None
) -> Pledge:
    part = pledge_file.pledge
    areas = {area.name: _police_area(area, municipalities) for area in pledge_file.police_areas}
    pledge = Pledge(
        uid=part.uid or uid or uuid.uuid4(),
        title_sv=part.title,
        title_en=part.title_en,
        period=part.period,
        police_area=areas[pledge_file.police_area.name],
        valid_from=part.valid_from,
        valid_to=part.valid_to,
        until_replaced=part.until_replaced,
        registry_number=part.registry_number or "",
        decided_on=part.decided_on,
        decided_by=part.decided_by or "",
        decision_paragraph=part.decision_paragraph or "",
        summary_sv=part.summary or "",
        summary_en=part.summary_en,
        source_note_sv=part.source_note or "",
        source_note_en=part.source_note_en,
        is_demonstration=part.demonstration,
        invented=part.invented,
        older_english=part.older_english or [],
    )
    pledge.save()
    for position, code in enumerate(pledge_file.places, 1):
        PledgeParty.objects.create(
            pledge=pledge,
            municipality=municipalities[code],
            position=position,
            gives=code in part.municipalities,
        )
    for further in pledge_file.further_police_area:
        FurtherPoliceArea.objects.create(pledge=pledge, police_area=areas[further.name])
    parts: dict[tuple[str | None, str | None], MunicipalityPart] = {}
    for named in pledge_file.part:
        municipality_part = MunicipalityPart.objects.named(
            municipalities[named.municipality], named.name
        )
        PledgePart.objects.create(pledge=pledge, part=municipality_part)
        parts[named.municipality, named.name] = municipality_part
    for position, section in enumerate(pledge_file.section, 1):
        Section.objects.create(
            pledge=pledge,
            position=position,
            kind=section.kind,
            heading_sv=section.heading,
            heading_en=section.heading_en,
            text_sv=section.text,
            text_en=section.text_en,
            invented=section.invented,
            older_english=section.older_english or [],
        )
    for position, area in enumerate(pledge_file.focus_area, 1):
        focus_area = FocusArea.objects.create(
            pledge=pledge,
            position=position,
            name_sv=area.name,
            name_en=area.name_en,
            problem_sv=area.problem or "",
            problem_en=area.problem_en,
            cause_sv=area.cause or "",
            cause_en=area.cause_en,
            expected_effects_sv=area.expected_effects or "",
            expected_effects_en=area.expected_effects_en,
            invented=area.invented,
            older_english=area.older_english or [],
        )
        for commitment_part in area.commitment:
            commitment = commitment_of(commitment_part)
            commitment.pledge, commitment.focus_area = pledge, focus_area
            commitment.save()
    for position, signatory in enumerate(pledge_file.signatory, 1):
        Signatory.objects.create(
            pledge=pledge,
            position=position,
            name=signatory.name,
            title_sv=signatory.title,
            title_en=signatory.title_en,
            party=signatory.party,
            municipality=municipalities[signatory.municipality] if signatory.municipality else None,
            part=parts.get((signatory.municipality, signatory.part)),
            police_area=_further_area(signatory, pledge, areas),
            third_party=signatory.third_party or "",
            invented=signatory.invented,
            older_english=signatory.older_english or [],
        )
    return pledge


def commitment_of(part: CommitmentPart) -> Commitment:
    """Return the commitment that a file says, not saved, of no pledge yet."""
    return Commitment(
        number=part.number,
        kind=part.kind,
        responsible=part.responsible,
        responsible_municipalities=part.municipalities,
        third_parties=part.third_parties,
        name_sv=part.name or "",
        name_en=part.name_en,
        text_sv=part.text,
        text_en=part.text_en,
        explanation_sv=part.explanation or "",
        explanation_en=part.explanation_en,
        target_shape=part.target.shape,
        target_amount=part.target.as_target().amount,
        target_period=part.target.period or "",
        target_at_least=part.target.as_target().at_least,
        target_at_most=part.target.as_target().at_most,
        target_of=part.target.of,
        target_first=part.target.first,
        target_last=part.target.last,
        target_every_year=bool(part.target.every_year),
        target_within_days=part.target.within_days,
        target_unit_sv=part.target.unit or "",
        target_unit_en=part.target.unit_en,
        invented=part.invented,
        older_english=part.older_english or [],
    )


def _further_area(
    signatory: SignatoryPart, pledge: Pledge, areas: dict[str, PoliceArea]
) -> PoliceArea | None:
    """Return a signatory's police area, None for the pledge's own."""
    area = areas.get(signatory.police_area or "")
    return None if area == pledge.police_area else area


def _police_area(area_part: PoliceAreaPart, municipalities: dict[str, Municipality]) -> PoliceArea:
    """Return the police area of that name, created if needed.

    What it covers only grows.
    """
    area, _made = PoliceArea.objects.get_or_create(name=area_part.name)
    for code in area_part.covers:
        PoliceAreaCoverage.objects.get_or_create(
            police_area=area, municipality=municipalities[code]
        )
    return area
