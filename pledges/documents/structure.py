"""Read the objects of a PDF as what they should be, or call it broken."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject
from pyhanko.pdf_utils.misc import PdfReadError

_DEEPEST_PAGE_TREE = 50


def as_dictionary(value: Any) -> DictionaryObject:
    """Return a dictionary or stream. Raises PdfReadError for anything else."""
    if not isinstance(value, DictionaryObject):
        raise PdfReadError("A dictionary was expected.")
    return value


def entry(value: DictionaryObject, key: str) -> Any:
    """Return what a dictionary has by a key, or None.

    Of a reference, what it leads to: `get` returns the reference itself.
    """
    return value[key] if key in value else None  # noqa: SIM401


def as_array(value: Any) -> ArrayObject:
    """Return an array. Raises PdfReadError for anything else."""
    if not isinstance(value, ArrayObject):
        raise PdfReadError("An array was expected.")
    return value


def as_integer(value: Any) -> int:
    """Return a whole number. Raises PdfReadError for anything else."""
    if not isinstance(value, int):
        raise PdfReadError("A whole number was expected.")
    return int(value)


def rectangle(widget: DictionaryObject) -> tuple[float, float, float, float]:
    """Return a widget's rectangle: left, bottom, right, top.

    Four zeros when it has none. Raises PdfReadError for a rectangle that isn't four numbers.
    """
    if "/Rect" not in widget:
        return 0, 0, 0, 0
    numbers = list(as_array(widget["/Rect"]))
    if len(numbers) != 4 or not all(isinstance(number, int | Decimal) for number in numbers):
        raise PdfReadError("A rectangle is four numbers.")
    x0, y0, x1, y1 = map(float, numbers)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def page_tree(node: DictionaryObject, depth: int = 0) -> Iterator[DictionaryObject]:
    """Yield the pages of a page tree in order.

    Raises PdfReadError when it is no tree.
    """
    if depth > _DEEPEST_PAGE_TREE:
        raise PdfReadError("The page tree is too deep.")
    for kid in as_array(as_dictionary(node)["/Kids"]):
        page = as_dictionary(kid.get_object())
        if "/Kids" in page:
            yield from page_tree(page, depth + 1)
        else:
            yield page
