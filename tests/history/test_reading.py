"""The history as those of the place read it: in words, and searched."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from zeal import zeal_context

from pledge_portal.accounts.models import Role, User
from pledge_portal.database.acting import on_behalf_of
from pledges.actions import recording
from pledges.models import (
    Commitment,
    CompletedAction,
    InternalNote,
    Municipality,
    Pledge,
    PledgeParty,
    PoliceArea,
    PoliceAreaCoverage,
    Section,
)
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

ALL = "/arbetsyta/andringar/"


def reader(role: Role, place: Municipality | PoliceArea, email: str = "") -> Client:
    client = Client()
    client.force_login(a_person(email or f"{role}-{place.pk}@example.se", role, place))
    return client


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(a_superuser())
    return client


def text(client: Client, address: str, status: int = 200, **query: object) -> str:
    """Return the words of a page's main part."""
    answer = client.get(address, query)
    assert answer.status_code == status
    body = answer.content.decode()
    main = body[body.find("<main") :]
    main = re.sub(r"</?(a|em|span|strong|time|ins|del)\b[^>]*>", "", main)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def headings(client: Client, **query: object) -> list[str]:
    """Return what the changes of the first page are headed with."""
    answer = client.get(ALL, query)
    assert answer.status_code == 200
    return [f"{entry.verb} {entry.kind}: {entry.title}" for entry in answer.context["entries"]]


def of(row: object, kind: str) -> str:
    return f"{ALL}{kind}/{row.pk}/"  # type: ignore[attr-defined]


# What stands there.


def test_an_objects_history_tells_who_when_and_how_it_was_before(operator: Client) -> None:
    section = a_pledge(signed=False).sections.get(position=1)
    with on_behalf_of(name="Karin Ek", email="karin@example.se", reason="Stavfel"):
        Section.objects.filter(pk=section.pk).update(heading="Ny", heading_sv="Ny", kind="other")
    page = text(operator, of(section, "avsnitt"))
    today = timezone.localdate()
    assert f"Ändrades {today.day} " in page
    assert re.search(r" kl\. \d\d\.\d\d", page)
    assert "av Karin Ek (karin@example.se)" in page
    assert "Skäl: Stavfel" in page
    assert "Rubrik Före: Avsnitt 1 Efter: Ny" in page
    assert "Slag Före: inledning Efter: övrigt" in page
    assert page.count("Rubrik") == 2  # once for the change, once for how it was added
    assert "2 ändringar" in page


def test_the_difference_of_a_long_text_is_marked_word_by_word(operator: Client) -> None:
    section = a_pledge(signed=False).sections.get(position=1)
    old = "Vi lovar att polisen går runt i centrum varje fredag kväll."
    new = "Vi lovar att polisen går runt i centrum varje lördag kväll."
    Section.objects.filter(pk=section.pk).update(text=old, text_sv=old)
    Section.objects.filter(pk=section.pk).update(text=new, text_sv=new)
    body = operator.get(of(section, "avsnitt")).content.decode()
    assert re.search(r"<del>.*?fredag.*?</del><ins>.*?lördag.*?</ins> kväll\.", body)
    assert "[borttaget: fredag]" in text(operator, of(section, "avsnitt"))


def test_what_staff_wrote_is_never_read_as_html(operator: Client) -> None:
    section = a_pledge(signed=False).sections.get(position=1)
    evil = "<script>alert(1)</script> med text som är lång nog att jämföras"
    Section.objects.filter(pk=section.pk).update(text_sv=evil, heading_sv="<b>x</b>")
    for address in (ALL, of(section, "avsnitt")):
        body = operator.get(address).content.decode()
        assert "<script>alert" not in body
        assert "<b>x</b>" not in body


def test_rows_that_are_pointed_at_have_names_though_they_are_gone(operator: Client) -> None:
    pledge = a_pledge(signed=False)
    key = pledge.commitments.first().pk
    pledge.delete()
    page = text(operator, f"{ALL}atagande/{key}/")
    assert "Togs bort" in page
    assert "Inriktning Narkotika i skolan" in page
    assert "Medborgarlöfte Medborgarlöfte 2023-2025 " in page


