"""A personal detail in what is signed or published is masked.

The files that have it are withheld.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts.models import Role, User
from pledges import lifecycle
from pledges.erasing import rules
from pledges.erasing.withholding import files_of as files_of_place
from pledges.erasing.words import for_python, pattern_of
from pledges.models import (
    Assessment,
    Commitment,
    Consultation,
    FollowUpDocument,
    PaperScan,
    PeriodClosing,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    Section,
    WithheldDocument,
)
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    a_comment,
    a_consultation,
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    sign,
    sign_by_hand,
)
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.erasing.test_erasing import MARK, NAME, NOW, PAGE, TYPED, detail_of, tables_with
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
    page = words(client.get(f"/dokument/{sha256}/"))
    assert "Filen visas inte: en personuppgift togs bort den 30 november 2026" in page
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
    another = a_pledge(a_municipality("Piteå"), signed=False)
    PledgeAnnex.store(another, A_PDF + b"plan", title="Plan", pages=1, by=coordinator, at=SIGNED_AT)
    lifecycle.adopt(another, SIGNED_AT, A_PDF + b"Pitea")
    sign(another, 2)
    typed = {**TYPED, "sett": seen, "ta_bort": "ja"}
    assert client.post(PAGE, {**typed, "filer": "nagon-annans"}).status_code == 422
    answer = client.post(PAGE, {**typed, "filer": annex.sha256}, follow=True)
    assert "1 fil visas inte längre." in words(answer)
    assert Client().get(f"{HERE}bilaga-1.pdf").status_code == 451
    assert Client().get(f"{HERE}medborgarlofte.pdf").status_code == 200
    assert client.get(f"{PAGE}{annex.sha256}.pdf").content == bytes(annex.content)
    # Another municipality has the same file, and decides on its own.
    assert Client().get("/pitea/2023-2025/bilaga-1.pdf").status_code == 200
    assert "visas inte: en personuppgift" not in words(Client().get("/pitea/2023-2025/"))


def test_the_signed_document_names_what_is_annexed_and_is_withheld_with_it(
    coordinator: User,
) -> None:
    pledge = a_pledge(signed=False)
    title = f"Brev av {NAME}"
    PledgeAnnex.store(pledge, A_PDF + b"b", title=title, pages=1, by=coordinator, at=SIGNED_AT)
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 2)
    a_follow_up(pledge)
    masked(pledge, coordinator)
    assert Client().get(f"{HERE}medborgarlofte.pdf").status_code == 451
    assert Client().get(f"{HERE}uppfoljningar/2025-02-12/uppfoljning.pdf").status_code == 200


def make_last(pledge: Pledge) -> None:
    """Add a step with a timestamp to a signed document, as its renewal does."""
    last = PledgeDocument.objects.public().get(pledge=pledge)
    now = timezone.now()
    stamp = {"timestamped_at": now, "timestamp_valid_to": now + timedelta(days=9)}
    PledgeDocument.store(pledge, last.step + 1, bytes(last.content) + b"/DocTimeStamp", **stamp)


def test_what_is_added_to_a_withheld_document_is_withheld(coordinator: User) -> None:
    pledge = a_pledge(summary=f"{NAME} bad om det")
    make_last(pledge)
    masked(pledge, coordinator)
    make_last(pledge)
    sha256 = PledgeDocument.objects.public().get(pledge=pledge).sha256
    for address in (f"{HERE}medborgarlofte.pdf", f"/dokument/{sha256}.pdf"):
        assert Client().get(address).status_code == 451
    assert WithheldDocument.objects.get(sha256=sha256).decision == "KS 2026/112"


def test_a_step_that_is_added_while_its_document_is_named_is_withheld_too(
    coordinator: User,
) -> None:
    pledge = a_pledge()
    detail = detail_of(pledge)
    seen = rules.preview(detail, by=coordinator, at=NOW).digest(detail)
    _label, files = files_of_place(pledge.municipalities.get())[f"document-{pledge.pk}"]
    make_last(pledge)
    rules.erase(detail, seen, files=files, by=coordinator, at=NOW)
    assert Client().get(f"{HERE}medborgarlofte.pdf").status_code == 451


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**Kalle** Testsson", NAME),
        ("_Kalle_ *Testsson*s brev", NAME),
        ("Kalle\u00a0Testsson", NAME),
        ("Kalle\u2003Tests\u00adson", NAME),
        ("Kalle\u200b Testsson\u200bs", NAME),
        ("A\u030asa O\u0308berg", "Åsa Öberg"),
        ("ÅSA ÖBERGS", "A\u030asa O\u0308berg"),
        ("A.B-C", "a.b-c"),
        # Letters of other scripts, and wide and bold ones.
        ("\u041aall\u0435 T\u0435stss\u043en", NAME),
        ("\uff2balle Testsson", NAME),
        ("\U0001d40a\U0001d41alle Testsson\u0455", NAME),
        ("Kalle Testsson", "\u041aall\u0435 T\u0435stss\u043en"),
        # Markdown within words, and entities.
        ("Kal**le** Test_sson_", NAME),
        ("Kalle](https://exempel.se/) Testsson", NAME),
        ("K&#97;lle T&#x65;stsson", NAME),
        ("&Aring;sa &Ouml;berg", "Åsa Öberg"),
        ("Anna\\-Karin", "Anna-Karin"),
        ("Anna\u2013Karin", "Anna-Karin"),
        ("kalle\uff20exempel\uff0ese", "kalle@exempel.se"),
        # A number however it is grouped.
        ("0701234567", "070-123 45 67"),
        ("070\u2013123\u00a045\u00a067", "0701234567"),
        ("19121212-1212", "121212-1212"),
        ("\uff11\uff12 12 12\u202f1212", "121212-1212"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Efter {}.", "_{}_", "**{}**"])
def test_words_are_found_however_they_are_set(text: str, words: str, around: str) -> None:
    assert is_found(words, around.format(text)) == (True, True)


def test_long_words_are_looked_for_in_time() -> None:
    text = "Kalle Testsso **" * 20_000
    before = time.monotonic()
    assert is_found("Kalle Testsson " * 13, text) == (False, False)
    assert time.monotonic() - before < 10


@pytest.mark.parametrize("text", ["Kalle Testssön", "K.a.l.l.e Testsson", "KalleTestsson"])
def test_what_looks_like_the_words_is_told(text: str, coordinator: User) -> None:
    pledge = a_pledge(commitments=1)
    a_comment(pledge, f"{text} bor här, inte Kallena Testsson.")
    a_comment(pledge, f"{NAME} bor här.")
    outcome = rules.preview(detail_of(pledge), by=coordinator, at=NOW)
    (similar,) = outcome.similar
    assert similar.excerpts == [f"{text} bor här, inte Kallena Testsson."]
    assert len(outcome.hits) == 1


@pytest.mark.parametrize("number", ["90701234567", "0701234568", "070123456"])
def test_another_number_is_not_found(number: str) -> None:
    assert is_found("070-123 45 67", number) == (False, False)


@pytest.mark.parametrize("text", ["xKalle Testsson", "Kalle Testssonx", "KallexTestsson", "Kalle"])
def test_other_words_are_not_found(text: str) -> None:
    assert is_found(NAME, text) == (False, False)


def is_found(words: str, text: str) -> tuple[bool, bool]:
    """Return whether the database and Python find the words."""
    pattern = pattern_of(words)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~* %s", [text, pattern])
        (by_database,) = cursor.fetchone()
    return by_database, bool(for_python(pattern).search(text))
