"""A consultation says first what is new against the pledge it follows."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from pledges import lifecycle
from pledges.consultation import rules as consultation_rules
from pledges.models import MunicipalityPart, Pledge, PledgePart
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    a_commitment,
    a_consultation,
    a_municipality,
    a_person,
    a_pledge,
    sign,
)
from tests.dialogues.conftest import words
from tests.pages.conftest import TODAY, Reader
from tests.pages.test_public_answers import queries

pytestmark = pytest.mark.django_db

PAGE = "/alvsbyn/samrad/2027-2029/1/"
DOGS = "Polisen söker med hund två gånger om året."
MORE_DOGS = "Polisen söker med hund tre gånger om året."
LAMPS = "Kommunen tänder fler lampor i parken."
CLASSES = "Polisen besöker alla klasser i årskurs sju."
PATROLS = "Varje lördag går kommun och förening nattvandring."
NEWS = "Jämfört med löftet"


def of(texts: list[str], *, part: str = "", signed_at: datetime = SIGNED_AT, **fields: object):  # type: ignore[no-untyped-def]
    """Make a pledge of the texts, signed unless `signed` is False."""
    is_signed = fields.pop("signed", True)
    pledge = a_pledge(signed=False, commitments=0, **fields)  # type: ignore[arg-type]
    if part:
        named = MunicipalityPart.objects.named(pledge.municipalities.get(), part)
        PledgePart.objects.create(pledge=pledge, part=named)
    for number, text in enumerate(texts, start=1):
        a_commitment(pledge, number, pledge.focus_areas.get(), text=text)
    if is_signed:
        lifecycle.adopt(pledge, signed_at, A_PDF + b"0")
        sign(pledge, 2, signed_at)
    return Pledge.objects.get(pk=pledge.pk)


def a_draft(texts: list[str], **fields: object) -> Pledge:
    fields = {"valid_from": date(2027, 1, 1), "valid_to": date(2029, 12, 31), **fields}
    return of(texts, signed=False, period="2027-2029", **fields)


def test_new_changed_and_dropped_come_first_and_each_is_listed_once(reader: Reader) -> None:
    of([DOGS, LAMPS, CLASSES])
    draft = a_draft([PATROLS, CLASSES, MORE_DOGS])
    draft.commitments.filter(number=3).update(target_amount=Decimal(3))
    a_consultation(draft)
    text = reader.text(PAGE)
    summary = "1 nytt åtagande, 1 ändrat, 1 borttaget, 1 oförändrat."
    assert f"Det här är nytt {NEWS} 2023–2025: {summary}" in text
    html = reader.get(PAGE).content.decode()
    starts = [html.index(f"<h3>{name}") for name in ("Nytt", "Ändrat", "Borttaget", "1 åtagande")]
    assert starts == sorted(starts)
    assert html.index('id="fragan"') < starts[0]
    assert starts[-1] < html.index('id="utkast-korthet"') < html.index('id="utkast-varfor"')
    new, changed, dropped, unchanged = (
        html[start:end] for start, end in zip(starts, [*starts[1:], len(html)], strict=True)
    )
    assert PATROLS in new
    assert re.search(r"<del>.*två.*</del><ins>.*tre.*</ins> gånger om året\.", changed)
    assert re.search(r"<del>.*2 hundsök per år.*</del> <ins>.*3 hundsök per år", changed)
    assert "(förut 1)" in changed
    assert f'<a href="/alvsbyn/2023-2025/ataganden/2/">{LAMPS}</a>' in dropped
    assert "(förut 3)" in unchanged
    # There is one list, and all of it can be commented on where it stands.
    for number in (1, 2, 3):
        assert html.count(f'id="atagande-{number}"') == 1
        assert html.count(f'kommentera/?atagande={number}"') == 1
        assert f"Tyck till om åtagande {number} · Läs synpunkterna på åtagande {number}" in text
    assert html.count(PATROLS) == html.count(CLASSES) == 1


def test_the_news_are_in_english_too(reader: Reader) -> None:
    of([DOGS, LAMPS])
    a_consultation(a_draft([MORE_DOGS, LAMPS]))
    text = reader.text(f"/en{PAGE}")
    summary = "0 new commitments, 1 changed, 0 dropped, 1 unchanged."
    assert f"What is new Compared with the pledge for 2023–2025: {summary}" in text
    assert "1 commitment is unchanged" in text
    assert "Comment on commitment 1 · Read the comments on commitment 1" in text


@pytest.mark.parametrize(
    "before",
    [
        None,
        {"signed": False},
        {"part": "Vidsel"},
        {"until_replaced": False},
        {"signed_at": TODAY + timedelta(hours=1)},
        {"valid_from": date(2028, 1, 1), "valid_to": date(2030, 12, 31)},
    ],
)
def test_a_draft_that_follows_no_pledge_is_listed_as_it_is(
    reader: Reader, before: dict[str, object] | None
) -> None:
    if before is not None:
        of(**{"texts": [DOGS], **before})  # type: ignore[arg-type]
    a_consultation(a_draft([MORE_DOGS]))
    html = reader.get(PAGE).content.decode()
    assert NEWS not in html
    assert "Det här föreslås" in html
    assert html.count('id="atagande-1"') == html.count(MORE_DOGS) == 1
    assert "Narkotika förekommer bland unga." in html


def test_a_draft_that_follows_different_pledges_in_its_parts_is_listed_as_it_is(
    reader: Reader,
) -> None:
    for part in ("Vidsel", "Korsträsk"):
        of([DOGS], part=part, period=f"2023-2025-{part[0].lower()}")
    draft = a_draft([MORE_DOGS], part="Vidsel")
    a_consultation(draft)
    assert f"{NEWS} 2023–2025, Vidsel: 0 nya åtaganden, 1 ändrat" in reader.text(PAGE)
    consultation_rules.close(draft.consultations.get(), by=a_person(), at=TODAY)
    korstrask = MunicipalityPart.objects.named(draft.municipalities.get(), "Korsträsk")
    PledgePart.objects.create(pledge=draft, part=korstrask)
    a_consultation(draft)
    assert NEWS not in reader.text("/alvsbyn/samrad/2027-2029/2/")


def test_it_is_compared_with_the_latest_pledge_that_began(reader: Reader) -> None:
    of([CLASSES], period="2020", valid_from=date(2020, 1, 1))
    of([DOGS])
    # It is annulled before it began: it takes over from nobody.
    never = of([LAMPS], period="2026", valid_from=date(2026, 12, 1),
               valid_to=date(2026, 12, 31))  # fmt: skip
    with time_machine.travel(TODAY - timedelta(days=1), tick=False):
        lifecycle.annul(never, date(2026, 12, 1), "Givet av misstag.", on=date(2026, 11, 22))
    a_consultation(a_draft([MORE_DOGS]))
    assert f"{NEWS} 2023–2025: 0 nya åtaganden, 1 ändrat" in reader.text(PAGE)


@pytest.mark.parametrize("days", [-1, 1])
def test_what_becomes_of_the_pledge_afterwards_changes_nothing(reader: Reader, days: int) -> None:
    before = of([DOGS])
    # What is asked about is to hold from a day that is past.
    draft = a_draft([MORE_DOGS], valid_from=date(2026, 1, 1))
    with time_machine.travel(TODAY + timedelta(days=days), tick=False):
        lifecycle.annul(before, date(2024, 7, 1), "Vi är överens.", on=date(2026, 11, 1))
    row = a_consultation(draft)
    sentence = f"{NEWS} 2023–2025: 0 nya åtaganden, 1 ändrat"
    assert (sentence in reader.text(PAGE)) is (days == 1)
    consultation_rules.close(row, by=a_person(), at=TODAY)
    draft.commitments.update(text_sv=LAMPS)
    lifecycle.adopt(draft, TODAY, A_PDF)
    sign(Pledge.objects.get(pk=draft.pk), 2, TODAY)
    later = {"valid_from": date(2026, 6, 1), "valid_to": date(2026, 12, 31)}
    of([CLASSES], period="2026", signed_at=TODAY + timedelta(hours=1), **later)
    assert (sentence in reader.text(PAGE)) is (days == 1)
    assert MORE_DOGS.split()[4] in reader.text(PAGE)


def test_another_text_or_party_of_what_is_carried_on_is_a_change(reader: Reader) -> None:
    before = of([DOGS, CLASSES])
    draft = a_draft([LAMPS, CLASSES], revises=before)
    for number in (1, 2):
        draft.commitments.filter(number=number).update(
            origin=before.commitments.get(number=number), responsible="municipality"
        )
    a_consultation(draft)
    text = reader.text(PAGE)
    assert f"{NEWS} 2023–2025: 0 nya åtaganden, 2 ändrade, 0 borttagna, 0 oförändrade." in text
    assert "[borttaget: Polisen] [tillagt: Älvsbyns kommun]" in text


def test_who_publishes_sees_the_news_first(staff: Client, reader: Reader, draft: Pledge) -> None:
    of([DOGS])
    Pledge.objects.filter(pk=draft.pk).update(valid_from=date(2027, 1, 1), valid_to="2029-12-31")
    preview = words(staff.get(f"/arbetsyta/samrad/utkast/{draft.uid}/"))
    assert "2023–2025 : 3 nya åtaganden, 0 ändrade, 1 borttaget" in preview


def test_many_commitments_ask_no_more_questions_than_one(reader: Reader) -> None:
    of([DOGS])
    a_consultation(a_draft([MORE_DOGS]))
    with_one = queries(reader, PAGE)
    boden = a_municipality("Boden")
    of([f"{LAMPS} {number}" for number in range(20)], municipality=boden)
    a_consultation(a_draft([f"{CLASSES} {number}" for number in range(20)], municipality=boden))
    assert queries(reader, PAGE.replace("alvsbyn", "boden")) == with_one
