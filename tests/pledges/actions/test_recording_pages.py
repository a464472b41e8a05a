"""Recording an action through the form."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledges.models import (
    ActionCorrection,
    CompletedAction,
    Disclosure,
    InternalNote,
    Place,
    PublishedAction,
)
from tests.builders import (
    a_municipality,
    a_person,
    a_place,
    a_pledge,
    a_police_area,
    an_action,
    an_import,
)
from tests.pledges.actions.conftest import Work, some_work

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_search_is_recorded_and_the_receipt_says_what_the_public_sees(
    officer: Client, work: Work
) -> None:
    typed = work.typed(premises_searched=5, indications=1, finds=0, internal_note="Två hundar")
    response = officer.post(work.address(), typed, follow=True)
    text = words(response)
    assert "Insatsen är sparad." in text
    assert "Visas för alla, som vårterminen 2025." in text
    assert "Lokaler: 5. Markeringar: 1. Fynd: 0." in text
    assert "Två hundar" in text
    action = CompletedAction.objects.get()
    assert action.place == work.school
    assert action.recorded_by == work.officer


def test_sending_twice_records_once_and_leads_to_the_same_receipt(
    officer: Client, work: Work
) -> None:
    first = officer.post(work.address(), work.typed())
    again = officer.post(work.address(), work.typed(), follow=True)
    assert again.redirect_chain[0][0] == first.headers["Location"]
    assert "Insatsen var redan sparad." in words(again)
    assert CompletedAction.objects.count() == 1


def test_a_search_to_come_is_refused_and_what_was_typed_stays(officer: Client, work: Work) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    typed = work.typed(done_on=tomorrow.isoformat(), public_note="Det här skrev jag")
    response = officer.post(work.address(), typed)
    assert response.status_code == 422
    assert "Kommande hundsök sparas aldrig här" in words(response)
    assert "Det här skrev jag" in response.content.decode()
    assert not CompletedAction.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"done_on": ""}, "Fyll i ”När gjordes det?”."),
        ({"done_on": "i går"}, "Fyll i ett giltigt datum"),
        ({"amount": "-1"}, "större än eller lika med 0"),
        ({"amount": "x" * 500}, "heltal"),
        ({"amount": "9" * 40}, "mindre än eller lika med 100000"),
        ({"place": "Hogwarts"}, "Ingen plats heter så."),
        ({"outcome": "magi"}, "Välj ett giltigt alternativ"),
        ({"submission": "nej"}, "giltigt UUID"),
        ({"premises_searched": 3}, "Fyll i alla tre"),
        ({"public_note": "x" * 1001}, "som mest 1000 tecken"),
        ({"public_note": "nolla \x00"}, "Null-tecken"),
    ],
)
def test_bad_input_gets_a_clear_error(
    officer: Client, work: Work, fields: dict[str, object], sentence: str
) -> None:
    response = officer.post(work.address(), work.typed(**fields))
    assert response.status_code == 422
    assert sentence in words(response)
    assert not CompletedAction.objects.exists()


def test_an_identity_number_is_refused_whatever_one_ticks(officer: Client, work: Work) -> None:
    for name in ("public_note", "internal_note"):
        typed = work.typed(**{name: "Elev 121212-1212", "texts_are_fine": "on"})
        assert "Ta bort personnumret" in words(officer.post(work.address(), typed))
    assert not CompletedAction.objects.exists()


def test_other_words_by_the_same_form_are_told_with_a_link_to_correct(
    officer: Client, work: Work
) -> None:
    typed = work.typed(public_note="Två hundar")
    officer.post(work.address(), typed)
    action = CompletedAction.objects.get()
    response = officer.post(work.address(), {**typed, "public_note": "Tre hundar"})
    assert response.status_code == 422
    assert "Det här sparades först" in words(response)
    assert "Två hundar" in words(response)
    assert "Tre hundar" in response.content.decode()
    assert of(action, "ratta/") in response.content.decode()
    officer.post(work.address(), {**typed, "public_note": "Tre hundar", "is_another": "on"})
    assert CompletedAction.objects.count() == 2


def test_other_personal_data_is_asked_about_before_it_is_saved(officer: Client, work: Work) -> None:
    typed = work.typed(public_note="Ring 070-123 45 67")
    assert "ser ut som personuppgifter: ”070-123 45 67”" in words(
        officer.post(work.address(), typed)
    )
    assert not CompletedAction.objects.exists()
    officer.post(work.address(), {**typed, "texts_are_fine": "on"})
    assert CompletedAction.objects.count() == 1


def test_a_part_of_a_places_name_is_enough_when_it_is_alone(officer: Client, work: Work) -> None:
    a_place("Vidselskolan")
    assert "Flera platser heter så" in words(
        officer.post(work.address(), work.typed(place="skolan"))
    )
    officer.post(work.address(), work.typed(place="VIDSEL"))
    assert CompletedAction.objects.get().place == Place.objects.get(name="Vidselskolan")


def test_a_closed_school_can_not_be_chosen(officer: Client, work: Work) -> None:
    Place.objects.update(is_closed=True)
    assert "Ingen plats heter så" in words(officer.post(work.address(), work.typed()))


def test_only_the_fields_that_the_commitment_needs_are_asked_for(client: Client) -> None:
    work = some_work(kind="cooperation", target_shape="on_demand")
    client.force_login(work.coordinator)
    html = client.get(work.address()).content.decode()
    assert 'name="finds"' not in html
    assert 'name="requests"' in html
    assert "Läses bara av kommunens egna." in html


def test_people_of_other_places_can_not_record_here(client: Client, work: Work) -> None:
    other = a_person("annan@example.se", Role.OFFICER, a_police_area("Annat"))
    client.force_login(other)
    assert client.post(work.address(), work.typed()).status_code == 404
    assert not CompletedAction.objects.exists()


def test_nobody_records_for_a_draft(client: Client) -> None:
    pledge = a_pledge(signed=False, commitments=1)
    client.force_login(a_person("p@example.se", Role.OFFICER, pledge.police_area))
    address = f"/arbetsyta/insatser/ny/{pledge.commitments.get().pk}/"
    assert client.get(address).status_code == 404


# Correcting and striking out


def of(action: CompletedAction, what: str = "") -> str:
    return f"/arbetsyta/insatser/{action.uid}/{what}"


def test_a_correction_shows_how_it_was_who_and_why(officer: Client, work: Work) -> None:
    action = an_action(work.commitment, amount=3, place=work.school)
    typed = work.typed(done_on="2024-04-03", amount=2, place="", version=1, reason="Räknat fel")
    text = words(officer.post(of(action, "ratta/"), typed, follow=True))
    assert "Rättelsen är sparad." in text
    assert "Räknat fel" in text
    assert "Antal var: 3" in text
    assert "Plats var: Älvåkraskolan" in text
    assert PublishedAction.objects.get().amount == 2


def test_a_correction_without_a_reason_is_refused(officer: Client, work: Work) -> None:
    action = an_action(work.commitment)
    response = officer.post(of(action, "ratta/"), work.typed(version=1, reason=""))
    assert response.status_code == 422
    assert not ActionCorrection.objects.exists()


def test_two_who_correct_at_once_lose_nothing(officer: Client, work: Work) -> None:
    action = an_action(work.commitment, public_note="Från början")
    officer.post(of(action, "ratta/"), work.typed(version=1, reason="Först", public_note="Deras"))
    response = officer.post(
        of(action, "ratta/"), work.typed(version=1, reason="Sedan", public_note="Mitt")
    )
    text = words(response)
    assert response.status_code == 422
    assert "Någon annan har ändrat insatsen." in text
    assert "Text som visas för alla Så står det nu Deras Du skrev Mitt" in text
    assert "Datum" not in text.split("Så står det nu, efter", 1)[1].split("Så står det nu Deras")[0]
    assert "Mitt" in response.content.decode()
    version = re.search(r'name="version" value="(\d+)"', response.content.decode())
    assert version
    officer.post(
        of(action, "ratta/"), work.typed(version=version[1], reason="Sedan", public_note="Mitt")
    )
    action.refresh_from_db()
    assert action.public_note == "Mitt"
    assert ActionCorrection.objects.count() == 2


def test_an_internal_note_is_never_written_over_unread(officer: Client, work: Work) -> None:
    action = an_action(work.commitment)
    typed = work.typed(done_on="2024-04-03", place="", version=1, reason="Tillägg")
    officer.post(of(action, "ratta/"), {**typed, "internal_note": "Deras anteckning"})
    text = words(officer.post(of(action, "ratta/"), {**typed, "internal_note": "Min"}))
    assert "Intern anteckning Så står det nu Deras anteckning Du skrev Min" in text
    assert InternalNote.objects.get().text == "Deras anteckning"


def test_striking_out_what_another_changed_shows_how_it_stands(officer: Client, work: Work) -> None:
    action = an_action(work.commitment, amount=3)
    officer.post(of(action, "ratta/"), work.typed(version=1, reason="Fel", amount=17, place=""))
    refused = officer.post(of(action, "stryk/"), {"version": 1, "reason": "Dubblett"})
    assert "(Antal 17)" in words(refused)
    version = re.search(r'name="version" value="(\d+)"', refused.content.decode())
    assert version
    officer.post(of(action, "stryk/"), {"version": version[1], "reason": "Dubblett"})
    action.refresh_from_db()
    assert action.is_struck


def test_an_amount_far_beyond_what_was_promised_is_asked_about(officer: Client, work: Work) -> None:
    typed = work.typed(amount=100_000)
    asked = words(officer.post(work.address(), typed))
    assert "100 000 är väldigt många. Lovat för så lång tid: 2. Stämmer det?" in asked
    assert "Antalet stämmer. Spara ändå." in asked
    assert not CompletedAction.objects.exists()
    officer.post(work.address(), {**typed, "is_right_amount": "on"})
    action = CompletedAction.objects.get()
    # Nothing is asked about what stands there already, nor about what is likely.
    correction = {**typed, "version": 1, "reason": "Rättat"}
    officer.post(of(action, "ratta/"), {**correction, "public_note": "Hela året"})
    asked = words(officer.post(of(action, "ratta/"), {**correction, "version": 2, "amount": 21}))
    assert "21 är väldigt många. Lovat för så lång tid: 2. Stämmer det?" in asked
    officer.post(of(action, "ratta/"), {**correction, "version": 2, "amount": 20})
    action.refresh_from_db()
    assert (action.amount, action.public_note) == (20, "")


def test_striking_out_asks_why_and_can_be_undone(officer: Client, work: Work) -> None:
    action = an_action(work.commitment)
    assert officer.post(of(action, "stryk/"), {"version": 1, "reason": ""}).status_code == 422
    text = words(
        officer.post(of(action, "stryk/"), {"version": 1, "reason": "Dubblett"}, follow=True)
    )
    assert "Insatsen är struken." in text
    assert "Skäl: Dubblett" in text
    assert not PublishedAction.objects.exists()
    officer.post(of(action, "aterta/"), {"version": 2, "reason": "Ingen dubblett"})
    assert PublishedAction.objects.exists()


def test_one_side_changes_nothing_of_what_the_other_recorded(client: Client, work: Work) -> None:
    action = an_action(work.commitment)
    client.force_login(work.coordinator)
    assert client.get(of(action)).status_code == 200
    assert "Rätta" not in words(client.get(of(action)))
    for what in ("ratta/", "stryk/"):
        assert client.post(of(action, what), {"version": 1, "reason": "x"}).status_code == 403


def test_the_other_side_reads_no_internal_note(client: Client, work: Work) -> None:
    action = an_action(work.commitment)
    InternalNote.objects.create(
        action=action, police_area=work.pledge.police_area, text="Bara för polisen"
    )
    client.force_login(work.coordinator)
    for address in (of(action), "/arbetsyta/insatser/", "/arbetsyta/insatser/?format=csv"):
        assert "Bara för polisen" not in client.get(address).content.decode()
    client.force_login(work.officer)
    assert "Bara för polisen" in client.get(of(action)).content.decode()
    assert "Bara för polisen" in client.get(of(action, "ratta/")).content.decode()


# The log


def test_the_log_is_searched_and_filtered(officer: Client, work: Work) -> None:
    an_action(work.commitment, public_note="Mötet i matsalen")
    hidden = an_action(work.commitment, is_public=False, done_on=date(2024, 5, 5))
    address = "/arbetsyta/insatser/"
    assert "2 insatser" in words(officer.get(address))
    assert "1 insats" in words(officer.get(f"{address}?q=matsalen"))
    assert "5 maj 2024" in words(officer.get(f"{address}?visa=inte-offentliga"))
    assert "1 insats" in words(officer.get(f"{address}?fran=2024-05-01&till=2024-06-01"))
    assert "Inga insatser" in words(officer.get(f"{address}?visa=strukna"))
    assert officer.get(f"{address}?fran=x&atagande=999&visa=y&sida=z").status_code == 200
    assert str(hidden.uid) in officer.get(address).content.decode()


def test_another_municipality_sees_none_of_it(client: Client, work: Work) -> None:
    an_action(work.commitment)
    client.force_login(a_person("c@example.se", Role.COORDINATOR, a_municipality("Boden")))
    assert "0 insatser" in words(client.get("/arbetsyta/insatser/"))


def test_the_file_of_the_log_runs_no_formula(officer: Client, work: Work) -> None:
    an_action(work.commitment, public_note="=HYPERLINK(1)")
    content = officer.get("/arbetsyta/insatser/?format=csv").content.decode("utf-8-sig")
    assert ";'=HYPERLINK(1);" in content


@pytest.mark.parametrize("address", ["insatser/", "", "insatser/ny/"])
def test_lists_ask_no_more_for_many(officer: Client, work: Work, address: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as questions:
            assert officer.get(f"/arbetsyta/{address}").status_code == 200
        return len(questions)

    an_action(work.commitment, place=work.school)
    queries()
    before = queries()
    pledge = a_pledge(
        period="2010", valid_from=date(2010, 1, 1), valid_to=date(2010, 12, 31), commitments=8
    )
    for commitment in pledge.commitments.select_related("pledge"):
        for _ in range(4):
            an_action(
                commitment,
                done_on=date(2010, 4, 4),
                place=a_place(f"Skola {CompletedAction.objects.count()}"),
            )
    assert queries() == before


@pytest.mark.parametrize("address", ["ataganden/", "platser/", "insatser/import/"])
def test_lists_of_coordinators_ask_no_more_for_many(
    client: Client, work: Work, address: str
) -> None:
    client.force_login(work.coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as questions:
            assert client.get(f"/arbetsyta/{address}").status_code == 200
        return len(questions)

    an_import(work.pledge)
    queries()
    before = queries()
    for year in (2010, 2011, 2012):
        pledge = a_pledge(
            period=str(year),
            valid_from=date(year, 1, 1),
            valid_to=date(year, 12, 31),
            commitments=4,
        )
        an_import(pledge, by=work.officer)
        a_place(f"Skola {year}")
    assert queries() == before


def test_the_start_page_shows_what_is_behind_first(officer: Client, work: Work) -> None:
    text = words(officer.get("/arbetsyta/"))
    assert "I dag" in text
    assert "Registrera insats" in text
    assert "Inget är redovisat för 2026 än. Lovat: 2 hundsök." in text
    an_action(work.commitment, done_on=timezone.localdate())
    assert "1 av 2 redovisade för 2026. Lovat: 2 hundsök." in words(officer.get("/arbetsyta/"))


# What the public is told


def test_disclosure_is_changed_for_what_is_recorded_too(client: Client, work: Work) -> None:
    an_action(work.commitment, place=work.school)
    client.force_login(work.coordinator)
    address = f"/arbetsyta/ataganden/{work.commitment.pk}/offentlighet/"
    html = client.get(address).content.decode()
    assert 'value="day"' not in html
    typed = {"place_detail": "level", "date_detail": "term", "embargo_days": 0, "is_meant": "on"}
    assert "1 registrerad insats" in words(client.post(address, typed, follow=True))
    assert PublishedAction.objects.get().place_level == "lower_secondary"
    refused = client.post(address, {**typed, "date_detail": "day"})
    assert refused.status_code == 422


def test_telling_more_is_asked_about_first_and_telling_less_is_not(
    client: Client, work: Work
) -> None:
    an_action(work.commitment, place=work.school)
    client.force_login(work.coordinator)
    address = f"/arbetsyta/ataganden/{work.commitment.pk}/offentlighet/"
    assert "Ja, visa det här." not in words(client.get(address))
    typed = {
        "place_detail": "level",
        "date_detail": "month",
        "embargo_days": 30,
        "shows_search_outcome": "on",
    }
    queries = client.post(address, typed)
    assert queries.status_code == 422
    for sentence in (
        "Allmänheten får veta skolans stadium men inte vilken skola och månaden men inte dagen.",
        "Antalet lokaler, markeringar och fynd visas.",
        "Det visas tidigast 30 dagar efteråt.",
        "Det gäller också 1 insats som redan är registrerad.",
        "Ja, visa det här.",
    ):
        assert sentence in words(queries)
    assert not Disclosure.objects.exists()
    client.post(address, {**typed, "is_meant": "on"})
    assert PublishedAction.objects.get().place_level == "lower_secondary"
    for less in (
        {**typed, "place_detail": "municipality"},
        {"place_detail": "municipality", "date_detail": "month", "embargo_days": 30},
        {"place_detail": "municipality", "date_detail": "term", "embargo_days": 30},
        {"place_detail": "municipality", "date_detail": "term", "embargo_days": 60},
    ):
        assert client.post(address, less).status_code == 302
    sooner = {"place_detail": "municipality", "date_detail": "term", "embargo_days": 59}
    assert client.post(address, sooner).status_code == 422
    assert Disclosure.objects.get().embargo_days == 60


def test_an_officer_does_not_decide_what_the_public_is_told(officer: Client, work: Work) -> None:
    address = f"/arbetsyta/ataganden/{work.commitment.pk}/offentlighet/"
    assert officer.get(address).status_code == 403


# Places


def test_places_are_added_changed_and_closed(client: Client, work: Work) -> None:
    client.force_login(work.coordinator)
    typed = {"name": " Vidsel  skolan ", "level": "primary", "municipality": work.municipality.pk}
    assert "Vidsel skolan är tillagd." in words(
        client.post("/arbetsyta/platser/ny/", typed, follow=True)
    )
    again = client.post("/arbetsyta/platser/ny/", {**typed, "name": "vidsel SKOLAN"})
    assert "redan en plats med det namnet" in words(again)
    place = Place.objects.get(name="Vidsel skolan")
    changed = {"name": "Vidselskolan", "level": "primary", "is_closed": "on"}
    client.post(f"/arbetsyta/platser/{place.pk}/", changed)
    place.refresh_from_db()
    assert (place.name, place.is_closed) == ("Vidselskolan", True)
    assert "Vidselskolan" in words(client.get("/arbetsyta/platser/?q=vidsel"))


def test_a_place_of_another_municipality_can_not_be_touched(client: Client, work: Work) -> None:
    elsewhere = a_place("Strömbackaskolan", a_municipality("Piteå"))
    client.force_login(work.coordinator)
    assert client.get(f"/arbetsyta/platser/{elsewhere.pk}/").status_code == 404
    typed = {"name": "Ny", "level": "", "municipality": elsewhere.municipality_id}
    assert client.post("/arbetsyta/platser/ny/", typed).status_code in {302, 422}
    assert not Place.objects.filter(name="Ny", municipality=elsewhere.municipality).exists()


LISTS = "/arbetsyta/platser/lista/"


def test_a_pasted_list_of_places_is_added_and_what_is_there_is_left(
    client: Client, work: Work
) -> None:
    client.force_login(work.coordinator)
    pasted = "Vidselskolan; F-6\nÄLVÅKRASKOLAN;gymnasium\n\nKommunhuset\nvidselskolan\tF-6\n"
    typed = {"municipality": work.municipality.pk, "pasted": pasted}
    text = words(client.post(LISTS, typed, follow=True))
    assert "2 platser är tillagda. 1 fanns redan." in text
    assert set(Place.objects.values_list("name", "kind", "level")) == {
        ("Älvåkraskolan", "school", "lower_secondary"),
        ("Vidselskolan", "school", "primary"),
        ("Kommunhuset", "other", ""),
    }


def test_one_faulty_line_of_a_list_keeps_all_out_and_what_was_pasted_stays(
    client: Client, work: Work
) -> None:
    client.force_login(work.coordinator)
    pasted = f"Vidselskolan;F-6\nSkolan;universitet\n;F-6\n{'x' * 121}\nVänd\u202etext"
    refused = client.post(LISTS, {"municipality": work.municipality.pk, "pasted": pasted})
    assert refused.status_code == 422
    text = words(refused)
    assert "4 fel att rätta" in text
    assert "Rad 2, Stadium: Skriv något av låg- och mellanstadieskola" in text
    assert "Rad 3, Namn: Fyll i namnet." in text
    assert "Rad 4, Namn: Texten får ha högst 120 tecken." in text
    assert "Rad 5, Namn: Texten innehåller tecken" in text
    assert "Vidselskolan;F-6" in refused.content.decode()
    assert Place.objects.count() == 1


def test_a_list_of_places_may_come_in_a_file(client: Client, work: Work) -> None:
    client.force_login(work.coordinator)

    def send(content: str) -> HttpResponse:
        file = SimpleUploadedFile("platser.csv", content.encode())
        typed = {"municipality": work.municipality.pk, "file": file}
        return client.post(LISTS, typed, follow=True)  # type: ignore[return-value]

    assert "1 plats är tillagd." in words(send("Stadium;Namn\nGymnasieskola;Nya skolan\n"))
    assert Place.objects.get(name="Nya skolan").level == "upper_secondary"
    assert "Rubriken Namn saknas." in words(send("Stadium;Skola\nGymnasieskola;Nya skolan\n"))
    assert "fler än 1000 rader" in words(send("Namn\n" + "x\n" * 1001))
    empty = client.post(LISTS, {"municipality": work.municipality.pk})
    assert "Klistra in en lista eller välj en fil." in words(empty)


def test_a_list_is_added_to_ones_own_municipality_alone(client: Client, work: Work) -> None:
    elsewhere = a_municipality("Piteå")
    client.force_login(work.coordinator)
    client.post(LISTS, {"municipality": elsewhere.pk, "pasted": "Smygskolan;F-6"})
    assert not Place.objects.filter(municipality=elsewhere).exists()


def test_a_new_level_of_a_school_is_told_at_once(client: Client, work: Work) -> None:
    an_action(work.commitment, place=work.school)
    client.force_login(work.coordinator)
    client.post(
        f"/arbetsyta/ataganden/{work.commitment.pk}/offentlighet/",
        {"place_detail": "level", "date_detail": "term", "embargo_days": 0, "is_meant": "on"},
    )
    client.post(
        f"/arbetsyta/platser/{work.school.pk}/", {"name": "Älvåkraskolan", "level": "primary"}
    )
    assert PublishedAction.objects.get().place_level == "primary"
