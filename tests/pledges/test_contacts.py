"""Each party says how residents reach it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest

from dialogues.models import Dialogue
from pledge_portal.accounts.models import Role
from pledges.demonstration.contacts import load_contacts, next_meeting
from pledges.models import FollowUpPlan, Municipality, Pledge, PoliceArea
from tests.builders import a_dialogue, a_municipality, a_person, a_pledge
from tests.pages.conftest import Reader
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

CONTACT = {
    "contact_role": "trygghetssamordnare",
    "contact_phone": "0929-170 00",
    "contact_email": "kommunen@alvsbyn.example",
    "contact_web": "https://alvsbyn.example/trygghet",
}


def address_of(municipality: Municipality) -> str:
    return f"/arbetsyta/kontakt/municipality-{municipality.pk}/"


def test_it_is_kept_by_the_partys_own_people_and_shown_on_its_pages(reader: Reader) -> None:
    pledge = a_pledge()
    place = pledge.municipalities.get()
    client = logged_in(a_person("karin@example.se", Role.COORDINATOR, place))
    assert "Kontakt" in words(client.get("/arbetsyta/"))
    assert "Ingen kontakt än." in words(client.get("/arbetsyta/kontakt/"))
    shown = words(client.post(address_of(place), CONTACT, follow=True))
    assert "Kontakten är sparad." in shown
    assert "0929-170 00" in shown
    for page in ("/alvsbyn/", "/alvsbyn/2023-2025/"):
        text = reader.text(page)
        assert (
            "Kontakt Älvsbyns kommun Trygghetssamordnare Telefon 0929-170 00 "
            "kommunen@alvsbyn.example https://alvsbyn.example/trygghet"
        ) in text
        assert "Telephone 0929-170 00" in reader.text(f"/en{page}")
    html = reader.get("/alvsbyn/").content.decode()
    assert 'href="tel:092917000"' in html
    assert 'href="mailto:kommunen@alvsbyn.example"' in html


def test_a_police_area_has_its_own_and_nobody_elses_is_changed(reader: Reader) -> None:
    pledge = a_pledge()
    area, place = pledge.police_area, pledge.municipalities.get()
    client = logged_in(a_person("olle@example.se", Role.EDITOR, area))
    client.post(f"/arbetsyta/kontakt/policearea-{area.pk}/", CONTACT)
    assert "0929-170 00" in reader.text("/alvsbyn/2023-2025/")
    assert client.post(address_of(place), CONTACT).status_code == 404
    assert client.get("/arbetsyta/kontakt/hej/").status_code == 404
    signatory = logged_in(a_person("johan@example.se", Role.SIGNATORY, place))
    assert signatory.get("/arbetsyta/kontakt/").status_code == 403
    assert Pledge.objects.get().municipalities.get().contact_phone == ""


def test_without_any_nothing_is_said_of_contact(reader: Reader) -> None:
    a_pledge()
    assert 'id="kontakt"' not in reader.get("/alvsbyn/").content.decode()
    assert 'id="kontakt"' not in reader.get("/alvsbyn/2023-2025/").content.decode()


MUNICIPAL_PAGES = [
    "/alvsbyn/",
    "/alvsbyn/loften/",
    "/alvsbyn/statistik/",
    "/alvsbyn/dialoger/",
    "/alvsbyn/samrad/",
    "/alvsbyn/2023-2025/",
    "/alvsbyn/2023-2025/ataganden/1/",
    "/alvsbyn/2023-2025/insatser/",
    "/alvsbyn/2023-2025/uppfoljningar/",
    "/alvsbyn/2023-2025/fran-ord-till-handling/",
    "/alvsbyn/2023-2025/kommentarer/",
]


def test_every_page_of_a_municipality_says_whom_to_ask_and_when_one_meets(reader: Reader) -> None:
    pledge = a_pledge()
    PoliceArea.objects.filter(pk=pledge.police_area.pk).update(contact_phone="0911-114 14")
    plan = FollowUpPlan.objects.create(pledge=pledge, next_meeting_on="2026-11-24")
    other = a_pledge(period="2027-2029", signed=False)
    FollowUpPlan.objects.create(pledge=other, next_meeting_on="2026-11-23")
    a_dialogue(title="Utkast", announced=False)
    meets = datetime(2026, 12, 14, 17, tzinfo=UTC)
    later = a_dialogue(
        kind="meeting", begins_at=meets, opens_on=meets.date(), closes_on=meets.date()
    )
    for page in MUNICIPAL_PAGES:
        foot = reader.text(page).partition("Kontakt Lokalpolisområde Piteå älvdal ")[2]
        assert foot.startswith("Telefon 0911-114 14 Nästa möte där löftet följs upp: 24 n"), page
        assert "Medborgardialog: Öppet möte, 14 december 2026 klockan 18.00." in foot, page
        assert "ring 112. Tips och anmälan: ring 114 14, eller gå till polisen.se." in foot, page
    assert "Fråga den som svarar för åtagandet" in reader.text("/alvsbyn/2023-2025/ataganden/1/")
    assert "Citizen dialogue: Open meeting, 14 December 2026" in reader.text("/en/alvsbyn/loften/")

    # What is over, or called off, isn't next.
    plan.next_meeting_on = date(2026, 11, 22)
    plan.save()
    Dialogue.objects.filter(pk=later.pk).update(called_off_at=meets)
    text = reader.text("/alvsbyn/loften/")
    assert "Nästa möte" not in text
    assert "Medborgardialog:" not in text


@pytest.mark.parametrize(
    ("opens_on", "words"),
    [
        (date(2026, 11, 1), "På nätet, svara till och med den 31 december 2027."),
        (date(2026, 12, 1), "På nätet, svara från den 1 december 2026."),
    ],
)
def test_a_dialogue_without_a_meeting_says_when_to_answer(
    reader: Reader, opens_on: date, words: str
) -> None:
    a_dialogue(opens_on=opens_on)
    assert f"Medborgardialog: {words}" in reader.text("/alvsbyn/loften/")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("contact_phone", "ring mig", "Skriv siffror, mellanslag och bindestreck."),
        ("contact_web", "javascript:alert(1)", "Skriv en adress som börjar med https://."),
        ("contact_web", "http://alvsbyn.example", "Skriv en adress som börjar med https://."),
        ("contact_email", "kommunen", "e-post"),
    ],
)
def test_what_leads_nowhere_is_refused(field: str, value: str, sentence: str) -> None:
    place = a_municipality()
    client = logged_in(a_person("karin@example.se", Role.COORDINATOR, place))
    response = client.post(address_of(place), {**CONTACT, field: value})
    assert response.status_code == 422
    assert sentence in words(response)
    place.refresh_from_db()
    assert place.contact_role == ""


def test_the_demonstrations_contacts_are_made_up_and_say_so() -> None:
    pledge = a_pledge()
    assert load_contacts([pledge]) == 2
    assert load_contacts([pledge]) == 0, "what is there stays"
    place, area = pledge.municipalities.get(), pledge.police_area
    for party in (place, PoliceArea.objects.get(pk=area.pk)):
        party.full_clean(exclude=["mark"])
        assert "påhittad" in party.contact_role
        assert party.contact_email.endswith(".example")
        assert urlsplit(party.contact_web).hostname == party.contact_email.partition("@")[2]
        # The series that is kept free for books and films.
        assert re.fullmatch(r"0980-3192[0-9]{2}", party.contact_phone.replace(" ", "", 1))


def test_the_demonstrations_council_meets_on_a_thursday_to_come() -> None:
    for on in (date(2026, 2, 19), date(2026, 2, 20), date(2026, 12, 1)):
        meeting = next_meeting(on)
        assert meeting.weekday() == 3
        assert on <= meeting
    assert next_meeting(date(2026, 2, 19)) == date(2026, 2, 19)
    assert next_meeting(date(2026, 2, 20)) == date(2026, 8, 20)
    assert next_meeting(date(2026, 12, 1)) == date(2027, 2, 18)
