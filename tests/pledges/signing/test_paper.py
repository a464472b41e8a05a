"""A signature on paper takes two people and a day.

It can be undone until then.
"""

from __future__ import annotations

import io
import zlib
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image, ImageFile

from pledge_portal.accounts.models import Role, User
from pledge_portal.database.acting import as_owner
from pledge_portal.database.history import history_of
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.decisions import calling_back
from pledges.documents.judgement import ScanProblem
from pledges.documents.paper_scan import MAX_PIXELS, take_scan
from pledges.models import PaperScan, Pledge, Signatory, Signature, Way
from pledges.retention import erase_of_pledges
from pledges.signing import paper, ways
from tests.builders import a_person, a_scan_that_counts
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import Adopted, a_photo, a_scan, logged_in
from tests.pledges.signing.test_signing_pages import page_of, signs

NOW = timezone.now()
HANDED_IN = NOW - timedelta(hours=27)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make scans without a process for each; test_signing_pages has one."""
    monkeypatch.setattr(paper, "take_scan_in_sandbox", take_scan)


def handed_in(adopted: Adopted, signatory: Signatory, **given: Any) -> PaperScan:
    values = {
        "file": a_scan(),
        "signed_on": timezone.localdate(HANDED_IN),
        "by": adopted.coordinator,
        "at": HANDED_IN,
    }
    return paper.hand_in(signatory, **{**values, **given})


def confirmed(adopted: Adopted, scan: PaperScan, hours_ago: int = 25) -> PaperScan:
    at = NOW - timedelta(hours=hours_ago)
    seen = {"sha256": scan.sha256, "signed_on": scan.signed_on}
    # Who serves can't say that it was another day.
    with as_owner():
        return paper.confirm(scan.signatory, **seen, by=adopted.colleague, at=at)


def letters() -> list[tuple[str, list[str]]]:
    """Return the subject and receivers of each letter since the last time."""
    sent = [(str(letter.subject), list(letter.to)) for letter in mail.outbox]
    mail.outbox.clear()
    return sent


def test_the_last_one_counts_a_day_after_a_second_person_confirmed_it(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    signs(logged_in(adopted.signer), adopted, adopted.mayor)
    adopted.set_way(adopted.chief, Way.PAPER, by=adopted.police_editor)
    scan = handed_in(adopted, adopted.chief, letter_to="andreas.nyberg@example.se")
    assert letters() == [
        ("En skanning av din underskrift är lämnad", ["andreas.nyberg@example.se"])
    ]
    seen = {"sha256": scan.sha256, "signed_on": scan.signed_on}
    with pytest.raises(Refused, match="Någon annan behöver bekräfta"):
        paper.confirm(adopted.chief, **seen, by=adopted.coordinator, at=NOW)
    # Neither other bytes nor the same ones with another day are what was compared.
    for other in ({"sha256": "0" * 64}, {"signed_on": scan.signed_on - timedelta(days=1)}):
        with pytest.raises(Refused, match="en annan nu"):
            paper.confirm(adopted.chief, **{**seen, **other}, by=adopted.colleague, at=NOW)
    with pytest.raises(Refused, match="inte bekräftad"):
        paper.count(adopted.chief, at=NOW)
    scan = confirmed(adopted, scan, hours_ago=24)
    (letter,) = mail.outbox
    assert "Underskriften räknas tidigast" in str(letter.body)
    assert "Var det inte du, eller är något fel?" in str(letter.body)
    assert "Hör av dig till" in str(letter.body)
    with pytest.raises(Refused, match="Någon annan har redan bekräftat"):
        paper.confirm(adopted.chief, **seen, by=adopted.police_editor, at=NOW)
    assert paper.count_due(NOW - timedelta(seconds=1)) == 0
    assert Client().get("/alvsbyn/2023-2025/").status_code == 404
    assert paper.count_due(NOW) == 1
    assert paper.count_due(NOW) == 0
    signature = Signature.objects.get(signatory=adopted.chief)
    assert timezone.localdate(signature.signed_at) == scan.signed_on
    assert Pledge.objects.public().get() == adopted.pledge
    scan.refresh_from_db()
    assert (scan.counted_at, scan.letter_to) == (NOW, "")
    for change in (
        lambda: paper.take_back(adopted.chief, reason="Fel", by=adopted.colleague),
        lambda: handed_in(adopted, adopted.chief, replaces=scan.sha256, reason="Fel"),
    ):
        with pytest.raises(Refused):
            change()


def test_a_scan_is_not_purged_while_it_is_confirmed_or_counts(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    scan = handed_in(adopted, adopted.mayor)
    for act in (lambda: confirmed(adopted, scan), lambda: paper.count(scan.signatory, at=NOW)):
        with CaptureQueriesContext(connection) as queries:
            act()
        read = [query["sql"] for query in queries if 'FROM "pledges_paperscan"' in query["sql"]]
        assert "FOR UPDATE" in read[0]


def test_the_database_takes_no_confirmation_of_another_day(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    scan = handed_in(adopted, adopted.mayor)
    rows = PaperScan.objects.filter(pk=scan.pk)
    yes = {"confirmed_by": adopted.colleague}
    for hours in (-25, -1, 1):
        at = timezone.now() + timedelta(hours=hours)
        with pytest.raises(IntegrityError, match="bekräftas nu"), transaction.atomic():
            rows.update(**yes, confirmed_at=at)
    rows.update(**yes, confirmed_at=timezone.now())
    # Whatever is said of the day: it has to pass.
    for at in (timezone.now(), timezone.now() + timedelta(hours=25)):
        with pytest.raises(IntegrityError, match="dygn"), transaction.atomic():
            rows.update(counted_at=at)
    # What counts isn't said to have done so earlier, either.
    with as_owner():
        rows.update(confirmed_at=None, confirmed_by=None)
        rows.update(**yes, confirmed_at=timezone.now() - timedelta(hours=26))
        with pytest.raises(IntegrityError, match="dygn"), transaction.atomic():
            rows.update(counted_at=timezone.now() - timedelta(hours=7))


def test_the_signatory_is_told_though_another_account_is_chosen(adopted: Adopted) -> None:
    User.objects.filter(pk=adopted.signer.pk).update(first_name="Johan", last_name="DAHLQVIST")
    other = a_person("annan@example.se", Role.SIGNATORY, adopted.mayor.municipality)
    for chosen, addressed in ((None, ["johan"]), (other, ["annan", "johan"])):
        adopted.set_way(adopted.mayor, Way.PAPER, chosen)
        handed_in(adopted, adopted.mayor)
        assert [to[0].partition("@")[0] for _subject, to in letters()] == addressed
        paper.take_back(adopted.mayor, reason="Fel", by=adopted.coordinator)
        letters()


def test_the_next_signs_while_paper_waits_and_the_paper_puts_it_in_force(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    adopted.set_way(adopted.chief, Way.KEY, adopted.police_signer)
    scan = handed_in(adopted, adopted.mayor)
    police = logged_in(adopted.police_signer)
    assert "Det är Johan Dahlqvist som ska" in words(signs(police, adopted, adopted.chief))
    confirmed(adopted, scan, hours_ago=2)
    assert "har undertecknat" in words(signs(police, adopted, adopted.chief))
    assert not Pledge.objects.public().exists()
    assert paper.count_due(NOW) == 0
    paper.take_back(adopted.mayor, reason="Fel", by=adopted.colleague)
    scan = confirmed(adopted, handed_in(adopted, adopted.mayor))
    assert paper.count_due(NOW) == 1
    assert Pledge.objects.public().get() == adopted.pledge


def test_a_scan_is_replaced_and_taken_back_and_letters_tell(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    wrong = confirmed(
        adopted, handed_in(adopted, adopted.mayor, letter_to="fel@example.se"), hours_ago=26
    )
    letters()
    right = {"file": a_scan(pages=2), "letter_to": "ratt@example.se"}
    for replaces, reason, match in (
        ("", "", "en annan nu"),
        (wrong.sha256, " ", "Skriv varför"),
        ("0" * 64, "Fel sida", "en annan nu"),
    ):
        with pytest.raises(Refused, match=match):
            handed_in(adopted, adopted.mayor, replaces=replaces, reason=reason, **right)
    scan = handed_in(
        adopted, adopted.mayor, replaces=wrong.sha256, reason="Fel sida", at=NOW, **right
    )
    assert (scan.pages, scan.confirmed_by, scan.confirmed_at) == (2, None, None)
    subject = "Skanningen av din underskrift är utbytt"
    assert letters() == [(subject, ["ratt@example.se"]), (subject, ["fel@example.se"])]
    assert paper.count_due(NOW) == 0
    for change in (
        lambda: adopted.set_way(adopted.mayor, Way.KEY, adopted.signer),
        lambda: ways.set_order(adopted.pledge, side_by_side=True),
        lambda: lifecycle.take_back_adoption(adopted.pledge),
        lambda: ways.decline(
            adopted.mayor,
            document_sha256=adopted.sha256(),
            reason="Nej",
            by=adopted.signer,
            at=NOW,
        ),
    ):
        with pytest.raises(Refused):
            change()
    with pytest.raises(Refused, match="Skriv varför"):
        paper.take_back(adopted.mayor, reason="", by=adopted.colleague)
    paper.take_back(adopted.mayor, reason="Det var inte jag", by=adopted.colleague)
    subject = "Skanningen av underskriften är tillbakatagen"
    assert letters() == [(subject, ["ratt@example.se"]), (subject, ["samordnare@example.se"])]
    # The bytes are gone; that they were there, by whom, and why they went is kept, no address.
    assert not PaperScan.objects.exists()
    history = history_of(PaperScan)
    assert history is not None
    events = history.events.objects.order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update", "update", "delete"]
    assert [event.sha256 for event in events][1:3] == [wrong.sha256, scan.sha256]
    assert [(event.pgh_context or {}).get("reason") for event in events][2:] == [
        "Fel sida",
        "Det var inte jag",
    ]
    assert not hasattr(events[0], "letter_to")
    assert "example.se" not in str(list(events.values("pgh_before", "pgh_words")))


def test_the_signatory_is_told_and_can_take_it_back_or_confirm_it(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER, adopted.signer)
    handed_in(adopted, adopted.mayor)
    (letter,) = mail.outbox
    assert letter.to == ["johan@example.se"]
    assert "Logga in, se på skanningen och ta tillbaka den om den är fel:" in str(letter.body)
    address = page_of(adopted.mayor)
    assert address in str(letter.body)
    signer = logged_in(adopted.signer, confirmed=False)
    assert "Se efter och bekräfta" in words(signer.get(address))
    # Confirming takes the second factor once more; saying that it is wrong doesn't.
    asked = signer.get(f"{address}papper/bekrafta/")
    assert asked.headers["Location"].startswith("/arbetsyta/konto/bekrafta/")
    asked = signer.get(f"{address}papper/ta-tillbaka/")
    assert "Skanningen raderas och underskriften räknas inte." in words(asked)
    assert signer.post(f"{address}papper/ta-tillbaka/", {"reason": ""}).status_code == 422
    done = signer.post(f"{address}papper/ta-tillbaka/", {"reason": "Inte jag"}, follow=True)
    assert "Skanningen är tillbakatagen." in words(done)
    assert not PaperScan.objects.exists()
    scan = handed_in(adopted, adopted.mayor)
    yes = {"sha256": scan.sha256, "signed_on": scan.signed_on.isoformat(), "is_right": "on"}
    logged_in(adopted.signer).post(f"{address}papper/bekrafta/", yes)
    assert PaperScan.objects.get().confirmed_by == adopted.signer
    # Nobody else sees it, of the other party's either.
    assert logged_in(adopted.police_editor).get(f"{address}papper/skanning.pdf").status_code == 403
    assert logged_in(adopted.police_signer).get(f"{address}papper/").status_code == 403


def test_what_waits_falls_with_the_adoption_and_is_forgotten_when_unconfirmed(
    adopted: Adopted,
) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    confirmed(adopted, handed_in(adopted, adopted.mayor))
    letters()
    calling_back.call_back(adopted.pledge, reason="Fel period.", by=adopted.coordinator, at=NOW)
    assert letters() == [("Skanningen av underskriften är tillbakatagen", ["redaktor@example.se"])]
    assert not PaperScan.objects.exists()
    lifecycle.adopt(adopted.pledge, NOW - timedelta(days=40), b"%PDF-1.7 anew")
    scan = a_scan_that_counts(adopted.mayor, by=adopted.coordinator, at=NOW, counts=False)
    scan.delete()
    PaperScan.store(
        adopted.mayor,
        b"x",
        pages=1,
        signed_on=HANDED_IN.date(),
        by=adopted.coordinator,
        at=NOW - timedelta(days=30),
    )
    assert erase_of_pledges(timezone.localdate(NOW)) == 0
    assert erase_of_pledges(timezone.localdate(NOW) + timedelta(days=1)) == 1


def the_picture(pdf: bytes) -> tuple[tuple[int, ...], Image.Image]:
    """Return the size of the first page and the picture on it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        image = opened.pages[0].obj.Resources.XObject.Scan
        box = [int(edge) for edge in opened.pages[0].MediaBox]  # type: ignore[call-overload]
        return tuple(box[2:]), pikepdf.PdfImage(image).as_pil_image()


