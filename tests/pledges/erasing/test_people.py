"""A person who has left is erased, and what they did stands."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts import factor_resets
from pledge_portal.accounts.invitations import accept, invite
from pledge_portal.accounts.models import Membership, PersonErasure, Role, User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.database.history import history_of
from pledges.models import ArchivePackage, ArchivePackagePiece, Section
from pledges.records import packages
from tests.builders import PASSWORD, a_municipality, a_person, a_pledge, a_superuser, give_role
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

EMAIL = "karin.ek@alvsbyn.se"
FILLED_IN = {"skal": "Har slutat", "beslut": "KS 2026/112", "beslutat_den": "2026-11-30"}


def page_of(person: User) -> str:
    return f"/arbetsyta/ta-bort-personuppgift/person/{person.pk}/"


def everything_stored() -> str:
    """Return all rows of all tables but the queue's, as a copy shows them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace"
            " AND relname !~ '^(procrastinate|django_session)'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = " UNION ALL ".join(
            f"SELECT string_agg(to_jsonb(t)::text, ' ') FROM {table} t" for table in tables
        )
        cursor.execute(f"SELECT string_agg(all_rows::text, ' ') FROM ({rows}) AS all_rows")
        return str(cursor.fetchone()[0])


@pytest.fixture
def operator() -> User:
    return a_superuser()


@pytest.fixture
def left(operator: User) -> User:
    """Return who was invited, worked, lost a factor, and has left."""
    here = a_municipality()
    address = invite(EMAIL.upper(), Role.EDITOR, here, operator, timezone.now())
    token = address.rstrip("/").rpartition("/")[2]
    person = accept(
        token, timezone.now(), password=PASSWORD, first_name="Karin", last_name="Ekqvist"
    )
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    pledge = a_pledge(here)
    with on_behalf_of(person=person.pk, name=str(person), email=person.email):
        section = a_pledge(a_municipality("Arvika"), signed=False).sections.first()
        Section.objects.filter(pk=section.pk).update(heading_sv="Nytt")
    factor_resets.ask(person, "Karin Ekqvist kom hit", operator, timezone.now())
    LogEntry.objects.create(
        user=operator,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        object_repr=str(person),
        action_flag=CHANGE,
        change_message="",
    )
    package = packages.ask_for(pledge, "whole", here, by=person, at=timezone.now())
    packages.make(package.pk)
    Membership.objects.filter(person=person).delete()
    return person


def test_a_person_who_has_left_is_named_nowhere_and_what_they_did_stands(
    operator: User, left: User, client: Client
) -> None:
    assert {"ekqvist", EMAIL} <= {
        word for word in ("ekqvist", EMAIL) if word in everything_stored().lower()
    }
    browser = logged_in(operator)
    assert page_of(left) in browser.get("/arbetsyta/personer/").content.decode()
    asked = browser.get(page_of(left)).content.decode()
    assert "utan namn" in asked
    assert browser.post(page_of(left), FILLED_IN).status_code == 302

    stored = everything_stored().lower()
    assert "ekqvist" not in stored
    assert EMAIL not in stored
    assert "karin" not in stored
    assert not ArchivePackagePiece.objects.exists()
    assert not Authenticator.objects.filter(user=left).exists()
    client.post("/logga-in/", {"login": EMAIL, "password": PASSWORD})
    assert client.get("/arbetsyta/").status_code == 302

    history: Any = history_of(Section)
    renamed = history.events.objects.filter(pgh_label="update").latest("pgh_id")
    assert renamed.pgh_context == {"person": left.pk, "name": f"Borttagen person {left.pk}"}
    assert (renamed.heading_sv, PersonErasure.objects.get().decision) == ("Nytt", "KS 2026/112")
    assert page_of(left) not in browser.get("/arbetsyta/personer/").content.decode()
    assert "redan raderad" in browser.get(page_of(left)).content.decode()
    assert "Borttagen person" in browser.get("/arbetsyta/andringar/").content.decode()


def test_who_works_here_or_runs_the_portal_is_not_erased(operator: User) -> None:
    editor = a_person("nils@example.se", Role.EDITOR, a_municipality())
    other = a_superuser("drift-2@example.se")
    for person, sentence in (
        (editor, "Avsluta först personens roller: redaktör, Älvsbyns kommun."),
        (other, "driver portalen"),
        (operator, "dig själv"),
    ):
        answer = logged_in(operator).post(page_of(person), FILLED_IN)
        assert sentence in answer.content.decode()
    assert not PersonErasure.objects.exists()
    assert User.objects.filter(is_active=True).count() == 3
    assert logged_in(operator, confirmed=False).post(page_of(editor)).status_code == 302
    admin = logged_in(operator).post(f"/arbetsyta/admin/accounts/user/{editor.pk}/delete/")
    assert admin.status_code == 403


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"skal": ""}, "Skriv varför"),
        ({"beslut": ""}, "vilket beslut"),
        ({"beslutat_den": "i går"}, "Skriv dagen som"),
        ({"beslutat_den": "2099-01-01"}, "Beslutsdagen har inte varit än."),
        ({"skal": "Ekqvist har slutat"}, "Här får orden inte stå"),
        ({"beslut": "om nils@example.se"}, "Här får orden inte stå"),
    ],
)
def test_nobody_is_erased_without_a_decision_nor_named_in_it(
    operator: User, typed: dict[str, str], sentence: str
) -> None:
    person = a_person("nils@example.se", last_name="Ekqvist")
    answer = logged_in(operator).post(page_of(person), {**FILLED_IN, **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert User.objects.filter(email="nils@example.se", is_active=True).exists()


def test_a_package_made_meanwhile_is_thrown_away(operator: User, left: User) -> None:
    pledge = ArchivePackage.objects.get().pledge
    asked = packages.ask_for(
        pledge, "whole", pledge.municipalities.get(), by=operator, at=timezone.now()
    )
    logged_in(operator).post(page_of(left), FILLED_IN)
    packages.make(asked.pk)
    asked.refresh_from_db()
    assert asked.fault.startswith("En personuppgift togs bort")
    assert not ArchivePackagePiece.objects.exists()


def test_history_is_not_rewritten_without_a_decision_nor_of_who_works_here() -> None:
    person, other = a_person(), a_superuser()
    give_role(person, Role.EDITOR, a_municipality())
    erasure = PersonErasure.objects.create(
        person=person,
        decision="x",
        decided_on="2026-11-30",
        reason="x",
        erased_by=other,
        erased_at=timezone.now(),
    )
    for key in (0, erasure.pk):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT erase_person(%s)", [key])
    for change in ("UPDATE accounts_personerasure SET reason = ''", "DELETE FROM {0}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change.format("accounts_personerasure"))
