"""Put a pledge into the words and the HTML of its document."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, translation

from pledges.documents.front_page import density, front_lines, target_sentence
from pledges.documents.permanent import short_address
from pledges.documents.qr import qr_svg
from pledges.models import Pledge, Section, Signatory
from pledges.presentation.commitment import (
    commitment_names,
    municipality_names,
    responsible_text,
)
from pledges.presentation.marks import Mark, marks_of
from pledges.presentation.validity import decision_in_words

# Up to so many pages need no contents; HTML of so many signs has more for certain.
PAGES_WITHOUT_CONTENTS = 6
_LONG_HTML = 60_000

# Whatever a reader sees beside something made up; pages and document say it alike.
DEMONSTRATION_MARK = "Demonstrationsuppgift"


def attachment_name(pledge: Pledge) -> str:
    """Return the file name of the attached pledge file."""
    return f"medborgarlofte-{pledge.period}.toml"


def html_of(
    pledge: Pledge, at: datetime, *, is_draft: bool = False, has_contents: bool = False
) -> str:
    """Return the document as HTML, in Swedish; WeasyPrint makes the PDF of it.

    A draft is marked as such on every page, and says nothing of how it could be checked.
    `has_contents`: a long one tells on which page each part is.
    """
    with translation.override("sv"):
        sections = list(pledge.sections.all())
        focus_areas = list(pledge.focus_areas.prefetch_related("commitments"))
        signatories = list(pledge.signatories.select_related("municipality", "part", "police_area"))
        for signatory in signatories:
            signatory.party_name = party_name(signatory)  # type: ignore[attr-defined]
        annexes = list(pledge.annexes.defer("content"))
        municipalities = municipality_names(pledge)
        commitments = [row for area in focus_areas for row in area.commitments.all()]
        names = commitment_names(commitments)
        for commitment in commitments:
            commitment.responsible_text = responsible_text(commitment, municipalities)  # type: ignore[attr-defined]
            commitment.target_words = target_sentence(commitment)  # type: ignore[attr-defined]
            commitment.heading = _heading(names[commitment.number].text, commitment.text)  # type: ignore[attr-defined]
        lines = front_lines(focus_areas)
        marks = marks_of(pledge)
        early = {Section.Kind.INTRODUCTION, Section.Kind.GROUNDWORK}
        before = [section for section in sections if section.kind in early]
        after = [section for section in sections if section.kind not in early]
        address = short_address(pledge)
        return render_to_string(
            "pdf/pledge.html",
            {
                "pledge": pledge,
                "is_draft": is_draft,
                "parties": municipalities_in_words(pledge),
                "police": in_a_row(str(area) for area in pledge.police_areas),
                "third_parties": in_a_row(pledge.signing_third_parties),
                "holds_in": in_a_row(
                    pledge.place_name(party.municipality)
                    for party in pledge.parties.all()
                    if not party.gives
                ),
                "decision": decision_in_words(pledge),
                "validity": validity_in_words(
                    pledge.valid_from, pledge.valid_to, until_replaced=pledge.until_replaced
                ),
                "kicker": _kicker(pledge, is_draft=is_draft),
                "lines": lines,
                "density": density(
                    lines,
                    len(signatories),
                    parties=len({signatory.party_name for signatory in signatories}),  # type: ignore[attr-defined]
                    has_notice=pledge.is_demonstration,
                    has_marks=bool(marks),
                ),
                "marks": [(mark.alt, data_address(mark)) for mark in marks],
                "places": in_a_row(
                    dict.fromkeys(party.municipality.name for party in pledge.parties.all())
                ),
                "chapters": _chapters(
                    before, focus_areas, after, is_draft=is_draft, has_annexes=bool(annexes)
                )
                if has_contents
                else [],
                "annexes": annexes,
                "has_parts": pledge.pledge_parts.exists(),
                "before": before,
                "after": after,
                "focus_areas": focus_areas,
                "signatories": signatories,
                "rendered_at": at,
                "site_url": settings.SITE_URL,
                "attachment_name": attachment_name(pledge),
                "permanent_address": address,
                "qr_code": qr_svg(address, f"QR-kod som leder till {address}"),
                "demonstration_mark": DEMONSTRATION_MARK,
            },
        )


def data_address(mark: Mark) -> str:
    """Return a mark as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(mark.png_bytes).decode()}"


def is_long(html: str) -> bool:
    """Return whether it has more pages for certain than need no contents."""
    return len(re.sub(r'src="data:[^"]*"', "", html)) > _LONG_HTML


def party_name(signatory: Signatory) -> str:
    """Return whom the person signs for, by name."""
    return signatory.municipality_name or signatory.third_party or f"Polisen, {signatory.side}"


def municipalities_in_words(pledge: Pledge) -> str:
    """Return the municipalities by name.

    For example "Orust kommun, Tjörns kommun och Stenungsunds kommun".
    """
    return in_a_row(municipality_names(pledge).values())


def in_a_row(words: Iterable[str]) -> str:
    """Return words in a row: "a, b och c"."""
    names = list(words)
    return " och ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def validity_in_words(valid_from: date, valid_to: date, *, until_replaced: bool) -> str:
    """Return when the pledge is valid, as its own wording has it."""
    first = formats.date_format(valid_from, "j F Y")
    last = formats.date_format(valid_to, "j F Y")
    if until_replaced:
        return f"Gäller från den {first} till den {last}, eller tills ett nytt löfte ges."
    return f"Gäller från den {first} till och med den {last}."


def _kicker(pledge: Pledge, *, is_draft: bool) -> str:
    """Return what kind of document it is, unless the title begins with it."""
    if is_draft:
        return "Utkast till medborgarlöfte"
    kind = "Medborgarlöfte"
    return "" if pledge.title.startswith(kind) else kind


def _heading(name: str, text: str) -> str:
    """Return what a commitment is called, unless its text says the same."""
    return "" if text.startswith(name.removesuffix("…").rstrip()) else name


def _chapters(
    before: list, focus_areas: list, after: list, *, is_draft: bool, has_annexes: bool
) -> list[dict[str, object]]:
    def of_section(section: Section) -> dict[str, object]:
        return {"anchor": f"avsnitt-{section.position}", "title": section.heading}

    areas: list[dict[str, object]] = [
        {"anchor": f"inriktning-{area.position}", "title": area.name} for area in focus_areas
    ]
    annexes: dict[str, object] = {"anchor": "bilagor", "title": "Bilagor"}
    about: dict[str, object] = {"anchor": "om-dokumentet", "title": "Om dokumentet"}
    return [
        *map(of_section, before),
        {"anchor": "ataganden", "title": "Åtagandena", "parts": areas},
        *map(of_section, after),
        *([annexes] if has_annexes else []),
        {"anchor": "giltighet", "title": "Giltighet"},
        *([] if is_draft else [about]),
    ]
