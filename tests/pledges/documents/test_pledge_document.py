"""The document of the real pledge, signed by both.

It is read by programs that had no part in it.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import capfirst
from PIL import Image

from pledge_portal.pages.refusals import Refused
from pledges.adoptable import lacking_for_adoption
from pledges.demonstration.marks import load_marks
from pledges.demonstration.pledge import ALVSBYN as ALVSBYN_NAME
from pledges.demonstration.pledge import FOLDER
from pledges.documents.pledge_document import pdf_for_signing
from pledges.documents.pledge_html import html_of
from pledges.documents.qr import modules
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.store import adopt_with_document, sign_document
from pledges.documents.trusted_authorities import demo_authority
from pledges.exchange.importing import import_pledge
from pledges.exchange.pledge_file import read, write
from pledges.models import Commitment, FocusArea, Pledge, PledgeDocument, Section, Signatory
from pledges.municipality_list import load_municipalities
from tests.builders import a_commitment, a_municipality, a_pledge
from tests.verapdf import assert_conforms

ALVSBYN = FOLDER / f"{ALVSBYN_NAME}.toml"


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(autouse=True)
def _own_data_folder(demo_folder: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_FOLDER = demo_folder


def key_of(signatory: Signatory) -> Pkcs12Backend:
    key = demo_authority().issue(signatory.name, "Älvsbyns kommun")
    return Pkcs12Backend(key.path, key.passphrase)


@pytest.fixture(scope="session")
def signed(django_db_setup: None, django_db_blocker, demo_folder: Path) -> bytes:  # type: ignore[no-untyped-def]
    """Give Älvsbyn's pledge, imported, adopted and signed by both.

    All is done as an operator would do it.
    """
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DATA_FOLDER", demo_folder)
        with transaction.atomic():
            load_municipalities()
            pledge, _ = import_pledge(read(ALVSBYN.read_bytes()))
            with translation.override("en"):
                adopt_with_document(pledge, timezone.now())
            for signatory in pledge.signatories.all():
                sign_document(signatory, key_of(signatory), timezone.now())
            content = bytes(PledgeDocument.objects.public().get().content)
            transaction.set_rollback(True)
    return content


@pytest.fixture
def pdf(signed: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(signed)) as opened:
        yield opened


def elements(node: Any) -> Iterator[Any]:
    """Give all structure elements in reading order, the document's first."""
    if isinstance(node, pikepdf.Array):
        for part in node:
            yield from elements(part)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from elements(node.K)


def kinds(pdf: pikepdf.Pdf) -> list[str]:
    return [str(element.S) for element in elements(pdf.Root.StructTreeRoot.K)]


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_the_signed_pledge_is_pdf_ua_and_pdf_a(signed: bytes, flavour: str) -> None:
    assert_conforms(signed, flavour)


