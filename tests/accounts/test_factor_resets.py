"""A lost second factor: asked for, confirmed by another, and told of."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts import factor_resets
from pledge_portal.accounts.models import FactorReset, Role, User
from pledge_portal.database.history import history_of
from pledge_portal.pages.refusals import Refused
from pledges.models import Municipality
from tests.accounts.test_login import code_now
from tests.builders import (
    PASSWORD,
    a_municipality,
    a_person,
    a_police_area,
    a_superuser,
    give_role,
)
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

HOW = "Kom till mitt rum och visade sitt tjänstekort"
YES = {"have_spoken": "on"}


@pytest.fixture
def here() -> Municipality:
    return a_municipality()


@pytest.fixture
def editor(here: Municipality) -> User:
    return a_person("karin@example.se", Role.EDITOR, here)


@pytest.fixture
def first(here: Municipality) -> User:
    return a_person("forst@example.se", Role.ADMINISTRATOR, here)


@pytest.fixture
def second(here: Municipality) -> User:
    return a_person("andra@example.se", Role.ADMINISTRATOR, here)


def ask(person: User, by: User, at: datetime | None = None) -> FactorReset:
    reset = factor_resets.ask(person, HOW, by, at or timezone.now())
    mail.outbox.clear()
    return reset


def page_of(person: User) -> str:
    return f"/arbetsyta/personer/{person.pk}/tappad-kod/"


def letters_to(person: User) -> str:
    return "\n".join(str(letter.body) for letter in mail.outbox if letter.to == [person.email])


def test_one_asks_another_confirms_and_the_person_sets_up_a_new_factor(
    client: Client, editor: User, first: User, second: User
) -> None:
    RecoveryCodes.activate(editor)
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    client.post("/logga-in/kod/", {"code": code_now()})
    assert UserSession.objects.filter(user=editor).exists()
    at_code = Client()
    at_code.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    assert "Har du tappat ditt andra steg?" in at_code.get("/logga-in/kod/").content.decode()

    asking = logged_in(first)
    assert f'href="{page_of(editor)}"' in asking.get("/arbetsyta/personer/").content.decode()
    assert asking.post(page_of(editor), {"identified_by": HOW}).status_code == 302
    assert "tas de bort" in letters_to(editor)
    assert "/logga-in/tappad-kod/" in letters_to(editor)
    page = re.search(r"/arbetsyta/personer/tappade-koder/\d+/", letters_to(second))
    assert page
    mail.outbox.clear()

    confirming = logged_in(second)
    assert f'href="{page[0]}"' in confirming.get("/arbetsyta/personer/").content.decode()
    shown = confirming.get(page[0]).content.decode()
    for text in (HOW, first.email, editor.email, "loggas ut överallt"):
        assert text in shown
    assert confirming.post(page[0]).status_code == 422
    assert Authenticator.objects.filter(user=editor).count() == 2
    assert confirming.post(page[0], YES).status_code == 302
    assert not Authenticator.objects.filter(user=editor).exists()
    assert not UserSession.objects.filter(user=editor).exists()
    assert f"{first} begärde det och {second} bekräftade det." in letters_to(editor)

    assert client.get("/arbetsyta/").headers["Location"].startswith("/logga-in/")
    begun = at_code.get("/logga-in/kod/", follow=True)
    assert [to for to, _status in begun.redirect_chain] == ["/logga-in/"]
    led = client.post("/logga-in/", {"login": editor.email, "password": PASSWORD}, follow=True)
    assert [to for to, _status in led.redirect_chain][-1] == "/arbetsyta/konto/tva-steg/borja/"
    client.post("/arbetsyta/konto/bekrafta/", {"password": PASSWORD})
    app = "/arbetsyta/konto/tva-steg/app/"
    assert client.get(app).status_code == 200
    client.post(app, {"code": code_now(client.session["mfa.totp.secret"])})
    assert client.get("/arbetsyta/").status_code == 200

    history: Any = history_of(FactorReset)
    asked, done = history.events.objects.order_by("pgh_id")
    assert (asked.asked_by, done.confirmed_by) == (first, second)
    assert done.pgh_before == {"done_at": None, "confirmed_by_id": None}
    changes = logged_in(second).get("/arbetsyta/andringar/").content.decode()
    assert "tappat andra steg" in changes.lower()
    assert HOW in changes


def test_both_show_their_own_factor_first(editor: User, first: User, second: User) -> None:
    reset = ask(editor, first)
    for person, page in (
        (first, page_of(second)),
        (second, f"/arbetsyta/personer/tappade-koder/{reset.pk}/"),
    ):
        answer = logged_in(person, confirmed=False).post(page, {"identified_by": HOW, **YES})
        assert answer.headers["Location"].startswith("/arbetsyta/konto/bekrafta/kod/")
    assert Authenticator.objects.filter(user=editor).exists()
    assert FactorReset.objects.count() == 1


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("", "Skriv hur du vet"),
        ("vet", "så att andra förstår"),
        ("Legitimerade sig: 19811218-9876", "Ta bort personnumret"),
        ("x" * 501, "500"),
    ],
)
def test_nobody_asks_without_saying_how_they_know(
    editor: User, first: User, how: str, sentence: str
) -> None:
    answer = logged_in(first).post(page_of(editor), {"identified_by": how})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not FactorReset.objects.exists()
    assert not mail.outbox


def test_whom_an_administrator_has_no_business_with_is_not_there(
    first: User, here: Municipality
) -> None:
    elsewhere = a_person("dit@example.se", Role.EDITOR, a_municipality("Arvika"))
    nobody = a_person("ingen@example.se")
    operator = a_superuser()
    give_role(operator, Role.EDITOR, here)
    client = logged_in(first)
    for person in (elsewhere, nobody, operator, first):
        assert client.post(page_of(person), {"identified_by": HOW}).status_code == 404
    listed = client.get("/arbetsyta/personer/").content.decode()
    assert page_of(operator) not in listed
    assert page_of(nobody) in logged_in(operator).get("/arbetsyta/personer/").content.decode()


def test_the_second_person_is_one_who_may(
    editor: User, first: User, second: User, here: Municipality
) -> None:
    reset = ask(editor, first)
    operator = a_superuser()
    other = a_person("dit@example.se", Role.ADMINISTRATOR, a_municipality("Arvika"))
    closed = a_person("stangd@example.se", Role.ADMINISTRATOR, here, is_active=False)
    people = [first, second, editor, operator, other, closed]
    assert [person for person in people if factor_resets.may_confirm(person, reset)] == [
        second,
        operator,
    ]
    for person in (first, editor, other):
        with pytest.raises(Refused):
            factor_resets.confirm(reset, person, timezone.now())
    # Who holds a role for another party too is more than this one's own.
    give_role(editor, Role.SIGNATORY, a_police_area())
    assert [person for person in people if factor_resets.may_confirm(person, reset)] == [operator]


def test_of_an_operator_only_operators_ask_and_confirm(
    first: User, second: User, here: Municipality
) -> None:
    lost, one, other = (a_superuser(f"drift-{n}@example.se") for n in range(3))
    give_role(lost, Role.EDITOR, here)
    assert lost not in factor_resets.visible_people(first)
    reset = factor_resets.ask(lost, HOW, one, timezone.now())
    assert {to for letter in mail.outbox for to in letter.to} == {lost.email, other.email}
    with pytest.raises(Refused):
        factor_resets.confirm(reset, second, timezone.now())
    factor_resets.confirm(reset, other, timezone.now())
    assert not Authenticator.objects.filter(user=lost).exists()


def test_the_database_lets_nobody_do_it_alone(editor: User, first: User) -> None:
    reset = ask(editor, first)
    Authenticator.objects.filter(user=editor).delete()
    for confirmer in (None, first, editor):
        with pytest.raises(IntegrityError, match="factor_reset_done_by_two"), transaction.atomic():
            FactorReset.objects.filter(pk=reset.pk).update(
                done_at=timezone.now(), confirmed_by=confirmer
            )


def test_two_who_confirm_at_once_and_one_who_is_late(
    editor: User, first: User, second: User
) -> None:
    reset, now = ask(editor, first), timezone.now()
    seen_by_other = FactorReset.objects.select_related("person").get(pk=reset.pk)
    factor_resets.confirm(reset, second, now)
    mail.outbox.clear()
    for late in (
        lambda: factor_resets.confirm(seen_by_other, a_superuser(), now),
        lambda: factor_resets.withdraw(seen_by_other, first, now),
        lambda: factor_resets.stop(seen_by_other, FactorReset.Because.STOPPED, now),
    ):
        with pytest.raises(Refused, match="redan borttaget"):
            late()
    assert not mail.outbox
    page = logged_in(second).post(f"/arbetsyta/personer/tappade-koder/{reset.pk}/", YES)
    assert "redan borttaget" in page.content.decode()
    with pytest.raises(Refused, match="inget andra steg här"):
        factor_resets.ask(editor, HOW, first, now)


@pytest.mark.parametrize("way", ["role", "inactive"])
def test_what_somebody_asked_for_who_may_no_longer_comes_to_nothing(
    editor: User, first: User, second: User, way: str
) -> None:
    reset = ask(editor, first)
    if way == "role":
        first.memberships.all().delete()
    else:
        User.objects.filter(pk=first.pk).update(is_active=False)
    page = logged_in(second).post(f"/arbetsyta/personer/tappade-koder/{reset.pk}/", YES)
    assert "som begärde det, får inte längre göra det" in page.content.decode()
    assert Authenticator.objects.filter(user=editor).exists()
    assert "den som begärde det får inte längre göra det" in letters_to(first)
    reset.refresh_from_db()
    assert (reset.done_at, reset.withdrawn_because) == (None, "asker_may_not")
    # It is in nobody's way.
    assert ask(editor, second).pk != reset.pk


def test_whoever_may_ask_is_not_kept_waiting_by_who_may_not(
    editor: User, first: User, second: User
) -> None:
    reset = ask(editor, first)
    first.memberships.all().delete()
    factor_resets.ask(editor, HOW, second, timezone.now())
    assert "får inte längre göra det" in letters_to(first)
    reset.refresh_from_db()
    assert reset.withdrawn_because == "asker_may_not"


def test_what_nobody_confirms_in_time_comes_to_nothing(
    editor: User, first: User, second: User
) -> None:
    now = timezone.now()
    late = ask(editor, first, now - timedelta(days=7))
    with pytest.raises(Refused, match="mer än sju dagar"):
        factor_resets.confirm(late, second, now)
    assert Authenticator.objects.filter(user=editor).exists()
    again = ask(editor, second, now)
    late.refresh_from_db()
    assert (late.withdrawn_because, late.withdrawn_at) == ("expired", late.expires_at)
    with pytest.raises(Refused, match="har redan begärt det"):
        factor_resets.ask(editor, HOW, first, now)
    logged_in(first).post(f"/arbetsyta/personer/tappade-koder/{again.pk}/ta-tillbaka/")
    again.refresh_from_db()
    assert (again.withdrawn_because, again.withdrawn_by) == ("withdrawn", first)
    assert "tog tillbaka" in letters_to(editor)


def test_the_person_stops_it_by_the_letters_link(
    client: Client, editor: User, first: User, second: User
) -> None:
    reset = ask(editor, first)
    page = f"/logga-in/tappad-kod/{factor_resets.token_of(reset)}/"
    assert "ska tas bort" in client.get(page).content.decode()
    reset.refresh_from_db()
    assert reset.withdrawn_at is None
    answer = client.post(page, follow=True).content.decode()
    assert "Det är stoppat." in answer
    assert "Det är inställt: personen stoppade det." in answer
    assert "personen stoppade det" in letters_to(first)
    with pytest.raises(Refused, match="inställt"):
        factor_resets.confirm(reset, second, timezone.now())
    for forged in (str(reset.pk), f"{reset.pk}:x", "x" * 300):
        address = f"/logga-in/tappad-kod/{forged}/"
        assert client.get(address).status_code == client.post(address).status_code == 404


def test_whoever_logs_in_with_the_factor_has_not_lost_it(
    client: Client, editor: User, first: User
) -> None:
    reset = ask(editor, first)
    client.post("/logga-in/", {"login": editor.email, "password": PASSWORD})
    reset.refresh_from_db()
    assert reset.withdrawn_at is None
    answer = client.post("/logga-in/kod/", {"code": code_now()}, follow=True)
    assert "så det är inställt" in answer.content.decode()
    reset.refresh_from_db()
    assert reset.withdrawn_because == "factor_used"
    assert "loggade in med sitt andra steg" in letters_to(first)


def test_the_only_operator_is_helped_by_the_owner_of_the_database() -> None:
    operator = a_superuser()
    earlier = ask(operator, a_person("dit@example.se"))
    call_command("remove_second_factor", "DRIFT@example.se", identified_by=" Det är jag\n själv ")
    assert not Authenticator.objects.filter(user=operator).exists()
    assert "Den som driver portalen gjorde det, ensam." in letters_to(operator)
    reset = FactorReset.objects.latest("pk")
    assert (reset.identified_by, reset.asked_by, reset.confirmed_by) == (
        "Det är jag själv",
        None,
        None,
    )
    assert reset.command_account
    earlier.refresh_from_db()
    assert earlier.withdrawn_because == "replaced"
    for email, how in (
        ("finns-inte@example.se", HOW),
        (operator.email, HOW),
        (operator.email, "  "),
    ):
        with pytest.raises(CommandError):
            call_command("remove_second_factor", email, identified_by=how)
    assert FactorReset.objects.count() == 2
