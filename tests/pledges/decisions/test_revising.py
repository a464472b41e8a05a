"""A pledge is revised: a new signed text from a day on, counts kept."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_public
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.closings import rules as closing_rules
from pledges.closings.responsible import Responsible
from pledges.comparing.matching import compare
from pledges.follow_ups.open_periods import open_periods
from pledges.follow_ups.voices import promises
from pledges.lifecycle import State, standing
from pledges.models import Commitment, Pledge, PublishedAction, ValidityPeriod
from pledges.writing import editing, parts
from pledges.writing.parts import Part, PartKind
from pledges.writing.starting import begin_revision
from tests.builders import A_PDF, a_municipality, a_person, a_pledge, an_action, sign
from tests.pages.conftest import Reader
from tests.pledges.decisions.test_correcting import corrected
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db
AT = datetime(2024, 5, 2, 9, tzinfo=UTC)
FIRST = date(2024, 7, 1)
TODAY = date(2026, 11, 23)
OPENLY: dict[str, Any] = {"kind": "other", "target_unit": "träffar"}
NEW = "/alvsbyn/2023-2025-rev/ataganden/1/"
OLD = "/alvsbyn/2023-2025/ataganden/1/"


def begun(pledge: Pledge, **fields: Any) -> Pledge:
    """Begin a draft that revises a pledge from the summer of 2024."""
    by = fields.pop("by", None) or a_person()
    values = {"valid_from": FIRST, "period": "2023-2025-rev", "by": by, "at": AT}
    fetched = Pledge.objects.with_standing().get(pk=pledge.pk)
    return begin_revision(fetched, **{**values, **fields}).pledge


def in_force(draft: Pledge) -> Pledge:
    Pledge.objects.filter(pk=draft.pk).update(decided_on=date(2024, 5, 20), decided_by="Rådet")
    lifecycle.adopt(draft, AT, A_PDF + b"revised")
    sign(draft, 2, AT)
    return Pledge.objects.get(pk=draft.pk)


def a_revised_pledge(**target: Any) -> tuple[Commitment, Commitment]:
    """Make a pledge and its revision; return the commitment of each."""
    pledge = a_pledge(commitments=1, commitment={**OPENLY, **target})
    revision = in_force(begun(pledge))
    return pledge.commitments.get(), revision.commitments.get()


def test_a_draft_says_that_what_it_revises_is_annulled_and_is_not_adopted() -> None:
    pledge = a_pledge(commitments=1, commitment=OPENLY)
    place = pledge.municipalities.get()
    draft = begun(pledge)
    client = logged_in(a_person("redaktor@example.se", Role.EDITOR, place))
    pages = (f"/arbetsyta/loften/{draft.uid}/", "/arbetsyta/loften/")
    sentence = "som är upphävt och inte gäller från och med den 1 oktober 2024."
    for page in pages:
        assert sentence not in client.get(page).content.decode()
    lifecycle.annul(pledge, date(2024, 10, 1), "Fel text.", on=date(2024, 6, 1))
    for page in pages:
        assert sentence in client.get(page).content.decode()
    with pytest.raises(Refused, match="kan inte antas som en reviderad text"):
        lifecycle.adopt(Pledge.objects.get(pk=draft.pk), AT, A_PDF)


def test_what_was_corrected_is_not_written_wrong_again() -> None:
    pledge = a_pledge(commitments=1, commitment=OPENLY)
    corrected(pledge.commitments.get(), target_amount=5)
    revision = begun(pledge).commitments.get()
    assert (revision.target.amount, revision.target_unit_sv) == (5, "träffar")


def test_what_was_done_before_counts_in_the_period_that_goes_on(reader: Reader) -> None:
    before, after = a_revised_pledge()
    an_action(before, done_on=date(2024, 3, 1))
    an_action(before, done_on=date(2023, 3, 1))
    an_action(after, done_on=date(2024, 9, 1))
    page = reader.text(NEW)
    assert "2024 2 2 Målet är nått" in page
    assert "2023 2" not in page.partition("Så går det")[2]
    assert (
        "Fortsätter samma åtagande i löftet som reviderades den 1 juli 2024. Det som gjordes där "
        "under samma period räknas med."
    ) in page
    page = reader.text(OLD)
    assert "Fortsätter som samma åtagande i det reviderade löftet." in page
    assert "Reviderades efter 6 av 12 månader; 1 av 2 gjorda." in page
    assert "Målet nåddes inte" not in page
    with as_public():
        fetched = Pledge.objects.with_standing().get(pk=after.pledge_id)
        assert promises(fetched, standing(fetched, TODAY))[after.pk].reported.spans[0].number == (
            "2 av 2"
        )


def test_a_number_for_the_whole_counts_all_of_both(reader: Reader) -> None:
    before, after = a_revised_pledge(target_period="whole", target_amount=3)
    for day in (date(2023, 3, 1), date(2024, 3, 1)):
        an_action(before, done_on=day)
    an_action(after, done_on=date(2025, 3, 1))
    assert "3 av 3 lovade träffar under hela löftesperioden." in reader.text(NEW)
    page = reader.text(OLD)
    assert "Reviderades efter 18 av 36 månader; 2 av 3 gjorda." in page


def test_the_timeline_of_both_tells_it(reader: Reader) -> None:
    _before, after = a_revised_pledge()
    old = reader.text("/alvsbyn/2023-2025/")
    assert "Det beslutades att revidera löftet: Rådet." in old
    assert "Löftet reviderades: en ny text gäller från den dagen." in old
    assert "Sedan gäller en reviderad text." in old
    assert "Ett nytt löfte tog över" not in old
    new = reader.text("/alvsbyn/2023-2025-rev/")
    assert "Det är en reviderad text av löftet från den 1 januari 2023." in new
    english = reader.text("/en/alvsbyn/2023-2025/")
    assert "The pledge was revised: a new text holds from that day." in english
    fetched = Pledge.objects.with_standing().get(period="2023-2025")
    then = standing(fetched, TODAY)
    assert (then.state, then.is_revised, then.last_day) == (
        State.REPLACED,
        True,
        date(2024, 6, 30),
    )
    assert after.pledge.valid_to == fetched.valid_to


def test_a_revision_is_revised() -> None:
    before, after = a_revised_pledge(target_period="whole", target_amount=9)
    third = in_force(
        begun(
            after.pledge,
            valid_from=date(2025, 1, 1),
            period="2023-2025-rev2",
            by=a_person("c@e.se"),
        )
    ).commitments.get()
    assert third.origin == before
    for commitment, day in (
        (before, date(2023, 2, 1)),
        (after, date(2024, 8, 1)),
        (third, date(2025, 2, 1)),
    ):
        an_action(commitment, done_on=day)
    pledges = {row.pk: row for row in Pledge.objects.with_standing()}
    figures = {
        commitment.pledge_id: promises(
            pledges[commitment.pledge_id], standing(pledges[commitment.pledge_id], TODAY)
        )[commitment.pk].reported.figure
        for commitment in (before, after, third)
    }
    assert [figures[row.pledge_id] for row in (before, after, third)] == [
        *("1 av 9", "2 av 9", "3 av 9")
    ]


def test_it_is_compared_with_what_it_carries_on_whatever_its_words() -> None:
    pledge = a_pledge(commitments=2, commitment=OPENLY)
    draft = begun(pledge)
    draft.commitments.filter(number=1).update(text_sv="Vi ses.", number=3)
    compared = compare(pledge.commitments.all(), draft.commitments.all())
    assert [(pair.before.number, pair.after.number) for pair in compared.changed] == [(1, 3)]
    assert [(pair.before.number, pair.after.number) for pair in compared.unchanged] == [(2, 2)]


def test_what_is_written_as_new_begins_anew(reader: Reader) -> None:
    pledge = a_pledge(commitments=1, commitment={**OPENLY, "target_period": "whole"})
    draft = begun(pledge)
    row = draft.commitments.get()
    latest = editing.latest_version(draft, AT)
    part = Part(PartKind.COMMITMENT, row.pk)
    values = parts.part_of(latest.contents, part) or {}
    assert values["origin"] == pledge.commitments.get().pk
    editing.save(
        draft, part, {**values, "origin": ""}, base=latest.number, by=a_person("b@e.se"), at=AT
    )
    revision = in_force(draft)
    an_action(pledge.commitments.get(), done_on=date(2024, 3, 1))
    assert revision.commitments.get().origin is None
    assert "Inget är redovisat" in reader.text(NEW)


def test_a_search_stays_secret_over_both_texts() -> None:
    before, after = a_revised_pledge(kind="drug_dog_search")
    assert after.origin == before
    early = an_action(before, done_on=date(2024, 2, 5))
    late = an_action(after, done_on=date(2024, 9, 5))
    rows = PublishedAction.objects.in_bulk(field_name="action_id")
    assert {rows[row.pk].public_from for row in (early, late)} == {date(2025, 1, 1)}


def test_a_number_of_searches_for_the_whole_begins_anew() -> None:
    _before, after = a_revised_pledge(kind="drug_dog_search", target_period="whole")
    assert after.origin is None


def test_those_responsible_close_the_period_of_both() -> None:
    before, after = a_revised_pledge()
    pledges = list(Pledge.objects.with_standing().prefetch_related("commitments"))
    lacking = {
        period.commitment.pk: (period.first, period.last)
        for periods in open_periods(pledges, date(2025, 2, 1)).values()
        for period in periods
    }
    assert lacking == {
        before.pk: (date(2023, 1, 1), date(2023, 12, 31)),
        after.pk: (date(2024, 1, 1), date(2024, 12, 31)),
    }
    after.pledge = next(pledge for pledge in pledges if pledge.pk == after.pledge_id)
    area = after.pledge.police_area
    closing_rules.close(
        after,
        date(2024, 1, 1),
        [Responsible(police_area=area.pk)],
        area,
        by=None,
        at=datetime(2025, 2, 1, tzinfo=UTC),
    )
    assert list(open_periods(pledges, date(2025, 2, 2))) == [before.pledge_id]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2022, 12, 31), "inte den dagen"),
        (date(2023, 1, 1), "efter löftets första dag"),
        # Held over, but there is no last day left for a new text.
        (date(2026, 1, 1), "före löftets sista dag, den 31 december 2025"),
    ],
)
def test_it_is_revised_only_while_it_holds(day: date, words: str) -> None:
    pledge = a_pledge(commitments=1)
    with pytest.raises(Refused, match=words) as refused:
        begun(pledge, valid_from=day)
    assert list(refused.value.faults) == ["valid_from"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"valid_to": date(2026, 12, 31)}, "samma sista dag, 31 december 2025"),
        ({"valid_from": date(2023, 1, 1)}, "från en dag då det gäller"),
    ],
)
def test_what_is_no_revision_is_not_adopted(fields: dict[str, Any], words: str) -> None:
    draft = begun(a_pledge(commitments=1, until_replaced=False))
    Pledge.objects.filter(pk=draft.pk).update(**fields)
    with pytest.raises(Refused, match=words):
        lifecycle.adopt(Pledge.objects.get(pk=draft.pk), AT, A_PDF)


def test_it_is_begun_by_clicking() -> None:
    pledge = a_pledge(
        commitments=2,
        valid_from=date(2025, 1, 1),
        valid_to=date(2027, 12, 31),
        period="2025-2027",
        commitment=OPENLY,
    )
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    assert "revidera/" in client.get(address).content.decode()
    assert 'value="2025-2027-rev"' in client.get(f"{address}revidera/").content.decode()
    taken = {"valid_from": timezone.localdate().isoformat(), "period": "2025-2027"}
    refused = client.post(f"{address}revidera/", taken)
    assert refused.status_code == 422
    assert "redan ett löfte med den perioden" in refused.content.decode()
    form = {**taken, "period": "2025-2027-rev"}
    past = form | {"valid_from": "2026-01-01"}
    assert "Den nya texten ska gälla" not in client.get(f"{address}revidera/").content.decode()
    asked = client.post(f"{address}revidera/", past)
    assert (
        "Dagen har redan varit, och ingen kände till den nya texten då." in asked.content.decode()
    )
    assert "Den nya texten ska gälla från en dag som har varit" in asked.content.decode()
    assert not pledge.revisions.exists()
    with transaction.atomic():
        client.post(f"{address}revidera/", past | {"is_past": "on"})
        assert pledge.revisions.get().valid_from == date(2026, 1, 1)
        transaction.set_rollback(True)
    page = client.post(f"{address}revidera/", form, follow=True)
    assert page.status_code == 200
    # Another is begun beside it only by who has been told of the first one.
    page = client.get(f"{address}revidera/").content.decode()
    assert f"Löftet revideras redan: {pledge.title}, från den" in page
    assert 'value="2025-2027-rev2"' in page
    assert "Tom blir" not in page
    again = {**taken, "period": "2025-2027-rev2"}
    untold = client.post(f"{address}revidera/", again)
    assert "Löftet revideras redan. Kryssa i rutan" in untold.content.decode()
    assert pledge.revisions.count() == 1
    client.post(f"{address}revidera/", again | {"begins_another": "on"})
    assert pledge.revisions.count() == 2
    draft = Pledge.objects.get(period="2025-2027-rev")
    assert draft.revises == pledge
    row = draft.commitments.get(number=1)
    page = client.get(f"/arbetsyta/loften/{draft.uid}/del/atagande-{row.pk}/").content.decode()
    assert "Fortsätter ett åtagande i löftet som revideras" in page
    assert "Nej, det räknas från början" in page


def test_who_only_records_revises_nothing() -> None:
    pledge = a_pledge(commitments=1)
    client = logged_in(a_person(role=Role.OFFICER, place=pledge.police_area))
    assert client.get(f"/arbetsyta/loften/{pledge.uid}/beslut/revidera/").status_code == 403


def test_the_database_ties_only_what_is_revised() -> None:
    pledge = a_pledge(commitments=1, commitment=OPENLY)
    draft = begun(pledge)
    other = a_pledge(a_municipality("Boden"), commitments=1, commitment=OPENLY)
    with pytest.raises(IntegrityError, match="av samma slag"), transaction.atomic():
        draft.commitments.update(origin=other.commitments.get())
    with pytest.raises(IntegrityError, match="av samma slag"), transaction.atomic():
        draft.commitments.update(kind="cooperation")
    with pytest.raises(IntegrityError, match="reviderat bara när"), transaction.atomic():
        ValidityPeriod.objects.filter(pledge=pledge).update(is_revised=True)


def test_many_commitments_cost_no_more_queries(django_assert_num_queries: Any) -> None:
    for name, number in (("Älvsbyn", 1), ("Piteå", 12)):
        pledge = a_pledge(a_municipality(name), commitments=number, commitment=OPENLY)
        revision = in_force(begun(pledge, by=a_person(f"{number}@e.se")))
        fetched = Pledge.objects.with_standing().prefetch_related("commitments")
        row = fetched.get(pk=revision.pk)
        with django_assert_num_queries(6):
            promises(row, standing(row, TODAY))
