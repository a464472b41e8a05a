"""A broken workbook and a fault in the code are told apart."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from django.conf import settings

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
    def fail(_value: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("pledges.exchange.tables._text", fail)
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
