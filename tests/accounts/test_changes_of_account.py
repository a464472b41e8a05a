"""Letters about changes of the ways into an account, and its secrets."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Role, User
from pledge_portal.accounts.sealing import open_seal, seal
from tests.accounts.organisation_login import give_code
from tests.accounts.test_login import code_now
from tests.builders import PASSWORD, TOTP_SECRET, a_municipality, a_person
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "helt annat lösenord 7"
CHANGE = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}


@pytest.fixture
def editor() -> User:
    return a_person("redaktor@example.se", Role.EDITOR, a_municipality())


@pytest.fixture
def inside(client: Client, editor: User) -> Client:
    """Return the editor, just logged in."""
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    client.post("/logga-in/kod/", {"code": code_now()})
    assert client.get("/arbetsyta/").status_code == 200
    return client


def authenticators_in_database() -> str:
    """Return all that the table of second factors holds, as a copy shows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        (row,) = cursor.fetchone()
    return str(row)


def test_a_new_password_is_told_by_letter(inside: Client, editor: User) -> None:
    inside.post("/arbetsyta/konto/losenord/", CHANGE)
    (letter,) = mail.outbox
    assert letter.to == [editor.email]
    assert "Lösenordet är bytt." in letter.body
    assert "/arbetsyta/konto/" in letter.body
    assert NEW_PASSWORD not in letter.body


def test_a_removed_app_and_new_recovery_codes_are_told_by_letter(
    inside: Client,
    editor: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    give_code(inside, "/arbetsyta/konto/bekrafta/kod/")
    with django_capture_on_commit_callbacks(execute=True):
        inside.post("/arbetsyta/konto/tva-steg/reservkoder/nya/")
        inside.post("/arbetsyta/konto/tva-steg/app/ta-bort/")
    bodies = " ".join(str(letter.body) for letter in mail.outbox)
    assert "Nya reservkoder är gjorda." in bodies
    assert "Appen för engångskoder är borttagen." in bodies


# What an open session and the password would show, add to or take away.
FACTORS = [
    "app/ta-bort/",
    "nycklar/ny/",
    "reservkoder/",
    "reservkoder/nya/",
    "reservkoder/fil/",
]


@pytest.mark.parametrize("address", FACTORS)
def test_a_factor_is_shown_before_factors_are_shown_added_or_removed(
    inside: Client, editor: User, address: str
) -> None:
    RecoveryCodes.activate(editor)
    before = list(Authenticator.objects.values_list("pk", "data"))
    address = f"/arbetsyta/konto/tva-steg/{address}"
    inside.post("/arbetsyta/konto/bekrafta/", {"password": PASSWORD})
    asked = f"/arbetsyta/konto/bekrafta/kod/?next={quote(address, safe='')}"
    assert inside.get(address).headers["Location"] == asked
    posted = inside.post(address)
    assert posted.status_code == 405 or posted.headers["Location"] == asked
    assert list(Authenticator.objects.values_list("pk", "data")) == before
    assert give_code(inside, asked).headers["Location"] == address
    assert inside.get(address).status_code == 200


def test_who_has_just_set_up_the_first_app_has_shown_it(client: Client) -> None:
    person = a_person("ny@example.se", second_factor=False)
    client.post("/logga-in/", {"login": person.email, "password": PASSWORD})
    app = "/arbetsyta/konto/tva-steg/app/"
    assert client.get(app).headers["Location"].startswith("/arbetsyta/konto/bekrafta/?next=")
    client.post("/arbetsyta/konto/bekrafta/", {"password": PASSWORD})
    client.get(app)
    code = code_now(client.session["mfa.totp.secret"])
    codes = client.post(app, {"code": code}).headers["Location"]
    assert codes == "/arbetsyta/konto/tva-steg/reservkoder/"
    assert client.get(codes).status_code == 200


@pytest.mark.parametrize(("minutes", "is_shown"), [(1, True), (6, False)])
def test_who_has_neither_password_nor_factor_sets_one_up_right_after_the_login(
    client: Client, minutes: int, is_shown: bool
) -> None:
    person = a_person("ny@example.se", second_factor=False)
    client.post("/logga-in/", {"login": person.email, "password": PASSWORD})
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    login = {"method": "socialaccount", "at": time.time() - minutes * 60}
    session = client.session
    session["account_authentication_methods"] = [login]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    answer = client.get("/arbetsyta/konto/tva-steg/app/")
    assert (answer.status_code == 200) is is_shown
    assert is_shown or answer.headers["Location"] == "/arbetsyta/logga-ut/"


def test_the_code_page_leads_nowhere_in_circles_when_the_factor_is_taken_away_meanwhile(
    client: Client, editor: User
) -> None:
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    Authenticator.objects.all().delete()
    answer = client.get("/logga-in/kod/", follow=True)
    assert [address for address, _status in answer.redirect_chain] == ["/logga-in/"]
    assert answer.status_code == 200
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    assert client.get("/arbetsyta/").headers["Location"].endswith("/tva-steg/borja/")


def test_who_has_recovery_codes_left_alone_confirms_with_one(client: Client, editor: User) -> None:
    code = RecoveryCodes.activate(editor).generate_codes()[0]
    Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    answer = client.post("/arbetsyta/konto/bekrafta/kod/", {"code": code})
    assert answer.status_code == 302
    assert client.get("/arbetsyta/konto/tva-steg/app/").status_code == 200


class _NoPostOffice(EmailBackend):
    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError("no mail server")


def test_the_change_stands_although_the_letter_can_not_be_sent(
    inside: Client, editor: User, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "pledge_portal.queue.mail.QueuedEmailBackend"
    settings.EMAIL_DELIVERY_BACKEND = f"{__name__}._NoPostOffice"
    assert inside.post("/arbetsyta/konto/losenord/", CHANGE).status_code == 302
    assert run_jobs() == 0
    assert ProcrastinateJob.objects.get().attempts == 1
    editor.refresh_from_db()
    assert editor.check_password(NEW_PASSWORD)


def test_the_database_holds_no_secret_in_the_clear(editor: User) -> None:
    codes = RecoveryCodes.activate(editor)
    assert codes.generate_codes()
    stored = authenticators_in_database()
    assert TOTP_SECRET not in stored
    assert stored.count("gAAAA") == 2


def test_a_bare_secret_is_sealed_once_and_works_on(client: Client, editor: User) -> None:
    secret = TOTP_SECRET
    for _time in range(2):
        secret = seal(secret)
        Authenticator.objects.update(data={"secret": secret})
        assert TOTP_SECRET not in authenticators_in_database()
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    assert client.post("/logga-in/kod/", {"code": code_now()}).status_code == 302
    assert open_seal(secret) == TOTP_SECRET
    assert open_seal(TOTP_SECRET) == TOTP_SECRET


def test_a_new_key_of_the_portal_keeps_the_old_seals_while_it_is_told_of_the_old_key(
    editor: User, settings: Settings
) -> None:
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "ny" * 40
    settings.SECRET_KEY_FALLBACKS = []
    lost = Client()
    lost.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    answer = lost.post("/logga-in/kod/", {"code": code_now()})
    assert answer.status_code == 200
    assert "_auth_user_id" not in lost.session
    settings.SECRET_KEY_FALLBACKS = [old]
    known = Client()
    known.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    assert known.post("/logga-in/kod/", {"code": code_now()}).status_code == 302
