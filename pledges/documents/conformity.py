"""Check that what a signature added keeps PDF/A-3 and PDF/UA-1.

Not a validator: the document was one that conforms, and nothing else can have been added than a
signature field with its stamp, so that is what is looked at (ISO 19005-3, 6.2 and 6.3; ISO 14289-1,
7.18). A test holds it against veraPDF.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from .structure import as_dictionary, entry, page_tree, rectangle

# Flags of annotations (ISO 32000-1, table 165): printed, and never out of sight.
_PRINT = 4
_OUT_OF_SIGHT = 1 | 2 | 32 | 256
_FONTS = frozenset({"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"})
_FONT_FILES = frozenset({"/FontFile", "/FontFile2", "/FontFile3"})
_FORBIDDEN_FILTERS = frozenset({"/LZWDecode", "/Crypt", "/JPXDecode"})
_FORBIDDEN_KEYS = frozenset(
    {"/FFilter", "/FDecodeParms", "/OPI", "/Ref", "/PS", "/Subtype2", "/TR", "/HTP", "/Alternates"}
)
_CMYK_OPERATORS = re.compile(rb"(?:[-+.\d]+\s+){4}[kK]\b")
_DEEPEST = 30


def breaks_conformity(reader: PdfFileReader, widgets: Iterable[DictionaryObject]) -> bool:
    """Return whether drawn parts break what the document promises."""
    return any(fault for widget in widgets for fault in _faults(reader, widget))


def _faults(reader: PdfFileReader, widget: DictionaryObject) -> Iterator[bool]:
    flags = entry(widget, "/F") or 0
    yield not isinstance(flags, int) or not flags & _PRINT or bool(flags & _OUT_OF_SIGHT)
    left, bottom, right, top = rectangle(widget)
    has_area = left < right and bottom < top
    if has_area:
        appearance = entry(widget, "/AP")
        is_plain = isinstance(appearance, DictionaryObject) and set(appearance) == {"/N"}
        yield not is_plain or not isinstance(as_dictionary(appearance)["/N"], StreamObject)
    if "/AP" in widget:
        yield from _drawing_faults(widget["/AP"], set())
    for page in page_tree(reader.root["/Pages"]):
        if not _shows(page, widget):
            continue
        yield entry(page, "/Tabs") != "/S"
        x0, y0, x1, y1 = _visible_area(page)
        if x0 < right and y0 < top and left < x1 and bottom < y1:
            yield not _is_tagged(reader, widget)
            yield not entry(widget, "/TU")


def _shows(page: DictionaryObject, widget: DictionaryObject) -> bool:
    return any(
        annotation.get_object() is widget.get_object() or annotation.get_object() == widget
        for annotation in entry(page, "/Annots") or ()
    )


def _visible_area(page: DictionaryObject) -> tuple[float, float, float, float]:
    """Return the page's crop box: left, bottom, right, top."""
    node: Any = page
    media_box = None
    for _level in range(_DEEPEST):
        if not isinstance(node, DictionaryObject):
            break
        if (crop_box := entry(node, "/CropBox")) is not None:
            return rectangle(DictionaryObject({"/Rect": crop_box}))
        media_box = media_box or entry(node, "/MediaBox")
        node = entry(node, "/Parent")
    return rectangle(DictionaryObject({"/Rect": media_box} if media_box else {}))


def _is_tagged(reader: PdfFileReader, widget: DictionaryObject) -> bool:
    """Return whether the structure tree has the widget as a /Form."""
    tree = entry(reader.root, "/StructTreeRoot")
    key = entry(widget, "/StructParent")
    if not isinstance(tree, DictionaryObject) or not isinstance(key, int):
        return False
    element = _in_number_tree(as_dictionary(tree["/ParentTree"]), key)
    return isinstance(element, DictionaryObject) and entry(element, "/S") == "/Form"


def _in_number_tree(node: DictionaryObject, key: int, depth: int = 0) -> Any:
    numbers = entry(node, "/Nums") or ArrayObject()
    for index in range(0, len(numbers) - 1, 2):
        if numbers[index] == key:
            return numbers[index + 1].get_object()
    if depth > _DEEPEST:
        return None
    elements = (
        _in_number_tree(as_dictionary(kid.get_object()), key, depth + 1)
        for kid in entry(node, "/Kids") or ()
    )
    return next((element for element in elements if element is not None), None)


def _drawing_faults(value: Any, seen: set[int], depth: int = 0) -> Iterator[bool]:
    """Yield True for each fault of what a stamp is drawn with."""
    value = value.get_object()
    if id(value) in seen:
        return
    seen.add(id(value))
    if depth > _DEEPEST:
        yield True
        return
    if isinstance(value, DictionaryObject):
        yield bool(_FORBIDDEN_KEYS & value.keys())
        yield entry(value, "/Interpolate") is True
        yield str(entry(value, "/Subtype")) in _FONTS and not _is_embedded(value)
        if isinstance(value, StreamObject):
            yield "/F" in value
            filters = entry(value, "/Filter") or ArrayObject()
            named = filters if isinstance(filters, ArrayObject) else [filters]
            yield any(str(name) in _FORBIDDEN_FILTERS for name in named)
            if entry(value, "/Subtype") == "/Form" and value.encoded_data:
                yield _CMYK_OPERATORS.search(value.data) is not None
        # A page that a stamp names is no part of it.
        parts = [value[key] for key in value if key not in {"/P", "/Parent", "/StructParent"}]
    elif isinstance(value, ArrayObject):
        parts = list(value)
    else:
        yield value == "/DeviceCMYK"
        return
    for part in parts:
        yield from _drawing_faults(part, seen, depth + 1)


def _is_embedded(font: DictionaryObject) -> bool:
    descriptor = entry(font, "/FontDescriptor")
    return isinstance(descriptor, DictionaryObject) and bool(_FONT_FILES & descriptor.keys())
