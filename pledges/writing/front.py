"""Write the front of a draft.

The pledge's own columns, who gives it and where it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pledges.models import (
    FurtherPoliceArea,
    Municipality,
    MunicipalityPart,
    Pledge,
    PledgePart,
    PledgeParty,
    PoliceArea,
    Signatory,
)
from pledges.writing.parts import FIELDS, PLACES, PartKind, stored


def write_front(pledge: Pledge, values: Mapping[str, Any]) -> None:
    """Write what the front says: the pledge's own columns and its parties."""
    for name in FIELDS[PartKind.FRONT]:
        if name not in PLACES:
            setattr(pledge, name, stored(Pledge, name, values[name]))
    pledge.save()
    codes = [*values["municipalities"], *values["holds_in"]]
    PledgeParty.objects.filter(pledge=pledge).exclude(municipality__code__in=codes).delete()
    # The period in the address is repeated in each party, and follows the pledge's own.
    municipalities = Municipality.objects.in_bulk(codes, field_name="code")
    for position, code in enumerate(codes, 1):
        PledgeParty.objects.update_or_create(
            pledge=pledge,
            municipality=municipalities[code],
            defaults={
                "position": position,
                "period": pledge.period,
                "gives": code in values["municipalities"],
            },
        )
    _write_parts(pledge, values["parts"], municipalities)
    further = PoliceArea.objects.filter(name__in=values["further_police_areas"])
    further = further.exclude(pk=pledge.police_area_id)
    pledge.further_police_areas.exclude(police_area__in=further).delete()
    for area in further:
        FurtherPoliceArea.objects.get_or_create(pledge=pledge, police_area=area)


def _write_parts(
    pledge: Pledge, named: Iterable[str], municipalities: Mapping[str, Municipality]
) -> None:
    """Let a pledge hold for these parts, each as "1480:Centrum".

    Whoever signed for another part signs for the municipality then.
    """
    parts = [
        MunicipalityPart.objects.named(municipalities[code], name)
        for code, _colon, name in (part.partition(":") for part in named)
        if code in municipalities
    ]
    Signatory.objects.filter(pledge=pledge).exclude(part=None).exclude(part__in=parts).update(
        part=None
    )
    PledgePart.objects.filter(pledge=pledge).exclude(part__in=parts).delete()
    for part in parts:
        PledgePart.objects.get_or_create(pledge=pledge, part=part)
