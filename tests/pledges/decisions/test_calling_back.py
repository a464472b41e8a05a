"""A pledge that nobody can finish is called back, and nothing is lost."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledge_portal.database.history import history_of
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.decisions import calling_back
from pledges.exchange.exporting import pledge_file_of
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import import_pledge
from pledges.lifecycle import State
from pledges.models import (
    PaperScan,
    Pledge,
    PledgeDocument,
    Recall,
    Signature,
    SigningWay,
    VoidFile,
    VoidSignature,
)
from tests.builders import A_PDF, SIGNED_AT, a_person, a_pledge, a_scan_that_counts, sign
from tests.pages.conftest import Reader
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 20, 9, tzinfo=UTC)


def state_of(pledge: Pledge) -> State:
    return lifecycle.standing(
        Pledge.objects.with_standing().get(pk=pledge.pk), timezone.localdate()
    ).state


def a_partly_signed_pledge() -> Pledge:
    """Make a pledge that the first of two has signed, on paper."""
    pledge = a_pledge(signed=False, adopted=True)
    mayor = pledge.signatories.get(position=1)
    by = a_person("skannade@example.se")
    SigningWay.objects.create(signatory=mayor, way="paper", chosen_by=by)
    a_scan_that_counts(mayor, content=A_PDF + b"scan", by=by)
    blank = PledgeDocument.objects.get(pledge=pledge)
    Signature.objects.create(
        pledge=pledge,
        signatory=mayor,
        document=PledgeDocument.store(pledge, 1, bytes(blank.content)),
        signed_at=SIGNED_AT,
        way="paper",
    )
    return pledge


def test_what_was_signed_is_kept_as_void_and_the_text_opens(reader: Reader) -> None:
    pledge = a_partly_signed_pledge()
    document = PledgeDocument.objects.get(pledge=pledge, step=1)
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    assert "kalla-tillbaka/" in client.get(address).content.decode()
    refused = client.post(f"{address}kalla-tillbaka/", {"reason": ""})
    assert refused.status_code == 422
    answer = client.post(f"{address}kalla-tillbaka/", {"reason": "Fel period."}, follow=True)
    page = answer.content.decode()
    assert "1 underskrift är gjord och ogiltig." in page
    assert "Johan Dahlqvist" in page
    assert "Fel period." in page
    assert state_of(pledge) == State.DRAFT
    assert not Signature.objects.exists()
    assert not PledgeDocument.objects.exists()
    assert not PaperScan.objects.exists()
    void = VoidSignature.objects.get()
    assert (void.name, void.party, void.signed_at, void.way, void.document_sha256) == (
        "Johan Dahlqvist",
        "Älvsbyns kommun",
        SIGNED_AT,
        "paper",
        document.sha256,
    )
    files = {(file.kind, file.number): bytes(file.content) for file in VoidFile.objects.all()}
    assert files == {
        ("document", 0): bytes(document.content),
        ("document", 1): bytes(document.content),
        ("scan", 1): A_PDF + b"scan",
    }
    scan = VoidFile.objects.get(kind="scan")
    assert client.get(f"{address}ogiltigt/{scan.pk}.pdf").content == A_PDF + b"scan"
    history = history_of(Signature)
    assert history is not None
    gone = history.events.objects.get(pgh_label="delete")
    assert gone.pgh_context["reason"] == "Fel period."

    # The text can be changed, adopted anew and signed by everybody.
    pledge.refresh_from_db()
    pledge.title = "Ett annat namn"
    pledge.save()
    lifecycle.adopt(pledge, NOW, A_PDF + b"anew")
    sign(pledge, 2)
    page = reader.get("/alvsbyn/2023-2025/").content.decode()
    assert "kallades tillbaka innan alla hade undertecknat" in page
    assert "Fel period." in page


def test_a_pledge_that_all_have_signed_is_never_called_back() -> None:
    pledge = a_pledge()
    with pytest.raises(Refused, match="kan upphävas"):
        calling_back.call_back(pledge, reason="Skäl", by=None, at=NOW)
    with pytest.raises(Refused, match="inte antaget"):
        calling_back.call_back(
            a_pledge(signed=False, period="2030"), reason="Skäl", by=None, at=NOW
        )
    with pytest.raises(CommandError, match="kan upphävas"):
        call_command("call_back_pledge", "alvsbyn", "2023-2025", "--reason", "Skäl")
    # The database holds it too, also where rows of a recall are forged.
    with pytest.raises(IntegrityError, match="inte kallas tillbaka"), transaction.atomic():
        Recall.objects.create(pledge=pledge, reason="x", adopted_at=NOW, recalled_at=NOW)
    for statement in (
        "DELETE FROM pledges_signature",
        "DELETE FROM pledges_pledgedocument",
        "UPDATE pledges_pledge SET adopted_at = NULL",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Signature.objects.count() == 2


def test_void_signatures_are_needed_whole_before_a_signature_goes() -> None:
    pledge = a_partly_signed_pledge()
    with pytest.raises(IntegrityError, match="varken ändras"), transaction.atomic():
        Signature.objects.all().delete()
    recall = Recall.objects.create(pledge=pledge, reason="x", adopted_at=NOW, recalled_at=NOW)
    signature = Signature.objects.get()
    VoidSignature.objects.create(
        recall=recall,
        position=1,
        name="Johan Dahlqvist",
        title="kommunalråd",
        party="Älvsbyns kommun",
        signed_at=NOW,
        way="paper",
        document_sha256=signature.document.sha256,
    )
    # It says another moment than the signature did.
    with pytest.raises(IntegrityError, match="varken ändras"), transaction.atomic():
        Signature.objects.all().delete()
    with pytest.raises(IntegrityError, match="varken ändras"), transaction.atomic():
        PaperScan.objects.all().delete()
    with (
        pytest.raises(IntegrityError, match="undertecknat"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM pledges_pledgedocument")


def test_what_is_void_never_changes_and_never_goes() -> None:
    calling_back.call_back(a_partly_signed_pledge(), reason="Skäl", by=None, at=NOW)
    for statement in (
        "UPDATE pledges_recall SET reason = 'x'",
        "DELETE FROM pledges_recall",
        "UPDATE pledges_voidsignature SET name = 'x'",
        "DELETE FROM pledges_voidsignature",
        "UPDATE pledges_voidfile SET number = 7",
        "DELETE FROM pledges_voidfile",
    ):
        with (
            pytest.raises(IntegrityError, match="varken ändras"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_draft_called_back_is_dropped_and_its_address_free() -> None:
    pledge = a_partly_signed_pledge()
    coordinator = a_person(role=Role.COORDINATOR, place=pledge.municipalities.get())
    client = logged_in(coordinator)
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    refused = client.post(f"{address}lagg-ned/", follow=True)
    assert "Kalla tillbaka det först." in refused.content.decode()
    calling_back.call_back(pledge, reason="Skäl", by=coordinator, at=NOW)
    # A file can't replace what has a history.
    pledge.refresh_from_db()
    changed = pledge_file_of(pledge)
    changed = changed.model_copy(
        update={"pledge": changed.pledge.model_copy(update={"title": "Nytt"})}
    )
    with pytest.raises(PledgeFileError, match="har en historia"):
        import_pledge(changed, replace=True)
    assert (
        "Utkastet är nedlagt." in client.post(f"{address}lagg-ned/", follow=True).content.decode()
    )
    assert state_of(pledge) == State.DROPPED
    pledge.refresh_from_db()
    assert pledge.period == "2023-2025-nedlagt"
    other = a_pledge()
    assert other.period == "2023-2025"
    with pytest.raises(Refused, match="Ta upp det igen"):
        lifecycle.adopt(pledge, NOW, A_PDF)
    page = client.post(f"{address}ta-upp/", follow=True).content.decode()
    assert "Utkastet går att skriva vidare på." in page
    assert state_of(pledge) == State.DRAFT


def test_the_command_calls_back_with_a_reason() -> None:
    pledge = a_pledge(signed=1)
    call_command("call_back_pledge", "alvsbyn", "2023-2025", "--reason", "Fel text")
    assert Recall.objects.get().reason == "Fel text"
    assert state_of(pledge) == State.DRAFT
