"""Residents answer a dialogue without an account, by a private link."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from dialogues import reception
from dialogues.answers import rules as answer_rules
from dialogues.calendar import rules as calendar_rules
from dialogues.models import ContactDetails, Dialogue, District, Reception, Submission
from dialogues.retention.rules import CONTACT_DETAILS, erase_due
from tests.builders import a_dialogue, a_theme
from tests.dialogues.conftest import words
from tests.dialogues.open_form import fetched, hidden, send

pytestmark = pytest.mark.django_db

FORM = "/alvsbyn/dialoger/1/svara/"


@pytest.fixture
def dialogue() -> Dialogue:
    return a_dialogue()


def own_page(response: Any) -> str:
    assert response.status_code == 302, words(response)
    return str(response.headers["Location"]).partition("?")[0]


def test_an_answer_is_taken_in_and_its_receipt_shows_it(client: Client, dialogue: Dialogue) -> None:
    drugs, traffic, places = (a_theme(name) for name in ("Narkotika", "Trafik", "Platser"))
    response = send(
        client,
        FORM,
        first=traffic.pk,
        second=drugs.pk,
        also=[drugs.pk, places.pk],
        text="Fler lampor vid skolan, tack.",
        group="pupil",
        may_quote="on",
        name="Nils",
        email="nils@example.se",
    )
    submission = Submission.objects.get()
    assert [(row.theme, row.rank) for row in submission.ranked.all()] == [
        (traffic, 1),
        (drugs, 2),
        (places, None),
    ]
    assert submission.may_quote
    assert submission.contact_details.email == "nils@example.se"
    text = words(client.get(response.headers["Location"]))
    assert "Tack! Ditt svar har kommit in." in text
    assert "Trafik Narkotika Också: Platser Fler lampor vid skolan, tack." in text
    assert "nils@example.se" in text


def test_sent_twice_it_counts_once_and_the_link_is_the_same(
    client: Client, dialogue: Dialogue
) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor"}
    assert own_page(client.post(FORM, sent)) == own_page(client.post(FORM, sent))
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "other", [{"text": "Fler bänkar"}, {"email": "nils@example.se"}, {"group": "pupil"}]
)
def test_sent_again_with_other_words_both_are_shown_and_one_is_kept_on_purpose(
    client: Client, dialogue: Dialogue, other: dict[str, str]
) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor"}
    own = own_page(client.post(FORM, sent))
    response = client.post(FORM, {**sent, **other})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Det här kom in först Fler lampor" in words(response)
    assert own in page
    assert all(value in page for value in other.values())
    assert Submission.objects.get().changed_at is None
    replacing = hidden(response) | {"text": "Fler lampor"} | other | {"byt": "1"}
    assert own_page(client.post(FORM, replacing)) == own
    stored = answer_rules.answer_of(Submission.objects.get())
    assert all(getattr(stored, name) == value for name, value in other.items())


@pytest.mark.parametrize("withdrawn", [True, False])
def test_what_cannot_take_the_place_of_the_first_is_sent_by_itself(
    client: Client, dialogue: Dialogue, withdrawn: bool
) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor"}
    own = own_page(client.post(FORM, sent))
    if withdrawn:
        client.post(f"{own}ta-tillbaka/")
    else:
        Reception.objects.create(municipality=dialogue.municipality, is_stopped=True)
    response = client.post(FORM, {**sent, "text": "Fler bänkar"})
    assert response.status_code == 422
    assert "byts inte ut här" in words(response)
    assert "Fler bänkar" in words(response)
    assert Submission.objects.get().text == "Fler lampor"
    again = hidden(response) | {"text": "Fler bänkar"}
    assert again["sending"] != sent["sending"]
    if withdrawn:
        with time_machine.travel(timezone.now() + timedelta(seconds=5)):
            again["asked"] = ""
            asked = client.post(FORM, again)
            own_page(client.post(FORM, hidden(asked) | {"text": "Fler bänkar"}))
        assert Submission.objects.counted().get().text == "Fler bänkar"


def test_sent_twice_it_is_acknowledged_even_when_it_closed_meanwhile(
    client: Client, dialogue: Dialogue
) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor"}
    first = own_page(client.post(FORM, sent))
    calendar_rules.call_off(dialogue, "Snö", timezone.now())
    assert own_page(client.post(FORM, sent)) == first


def test_an_empty_answer_is_asked_about_and_nothing_typed_is_lost(
    client: Client, dialogue: Dialogue
) -> None:
    response = send(client, FORM, name="Nils", group="resident")
    assert response.status_code == 422
    assert "Kryssa för minst ett tema eller skriv något med egna ord." in words(response)
    page = response.content.decode()
    assert 'value="Nils"' in page
    assert "<details open>" in page
    assert not Submission.objects.exists()


def test_a_theme_has_one_rank(client: Client, dialogue: Dialogue) -> None:
    theme = a_theme()
    response = send(client, FORM, first=theme.pk, third=theme.pk)
    assert "Du har valt samma tema två gånger." in words(response)
    response = send(client, FORM, first=theme.pk, second=theme.pk, third=theme.pk)
    assert words(response).count("Tredje viktigast: Du har valt samma tema två gånger.") == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"first": "999999"}, "first"),
        ({"also": ["x"]}, "also"),
        ({"group": "kung"}, "group"),
        ({"district": "-1"}, "district"),
        ({"email": "inte en adress"}, "email"),
        ({"text": "a" * 4001}, "text"),
        ({"name": "n" * 121}, "name"),
        ({"text": "http://a.se https://b.se www.c.se"}, "text"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: Client, dialogue: Dialogue, fields: dict[str, Any], field: str
) -> None:
    a_theme()
    District.objects.create(municipality=dialogue.municipality, name="Vidsel", position=0)
    response = send(client, FORM, **{"text": "Fler lampor", **fields})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Submission.objects.exists()


def test_personal_data_is_asked_about_once_and_may_be_sent_all_the_same(
    client: Client, dialogue: Dialogue
) -> None:
    sent = {**fetched(client, FORM), "text": "Ring 070-123 45 67 eller 811218-9876"}
    response = client.post(FORM, sent)
    text = words(response)
    assert "Det här ser ut som personuppgifter: ”070-123 45 67”, ”811218-9876”." in text
    assert "Jag har läst det. Skicka texten som den är." in text
    assert client.post(FORM, {**sent, "texts_are_fine": "on"}).status_code == 302


@pytest.mark.parametrize(
    "text",
    [
        "Jag såg killen i lägenhet 12 langa vid skolan.",
        "Hjälp mig, han slår mig",
        "Det pågår just nu",
        "Grannen säljer droger till barn.",
    ],
)
def test_a_tip_or_an_emergency_is_led_to_the_police(
    client: Client, dialogue: Dialogue, text: str
) -> None:
    response = send(client, FORM, text=text)
    assert response.status_code == 422
    assert "Det här låter som något som Polisen behöver få veta." in words(response)


@pytest.mark.parametrize(
    "text",
    [
        "Det säljs för mycket droger i skolan.",
        "Jag vill se fler poliser.",
        "Fler hundsök mot narkotika, och prata med oss elever.",
        "Grannsamverkan behövs i Vidsel.",
    ],
)
def test_ordinary_opinions_are_no_tips(client: Client, dialogue: Dialogue, text: str) -> None:
    assert send(client, FORM, text=text).status_code == 302


def test_every_form_says_that_it_is_no_channel_for_tips(client: Client, dialogue: Dialogue) -> None:
    text = words(client.get(FORM))
    assert "Här tar ingen emot larm eller tips om brott." in text
    assert "114 14" in text


# Who sends


def test_without_scripts_it_is_sent_once_more(client: Client, dialogue: Dialogue) -> None:
    sent = {**fetched(client, FORM, works=False), "text": "Fler lampor", "group": "pupil"}
    response = client.post(FORM, sent)
    page = response.content.decode()
    assert response.status_code == 200
    assert "<title>Ett steg kvar: Svara" in page
    assert "Något behöver rättas" not in page
    step = "skicka en gång till. Inget är skickat än. Med egna ord Fler lampor Jag svarar som elev"
    assert step in words(response)
    own_page(client.post(FORM, {**sent, **hidden(response)}))
    assert Submission.objects.count() == 1


def test_the_asking_once_more_can_not_be_made_up(client: Client, dialogue: Dialogue) -> None:
    sent = fetched(client, FORM, works=False)
    for asked in (sent["fetched"], "x", "1:2:3", ""):
        response = client.post(FORM, {**sent, "asked": asked, "text": "Fler lampor"})
        assert "Ett steg kvar" in words(response)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("work", ["0", "-1", "x", "9" * 500, "\x00"])
def test_work_that_was_not_done_does_not_count(
    client: Client, dialogue: Dialogue, work: str
) -> None:
    sent = {**fetched(client, FORM, works=False), "work": work, "text": "Fler lampor"}
    assert client.post(FORM, sent).status_code == (422 if work == "\x00" else 200)
    assert not Submission.objects.exists()


def test_a_machine_that_fills_in_everything_is_asked_again(
    client: Client, dialogue: Dialogue
) -> None:
    response = send(client, FORM, text="Köp här", webbplats="http://reklam.example")
    assert response.status_code == 422
    assert "Ett dolt fält är ifyllt." in words(response)
    assert "reklam.example" not in response.content.decode()


def test_too_fast_is_not_by_hand(client: Client, dialogue: Dialogue) -> None:
    response = send(client, FORM, age=1, text="Fler lampor")
    assert "Vänta ett par sekunder och skicka igen." in words(response)
    assert "Fler lampor" in response.content.decode()


def test_a_page_that_was_open_for_days_still_loses_nothing(
    client: Client, dialogue: Dialogue
) -> None:
    sent = {**fetched(client, FORM, age=3 * 86400), "text": "Fler lampor"}
    response = client.post(FORM, sent)
    assert "Sidan var öppen länge." in words(response)
    with time_machine.travel(timezone.now() + timedelta(seconds=10), tick=False):
        again = {**sent, **hidden(response)}
        second = client.post(FORM, again)
        own_page(client.post(FORM, {**again, **hidden(second)}))


@pytest.mark.parametrize(
    "broken",
    [{"sending": ""}, {"sending": "x"}, {"fetched": ""}, {"fetched": "a:b:c"}, {"fetched": "\x00"}],
)
def test_broken_notes_are_made_anew(
    client: Client, dialogue: Dialogue, broken: dict[str, str]
) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor", **broken}
    response = client.post(FORM, sent)
    assert response.status_code == 422
    assert str(UUID(hidden(response)["sending"])) == hidden(response)["sending"]


def test_no_more_than_the_setting_says_comes_from_one_network(
    client: Client, dialogue: Dialogue, settings: Settings
) -> None:
    settings.OPEN_FORMS_PER_HOUR = 2
    for number in range(2):
        own_page(send(client, FORM, text=f"Fler lampor {number}"))
    response = send(client, FORM, text="Ännu en")
    assert response.status_code == 429
    assert "Det du skrev är kvar." in words(response)
    assert "Ännu en" in response.content.decode()
    fields = {**fetched(client, FORM), "text": "Någon annan"}
    own_page(client.post(FORM, fields, REMOTE_ADDR="192.0.2.77"))


def test_the_same_long_text_is_taken_in_once_a_day(client: Client, dialogue: Dialogue) -> None:
    text = "Det borde finnas fler lampor vid varje busshållplats i hela kommunen."
    own_page(send(client, FORM, text=text))
    response = send(client, FORM, text=text)
    assert "Precis samma text har redan kommit in." in words(response)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        own_page(send(client, FORM, text=text))


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://ond.example.com"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://["},
    ],
)
def test_another_site_can_not_send_it(
    client: Client, dialogue: Dialogue, headers: dict[str, str]
) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor"}
    assert client.post(FORM, sent, **headers).status_code == 403
    assert not Submission.objects.exists()


def test_no_cookie_is_set_and_the_form_is_kept_by_its_sender_alone_until_it_is_sent(
    client: Client, dialogue: Dialogue
) -> None:
    page = client.get(FORM)
    wrong = {"text": "Fler lampor", "email": "ingen adress"}
    refused = client.post(FORM, {**fetched(client, FORM, works=False), **wrong})
    with_scripts = send(client, FORM, **wrong)
    sent = send(client, FORM, text="Fler lampor")
    receipt = client.get(sent.headers["Location"])
    for response in (page, refused, with_scripts, sent, receipt):
        assert not response.cookies
    # Without scripts Firefox shows what was typed after Back only if it may keep the page.
    for form in (page, refused):
        assert form.headers["Cache-Control"] == "private, no-cache"
        assert "Clear-Site-Data" not in form.headers
    assert sent.headers["Clear-Site-Data"] == '"cache"'
    assert refused.status_code == with_scripts.status_code == 422
    for response in (with_scripts, sent, receipt):
        assert response.headers["Cache-Control"] == "no-store"
    assert receipt.headers["X-Robots-Tag"] == "noindex, nofollow"


# When it is open


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"opens_on": date(2027, 1, 1)}, "Det går inte att svara än."),
        ({"closes_on": date(2025, 12, 31)}, "Tiden för att svara är slut."),
        ({"called_off_at": timezone.now()}, "Dialogen är inställd."),
    ],
)
def test_a_closed_dialogue_takes_in_nothing_and_says_why(
    client: Client, dialogue: Dialogue, fields: dict[str, Any], sentence: str
) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor"}
    Dialogue.objects.update(**fields)
    response = client.post(FORM, sent)
    assert sentence in words(response)
    assert "Fler lampor" in response.content.decode()
    assert sentence in words(client.get(FORM))
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("opens", "closes", "at", "is_open"),
    [
        (time(8), time(17), time(8), True),
        (time(8), time(17), time(17), False),
        (time(8), time(17), time(7, 59), False),
        (time(22), time(6), time(23), True),
        (time(22), time(6), time(5, 59), True),
        (time(22), time(6), time(12), False),
        (None, None, time(3), True),
    ],
)
def test_a_municipality_has_hours_of_its_own(
    opens: time | None, closes: time | None, at: time, is_open: bool
) -> None:
    assert Reception(opens=opens, closes=closes).is_open(at) == is_open
    assert not Reception(opens=opens, closes=closes, is_stopped=True).is_open(at)


def test_the_emergency_stop_stops_with_its_reason(client: Client, dialogue: Dialogue) -> None:
    sent = {**fetched(client, FORM), "text": "Fler lampor"}
    Reception.objects.create(
        municipality=dialogue.municipality, is_stopped=True, stopped_because="Vi är överösta."
    )
    assert "Vi är överösta." in words(client.post(FORM, sent))
    assert "Vi är överösta." in words(client.get(FORM))
    assert not Submission.objects.exists()


# The private link


@pytest.fixture
def link(client: Client, dialogue: Dialogue) -> str:
    return own_page(send(client, FORM, text="Fler lampor", name="Nils", also=[a_theme().pk]))


def test_one_changes_what_one_has_said(client: Client, dialogue: Dialogue, link: str) -> None:
    page = client.get(f"{link}andra/").content.decode()
    assert "Fler lampor" in page
    assert 'value="Nils"' in page
    other = a_theme("Trafik")
    own_page(send(client, f"{link}andra/", text="Fler lampor och bänkar", first=other.pk))
    submission = Submission.objects.get()
    assert submission.text == "Fler lampor och bänkar"
    assert [row.theme for row in submission.ranked.all()] == [other]
    assert not ContactDetails.objects.exists()


def test_it_can_be_changed_until_it_closes(client: Client, dialogue: Dialogue, link: str) -> None:
    sent = {**fetched(client, f"{link}andra/"), "text": "För sent"}
    Dialogue.objects.update(closes_on=date(2025, 12, 31))
    assert "Tiden för att svara är slut." in words(client.post(f"{link}andra/", sent))
    assert "Ändra" not in words(client.get(link))
    assert Submission.objects.get().text == "Fler lampor"


def test_it_can_be_taken_back_at_any_time(client: Client, dialogue: Dialogue, link: str) -> None:
    Dialogue.objects.update(closes_on=date(2025, 12, 31))
    assert "Det går inte att ångra." in words(client.get(f"{link}ta-tillbaka/"))
    for _time in range(2):
        assert client.post(f"{link}ta-tillbaka/").status_code == 302
    assert "Svaret är återtaget." in words(client.get(link))
    assert Submission.objects.counted().count() == 0
    assert not ContactDetails.objects.exists()
    assert client.get(f"{link}andra/").status_code == 302
    assert Submission.objects.get().text == "Fler lampor"


@pytest.mark.parametrize("secret", ["x", "%00", "a" * 5000, "..%2f"])
def test_a_made_up_link_leads_to_nothing(client: Client, link: str, secret: str) -> None:
    for rest in ("", "andra/", "ta-tillbaka/"):
        assert client.get(f"/svar/{secret}/{rest}").status_code == 404
        assert client.post(f"/svar/{secret}/{rest}", {"text": "x"}).status_code in {404, 405}


def test_the_database_holds_no_secret_that_opens_a_link(link: str) -> None:
    secret = link.strip("/").rpartition("/")[2]
    submission = Submission.objects.get()
    assert submission.link == reception.fingerprint(secret)
    assert secret not in str(submission.__dict__)
    assert len(secret) == 43


def test_another_site_can_not_take_it_back(client: Client, link: str) -> None:
    response = client.post(f"{link}ta-tillbaka/", HTTP_SEC_FETCH_SITE="cross-site")
    assert response.status_code == 403
    assert Submission.objects.counted().count() == 1


# Erasing


def test_contact_details_are_erased_on_their_day(client: Client, link: str) -> None:
    due = ContactDetails.objects.get().erase_on
    assert due == date(2027, 12, 31) + timedelta(days=CONTACT_DETAILS.days)
    assert erase_due(due - timedelta(days=1)) == 0
    assert erase_due(due) == 1
    assert Submission.objects.get().text == "Fler lampor"


def test_the_page_about_personal_data_says_what_the_erasing_does(client: Client) -> None:
    text = words(client.get("/personuppgifter/"))
    assert f"{CONTACT_DETAILS.days} dagar efter dialogens sista dag" in text
