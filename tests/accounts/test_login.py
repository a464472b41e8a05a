"""Logging in: who gets in, who doesn't, and what a guesser learns."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from pledge_portal.accounts.demonstration import DEMO_EMAIL, ensure_demo_accounts
from pledge_portal.accounts.middleware import has_second_factor
from pledge_portal.accounts.models import Role, User
from tests.builders import PASSWORD, TOTP_SECRET, a_municipality, a_person, a_police_area
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempts_counted() -> None:
    cache.clear()


@pytest.fixture
def editor() -> User:
    return a_person("karin@example.se", Role.EDITOR, a_municipality())


def code_now(secret: str = TOTP_SECRET) -> str:
    """Return what an app with a secret shows now."""
    _before, counter, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, counter))


def give_password(client: Client, email: str = "karin@example.se", password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post("/logga-in/", {"login": email, "password": password})


def is_inside(client: Client) -> bool:
    return client.get("/arbetsyta/").status_code == 200


def test_password_and_code_open_the_workspace(client: Client, editor: User) -> None:
    answer = give_password(client, "Karin@Example.se")
    assert answer.headers["Location"] == "/logga-in/kod/"
    assert not is_inside(client)
    answer = client.post("/logga-in/kod/", {"code": code_now()})
    assert answer.headers["Location"] == "/arbetsyta/"
    page = client.get("/arbetsyta/").content.decode()
    assert "Redaktör" in page
    assert "Älvsbyns kommun" in page


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2007", "\u3000", "\u200b", "\t"])
def test_a_code_is_taken_with_any_space_in_it(client: Client, editor: User, space: str) -> None:
    give_password(client)
    code = code_now()
    answer = client.post("/logga-in/kod/", {"code": f"{space}{code[:3]}{space}{code[3:]}{space}"})
    assert answer.headers["Location"] == "/arbetsyta/"


def test_a_new_app_is_set_up_by_a_code_with_a_space_in_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is said is said when it is done, and no test ever commits.
    monkeypatch.setattr(transaction, "on_commit", lambda done, **_kwargs: done())
    give_password(client, a_person("ny@example.se", second_factor=False).email)
    client.post("/arbetsyta/konto/bekrafta/", {"password": PASSWORD})
    client.get("/arbetsyta/konto/tva-steg/app/")
    secret = client.session["mfa.totp.secret"]
    code = code_now(secret)
    answer = client.post("/arbetsyta/konto/tva-steg/app/", {"code": f"{code[:3]}\u00a0{code[3:]}"})
    assert answer.status_code == 302
    assert has_second_factor(User.objects.get())
    page = client.get(answer.headers["Location"]).content.decode()
    assert "En app för engångskoder är tillagd." in page
    assert "Nya reservkoder är gjorda." in page


def test_one_comes_to_the_page_that_one_asked_for(client: Client, editor: User) -> None:
    asked = client.get("/arbetsyta/konto/")
    answer = client.post(asked.headers["Location"], {"login": editor.email, "password": PASSWORD})
    answer = client.post(answer.headers["Location"], {"code": code_now()})
    assert answer.headers["Location"] == "/arbetsyta/konto/"


def test_a_login_leads_to_no_other_site(client: Client, editor: User) -> None:
    client.post(
        "/logga-in/?next=https://evil.example/", {"login": editor.email, "password": PASSWORD}
    )
    answer = client.post("/logga-in/kod/?next=https://evil.example/", {"code": code_now()})
    assert answer.headers["Location"] == "/arbetsyta/"


def test_a_code_works_once(client: Client, editor: User) -> None:
    code = code_now()
    for expected in (302, 200):
        visitor = Client()
        give_password(visitor)
        assert visitor.post("/logga-in/kod/", {"code": code}).status_code == expected


def test_wrong_password_and_unknown_address_are_answered_alike(
    client: Client, editor: User
) -> None:
    pages = [
        re.sub(
            r'value="[^"]*"', "", give_password(client, email, "fel lösenord här").content.decode()
        )
        for email in (editor.email, "finns-inte@example.se")
    ]
    assert "error-summary" in pages[0]
    assert "E-postadressen eller lösenordet stämmer inte." in pages[0]
    assert pages[0] == pages[1]
    assert not is_inside(client)


def test_a_wrong_code_opens_nothing(client: Client, editor: User) -> None:
    give_password(client)
    answer = client.post("/logga-in/kod/", {"code": "000000"})
    assert answer.status_code == 200
    assert "Koden stämmer inte." in answer.content.decode()
    assert not is_inside(client)


def test_five_wrong_passwords_lock_the_address_for_whoever_guessed(
    client: Client, editor: User
) -> None:
    stranger = "192.0.2.1"
    for _guess in range(5):
        give_password(Client(REMOTE_ADDR=stranger), password="gissning")
    locked = give_password(Client(REMOTE_ADDR=stranger))
    assert locked.status_code == 200
    assert "error-summary" in locked.content.decode()
    assert give_password(Client(REMOTE_ADDR="192.0.2.99")).status_code == 302
    cache.clear()  # as after five minutes
    assert give_password(Client(REMOTE_ADDR=stranger)).status_code == 302


def test_a_strangers_guesses_from_everywhere_lock_nobody_out_and_are_told(
    client: Client, editor: User
) -> None:
    for number in range(45):
        give_password(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="gissning")
        give_password(Client(REMOTE_ADDR=f"192.0.2.{number}"), "finns-inte@example.se", "gissning")
    (letter,) = mail.outbox
    assert letter.to == [editor.email]
    assert "fel lösenord till ditt konto 20 gånger" in letter.body
    assert give_password(client).headers["Location"] == "/logga-in/kod/"


def test_one_who_guesses_many_addresses_is_locked_out(client: Client, editor: User) -> None:
    for number in range(11):
        give_password(client, f"gissar-{number}@example.se", "gissning")
    assert give_password(client).status_code in {200, 429}
    assert not is_inside(client)


def test_guessed_codes_are_locked_too(client: Client, editor: User) -> None:
    give_password(client)
    for _attempt in range(6):
        client.post("/logga-in/kod/", {"code": "000000"})
    assert client.post("/logga-in/kod/", {"code": code_now()}).status_code != 302
    assert not is_inside(client)
    (letter,) = mail.outbox
    assert letter.to == [editor.email]
    assert "byt lösenord nu" in letter.body


def test_the_key_of_the_session_changes_at_login(client: Client, editor: User) -> None:
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = client.cookies["sessionid"].value
    give_password(client)
    client.post("/logga-in/kod/", {"code": code_now()})
    assert is_inside(client)
    assert client.cookies["sessionid"].value != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert not is_inside(other)


def test_pages_of_a_person_are_kept_by_nobody(client: Client, editor: User) -> None:
    client.force_login(editor)
    for address in ("/arbetsyta/", "/arbetsyta/konto/", "/logga-in/glomt-losenord/"):
        assert client.get(address).headers["Cache-Control"] == "no-store, private"


def test_a_public_page_sets_no_cookie_even_for_one_who_is_logged_in(
    client: Client, editor: User
) -> None:
    client.force_login(editor)
    response = client.get("/om/")
    assert not response.cookies
    assert "cookie" not in response.headers.get("Vary", "").lower()
    assert editor.email not in response.content.decode()


def test_a_forgotten_password_is_answered_alike_whether_there_is_an_account_or_not(
    editor: User,
) -> None:
    answers, work = [], []
    for email in (editor.email, "finns-inte@example.se"):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post("/logga-in/glomt-losenord/", {"email": email}, follow=True)
        answers.append(answer)
        work.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
    assert work[0] == work[1]
    jobs = ProcrastinateJob.objects.all()
    assert [job.task_name for job in jobs] == ["forgotten_password"] * 2
    assert editor.email not in str([job.args for job in jobs])
    assert not mail.outbox
    assert run_jobs() == 2
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert answers[0].content == answers[1].content
    assert [letter.to for letter in mail.outbox] == [[editor.email]]


def test_the_letter_leads_to_a_new_password_once_and_not_past_the_second_step(
    client: Client, editor: User
) -> None:
    client.post("/logga-in/glomt-losenord/", {"email": editor.email})
    run_jobs()
    body = str(mail.outbox[0].body)
    address = re.search(r"http://[^/]+(/logga-in/nytt-losenord/\S+)", body)
    assert address, body
    new = "helt annat lösenord 7"
    form = client.get(address[1], follow=True)
    page = form.redirect_chain[-1][0]
    assert client.post(page, {"password1": new, "password2": new}).status_code == 302
    assert not is_inside(client)
    assert give_password(Client()).status_code == 200
    assert give_password(Client(), password=new).headers["Location"] == "/logga-in/kod/"
    assert "gäller inte längre" in Client().get(address[1]).content.decode()


def test_a_closed_account_stays_outside(client: Client, editor: User) -> None:
    User.objects.filter(pk=editor.pk).update(is_active=False)
    give_password(client)
    client.post("/logga-in/kod/", {"code": code_now()})
    assert not is_inside(client)


def test_one_can_log_out_everywhere_else(editor: User) -> None:
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
        # A login through the pages writes down the session; here a second code would be refused.
        from allauth.usersessions.models import UserSession

        UserSession.objects.create(
            user=editor, ip="192.0.2.1", user_agent="x", session_key=browser.session.session_key
        )
    assert "överallt" in browsers[0].get("/arbetsyta/konto/inloggningar/").content.decode()
    browsers[0].post("/arbetsyta/konto/inloggningar/")
    assert is_inside(browsers[0])
    assert not is_inside(browsers[1])


def test_the_demonstrations_code_is_good_for_its_own_accounts_alone(
    client: Client, editor: User, settings: Settings
) -> None:
    ensure_demo_accounts(PASSWORD, a_municipality("Arvika"), a_police_area())
    give_password(client, DEMO_EMAIL)
    assert client.post("/logga-in/kod/", {"code": "246810"}).status_code == 302
    other = Client()
    give_password(other)
    assert other.post("/logga-in/kod/", {"code": "246810"}).status_code == 200
    settings.DEMONSTRATION = False
    third = Client()
    give_password(third, DEMO_EMAIL)
    assert third.post("/logga-in/kod/", {"code": "246810"}).status_code == 200


@pytest.mark.parametrize("address", ["http://[", "//[", "https://[::1", "https://evil.example/"])
def test_what_is_no_address_of_ours_is_led_nowhere(
    client: Client, editor: User, address: str
) -> None:
    assert client.get("/logga-in/", {"next": address}).status_code == 200
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD, "next": address})
    answer = client.post("/logga-in/kod/", {"code": code_now(), "next": address})
    assert answer.headers["Location"] == "/arbetsyta/"
