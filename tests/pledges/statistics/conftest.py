"""What the tests of statistics share: Älvsbyn and its neighbours.

With their areas.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pledges.models import Indicator, Municipality, PoliceArea
from pledges.statistics.areas import ensure_areas
from tests.builders import a_municipality, a_police_area


@dataclass
class Places:
    """Two municipalities of one police area, and one elsewhere."""

    alvsbyn: Municipality
    pitea: Municipality
    habo: Municipality
    police_area: PoliceArea


@pytest.fixture
def places() -> Places:
    alvsbyn, pitea = a_municipality(), a_municipality("Piteå", "2581", "Piteå kommun")
    habo = a_municipality("Habo", "0643", "Habo kommun")
    Municipality.objects.create(
        code="0305", name="Håbo", official_name="Håbo kommun", slug="habo-uppsala-lan"
    )
    area_places = Places(alvsbyn, pitea, habo, a_police_area(municipalities=[alvsbyn, pitea]))
    ensure_areas()
    return area_places


@pytest.fixture
def population() -> Indicator:
    """Return the number of inhabitants, as an indicator that is there already."""
    return Indicator.objects.create(
        key="folkmangd",
        kind="population",
        unit="count",
        name_sv="Folkmängd",
        source="SCB",
        source_code="folkmangd",
    )
