"""Read what a PDF says about itself.

Signing may change one thing of it: the time.
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import DocInfoRule, MetadataUpdateRule, SuspiciousModification
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate

from .structure import as_dictionary

# When the file was changed and by which program: programs write it without being asked.
_TIMES = frozenset({"/ModDate", "/Producer"})
_TIMES_IN_XMP = frozenset(
    {"ModifyDate", "MetadataDate", "Producer", "InstanceID", "History", "xmptk"}
)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def information(handler: Any) -> dict[str, str]:
    """Return the document's information (/Info) without times and programs.

    `handler` is a reader or an earlier revision of one.
    """
    if "/Info" not in handler.trailer_view:
        return {}
    info = as_dictionary(handler.trailer_view["/Info"])
    return {key: str(info[key]) for key in info if key not in _TIMES}


def metadata(handler: Any) -> list[tuple[str, str]]:
    """Return what the metadata (XMP) says, without times and programs.

    Raises XMLSyntaxError when it is no XML.
    """
    root = handler.root
    if "/Metadata" not in root or not isinstance(root["/Metadata"], StreamObject):
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    entries = []
    for element in etree.fromstring(root["/Metadata"].data, parser=parser).iter(etree.Element):
        name = etree.QName(element)
        text = (element.text or "").strip()
        if text and name.localname not in _TIMES_IN_XMP:
            entries.append((str(name), text))
        for key, value in element.attrib.items():
            # RDF has several ways to write the same: an attribute is the property itself.
            attribute = etree.QName(key)
            if attribute.namespace == _RDF:
                if attribute.localname == "resource":
                    entries.append((str(name), str(value)))
            elif attribute.localname not in _TIMES_IN_XMP:
                entries.append((str(attribute), str(value)))
    return sorted(entries)


class TimesInInformation(DocInfoRule):
    """Lets /Info say a new time, and nothing else that is new."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Approve the change; raises SuspiciousModification."""
        if information(old) != information(new):
            raise SuspiciousModification("The document's information was changed.")
        return super().apply(old, new)


class TimesInMetadata(MetadataUpdateRule):
    """Lets the XMP say a new time, and nothing else that is new."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Approve the change; raises SuspiciousModification."""
        if metadata(old) != metadata(new):
            raise SuspiciousModification("The document's metadata was changed.")
        return super().apply(old, new)
