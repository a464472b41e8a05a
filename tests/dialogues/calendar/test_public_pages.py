"""What everyone sees of dialogues."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dialogues.calendar import rules as calendar_rules
from dialogues.models import Dialogue
from tests.builders import a_dialogue, a_municipality, a_submission
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

MEETING = {
    "kind": "meeting",
    "title": "Möte i Vidsel",
    "place": "Bygdegården",
    "begins_at": datetime(2026, 12, 7, 17, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 12, 7, 19, 0, tzinfo=UTC),
    "opens_on": date(2026, 12, 7),
    "closes_on": date(2026, 12, 14),
}


def test_what_is_open_what_comes_and_what_has_been(reader: Reader) -> None:
    a_dialogue()
    a_dialogue(**MEETING)
    a_dialogue(title="I fjol", opens_on=date(2025, 1, 1), closes_on=date(2025, 2, 1))
    text = reader.text("/alvsbyn/dialoger/")
    now, coming = text.index("Svara nu"), text.index("Kommer")
    past = text.index("Det här har varit")
    assert now < text.index("Vad är viktigt?") < coming < text.index("Möte i Vidsel") < past
    assert past < text.index("I fjol")
    assert "7 december 2026 klockan 18.00–20.00" in text
    assert "Du kan svara här till och med den 31 december 2027." in text


def test_a_draft_is_nowhere(reader: Reader) -> None:
    a_dialogue(announced=False, title="Hemligt utkast")
    assert "Hemligt utkast" not in reader.text("/alvsbyn/dialoger/")
    assert "Hemligt utkast" not in reader.text("/alvsbyn/")
    assert b"Hemligt" not in reader.get("/alvsbyn/dialoger.ics").content
    assert reader.get("/alvsbyn/dialoger/1/").status_code == 404


def test_numbers_follow_the_announcing_within_the_municipality(reader: Reader) -> None:
    a_dialogue(announced=False)
    first, other = a_dialogue(), a_dialogue(a_municipality("Arvika"))
    second = a_dialogue()
    assert [first.number, second.number, other.number] == [1, 2, 1]
    calendar_rules.announce(second, timezone.now(), date(2026, 1, 1))
    assert Dialogue.objects.get(pk=second.pk).number == 2


def test_the_municipalitys_page_leads_to_what_is_open(reader: Reader) -> None:
    a_dialogue()
    page = reader.get("/alvsbyn/").content.decode()
    assert 'href="/alvsbyn/dialoger/1/"' in page
    assert 'href="/alvsbyn/dialoger/"' in page


def test_what_was_heard_is_shown_when_it_is_published(reader: Reader) -> None:
    dialogue = a_dialogue()
    calendar_rules.sum_up(
        dialogue, {"text_sv": "Många sa lampor."}, timezone.now(), publishes=False
    )
    assert "Många sa lampor." not in reader.text("/alvsbyn/dialoger/1/")
    calendar_rules.sum_up(dialogue, {"text_sv": "Många sa lampor."}, timezone.now(), publishes=True)
    assert "Många sa lampor." in reader.text("/alvsbyn/dialoger/1/")
    english = reader.get("/en/alvsbyn/dialoger/1/").content.decode()
    assert '<div class="prose" lang="sv"><p>Många sa lampor.</p></div>' in english


def test_what_is_called_off_says_so_and_why(reader: Reader) -> None:
    dialogue = a_dialogue(**MEETING)
    calendar_rules.call_off(dialogue, "Lokalen är stängd.", timezone.now())
    text = reader.text("/alvsbyn/dialoger/1/")
    assert "Dialogen är inställd. Lokalen är stängd." in text
    assert "Inställd" in reader.text("/alvsbyn/dialoger/")
    event = icalendar.Calendar.from_ical(reader.get("/alvsbyn/dialoger.ics").content).events[0]
    assert event["status"] == "CANCELLED"


def test_meetings_go_into_a_calendar(reader: Reader) -> None:
    a_dialogue(**MEETING)
    a_dialogue()
    for address in ("/alvsbyn/dialoger.ics", "/alvsbyn/dialoger/1/dialog.ics"):
        response = reader.get(address)
        assert response.headers["Content-Type"].startswith("text/calendar")
        (event,) = icalendar.Calendar.from_ical(response.content).events
        assert event["summary"] == "Möte i Vidsel"
        assert event.start == MEETING["begins_at"]
        assert event.end == MEETING["ends_at"]
        assert event["location"] == "Bygdegården"
        assert str(event["url"]).endswith("/alvsbyn/dialoger/1/")
        assert "Demonstrationsuppgift" not in event["description"]
    assert reader.get("/alvsbyn/dialoger/2/dialog.ics").status_code == 404
    a_dialogue(**MEETING, is_demonstration=True)
    file = reader.get("/alvsbyn/dialoger/3/dialog.ics").content
    (event,) = icalendar.Calendar.from_ical(file).events
    assert event["description"].startswith("Demonstrationsuppgift.\n")


def test_a_calendar_that_has_a_meeting_is_told_that_it_moved(reader: Reader) -> None:
    a_dialogue(**MEETING)
    address = "/alvsbyn/dialoger/1/dialog.ics"
    first = reader.get(address).content

    def change(at: datetime, **values: object) -> icalendar.Event:
        now_announced = Dialogue.objects.get()
        same = {name: getattr(now_announced, name) for name in MEETING}
        calendar_rules.save(now_announced, {**same, **values}, at)
        return icalendar.Calendar.from_ical(reader.get(address).content).events[0]

    moved_at = timezone.now().replace(microsecond=0)
    # What stands in no calendar leaves the file as it was, to the byte.
    assert change(moved_at, audience="Alla i Vidsel")["sequence"] == 0
    assert reader.get(address).content == first
    moved = change(moved_at, begins_at=MEETING["begins_at"] - timedelta(hours=1))
    assert moved["sequence"] == 1
    assert moved["dtstamp"].dt == moved["last-modified"].dt == moved_at
    assert change(moved_at, place="Folkets hus")["sequence"] == 2
    calendar_rules.call_off(Dialogue.objects.get(), "Lokalen är stängd.", timezone.now())
    called_off = icalendar.Calendar.from_ical(reader.get(address).content).events[0]
    assert (called_off["sequence"], called_off["status"]) == (3, "CANCELLED")


def test_odd_signs_break_no_calendar(reader: Reader) -> None:
    odd = 'Möte;\nBEGIN:VEVENT\r\nATTENDEE:mailto:x@y "å" \\n'
    a_dialogue(**{**MEETING, "title": odd, "place": odd})
    (event,) = icalendar.Calendar.from_ical(reader.get("/alvsbyn/dialoger.ics").content).events
    assert "attendee" not in event
    assert "BEGIN:VEVENT" in event["summary"]


def test_what_residents_said_is_on_no_page(reader: Reader) -> None:
    a_submission(a_dialogue(), "HEMLIGT-4711", name="Nils HEMLIGT", email="hemligt@example.se")
    for address in ("/alvsbyn/", "/alvsbyn/dialoger/", "/alvsbyn/dialoger/1/"):
        assert "hemligt" not in reader.text(address).lower()


def test_more_dialogues_ask_no_more_questions(
    reader: Reader, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(3):
        a_dialogue()
    for number in range(2):
        if number:
            for _more in range(20):
                a_dialogue()
        with django_assert_num_queries(3):
            reader.get("/alvsbyn/dialoger/")


def test_a_municipality_without_dialogues_says_so(reader: Reader) -> None:
    a_municipality()
    text = reader.text("/alvsbyn/dialoger/")
    assert "Ingen dialog är öppen för svar just nu." in text
    assert "Ingen dialog har avslutats här." in text
