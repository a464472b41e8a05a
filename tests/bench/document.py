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

from pledges.demonstration.pledge import ALVSBYN, FOLDER, demo_authority  # noqa: E402
from pledges.documents.fonts import CheckedFonts  # noqa: E402
from pledges.documents.pledge_html import html_of, party_name  # noqa: E402
from pledges.documents.render import LocalFetcher  # noqa: E402
from pledges.documents.signing import Pkcs12Backend  # noqa: E402
from pledges.documents.store import adopt_with_document, sign_document  # noqa: E402
from pledges.exchange.importing import import_pledge  # noqa: E402
from pledges.exchange.pledge_file import read  # noqa: E402
from pledges.models import Pledge, Section  # noqa: E402

LONG = 60  # pages


def main() -> None:
    """Measure the demonstration's pledge and a long one, in turn.

    Each is measured several times.
    """
    with transaction.atomic():
        pledge = _draft()
        measured = _measured(pledge, rounds=7)
        _lengthen(pledge)
        long = _measured(pledge, rounds=3)
        transaction.set_rollback(True)
    json.dump({**measured, **{f"long_{name}": value for name, value in long.items()}}, sys.stdout)


def _measured(pledge: Pledge, rounds: int) -> dict[str, float]:
    """Return the medians of `rounds`, and the pages.

    One round before them warms everything up.
    """
    alone, whole = [], []
    keys = {
        signatory.pk: demo_authority().issue(signatory.name, party_name(signatory))
        for signatory in pledge.signatories.all()
    }
    for number in range(rounds + 1):
        taken_alone, pages = _weasyprint_alone(pledge)
        taken_whole = _whole(pledge, keys)
        if number:
            alone.append(taken_alone)
            whole.append(taken_whole)
    return {
        "weasyprint": statistics.median(alone),
        "signed": statistics.median(whole),
        "pages": pages,
    }


def _lengthen(pledge: Pledge) -> None:
    """Add running text until the document has at least `LONG` pages.

    It comes in sections.
    """
    paragraph = "Vi har frågat de boende, läst statistiken och gått runt i skolorna. " * 12
    last = pledge.sections.count()
    while _weasyprint_alone(pledge)[1] < LONG:
        for position in range(last + 1, last + 6):
            Section.objects.create(
                pledge=pledge,
                position=position,
                kind=Section.Kind.OTHER,
                heading=f"Bakgrund {position}",
                text=f"{paragraph}\n\n" * 15,
            )
        last += 5


def _draft() -> Pledge:
    """Return the demonstration's pledge again, as a draft for years to come."""
    pledge_file = read((FOLDER / f"{ALVSBYN}.toml").read_bytes())
    pledge = pledge_file.pledge.model_copy(
        update={
            "uid": uuid.uuid4(),
            "period": "2090-2092",
            "valid_from": pledge_file.pledge.valid_from.replace(year=2090),
            "valid_to": pledge_file.pledge.valid_to.replace(year=2092),
        }
    )
    return import_pledge(pledge_file.model_copy(update={"pledge": pledge}))[0]


def _weasyprint_alone(pledge: Pledge) -> tuple[float, int]:
    """Return WeasyPrint's seconds for the same HTML, and its pages.

    Of the pages it returns how many WeasyPrint makes.
    """
    folder = settings.BASE_DIR / "static"
    html = html_of(pledge, timezone.now())
    began = time.perf_counter()
    fonts = CheckedFonts()
    document = weasyprint.HTML(
        string=html, base_url=folder.as_uri() + "/", url_fetcher=LocalFetcher(folder)
    ).render(font_config=fonts, pdf_variant="pdf/a-3a")
    document.write_pdf(pdf_variant="pdf/a-3a")
    return time.perf_counter() - began, len(document.pages)


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
    main()
