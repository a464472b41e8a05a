"""News made by what happens: once, from a day that tells nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dialogues.calendar import rules as calendar_rules
from news.events import make_news
from news.jobs import make_news_of_today
from news.models import News, NewsAction
from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_owner, as_public
from pledges import lifecycle
from pledges.actions import action_disclosure, recording
from pledges.closings import rules as closing_rules
from pledges.closings.responsible import responsible_for
from pledges.consultation import rules as consultation_rules
from pledges.models import Commitment, CompletedAction, Municipality, Pledge, PublishedAction
from tests.builders import (
    SIGNED_AT,
    a_consultation,
    a_dialogue,
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    an_action,
)
from tests.dialogues.conftest import words
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

LIST, WORKSPACE = "/alvsbyn/nyheter/", "/arbetsyta/nyheter/"
ON = date(2026, 11, 23)
OTHER: dict[str, object] = {"kind": "other", "text": "Polisen gör trafikkontroller"}


def made(on: date = ON) -> list[tuple[str, date | None]]:
    """Make the news of a day; return what is public then, the earliest first."""
    make_news(on)
    rows = News.objects.public(on).order_by("published_on", "kind")
    return list(rows.values_list("kind", "published_on"))


def test_a_pledges_life_is_news_once_each(reader: Reader, place: Municipality) -> None:
    """Signed, begun, followed up, overdue, taken over from, annulled."""
    pledge = Pledge.objects.get()
    a_follow_up(pledge)
    after = a_pledge(
        place,
        period="2026-2027",
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 12, 31),
        title_sv="Löftet därefter",
    )
    lifecycle.annul(after, date(2026, 12, 1), "Nya tider", on=ON)
    expected = [
        ("signed", date(2022, 12, 12)),
        ("signed", date(2022, 12, 12)),
        ("in_force", date(2023, 1, 1)),
        ("follow_up", date(2025, 10, 1)),
        ("replaced", date(2026, 1, 1)),
        ("annulled", timezone.localdate()),
    ]
    news = made()
    assert [row for row in news if row[0] != "overdue"] == expected
    assert made() == news
    listed = words(reader.get(LIST))
    for sentence in (
        "Medborgarlöfte 2023-2025 är undertecknat",
        "Älvsbyns kommun och Polisen har undertecknat löftet.",
        "Medborgarlöfte 2023-2025 börjar gälla",
        "Löftet därefter tar över efter Medborgarlöfte 2023-2025",
        "Löftet därefter är upphävt",
        "Skäl: Nya tider",
        "Uppföljning av Medborgarlöfte 2023-2025",
        "Så bedömde det brottsförebyggande rådet löftet den 12 februari 2025.",
        "Vad som är redovisat står bredvid bedömningarna i uppföljningen.",
    ):
        assert sentence in listed, sentence
    english = reader.get(f"/en{LIST}").content.decode()
    assert '<span lang="sv">Löftet därefter</span> has been annulled' in english
    for row in News.objects.public(ON):
        assert reader.get(f"{LIST}{row.uid}/").status_code == 200
        assert reader.get(f"/en{LIST}{row.uid}/").status_code == 200


def test_a_missing_follow_up_is_told_without_blame_and_that_it_came(pledge: Pledge) -> None:
    on = date(2023, 9, 1)
    with time_machine.travel(datetime(2023, 9, 1, 12, tzinfo=UTC), tick=False):
        reader = Client()
        assert ("overdue", date(2023, 8, 15)) in made(on)
        page = words(reader.get(LIST))
    assert "Uppföljningen av Medborgarlöfte 2023-2025 saknas" in page
    assert "första halvåret 2023" in page
    assert "senast den 14 augusti 2023" in page
    a_follow_up(pledge, first_day=date(2023, 1, 1), last_day=date(2023, 6, 30))
    news = News.objects.get(kind="overdue")
    page = words(Client().get(f"{LIST}{news.uid}/"))
    assert "kom inte i tid" in page
    assert "Den har publicerats sedan dess." in page


def test_dialogues_and_consultations_are_news(reader: Reader, place: Municipality) -> None:
    dialogue = a_dialogue(place, title="Träffa oss på torget", place="Biblioteket")
    calendar_rules.sum_up(dialogue, {"text_sv": "Fler lampor."}, timezone.now(), publishes=True)
    a_dialogue(place, announced=False, title="Utkast")
    asked = a_consultation(a_pledge(place, signed=False, period="2030-2032"))
    closed = datetime(2026, 11, 23, 12, tzinfo=UTC)
    consultation_rules.close(asked, by=None, at=closed)
    consultation_rules.publish_outcome(
        asked, {"outcome_sv": "Lampor lades till.", "outcome_en": ""}, at=closed
    )
    kinds = {kind for kind, _day in made()}
    assert {"dialogue", "heard", "consultation", "outcome"} <= kinds
    listed = words(reader.get(LIST))
    for sentence in (
        "Medborgardialog: Träffa oss på torget",
        "Det här hörde vi: Träffa oss på torget Fler lampor.",
        "Samråd om Medborgarlöfte",
        "Lampor lades till.",
    ):
        assert sentence in listed, sentence
    assert "Utkast" not in listed
    row = News.objects.get(kind="dialogue")
    english = reader.get(f"/en{LIST}{row.uid}/").content.decode()
    assert '<span lang="sv" translate="no">Biblioteket</span>.' in english


def test_actions_of_a_day_are_one_piece_of_news_the_day_after(reader: Reader) -> None:
    pledge = a_pledge(commitment=OTHER)
    commitment = pledge.commitments.get(number=1)
    for number in range(20):
        an_action(commitment, done_on=date(2024, 3, 1 + number), recorded_on=date(2026, 11, 20))
    assert "actions" not in dict(made(date(2026, 11, 20)))
    assert ("actions", date(2026, 11, 21)) in made(date(2026, 11, 21))
    assert made() == made()
    assert News.objects.filter(kind="actions").count() == 1
    assert NewsAction.objects.count() == 20
    listed = words(reader.get(LIST))
    assert "20 hundsök, 1–20 mars 2024" in listed
    assert "Om löftet hålls är rådets bedömning" in listed
    action = CompletedAction.objects.first()
    assert action is not None
    recording.strike_out(action, version=1, reason="Fel", by=None, at=timezone.now())
    assert "19 hundsök" in words(reader.get(LIST))
    for action in CompletedAction.objects.filter(struck_at=None):
        recording.strike_out(action, version=1, reason="Fel", by=None, at=timezone.now())
    assert "Redovisat:" not in words(reader.get(LIST))


def test_a_secret_kinds_action_is_news_with_its_period_alone(reader: Reader) -> None:
    """And dated by its reporting, on a day that tells nothing of the search's."""
    pledge = a_pledge(commitments=1)
    commitment = pledge.commitments.get()
    an_action(commitment, done_on=date(2025, 3, 4))
    an_action(commitment, done_on=date(2025, 10, 7), embargo_until=date(2027, 1, 1))
    assert {kind for kind, _day in made()} & {"actions", "reported"} == set()
    closing_rules.close(
        Commitment.objects.select_related("pledge").get(),
        date(2025, 1, 1),
        responsible_for(commitment),
        pledge.police_area,
        by=None,
        at=datetime(2026, 2, 3, 12, tzinfo=UTC),
    )
    assert ("reported", date(2026, 2, 3)) in made()
    assert not NewsAction.objects.exists()
    listed = words(reader.get(LIST))
    assert "allt är redovisat för hela 2025" in listed
    assert "Redovisat för perioden: 1 hundsök." in listed
    assert "mars" not in listed
    closing = commitment.closings.get()
    closing_rules.undo(closing, "Mer kom", by=None, at=timezone.now())
    assert "allt är redovisat" not in words(reader.get(LIST))


