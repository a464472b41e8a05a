"""Say what may have been added to a PDF after somebody signed it.

Stricter than pyHanko's own policy, which lets the title and other metadata be rewritten: only what
a later validation needs may be added, signatures, and the time of all that.
"""

from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)

from .metadata import TimesInInformation, TimesInMetadata

_LONG_TERM = ModificationLevel.LTA_UPDATES


def difference_policy(*catalog_keys: str) -> StandardDiffPolicy:
    """Return the policy; in the catalog `catalog_keys` may change too."""
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(
                ignored_keys=frozenset(
                    {"/AcroForm", "/DSS", "/Extensions", "/Metadata", *catalog_keys}
                )
            ),
            TimesInInformation().as_qualified(_LONG_TERM),
            TimesInMetadata().as_qualified(_LONG_TERM),
            XrefStreamRule().as_qualified(_LONG_TERM),
            ObjectStreamRule().as_qualified(_LONG_TERM),
            DSSCompareRule().as_qualified(_LONG_TERM),
        ],
        form_rule=FormUpdatingRule(
            field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]
        ),
    )