@pytest.mark.parametrize(
    ("photo", "page", "size", "left"),
    [
        # Turned a quarter, as the phone says that it was held: red is above.
        (a_photo(), (595, 842), (1200, 1600), "white"),
        (a_photo("PNG"), (842, 595), (1600, 1200), "red"),
        (a_photo(size=(6000, 4000)), (595, 842), (2339, 3508), "white"),
    ],
)
def test_a_phones_photo_becomes_a_page_that_tells_no_more(
    photo: bytes, page: tuple[int, int], size: tuple[int, int], left: str
) -> None:
    taken = take_scan(photo)
    assert (taken.problem, taken.pages) == (None, 1)
    assert take_scan(photo) == taken
    shown, picture = the_picture(taken.content)
    assert shown == page
    assert picture.size == size
    green = picture.getpixel((10, size[1] - 10))[1]  # type: ignore[index]
    assert (green > 200) == (left == "white")
    for secret in (b"Exif", b"Hemlig", b"hemligt"):
        assert secret not in taken.content


# The beginning of a PNG that says that it is 65,536 pixels wide and high.
A_BOMB = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\b\2\0\0\0\xe3\xe6\xa7\xb4\0\0\0\0IDAT"


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (a_photo(size=(640, 480)), ScanProblem.TOO_SMALL),
        (a_photo("PNG", size=(1200, MAX_PIXELS // 1200 + 1)), ScanProblem.TOO_MANY_PIXELS),
        (a_photo()[:3000], ScanProblem.NO_SCAN),
        (A_BOMB, ScanProblem.TOO_MANY_PIXELS),
        (a_photo("GIF", size=(1200, 1200)), ScanProblem.NO_SCAN),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), ScanProblem.NO_SCAN),
    ],
)
def test_a_photo_that_is_none_is_not_taken(
    file: bytes, problem: ScanProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in the process of its own: what makes PDFs out of pages has Pillow take broken pictures.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    assert take_scan(file).problem is problem


PHOTO, DCT = a_photo(), pikepdf.Name.DCTDecode
PIXELS = Image.open(io.BytesIO(PHOTO)).tobytes()
PACKED = pikepdf.Array([pikepdf.Name.FlateDecode, DCT])


@pytest.mark.parametrize(
    ("photo", "filters"),
    [
        (PHOTO, DCT),
        # Signs to fill up with before a segment; packed once more; another picture behind it, as a
        # phone writes; progressive; and signs before it.
        (PHOTO.replace(b"\xff\xe1", b"\xff\xff\xff\xe1", 1), DCT),
        (zlib.compress(PHOTO), PACKED),
        (a_photo(progressive=True) + PHOTO, DCT),
        (b"\n" + PHOTO, DCT),
    ],
)
def test_a_scanned_pdf_tells_no_more_than_its_pictures(photo: bytes, filters: Any) -> None:
    def add_author(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Author"] = "Hemlig person"
        pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta>Hemlig</x:xmpmeta>")
        pdf.Root.PieceInfo = pdf.make_indirect(pikepdf.Dictionary(Hemlig=1))
        pdf.pages[0].obj.Resources.XObject.Im0.write(photo, filter=filters)

    scan = a_scan(change=add_author)
    assert filters == PACKED or b"Exif" in scan
    taken = take_scan(scan)
    assert taken.pages == 1
    for secret in (b"Exif", b"Hemlig", b"hemligt", b"xmpmeta"):
        assert secret not in taken.content
    with pikepdf.open(io.BytesIO(taken.content)) as pdf:
        picture = pdf.pages[0].obj.Resources.XObject.Im0
        assert picture.Filter == DCT
        assert Image.open(io.BytesIO(picture.read_raw_bytes())).tobytes() == PIXELS