def test_the_day_of_news_is_not_reckoned_from_a_day_that_is_not_told() -> None:
    """An embargo counts from the end of the month that is told."""
    news = set()
    for day in (3, 27):
        place = a_municipality(f"Ort {day}")
        commitment = a_pledge(place, commitment=OTHER, commitments=1).commitments.get()
        action_disclosure.disclose(
            commitment,
            place_detail="municipality",
            date_detail="month",
            embargo_days=45,
            shows_search_outcome=False,
        )
        an_action(commitment, done_on=date(2026, 1, day), recorded_on=date(2026, 1, day))
        assert PublishedAction.objects.get(commitment=commitment).public_from < date(2026, 3, 17)
        for on in (date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)):
            make_news(on)
            row = News.objects.filter(kind="actions", municipality=place).first()
            news.add((on, row and row.published_on))
    assert news == {
        (date(2026, 3, 16), None),
        (date(2026, 3, 17), None),
        (date(2026, 3, 18), date(2026, 3, 18)),
    }


def test_what_is_embargoed_is_no_news_and_an_embargo_made_longer_takes_it_back(
    reader: Reader,
) -> None:
    commitment = a_pledge(commitment=OTHER, commitments=1).commitments.get()
    action = an_action(commitment, done_on=date(2026, 10, 1), recorded_on=date(2026, 10, 2))
    an_action(commitment, done_on=date(2026, 10, 1), embargo_until=date(2026, 12, 24))
    assert ("actions", date(2026, 10, 3)) in made()
    assert NewsAction.objects.get().action == action
    fields = recording.Entry.from_action(action).stored()
    entry = recording.Entry(**{**fields, "embargo_until": ON + timedelta(days=1)})
    recording.correct(action, entry, version=1, reason="Skäl", by=None, at=timezone.now())
    assert "actions" not in dict(made())
    assert "Redovisat:" not in words(reader.get(LIST))


