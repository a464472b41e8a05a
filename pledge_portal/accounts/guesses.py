"""Guesses at passwords and codes, counted from all networks together.

They lock nobody out, so its owner is told instead, once a day.
"""

from __future__ import annotations

from enum import Enum
from hashlib import sha256
from typing import Any

from allauth.mfa.signals import authentication_failed
from django.conf import settings
from django.core.mail import send_mail
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.network_limits import count

_A_DAY = 24 * 60 * 60


class WrongGuess(Enum):
    """What is guessed, how many guesses are told of, and what is told."""

    PASSWORD = (
        20,
        gettext_lazy(
            "Någon har skrivit fel lösenord till ditt konto 20 gånger det senaste dygnet. Du är "
            "inte utestängd, och utan ditt lösenord och ditt andra steg kommer ingen in."
        ),
    )
    CODE = (
        5,
        gettext_lazy(
            "Någon har skrivit rätt lösenord till ditt konto, men fel kod fem gånger det senaste "
            "dygnet. Var det inte du: byt lösenord nu."
        ),
    )


def count_guess(guess: WrongGuess, email: str) -> None:
    """Count a wrong guess; write to the account's owner when they are many."""
    limit, sentence = guess.value
    key = f"guesses:{guess.name}:{sha256(email.lower().encode()).hexdigest()}"
    is_told = count(key, _A_DAY) == limit
    with as_portal():
        person = User.objects.filter(email__iexact=email, is_active=True).first()
    if is_told and person is not None:
        letter = {"sentence": sentence, "address": settings.SITE_URL + reverse("own_account")}
        text = render_to_string("accounts/email/guesses.txt", letter)
        send_mail(_("Någon försöker logga in på ditt konto"), text, None, [person.email])


@receiver(authentication_failed)
def _count_code(user: User, **_options: Any) -> None:
    count_guess(WrongGuess.CODE, user.email)
