"""A personal detail in what is signed or published is masked.

The files that have it are withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts.models import Role, User
from pledge_portal.database.acting import as_owner, as_public
from pledges import lifecycle
from pledges.erasing import rules
from pledges.models import (
    Assessment,
    Commitment,
    Consultation,
    Erasure,
    FollowUpDocument,
    PaperScan,
    PeriodClosing,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    Section,
    Signatory,
    WithheldDocument,
)
from pledges.records.restoring import restore
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    a_consultation,
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    a_withheld_file,
    sign,
    sign_by_hand,
)
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.erasing.test_erasing import MARK, NAME, NOW, PAGE, TYPED, detail_of, tables_with
from tests.pledges.records.worlds import a_package, empty_the_portal, files_of
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

HERE = "/alvsbyn/2023-2025/"
FILES = {
    f"{HERE}medborgarlofte.pdf",
    f"{HERE}underskrift-1.pdf",
    f"{HERE}uppfoljningar/2025-02-12/uppfoljning.pdf",
}


@pytest.fixture
def coordinator() -> User:
    return a_person("karin@example.se", Role.COORDINATOR, a_municipality())


@pytest.fixture
def pledge(coordinator: User) -> Pledge:
    """Give a signed pledge, asked about and followed up.

    A name stands in all of it.
    """
    pledge = a_pledge(
        signed=False,
        commitments=1,
        commitment={
            "kind": "other",
            "responsible": "third_party",
            "third_parties": ["Grannsamverkan, norra", NAME],
            "text": f"{NAME} vandrar om kvällen",
        },
        summary=f"Efter {NAME}s brev.",
        summary_en=f"After {NAME}'s letter.",
    )
    pledge.sections.update(text_sv=f"{NAME} bad om det. **Kallena Testsson** gjorde det inte.")
    a_consultation(
        pledge,
        at=SIGNED_AT - timedelta(days=60),
        closes_on=date(2022, 11, 1),
        introduction_sv=f"Vad tycker {NAME}?",
    )
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"med namn")
    sign_by_hand(pledge, coordinator)
    a_follow_up(pledge, reason=f"{NAME} slutade")
    PeriodClosing.objects.create(
        commitment=pledge.commitments.get(),
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        municipality=pledge.municipalities.get(),
        third_party=NAME,
    )
    return Pledge.objects.get(pk=pledge.pk)


def masked(pledge: Pledge, by: User, *, masks: bool = True) -> rules.Outcome:
    detail = detail_of(pledge)
    seen = rules.preview(detail, by=by, at=NOW).digest(detail)
    return rules.erase(detail, seen, masks=masks, by=by, at=NOW)


def public_answers() -> Iterator[tuple[str, Any]]:
    """Yield every public page that the sitemap has, and some more."""
    client = Client()
    pages = re.findall(r"<loc>https?://[^/]+(/[^<]*)", client.get("/sitemap.xml").content.decode())
    others = {f"{HERE}insatser.csv", f"{HERE}insatser.atom", "/alvsbyn/nyheter/", "/?q=Testsson"}
    others |= {f"/en{HERE}", f"/en{HERE}ataganden/1/", f"/en{HERE}uppfoljningar/2025-02-12/"}
    others |= {f"{HERE}uppfoljningar/2025-02-12/", "/alvsbyn/samrad/2023-2025/1/"}
    for address in [*pages, *sorted(others | FILES)]:
        yield address, client.get(address)


def test_the_words_are_in_no_public_answer_and_the_files_are_withheld_openly(
    pledge: Pledge, coordinator: User
) -> None:
    showed = {HERE, f"/en{HERE}", f"{HERE}ataganden/1/", "/alvsbyn/samrad/2023-2025/1/"}
    for address in showed:
        assert NAME in Client().get(address).content.decode(), address
    contents = {
        model: sorted(bytes(row.content) for row in model.objects.all())
        for model in (PledgeDocument, PaperScan, FollowUpDocument)
    }
    outcome = masked(pledge, coordinator)
    assert {Pledge, Section, Commitment, Assessment, Consultation, PeriodClosing} <= {
        hit.model for hit in outcome.maskable
    }
    assert outcome.standing == []
    for address, answer in public_answers():
        text = answer.content.decode()
        assert NAME not in text, address
        assert address not in showed or "personuppgift borttagen" in text
        if address in FILES:
            assert answer.status_code == 451, address
            assert answer["Cache-Control"] == "no-store"
            assert "30 november 2026, beslut KS 2026/112" in words(answer)
            assert "äkta" in text
    # No row of any table has the words, and the bytes are as they were.
    assert tables_with(NAME) == {}
    for model, bodies in contents.items():
        assert sorted(bytes(row.content) for row in model.objects.all()) == bodies
    assert pledge.commitments.get().third_parties == ["Grannsamverkan, norra", MARK]
    assert "**Kallena Testsson**" in Section.objects.first().text_sv  # type: ignore[union-attr]
    assert Consultation.objects.get().version == 1
    assert Assessment.objects.get().reason == f"{MARK} slutade"


def test_who_has_the_bytes_already_gets_them_no_more(pledge: Pledge, coordinator: User) -> None:
    client = Client()
    etag = client.get(f"{HERE}medborgarlofte.pdf")["ETag"]
    sha256 = PledgeDocument.objects.public().get(pledge=pledge).sha256
    masked(pledge, coordinator)
    for address in (f"{HERE}medborgarlofte.pdf", f"/dokument/{sha256}.pdf"):
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 451
    told = words(client.get(f"/dokument/{sha256}/"))
    assert "Filen visas inte: en personuppgift togs bort den 30 november 2026" in told
    assert "Filen visas inte" in words(client.get(HERE))


def test_staff_who_answer_for_the_records_still_see_the_file(
    pledge: Pledge, coordinator: User
) -> None:
    masked(pledge, coordinator)
    document = PledgeDocument.objects.public().get(pledge=pledge)
    address = f"{PAGE}{document.sha256}.pdf"
    answer = logged_in(coordinator).get(address)
    assert answer.content == bytes(document.content)
    assert "no-store" in answer["Cache-Control"]
    assert address in logged_in(coordinator).get(PAGE).content.decode()
    other = a_person("granne@example.se", Role.COORDINATOR, a_municipality("Piteå"))
    assert logged_in(other).get(address).status_code == 404
    editor = a_person("skribent@example.se", Role.EDITOR, pledge.municipalities.get())
    assert logged_in(editor).get(address).status_code == 403


def test_it_is_done_only_when_chosen(pledge: Pledge, coordinator: User) -> None:
    client = logged_in(coordinator)
    preview = client.post(PAGE, TYPED)
    assert "Maskera orden där också" in words(preview)
    assert "Då slutar 3 filer (PDF) att visas." in words(preview)
    typed = {**TYPED, "sett": preview.context["form"]["sett"].value(), "ta_bort": "ja"}
    before = tables_with(NAME)
    client.post(PAGE, typed)
    after = tables_with(NAME)
    assert after["pledges_commitment"] == before["pledges_commitment"]
    assert not WithheldDocument.objects.exists()
    preview = client.post(PAGE, TYPED)
    typed["sett"] = preview.context["form"]["sett"].value()
    answer = client.post(PAGE, {**typed, "maskera": "on"}, follow=True)
    assert "filer visas inte längre" in words(answer)
    assert tables_with(NAME) == {}


def test_a_file_that_alone_has_the_words_is_withheld_when_it_is_named(coordinator: User) -> None:
    pledge = a_pledge(signed=False)
    PledgeAnnex.store(pledge, A_PDF + b"plan", title="Plan", pages=1, by=coordinator, at=SIGNED_AT)
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 2)
    client = logged_in(coordinator)
    preview = client.post(PAGE, TYPED)
    assert "Orden står inte i någon text." in words(preview)
    assert "Medborgarlöfte 2023-2025: bilaga, Plan" in words(preview)
    seen = preview.context["form"]["sett"].value()
    annex = PledgeAnnex.objects.get()
    typed = {**TYPED, "sett": seen, "ta_bort": "ja"}
    assert client.post(PAGE, {**typed, "filer": "nagon-annans"}).status_code == 422
    answer = client.post(PAGE, {**typed, "filer": annex.sha256}, follow=True)
    assert "1 fil visas inte längre." in words(answer)
    assert Client().get(f"{HERE}bilaga-1.pdf").status_code == 451
    assert Client().get(f"{HERE}medborgarlofte.pdf").status_code == 200
    assert client.get(f"{PAGE}{annex.sha256}.pdf").content == bytes(annex.content)


def test_what_waits_for_signatures_is_taken_back_first(coordinator: User) -> None:
    pledge = a_pledge(signed=False, adopted=True, summary=f"{NAME} bad om det")
    outcome = masked_preview(pledge, coordinator)
    assert [hit.model for hit in outcome.standing] == [Pledge]
    assert "antaget" in outcome.standing[0].obstacle


def masked_preview(pledge: Pledge, by: User) -> rules.Outcome:
    return rules.preview(detail_of(pledge), by=by, at=NOW)


def test_the_public_packages_lack_the_files_and_a_restored_pledge_withholds_them(
    pledge: Pledge, coordinator: User
) -> None:
    masked(pledge, coordinator)
    public = files_of(a_package(pledge, only_public=True))
    assert not [name for name in public if name.startswith("documents/")]
    assert not [name for name, content in public.items() if NAME.encode() in content]
    assert "data/filer-som-inte-visas.json" in public
    whole = a_package(pledge)
    assert [name for name in files_of(whole) if "documents/medborgarlofte" in name]
    withheld = set(WithheldDocument.objects.values_list("sha256", flat=True))
    empty_the_portal()
    restore(whole)
    assert set(WithheldDocument.objects.values_list("sha256", flat=True)) == withheld
    assert Client().get(f"{HERE}medborgarlofte.pdf").status_code == 451
    assert tables_with(NAME) == {}


ATTACKS = (
    # Nobody but the owner's functions writes or lifts it, whatever is said.
    "INSERT INTO pledges_withhelddocument (pledge_id, sha256, decision, withheld_on)"
    " SELECT id, 'x', 'x', now() FROM pledges_pledge",
    "DELETE FROM pledges_withhelddocument",
    "UPDATE pledges_withhelddocument SET sha256 = 'x'",
    "SET LOCAL pledge_portal.erasing = 'masking'; UPDATE pledges_pledge SET title_sv = 'x'",
    "SET LOCAL pledge_portal.erasing = 'masking'; UPDATE pledges_section SET text_sv = 'x'",
    "SET LOCAL pledge_portal.erasing = 'masking'; UPDATE pledges_assessment SET reason = 'x'",
    "SET LOCAL pledge_portal.erasing = 'masking'; UPDATE pledges_consultation SET number = 2",
    # Nor do they what they are not for.
    "SELECT withhold_document(0, pledge_id, sha256) FROM pledges_pledgedocument",
    "SELECT withhold_document((SELECT max(id) FROM pledges_erasure), id, 'x') FROM pledges_pledge",
    "SELECT erase_detail((SELECT max(id) FROM pledges_erasure), 'pledges_withhelddocument',"
    " 'id', id::text, '{decision}', 'KS', true) FROM pledges_withhelddocument",
    "SELECT erase_detail((SELECT max(id) FROM pledges_erasure), 'pledges_pledgedocument',"
    " 'id', id::text, '{sha256}', '.', true) FROM pledges_pledgedocument",
)


def refusal_of(statement: str) -> str:
    """Return what the database says to a statement, which is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        is_told = isinstance(refusal, IntegrityError) or "permission denied" in str(refusal)
        return str(refusal) if is_told else ""
    return ""


