"""What the fonts of documents have, and what can't be written there."""

from __future__ import annotations

import io
import unicodedata

import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from pledge_portal.pages.refusals import Refused
from pledges.documents.pledge_document import pdf_for_signing
from pledges.documents.printable import (
    check_printable,
    printable_html,
    unprintable_in_html,
    unprintable_signs,
)
from pledges.documents.store import adopt_with_document
from pledges.models import Section, Signatory
from tests.builders import a_pledge
from tests.verapdf import assert_conforms

FONTS = settings.BASE_DIR / "static" / "fonts"


@pytest.mark.parametrize("weight", [400, 600])
def test_all_that_is_called_printable_is_in_the_fonts(weight: int) -> None:
    have: set[int] = set()
    for file in FONTS.glob(f"*-{weight}-normal.woff2"):
        have |= set(TTFont(file).getBestCmap())
    unseen = {0x7F, 0xAD, 0x200B}
    codes = [code for code in range(0x20, 0x30000) if code not in unseen]
    # Apart, so that none comes together with the one before.
    signs = "a".join(map(chr, codes))
    refused = {ord(sign) for sign in unprintable_signs(signs)}
    assert {code for code in have if 0x20 <= code < 0x30000} & refused == set()
    printable = sorted({*range(0x20, 0x30000)} - refused - unseen)
    # Those that come apart or together in Unicode's composed form are judged as that.
    assert [code for code in printable if code not in have and _is_itself(code)] == []


def _is_itself(code: int) -> bool:
    return unicodedata.normalize("NFC", chr(code)) == chr(code) and not unicodedata.combining(
        chr(code)
    )


@pytest.mark.parametrize(
    "text",
    [
        "0,2 ‰",
        "≥ 2 gånger",
        "½ år",
        "→ skolan",
        "E4–Piteå",
        "e\u0301",
        "mjukt\u00adstreck",
        "10 m²",
    ],
)
def test_what_people_write_in_pledges_can_be_printed(text: str) -> None:
    assert unprintable_signs(text) == []


@pytest.mark.parametrize("sign", ["😀", "\uf0b7", "中", "❄", "\U0001fae8"])
def test_signs_that_no_font_has_are_named(sign: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_printable(f"Vi lovar {sign} mer")
    assert f"(U+{ord(sign):04X})" in refused.value.messages[0]


def test_only_the_text_of_a_page_is_looked_at() -> None:
    html = '<style>p::before { content: "😀" }</style><!-- 😀 --><p title="😀">a &#128513;</p>'
    assert unprintable_in_html(html) == ["\U0001f601"]


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<p>Bra 😀 &amp; gott</p>", "<p>Bra [grinning face] &amp; gott</p>"),
        ("<p>Bra &#128512;</p>", "<p>Bra [grinning face]</p>"),
        ("<b>❄\ufe0f</b>", "<b>[snowflake]</b>"),
        ("<b>👩\u200d🔧</b>", "<b>[woman][wrench]</b>"),
        ("<b>\uf0b7 punkt</b>", "<b>[tecknet U+F0B7] punkt</b>"),
        ("<b>Norra\x0bskolan</b>", "<b>Norra skolan</b>"),
        (
            '<svg><text textLength="9" lengthAdjust="spacing">😀</text></svg>',
            "<svg><text>[grinning face]</text></svg>",
        ),
        ('<p title="😀">e\u0301 ‰</p><svg><text textLength="9">a</text></svg>', None),
    ],
)
def test_what_no_font_has_is_written_by_its_name(html: str, written: str | None) -> None:
    printable, signs = printable_html(html)
    assert printable == (html if written is None else written)
    assert unprintable_in_html(printable) == []
    assert signs == unprintable_in_html(html)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["section", "signatory"])
def test_a_pledge_with_a_sign_that_can_not_be_written_is_not_adopted(place: str) -> None:
    pledge = a_pledge(signed=False)
    if place == "section":
        Section.objects.create(pledge=pledge, position=9, heading_sv="Läget", text_sv="Bra 😀")
    else:
        Signatory.objects.filter(pledge=pledge).update(name="Anna 😀 Ödlund")
    with pytest.raises(Refused, match=r"inte att skriva i dokumentet: ”😀” \(U\+1F600\)"):
        adopt_with_document(pledge, timezone.now())
    pledge.refresh_from_db()
    assert pledge.adopted_at is None


@pytest.mark.django_db
def test_signs_of_the_third_font_are_written_and_the_document_conforms() -> None:
    pledge = a_pledge(signed=False)
    Section.objects.create(
        pledge=pledge, position=9, heading_sv="0,2 ‰ och ½", text_sv="**≥ 2** → ‰ √ Čohkka"
    )
    document = pdf_for_signing(pledge, timezone.now())
    assert_conforms(document, "ua1")
    assert_conforms(document, "3a")
    with pikepdf.open(io.BytesIO(document)) as pdf:
        fonts = {str(font.get("/BaseFont", "")) for font in pdf.objects if _is_font(font)}
    assert all("Source" in name for name in fonts if name), fonts


def _is_font(value: pikepdf.Object) -> bool:
    return isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/Font"
