"""What points at a pupil or a suspect in a text is found."""

from __future__ import annotations

import tomllib

import pytest

from dialogues.tips import warnings_of
from pledge_portal.pages.pointing import find_pointers
from tests.pages.test_typed_text import a_form
from tests.pledges.real_reports import FILES, texts_in


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ("Elev 9B hade", ["9B"]),
        ("i åk 9 b", ["åk 9 b"]),
        ("９\u00a0Ｂ på rast", ["９\u00a0Ｂ"]),
        ("klass NA21b", ["klass NA21b"]),
        ("Eleven var med. Elevens väska.", ["Eleven", "Elevens"]),
        ("en pojke i nian", ["pojke i nian"]),
        ("pojken", ["pojken"]),
        ("den misstänkte", ["den misstänkte"]),
        ("elvaåringen", ["elvaåringen"]),
        ("en 15-åring", ["15-åring"]),
        ("Hon är elva år", ["är elva år"]),
        ("skåp 14, elevskåpet", ["skåp 14", "elevskåpet"]),
        ("hittades i ett skåp", ["ett skåp"]),
        ("Misstänkt Anna Berg greps", ["Misstänkt Anna Berg"]),
        ("Anna Berg, elev här", ["Anna Berg, elev"]),
        ("a boy in year 9 with a locker", ["boy in year 9", "a locker"]),
        ("the 15-year-old", ["15-year-old"]),
    ],
)
def test_what_points_at_somebody_is_found(text: str, pointers: list[str]) -> None:
    assert find_pointers(text) == pointers


@pytest.mark.parametrize(
    "text",
    [
        "Polisen besöker alla klasser i årskurs 7.",
        "The police made eleven searches of the school.",
        "Elever i årskurs 9, pojkar och flickor, 15-åringar och misstänkta brott.",
        "Hundsök gjordes i kapprum. Skåpen söktes igenom.",
        "Elever på Norra Skolan. Anna Berg är chef.",
        "18 kap. 1 § a, mål 2a, bilaga 3 B, Storgatan 5 B, 5G, E4 och KS 2023/1.",
        "Det var 12 år sedan, och för elva år sedan.",
    ],
)
def test_what_points_at_nobody_is_left_alone(text: str) -> None:
    assert find_pointers(text) == []


def test_no_text_of_a_real_pledge_points_at_anybody() -> None:
    pledges = [tomllib.loads(file.read_text()) for file in FILES]
    texts = [text for pledge in pledges for text in texts_in(pledge)]
    assert len(texts) > 800
    assert [text for text in texts if find_pointers(text)] == []


def test_staff_are_asked_and_may_say_that_it_is_fine() -> None:
    form = a_form(text="Elev i 9B")
    assert "kan peka ut en elev eller en misstänkt: ”9B”" in str(form.errors["text"])
    assert form.asks_about_texts
    assert a_form(text="Elev i 9B", texts_are_fine="on").is_valid()


def test_staff_who_read_residents_are_warned() -> None:
    assert warnings_of("Eleven i 9B") == ["Kan peka ut en elev eller en misstänkt"]
