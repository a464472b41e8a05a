"""An invitation: sent, accepted once, and of no use to anybody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts.models import ROLE_TEXTS, Invitation, Membership, Role, User
from pledge_portal.accounts.permissions import Action, may
from pledges.models import Pledge
from tests.builders import (
    PASSWORD,
    a_municipality,
    a_person,
    a_pledge,
    a_police_area,
    a_superuser,
    give_role,
)

pytestmark = pytest.mark.django_db
NEW = {
    "first_name": "Nils",
    "last_name": "Ny",
    "password1": "korrekt häst batteri",
    "password2": "korrekt häst batteri",
}


@pytest.fixture
def administrator(client: Client) -> User:
    person = a_person("adm@example.se", Role.ADMINISTRATOR, a_municipality())
    client.force_login(person)
    return person


def invite(client: Client, email: str = "ny@example.se", role: str = "editor") -> str:
    """Invite by the page; return the path of the link in the letter."""
    form = client.get("/arbetsyta/personer/bjud-in/").content.decode()
    place = re.findall(r'<option value="((?:municipality|policearea)-\d+)"', form)[0]
    answer = client.post(
        "/arbetsyta/personer/bjud-in/", {"email": email, "role": role, "place": place}
    )
    assert answer.status_code == 302, answer.content.decode()
    match = re.search(r"/logga-in/inbjudan/\S+", str(mail.outbox[-1].body))
    assert match
    return match[0]


def test_the_invited_makes_an_account_and_holds_the_role(
    client: Client, administrator: User
) -> None:
    link = invite(client, "Ny@Example.se")
    assert mail.outbox[0].to == ["ny@example.se"]
    page = Client().get(link).content.decode()
    assert "ny@example.se" in page
    assert "Redaktör" in page
    assert Client().post(link, NEW).status_code == 302
    person = User.objects.get(email="ny@example.se")
    assert person.check_password(NEW["password1"])
    assert [str(role) for role in person.memberships.all()] == [
        "Nils Ny: redaktör, Älvsbyns kommun"
    ]
    assert not person.is_staff


def test_the_token_is_not_stored(client: Client, administrator: User) -> None:
    token = invite(client).rstrip("/").rpartition("/")[2]
    stored = str(list(Invitation.objects.values()))
    assert token not in stored


def test_a_link_works_once(client: Client, administrator: User) -> None:
    link = invite(client)
    Client().post(link, NEW)
    again = Client().post(
        link, {**NEW, "password1": "annat lösenord 9", "password2": "annat lösenord 9"}
    )
    assert again.status_code == 410
    assert User.objects.get(email="ny@example.se").check_password(NEW["password1"])


def test_a_link_ends_after_seven_days(client: Client, administrator: User) -> None:
    link = invite(client)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert Client().get(link).status_code == 410
        assert Client().post(link, NEW).status_code == 410
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert Client().get(link).status_code == 200


def test_a_revoked_link_is_closed(client: Client, administrator: User) -> None:
    link = invite(client)
    invitation = Invitation.objects.get()
    client.post(f"/arbetsyta/personer/inbjudningar/{invitation.pk}/aterkalla/")
    assert Client().post(link, NEW).status_code == 410
    assert not User.objects.filter(email="ny@example.se").exists()
    assert (
        "ny@example.se"
        not in client.get("/arbetsyta/personer/?")
        .content.decode()
        .split("Inbjudningar som väntar")[1]
    )


def test_a_new_letter_closes_the_one_before(client: Client, administrator: User) -> None:
    first, second = invite(client), invite(client)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


def test_a_changed_link_leads_nowhere(client: Client, administrator: User) -> None:
    link = invite(client)
    assert Client().get(link[:-2] + "x/").status_code == 410


def test_somebody_else_who_is_logged_in_cannot_take_it(client: Client, administrator: User) -> None:
    link = invite(client)
    other = Client()
    other.force_login(a_person("annan@example.se"))
    assert other.post(link, NEW).status_code == 403
    assert not Membership.objects.filter(person__email="annan@example.se").exists()


def test_one_who_has_an_account_keeps_its_password(client: Client, administrator: User) -> None:
    person = a_person("ny@example.se")
    assert (
        Client().post(invite(client), NEW | {"password1": "x", "password2": "y"}).status_code == 302
    )
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.memberships.get().role == Role.EDITOR


@pytest.mark.parametrize("password", ["kort", "123456789012345", "ny@example.se"])
def test_a_weak_password_is_refused(client: Client, administrator: User, password: str) -> None:
    answer = Client().post(invite(client), NEW | {"password1": password, "password2": password})
    assert answer.status_code == 200
    assert not User.objects.filter(email="ny@example.se").exists()


def test_an_administrator_invites_to_own_places_alone(client: Client, administrator: User) -> None:
    elsewhere = a_municipality("Arvika")
    answer = client.post(
        "/arbetsyta/personer/bjud-in/",
        {"email": "x@example.se", "role": "editor", "place": f"municipality-{elsewhere.pk}"},
    )
    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_an_officer_cannot_be_invited_to_a_municipality(
    client: Client, administrator: User
) -> None:
    place = administrator.memberships.get().municipality
    assert place is not None
    answer = client.post(
        "/arbetsyta/personer/bjud-in/",
        {"email": "x@example.se", "role": "officer", "place": f"municipality-{place.pk}"},
    )
    assert "hör till ett lokalpolisområde" in answer.content.decode()


def test_a_role_is_ended_by_another_administrator_and_not_by_oneself(
    client: Client, administrator: User
) -> None:
    own = administrator.memberships.get()
    editor = give_role(a_person("red@example.se"), Role.EDITOR, own.municipality)
    for membership in (own, editor):
        client.post(f"/arbetsyta/personer/{membership.pk}/avsluta/")
    assert list(Membership.objects.all()) == [own]


def test_ending_a_role_is_asked_about_told_and_can_be_undone(
    client: Client, administrator: User
) -> None:
    place = administrator.memberships.get().municipality
    editor = a_person("red@example.se", Role.EDITOR, place)
    address = f"/arbetsyta/personer/{editor.memberships.get().pk}/avsluta/"
    assert "Rollen kan ges tillbaka inom 30 dagar." in client.get(address).content.decode()
    assert editor.memberships.exists()
    client.post(address)
    assert not editor.memberships.exists()
    (letter,) = mail.outbox
    assert letter.to == [editor.email]
    assert "Din roll är avslutad: redaktör, Älvsbyns kommun." in letter.body
    page = client.get("/arbetsyta/personer/").content.decode()
    match = re.search(r"/arbetsyta/personer/avslutade/\d+/ge-tillbaka/", page)
    assert match
    elsewhere = Client()
    elsewhere.force_login(a_person("b@example.se", Role.ADMINISTRATOR, a_municipality("Arvika")))
    assert elsewhere.post(match[0]).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        client.force_login(administrator)
        assert client.post(match[0]).status_code == 404
    client.force_login(administrator)
    client.post(match[0])
    assert editor.memberships.get().role == Role.EDITOR
    assert "Du har fått tillbaka din roll: redaktör" in mail.outbox[-1].body
    assert "ge-tillbaka" not in client.get("/arbetsyta/personer/").content.decode()


def test_the_list_tells_who_has_logged_in_and_has_a_second_factor(
    client: Client, administrator: User
) -> None:
    place = administrator.memberships.get().municipality
    a_person("utan@example.se", Role.EDITOR, place, second_factor=False)
    cards = client.get("/arbetsyta/personer/").content.decode().split("<li>")
    (own,) = (card for card in cards if administrator.email in card)
    (other,) = (card for card in cards if "utan@example.se" in card)
    assert "Senast inloggad" in own
    assert "Har ett andra steg." in own
    assert "Har aldrig loggat in." in other
    assert "Har inget eget andra steg." in other


def test_each_role_is_explained_where_it_is_given(client: Client, administrator: User) -> None:
    page = client.get("/arbetsyta/personer/bjud-in/").content.decode()
    assert set(ROLE_TEXTS) == set(Role)
    for role, text in ROLE_TEXTS.items():
        assert f"<dt>{role.label[:1].upper()}{role.label[1:]}</dt><dd>{text}</dd>" in page


def test_the_database_knows_what_a_role_can_be_held_for() -> None:
    person, place, area = a_person(), a_municipality(), a_police_area()
    wrong: list[dict[str, object]] = [
        {"role": "editor"},
        {"role": "editor", "municipality": place, "police_area": area},
        {"role": "officer", "municipality": place},
        {"role": "coordinator", "police_area": area},
        {"role": "king", "municipality": place},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(person=person, **fields)
    give_role(person, Role.EDITOR, place)
    with pytest.raises(IntegrityError), transaction.atomic():
        give_role(person, Role.EDITOR, place)


def test_a_role_counts_for_its_own_place_alone() -> None:
    here, elsewhere = a_municipality(), a_municipality("Arvika")
    person = a_person("adm@example.se", Role.ADMINISTRATOR, here)
    assert may(person, Action.MANAGE_PEOPLE, here)
    assert not may(person, Action.MANAGE_PEOPLE, elsewhere)
    assert may(a_superuser(), Action.MANAGE_PEOPLE, elsewhere)
    person.is_active = False
    assert not may(person, Action.MANAGE_PEOPLE, here)


def test_drafts_are_seen_by_those_of_the_place_alone() -> None:
    here, elsewhere = a_municipality(), a_municipality("Arvika")
    area = a_police_area()
    draft = a_pledge([here, elsewhere], signed=False)
    other = a_pledge(a_municipality("Boden"), signed=False)
    other.police_area = a_police_area("Boden")
    other.save()
    editor = a_person("e@example.se", Role.EDITOR, here)
    give_role(editor, Role.SIGNATORY, elsewhere)
    officer = a_person("o@example.se", Role.OFFICER, area)
    assert list(Pledge.objects.visible_to(editor)) == [draft]
    assert list(Pledge.objects.visible_to(officer)) == [draft]
    assert not Pledge.objects.visible_to(a_person("ingen@example.se")).exists()
    assert Pledge.objects.visible_to(a_superuser()).count() == 2


@pytest.mark.parametrize(
    ("backend", "sends"),
    [
        ("django.core.mail.backends.console.EmailBackend", False),
        ("django.core.mail.backends.smtp.EmailBackend", True),
    ],
)
def test_a_demonstration_says_that_it_sends_nothing_only_when_it_does(
    client: Client, administrator: User, settings: Any, backend: str, sends: bool
) -> None:
    settings.DEMONSTRATION, settings.EMAIL_DELIVERY_BACKEND = True, backend
    invite(client)
    answer = client.get("/arbetsyta/personer/")
    assert "Inbjudan är skickad till ny@example.se" in answer.content.decode()
    assert ("Demonstrationen skickar inga mejl" in answer.content.decode()) != sends
