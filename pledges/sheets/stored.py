"""Keep a pledge's poster and leaflet, made by the queue.

A reader gets the kept sheet while it shows what the pledge's page does, and never one that shows
something else. The queue makes another when the pledge is signed or a follow-up is published, and
within ten minutes where something else has changed: actions come and go by the hundred, too many
for each to ask. There are none of a pledge that isn't public, or whose time is over.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy

from pledge_portal.database.acting import as_portal, as_public
from pledge_portal.queue.chores import chore
from pledge_portal.queue.jobs import defer, job
from pledge_portal.version import version
from pledges.lifecycle import standing
from pledges.models import FollowUp, Pledge, PledgeSheet, Signature, ValidityPeriod
from pledges.sheets.content import sheet_context, sheet_html, sheet_pdf


def has_sheets(pledge: Pledge, on: date) -> bool:
    """Return whether a pledge is one to print: public, and not over."""
    return not standing(pledge, on).is_over


def current_sheet(pledge: Pledge, kind: str, on: date) -> PledgeSheet | None:
    """Return the kept sheet that shows what is so, in the language in use."""
    shows = _digest(sheet_context(pledge, on), kind)
    with as_portal():
        return PledgeSheet.objects.filter(
            pledge=pledge.pk, kind=kind, language=get_language(), shows=shows
        ).first()


def ask_for_sheets(pledge: int) -> None:
    """Have a pledge's sheets made anew, if they have to be."""
    defer(renew_pledge_sheets, once=f"renew_pledge_sheets {pledge}", pledge=pledge)


# After what somebody waits for.
@job("renew_pledge_sheets", gettext_lazy("Affisch och flygblad"), priority=-1)
def renew_pledge_sheets(pledge: int) -> None:
    """Make a pledge's sheets unless they show what they should."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            _renew(pledge)


def _renew(key: int) -> None:
    at = timezone.now()
    on = timezone.localdate(at)
    # As everybody sees it.
    with as_public():
        pledge = Pledge.objects.public().with_standing().filter(pk=key).first()
        context = sheet_context(pledge, on) if pledge and has_sheets(pledge, on) else None
    sheets = PledgeSheet.objects.filter(pledge=key, language=get_language())
    if context is None:
        sheets.delete()
        return
    for kind in PledgeSheet.Kind:
        shows = _digest(context, kind)
        if sheets.filter(kind=kind, shows=shows).exists():
            continue
        content = sheet_pdf(context, kind, at)
        PledgeSheet.objects.update_or_create(
            pledge_id=key,
            kind=kind,
            language=get_language(),
            defaults={
                "content": content,
                "sha256": hashlib.sha256(content).hexdigest(),
                "shows": shows,
                "made_at": at,
            },
        )


@job("renew_sheets_of_all", gettext_lazy("Affisch och flygblad"), priority=-1)
def renew_sheets_of_all() -> None:
    """Have the sheets looked at of every public pledge that isn't over.

    And of what is over and has some, which go.
    """
    on = timezone.localdate()
    lasting = ValidityPeriod.objects.filter(
        Q(during__upper_inf=True) | Q(during__endswith__gt=on), during__isempty=False
    )
    has_some = Q(pk__in=PledgeSheet.objects.values("pledge"))
    pledges = Pledge.objects.public().filter(Q(pk__in=lasting.values("pledge")) | has_some)
    for pledge in pledges.order_by("pk").values_list("pk", flat=True):
        ask_for_sheets(pledge)


@chore("renew_all_pledge_sheets", gettext_lazy("Affisch och flygblad"), every_minutes=10)
def renew_all_pledge_sheets() -> None:
    """Have every sheet looked at, whatever has changed."""
    defer(renew_sheets_of_all, once="renew_sheets_of_all")


@receiver([post_save, post_delete], sender=FollowUp)
@receiver([post_save, post_delete], sender=Signature)
def _of_its_pledge(instance: FollowUp | Signature, **_signal: Any) -> None:
    ask_for_sheets(instance.pledge_id)


def _digest(context: dict[str, Any], kind: str) -> str:
    html = sheet_html(context, kind)
    return hashlib.sha256(f"{version()} {context['month']}\n{html}".encode()).hexdigest()
