"""Several municipalities and a police area in one pledge.

They sign side by side or in order.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.documents.authenticity import Answer, verify
from pledges.documents.judgement import Refusal
from pledges.documents.pledge_document import pdf_for_signing
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.store import sign_document
from pledges.documents.trusted_authorities import demo_authority, trust_roots
from pledges.models import Pledge, PledgeDocument, ReturnedDocument, Signatory, SigningWay, Way
from pledges.retention import erase_of_pledges
from pledges.signing import outside, paper, ways
from tests.builders import a_municipality, a_pledge, a_scan_that_counts
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.documents.outside_service import sign_outside
from tests.pledges.signing.conftest import Adopted, logged_in
from tests.pledges.signing.test_signing_pages import page_of, signs

pytestmark = pytest.mark.django_db


def set_way(client: Any, signatory: Signatory, order: str) -> str:
    data = {"order": order}
    return words(client.post(page_of(signatory, "ordning/"), data, follow=True))


def test_the_order_is_said_by_clicking_until_the_first_has_signed(adopted: Adopted) -> None:
    coordinator = logged_in(adopted.coordinator)
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    ways.set_way(
        adopted.chief,
        way=Way.KEY,
        key_name="",
        person=adopted.police_signer,
        by=adopted.police_editor,
        at=timezone.now(),
    )
    police = logged_in(adopted.police_signer)
    assert "Det är Johan Dahlqvist som ska underteckna nu." in words(
        signs(police, adopted, adopted.chief)
    )
    assert "Ändra ordningen" in words(coordinator.get("/arbetsyta/underskrifter/"))
    assert "Ordningen är sparad." in set_way(coordinator, adopted.mayor, "any")
    assert "De undertecknar i valfri ordning." in words(police.get("/arbetsyta/underskrifter/"))
    # Nobody else's coordinator, and no signatory, says it.
    assert police.post(page_of(adopted.chief, "ordning/"), {"order": "given"}).status_code == 403
    for person in (adopted.signer, adopted.police_signer):
        start = words(logged_in(person).get("/arbetsyta/"))
        assert "Löftet väntar på din underskrift." in start
    assert "Andreas Nyberg har undertecknat." in words(signs(police, adopted, adopted.chief))
    assert "ordningen står fast" in set_way(coordinator, adopted.mayor, "given")
    assert not Pledge.objects.public().exists()
    assert "har undertecknat." in words(signs(logged_in(adopted.signer), adopted, adopted.mayor))
    assert Pledge.objects.public().get() == adopted.pledge
    latest = PledgeDocument.objects.public().get()
    assert verify(bytes(latest.content), trust_roots()).answer is Answer.GENUINE


def test_a_no_stands_while_the_others_sign(adopted: Adopted) -> None:
    ways.set_order(adopted.pledge, side_by_side=True)
    ways.decline(
        adopted.mayor,
        document_sha256=adopted.sha256(),
        reason="Siffran är fel.",
        by=adopted.signer,
        at=timezone.now(),
    )
    key = demo_authority().issue("Andreas Nyberg", "Polismyndigheten")
    sign_document(adopted.chief, Pkcs12Backend(key.path, key.passphrase), timezone.now())
    with pytest.raises(Refused, match="har avböjt"):
        sign_document(adopted.mayor, Pkcs12Backend(key.path, key.passphrase), timezone.now())
    ways.ask_again(adopted.mayor, by=adopted.coordinator, at=timezone.now())
    sign_document(adopted.mayor, Pkcs12Backend(key.path, key.passphrase), timezone.now())
    assert Pledge.objects.public().exists()


def test_three_municipalities_and_the_police_sign_side_by_side_each_in_their_way(
    adopted: Adopted,
) -> None:
    places = [a_municipality("Boden"), a_municipality("Luleå"), a_municipality("Kalix")]
    pledge = a_pledge(places, signed=False, period="2026-2028")
    lifecycle.adopt(pledge, timezone.now(), pdf_for_signing(pledge, timezone.now()))
    pledge = Pledge.objects.get(pk=pledge.pk)
    by = adopted.coordinator
    first, second, third, fourth = pledge.signatories.all()
    ways.set_order(pledge, side_by_side=True)
    for one, way in ((first, "key"), (second, "outside"), (third, "paper"), (fourth, "key")):
        SigningWay.objects.create(signatory=one, way=way, person=by, chosen_by=by)

    def document() -> bytes:
        latest = PledgeDocument.objects.latest_of(pledge)
        assert latest is not None
        return bytes(latest.content)

    def key(one: Signatory) -> Pkcs12Backend:
        issued = demo_authority().issue(one.name, "Prov")
        return Pkcs12Backend(issued.path, issued.passphrase)

    # The last one begins, on paper goes in between, and a file that was fetched too early is old.
    early = sign_outside(document(), key(second), field="underskrift-2")
    sign_document(fourth, key(fourth), timezone.now())
    with pytest.raises(outside.NotTaken) as refused:
        outside.give_back(second, early, by=by, at=timezone.now())
    assert refused.value.refusal is Refusal.EARLIER_STEP
    a_scan_that_counts(third, by=by, at=timezone.now() - timedelta(days=2), counts=False)
    paper.count(third, at=timezone.now())
    late = sign_outside(document(), key(second), field="underskrift-2")
    returned_document = outside.give_back(second, late, by=by, at=timezone.now())
    outside.confirm(second, sha256=returned_document.sha256)
    assert not Pledge.objects.public().filter(pk=pledge.pk).exists()
    sign_document(first, key(first), timezone.now())
    finished = PledgeDocument.objects.public().get(pledge=pledge)
    assert finished.step == 4
    verification = verify(bytes(finished.content), trust_roots())
    assert verification.answer is Answer.ON_PAPER
    assert verification.on_paper == (third,)
    assert [signature.field for signature in verification.report.signatures] == [
        "underskrift-4",
        "underskrift-2",
        "underskrift-1",
    ]
    assert verification.report.signatures[0].certifies


def test_a_file_that_nobody_says_yes_to_is_erased_after_a_month(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.OUTSIDE, adopted.signer)
    at = timezone.now()
    outside.give_back(adopted.mayor, adopted.signed_outside(), by=adopted.signer, at=at)
    erase_of_pledges(timezone.localdate(at) + timedelta(days=30))
    assert ReturnedDocument.objects.exists()
    assert erase_of_pledges(timezone.localdate(at) + timedelta(days=31)) == 1
    assert not ReturnedDocument.objects.exists()
