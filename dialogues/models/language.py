"""The languages that residents and staff write in here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages to choose from, by their codes in pages (BCP 47).

    The portal's two, those of national minorities in the north, and two of many others.
    """

    SWEDISH = "sv", _("svenska")
    ENGLISH = "en", _("engelska")
    FINNISH = "fi", _("finska")
    MEANKIELI = "fit", _("meänkieli")
    NORTHERN_SAMI = "se", _("nordsamiska")
    ARABIC = "ar", _("arabiska")
    SOMALI = "so", _("somaliska")


def language_field() -> models.CharField:
    """Return the field for the language that a text is written in."""
    return models.CharField(_("språk"), max_length=3, choices=Language, default=Language.SWEDISH)


def language_of_page() -> str:
    """Return the language of the page, which a form is sent in."""
    return (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
