"""How long something is, in words."""

import pytest
from django.utils import translation

from pledge_portal.pages.text import length_of_time


@pytest.mark.parametrize(
    ("days", "swedish", "english"),
    [
        (0, "0 dagar", "0 days"),
        (1, "1 dag", "1 day"),
        (364, "364 dagar", "364 days"),
        (365, "1 år", "1 year"),
        (4 * 365, "4 år", "4 years"),
        (4 * 365 + 1, "1461 dagar", "1461 days"),
    ],
)
def test_whole_years_are_called_years(days: int, swedish: str, english: str) -> None:
    assert length_of_time(days) == swedish
    with translation.override("en"):
        assert length_of_time(days) == english
