"""Letters about changes of the ways into an account, and its secrets."""

from __future__ import annotations

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
    inside.post("/arbetsyta/konto/bekrafta/", {"password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        inside.post("/arbetsyta/konto/tva-steg/reservkoder/nya/")
        inside.post("/arbetsyta/konto/tva-steg/app/ta-bort/")
    bodies = " ".join(str(letter.body) for letter in mail.outbox)
    assert "Nya reservkoder är gjorda." in bodies
    assert "Appen för engångskoder är borttagen." in bodies


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
