"""CSV files that Swedish spreadsheets open as they are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse

# A cell that begins with one of these signs is read as a formula by spreadsheets (OWASP, CSV
# injection). It gets a quote before it, as does one that has one already: else that would be taken
# for the portal's when the file is read.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class FileNumber:
    """A number as it is to stand in a file.

    It is no string, so that a minus is not taken for the start of a formula.
    """

    text: str

    def __str__(self) -> str:
        return self.text


def csv_file(name: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """Return a download named `name`, with semicolons between cells.

    UTF-8 with a byte order mark.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(list(headings))
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
    response = HttpResponse(
        "\ufeff" + stream.getvalue(), content_type="text/csv; charset=utf-8", charset="utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def safe_cell(value: object) -> object:
    """Return a value for a cell that no spreadsheet runs as a formula.

    A text that would be one gets a quote before it, which `text_of_cell` takes away.
    """
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return "" if value is None else value


def text_of_cell(cell: str) -> str:
    """Return the text that `safe_cell` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
