"""Say what may have been added to a PDF after somebody signed it.

Stricter than pyHanko's own policy, which lets the title and other metadata be rewritten: only what
a later validation needs may be added, signatures, and the time of all that.
"""

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    WhitelistRule,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate

from .metadata import TimesInInformation, TimesInMetadata
from .structure import entry

_VERSIONS = frozenset({"/1.7", "/2.0"})
_PREFIXES = frozenset({"/Type", "/ADBE", "/ESIC", "/ISO_"})
_OF_AN_EXTENSION = frozenset(
    {"/Type", "/BaseVersion", "/ExtensionLevel", "/ExtensionRevision", "/URL"}
)

_LONG_TERM = ModificationLevel.LTA_UPDATES


class CatalogValues(WhitelistRule):
    """Lets the catalog's entries about signing say only what they are for."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Approve nothing by itself; raises SuspiciousModification."""
        root = new.root
        permissions = entry(root, "/Perms") or DictionaryObject()
        extensions = entry(root, "/Extensions") or DictionaryObject()
        if not isinstance(permissions, DictionaryObject) or set(permissions) - {"/DocMDP"}:
            raise SuspiciousModification("The catalog grants more than signing needs.")
        if entry(root, "/Version") not in {entry(old.root, "/Version"), *_VERSIONS}:
            raise SuspiciousModification("The version is none that signing needs.")
        if not isinstance(extensions, DictionaryObject) or not all(
            key in _PREFIXES and _says_an_extension(extensions[key]) for key in extensions
        ):
            raise SuspiciousModification("The catalog names unknown extensions.")
        return ()


def _says_an_extension(value: Any) -> bool:
    if isinstance(value, ArrayObject):
        return all(_says_an_extension(part.get_object()) for part in value)
    return not isinstance(value, DictionaryObject) or not set(value) - _OF_AN_EXTENSION


def difference_policy(*catalog_keys: str) -> StandardDiffPolicy:
    """Return the policy; in the catalog `catalog_keys` may change too."""
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(
                ignored_keys=frozenset(
                    {"/AcroForm", "/DSS", "/Extensions", "/Metadata", *catalog_keys}
                )
            ),
            CatalogValues().as_qualified(_LONG_TERM),
            TimesInInformation().as_qualified(_LONG_TERM),
            TimesInMetadata().as_qualified(_LONG_TERM),
            XrefStreamRule().as_qualified(_LONG_TERM),
            ObjectStreamRule().as_qualified(_LONG_TERM),
            DSSCompareRule().as_qualified(_LONG_TERM),
        ],
        form_rule=FormUpdatingRule(
            field_rules=[SigFieldCreationRule(), SigFieldModificationRule()],
            # Nor the fonts and settings of a form that has nothing to be filled in.
            ignored_acroform_keys=frozenset({"/Fields"}),
        ),
    )
