"""The history knows who made each change; reading costs nothing for it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledge_portal.accounts.invitations import invite
from pledge_portal.accounts.models import Invitation, Membership, Role, User
from pledge_portal.database import acting
from pledge_portal.database.acting import as_command, as_public, on_behalf_of
from pledge_portal.database.history import history_of
from pledge_portal.history.presentation import author
from pledges.actions import recording
from pledges.models import CompletedAction, Municipality, Section
from tests.builders import (
    PASSWORD,
    a_municipality,
    a_person,
    a_pledge,
    a_superuser,
    an_action,
    give_role,
)

pytestmark = pytest.mark.django_db


def context_of_latest(model: type) -> dict[str, Any]:
    history = history_of(model)
    assert history is not None
    return history.events.objects.latest("pgh_id").pgh_context


@pytest.fixture
def section() -> Section:
    return a_pledge(signed=False).sections.order_by("position").first()


def rename(section: Section, heading: str) -> None:
    Section.objects.filter(pk=section.pk).update(heading_sv=heading)


def test_what_is_done_through_the_pages_is_known_as_the_persons_own(client: Client) -> None:
    here = a_municipality()
    administrator = a_person(
        "karin@example.se", Role.ADMINISTRATOR, here, first_name="Karin", last_name="Ek"
    )
    membership = give_role(a_person("nils@example.se"), Role.EDITOR, here)
    client.force_login(administrator)
    client.post(f"/arbetsyta/personer/{membership.pk}/avsluta/")
    assert context_of_latest(Membership) == {
        "person": administrator.pk,
        "name": "Karin Ek",
        "email": "karin@example.se",
        "address": "/arbetsyta/personer/<int:pk>/avsluta/",
    }


def test_what_comes_after_a_request_is_not_taken_for_its_senders(
    client: Client, section: Section
) -> None:
    here = a_municipality("Arvika")
    client.force_login(a_person("karin@example.se", Role.ADMINISTRATOR, here))
    client.post(
        "/arbetsyta/personer/bjud-in/",
        {"email": "ny@example.se", "role": "editor", "place": f"municipality-{here.pk}"},
    )
    rename(section, "Ny")
    assert "database_user" in context_of_latest(Section)


def test_a_new_person_who_accepts_an_invitation_is_known_by_the_letters_address(
    client: Client, settings: Settings
) -> None:
    settings.SITE_URL = ""
    operator = a_superuser()
    address = invite("ny@example.se", Role.EDITOR, a_municipality(), operator, timezone.now())
    answer = client.post(
        address,
        {
            "first_name": "Nils",
            "last_name": "Ny",
            "password1": "tre gröna hästar 7",
            "password2": "tre gröna hästar 7",
        },
    )
    assert answer.status_code == 302
    for model in (User, Membership, Invitation):
        context = context_of_latest(model)
        assert context["email"] == "ny@example.se"
        # The link of an invitation opens a door: it is no part of the address that is kept.
        assert context["address"] == "/logga-in/inbjudan/<str:token>/"


def test_a_command_is_known_by_its_name_and_the_account_that_ran_it() -> None:
    with as_command("load_municipalities"):
        call_command("load_municipalities", verbosity=0)
    context = context_of_latest(Municipality)
    assert context["command"] == "load_municipalities"
    assert context["os_user"]


def test_what_is_written_past_the_portal_is_known_by_the_databases_account(
    section: Section,
) -> None:
    rename(section, "Ny")
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert context_of_latest(Section) == {"database_user": cursor.fetchone()[0]}


def test_the_reason_of_a_correction_and_of_a_strike_out_is_told() -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    action = an_action(pledge.commitments.get())
    entry = recording.Entry(
        commitment=action.commitment,
        municipality=action.municipality,
        done_on=action.done_on,
        amount=7,
    )
    at = timezone.now()
    with on_behalf_of(name="Karin"):
        action = recording.correct(action, entry, version=1, reason="Fel antal.", by=None, at=at)
    assert context_of_latest(CompletedAction) == {"name": "Karin", "reason": "Fel antal."}
    recording.strike_out(action, version=2, reason="Dubblett.", by=None, at=at)
    assert context_of_latest(CompletedAction) == {"reason": "Dubblett."}


def test_it_is_known_after_a_rollback_and_forgotten_when_it_ends(section: Section) -> None:
    with on_behalf_of(name="Karin"):
        with suppress(ZeroDivisionError), transaction.atomic():
            rename(section, "Tagen tillbaka")
            raise ZeroDivisionError
        rename(section, "Ny")
        assert context_of_latest(Section) == {"name": "Karin"}
        with on_behalf_of(reason="Bättre så"):
            rename(section, "Nyare")
        assert context_of_latest(Section) == {"name": "Karin", "reason": "Bättre så"}
        with as_public():
            connection.cursor().close()
        rename(section, "Nyast")
        assert context_of_latest(Section) == {"name": "Karin"}
    rename(section, "Sist")
    assert "name" not in context_of_latest(Section)


@pytest.mark.django_db(transaction=True)
def test_it_is_known_on_a_connection_made_anew() -> None:
    section = a_pledge(signed=False).sections.first()
    with on_behalf_of(name="Karin"):
        rename(section, "Ny")
        connection.close()
        rename(section, "Nyare")
        assert context_of_latest(Section) == {"name": "Karin"}
        connection.close()
    rename(section, "Nyast")
    assert "name" not in context_of_latest(Section)


def test_any_statement_can_be_sent_with_names_of_any_signs(section: Section) -> None:
    with on_behalf_of(name="O'Hara \\ 100 % {x} ”Åsa”"), connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_section SET heading_sv = '50 %'")
        cursor.executemany(
            "UPDATE pledges_section SET heading_sv = %s WHERE id = %s",
            [("60 %", section.pk), ("70 %", section.pk)],
        )
    assert context_of_latest(Section) == {"name": "O'Hara \\ 100 % {x} ”Åsa”"}


def test_reading_tells_the_database_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    real = acting._telling

    def noted(held: Any, as_public: bool, on_behalf: str) -> Any:
        statements.append(on_behalf)
        return real(held, as_public, on_behalf)

    a_pledge()
    client.force_login(a_superuser())
    monkeypatch.setattr(acting, "_telling", noted)
    for address in ("/alvsbyn/", "/om/", "/arbetsyta/", "/arbetsyta/personer/"):
        assert client.get(address).status_code == 200
    assert set(statements) <= {""}
    client.post("/arbetsyta/personer/bjud-in/", {})
    assert statements[-1] != ""


def test_logging_in_tells_nobodys_name_and_changes_nothing_that_is_kept(client: Client) -> None:
    a_person("karin@example.se")
    events = history_of(User).events.objects.count()
    client.post("/logga-in/", {"login": "karin@example.se", "password": PASSWORD})
    assert history_of(User).events.objects.count() == events


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"name": "Karin Ek", "email": "k@example.se"}, "Karin Ek (k@example.se)"),
        ({"name": "k@example.se", "email": "k@example.se"}, "k@example.se"),
        ({"command": "sign_pledge", "os_user": "drift"}, "kommandot sign_pledge, kört av drift"),
        ({"email": "ny@example.se"}, "ny@example.se, som inte var inloggad"),
        ({"database_user": "portal"}, "databaskontot portal, utanför portalen"),
        ({"address": "/logga-in/"}, "någon som inte var inloggad"),
    ],
)
def test_who_it_was_is_told_in_words(context: dict[str, Any], words: str) -> None:
    assert author(context) == words
