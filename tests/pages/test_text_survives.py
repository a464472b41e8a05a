"""Any text that a form takes stays as written, wherever it is shown.

It is shown on a page, in a feed, in a calendar, in CSV, in a workbook, in a pledge file and in a
PDF, and what can be given back is read back as the same text.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import unicodedata
from typing import Any

import icalendar
import lxml.etree
import lxml.html
import pytest
from django import forms
from django.db import transaction
from django.http import QueryDict
from django.template.defaultfilters import linebreaksbr
from hypothesis import HealthCheck, assume, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dialogues.calendar.ical import calendar_of
from dialogues.models import Dialogue
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.documents.html_pdf import plain_pdf
from pledges.documents.printable import unprintable_signs
from pledges.exchange import pledge_file
from pledges.exchange.tables import read_table
from pledges.models import Municipality, Pledge
from tests.builders import SIGNED_AT, a_dialogue, a_pledge, an_action
from tests.pages.conftest import Reader

# TEXTS=5000 tries as many texts as an evening has room for.
TEXTS = int(os.environ.get("TEXTS", "60"))
_KINDS = [
    *("=1+1", "-5 grader", "'=1+1", "''-", "@alla", "+46", "_x0041_", "_x000D_", "x;y", '"', '""'),
    *("C:\\nytt", "a\\,b", "\\\\n", "a,b;c:d", "rad\nrad", "rad\n\n\nrad", "tabb\tad", "<b>&amp;"),
    *("]]>", "<!--", "{{ 7 }}", "%s", "{0}", "&#65;", "e\u0301", "\u0085", "\u2028", "\u00ad"),
    *("\u00a0", "\U0001f600", "👨\u200d👩", "\ufeffx", "\u200bx", "0012", "1e5", "TRUE", "ﬁ", "İ"),
]
_TEXT = st.lists(
    st.sampled_from(_KINDS) | st.text(st.characters(codec="utf-8"), max_size=20),
    min_size=1,
    max_size=4,
).map("".join)
_SETTINGS: dict[str, Any] = {
    "deadline": None,
    "derandomize": "TEXTS" not in os.environ,
    "suppress_health_check": list(HealthCheck),
}


class AForm(WorkspaceForm):
    """A form of the workspace with the two sorts of fields for text."""

    line = forms.CharField(required=False)
    text = forms.CharField(required=False, widget=forms.Textarea)


def taken(text: str) -> tuple[str, str]:
    """Return the text as a form takes it, on a line and on several."""
    data = QueryDict(mutable=True)
    data.update({"line": text, "text": text})
    form = AForm(data)
    assume(form.is_valid() and form.cleaned_data["line"])
    return form.cleaned_data["line"], form.cleaned_data["text"]


def seen(text: str) -> str:
    """Return a text as a page shows it: runs of white space are one space."""
    return " ".join(text.split())


@hypothesis_settings(max_examples=TEXTS, **_SETTINGS)
@given(text=_TEXT)
@example(text="ett\ttvå\ntre")
@example(text="'=1+1\n_x0041_")
def test_any_text_survives_tables_calendars_and_pledge_files(text: str) -> None:
    line, text = taken(text)
    texts = [text, line]
    content = csv_file("a.csv", ["a", "b"], [texts]).content
    stream = io.StringIO(content.decode("utf-8-sig"), newline="")
    (_headings, cells) = csv.reader(stream, delimiter=";")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert read_table(content).rows[0].cells == texts
    content = xlsx_file("a.xlsx", {"a": [["a", "b"], texts]}).content
    assert read_table(content).rows[0].cells == texts
    [event] = icalendar.Calendar.from_ical(_calendar(line, text)).walk("VEVENT")
    # A byte order mark before a text shows nothing, and icalendar leaves it out.
    line_in_calendar = line.lstrip("\ufeff")
    assert str(event["summary"]) == str(event["location"]) == line_in_calendar
    assert str(event["description"]).rpartition("\n")[0] == text.lstrip("\ufeff")
    section = pledge_file.SectionPart(heading=line, text=text)
    assert (section.heading, section.text) == (line, text)
    toml = pledge_file.tomli_w.dumps({"text": text, "line": line})
    assert pledge_file.tomllib.loads(toml) == {"text": text, "line": line}


def _calendar(line: str, text: str) -> bytes:
    dialogue = Dialogue(
        municipality=Municipality(code="2560", name="Älvsbyn", slug="alvsbyn"),
        number=1,
        title_sv=line,
        question_sv=text,
        place=line,
        begins_at=SIGNED_AT,
        announced_at=SIGNED_AT,
    )
    return calendar_of([dialogue], line)


@pytest.mark.django_db
@hypothesis_settings(max_examples=max(3, TEXTS // 20), **_SETTINGS)
@given(text=_TEXT)
@example(text="<b>&amp;\u0085]]> {{ 7 }}")
def test_any_text_survives_pages_and_feeds(text: str) -> None:
    line, text = taken(text)
    pledge = Pledge.objects.first() or a_pledge(commitments=1, commitment={"kind": "other"})
    with transaction.atomic():
        an_action(pledge.commitments.get(), public_note=text)
        a_dialogue(title=line, question=text, begins_at=SIGNED_AT, place=line)
        reader = Reader()
        address = "/alvsbyn/2023-2025/insatser"
        for page in (f"{address}/", "/alvsbyn/dialoger/1/"):
            tree = lxml.html.document_fromstring(reader.get(page).content.decode())
            assert seen(text) in seen(tree.text_content()), page
        feed = lxml.etree.fromstring(reader.get(f"{address}.atom").content)
        [summary] = feed.findall(".//{*}entry/{*}summary")
        assert seen(text) in seen(summary.text or "")
        rows = read_table(reader.get(f"{address}.csv").content).rows
        assert any(text in row.cells for row in rows)
        transaction.set_rollback(True)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext of poppler-utils")
@hypothesis_settings(max_examples=max(1, TEXTS // 200), **_SETTINGS)
@given(text=_TEXT)
@example(text="=1+1 <b>&amp; {{ 7 }} _x0041_ C:\\nytt ”å” ‰ fi")
def test_any_text_that_is_printed_can_be_read_in_the_document(text: str) -> None:
    _line, text = taken(text)
    assume(not unprintable_signs(text))
    body = f"<body><p>{linebreaksbr(text)}</p></body>"
    page = f'<html lang="sv"><head><title>x</title></head>{body}</html>'
    words = subprocess.run(
        ["pdftotext", "-", "-"], input=plain_pdf(page), capture_output=True, check=True
    ).stdout.decode()
    assert printed(text) in printed(words)


def printed(text: str) -> str:
    """Return a text's signs as they are drawn, without those of broken lines."""
    drawn = unicodedata.normalize("NFKC", text)
    gone = "\u00ad\u200b\ufeff-"
    return "".join(sign for sign in drawn if not sign.isspace() and sign not in gone)
