"""Excel workbooks to download."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.http import HttpResponse

# Control characters that XML has no place for.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What a workbook reads as the number of a sign (ECMA-376, ST_Xstring), where somebody wrote it so.
_NUMBER_OF_A_SIGN = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Rows = Iterable[Iterable[object]]


def xlsx_file(name: str, sheets: Mapping[str, Rows]) -> HttpResponse:
    """Return a download named `name`, with sheets by their names.

    Each sheet's first row is bold. Texts stay texts: no cell is ever a formula. Days and numbers
    keep their kind.
    """
    # Takes 20 MB of each process and a quarter of a second: loaded by the first workbook.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    bold = Font(bold=True)
    workbook = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows):
            cells = [WriteOnlyCell(sheet, value=_value(value)) for value in row]
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
                if number == 0:
                    cell.font = bold
            sheet.append(cells)
    stream = io.BytesIO()
    workbook.save(stream)
    response = HttpResponse(stream.getvalue(), content_type=_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _value(value: object) -> object:
    if isinstance(value, str):
        return _NUMBER_OF_A_SIGN.sub("_x005F_", _ILLEGAL.sub("", value))
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # workbooks know no time zones
    return value
