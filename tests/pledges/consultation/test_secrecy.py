"""What is written of a draft stays secret.

What was published of it is everyone's to read.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from dialogues.models import Comment
from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_public
from pledges.models import (
    Commitment,
    Consultation,
    Municipality,
    Pledge,
    PledgeVersion,
    Remark,
)
from tests.builders import a_comment, a_consultation, a_municipality, a_person, a_pledge
from tests.dialogues.conftest import words
from tests.pages.conftest import Reader

PAGE = "/alvsbyn/samrad/2027-2029/"


def test_what_is_written_afterwards_is_seen_by_nobody(reader: Reader, draft: Pledge) -> None:
    a_consultation(draft)
    draft.commitments.update(text_sv="Hemligt, än så länge.")
    Pledge.objects.filter(pk=draft.pk).update(period="2027-2030", title_sv="Hemlig titel")
    for address in (PAGE, f"{PAGE}1/", "/alvsbyn/samrad/", "/alvsbyn/"):
        text = reader.text(address)
        assert "hemlig" not in text.lower()
        assert "Medborgarlöfte 2027-2029" in text
    for address in ("/alvsbyn/samrad/2027-2030/", "/alvsbyn/2027-2029/", "/alvsbyn/2027-2030/"):
        assert reader.get(address).status_code == 404


def test_a_draft_that_is_not_published_has_no_page(reader: Reader, draft: Pledge) -> None:
    assert reader.get(PAGE).status_code == 404
    assert reader.get(f"{PAGE}1/kommentera/").status_code == 404
    assert "2027-2029" not in reader.text("/alvsbyn/")


def test_the_public_reads_the_round_and_not_the_draft(draft: Pledge) -> None:
    row = a_consultation(draft)
    a_comment(draft, consultation=row)
    a_comment(draft, consultation=row, shown=False)
    assert PledgeVersion.objects.exists()
    with as_public():
        assert Consultation.objects.public().get().contents["commitments"]
        assert Comment.objects.count() == 1
        assert not Pledge.objects.exists()
        assert not Commitment.objects.exists()
        for hidden in (PledgeVersion, Remark):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                hidden.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"contents": {}},
        {"introduction_sv": "Något annat"},
        {"closes_on": date(2030, 1, 1)},
        {"closed_at": None, "closed_by": None},
        {"outcome_sv": "Något annat"},
        {"outcome_published_at": None},
    ],
)
def test_what_was_published_never_changes(draft: Pledge, change: dict[str, object]) -> None:
    row = a_consultation(draft)
    rows = Consultation.objects.filter(pk=row.pk)
    rows.update(closed_at=timezone.now(), closed_by=a_person())
    rows.update(outcome_sv="Inget ändrades.", outcome_published_at=timezone.now())
    with pytest.raises(DatabaseError, match=r"Samrådet är avslutat|ändras aldrig"):
        rows.update(**change)


def test_it_is_never_deleted(draft: Pledge) -> None:
    row = a_consultation(draft)
    with pytest.raises(DatabaseError, match="tas aldrig bort"), transaction.atomic():
        Consultation.objects.filter(pk=row.pk)._raw_delete("default")
    with suppress(IntegrityError), transaction.atomic():
        draft.delete()
    assert Consultation.objects.filter(pk=row.pk).exists()


def test_nobody_asks_for_another_municipality(draft: Pledge) -> None:
    row = a_consultation(draft)
    client = Client()
    elsewhere = a_municipality("Arvika")
    client.force_login(a_person("arvika@example.se", Role.COORDINATOR, elsewhere))
    assert "Medborgarlöfte 2027-2029" not in words(client.get("/arbetsyta/samrad/"))
    for address in (f"utkast/{draft.uid}/", f"{row.uid}/", f"{row.uid}/avsluta/"):
        assert client.post(f"/arbetsyta/samrad/{address}").status_code in {404, 405}
    row.refresh_from_db()
    assert row.closed_at is None


def test_each_municipality_of_a_draft_has_comments_of_its_own(reader: Reader) -> None:
    both = [a_municipality(), a_municipality("Arvidsjaur")]
    draft = a_pledge(both, signed=False, period="2027-2029")
    row = a_consultation(draft)
    a_comment(draft, "Bara i Arvidsjaur", consultation=row, municipality=both[1])
    assert "Bara i Arvidsjaur" in reader.text("/arvidsjaur/samrad/2027-2029/")
    assert "Bara i Arvidsjaur" not in reader.text(PAGE)


def test_a_comment_is_on_a_draft_or_on_a_pledge(draft: Pledge) -> None:
    row = a_consultation(draft)
    for wrong in (
        {"consultation": row, "commitment": draft.commitments.first()},
        {"consultation_commitment": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            a_comment(draft, **wrong)


def test_whoever_writes_on_sees_what_was_said_of_a_commitment(
    draft: Pledge, place: Municipality
) -> None:
    first, second = draft.commitments.order_by("number")[:2]
    later = a_consultation(draft)
    a_comment(draft, "Fler hundar", consultation=later, consultation_commitment=1)
    a_comment(draft, "Ogranskat", shown=False, consultation=later, consultation_commitment=1)
    # It is the same commitment wherever it stands in the draft now.
    first.delete()
    beside = Template(
        "{% load slots %}{% slot 'draft.commitment' pledge=pledge commitment=commitment %}"
    )

    def shown_beside(commitment: int) -> str:
        return beside.render(Context({"pledge": draft.pk, "commitment": commitment}))

    assert "Ingen har sagt något om det här åtagandet." in shown_beside(second.pk)
    assert "Fler hundar" not in shown_beside(second.pk)
    assert "Det här åtagandet var inte med i det förslag" in shown_beside(10**9)
    shown = shown_beside(later.contents["commitments"][0]["id"])
    assert "Fler hundar" in shown
    assert "Ogranskat" not in shown
    other = a_pledge(place, signed=False, period="2040")
    assert not beside.render(Context({"pledge": other.pk, "commitment": 1})).strip()
