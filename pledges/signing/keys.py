"""The operator's keys that signatories sign with: PKCS#12 files, in a folder for each party.

SIGNING_KEYS/alvsbyn/kommunalrad.p12 can be chosen for Älvsbyn's signatories and for nobody else's.
What opens it is in the environment, as SIGNING_KEY_PASSPHRASE_ALVSBYN_KOMMUNALRAD.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from pledges.documents.pledge_document import party_name
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.trusted_authorities import demo_authority
from pledges.lifecycle import LifecycleError
from pledges.models import Signatory
from pledges.models.municipality import without_diacritics

# The demonstration's own key has no file of the operator's.
DEMONSTRATION_KEY = ""


def folder_name(signatory: Signatory) -> str:
    """Return the name of the party's folder: "alvsbyn", "polisen-pitea-alvdal"."""
    if signatory.municipality is not None:
        return signatory.municipality.slug
    area = without_diacritics(signatory.pledge.police_area.name)
    return "polisen-" + re.sub(r"[^a-z0-9]+", "-", area).strip("-")


def key_names(signatory: Signatory) -> list[str]:
    """Return the names of the keys that a signatory can be given, in order."""
    names = [DEMONSTRATION_KEY] if settings.DEMONSTRATION else []
    if settings.SIGNING_KEYS:
        folder = Path(settings.SIGNING_KEYS) / folder_name(signatory)
        names += sorted(file.stem for file in folder.glob("*.p12"))
    return names


def backend_of(signatory: Signatory, key_name: str) -> Pkcs12Backend:
    """Return what signs for a signatory; raise LifecycleError when their key isn't there."""
    if key_name not in key_names(signatory):
        raise LifecycleError(_("Nyckeln finns inte längre. Be den som sköter portalen om hjälp."))
    if key_name == DEMONSTRATION_KEY:
        key = demo_authority().issue(signatory.name, party_name(signatory))
        return Pkcs12Backend(key.path, key.passphrase)
    folder = folder_name(signatory)
    variable = re.sub(r"[^A-Z0-9]", "_", f"{folder}_{key_name}".upper())
    passphrase = settings.SIGNING_KEY_PASSPHRASES.get(variable)
    file = Path(settings.SIGNING_KEYS) / folder / f"{key_name}.p12"
    return Pkcs12Backend(file, passphrase.encode() if passphrase else None)