def test_pdfsig_and_pdfinfo_see_two_valid_signatures_and_tags(
    signed: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "pledge.pdf"
    file.write_bytes(signed)

    def said_by(program: str) -> str:
        done = subprocess.run([program, str(file)], capture_output=True, text=True, check=False)
        return done.stdout

    signatures = said_by("pdfsig")
    assert signatures.count("Signature Validation: Signature is Valid.") == 2
    assert signatures.count("Signature Type: ETSI.CAdES.detached") == 2
    assert "DEMO Johan Dahlqvist" in signatures
    assert "DEMO Andreas Nyberg" in signatures
    info = said_by("pdfinfo")
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Title:\s+Medborgarlöfte 2023–2025, Älvsbyns kommun", info)


def test_the_first_signature_permits_only_further_signing(pdf: pikepdf.Pdf) -> None:
    fields = pdf.Root.AcroForm.Fields
    assert [str(field.V.SubFilter) for field in fields] == ["/ETSI.CAdES.detached"] * 2
    first = fields[0].V
    assert int(first.Reference[0].TransformParams.P) == 2
    assert pdf.Root.Perms.DocMDP.objgen == first.objgen
    assert "/Reference" not in fields[1].V


def test_language_title_bookmarks_and_the_attached_pledge_file(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang).startswith("sv")
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Medborgarlöfte 2023–2025"]
        chapters = [item.title for item in outline.root[0].children]
        # What is signed comes first; three pages need no contents.
        assert chapters[:2] == ["Det här lovar vi", "Underskrifter"]
        assert "Innehåll" not in chapters
        assert chapters[-1] == "Om dokumentet"
    [name] = pdf.attachments
    assert name == "medborgarlofte-2023-2025.toml"
    attached = read(pdf.attachments[name].get_file().read_bytes())
    assert attached == read(ALVSBYN.read_bytes())
    assert write(attached) == pdf.attachments[name].get_file().read_bytes()
    assert str(pdf.attachments[name].obj.AFRelationship) == "/Data"


def test_headings_begin_with_one_h1_and_skip_no_level(pdf: pikepdf.Pdf) -> None:
    levels = [int(kind[2]) for kind in kinds(pdf) if re.fullmatch(r"/H[1-6]", kind)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert levels.count(4) == 8


def test_every_widget_is_tagged_with_its_own_tooltip_over_its_line(pdf: pikepdf.Pdf) -> None:
    forms = [e for e in elements(pdf.Root.StructTreeRoot.K) if str(e.S) == "/Form"]
    tagged = {form.K.Obj.objgen for form in forms}
    widgets = [
        annotation
        for page in pdf.pages
        for annotation in page.obj.get("/Annots", [])
        if str(annotation.Subtype) == "/Widget"
    ]
    assert {widget.objgen for widget in widgets} == tagged
    assert [str(widget.TU) for widget in widgets] == [
        "Plats för underskrift: Johan Dahlqvist, Kommunalråd, för Älvsbyns kommun. "
        "Underskriftspanelen visar om och när det är undertecknat.",
        "Plats för underskrift: Andreas Nyberg, Lokalpolisområdeschef, Piteå älvdal, för Polisen, "
        "lokalpolisområde Piteå älvdal. Underskriftspanelen visar om och när det är undertecknat.",
    ]
    assert all(str(form.Alt) for form in forms)
    first = pdf.pages[0]
    assert str(first.obj.Tabs) == "/S"
    assert {widget.P.objgen for widget in widgets} == {first.obj.objgen}
    left, right = (widget.Rect for widget in widgets)
    assert float(left[2]) < float(right[0])


def test_pictures_have_alternative_texts_and_all_fonts_are_embedded(pdf: pikepdf.Pdf) -> None:
    for element in elements(pdf.Root.StructTreeRoot.K):
        if str(element.S) == "/Figure":
            assert str(element.get("/Alt", ""))
    fonts = [
        descendant.FontDescriptor
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        for descendant in item.get("/DescendantFonts", [])
    ]
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_the_text_says_what_is_promised_and_what_is_made_up(signed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "pledge.pdf"
    file.write_bytes(signed)
    done = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    )
    text = re.sub(r"\s+", " ", done.stdout)
    assert "Polisen genomför hundsök efter narkotika i skolan två gånger om året." in text
    assert "Gäller från den 1 januari 2023 till den 31 december 2025" in text
    assert "eller tills ett nytt löfte ges" in text
    assert "Demonstrationsuppgift" in text
    assert text.count("DEMO – inte en äkta underskrift") == 2
    assert re.search(r"Sida 2 av \d", text)
    assert "At least" not in text


def first_page(content: bytes, last: int = 1) -> str:
    """Return the words of the first page, or of the first `last`."""
    done = subprocess.run(
        ["pdftotext", "-l", str(last), "-", "-"], input=content, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def test_the_first_page_is_what_is_promised_and_signed(signed: bytes) -> None:
    words = first_page(signed)
    lines = (
        "Det här lovar vi",
        "Hundsök i skolan. 2 hundsök per år. Polisen.",
        "Huskurage och hotellkurage. Genomförs under löftesperioden. Polisen.",
        "Underskrifter",
        "Johan Dahlqvist",
        "Andreas Nyberg",
        "Diarienummer KS 2022/301",
        "Beslut: Kommunstyrelsen, 12 december 2022, § 214",
    )
    assert [line for line in lines if line not in words] == []
    # The portal judges no target there.
    whole = first_page(signed, 9)
    assert "Inget mål i siffror" not in whole
    assert "Annan åtgärd" not in whole


def test_who_signed_and_when_is_heard_and_whether_anybody_did(
    signed: bytes, pdf: pikepdf.Pdf
) -> None:
    words = first_page(signed)
    heard = r"Undertecknat elektroniskt \d+ \w+ \d{4} kl\. \d\d\.\d\d av %s, %s"
    for name, title in (
        ("Johan Dahlqvist", "Kommunalråd, för Älvsbyns kommun"),
        ("Andreas Nyberg", "Lokalpolisområdeschef, Piteå älvdal, för Polisen, lokalpolisområde"),
    ):
        assert len(re.findall(heard % (name, title), words)) == 1
        # Seen once, under the line; the second time it is heard only.
        assert words.count(name) == 2
    before = signed[: int(pdf.Root.AcroForm.Fields[0].V.ByteRange[2])]
    end = before.index(b"%%EOF") + 5
    with pikepdf.open(io.BytesIO(before[:end])) as unsigned:
        field = unsigned.Root.AcroForm.Fields[0]
        assert "/V" not in field
        assert str(field.TU).startswith("Plats för underskrift: Johan Dahlqvist")
    assert "Undertecknat elektroniskt" not in first_page(before[:end])


def test_the_signed_document_is_still_pdf_1_7(pdf: pikepdf.Pdf) -> None:
    assert pdf.pdf_version == "1.7"
    assert "/Version" not in pdf.Root
    assert set(pdf.Root.Extensions) == {"/ESIC"}
    assert str(pdf.Root.Extensions.ESIC.BaseVersion) == "/1.7"


def test_extracted_words_are_whole(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as opened:
        pages = len(opened.pages)
    assert pages == 3
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=signed, capture_output=True, check=True
    )
    text = done.stdout.decode()
    assert not re.search(r"\w[-\u00ad]\n\s*\w", text)
    assert not re.search(r"\b[A-ZÅÄÖ] [A-ZÅÄÖ] [A-ZÅÄÖ]\b", text)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 24, 41])
def test_every_signature_stands_on_page_one_or_two_beside_the_promises(number: int) -> None:
    municipalities = [a_municipality(name) for name in ("Stenungsund", "Orust", "Tjörn")]
    pledge = a_pledge(municipalities, signed=False, commitments=0)
    area = pledge.focus_areas.get()
    for position in range(1, number + 1):
        a_commitment(
            pledge,
            position,
            area,
            kind=Commitment.Kind.OTHER,
            text="Ett löfte med många ord i sig. " * 5,
        )
    content = pdf_for_signing(pledge, timezone.now())
    with pikepdf.open(io.BytesIO(content)) as opened:
        early = {page.obj.objgen for page in opened.pages[:2]}
        assert {field.P.objgen for field in opened.Root.AcroForm.Fields} <= early
        assert len(opened.Root.AcroForm.Fields) == 4
    words = first_page(content, 2)
    assert_conforms(content, "ua1")
    promised = "41 åtaganden, nummer 1 till 41" if number == 41 else f"{number}. Ett löfte"
    assert promised in words


@pytest.mark.django_db
def test_a_long_document_has_contents_whose_lines_to_the_numbers_are_silent() -> None:
    pledge = a_pledge(signed=False)
    long_text = "Vi har frågat de boende och läst statistiken. " * 60
    Section.objects.filter(pledge=pledge).update(text_sv=f"{long_text}\n\n" * 5)
    content = pdf_for_signing(pledge, timezone.now())
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) > 6
    whole = first_page(content, 3)
    assert "Innehåll" in whole
    assert ". ." not in whole
    assert_conforms(content, "ua1")


