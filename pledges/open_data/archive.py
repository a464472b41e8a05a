"""Write all open data of a municipality as one ZIP file.

A CSV file, a file of JSON lines and a sheet of the workbook for each resource that has any records.
Rows go by as they are read: what is held in memory doesn't grow with them. The same data give the
same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import IO, Any

from pledge_portal.pages.csv_files import safe_cell
from pledge_portal.pages.xlsx_files import write_workbook
from pledges.models import Municipality
from pledges.open_data.openapi import API_TITLE, in_both
from pledges.open_data.paging import Question, all_items
from pledges.open_data.resource import Resource, resources

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_ROWS_AT_A_TIME = 500


class _Table:
    """The files of a resource, written a row at a time."""

    def __init__(self, resource: Resource, csv_file: IO[bytes], lines: IO[bytes]) -> None:
        self.resource = resource
        self.csv = csv_file
        self.lines = lines

    def rows(self, municipality: Municipality | None, on: date) -> Iterator[list[Any]]:
        """Yield the rows of the sheet, while both files are written."""
        columns = self.resource.columns
        headings = [column.name for column in columns]
        text = io.TextIOWrapper(self.csv, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(headings)
        yield headings
        question = Question(municipality, limit=_ROWS_AT_A_TIME)
        for item in all_items(self.resource, question, on, is_shared=municipality is None):
            writer.writerow([safe_cell(column.csv_cell(item)) for column in columns])
            line = json.dumps(self.resource.record(item), ensure_ascii=False)
            self.lines.write(f"{line}\n".encode())
            yield [column.cell(item) for column in columns]
        text.detach()


def write_archive(stream: IO[bytes], municipality: Municipality | None, on: date) -> None:
    """Write what is public of a municipality on a day.

    None is for what all share.
    """
    shown = [
        resource
        for resource in resources()
        if municipality is not None or resource.shared is not None
    ]
    with (
        ExitStack() as files,
        tempfile.TemporaryFile() as workbook,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        tables = [
            _Table(
                resource,
                files.enter_context(tempfile.TemporaryFile()),
                files.enter_context(tempfile.TemporaryFile()),
            )
            for resource in shown
        ]
        write_workbook(
            workbook, {table.resource.name: table.rows(municipality, on) for table in tables}
        )
        for table in tables:
            _add(archive, f"{table.resource.name}.csv", table.csv)
            _add(archive, f"{table.resource.name}.jsonl", table.lines)
        _add(archive, "alla.xlsx", workbook)
        _add(archive, "LICENSER.txt", io.BytesIO(_terms(shown).encode()))


def _add(archive: zipfile.ZipFile, name: str, file: IO[bytes]) -> None:
    info = zipfile.ZipInfo(name, _NO_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    file.seek(0)
    with archive.open(info, "w", force_zip64=True) as member:
        shutil.copyfileobj(file, member)


def _terms(shown: list[Resource]) -> str:
    lines = [f"{resource.name}: {in_both(resource.terms.text)}" for resource in shown]
    return "\n".join([in_both(API_TITLE), "", *lines, ""])
