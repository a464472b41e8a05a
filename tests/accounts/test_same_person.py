"""What takes two people isn't done by two accounts of one mailbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts import factor_resets
from pledge_portal.accounts.models import FactorReset, Role, User
from pledge_portal.accounts.same_person import is_same_person, mailbox, other_account_of
from pledge_portal.pages.refusals import Refused
from pledges.follow_ups import rules as follow_ups
from pledges.models import Way
from pledges.signing import paper, ways
from tests.builders import (
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    a_scan_that_counts,
    give_role,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("karin@example.se", "Karin@Example.SE", True),
        ("karin@example.se", "karin+admin@example.se", True),
        ("karin+a@example.se", "karin+b@example.se", True),
        ("k.arin@gmail.com", "karin+x@googlemail.com", True),
        ("\uff4barin@example.se", "karin@example.se", True),
        ("k.arin@example.se", "karin@example.se", False),
        ("karin@example.se", "karin@example.com", False),
        ("+@example.se", "+x@example.se", False),
    ],
)
def test_addresses_of_one_mailbox_are_known(one: str, other: str, is_same: bool) -> None:
    assert (mailbox(one) == mailbox(other)) == is_same


def test_nobody_is_invited_to_a_second_account_of_their_mailbox() -> None:
    here = a_municipality()
    administrator = a_person("adm@example.se", Role.ADMINISTRATOR, here)
    client = Client()
    client.force_login(administrator)
    typed = {"email": "adm+2@example.se", "role": "editor", "place": f"municipality-{here.pk}"}
    answer = client.post("/arbetsyta/personer/bjud-in/", typed)
    assert list(answer.context["form"].errors) == ["email"]
    assert "samma brevlåda som kontot adm@example.se" in answer.content.decode()
    assert other_account_of("adm@example.se") is None


def test_two_accounts_of_one_mailbox_confirm_nothing_for_each_other() -> None:
    here, now = a_municipality(), timezone.now()
    editor = a_person("elin@example.se", Role.EDITOR, here)
    first = a_person("adm@example.se", Role.ADMINISTRATOR, here)
    again = a_person("adm+2@example.se", Role.ADMINISTRATOR, here)
    reset = factor_resets.ask(editor, "Sett legitimation", first, now)
    with pytest.raises(Refused, match="Du begärde det själv"):
        factor_resets.confirm(reset, again, now)
    assert FactorReset.objects.get().done_at is None
    with pytest.raises(Refused, match="för dig själv"):
        factor_resets.ask(first, "Det är jag", again, now)


def test_a_scan_is_not_confirmed_by_who_handed_it_in_under_another_address() -> None:
    pledge = a_pledge(signed=False)
    here = pledge.municipalities.get()
    one = a_person("karin@example.se", Role.COORDINATOR, here)
    two = a_person("karin+2@example.se", Role.COORDINATOR, here)
    from pledges import lifecycle
    from tests.builders import A_PDF

    lifecycle.adopt(pledge, timezone.now() - timedelta(days=3), A_PDF)
    signatory = pledge.signatories.order_by("position")[0]
    ways.set_way(signatory, way=Way.PAPER, key_name="", person=None, by=one, at=timezone.now())
    scan = a_scan_that_counts(signatory, by=one, at=timezone.now(), counts=False)
    from pledge_portal.database.acting import as_owner

    with as_owner():
        type(scan).objects.filter(pk=scan.pk).update(confirmed_at=None, confirmed_by=None)
    scan.refresh_from_db()
    assert not ways.may_confirm(two, signatory, scan)
    with pytest.raises(Refused, match="Någon annan behöver bekräfta"):
        paper.confirm(
            signatory, sha256=scan.sha256, signed_on=scan.signed_on, by=two, at=timezone.now()
        )


def test_one_human_does_not_approve_a_follow_up_for_both_parties() -> None:
    pledge = a_pledge(commitments=1)
    follow_up = a_follow_up(pledge, published=False)
    now = timezone.now()
    follow_ups.submit(follow_up, now)
    follow_up.refresh_from_db()
    municipality, area = pledge.municipalities.get(), pledge.police_area
    one = a_person("karin@example.se", Role.COORDINATOR, municipality)
    two: User = a_person("karin+polis@example.se", Role.OFFICER, area)
    digest = follow_ups.content_digest(follow_up)
    follow_ups.approve(follow_up, municipality, digest=digest, by=one, at=now)
    assert follow_ups.parties_to_approve(two, follow_up) == []
    with pytest.raises(Refused, match="redan godkänt för en part"):
        follow_ups.approve(follow_up, area, digest=digest, by=two, at=now)
    give_role(two, Role.EDITOR, municipality)
    assert not is_same_person(None, two)


def test_an_organisations_login_is_bound_to_one_account() -> None:
    SocialAccount.objects.create(user=a_person("a@example.se"), provider="organisation", uid="1")
    with pytest.raises(IntegrityError):
        SocialAccount.objects.create(
            user=a_person("b@example.se"), provider="organisation", uid="1"
        )
