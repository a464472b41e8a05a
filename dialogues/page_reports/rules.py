"""Who is told that something is wrong on a page, and how it is dealt with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dialogues.models import PageReport
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, people_who_may
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.addresses import can_be_named, language_of
from pledge_portal.pages.network_limits import count
from pledge_portal.pages.refusals import Refused, check_is_same
from pledges.models import Municipality

# So many about the pages of one municipality, or about all others, are taken in within an hour.
MOST_AN_HOUR = 30
_AN_HOUR = 60 * 60
_MAX_PATH_LENGTH = PageReport._meta.get_field("path").max_length or 0


@dataclass(frozen=True)
class ReportedPage:
    """A page that something is wrong on.

    `path` is empty for none in particular; `municipality` is whose page it is, None for the
    portal's own. `is_read_there` says whether that has anybody who is told, and not the operator.
    """

    path: str
    municipality: Municipality | None
    is_read_there: bool


NO_PAGE = ReportedPage("", None, is_read_there=False)


def page_at(path: str) -> ReportedPage:
    """Return the public page at a path; `NO_PAGE` when there is none."""
    if not path.startswith("/") or len(path) > _MAX_PATH_LENGTH or not path.isprintable():
        return NO_PAGE
    try:
        with translation.override(language_of(path)):
            match = resolve(path)
    except Resolver404:
        return NO_PAGE
    if not can_be_named(match):
        return NO_PAGE
    municipality = Municipality.objects.filter(slug=match.kwargs.get("slug", "")).first()
    with as_portal():
        return ReportedPage(path, municipality, is_read_there=bool(_people_of(municipality)))


def report(
    page: ReportedPage,
    text: str,
    email: str,
    sending: uuid.UUID,
    at: datetime,
    *,
    replaces: bool = False,
) -> None:
    """Take in what is wrong on a page, and tell who can mend it; once.

    With other words it takes the place of the first one that it `replaces`, until that is dealt
    with; else SentBefore is raised. Raises Refused when too much has come in or nobody can be told.
    """
    with as_portal(), transaction.atomic():
        stored = PageReport.objects.select_for_update().filter(sending=sending).first()
        if stored is None:
            place = page.municipality.pk if page.municipality else "portal"
            if count(f"page-reports:{place}", _AN_HOUR) > MOST_AN_HOUR:
                raise Refused(
                    _("Det har kommit många meddelanden den här timmen. Försök igen om en stund.")
                )
            stored = PageReport.objects.create(
                municipality=page.municipality,
                path=page.path,
                text=text,
                email=email,
                sending=sending,
                reported_at=at,
            )
        elif replaces and stored.handled_at is None:
            stored.text, stored.email = text, email
            stored.save(update_fields=["text", "email"])
        else:
            # The address that was given is gone when it is dealt with.
            is_handled = stored.handled_at is not None
            before = (stored.text, email if is_handled else stored.email)
            check_is_same(stored, before, (text, email), can_be_replaced=not is_handled)
            return
        _tell(stored)


def _tell(report: PageReport) -> None:
    people = _people_of(report.municipality) or _operators()
    if not people:
        raise Refused(_("Ingen tar emot sådant här än. Vänd dig till kommunen eller Polisen."))
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Något är fel på en sida i portalen")
        context = {
            "report": report,
            "address": f"{settings.SITE_URL}{report.path}" if report.path else "",
            "list_address": settings.SITE_URL + reverse("page_reports"),
        }
        body = render_to_string("dialogues/page_report.txt", context)
        reply_to = [report.email] if report.email else None
        for person in people:
            # Each by itself: who else works there is nobody's business.
            EmailMessage(subject, body, None, [person], reply_to=reply_to).send()


def _people_of(municipality: Municipality | None) -> list[str]:
    """Return the addresses of those who can mend a municipality's pages.

    Those who keep its contact do: editors, coordinators and administrators. Where there are none,
    it is the address that the municipality is reached by.
    """
    if municipality is None:
        return []
    people = people_who_may(Action.KEEP_CONTACTS, [municipality.pk])
    addresses = [person.email for person in people]
    return addresses or [*filter(None, [municipality.contact_email])]


def _operators() -> list[str]:
    operators = User.objects.filter(is_active=True, is_superuser=True).order_by("pk")
    return [*dict.fromkeys([*settings.ERROR_EMAIL, *operators.values_list("email", flat=True)])]


def handle(report: PageReport, at: datetime) -> None:
    """Say that a report is dealt with, and forget who wrote; twice is once."""
    PageReport.objects.filter(pk=report.pk, handled_at=None).update(handled_at=at, email="")
