"""Tables are read as they are seen, and never guessed at.

A broken workbook and a fault in the code are told apart.
"""

from __future__ import annotations

import io
import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.conf import settings

from pledges.exchange.rows import without_spaces
from pledges.exchange.tables import TableError, read_table
from tests.logged import as_logged

NAME = "Anna Andersson"


def a_workbook() -> bytes:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append(["Rubrik"])
    workbook.active.append([NAME])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def without(content: bytes, part: str) -> bytes:
    """Return a workbook with one of its parts taken out."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w") as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return stream.getvalue()


def test_an_unforeseen_error_is_logged_and_not_called_the_files_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise AttributeError(NAME)

    monkeypatch.setattr(openpyxl, "load_workbook", fail)
    with pytest.raises(TableError, match="oväntat fel, som har antecknats") as refused:
        read_table(a_workbook())
    assert "går inte att läsa" not in str(refused.value)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "AttributeError" in as_logged(caplog)
    assert "test_tables.py" in as_logged(caplog), "the place of the error"
    assert NAME not in as_logged(caplog), "the message of an error may quote a cell"


def test_an_unforeseen_error_among_the_rows_is_logged_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_value: object, _format: str) -> str:
        raise RuntimeError

    monkeypatch.setattr("pledges.exchange.workbooks.shown_text", fail)
    with pytest.raises(TableError, match="oväntat fel"):
        read_table(a_workbook())
    assert "RuntimeError" in as_logged(caplog)


def test_what_a_fault_in_the_code_raises_as_well_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise TypeError("load_workbook() got an unexpected keyword argument 'read_only'")

    monkeypatch.setattr(openpyxl, "load_workbook", fail)
    with pytest.raises(TableError, match="går inte att läsa"):
        read_table(a_workbook())
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "TypeError" in as_logged(caplog)


@pytest.mark.parametrize(
    ("content", "is_logged"),
    [
        (a_workbook()[:900], False),
        (a_workbook().replace(b"xl/", b"xk/"), True),
        (without(a_workbook(), "xl/worksheets/sheet1.xml"), False),
        (without(a_workbook(), "xl/workbook.xml"), True),
    ],
    ids=["cut off", "parts renamed", "no sheet", "no workbook"],
)
def test_a_broken_workbook_is_the_files_fault(
    content: bytes, is_logged: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TableError, match="går inte att läsa"):
        read_table(content)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert bool(caplog.records) == is_logged


def test_no_workbook_is_read_or_written_so_openpyxl_is_not_loaded() -> None:
    code = (
        "import os, sys, django\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tests.settings')\n"
        "django.setup()\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "assert not {'openpyxl', 'numpy', 'scipy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, check=True)


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def sheet_of(workbook: openpyxl.Workbook, *rows: list[object]) -> Any:
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return sheet


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.12, "0%", "12 %"),
        (1, "0%", "100 %"),
        (0, "0%", "0 %"),
        (0.125, "0.0%", "12.5 %"),
        (0.125, "0%", "13 %"),
        (0.3, '0" %"', "0.3"),
        (7, "General", "7"),
        (7.0, "0", "7"),
        (7, "0000", "0007"),
        (2.5, "0.00", "2.5"),
        (True, "General", "ja"),
        (datetime(2026, 5, 4), "d mmm", "2026-05-04"),
        ("12 %", "@", "12 %"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value: object, number_format: str, shown: str) -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Rubrik"], [value])["A2"].number_format = number_format
    assert read_table(saved(workbook)).rows[0].cells == [shown]


@pytest.mark.parametrize("number_format", ["#,##0,", ";;;", '0,,"M"'])
def test_a_number_that_is_shown_as_another_is_refused(number_format: str) -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Rubrik"], [12_000])["A2"].number_format = number_format
    with pytest.raises(TableError, match="Cell A2 visas inte som det tal den har"):
        read_table(saved(workbook))


def test_a_formula_without_its_result_is_named() -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Datum", "Antal"], ["2026-05-04", "=2+3"])
    with pytest.raises(TableError, match="Cell B2 är en formel vars resultat inte finns"):
        read_table(saved(workbook))


def test_a_formula_with_its_result_is_read() -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Datum", "Antal"], ["2026-05-04", "=2+3"])
    content = saved(workbook)
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            # As a spreadsheet writes what it has counted.
            new.writestr(name, re.sub(rb"<v\s*/>|<v></v>", b"<v>5</v>", part))
    assert read_table(stream.getvalue()).rows[0].cells == ["2026-05-04", "5"]


def test_a_cell_with_an_error_is_named() -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Text"], ["#REF!"])["A2"].data_type = "e"
    with pytest.raises(TableError, match="Cell A2 visar ett fel: #REF!"):
        read_table(saved(workbook))


def test_the_sheet_that_is_seen_is_read_and_the_others_are_named() -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Text"], ["dold"]).sheet_state = "hidden"
    for name in ("Svar", "Hjälp"):
        workbook.create_sheet(name).append(["Text"])
        workbook[name].append([f"på bladet {name}"])
    workbook.active = 1
    table = read_table(saved(workbook))
    assert table.rows[0].cells == ["på bladet Svar"]
    assert table.remarks == ("Bladet ”Svar” läses, inte filens andra blad.",)
    workbook.active = 2
    assert read_table(saved(workbook)).rows[0].cells == ["på bladet Hjälp"]
    # Some programs say that a hidden sheet is the one to open on.
    workbook.active = 0
    assert read_table(saved(workbook)).rows[0].cells == ["på bladet Svar"]


def test_hidden_sheets_alone_need_no_remark() -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Text"], ["synlig"])
    workbook.create_sheet("Dold").sheet_state = "hidden"
    assert read_table(saved(workbook)).remarks == ()


@pytest.mark.parametrize(
    ("hide", "sentence"),
    [
        (lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True), "Rad 3 är dold"),
        (lambda sheet: setattr(sheet.column_dimensions["B"], "hidden", True), "Kolumn B är dold"),
        (lambda sheet: sheet.merge_cells("A2:A3"), "Cellerna A2:A3 är sammanfogade"),
    ],
    ids=["row", "column", "merged"],
)
def test_what_is_not_seen_is_never_taken_in(hide: Callable[[Any], object], sentence: str) -> None:
    workbook = openpyxl.Workbook()
    hide(sheet_of(workbook, ["Text", "Antal"], ["ett", 1], ["två", 2]))
    with pytest.raises(TableError, match=sentence):
        read_table(saved(workbook))


@pytest.mark.parametrize(
    ("seen", "unseen", "sentence"),
    [
        (b'<row r="3"', b'<row r="3" ht="0" customHeight="1"', "Rad 3 är dold"),
        (b"<sheetData>", b'<cols><col min="2" max="2" width="0"/></cols><sheetData>', "Kolumn B"),
    ],
)
def test_what_has_no_height_or_width_is_not_seen_either(
    seen: bytes, unseen: bytes, sentence: str
) -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook, ["Text", "Antal"], ["ett", 1], ["två", 2])
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(workbook))) as before,
        zipfile.ZipFile(changed, "w") as after,
    ):
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(seen, unseen))
    with pytest.raises(TableError, match=sentence):
        read_table(changed.getvalue())


def test_hidden_rows_and_columns_without_anything_do_no_harm() -> None:
    workbook = openpyxl.Workbook()
    sheet = sheet_of(workbook, ["Text"], ["ett"])
    sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions["F"].hidden = True
    assert len(read_table(saved(workbook)).rows) == 1


def test_a_heading_that_is_there_twice_is_refused() -> None:
    with pytest.raises(TableError, match="Rubriken Text finns två gånger"):
        read_table("Text;Viktigast;text\nförsta;Narkotika;andra".encode())


@pytest.mark.parametrize("again", ["te\u200bxt", "Text\u00ad", "\uff34ext", "Te\u0301xt"])
def test_a_heading_that_looks_the_same_is_the_same(again: str) -> None:
    with pytest.raises(TableError, match="Rubriken Text finns två gånger"):
        read_table(f"Text;Viktigast;{again}\nförsta;Narkotika;andra".encode())


def test_the_mark_of_utf_8_may_be_there_twice() -> None:
    table = read_table("\ufeff\ufeffText;Viktigast\nBättre belysning;Narkotika".encode())
    assert table.headings == ["Text", "Viktigast"]


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["Text;Tema", '"Farligt;Narkotika', "Mer poliser;Narkotika"], 2),
        (["Text;Tema", "ett;två", 'tre;"fyra', "fem;sex"], 3),
        (["Text;Tema", '"Bra" sa hon;Narkotika'], 2),
    ],
)
def test_a_quotation_mark_takes_no_rows_along(lines: list[str], row: int) -> None:
    with pytest.raises(TableError, match=f"Rad {row} har ett citattecken"):
        read_table("\n".join(lines).encode())


def test_quoted_cells_may_have_several_lines() -> None:
    table = read_table(b'Text;Tema\n"en rad\noch en ""till""";Narkotika')
    assert table.rows[0].cells == ['en rad\noch en "till"', "Narkotika"]


