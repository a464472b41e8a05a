"""Links of letters, shown on the page where a demonstration sends none."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

_TO_NOBODY = ("console", "dummy", "filebased", "locmem")


def sends_letters() -> bool:
    """Return whether letters leave this machine, as EMAIL_URL says."""
    backend = settings.EMAIL_DELIVERY_BACKEND.rpartition(".")[0]
    return not backend.endswith(_TO_NOBODY)


def tell_link(request: HttpRequest, link: str) -> None:
    """Show a letter's link in a demonstration that sends no letters."""
    if settings.DEMONSTRATION and not sends_letters():
        sentence = _("Demonstrationen skickar inga mejl. Länken är: %(address)s")
        messages.info(request, sentence % {"address": link})
