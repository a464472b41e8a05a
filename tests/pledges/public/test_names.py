"""What a commitment is called: its short name, its whole text near."""

import html
import re
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from pledges.models import Commitment, Pledge
from tests.builders import a_comment, a_consultation, a_follow_up, a_pledge, an_action
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

PLEDGE = "/alvsbyn/2023-2025/"
NAME = "Hundsök i skolan"
TEXT = "Polisen söker efter narkotika med hund i skolan (1)"
MORE = {"text_en": "The police search the school for drugs with dogs"}


def a_named_pledge(**fields: object) -> Pledge:
    return a_pledge(commitments=1, commitment={"name": NAME, "kind": "other", **fields})


def test_a_short_name_is_the_link_and_the_whole_text_is_near(reader: Reader) -> None:
    pledge = a_named_pledge()
    commitment = pledge.commitments.select_related("pledge").get()
    an_action(commitment, done_on=date(2024, 5, 6), amount=2)
    a_follow_up(pledge)
    a_comment(pledge, commitment=commitment)
    for page in (PLEDGE, "/alvsbyn/"):
        content = reader.get(page).content.decode()
        link = rf'ataganden/1/"><span class="hidden-visually">Åtagande </span>1\. {NAME}</a>'
        assert re.search(link, content)
        row = content.partition(f"1. {NAME}</a>")[2].partition("</li>")[0]
        assert f"<p>{TEXT}</p>" in row.partition("</summary>")[2], page
    own = reader.get(f"{PLEDGE}ataganden/1/").content.decode()
    assert f"<title>{NAME}: åtagande 1, Älvsbyns kommun 2023–2025" in own
    assert f'<h1>{NAME}</h1>\n<p class="lead">{TEXT}</p>' in own
    assert f'<span aria-current="page">{NAME}</span>' in own
    done = reader.text(f"{PLEDGE}insatser/")
    assert f"1. {NAME} Visa" in done
    assert f"{NAME}, 6 maj 2024: 2 hundsök" in done
    assert f"1. {NAME} Uppfyllt" in reader.text(f"{PLEDGE}uppfoljningar/")
    assert f"1. {NAME};" in reader.get(f"{PLEDGE}diagram/uppfoljningar.csv").content.decode()
    assert f"1. {NAME}" in reader.get(f"{PLEDGE}diagram/mal.csv").content.decode()
    assert f"1. {NAME} {TEXT}" in reader.text(f"{PLEDGE}uppfoljningar/2025-02-12/")
    assert f"Om {NAME}" in reader.text(f"{PLEDGE}kommentarer/")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name_en": "Dog searches"}, "Dog searches"),
        ({"name_en": "Dog searches", "older_english": ["name"], **MORE}, MORE["text_en"]),
        (MORE, MORE["text_en"]),
        ({"kind": "drug_habit_survey"}, "Drug-habit survey"),
        ({}, f'<span lang="sv">{NAME}</span>'),
    ],
)
def test_in_english_a_name_is_english_where_anything_is(
    reader: Reader, fields: dict[str, object], name: str
) -> None:
    """A name, what kind of thing it is, or its text, before a Swedish name."""
    an_action(a_named_pledge(**fields).commitments.select_related("pledge").get())
    page = reader.get(f"/en{PLEDGE}insatser/").content.decode()
    assert f'">{name}</a>, <time' in page
    own = reader.get(f"/en{PLEDGE}ataganden/1/").content.decode()
    plain = re.sub("<[^>]+>", "", name)
    assert f"<title>{html.escape(plain)}: commitment 1, Älvsbyns kommun 2023–2025" in own


def test_a_draft_on_consultation_says_its_names(reader: Reader) -> None:
    draft = a_pledge(commitments=1, signed=False, commitment={"name": NAME})
    a_consultation(draft)
    assert f"Åtagande 1: {NAME} {TEXT}" in reader.text("/alvsbyn/samrad/2023-2025/1/")


def test_a_signed_name_stays() -> None:
    pledge = a_named_pledge()
    with pytest.raises(DatabaseError, match="undertecknat"), transaction.atomic():
        Commitment.objects.filter(pledge=pledge).update(name_sv="Annat")
