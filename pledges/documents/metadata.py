"""What a PDF says about itself, and the one thing of it that signing may change: the time."""

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
    """The document's information (/Info) without times and programs.

    `handler` is a reader or an earlier revision of one.
    """
    if "/Info" not in handler.trailer_view:
        return {}
    info = as_dictionary(handler.trailer_view["/Info"])
    return {key: str(info[key]) for key in info if key not in _TIMES}


def metadata(handler: Any) -> list[tuple[str, str]]:
    """What the metadata (XMP) says, without times and programs. Raises when it is no XML."""
    root = handler.root
    if "/Metadata" not in root or not isinstance(root["/Metadata"], StreamObject):
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found = []
    for element in etree.fromstring(root["/Metadata"].data, parser=parser).iter(etree.Element):
        name = etree.QName(element)
        said = (element.text or "").strip()
        if said and name.localname not in _TIMES_IN_XMP:
            found.append((str(name), said))
        for key, value in element.attrib.items():
            # RDF has several ways to write the same: an attribute is the property itself.
            attribute = etree.QName(key)
            if attribute.namespace == _RDF:
                if attribute.localname == "resource":
                    found.append((str(name), str(value)))
            elif attribute.localname not in _TIMES_IN_XMP:
                found.append((str(attribute), str(value)))
    return sorted(found)


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
