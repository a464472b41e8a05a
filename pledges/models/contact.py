"""How to reach a party: a function, never a person's name."""

from __future__ import annotations

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.Model):
    """A party's contact, kept by the party itself and shown to everybody."""

    contact_role = models.CharField(_("funktion"), max_length=120, blank=True, default="")
    contact_phone = models.CharField(
        _("telefon"),
        max_length=30,
        blank=True,
        default="",
        validators=[
            RegexValidator(
                r"\A\+?[0-9][0-9 -]{3,28}\Z", _("Skriv siffror, mellanslag och bindestreck.")
            )
        ],
    )
    contact_email = models.EmailField(_("e-post"), blank=True, default="")
    contact_web = models.CharField(
        _("webbadress"),
        max_length=200,
        blank=True,
        default="",
        validators=[
            URLValidator(schemes=["https"], message=_("Skriv en adress som börjar med https://."))
        ],
    )

    class Meta:
        abstract = True

    @property
    def has_contact(self) -> bool:
        """Whether there is any way to reach the party."""
        return bool(self.contact_phone or self.contact_email or self.contact_web)
