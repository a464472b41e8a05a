"""Load the demonstration's statistics: made up, and marked so.

They are of a likely size.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from pledges.models import Indicator, IndicatorLink, Pledge
from pledges.statistics import linking
from pledges.statistics.importing import import_file

FOLDER = settings.BASE_DIR / "demo" / "statistik"
# In the order that they came: the third revises a figure of the second.
FILES = (
    "folkmangd.csv",
    "anmalda-brott-2021-2025.csv",
    "anmalda-brott-rattelse.csv",
    "anmalda-brott-per-manad.csv",
    "ntu.csv",
    "kolada-n07403.json",
    "kolada-namn.json",
)


@transaction.atomic
def load_statistics(pledge: Pledge, at: datetime) -> int:
    """Bring in the demonstration's missing figures; return how many were.

    They are tied to its pledge.
    """
    added = 0
    for name in FILES:
        with (FOLDER / name).open("rb") as stream:
            added += import_file(stream, name, by=None, at=at, is_demonstration=True).added
    links = tomllib.loads((FOLDER / "kopplingar.toml").read_text(encoding="utf-8"))
    for entry in links["indicator"]:
        _word(**entry)
    # Somebody may have taken one of them away.
    if not IndicatorLink.objects.filter(focus_area__pledge=pledge).exists():
        _tie(pledge, links["link"])
    return added


def _word(code: str, name_en: str, position: int) -> None:
    """Name an indicator in English, unless the operator has."""
    for indicator in Indicator.objects.filter(source_code=code, name_en=None):
        indicator.name_en, indicator.position = name_en, position
        indicator.save()


def _tie(pledge: Pledge, links: list[dict[str, Any]]) -> None:
    indicators = {indicator.source_code: indicator for indicator in Indicator.objects.all()}
    areas = {focus_area.name_sv: focus_area for focus_area in pledge.focus_areas.all()}
    commitments = {commitment.number: commitment for commitment in pledge.commitments.all()}
    for link in links:
        linking.link_indicator(
            areas[link["focus_area"]],
            indicators[link["indicator"]],
            commitment=commitments[link["commitment"]] if "commitment" in link else None,
            reason=link["reason"],
            reason_en=link["reason_en"],
            is_demonstration=True,
        )
