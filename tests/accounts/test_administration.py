"""Django's administration: administrators see their own places alone."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.forms import CharField, PasswordInput, TextInput
from django.test import Client, RequestFactory
from django.urls import resolve

from pledge_portal.accounts.models import Membership, Role, User
from pledge_portal.pages.typed_text import check_signs
from pledges.models import CompletedAction, Municipality, Place, Pledge, PublishedAction
from tests.builders import (
    a_municipality,
    a_person,
    a_place,
    a_pledge,
    a_police_area,
    a_superuser,
    an_action,
    give_role,
)

pytestmark = pytest.mark.django_db
ADMIN = "/arbetsyta/admin/"


@pytest.fixture
def here() -> Municipality:
    return a_municipality("Älvsbyn")


@pytest.fixture
def elsewhere() -> Municipality:
    return a_municipality("Arvika")


@pytest.fixture
def administrator(here: Municipality, elsewhere: Municipality, client: Client) -> Client:
    """Return the browser of an administrator of Älvsbyn.

    Each municipality has a school and an editor.
    """
    for municipality, name in ((here, "Hit"), (elsewhere, "Dit")):
        a_place(f"{name}skolan", municipality)
        a_person(f"{name}@example.se".lower(), Role.EDITOR, municipality)
        a_police_area(f"{name}området", [municipality])
    client.force_login(a_person("admin@example.se", Role.ADMINISTRATOR, here))
    return client


@pytest.mark.parametrize(
    ("address", "own", "other"),
    [
        ("pledges/place/", "Hitskolan", "Ditskolan"),
        ("pledges/place/?q=skolan", "Hitskolan", "Ditskolan"),
        ("pledges/municipality/", "Älvsbyns kommun", "Arvikas kommun"),
        ("pledges/policearea/", "Hitområdet", "Ditområdet"),
        ("accounts/user/", "hit@example.se", "dit@example.se"),
        ("accounts/membership/", "Älvsbyn", "Arvika"),
    ],
)
def test_lists_show_the_own_places_alone(
    administrator: Client, address: str, own: str, other: str
) -> None:
    html = administrator.get(ADMIN + address).content.decode()
    assert own in html
    assert other not in html


def test_the_first_page_offers_reference_data_and_people_and_nothing_else(
    administrator: Client,
) -> None:
    html = administrator.get(ADMIN).content.decode()
    for name in ("place", "municipality", "policearea", "user", "membership"):
        assert f"/{name}/" in html
    for name in ("pledges/pledge/", "signature", "pledgedocument", "authenticator", "group"):
        assert name not in html


def test_rows_of_other_places_are_as_if_they_were_not_there(
    administrator: Client, elsewhere: Municipality
) -> None:
    place = Place.objects.get(municipality=elsewhere)
    person = User.objects.get(email="dit@example.se")
    role = Membership.objects.get(municipality=elsewhere)
    for address in (
        f"pledges/place/{place.pk}/change/",
        f"pledges/place/{place.pk}/delete/",
        f"pledges/place/{place.pk}/history/",
        f"pledges/municipality/{elsewhere.pk}/change/",
        f"accounts/user/{person.pk}/change/",
        f"accounts/user/{person.pk}/password/",
        f"accounts/membership/{role.pk}/delete/",
    ):
        for answer in (
            administrator.get(ADMIN + address),
            administrator.post(ADMIN + address, {"name": "Kapad", "post": "yes", "level": ""}),
        ):
            assert answer.status_code in {302, 403, 404}, address
            assert "dit" not in answer.content.decode().lower(), address
    place.refresh_from_db()
    assert place.name == "Ditskolan"
    assert Membership.objects.filter(pk=role.pk).exists()


def test_every_text_passes_the_door(rf: RequestFactory) -> None:
    request = rf.get(ADMIN)
    request.user, request.resolver_match = a_superuser(), resolve(f"{ADMIN}pledges/pledge/add/")
    through, past = set(), set()
    for model, model_admin in admin.site._registry.items():
        can_be_typed = model_admin.has_add_permission(request) or (
            model_admin.has_change_permission(request)
        )
        # Django's own groups give nobody anything here.
        if not can_be_typed or model is Group:
            continue
        forms = [model_admin.get_form(request)]
        forms += [
            inline.get_formset(request).form for inline in model_admin.get_inline_instances(request)
        ]
        for form in forms:
            for name, field in form.base_fields.items():
                if isinstance(field, CharField) and not isinstance(field.widget, PasswordInput):
                    passes = check_signs in field.validators
                    if isinstance(field.widget, TextInput):
                        passes &= "\t" not in field.to_python("a\tb")
                    (through if passes else past).add(f"{form._meta.model.__name__}.{name}")
    assert past == set()
    assert {"Place.name", "Section.text_sv", "Municipality.official_name"} <= through


def test_a_place_is_added_at_home_and_nowhere_else(
    administrator: Client, here: Municipality, elsewhere: Municipality
) -> None:
    fields = {"name": "Nya gymnasiet", "level": "upper_secondary"}
    form = administrator.get(f"{ADMIN}pledges/place/add/").content.decode()
    assert "Älvsbyns kommun" in form
    assert "Arvika" not in form
    refused = administrator.post(
        f"{ADMIN}pledges/place/add/", {**fields, "municipality": elsewhere.pk}
    )
    assert refused.status_code == 200
    assert not Place.objects.filter(name="Nya gymnasiet").exists()
    unshowable = {**fields, "name": "Nya\x0bgymnasiet", "municipality": here.pk}
    refused = administrator.post(f"{ADMIN}pledges/place/add/", unshowable)
    assert "Ta bort U+000B" in refused.content.decode()
    assert not Place.objects.filter(name__startswith="Nya").exists()
    administrator.post(f"{ADMIN}pledges/place/add/", {**fields, "municipality": here.pk})
    added = Place.objects.get(name="Nya gymnasiet")
    assert (added.kind, added.search_key) == ("school", "nya gymnasiet")
    doubled = administrator.post(
        f"{ADMIN}pledges/place/add/", {**fields, "name": "nya GYMNASIET", "municipality": here.pk}
    )
    assert doubled.status_code == 200
    assert Place.objects.filter(municipality=here).count() == 2


def test_a_place_changed_here_changes_what_the_public_is_told(
    administrator: Client, here: Municipality
) -> None:
    commitment = a_pledge(here, commitments=1).commitments.get()
    school = Place.objects.get(municipality=here)
    an_action(commitment, place=school)
    PublishedAction.objects.update(place_level="stale")
    administrator.post(
        f"{ADMIN}pledges/place/{school.pk}/change/",
        {"name": "Hitskolan", "level": "primary", "municipality": "1"},
    )
    assert Place.objects.get(pk=school.pk).level == "primary"
    assert PublishedAction.objects.get().place_level == ""


def test_a_place_where_something_was_done_is_never_deleted(
    administrator: Client, here: Municipality
) -> None:
    commitment = a_pledge(here, commitments=1).commitments.get()
    school, unused = Place.objects.get(municipality=here), a_place("Aldrig använd", here)
    an_action(commitment, place=school)
    assert (
        administrator.post(f"{ADMIN}pledges/place/{school.pk}/delete/", {"post": "yes"}).status_code
        == 403
    )
    administrator.post(f"{ADMIN}pledges/place/{unused.pk}/delete/", {"post": "yes"})
    assert [place.name for place in Place.objects.filter(municipality=here)] == ["Hitskolan"]
    page = administrator.get(f"{ADMIN}pledges/place/")
    assert "delete_selected" not in page.content.decode()


def test_administrators_change_neither_people_nor_what_areas_cover(
    administrator: Client, here: Municipality, elsewhere: Municipality
) -> None:
    person = User.objects.get(email="hit@example.se")
    page = administrator.get(f"{ADMIN}accounts/user/{person.pk}/change/").content.decode()
    assert "hit@example.se" in page
    for secret in ("is_superuser", "algoritm", "pbkdf2", "argon2", "salt"):
        assert secret not in page
    area = person.memberships.get().municipality.police_areas.get()  # type: ignore[union-attr]
    for address, request in (
        (f"accounts/user/{person.pk}/change/", {"email": "kapad@example.se", "is_superuser": "on"}),
        (f"accounts/user/{person.pk}/password/", {"password1": "x", "password2": "x"}),
        ("accounts/user/add/", {"email": "ny@example.se"}),
        (f"pledges/municipality/{here.pk}/change/", {"name": "Kapad"}),
        (f"pledges/policearea/{area.pk}/change/", {"name": "Kapad"}),
        ("accounts/membership/add/", {"person": person.pk, "role": "administrator"}),
    ):
        assert administrator.post(ADMIN + address, request).status_code == 403, address
    assert (
        "Arvika"
        not in administrator.get(f"{ADMIN}pledges/policearea/{area.pk}/change/").content.decode()
    )


def test_a_role_is_ended_but_not_ones_own(administrator: Client, here: Municipality) -> None:
    role = Membership.objects.get(person__email="hit@example.se")
    administrator.post(f"{ADMIN}accounts/membership/{role.pk}/delete/", {"post": "yes"})
    assert not Membership.objects.filter(pk=role.pk).exists()
    (letter,) = mail.outbox
    assert letter.to == ["hit@example.se"]
    assert "Din roll är avslutad" in letter.body
    own = Membership.objects.get(person__email="admin@example.se")
    page = f"{ADMIN}accounts/membership/{own.pk}/delete/"
    assert administrator.post(page, {"post": "yes"}).status_code == 403


def test_not_even_the_operator_takes_anothers_factor_away_alone(client: Client) -> None:
    app = Authenticator.objects.get(user=a_person("tappade@example.se"))
    client.force_login(a_superuser())
    page = f"{ADMIN}mfa/authenticator/{app.pk}/delete/"
    assert client.post(page, {"post": "yes"}).status_code == 403
    assert Authenticator.objects.filter(pk=app.pk).exists()


@pytest.mark.parametrize(
    "asked",
    [
        "accounts/user/?memberships__role=editor",
        "accounts/user/?is_superuser__exact=1",
        "accounts/user/?password__startswith=argon",
        "accounts/user/?last_login__gte=2020-01-01",
        "pledges/place/?actions__finds__gte=1",
        "pledges/place/?municipality__code__gte=0",
    ],
)
def test_no_address_asks_rows_for_what_the_page_does_not_show(
    administrator: Client, asked: str
) -> None:
    answer = administrator.get(ADMIN + asked)
    # Django leads back to the list, with ?e=1, from a filter that isn't allowed.
    assert answer.status_code in {302, 400}


def test_neither_suggestions_nor_short_ways_tell_of_other_places(
    administrator: Client, elsewhere: Municipality
) -> None:
    answer = administrator.get(
        f"{ADMIN}autocomplete/?app_label=pledges&model_name=policeareacoverage"
        "&field_name=municipality&term=kommun"
    )
    assert "Arvika" not in answer.content.decode()
    draft = a_pledge(elsewhere, signed=False, period="2031")
    kind = ContentType.objects.get_for_model(Pledge)
    assert administrator.get(f"{ADMIN}r/{kind.pk}/{draft.pk}/").status_code == 403


def test_actions_have_no_page_even_for_the_operator(client: Client, here: Municipality) -> None:
    an_action(a_pledge(here, commitments=1).commitments.get())
    client.force_login(a_superuser())
    html = client.get(ADMIN).content.decode()
    for model in (CompletedAction, PublishedAction):
        assert f"/{model._meta.model_name}/" not in html


def test_an_area_administrator_works_with_the_places_of_the_area(client: Client) -> None:
    near, far = a_municipality("Boden"), a_municipality("Kiruna")
    area = a_police_area("Mitt", [near])
    a_place("Näraskolan", near)
    a_place("Fjärranskolan", far)
    person = a_person("omrade@example.se")
    give_role(person, Role.ADMINISTRATOR, area)
    client.force_login(person)
    html = client.get(f"{ADMIN}pledges/place/").content.decode()
    assert "Näraskolan" in html
    assert "Fjärranskolan" not in html
    answer = client.post(f"{ADMIN}pledges/policearea/{area.pk}/change/", {"name": "Allt"})
    assert answer.status_code == 403


def test_the_workspace_leads_administrators_there_and_others_not(
    administrator: Client, here: Municipality
) -> None:
    assert f'href="{ADMIN}"' in administrator.get("/arbetsyta/").content.decode()
    administrator.force_login(User.objects.get(email="hit@example.se"))
    assert f'href="{ADMIN}"' not in administrator.get("/arbetsyta/").content.decode()
    assert administrator.get(ADMIN).status_code == 302
