"""The page of a commitment: why it is made, its target, and its periods."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from tests.builders import a_follow_up, a_pledge, an_action
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

ADDRESS = "/alvsbyn/2023-2025/ataganden/1/"


def test_it_shows_who_does_what_how_often_and_why(reader: Reader) -> None:
    a_pledge(commitment={"explanation": "Skolan har bett om det."})
    text = reader.text(ADDRESS)
    assert "Åtagande 1 av 3" in text
    assert "Polisen söker efter narkotika med hund i skolan (1)" in text
    assert "Lovat av Polisen. Minst 2 hundsök per år." in text
    assert "får bli fler, men inte färre" in text
    assert text.index("Narkotika förekommer bland unga.") < text.index("Det är lätt att få tag på.")
    assert "Skolan har bett om det." in text


def test_it_is_one_story_in_order(reader: Reader) -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    an_action(pledge.commitments.select_related("pledge__police_area").get())
    year = {"first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
    a_follow_up(pledge, verdict="not_kept", reason="Hunden var sjuk", **year)
    text = reader.text(ADDRESS)
    parts = [
        *("Lovat av Polisen.", "Därför är det lovat", "Så går det", "Varje kalenderår räknas"),
        *("Det här är gjort", "Så har rådet bedömt det", "Kommentarer"),
    ]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    # The reason stands with the year that was missed, the latest year first.
    of_2024 = "2024 2 1 Målet är inte nått Ej uppfyllt Skäl: Hunden var sjuk"
    assert text.index("2026 2 ") < text.index("2025 2 ") < text.index(of_2024)
    html = reader.get(ADDRESS).content.decode()
    line = "Rådet, hela 2024: ej uppfyllt. Redovisat: målet är inte nått."
    assert f'<meta name="description" content="{line}' in html
    assert html.count("<nav") + html.count('role="region"') + 3 <= 8


def test_a_counted_target_goes_on_for_the_new_year_while_the_pledge_is_held_over(
    reader: Reader,
) -> None:
    a_pledge()
    text = reader.text(ADDRESS)
    assert "2025 2 Redovisningen saknas" in text
    assert (
        "2026 2 Redovisas när perioden är slut – Inte bedömt. Löftet gäller tills vidare, så målet "
        "gäller också den här tiden."
    ) in text
    assert "2027" not in text


def test_no_new_year_is_added_before_the_planned_end_has_passed(reader: Reader) -> None:
    a_pledge()
    with time_machine.travel(date(2025, 12, 31)):
        text = reader.text(ADDRESS)
    assert "2025 2 Redovisas när perioden är slut" in text
    assert "tills vidare" not in text.partition("Så går det")[2]


def test_a_replaced_pledge_is_counted_to_its_last_day(reader: Reader) -> None:
    a_pledge()
    a_pledge(period="2026-2028", valid_from=date(2026, 7, 1), valid_to=date(2028, 12, 31))
    assert "31 december 2027" not in reader.text(ADDRESS)


def test_it_says_why_the_days_of_a_dog_search_are_not_told(reader: Reader) -> None:
    a_pledge(commitments=1)
    assert "Hur ofta det görs är offentligt, dagarna är det inte." in reader.text(ADDRESS)


def test_a_commitment_that_is_not_secret_says_nothing_of_hidden_days(reader: Reader) -> None:
    a_pledge(commitments=1, commitment={"kind": "cooperation"})
    assert "dagarna är det inte" not in reader.text(ADDRESS)


def test_a_commitment_without_a_target_says_that_it_cannot_be_counted(reader: Reader) -> None:
    a_pledge(commitments=1, commitment={"target_shape": "none", "kind": "cooperation"})
    text = reader.text(ADDRESS)
    assert "Inget mål i siffror" in text
    assert "Åtagandet har inget mål som går att räkna." in text
    assert "Det finns inget mål att räkna mot. Inget är redovisat än." in text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"target_period": "week"}, "Målet är ett genomsnitt över den tid som är redovisad"),
        ({"target_period": "whole"}, "Allt som görs under löftets tid räknas ihop."),
        ({"target_period": "term"}, "Höstterminen 2026"),
        ({"target_period": "school_year"}, "Läsåret 2026/27"),
        (
            {"target_shape": "average", "target_amount": Decimal("3.5"), "target_period": "week"},
            "Minst 3,5 hundsök i genomsnitt per vecka",
        ),
        ({"target_shape": "done"}, "Genomförs under löftesperioden"),
        ({"target_shape": "on_demand"}, "Genomförs när någon ber om det"),
    ],
)
def test_every_kind_of_target_is_put_in_words(
    reader: Reader, fields: dict[str, object], sentence: str
) -> None:
    a_pledge(commitments=1, commitment=fields)
    assert sentence in reader.text(ADDRESS)


def test_it_leads_to_its_neighbours_and_up_to_the_pledge(reader: Reader) -> None:
    a_pledge(commitments=3)
    html = reader.get("/alvsbyn/2023-2025/ataganden/2/").content.decode()
    assert 'href="/alvsbyn/2023-2025/ataganden/1/" rel="prev"' in html
    assert 'href="/alvsbyn/2023-2025/ataganden/3/" rel="next"' in html
    assert 'href="/alvsbyn/2023-2025/"' in html
    assert 'rel="prev"' not in reader.get(ADDRESS).content.decode()


def test_made_up_parts_are_marked(reader: Reader) -> None:
    a_pledge(is_demonstration=True, commitments=1, commitment={"invented": ["target"]})
    text = reader.text(ADDRESS)
    assert "Minst 2 hundsök per år Demonstrationsuppgift" in text
    assert "Löftet visas som demonstration." in text


def test_an_unknown_number_leads_to_the_pledge(reader: Reader) -> None:
    a_pledge()
    text = reader.text("/alvsbyn/2023-2025/ataganden/99/", status=404)
    assert "Löftet har inget åtagande med det numret. Visa hela löftet" in text


def test_a_number_too_large_for_the_database_is_just_unknown(reader: Reader) -> None:
    a_pledge()
    reader.text(f"/alvsbyn/2023-2025/ataganden/{10**40}/", status=404)
