"""What was signed never changes: PostgreSQL refuses, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from pledge_portal.database.acting import as_owner
from pledges.models import (
    Commitment,
    Decline,
    Pledge,
    PledgeDocument,
    Signature,
    SigningWay,
)
from tests.builders import (
    SIGNED_AT,
    a_commitment,
    a_municipality,
    a_pledge,
    a_superuser,
    sign_by_hand,
)

pytestmark = pytest.mark.django_db

SIGNED_TABLES = [
    "pledge",
    "pledgeparty",
    "section",
    "focusarea",
    "commitment",
    "signatory",
    "pledgedocument",
    "signature",
    "validityperiod",
]
CHANGES = [
    "UPDATE pledges_pledge SET title = 'x'",
    "UPDATE pledges_pledge SET adopted_at = NULL",
    "UPDATE pledges_pledge SET valid_to = '2030-01-01'",
    "UPDATE pledges_pledgeparty SET position = 9",
    "UPDATE pledges_section SET text_en = 'x'",
    "UPDATE pledges_focusarea SET cause = 'x'",
    "UPDATE pledges_commitment SET target_amount = 1",
    "UPDATE pledges_signatory SET name = 'x'",
    "UPDATE pledges_pledgedocument SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
    "UPDATE pledges_signature SET signed_at = now()",
    "UPDATE pledges_validityperiod SET during = '[2023-01-01,2024-01-01)'",
    "UPDATE pledges_validityperiod SET during = 'empty'",
]


def refused(statement: str) -> str:
    # Only the owner may empty a table at all.
    with as_owner(), connection.cursor() as cursor:
        # TRUNCATE is refused for another reason while deferred checks are waiting.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            cursor.execute(statement)
    assert refusal.value.__cause__.sqlstate == "23001"
    return str(refusal.value)


@pytest.mark.parametrize("table", SIGNED_TABLES)
def test_raw_sql_can_neither_delete_nor_truncate_what_is_signed(table: str) -> None:
    a_pledge()
    assert "kan" in refused(f"DELETE FROM pledges_{table}")
    assert "kan inte tömmas" in refused(f"TRUNCATE pledges_{table} CASCADE")


@pytest.mark.parametrize("change", CHANGES)
def test_raw_sql_cannot_update_what_is_signed(change: str) -> None:
    a_pledge()
    assert len(refused(change).split()) > 5


def test_nothing_can_be_added_to_what_is_signed() -> None:
    pledge = a_pledge()
    with pytest.raises(IntegrityError, match="undertecknat"), transaction.atomic():
        a_commitment(pledge, 99, pledge.focus_areas.get())
    with pytest.raises(IntegrityError, match="undertecknat"), transaction.atomic():
        pledge.parties.create(municipality=a_municipality("Piteå"), position=2)


def test_the_shell_is_refused() -> None:
    pledge = a_pledge()
    with pytest.raises(IntegrityError, match="undertecknat"), transaction.atomic():
        Pledge.objects.update(title="x")
    with pytest.raises(IntegrityError, match="undertecknat"), transaction.atomic():
        Commitment.objects.filter(pledge=pledge).delete()
    with pytest.raises(IntegrityError, match="undertecknat"), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(title="x")


def test_no_document_can_be_slipped_in_behind_the_signed_one() -> None:
    pledge = a_pledge()
    signed = PledgeDocument.objects.public().get()
    with pytest.raises(IntegrityError, match="inga fler dokument"), transaction.atomic():
        PledgeDocument.store(pledge, 3, b"%PDF forged")
    assert PledgeDocument.objects.public().get() == signed
    waiting = a_pledge(a_municipality("Piteå"), signed=1)
    PledgeDocument.store(waiting, 2, b"%PDF forged")
    latest = PledgeDocument.objects.latest_of(waiting)
    assert latest is not None
    assert latest.step == 1


def test_a_draft_can_be_changed_and_deleted() -> None:
    pledge = a_pledge(signed=False)
    Commitment.objects.filter(pledge=pledge).update(text_sv="Ny text")
    pledge.title = "Ny titel"
    pledge.save()
    pledge.delete()
    assert not Commitment.objects.exists()


def test_an_adopted_text_is_locked_though_nobody_has_signed() -> None:
    a_pledge(signed=False, adopted=True)
    assert "antaget" in refused("UPDATE pledges_commitment SET text = 'x'")
    assert "antaget" in refused("UPDATE pledges_pledge SET title = 'x'")
    assert "antaget" in refused("DELETE FROM pledges_pledge")


def test_a_document_must_match_its_sha256() -> None:
    a_pledge(signed=False, adopted=True)
    with (
        pytest.raises(IntegrityError, match="document_matches_its_sha256"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO pledges_pledgedocument (pledge_id, step, content, sha256, size,"
            " created_at) SELECT id, 1, 'x', repeat('0', 64), 1, now() FROM pledges_pledge"
        )


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(a_superuser())
    return client


def test_the_administration_shows_a_signed_pledge_and_offers_no_change(
    administrator: Client,
) -> None:
    pledge = a_pledge()
    address = f"/arbetsyta/admin/pledges/pledge/{pledge.pk}/"
    page = administrator.get(f"{address}change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert administrator.post(f"{address}change/", {"title_sv": "x"}).status_code == 403
    assert administrator.post(f"{address}delete/", {"post": "yes"}).status_code == 403


def filled_in(page: HttpResponse) -> dict[str, str]:
    """Return what a browser sends back of an unchanged form."""
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    return {
        field.html_name: "" if field.value() is None else str(field.value())
        for form in forms
        for field in form
        if field.value() is not False
    }


def test_the_databases_refusal_reaches_the_administrator_as_a_message(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pledges import admin

    pledge = a_pledge()
    monkeypatch.setattr(admin, "_is_open", lambda pledge: True)
    address = f"/arbetsyta/admin/pledges/pledge/{pledge.pk}/change/"
    form = filled_in(administrator.get(address))
    answer = administrator.post(address, {**form, "title_sv": "Ändrad titel"}, follow=True)
    assert answer.status_code == 200
    assert "är undertecknat och kan varken ändras eller tas bort" in answer.content.decode()
    pledge.refresh_from_db()
    assert pledge.title_sv != "Ändrad titel"


def test_drafts_can_be_adopted_and_opened_again_in_the_administration(
    administrator: Client,
) -> None:
    pledge = a_pledge(signed=False)
    listing = "/arbetsyta/admin/pledges/pledge/"
    for action, adopted in [("adopt", True), ("take_back_adoption", False)]:
        answer = administrator.post(
            listing, {"action": action, "_selected_action": [pledge.pk]}, follow=True
        )
        assert answer.status_code == 200
        pledge.refresh_from_db()
        assert (pledge.adopted_at is not None) is adopted


def test_how_somebody_signed_never_changes(a_signed_on_paper: Pledge) -> None:
    for statement in (
        "UPDATE pledges_paperscan SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
        "DELETE FROM pledges_paperscan",
        "UPDATE pledges_signingway SET way = 'key'",
        "DELETE FROM pledges_signingway",
        "UPDATE pledges_decline SET reason = 'x'",
        "DELETE FROM pledges_decline",
    ):
        assert len(refused(statement).split()) > 4
    for table in ("paperscan", "signingway", "decline"):
        assert "kan inte tömmas" in refused(f"TRUNCATE pledges_{table} CASCADE")


@pytest.fixture
def a_signed_on_paper() -> Pledge:
    """Return a pledge signed by hand, whose first signatory had said no."""
    pledge, by = a_pledge(signed=False, adopted=True), a_superuser()
    for signatory in pledge.signatories.all():
        SigningWay.objects.create(signatory=signatory, way="paper")
    digest = PledgeDocument.objects.get().sha256
    Decline.objects.create(
        signatory=pledge.signatories.get(position=1),
        document_sha256=digest,
        reason="Nej",
        declined_by=by,
    )
    with pytest.raises(IntegrityError, match="har avböjt"), transaction.atomic():
        sign_by_hand(pledge, by)
    Decline.objects.update(asked_again_at=SIGNED_AT, asked_again_by=by)
    sign_by_hand(pledge, by)
    return pledge


def test_a_signature_on_paper_needs_its_scan_and_leaves_the_document_alone() -> None:
    pledge = a_pledge(signed=False, adopted=True)
    signatory = pledge.signatories.get(position=1)
    first = bytes(PledgeDocument.objects.get().content)
    for way, content in (("paper", first), ("key", first)):
        with pytest.raises(IntegrityError, match="har en skanning"), transaction.atomic():
            Signature.objects.create(
                pledge=pledge,
                signatory=signatory,
                document=PledgeDocument.store(pledge, 1, content),
                signed_at=SIGNED_AT,
                way=way,
            )


def test_how_somebody_signs_is_said_of_adopted_pledges_alone() -> None:
    signatory = a_pledge(signed=False).signatories.get(position=1)
    with pytest.raises(IntegrityError, match="när det är antaget"), transaction.atomic():
        SigningWay.objects.create(signatory=signatory, way="paper")