@pytest.mark.django_db
def test_a_long_joint_pledge_with_odd_texts_conforms_too() -> None:
    municipalities = [a_municipality(name) for name in ("Stenungsund", "Orust", "Tjörn")]
    pledge = a_pledge(municipalities, signed=False, commitments=0)
    Section.objects.filter(pledge=pledge, position=1).update(
        text_sv="# Rubrik\n\n<script>x</script> & [en länk](https://example.se/) ~ *kursiv*\n\n"
        "> Citat\n\n1. Ett\n2. Två\n   - Under\n\n![bild](https://elsewhere.example/x.png)"
    )
    for area_number in range(2, 7):
        area = FocusArea.objects.create(
            pledge=pledge,
            position=area_number,
            name=f"Sámi Čohkka ŋđŧžš {area_number}",
            problem="Ett mycket långt problem. " * 40,
        )
        for number in range(8):
            a_commitment(
                pledge,
                area_number * 10 + number,
                area,
                text=f"Åtagande med {'l' * 70}ångt ord och text. " * 3,
                kind=Commitment.Kind.OTHER,
            )
    content = pdf_for_signing(pledge, timezone.now())
    assert_conforms(content, "ua1")
    assert_conforms(content, "3a")
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) > 8
        assert len(opened.Root.AcroForm.Fields) == 4


