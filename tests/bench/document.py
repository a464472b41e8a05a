"""Times the making and signing of the document; prints seconds as JSON.

Run in the environment of a served demonstration. Everything is done as the portal does it, stored
too, and then taken back.
"""

import json
import statistics
import sys
import time
import uuid

import django

django.setup()

import weasyprint  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from pledges.demonstration import PLEDGE_FILES, demo_authority  # noqa: E402
from pledges.documents.fonts import CheckedFonts  # noqa: E402
from pledges.documents.pledge_document import html_of, party_name  # noqa: E402
from pledges.documents.render import LocalFetcher  # noqa: E402
from pledges.documents.signing import Pkcs12Backend  # noqa: E402
from pledges.documents.store import adopt_with_document, sign_document  # noqa: E402
from pledges.exchange.importing import import_pledge  # noqa: E402
from pledges.exchange.pledge_file import read  # noqa: E402
from pledges.models import Pledge  # noqa: E402


def main(rounds: int) -> None:
    """Measure `rounds` times in turn, after one round that warms everything up."""
    alone, whole = [], []
    with transaction.atomic():
        pledge = _draft()
        keys = {
            signatory.pk: demo_authority().issue(signatory.name, party_name(signatory))
            for signatory in pledge.signatories.all()
        }
        for number in range(rounds + 1):
            taken_alone, taken_whole = _weasyprint_alone(pledge), _whole(pledge, keys)
            if number:
                alone.append(taken_alone)
                whole.append(taken_whole)
        transaction.set_rollback(True)
    json.dump(
        {"weasyprint": statistics.median(alone), "signed": statistics.median(whole)}, sys.stdout
    )


def _draft() -> Pledge:
    """Return the demonstration's pledge once more, as a draft for years to come."""
    found = read(PLEDGE_FILES[-1].read_bytes())
    said = found.pledge.model_copy(
        update={
            "uid": uuid.uuid4(),
            "period": "2090-2092",
            "valid_from": found.pledge.valid_from.replace(year=2090),
            "valid_to": found.pledge.valid_to.replace(year=2092),
        }
    )
    return import_pledge(found.model_copy(update={"pledge": said}))[0]


def _weasyprint_alone(pledge: Pledge) -> float:
    folder = settings.BASE_DIR / "static"
    html = html_of(pledge, timezone.now())
    began = time.perf_counter()
    weasyprint.HTML(
        string=html, base_url=folder.as_uri() + "/", url_fetcher=LocalFetcher(folder)
    ).write_pdf(pdf_variant="pdf/a-3a", font_config=CheckedFonts())
    return time.perf_counter() - began


def _whole(pledge: Pledge, keys: dict) -> float:
    with transaction.atomic():
        began = time.perf_counter()
        adopt_with_document(pledge, timezone.now())
        for signatory in pledge.signatories.all():
            key = keys[signatory.pk]
            sign_document(signatory, Pkcs12Backend(key.path, key.passphrase), timezone.now())
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    pledge.refresh_from_db()
    return taken


if __name__ == "__main__":
    main(rounds=7)
