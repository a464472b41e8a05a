"""What tests read out of a PDF: its structure elements and its fonts."""

from collections.abc import Iterator
from typing import Any

import pikepdf


def elements(node: Any) -> Iterator[Any]:
    """Return the structure elements below `node`, in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield kid
            yield from elements(kid)


def font_families(pdf: pikepdf.Pdf) -> set[str]:
    """Return the names of a PDF's fonts, without the mark of a subset."""
    return {
        str(item.FontName).partition("+")[2]
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    }