def test_days_numbers_and_choices_are_in_words(operator: Client) -> None:
    pledge = a_pledge()
    page = text(operator, of(pledge.commitments.first(), "atagande"))
    assert "Slag narkotikasök med hund" in page
    assert "Målets antal 2 " in page
    assert "Minst ja" in page
    period = pledge.validity_periods.get()
    assert "från 1 januari 2023, tills vidare" in text(operator, of(period, "giltighetstid"))
    assert "Gäller till 31 december 2025" in text(operator, of(pledge, "medborgarlofte"))


def test_the_pledges_own_history_leads_to_that_of_all_its_parts(operator: Client) -> None:
    pledge = a_pledge(signed=False)
    a_pledge(a_municipality("Arvika"), signed=False)
    body = operator.get(of(pledge, "medborgarlofte")).content.decode()
    assert f'href="{ALL}?hor_till={pledge.pk}"' in body
    listed = headings(operator, hor_till=pledge.pk)
    assert any("Åtagande: 1, Polisen" in heading for heading in listed)
    assert any("Part: Älvsbyns kommun" in heading for heading in listed)
    assert not any("Arvika" in heading for heading in listed)


def test_the_workspace_leads_to_it(operator: Client) -> None:
    pledge = a_pledge()
    editor = reader(Role.EDITOR, pledge.parties.get().municipality)
    body = editor.get("/arbetsyta/").content.decode()
    assert f'href="{ALL}"' in body
    assert f'href="{of(pledge, "medborgarlofte")}"' in body
    membership = User.objects.get(email__startswith="editor").memberships.get()
    people = operator.get("/arbetsyta/personer/").content.decode()
    assert f'href="{of(membership, "uppdrag")}"' in people


# Who may read what.


def test_nobody_reads_what_was_changed_for_another_municipality() -> None:
    here, elsewhere = a_municipality(), a_municipality("Arvika")
    area_elsewhere = a_police_area("Värmland västra", [elsewhere])
    pledge = a_pledge(here, signed=False)
    other = a_pledge(elsewhere, signed=False, police_area=area_elsewhere)
    PoliceAreaCoverage.objects.filter(
        police_area=pledge.police_area, municipality=elsewhere
    ).delete()
    a_place(municipality=here)
    a_place("Taserudsgymnasiet", elsewhere)
    for client in (reader(Role.EDITOR, here), reader(Role.OFFICER, pledge.police_area)):
        own = " ".join(headings(client, hor_till=pledge.pk))
        assert "Åtagande" in own
        assert headings(client, hor_till=other.pk) == []
        pages = text(client, ALL) + text(client, ALL, sida=2)
        assert "Älvsbyns kommun" in pages
        assert "Arvika" not in pages
        assert "Taserud" not in pages
        for row, kind in (
            (other, "medborgarlofte"),
            (other.commitments.first(), "atagande"),
            (other.parties.get(), "part"),
            (elsewhere, "kommun"),
            (area_elsewhere, "lokalpolisomrade"),
        ):
            text(client, of(row, kind), status=404)


@pytest.mark.django_db(transaction=True)
def test_the_history_of_a_deleted_draft_stays_with_its_places() -> None:
    here, elsewhere = a_municipality(), a_municipality("Arvika")
    earlier = a_municipality("Boden")
    pledge = a_pledge([here, earlier], signed=False)
    area = pledge.police_area
    PledgeParty.objects.get(municipality=earlier).delete()
    key = pledge.pk
    pledge.delete()
    assert not Pledge.objects.exists()
    for place, role in ((here, Role.EDITOR), (area, Role.OFFICER)):
        assert any(
            "Togs bort" in heading for heading in headings(reader(role, place), hor_till=key)
        )
    for place in (elsewhere, earlier):
        client = reader(Role.EDITOR, place)
        assert headings(client, hor_till=key) == []
        text(client, f"{ALL}medborgarlofte/{key}/", status=404)