@pytest.mark.django_db
def test_what_no_document_can_hold_is_refused_with_a_sentence_and_leaves_a_draft() -> None:
    pledge = a_pledge(signed=False)
    FocusArea.objects.create(pledge=pledge, position=2, name="Tom")
    with pytest.raises(Refused, match="Inriktningen Tom saknar åtaganden"):
        adopt_with_document(pledge, timezone.now())
    FocusArea.objects.filter(name_sv="Tom").delete()
    FocusArea.objects.filter(pledge=pledge).update(cause_sv="a\x0bb")
    with pytest.raises(Refused, match=r"Dokumentet går inte att göra: .*cause"):
        adopt_with_document(pledge, timezone.now())
    pledge.refresh_from_db()
    assert pledge.adopted_at is None


@pytest.mark.django_db
def test_no_pledge_is_adopted_whose_document_would_bear_an_address_of_the_machine(settings) -> None:  # type: ignore[no-untyped-def]
    pledge = a_pledge(signed=False)
    settings.DEMONSTRATION = False
    sentence = "Portalens öppna adress är inte inställd"
    with pytest.raises(Refused, match=sentence):
        adopt_with_document(pledge, timezone.now())
    assert any(sentence in missing for missing in lacking_for_adoption(pledge))
    settings.SITE_URL = "https://medborgarlofte.example.se"
    document = adopt_with_document(pledge, timezone.now())
    assert "https://medborgarlofte.example.se/d/" in first_page(bytes(document.content))


@pytest.mark.django_db
def test_markup_in_a_pledge_is_shown_as_text() -> None:
    pledge = a_pledge(signed=False, title="<b>Fet</b> & titel")
    html = html_of(pledge, timezone.now())
    assert "<b>" not in html
    assert "&lt;b&gt;Fet&lt;/b&gt; &amp; titel" in html


@pytest.mark.django_db
def test_signing_out_of_turn_or_twice_changes_nothing() -> None:
    pledge = a_pledge(signed=False)
    first, second = pledge.signatories.all()
    with pytest.raises(Refused, match="inte antaget"):
        sign_document(first, key_of(first), timezone.now())
    adopt_with_document(pledge, timezone.now())
    with pytest.raises(Refused, match=f"{first.name} som ska underteckna nu"):
        sign_document(second, key_of(second), timezone.now())
    sign_document(first, key_of(first), timezone.now())
    with pytest.raises(Refused, match="har redan undertecknat"):
        sign_document(Signatory.objects.get(pk=first.pk), key_of(first), timezone.now())
    assert PledgeDocument.objects.filter(pledge=pledge).count() == 2
    assert not Pledge.objects.public().exists()


