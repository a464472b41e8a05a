"""Find the police areas that a file means, also by a near name."""

from __future__ import annotations

import re
from difflib import get_close_matches

from pledges.exchange.pledge_file import PledgeFile
from pledges.models import PoliceArea
from pledges.models.municipality import without_diacritics

# What stands before the name itself: "LPO Piteå älvdal", "Polisen i Piteå älvdal".
_TITLES = {"lokalpolisomrade", "lokalpolisomradet", "lpo", "polisen", "i"}


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name as it is compared, without its title."""
    words = re.findall(r"\w+", without_diacritics(name))
    while len(words) > 1 and words[0] in _TITLES:
        del words[0]
    return tuple(words)


def near_areas(name: str) -> list[str]:
    """Return the names of the police areas that a name may mean.

    Those that are called the same but for title, case and signs; otherwise those that it is a part
    of, or that are a part of it; otherwise those that it may be a slip of the keyboard for.
    """
    words = _words(name)
    by_name = {area: _words(area) for area in PoliceArea.objects.values_list("name", flat=True)}
    same = [area for area, others in by_name.items() if others == words]
    parts = [
        area
        for area, others in by_name.items()
        if set(words) <= set(others) or set(others) <= set(words)
    ]
    alike = get_close_matches(" ".join(words), map(" ".join, by_name.values()), n=3, cutoff=0.8)
    slips = [area for area, others in by_name.items() if " ".join(others) in alike]
    return same or parts or slips


def with_known_areas(pledge_file: PledgeFile, *, takes_near: bool = False) -> PledgeFile:
    """Return the file with its police areas called as the portal calls them.

    Those that differ in title, case or signs alone, and with `takes_near` the only one that a name
    may mean, if it covers the municipalities that the file says. Others are left as they are.
    """
    names: dict[str, str] = {}
    for part in pledge_file.police_areas:
        near = near_areas(part.name)
        if part.name in near or len(near) != 1:
            continue
        covered = PoliceArea.objects.filter(name=near[0], municipalities__code__in=part.covers)
        if _words(near[0]) == _words(part.name) or (
            takes_near and covered.count() == len(set(part.covers))
        ):
            names[part.name] = near[0]
    called = [names.get(part.name, part.name) for part in pledge_file.police_areas]
    if not names or len(set(called)) < len(called):
        return pledge_file
    own, *further = [
        part.model_copy(update={"name": name})
        for part, name in zip(pledge_file.police_areas, called, strict=True)
    ]
    signatories = [
        signatory.model_copy(
            update={"police_area": names.get(signatory.police_area or "", signatory.police_area)}
        )
        for signatory in pledge_file.signatory
    ]
    return pledge_file.model_copy(
        update={"police_area": own, "further_police_area": further, "signatory": signatories}
    )