def test_the_other_sides_internal_notes_are_in_nobody_elses_history() -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    action = an_action(pledge.commitments.get())
    note = InternalNote.objects.filter(action=action).first() or InternalNote.objects.create(
        action=action, police_area=pledge.police_area, text="Föraren kom sent."
    )
    InternalNote.objects.filter(pk=note.pk).update(text="Hunden var trött.")
    police = reader(Role.OFFICER, pledge.police_area)
    municipal = reader(Role.COORDINATOR, pledge.parties.get().municipality)
    assert "Hunden var trött." in text(police, of(note, "intern-anteckning"))
    assert "Hunden var trött." in text(police, ALL)
    text(municipal, of(note, "intern-anteckning"), status=404)
    assert "Hunden" not in text(municipal, ALL)
    assert headings(municipal, ord="trött") == []
    assert "genomförd insats" in text(municipal, of(action, "insats")).lower()


def test_only_those_who_manage_people_read_what_was_changed_of_them() -> None:
    here, elsewhere = a_municipality(), a_municipality("Arvika")
    a_pledge(here)
    membership = give_role(a_person("nils@example.se", first_name="Nils"), Role.EDITOR, here)
    person = membership.person
    administrator = reader(Role.ADMINISTRATOR, here)
    assert "Nils" in text(administrator, of(person, "person"))
    assert "Redaktör" in text(administrator, of(membership, "uppdrag")).title()
    for client in (
        reader(Role.EDITOR, here, "annan@example.se"),
        reader(Role.ADMINISTRATOR, elsewhere),
    ):
        text(client, of(person, "person"), status=404)
        text(client, of(membership, "uppdrag"), status=404)
        assert "nils@example.se" not in text(client, ALL)
    kinds = [
        kind
        for kind, _name in reader(Role.OFFICER, a_police_area())
        .get(ALL)
        .context["form"]
        .fields["slag"]
        .choices
    ]
    assert "atagande" in kinds
    assert "uppdrag" not in kinds


# Looking for something.


@pytest.fixture
def changed(operator: Client) -> Client:
    """Return a reader of two changes: Karin's of today, and a command's."""
    sections = a_pledge(signed=False).sections.order_by("position")
    with on_behalf_of(name="Karin Ek", email="karin@example.se", reason="Enligt BRÅ"):
        Section.objects.filter(pk=sections[0].pk).update(heading_sv="Trygga Årstider")
    with on_behalf_of(command="import_pledge", os_user="drift"):
        Commitment.objects.filter(number=1).update(text_sv="Fotpatrull på 50 % av torgen_x")
    return operator


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ({"vem": "karin"}, "Ändrades Avsnitt: Trygga Årstider"),
        ({"vem": "KARIN@example"}, "Ändrades Avsnitt: Trygga Årstider"),
        ({"vem": "import_pledge"}, "Ändrades Åtagande: 1, Fotpatrull på 50 % av torgen_x"),
        ({"ord": "årstider"}, "Ändrades Avsnitt: Trygga Årstider"),
        ({"ord": "ENLIGT brå"}, "Ändrades Avsnitt: Trygga Årstider"),
        ({"ord": "50 % av"}, "Ändrades Åtagande: 1, Fotpatrull på 50 % av torgen_x"),
    ],
)
def test_changes_are_found_by_who_and_by_words(
    changed: Client, asked: dict[str, str], heading: str
) -> None:
    assert headings(changed, **asked) == [heading]


def test_what_a_text_was_before_is_found_as_well(changed: Client) -> None:
    assert "Ändrades Avsnitt: Trygga Årstider" in headings(changed, ord="avsnitt 1")


def test_signs_that_mean_something_to_the_database_mean_nothing_here(changed: Client) -> None:
    assert headings(changed, ord="%", slag="avsnitt") == []
    assert headings(changed, ord="torgen\\x") == []
    assert headings(changed, ord="torgenax") == []


