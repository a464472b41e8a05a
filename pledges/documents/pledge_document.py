"""Make the pledge's document: a PDF that waits for signatures."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation

from pledges.documents.errors import RenderingError
from pledges.documents.pledge_html import (
    PAGES_WITHOUT_CONTENTS,
    attachment_name,
    html_of,
    is_long,
    party_name,
)
from pledges.documents.prepare import SignatureField, prepare
from pledges.documents.printable import unprintable_in_html, unprintable_sentence
from pledges.documents.render import Attachment, Rendered, render
from pledges.exchange.exporting import export_pledge
from pledges.models import Pledge


def pdf_for_signing(pledge: Pledge, at: datetime) -> bytes:
    """Return the pledge as a PDF with an empty field for each signatory.

    It is PDF/A-3a and PDF/UA-1. The language is Swedish, whatever the language in use. `at` is
    written as the time of making. Raises RenderingError for a text that no font can write, or that
    can't be laid out.
    """
    with translation.override("sv"):
        html = html_of(pledge, at)
        if signs := unprintable_in_html(html):
            raise RenderingError(unprintable_sentence(signs))
        signatories = list(pledge.signatories.select_related("municipality"))
        return prepare(
            _render_with_contents(pledge, html, at),
            [
                SignatureField(
                    name=signatory.field_name,
                    # True before and after, whoever signs with whatever: nothing that is
                    # certified may change by it.
                    tooltip=f"Plats för underskrift: {signatory.name}, {signatory.title}, "
                    f"för {party_name(signatory)}. Underskriftspanelen visar om och när det är "
                    "undertecknat.",
                    anchor=signatory.field_name,
                )
                for signatory in signatories
            ],
        )


def _render_with_contents(pledge: Pledge, html: str, at: datetime) -> Rendered:
    """Lay out the document, with contents when it is long."""
    if not is_long(html):
        rendered = render_document(pledge, html)
        if rendered.pages <= PAGES_WITHOUT_CONTENTS:
            return rendered
    return render_document(pledge, html_of(pledge, at, has_contents=True))


def render_document(pledge: Pledge, html: str) -> Rendered:
    """Lay out the document with its pledge file, without fields yet."""
    return render(
        html,
        base_folder=settings.BASE_DIR / "static",
        anchors=[signatory.field_name for signatory in pledge.signatories.all()],
        identifier=pledge.uid.bytes,
        attachments=[
            Attachment(
                name=attachment_name(pledge),
                content=export_pledge(pledge),
                description="Löftet som datafil (TOML)",
                mime="application/toml",
            )
        ],
    )