@pytest.mark.parametrize("kind", ["dialogue", "heard", "follow_up", "signed"])
def test_news_goes_with_its_subject_in_both_layers(
    pledge: Pledge, place: Municipality, kind: str
) -> None:
    """Though none of these can be undone by staff."""
    if kind == "follow_up":
        a_follow_up(pledge)
    elif kind != "signed":
        calendar_rules.sum_up(a_dialogue(place), {"text_sv": "Hört"}, SIGNED_AT, publishes=True)
    assert kind in dict(made())
    undo = {
        "dialogue": "UPDATE dialogues_dialogue SET announced_at = NULL, number = NULL",
        "heard": "UPDATE dialogues_heard SET published_at = NULL",
        "follow_up": "UPDATE pledges_followup SET published_at = NULL",
        "signed": "DELETE FROM pledges_validityperiod",
    }
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        table = undo[kind].split()[1 if kind != "signed" else 2]
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(undo[kind])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert kind not in News.objects.public(ON).values_list("kind", flat=True)
    with as_public():
        assert kind not in News.objects.values_list("kind", flat=True)


def test_news_waits_where_the_municipality_wants_so(
    client: Client, reader: Reader, place: Municipality
) -> None:
    """By clicking: setting, list, other words, publish, hold back."""
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, place))
    assert f"{WORKSPACE}installning/" in client.get(WORKSPACE).content.decode()
    assert "går ut av sig själva" in words(client.get(f"{WORKSPACE}installning/"))
    client.post(f"{WORKSPACE}installning/", {"waits": "waits"})
    assert "De väntar på er i: Älvsbyns kommun." in words(client.get(f"{WORKSPACE}installning/"))
    make_news_of_today()
    assert not News.objects.exclude(published_on=None).exists()
    signed, begun = News.objects.get(kind="signed"), News.objects.get(kind="in_force")
    assert "nyheter väntar på att ni släpper dem" in words(client.get("/arbetsyta/"))
    waiting = words(client.get(WORKSPACE, {"visa": "vantar"}))
    assert "Medborgarlöfte 2023-2025 är undertecknat" in waiting
    page = f"{WORKSPACE}{signed.uid}/"
    form = client.get(f"{page}andra/").content.decode()
    assert "Medborgarlöfte 2023-2025 är undertecknat" in form
    assert "has been signed" in form
    own = {"title_sv": "Nu är det klart", "text_sv": "Vi har skrivit på.", "version": 1}
    client.post(f"{page}andra/", own)
    assert reader.get(f"{LIST}{signed.uid}/").status_code == 404
    client.post(f"{page}publicera/", {"version": 2})
    shown = words(reader.get(f"{LIST}{signed.uid}/"))
    assert "Nu är det klart" in shown
    assert "23 november 2026" in shown
    assert "kastas inte" in words(client.post(f"{WORKSPACE}{begun.uid}/kasta/", {"version": 1}))
    client.post(f"{WORKSPACE}{begun.uid}/slapp-inte/", {"version": 1})
    make_news_of_today()
    assert News.objects.filter(kind="in_force").count() == 1
    assert "Går inte ut" in words(client.get(f"{WORKSPACE}{begun.uid}/"))
    client.post(f"{WORKSPACE}installning/", {"waits": ""})
    assert "De väntar på er i" not in words(client.get(f"{WORKSPACE}installning/"))


def test_a_killed_chore_loses_none_and_two_at_once_make_none_twice(
    place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    commitment = a_pledge(a_municipality("Boden"), commitment=OTHER).commitments.first()
    assert commitment is not None
    an_action(commitment, done_on=date(2026, 10, 1))
    write = NewsAction.objects.bulk_create

    def killed(*_args: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(NewsAction.objects, "bulk_create", killed)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        make_news(ON)
    assert not News.objects.exists()
    monkeypatch.setattr(NewsAction.objects, "bulk_create", write)
    make_news(ON)
    known = News.objects.count()
    row = News.objects.get(kind="actions")
    with pytest.raises(IntegrityError), transaction.atomic():
        NewsAction.objects.create(news=row, action=CompletedAction.objects.get())
    twin = News.objects.filter(kind="signed").first()
    assert twin is not None
    twin.pk, twin.uid = None, row.uid
    News.objects.bulk_create([twin], ignore_conflicts=True)
    assert News.objects.count() == known


def test_a_page_asks_as_many_questions_however_much_has_happened(
    reader: Reader, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pledge = a_pledge(commitment=OTHER)
    place = pledge.municipalities.get()
    commitment = pledge.commitments.get(number=1)
    for number in range(1, 9):
        an_action(commitment, done_on=date(2026, 10, number), recorded_on=date(2026, 10, number))
        a_dialogue(place, title=f"Dialog {number}")
    a_follow_up(pledge)
    made()
    with django_assert_max_num_queries(26):
        assert reader.get(LIST).status_code == 200