def test_changes_are_found_by_kind_and_day(changed: Client) -> None:
    today = timezone.localdate()
    assert all(
        ": " in heading and "Åtagande" in heading for heading in headings(changed, slag="atagande")
    )
    assert headings(changed, fran=today, till=today, vem="karin")
    assert headings(changed, fran=today + timedelta(days=1)) == []
    assert headings(changed, till=today - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"fran": "igår"}, "Skriv dagen som år-månad-dag, till exempel 2025-03-04."),
        ({"fran": "2025-03-04", "till": "2025-03-03"}, "Sista dagen kommer före den första."),
        ({"slag": "finns-inte"}, "Välj ett giltigt alternativ"),
        ({"ord": "x" * 201}, "Säkerställ att detta värde"),
        ({"vem": "a\x00b"}, "Null"),
        ({"hor_till": "x"}, "heltal"),
        ({"hor_till": "9" * 30}, "mindre"),
    ],
)
def test_what_cannot_be_looked_for_is_said_and_kept(
    operator: Client, asked: dict[str, str], fault: str
) -> None:
    a_pledge()
    page = text(operator, ALL, **asked)
    assert "Något behöver rättas" in page
    assert fault in page
    body = operator.get(ALL, asked).content.decode()
    for value in asked.values():
        if len(value) < 20 and "\x00" not in value and value != "finns-inte":
            assert f'value="{value}"' in body


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999", "9" * 40])
def test_a_page_that_is_not_there_gives_the_nearest(operator: Client, page: str) -> None:
    a_pledge()
    assert "ändringar" in text(operator, ALL, sida=page)


@pytest.mark.parametrize(
    "address", ["atagande/999999/", "finns-inte/1/", f"atagande/{'9' * 30}/", "atagande/0/"]
)
def test_an_object_without_history_is_not_there(operator: Client, address: str) -> None:
    text(operator, ALL + address, status=404)


def test_long_lists_are_parted_and_keep_what_was_asked_for(operator: Client) -> None:
    a_pledge(commitments=60, signed=False)
    first = operator.get(ALL, {"slag": "atagande"})
    assert 'href="?slag=atagande&amp;sida=2"' in first.content.decode()
    seen = [
        e.anchor
        for page in (1, 2, 3)
        for e in operator.get(ALL, {"slag": "atagande", "sida": page}).context["entries"]
    ]
    assert len(seen) == len(set(seen)) == 60


def test_the_latest_comes_first(operator: Client) -> None:
    a_pledge(signed=False)
    Municipality.objects.update(official_name="Älvsby kommun")
    assert headings(operator)[0] == "Ändrades Kommun: Älvsby kommun"


# Cost.


def test_the_pages_ask_as_much_of_many_changes_as_of_few(operator: Client) -> None:
    pledge = a_pledge(commitments=3, commitment={"kind": "other"})
    commitment = pledge.commitments.first()
    editor = reader(Role.EDITOR, pledge.parties.get().municipality)

    def asked(client: Client, address: str, **query: object) -> int:
        with CaptureQueriesContext(connection) as questions, zeal_context():
            assert client.get(address, query).status_code == 200
        return len(questions)

    action = an_action(commitment)
    addresses = (ALL, of(action, "insats"))
    few = [asked(c, a, slag="insats") for c in (operator, editor) for a in addresses]
    for day in range(1, 25):
        action = an_action(commitment, done_on=date(2024, 5, day), place=None)
        version = 1
        for amount in (2, 3):
            entry = recording.Entry.from_action(CompletedAction.objects.get(pk=action.pk))
            entry = recording.Entry(**{**entry.stored(), "amount": amount})
            action = recording.correct(
                action, entry, version=version, reason="Fel", by=None, at=timezone.now()
            )
            version += 1
    addresses = (ALL, of(action, "insats"))
    many = [asked(c, a, slag="insats") for c in (operator, editor) for a in addresses]
    assert many == few
    assert max(many) <= 25


def test_an_actions_and_a_places_own_pages_lead_to_their_history(operator: Client) -> None:
    commitment = a_pledge(commitments=1, commitment={"kind": "other"}).commitments.get()
    place = a_place()
    action = an_action(commitment, place=place)
    page = operator.get(f"/arbetsyta/insatser/{action.uid}/").content.decode()
    assert f'href="{of(action, "insats")}"' in page
    page = operator.get(f"/arbetsyta/platser/{place.pk}/").content.decode()
    assert f'href="{of(place, "plats")}"' in page
