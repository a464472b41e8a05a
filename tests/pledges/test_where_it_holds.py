"""A pledge holds for municipalities or parts, and names its givers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Q
from django.utils import timezone

from pledge_portal.accounts.models import Role, User
from pledge_portal.database.acting import as_owner
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.actions import recording
from pledges.documents.pledge_html import html_of
from pledges.exchange.exporting import pledge_file_of
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import Outcome, import_pledge
from pledges.exchange.pledge_file import PledgeFile, read, write
from pledges.follow_ups import rules as follow_up_rules
from pledges.lifecycle import State, standing
from pledges.models import (
    CompletedAction,
    FollowUp,
    FollowUpDocument,
    FurtherPoliceArea,
    Municipality,
    MunicipalityPart,
    Pledge,
    PledgeDocument,
    PledgePart,
    Signatory,
    ValidityPeriod,
)
from pledges.signing import ways
from pledges.writing import adoption
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    SURVEYING,
    a_comment,
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    a_police_area,
    a_survey_round,
    an_action,
    an_entry,
    sign,
)
from tests.pages.conftest import Reader
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.real_reports import council
from tests.pledges.signing.conftest import logged_in
from tests.pledges.writing.conftest import *  # noqa: F403  (a draft and those who write it)
from tests.pledges.writing.test_pages import page_of, typed

pytestmark = pytest.mark.django_db

YEAR_2026 = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}


def for_part(name: str, **fields: object) -> Pledge:
    """Sign a pledge for a part of Göteborg."""
    municipality = Municipality.objects.filter(name="Göteborg").first()
    municipality = municipality or a_municipality("Göteborg", official_name="Göteborgs Stad")
    pledge = a_pledge(municipality, signed=False, **fields)  # type: ignore[arg-type]
    if name:
        part = MunicipalityPart.objects.named(municipality, name)
        PledgePart.objects.create(pledge=pledge, part=part)
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 2)
    return Pledge.objects.with_standing().get(pk=pledge.pk)


def published_follow_up(pledge: Pledge, first_day: date, last_day: date) -> FollowUp:
    """Publish a follow-up of a pledge, with its document."""
    follow_up = council(pledge, (first_day, last_day), timezone.localdate(), {})
    FollowUpDocument.store(follow_up, A_PDF)
    return follow_up


def by_police_alone(**fields: object) -> Pledge:
    """Make a pledge that the police give, and the municipality doesn't."""
    pledge = a_pledge(signed=False, **fields)  # type: ignore[arg-type]
    pledge.parties.update(gives=False)
    pledge.signatories.filter(party="municipality").delete()
    pledge.signatories.update(position=1)
    return Pledge.objects.get(pk=pledge.pk)


def by_two_areas(**fields: object) -> Pledge:
    """Make a pledge that two police areas give, a signatory of each."""
    pledge = a_pledge(signed=False, **fields)  # type: ignore[arg-type]
    second = a_police_area("Luleå/Boden", pledge.municipalities.all())
    FurtherPoliceArea.objects.create(pledge=pledge, police_area=second)
    Signatory.objects.create(
        pledge=pledge,
        position=3,
        name="Pia Pil",
        title="lokalpolisområdeschef",
        party="police",
        police_area=second,
    )
    return Pledge.objects.get(pk=pledge.pk)


# Parts


def test_pledges_for_different_parts_stand_beside_each_other_and_beside_one_for_all() -> None:
    whole = for_part("", period="2023-2025")
    centre = for_part("Centrum", period="2024-centrum", valid_from=date(2024, 1, 1))
    west = for_part("Västra Göteborg", period="2024-vastra", valid_from=date(2024, 1, 1))
    place = whole.municipalities.get()
    on = date(2026, 3, 1)
    assert {standing(pledge, on, place).state for pledge in (whole, centre, west)} == {
        State.HELD_OVER
    }
    later = for_part("Centrum", period="2026-centrum", **YEAR_2026)
    centre, whole = (Pledge.objects.with_standing().get(pk=pledge.pk) for pledge in (centre, whole))
    assert standing(centre, on, place).state == State.REPLACED
    assert standing(whole, on, place).state == State.HELD_OVER
    assert lifecycle.successor(centre, place) == later
    assert lifecycle.predecessor(later, place) == centre
    assert lifecycle.successor(whole, place) is None
    assert lifecycle.predecessor(centre, place) is None