SWEDISH = "Text;Viktigast\nBättre belysning på Ågatan, Österled och Ängen;Idé\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_swedish_letters_are_right_in_what_programs_write(encoding: str) -> None:
    (row,) = read_table(SWEDISH.encode(encoding)).rows
    assert row.cells == ["Bättre belysning på Ågatan, Österled och Ängen", "Idé"]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("letters", ["å", "ä", "ö", "Å", "Ä", "Ö"])
def test_letters_that_can_not_be_told_are_never_guessed(encoding: str, letters: str) -> None:
    text = f"Text\n{letters}ngen och v{letters}gen vid {letters}ren\n"
    with pytest.raises(TableError, match="Spara den som CSV UTF-8"):
        read_table(text.encode(encoding))


def test_what_windows_writes_around_words_is_read() -> None:
    text = "Text\n”Säkrare” – sa hon … på 60-talet, 5 € och ”Ånge”\n"
    assert read_table(text.encode("cp1252")).rows[0].cells[0].startswith("”Säkrare” – sa")


def test_one_wrong_byte_is_named_by_its_row() -> None:
    content = SWEDISH.encode() + "Café på torget;".encode("cp1252")
    with pytest.raises(TableError, match="Rad 3 har ett tecken som inte går att läsa"):
        read_table(content)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1 200", "1200"),
        ("1\xa0200\u202f300", "1200300"),
        ("1 2", "1 2"),
        ("12 34", "12 34"),
        ("1 2000", "1 2000"),
        (" 12 % ", "12%"),
        ("7", "7"),
    ],
)
def test_two_numbers_in_a_cell_are_not_one(typed: str, number: str) -> None:
    assert without_spaces(typed) == number