def test_nobody_gets_round_the_guards_by_it() -> None:
    pledge = a_pledge()
    a_consultation(a_pledge(signed=False, period="2026-2028"))
    a_follow_up(pledge)
    a_withheld_file(pledge, pledge.documents.get(step=0).sha256)
    assert [statement for statement in ATTACKS if not refusal_of(statement)] == []
    with as_owner():
        for statement in (
            "DELETE FROM pledges_withhelddocument",
            "UPDATE pledges_withhelddocument SET id = 0",
        ):
            assert "en gång för alla" in refusal_of(statement)


def test_the_public_reads_that_a_file_is_withheld_and_not_why() -> None:
    pledge = a_pledge()
    a_withheld_file(pledge, pledge.documents.get(step=0).sha256)
    with as_public():
        assert WithheldDocument.objects.get().decision == "KS 2026/112"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), as_public():
        Erasure.objects.first()


def test_a_signatory_is_masked_with_the_certificate(coordinator: User) -> None:
    pledge = a_pledge()
    detail = detail_of(pledge, "Johan Dahlqvist")
    at = timezone.now()
    seen = rules.preview(detail, by=coordinator, at=at).digest(detail)
    rules.erase(detail, seen, masks=True, by=coordinator, at=at)
    assert tables_with("Johan Dahlqvist") == {}
    assert Signatory.objects.filter(name__contains="borttag").count() == 1
    assert "Dahlqvist" not in Client().get(HERE).content.decode()
