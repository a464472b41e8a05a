"""Each party says how residents reach it."""

from __future__ import annotations

import pytest

from pledge_portal.accounts.models import Role
from pledges.models import Municipality, Pledge
from tests.builders import a_municipality, a_person, a_pledge
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
