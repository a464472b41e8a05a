"""A document's permanent page tells each signature for what it is.

A signature is in the file or on paper.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.test import Client
from django.utils import timezone

from pledges.models import ReturnedDocument
from pledges.models.signatory import Way
from pledges.signing import outside
from tests.pledges.signing.conftest import Adopted, logged_in
from tests.pledges.signing.test_signing_pages import signs, words

pytestmark = pytest.mark.django_db


def page_of_the_document() -> str:
    """Return the words of the page that the document's own content leads to."""
    document = Client().get("/alvsbyn/2023-2025/medborgarlofte.pdf").content
    answer = Client().get(f"/dokument/{sha256(document).hexdigest()}/")
    assert answer.status_code == 200
    return words(answer)


def test_one_on_paper_and_one_with_a_key(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    adopted.set_way(adopted.chief, Way.KEY, adopted.police_signer)
    adopted.sign_on_paper(adopted.mayor)
    signs(logged_in(adopted.police_signer), adopted, adopted.chief)
    page = page_of_the_document()
    assert "alla underskrifter i den håller" in page
    assert "Undertecknat på papper" in page
    assert "DEMO Andreas Nyberg" in page
    assert "DEMO Johan Dahlqvist" not in page


def test_on_paper_alone(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    adopted.set_way(adopted.chief, Way.PAPER, by=adopted.police_editor)
    for signatory in (adopted.mayor, adopted.chief):
        adopted.sign_on_paper(signatory)
    page = page_of_the_document()
    assert "Filen har inga elektroniska underskrifter. Den är undertecknad på papper." in page
    assert "håller inte" not in page
    assert "pdfsig" not in page


def test_given_back_from_outside(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.OUTSIDE, adopted.signer)
    adopted.set_way(adopted.chief, Way.KEY, adopted.police_signer)
    outside.give_back(adopted.mayor, adopted.signed_outside(), by=adopted.signer, at=timezone.now())
    outside.confirm(adopted.mayor, sha256=ReturnedDocument.objects.get().sha256)
    signs(logged_in(adopted.police_signer), adopted, adopted.chief)
    page = page_of_the_document()
    assert "alla underskrifter i den håller" in page
    assert "Okänd undertecknare" not in page