def test_only_one_pledge_for_the_same_part_begins_on_a_day() -> None:
    for_part("Centrum", period="2024-centrum", valid_from=date(2024, 1, 1))
    with pytest.raises(
        Refused, match=r"Ett annat löfte börjar gälla samma dag i Göteborgs Stad \(Centrum\)"
    ):
        for_part(" centrum", period="2024-c", valid_from=date(2024, 1, 1))


def test_the_database_refuses_two_in_force_for_one_part_and_a_part_of_another_pledge() -> None:
    first = for_part("Centrum", period="2024-centrum", valid_from=date(2024, 1, 1))
    later = for_part("Centrum", period="2026-centrum", **YEAR_2026)
    period = ValidityPeriod.objects.get(pledge=first)
    with pytest.raises(DatabaseError), transaction.atomic():
        ValidityPeriod.objects.filter(pk=period.pk).update(
            during=DateRange(period.during.lower, None)
        )
    other = MunicipalityPart.objects.named(period.municipality, "Hisingen")
    for part in (other, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            ValidityPeriod.objects.create(
                pledge=later,
                municipality=period.municipality,
                part=part,
                during=DateRange(date(2026, 1, 1), date(2027, 1, 1)),
            )
    # The exclusion itself, with the guard out of its way.
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE pledges_validityperiod DISABLE TRIGGER USER")
        with (
            pytest.raises(IntegrityError, match="one_pledge_in_force_per_part"),
            transaction.atomic(),
        ):
            ValidityPeriod.objects.filter(pk=period.pk).update(
                during=DateRange(period.during.lower, None)
            )
        ValidityPeriod.objects.filter(pk=period.pk).update(
            part=None, during=DateRange(period.during.lower, None)
        )
        transaction.set_rollback(True)


def test_what_a_signed_pledge_holds_for_never_changes() -> None:
    pledge = for_part("Centrum", period="2024-centrum", valid_from=date(2024, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        pledge.pledge_parts.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        FurtherPoliceArea.objects.create(pledge=pledge, police_area=a_police_area("Hisingen"))


def test_the_municipalitys_page_lists_pledges_in_force_by_part(reader: Reader) -> None:
    for_part("", period="2023-2025", title="Hela stadens löfte")
    for_part("Centrum", period="2026-centrum", title="Centrums löfte", **YEAR_2026)
    for_part("Västra Göteborg", period="2026-vastra", title="Västras löfte", **YEAR_2026)
    text = reader.text("/goteborg/")
    order = ["Hela kommunen", "Hela stadens löfte", "Centrum", "Centrums löfte", "Västra Göteborg"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert "Gäller löftet?" not in text
    assert "Several pledges are in force here" in reader.text("/en/goteborg/")
    page = reader.text("/goteborg/2026-centrum/")
    assert "Givet av Göteborgs Stad (Centrum) och Polisen" in page
    assert "Gäller i Göteborgs Stad (Centrum)" in page
    assert "Ersätt" not in page
    # What came before is what held for the same part.
    assert "jamfor/?fran=2023-2025" not in reader.get("/goteborg/2026-centrum/").content.decode()
    assert "Ersatt av" not in reader.text("/goteborg/loften/")
    # Nor are two districts compared, as if one had left out what the other promised.
    compared = reader.text("/goteborg/loften/jamfor/")
    assert "Från löftet" in compared
    assert "Borttaget" not in compared
    # By hand they can be, for what they are: neither came after the other.
    compared = reader.text("/goteborg/loften/jamfor/?fran=2026-centrum&till=2026-vastra")
    assert "Det ena har inte ersatt det andra" in compared
    assert "3 lika åtaganden, 0 som liknar varandra, 0 bara i det första" in compared
    for word in ("orttaget", "tillagt:", "Oförändrat", "nytt åtagande", "Du jämför bakåt"):
        assert word not in compared.split("inget är nytt eller borttaget.")[1]


def test_every_page_of_a_pledge_names_the_municipality_and_the_part(reader: Reader) -> None:
    pledge = for_part("Centrum", period="2026-centrum", **YEAR_2026)
    days = {"first_day": date(2026, 1, 1), "last_day": date(2026, 3, 31)}
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        follow_up = published_follow_up(pledge, **days)
    comment = a_comment(pledge, submitted_at=timezone.now())
    base = "/goteborg/2026-centrum/"
    for page in (
        base,
        f"{base}insatser/",
        f"{base}ataganden/1/",
        f"{base}uppfoljningar/",
        f"{base}uppfoljningar/{follow_up.meeting_on}/",
        f"{base}fran-ord-till-handling/",
        f"{base}kommentarer/",
        f"{base}kommentarer/{comment.uid}/",
        f"{base}kommentarer/{comment.uid}/anmal/",
        f"{base}kommentera/",
        f"/dokument/{PledgeDocument.objects.public().get(pledge=pledge).sha256}/",
        f"/dokument/{FollowUpDocument.objects.get(follow_up=follow_up).sha256}/",
    ):
        html = reader.get(page).content.decode()
        [title] = re.findall(r"<title>(.*?)</title>", html)
        assert "Göteborgs Stad (Centrum)" in title, page
        if page.startswith(base):
            [trail] = re.findall(r'<nav class="breadcrumb".*?</nav>', html, re.DOTALL)
            assert re.search(r'href="/goteborg/">Göteborg</a>', trail), page
            assert "2026, Centrum" in trail, page


@time_machine.travel("2027-02-01T12:00:00Z", tick=False)
def test_lists_of_staff_name_the_municipality_and_the_part() -> None:
    pledge = for_part("Centrum", period="2026-centrum", commitment={"kind": "other"}, **YEAR_2026)
    place = pledge.municipalities.get()
    client = logged_in(a_person("karin@example.se", Role.COORDINATOR, place))
    where = "Göteborgs Stad (Centrum)"
    assert f"{where}, lokalpolisområde" in words(client.get("/arbetsyta/"))
    commitment = pledge.commitments.select_related("pledge").get(number=1)
    action = an_action(commitment, done_on=date(2026, 2, 1))
    log = client.get("/arbetsyta/insatser/").content.decode()
    choice = f"(Medborgarlöfte 2026-centrum, {where}, lokalpolisområde Piteå älvdal)</option>"
    assert choice in log
    assert f'<p class="small soft">{where}, {action.commitment.pledge.title}</p>' in log
    assert where in words(client.get("/arbetsyta/redovisning/"))
    assert where in words(client.get("/arbetsyta/insatser/import/"))
    assert where in words(client.get(f"/arbetsyta/statistik/kopplingar/ny/{pledge.pk}/"))
    assert where in words(client.get("/arbetsyta/ataganden/"))


def test_lists_of_surveys_name_the_part_whose_pledge_promises_them() -> None:
    pledge = for_part("Centrum", period="2026-centrum", commitment=SURVEYING, **YEAR_2026)
    place = pledge.municipalities.get()
    client = logged_in(a_person("karin@example.se", Role.COORDINATOR, place))
    choice = "Göteborgs Stad (Centrum): åtagande 1 i Medborgarlöfte 2026-centrum"
    assert choice in client.get("/arbetsyta/drogvanor/ny/").content.decode()
    a_survey_round(pledge.commitments.get(number=1))
    assert "Göteborgs Stad (Centrum). " in words(client.get("/arbetsyta/drogvanor/"))


def test_parts_are_written_by_clicking(editor: User, draft: Pledge) -> None:
    client = logged_in(editor)
    address = page_of(draft, "del/uppgifter/")
    posted = typed(client.get(address)) | {"parts": "Vidsel\n Centrum \nvidsel"}
    shown = words(client.post(address, posted, follow=True))
    assert [part.name for part in MunicipalityPart.objects.all()] == ["Centrum", "Vidsel"]
    assert "Älvsbyns kommun (Centrum, Vidsel)" in shown
    assert client.get(address).context["form"]["parts"].value() == "Centrum\nVidsel"
    # Somebody signs for a part; when the part goes, they sign for the municipality.
    mayor = draft.signatories.get(party="municipality")
    signatory = page_of(draft, f"del/undertecknare-{mayor.pk}/")
    code = draft.municipalities.get().code
    client.post(signatory, typed(client.get(signatory)) | {"signs_for": f"{code}:Centrum"})
    mayor.refresh_from_db()
    assert mayor.municipality_name == "Älvsbyns kommun (Centrum)"
    assert "saknar undertecknare för Vidsel" in words(client.get(page_of(draft, "granska/")))
    client.post(address, typed(client.get(address)) | {"parts": ""})
    mayor.refresh_from_db()
    assert mayor.part is None
    assert not draft.pledge_parts.exists()
    wrong = client.post(address, typed(client.get(address)) | {"parts": "Orust kommun: Ellös"})
    assert "Skriv vilken kommun ”Orust kommun: Ellös” ligger i" in words(wrong)
    assert wrong.status_code == 422


def test_the_checklist_compares_with_pledges_for_the_same_part_alone() -> None:
    for_part("Centrum", period="2023-2025", until_replaced=True)
    place = Municipality.objects.get(name="Göteborg")
    for name, lacks in (("Centrum", True), ("Hisingen", False)):
        draft = a_pledge(
            place,
            signed=False,
            period=f"2024-{name.lower()}",
            valid_from=date(2023, 1, 1),
        )
        PledgePart.objects.create(pledge=draft, part=MunicipalityPart.objects.named(place, name))
        from tests.pledges.writing.test_adopting import looked_through

        sentences = [point.sentence for point in looked_through(draft).stops]
        same_day = "Ett annat löfte börjar gälla samma dag i Göteborgs Stad (Centrum)."
        assert any(sentence.startswith(same_day) for sentence in sentences) is lacks


# Police alone


def test_the_police_alone_give_a_pledge_that_holds_where_nobody_else_gives_it(
    reader: Reader,
) -> None:
    pledge = by_police_alone(commitment={"responsible": "police"})
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 1)
    text = reader.text("/alvsbyn/2023-2025/")
    assert "Givet av Polisen" in text
    assert "Gäller i Älvsbyns kommun" in text
    assert "Givet av Älvsbyns kommun" not in text
    assert "Älvsbyns kommun och Polisen" not in text
    html = html_of(pledge, timezone.now())
    assert "Gäller i Älvsbyns kommun." in html
    assert '<p class="parties">Älvsbyns kommun</p>' not in html
    # Its follow-up waits for the police alone.
    follow_up = a_follow_up(pledge, published=False)
    assert follow_up_rules.awaited_parties(follow_up) == [pledge.police_area]


def test_the_municipality_where_it_holds_has_no_part_in_it() -> None:
    pledge = by_police_alone()
    place = pledge.municipalities.get()
    editor = a_person("eva@example.se", Role.EDITOR, place)
    officer = a_person("olle@example.se", Role.OFFICER, pledge.police_area)
    for visible in (Pledge.objects.visible_to, Pledge.objects.drafted_by):
        assert pledge not in visible(editor)
        assert pledge in visible(officer)
    assert adoption.parties_of(pledge) == [pledge.police_area]
    assert adoption.places_to_approve_for(editor, pledge) == []
    assert logged_in(editor).get(page_of(pledge)).status_code == 404


def test_nothing_can_be_laid_on_a_municipality_that_does_not_give_the_pledge() -> None:
    pledge = by_police_alone(commitments=1, commitment={"responsible": "municipality"})
    with pytest.raises(Refused, match="lagt på en kommun som inte ger löftet"):
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF)
    pledge.commitments.update(responsible="police")
    Signatory.objects.create(
        pledge=pledge,
        position=2,
        name="Johan",
        title="kommunalråd",
        party="municipality",
        municipality=pledge.municipalities.get(),
    )
    with pytest.raises(Refused, match="Johan undertecknar för en part som inte ger löftet"):
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF)


def test_the_police_begin_one_alone_by_clicking() -> None:
    place = a_municipality()
    area = a_police_area(municipalities=[place])
    client = logged_in(a_person("olle@example.se", Role.EDITOR, area))
    posted = {
        "title": "Polisens löfte",
        "police_area": area.pk,
        "valid_from": "2027-01-01",
        "valid_to": "2027-12-31",
        "period": "2027",
    }
    assert "Välj minst en kommun." in words(client.post("/arbetsyta/loften/nytt/", posted))
    shown = client.post("/arbetsyta/loften/nytt/", {**posted, "holds_in": [place.pk]}, follow=True)
    pledge = Pledge.objects.get(period="2027")
    assert pledge.givers == [area]
    assert "Gäller i" in words(shown)


# Several police areas


def test_every_police_area_approves_signs_and_works_on_the_pledge(reader: Reader) -> None:
    pledge = by_two_areas()
    first, second = pledge.police_areas
    officer = a_person("olle@example.se", Role.EDITOR, second)
    assert pledge in Pledge.objects.drafted_by(officer)
    assert adoption.parties_of(pledge) == [pledge.municipalities.get(), first, second]
    chief = pledge.signatories.get(police_area=second)
    assert ways.may_arrange(officer, chief)
    assert not ways.may_arrange(officer, pledge.signatories.get(position=2))
    assert "Polisen, lokalpolisområde Luleå/Boden" in html_of(pledge, timezone.now())
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 3)
    text = reader.text("/alvsbyn/2023-2025/")
    assert "Polisen, lokalpolisområde Piteå älvdal Polisen, lokalpolisområde Luleå/Boden" in text
    follow_up = a_follow_up(pledge, published=False)
    assert follow_up_rules.awaited_parties(follow_up)[1:] == [first, second]