@pytest.mark.django_db
def test_a_key_that_does_not_open_is_said_so_and_changes_nothing() -> None:
    pledge = a_pledge(signed=False)
    adopt_with_document(pledge, timezone.now())
    first = pledge.signatories.first()
    key = demo_authority().issue(first.name, "x")
    with pytest.raises(Refused, match="Lösenordet öppnar inte"):
        sign_document(first, Pkcs12Backend(key.path, b"wrong"), timezone.now())
    with pytest.raises(Refused, match="ingen läsbar PKCS#12-fil"):
        sign_document(first, Pkcs12Backend(b"not a key", b""), timezone.now())
    assert PledgeDocument.objects.filter(pledge=pledge).count() == 1


@pytest.mark.django_db
def test_an_unreachable_timestamp_authority_hinders_nobody_from_signing(settings) -> None:  # type: ignore[no-untyped-def]
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    pledge = a_pledge(signed=False)
    adopt_with_document(pledge, timezone.now())
    first = pledge.signatories.first()
    sign_document(first, key_of(first), timezone.now())
    assert Signatory.objects.get(pk=first.pk).signature.is_electronic


def test_the_code_on_the_first_page_is_that_of_the_printed_address(
    signed: bytes, pdf: pikepdf.Pdf, tmp_path: Path
) -> None:
    (tmp_path / "pledge.pdf").write_bytes(signed)
    subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-singlefile", "pledge.pdf", "first"],
        cwd=tmp_path,
        check=True,
    )
    text = subprocess.run(
        ["pdftotext", "-l", "1", "pledge.pdf", "-"], cwd=tmp_path, capture_output=True, text=True
    ).stdout
    address = re.search(r"http://127\.0\.0\.1:8000/d/[a-z2-7]{16}/", text)
    assert address
    assert drawn_code(tmp_path / "first.png") == modules(address[0])
    figures = [e for e in elements(pdf.Root.StructTreeRoot.K) if e.S == "/Figure"]
    assert [str(figure.Alt) for figure in figures] == [f"QR-kod som leder till {address[0]}"]


def drawn_code(page: Path) -> tuple[tuple[bool, ...], ...]:
    """Return the squares of the code on a page drawn at 200 dots an inch.

    The code is the lowest dark thing between the left margin and the words beside it, the page's
    foot left out.
    """
    image = Image.open(page).convert("L")
    mm = 200 / 25.4
    area = image.crop((int(22 * mm), 0, int(52 * mm), int(270 * mm))).point(lambda v: v < 128 and 1)
    dark_rows = [area.crop((0, y, area.width, y + 1)).getbbox() for y in range(area.height)]
    bottom = max(y for y, box in enumerate(dark_rows) if box)
    top = bottom
    while dark_rows[top - 1]:
        top -= 1
    code = area.crop((0, top, area.width, bottom + 1))
    left, _top, right, _bottom = code.getbbox()
    # The finder pattern in the corner is seven squares wide; codes grow by four squares at a time.
    corner = [code.getpixel((x, 2)) for x in range(left, right)]
    about = (right - left) / (corner.index(0) / 7)
    number = 17 + 4 * round((about - 17) / 4)
    size = (right - left) / number
    return tuple(
        tuple(
            bool(code.getpixel((int(left + (x + 0.5) * size), int((y + 0.5) * size))))
            for x in range(number)
        )
        for y in range(number)
    )


@pytest.mark.django_db
def test_the_marks_of_both_stand_first_and_are_told() -> None:
    pledge = a_pledge(signed=False, commitments=4)
    assert load_marks([pledge]) == 2
    content = pdf_for_signing(pledge, timezone.now())
    assert_conforms(content, "ua1")
    assert_conforms(content, "3a")
    with pikepdf.open(io.BytesIO(content)) as opened:
        tags = list(elements(opened.Root.StructTreeRoot.K))
        figures = [str(tag.Alt) for tag in tags if tag.S == "/Figure"]
        assert figures[:2] == [f"{capfirst(str(p))}, påhittat märke" for p in pledge.givers]
        assert opened.Root.AcroForm.Fields[0].P.objgen == opened.pages[0].obj.objgen
