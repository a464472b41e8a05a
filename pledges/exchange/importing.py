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
def import_pledge(found: PledgeFile, *, replace: bool = False) -> tuple[Pledge, Outcome]:
    """Write the pledge of a file as a draft; return it and what was done.

    The same file a second time changes nothing. A draft that is there already is replaced only when
    `replace` is set, an adopted or signed one never. Raises PledgeFileError, with every fault
    named and nothing written.
    """
    municipalities = _municipalities(found)
    existing = _existing(found, municipalities)
    if existing is not None:
        if _says_the_same(found, existing):
            return existing, Outcome.UNCHANGED
        _refuse_unless_replaceable(existing, replace)
        existing.delete()
    pledge = _write(found, municipalities, existing.uid if existing else None)
    return pledge, Outcome.REPLACED if existing else Outcome.NEW


def _municipalities(found: PledgeFile) -> dict[str, Municipality]:
    wanted = dict.fromkeys([*found.pledge.municipalities, *found.police_area.covers])
    known = Municipality.objects.in_bulk(list(wanted), field_name="code")
    faults = [
        Fault(
            "police_area.covers",
            _("Det finns ingen kommun med koden %(code)s.") % {"code": code},
        )
        for code in wanted
        if code not in known
    ]
    if faults:
        raise PledgeFileError(faults)
    return known


def _existing(found: PledgeFile, municipalities: dict[str, Municipality]) -> Pledge | None:
    """Return the pledge at the same address, or of the same id; lock it against other imports."""
    parties = [municipalities[code] for code in found.pledge.municipalities]
    # Importers of the same municipality wait for each other here, one after the other.
    list(Municipality.objects.select_for_update().filter(pk__in=[m.pk for m in parties]))
    clashing = Pledge.objects.filter(
        parties__municipality__in=parties, parties__period=found.pledge.period
    )
    if found.pledge.uid is not None:
        clashing = clashing | Pledge.objects.filter(uid=found.pledge.uid)
    pledges = list(Pledge.objects.filter(pk__in=clashing.values("pk")).select_for_update())
    if len(pledges) > 1:
        raise PledgeFileError(
            [Fault("pledge.period", _("Flera löften har redan den här perioden och kommunen."))]
        )
    return pledges[0] if pledges else None


def _refuse_unless_replaceable(existing: Pledge, replace: bool) -> None:
    if existing.adopted_at is not None:
        sentence = _("Löftet är redan antaget och kan inte ersättas av en fil.")
    elif not replace:
        sentence = _("Det finns redan ett utkast för perioden. Använd --replace för att ersätta.")
    else:
        return
    raise PledgeFileError([Fault("pledge.period", sentence)])


def _says_the_same(found: PledgeFile, existing: Pledge) -> bool:
    """Whether the pledge already says what the file does; police areas may have grown since."""
    written = pledge_file_of(existing)
    area = found.police_area
    if area.name == written.police_area.name and set(area.covers) <= set(
        written.police_area.covers
    ):
        area = written.police_area
    pledge = found.pledge.model_copy(update={"uid": found.pledge.uid or existing.uid})
    return found.model_copy(update={"pledge": pledge, "police_area": area}) == written


def _write(
    found: PledgeFile, municipalities: dict[str, Municipality], uid: uuid.UUID | None
) -> Pledge:
    said = found.pledge
    pledge = Pledge(
        uid=said.uid or uid or uuid.uuid4(),
        title_sv=said.title,
        title_en=said.title_en,
        period=said.period,
        police_area=_police_area(found, municipalities),
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        until_replaced=said.until_replaced,
        registry_number=said.registry_number or "",
        summary_sv=said.summary or "",
        summary_en=said.summary_en,
        source_note_sv=said.source_note or "",
        source_note_en=said.source_note_en,
        is_demonstration=said.demonstration,
        invented=said.invented,
    )
    pledge.save()
    for position, code in enumerate(said.municipalities, 1):
        PledgeParty.objects.create(
            pledge=pledge, municipality=municipalities[code], position=position
        )
    for position, section in enumerate(found.section, 1):
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
    for position, area in enumerate(found.focus_area, 1):
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
    for position, signatory in enumerate(found.signatory, 1):
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
    for said in commitments:
        Commitment.objects.create(
            pledge=pledge,
            focus_area=focus_area,
            number=said.number,
            kind=said.kind,
            responsible=said.responsible,
            text_sv=said.text,
            text_en=said.text_en,
            explanation_sv=said.explanation or "",
            explanation_en=said.explanation_en,
            target_shape=said.target.shape,
            target_amount=said.target.as_target().amount,
            target_period=said.target.period or "",
            target_at_least=said.target.at_least,
            target_of=said.target.of,
            target_unit_sv=said.target.unit or "",
            target_unit_en=said.target.unit_en,
            invented=said.invented,
        )


def _police_area(found: PledgeFile, municipalities: dict[str, Municipality]) -> PoliceArea:
    """Return the police area of that name, made if need be; what it covers only grows."""
    area, _made = PoliceArea.objects.get_or_create(name=found.police_area.name)
    for code in found.police_area.covers:
        PoliceAreaCoverage.objects.get_or_create(
            police_area=area, municipality=municipalities[code]
        )
    return area