@time_machine.travel("2026-02-01T12:00:00Z", tick=False)
def test_what_a_second_police_area_did_is_told_as_its_own(reader: Reader) -> None:
    pledge = by_two_areas(commitments=1, commitment={"kind": "other"})
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 3)
    commitment = pledge.commitments.select_related("pledge").get()
    first, second = pledge.police_areas
    actions = [
        recording.record(
            an_entry(commitment, done_on=day),
            by=None,
            place=place,
            submission=uuid4(),
            at=timezone.now(),
        )[0]
        for day, place in ((date(2026, 1, 9), second), (date(2026, 1, 8), first))
    ]
    name = "Polisen, lokalpolisområde Luleå/Boden"
    assert recording.recorded_for(actions[0]) == second
    for page in ("insatser/", "ataganden/1/"):
        listed = reader.text(f"/alvsbyn/2023-2025/{page}").partition("9 januari 2026")[2]
        assert name in listed.partition("8 januari 2026")[0]
    assert name in reader.text("/en/alvsbyn/2023-2025/insatser/")
    assert name in reader.get("/alvsbyn/2023-2025/insatser.atom").content.decode()
    lines = reader.get("/alvsbyn/2023-2025/insatser.csv").content.decode().splitlines()
    assert [line.rpartition(";")[2] for line in lines] == [
        "lokalpolisomrade",
        "Luleå/Boden",
        "Piteå älvdal",
    ]
    client = logged_in(a_person("olle@example.se", Role.OFFICER, second))
    log = words(client.get("/arbetsyta/insatser/"))
    assert f"registrerad av {name}" in log
    assert "registrerad av Polisen, lokalpolisområde Piteå älvdal" in log
    assert f"({name})" in words(client.get(f"/arbetsyta/insatser/{actions[0].uid}/"))
    file = client.get("/arbetsyta/insatser/?format=csv").getvalue().decode()
    assert "Luleå/Boden" in file
    with pytest.raises(DatabaseError), transaction.atomic():
        CompletedAction.objects.filter(pk=actions[0].pk).update(
            police_area=first, version=F("version") + 1
        )


