"""Who is told that something is wrong on a page, and what is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from dialogues.models import PageReport
from dialogues.page_reports import rules
from dialogues.retention.data_subject import erase, export, find_held
from dialogues.retention.rules import erase_due
from pledge_portal.accounts.models import Role
from pledges.models import Municipality
from tests.builders import a_municipality, a_person
from tests.dialogues.conftest import words
from tests.dialogues.open_form import fetched, send
from tests.pages.conftest import Reader
from tests.pledges.signing.conftest import logged_in

FORM = "/om/fel-pa-sidan/"
LIST = "/arbetsyta/fel-pa-sidor/"
PLEDGE = "/alvsbyn/2023-2025/"


def receivers() -> list[list[str]]:
    """Return who was written to since the last time."""
    sent = [list(letter.to) for letter in mail.outbox]
    mail.outbox.clear()
    return sent


def test_every_public_page_leads_there_and_the_workspace_does_not(
    reader: Reader, place: Municipality
) -> None:
    for path in ("/", "/om/", "/alvsbyn/", PLEDGE, f"/en{PLEDGE}", f"{PLEDGE}kommentera/"):
        page = reader.get(path).content.decode()
        prefix = "/en" if path.startswith("/en") else ""
        assert f'href="{prefix}{FORM}?sida={path}"' in page, path
    assert f'href="{FORM}"' in reader.get("/finns-inte/").content.decode()
    assert FORM not in reader.get("/logga-in/").content.decode()


def test_it_goes_to_those_who_can_mend_the_page_and_gives_a_receipt(
    client: Client, place: Municipality, settings: Settings
) -> None:
    settings.DEMONSTRATION = False
    a_person("karin@example.se", Role.COORDINATOR, place)
    a_person("rut@example.se", Role.EDITOR, place)
    a_person("max@example.se", Role.MODERATOR, place)
    a_person("gone@example.se", Role.EDITOR, place, is_active=False)
    address = f"{FORM}?sida={PLEDGE}"
    assert "Det handlar om sidan /alvsbyn/2023-2025/ ." in words(client.get(address))
    form = fetched(client, address)
    sent = {**form, "text": "Det står 2024, ska vara 2025.", "email": "nils@example.se"}
    shown = words(client.post(address, sent))
    assert "Tack, vi har tagit emot ditt meddelande." in shown
    assert "Det mejlas till dem som sköter sidorna för Älvsbyns kommun" in shown
    assert "Du kan få svar till nils@example.se." in shown
    letter = mail.outbox[0]
    assert f"{settings.SITE_URL}{PLEDGE}" in letter.body
    assert "Det står 2024, ska vara 2025." in letter.body
    assert letter.reply_to == ["nils@example.se"]
    assert receivers() == [["karin@example.se"], ["rut@example.se"]]
    # A second click or a page loaded anew tells once; other words ask what is to become of them.
    assert client.post(address, sent).status_code == 200
    assert receivers() == []
    other = {**sent, "text": "Det står 2026."}
    response = client.post(address, other)
    assert response.status_code == 422
    assert "Det här kom in först Det står 2024, ska vara 2025." in words(response)
    assert client.post(address, {**other, "byt": "1"}).status_code == 200
    assert len(receivers()) == 2
    assert PageReport.objects.get().text == "Det står 2026."


def test_those_who_mend_the_page_see_it_until_it_is_dealt_with(
    client: Client, place: Municipality
) -> None:
    editor = logged_in(a_person("rut@example.se", Role.EDITOR, place))
    elsewhere = logged_in(a_person("per@example.se", Role.EDITOR, a_municipality("Luleå", "2580")))
    moderator = logged_in(a_person("max@example.se", Role.MODERATOR, place))
    send(client, f"{FORM}?sida=/alvsbyn/", text="Länken är död", email="nils@example.se")
    report = PageReport.objects.get()
    handled = f"{LIST}{report.pk}/klart/"
    assert "En läsare säger att något är fel på en sida." in words(editor.get("/arbetsyta/"))
    assert "säger att något är fel" not in words(elsewhere.get("/arbetsyta/"))
    shown = words(editor.get(LIST))
    assert "/alvsbyn/ Länken är död Älvsbyns kommun" in shown
    assert "nils@example.se" in shown
    assert "Inget väntar." in words(elsewhere.get(LIST))
    assert elsewhere.post(handled).status_code == 404
    assert moderator.get(LIST).status_code == moderator.post(handled).status_code == 403
    for _time in range(2):
        assert "Inget väntar." in words(editor.post(handled, follow=True))
    report.refresh_from_db()
    assert report.email == ""
    at = report.handled_at
    assert at is not None
    erase_due(timezone.localdate(at) + timedelta(days=90))
    assert PageReport.objects.exists()
    erase_due(timezone.localdate(at) + timedelta(days=91))
    assert not PageReport.objects.exists()


def test_who_asks_is_told_of_it_and_the_address_is_erased(place: Municipality) -> None:
    report = PageReport.objects.create(
        municipality=place,
        text="Fel",
        email="nils@example.se",
        sending=uuid4(),
        reported_at=timezone.now(),
    )
    held = find_held(email="Nils@example.se")
    assert export(held)["fel_pa_sidor"][0]["text"] == "Fel"
    assert erase(held, timezone.now(), withdraws=False)["adresser"] == 1
    report.refresh_from_db()
    assert report.email == ""


def test_where_nobody_minds_the_pages_its_own_address_or_the_operator_is_told(
    client: Client, place: Municipality, settings: Settings
) -> None:
    settings.DEMONSTRATION = False
    address = f"{FORM}?sida={PLEDGE}"
    assert "Ingen tar emot sådant här än." in words(send(client, address, text="Fel"))
    assert not PageReport.objects.exists()
    a_person("drift@example.se", is_superuser=True)
    shown = words(send(client, address, text="Fel"))
    assert "Det mejlas till den som driver portalen." in shown
    assert receivers() == [["drift@example.se"]]
    place.contact_email = "kommunen@alvsbyn.example"
    place.save()
    assert "för Älvsbyns kommun" in words(send(client, address, text="Fel"))
    assert receivers() == [["kommunen@alvsbyn.example"]]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "https://elak.example/",
        "//elak.example/",
        "/finns-inte/alls/",
        "/arbetsyta/",
        "/kommentar/hemligheten/",
        "/svar/hemligheten/",
        "/alvsbyn/\n",
        f"/alvsbyn/?{'x' * 400}",
    ],
)
def test_an_address_that_is_no_public_page_is_not_passed_on(path: str) -> None:
    assert rules.page_at(path) == rules.NO_PAGE


def test_a_page_that_a_private_link_opens_does_not_tell_its_address(reader: Reader) -> None:
    page = reader.get("/kommentar/hemligheten/").content.decode()
    assert f'href="{FORM}"' in page
    assert "hemligheten" not in page.partition("<footer")[2]


def test_bad_input_and_floods_are_refused_with_what_was_typed(
    client: Client, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_person("karin@example.se", Role.EDITOR, place)
    address = f"{FORM}?sida=/alvsbyn/"
    response = send(client, address, text=" ", email="inte en adress")
    assert response.status_code == 422
    assert "Skriv vad som är fel på sidan." in words(response)
    response = send(client, address, text="Det gäller 811228-9874")
    assert "Det här ser ut som personuppgifter" in words(response)
    monkeypatch.setattr(rules, "MOST_AN_HOUR", 1)
    assert send(client, address, text="Första felet").status_code == 200
    response = send(client, address, text="Andra felet")
    assert response.status_code == 422
    assert "Andra felet" in words(response)
    assert "Det har kommit många meddelanden" in words(response)
    assert receivers() == [["karin@example.se"]]
