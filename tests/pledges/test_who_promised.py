"""Nothing is laid on somebody who didn't promise it.

A third party is called by its own name, in every place that says who promised.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pledge_portal.accounts.models import Role, User
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.comparing.matching import compare
from pledges.documents.pledge_html import html_of
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import import_pledge
from pledges.exchange.pledge_file import read
from pledges.models import Commitment, Pledge, Signatory, Way
from pledges.presentation.commitment import whose_turn
from pledges.signing import ways
from pledges.signing.keys import key_names
from tests.builders import A_PDF, SIGNED_AT, a_commitment, a_municipality, a_person, a_pledge, sign
from tests.pages.conftest import Reader
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in
from tests.pledges.writing.conftest import *  # noqa: F403  (a draft and those who write it)
from tests.pledges.writing.test_pages import page_of, typed

pytestmark = pytest.mark.django_db

OWNERS = "Fastighetsägare BID Möllevången"
THIRD_PARTY = {"responsible": "third_party", "third_parties": [OWNERS], "target_shape": "none"}


def with_owners(**fields: object) -> Pledge:
    """Make a pledge of a commitment by the police and one by owners."""
    pledge = a_pledge(signed=False, commitments=1, **fields)  # type: ignore[arg-type]
    area = pledge.focus_areas.get()
    a_commitment(pledge, 2, area, text="Belysning på gårdarna.", kind="other", **THIRD_PARTY)
    Signatory.objects.create(
        pledge=pledge,
        position=3,
        name="Vera Vik",
        title="verksamhetsledare",
        party=Signatory.Party.THIRD_PARTY,
        third_party=OWNERS,
    )
    return pledge


def signed_with_owners() -> Pledge:
    pledge = with_owners()
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 3)
    return pledge


def test_pages_name_the_third_party_and_no_municipality_instead(reader: Reader) -> None:
    signed_with_owners()
    text = reader.text("/alvsbyn/2023-2025/ataganden/2/")
    assert OWNERS in text
    pledge_page = reader.text("/alvsbyn/2023-2025/")
    assert OWNERS in pledge_page.rsplit("Belysning på gårdarna.", 1)[1][:120]
    assert "Vera Vik verksamhetsledare för Fastighetsägare BID" in pledge_page
    assert f"Givet av Älvsbyns kommun, Polisen och {OWNERS}" in pledge_page
    assert f"Polisen, lokalpolisområde Piteå älvdal {OWNERS}" in pledge_page
    english = reader.get("/en/alvsbyn/2023-2025/ataganden/2/").content.decode()
    assert f'<span lang="sv" translate="no">{OWNERS}</span>' in english


def test_what_a_third_party_promised_is_asked_for_of_nobody_else() -> None:
    commitment = Commitment(**THIRD_PARTY)
    assert whose_turn(commitment) == f"Nu ska det som {OWNERS} har lovat redovisas."
    # It stands in HTML, unlike the sentences around it as somebody typed it.
    commitment.third_parties = ["Ägare <b>&</b> Co"]
    assert "som Ägare &lt;b&gt;&amp;&lt;/b&gt; Co har" in whose_turn(commitment)


def test_everybody_who_promised_is_named_and_nobody_else(reader: Reader) -> None:
    orust, tjorn = a_municipality("Orust"), a_municipality("Tjörn", official_name="Tjörns kommun")
    pledge = a_pledge([orust, tjorn], signed=False, commitments=0)
    area = pledge.focus_areas.get()
    for number, posted in enumerate(
        (
            {"responsible": "municipality"},
            {"responsible": "municipality", "responsible_municipalities": [tjorn.code]},
            {"responsible": "both", "third_parties": ["Västtrafik", "Region Väst"]},
            {"responsible": "police", "third_parties": ["Västtrafik"]},
        ),
        1,
    ):
        a_commitment(pledge, number, area, target_shape="none", kind="other", **posted)
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 3)
    for number, names in enumerate(
        (
            "Kommunerna",
            "Tjörns kommun",
            "Kommunerna, Polisen, Västtrafik och Region Väst",
            "Polisen och Västtrafik",
        ),
        1,
    ):
        response = reader.get(f"/orust/2023-2025/ataganden/{number}/")
        assert response.context["commitment"].responsible == names
        assert names in reader.text(f"/orust/2023-2025/ataganden/{number}/")
    # Who promises without signing doesn't give the pledge.
    assert "Givet av Orusts kommun, Tjörns kommun och Polisen" in reader.text("/orust/2023-2025/")


def test_the_document_says_who_promised_and_for_whom_each_signs() -> None:
    html = html_of(with_owners(), timezone.now())
    assert f"<strong>Ansvarig:</strong> {OWNERS}." in html
    assert f"För {OWNERS}" in html
    assert f'<p class="parties">{OWNERS}</p>' in html
    alone = a_pledge(signed=False, period="2026", valid_to=date(2026, 12, 31))
    alone.signatories.filter(position=2).delete()
    assert "ger tillsammans" not in html_of(Pledge.objects.get(pk=alone.pk), timezone.now())
    assert "Bara någon annan" not in html


@pytest.mark.parametrize(
    "change",
    [
        {"responsible": "third_party", "third_parties": []},
        {"responsible": "police", "responsible_municipalities": ["2560"]},
    ],
)
def test_the_database_takes_no_nameless_party_and_no_municipality_that_answers_for_others(
    change: dict[str, object],
) -> None:
    pledge = a_pledge(signed=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        pledge.commitments.filter(number=1).update(**change)


@pytest.mark.parametrize(
    "change", [{"third_party": ""}, {"party": "police"}, {"party": "municipality"}]
)
def test_the_database_lets_a_signatory_sign_for_one_party_alone(change: dict[str, str]) -> None:
    pledge = with_owners()
    with pytest.raises(IntegrityError), transaction.atomic():
        pledge.signatories.filter(position=3).update(**change)


def test_a_pledge_is_not_adopted_with_a_promise_laid_on_a_municipality_beside_it() -> None:
    pledge = a_pledge(signed=False, commitments=1)
    pledge.commitments.update(
        responsible="municipality", responsible_municipalities=[a_municipality("Orust").code]
    )
    with pytest.raises(Refused, match="Åtagande 1 är lagt på en kommun som inte ger löftet"):
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF)


def test_who_promises_is_written_by_clicking(editor: User, draft: Pledge) -> None:
    client = logged_in(editor)
    key = draft.commitments.get(number=1).pk
    address = page_of(draft, f"del/atagande-{key}/")
    posted = typed(client.get(address)) | {"responsible": "third_party"}
    assert "Skriv vem det är som lovar." in words(client.post(address, posted))
    posted["third_parties"] = f"  {OWNERS} \n\nVästtrafik\n{OWNERS}"
    shown = words(client.post(address, posted, follow=True))
    commitment = Commitment.objects.get(pk=key)
    assert commitment.third_parties == [OWNERS, "Västtrafik"]
    assert f"{OWNERS} och Västtrafik." in shown
    assert "Bara någon annan" not in shown
    # Opened anew the names stand as they were typed, and saving again changes nothing.
    again = typed(client.get(address))
    assert again["third_parties"] == f"{OWNERS}\nVästtrafik"
    assert "Inget var ändrat" in words(client.post(address, again, follow=True))
    long_name = client.post(address, {**again, "third_parties": "x" * 121})
    assert "högst 120 tecken" in words(long_name)


def test_a_signatory_of_a_third_party_is_written_by_clicking(editor: User, draft: Pledge) -> None:
    client = logged_in(editor)
    address = page_of(draft, "ny/undertecknare/")
    posted = {"name": "Vera Vik", "title_sv": "verksamhetsledare", "signs_for": "third_party"}
    assert "Skriv vem personen undertecknar för." in words(client.post(address, posted))
    client.post(address, {**posted, "third_party": OWNERS})
    signatory = Signatory.objects.get(pledge=draft, name="Vera Vik")
    assert (signatory.party, signatory.third_party) == ("third_party", OWNERS)
    shown = client.get(page_of(draft)).context["view"].signatories
    assert [view.party for view in shown if view.name == "Vera Vik"] == [OWNERS]
    # One that goes over to the municipality leaves the name behind.
    change = page_of(draft, f"del/undertecknare-{signatory.pk}/")
    municipality = draft.municipalities.get()
    client.post(change, typed(client.get(change)) | {"signs_for": municipality.code})
    signatory.refresh_from_db()
    assert (signatory.municipality, signatory.third_party) == (municipality, "")


def test_the_municipality_sees_to_the_third_partys_signature_which_no_key_of_its_own_makes(
    settings: object,
) -> None:
    pledge = with_owners()
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    owner = pledge.signatories.get(position=3)
    place = pledge.municipalities.get()
    coordinator = a_person("karin@example.se", Role.COORDINATOR, place)
    signer = a_person("johan@example.se", Role.SIGNATORY, place)
    police = a_person("olle@example.se", Role.EDITOR, pledge.police_area)
    assert ways.may_arrange(coordinator, owner)
    assert not ways.may_arrange(police, owner)
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    assert key_names(owner) == []
    at = timezone.now()
    with pytest.raises(Refused):
        ways.set_way(owner, way=Way.KEY, key_name="", person=signer, by=coordinator, at=at)
    ways.set_way(owner, way=Way.PAPER, key_name="", person=None, by=coordinator, at=at)
    assert ways.way_of(Signatory.objects.get(pk=owner.pk)).way == Way.PAPER  # type: ignore[union-attr]


def test_a_promise_that_another_makes_in_the_next_pledge_is_a_new_one() -> None:
    before = a_pledge(signed=False, commitments=1, commitment={"text": "Belysning på gårdarna."})
    after = a_pledge(
        signed=False,
        commitments=1,
        period="2026",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        commitment={"text": "Belysning på gårdarna.", "third_parties": [OWNERS]},
    )
    outcome = compare(before.commitments.all(), after.commitments.all())
    assert (len(outcome.new), len(outcome.dropped)) == (1, 1)


FILE = """
format = "medborgarlofte"
version = 1
[pledge]
title = "Löfte"
period = "2026"
valid_from = 2026-01-01
valid_to = 2026-12-31
municipalities = ["2560"]
[police_area]
name = "Piteå älvdal"
covers = ["2560"]
[[focus_area]]
name = "Skolan"
[[focus_area.commitment]]
number = 1
kind = "other"
responsible = "third_party"
third_parties = ["Fastighetsägare BID Möllevången"]
text = "Vi lovar."
[[signatory]]
name = "Vera"
title = "Verksamhetsledare"
party = "third_party"
third_party = "Fastighetsägare BID Möllevången"
"""


def test_a_file_brings_third_parties_by_name() -> None:
    a_municipality()
    pledge, _outcome = import_pledge(read(FILE.encode()))
    assert pledge.commitments.get().third_parties == [OWNERS]
    assert pledge.signatories.get().third_party == OWNERS


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('third_parties = ["Fastighetsägare BID Möllevången"]', ""), "Skriv vem det är som lovar"),
        (
            (
                'third_parties = ["Fastighetsägare BID Möllevången"]',
                'third_parties = ["A"]\nmunicipalities = ["2560"]',
            ),
            "Ingen kommun är ansvarig här",
        ),
        (
            (
                'responsible = "third_party"',
                'responsible = "municipality"\nmunicipalities = ["2581"]',
            ),
            "Kommunen är inte part i löftet",
        ),
        (('third_party = "Fastighetsägare BID Möllevången"', ""), "signatory[1].third_party"),
        (('party = "third_party"', 'party = "police"'), "signatory[1].third_party"),
        (('["Fastighetsägare BID Möllevången"]', '["A", "A"]'), "Samma namn står flera gånger"),
    ],
)
def test_a_file_that_names_the_wrong_ones_is_refused(change: tuple[str, str], fault: str) -> None:
    with pytest.raises(PledgeFileError) as refusal:
        read(FILE.replace(*change, 1).encode())
    assert any(fault in str(named) for named in refusal.value.faults)