def test_one_police_area_is_just_the_police(reader: Reader) -> None:
    commitment = a_pledge(commitments=1, commitment={"kind": "other"}).commitments.get()
    commitment.pledge = Pledge.objects.with_standing().get(pk=commitment.pledge_id)
    recording.record(
        an_entry(commitment),
        by=None,
        place=commitment.pledge.police_area,
        submission=uuid4(),
        at=timezone.now(),
    )
    done = reader.text("/alvsbyn/2023-2025/ataganden/1/").partition("Det här är gjort")[2]
    assert "Polisen, lokalpolisområde" not in done.partition("Visa allt")[0]


def test_a_police_area_that_nobody_signs_for_stops_the_adoption() -> None:
    pledge = by_two_areas()
    pledge.signatories.filter(position=3).update(police_area=None)
    with pytest.raises(Refused, match="saknar undertecknare för lokalpolisområde Luleå/Boden"):
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF)


def test_the_database_publishes_no_follow_up_that_a_police_area_has_not_approved() -> None:
    pledge = by_two_areas()
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 3)
    follow_up = a_follow_up(pledge)
    assert follow_up.approvals.count() == 3
    draft = a_follow_up(
        pledge,
        first_day=date(2025, 1, 1),
        last_day=date(2025, 6, 30),
        meeting_on=date(2025, 9, 1),
        published=False,
    )
    at = datetime(2025, 10, 1, 12, tzinfo=UTC)
    follow_up_rules.submit(draft, at)
    for party in pledge.givers[:2]:
        digest = follow_up_rules.content_digest(draft)
        follow_up_rules.approve(draft, party, digest=digest, by=None, at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(draft).objects.filter(pk=draft.pk).update(published_at=at)


# The file


def a_file(pledge: Pledge) -> PledgeFile:
    return read(write(pledge_file_of(pledge)))


def test_places_parts_and_police_areas_survive_file_and_database() -> None:
    pledge = by_two_areas()
    place = pledge.municipalities.get()
    part = MunicipalityPart.objects.named(place, "Vidsel")
    PledgePart.objects.create(pledge=pledge, part=part)
    pledge.signatories.filter(position=1).update(part=part)
    pledge_file = a_file(pledge)
    assert import_pledge(pledge_file) == (pledge, Outcome.UNCHANGED)
    Pledge.objects.filter(~Q(pk=None)).delete()
    again, outcome = import_pledge(pledge_file)
    assert outcome == Outcome.NEW
    assert a_file(again) == pledge_file
    assert again.signatories.get(position=1).part == part
    alone = by_police_alone(period="2026", **YEAR_2026)
    assert a_file(alone).pledge.holds_in == [place.code]
    assert import_pledge(a_file(alone)) == (alone, Outcome.UNCHANGED)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"holds_in": [], "municipalities": []}, "pledge.municipalities: Listan ska ha minst 1."),
        ({"holds_in": ["2560"]}, "pledge.municipalities: 2560 står flera gånger."),
        ({"part": [{"municipality": "2581", "name": "A"}]}, "part[1].municipality"),
        ({"part": [{"municipality": "2560", "name": "–"}]}, "part[1].name"),
        ({"part": [{"municipality": "2560", "name": "A"}] * 2}, "part[2].name"),
        ({"signatory_part": "B"}, "signatory[1].part"),
        ({"signatory_area": "B"}, "signatory[1].police_area"),
        ({"further": "Piteå älvdal"}, "further_police_area"),
    ],
)
def test_a_file_that_says_it_wrongly_is_refused(change: dict[str, object], fault: str) -> None:
    import tomli_w

    data = pledge_file_of(a_pledge(signed=False)).model_dump(mode="json", exclude_none=True)
    for key in ("valid_from", "valid_to"):
        data["pledge"][key] = date.fromisoformat(data["pledge"][key])
    for key, value in change.items():
        if key == "part":
            data["part"] = value
        elif key == "signatory_part":
            data["signatory"][0]["part"] = value
        elif key == "signatory_area":
            data["signatory"][0]["police_area"] = value
        elif key == "further":
            data["further_police_area"] = [{"name": value, "covers": ["2560"]}]
        else:
            data["pledge"][key] = value
    with pytest.raises(PledgeFileError) as refusal:
        read(tomli_w.dumps(data).encode())
    assert any(str(named).startswith(fault) for named in refusal.value.faults)
