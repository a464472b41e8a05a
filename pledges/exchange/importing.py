"""From a pledge file to a pledge."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from pledges.exchange.exporting import pledge_file_of
from pledges.exchange.faults import Fault, PledgeFileError
from pledges.exchange.pledge_file import CommitmentPart, PledgeFile
from pledges.models import (
    Commitment,
    FocusArea,
    Municipality,
    Pledge,
    PledgeParty,
    PoliceArea,
    PoliceAreaCoverage,
    Section,
    Signatory,
)


class Outcome(StrEnum):
    """What an import came to."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@transaction.atomic
def import_pledge(pledge_file: PledgeFile, *, replace: bool = False) -> tuple[Pledge, Outcome]:
    """Write the pledge of a file as a draft; return it and what was done.

    The same file a second time changes nothing. A draft that is there already is replaced only when
    `replace` is set, an adopted or signed one never. Raises PledgeFileError, with every fault
    named and nothing written.
    """
    municipalities = _municipalities(pledge_file)
    existing = _existing(pledge_file, municipalities)
    if existing is not None:
        if _is_unchanged(pledge_file, existing):
            return existing, Outcome.UNCHANGED
        _refuse_unless_replaceable(existing, replace)
        existing.delete()
    pledge = _write(pledge_file, municipalities, existing.uid if existing else None)
    return pledge, Outcome.REPLACED if existing else Outcome.NEW


def _municipalities(pledge_file: PledgeFile) -> dict[str, Municipality]:
    codes = dict.fromkeys([*pledge_file.pledge.municipalities, *pledge_file.police_area.covers])
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
    parties = [municipalities[code] for code in pledge_file.pledge.municipalities]
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


def _refuse_unless_replaceable(existing: Pledge, replace: bool) -> None:
    if existing.adopted_at is not None:
        sentence = _("Löftet är redan antaget och kan inte ersättas av en fil.")
    elif existing.recalls.exists():
        sentence = _("Utkastet har kallats tillbaka och har en historia. Ändra det i arbetsytan.")
    elif not replace:
        sentence = _("Det finns redan ett utkast för perioden. Använd --replace för att ersätta.")
    else:
        return
    raise PledgeFileError([Fault("pledge.period", sentence)])


def _is_unchanged(pledge_file: PledgeFile, existing: Pledge) -> bool:
    """Return whether the pledge already says what the file does.

    Its police area may have grown since.
    """
    exported = pledge_file_of(existing)
    area = pledge_file.police_area
    if area.name == exported.police_area.name and set(area.covers) <= set(
        exported.police_area.covers
    ):
        area = exported.police_area
    pledge = pledge_file.pledge.model_copy(update={"uid": pledge_file.pledge.uid or existing.uid})
    return pledge_file.model_copy(update={"pledge": pledge, "police_area": area}) == exported


def _write(
    pledge_file: PledgeFile, municipalities: dict[str, Municipality], uid: uuid.UUID | None
) -> Pledge:
    part = pledge_file.pledge
    pledge = Pledge(
        uid=part.uid or uid or uuid.uuid4(),
        title_sv=part.title,
        title_en=part.title_en,
        period=part.period,
        police_area=_police_area(pledge_file, municipalities),
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
    )
    pledge.save()
    for position, code in enumerate(part.municipalities, 1):
        PledgeParty.objects.create(
            pledge=pledge, municipality=municipalities[code], position=position
        )
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
            invented=area.invented,
        )
        _write_commitments(pledge, focus_area, area.commitment)
    for position, signatory in enumerate(pledge_file.signatory, 1):
        Signatory.objects.create(
            pledge=pledge,
            position=position,
            name=signatory.name,
            title_sv=signatory.title,
            title_en=signatory.title_en,
            party=signatory.party,
            municipality=municipalities[signatory.municipality] if signatory.municipality else None,
            invented=signatory.invented,
        )
    return pledge


def _write_commitments(
    pledge: Pledge, focus_area: FocusArea, commitments: Iterable[CommitmentPart]
) -> None:
    for part in commitments:
        Commitment.objects.create(
            pledge=pledge,
            focus_area=focus_area,
            number=part.number,
            kind=part.kind,
            responsible=part.responsible,
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
            target_within_days=part.target.within_days,
            target_unit_sv=part.target.unit or "",
            target_unit_en=part.target.unit_en,
            invented=part.invented,
        )


def _police_area(pledge_file: PledgeFile, municipalities: dict[str, Municipality]) -> PoliceArea:
    """Return the police area of that name, created if needed.

    What it covers only grows.
    """
    area, _made = PoliceArea.objects.get_or_create(name=pledge_file.police_area.name)
    for code in pledge_file.police_area.covers:
        PoliceAreaCoverage.objects.get_or_create(
            police_area=area, municipality=municipalities[code]
        )
    return area
