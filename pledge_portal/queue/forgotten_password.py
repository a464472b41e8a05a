"""A forgotten password: whose account it is, the worker looks up.

The page does the same for every address: it puts a job on the queue. So neither its words nor its
time tell whether there is an account.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts import forms
from pledge_portal.accounts.models import User
from pledge_portal.accounts.sealing import seals
from pledge_portal.queue.jobs import LETTERS, defer, job

_PURPOSE = b"pledge_portal forgotten passwords"


class ResetPasswordForm(forms.ResetPasswordForm):
    """The address to send a link to; nobody is looked up."""

    def clean_email(self) -> str:
        """Return the address in lower case, as accounts have it."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **_options: Any) -> str:
        """Put the letter on the queue and return the address."""
        email: str = self.cleaned_data["email"]
        sealed = seals(_PURPOSE).encrypt(email.encode()).decode()
        defer(send_link, sealed=sealed, language=translation.get_language() or "sv")
        return email


@job("forgotten_password", _("Nytt lösenord"), queue=LETTERS)
def send_link(sealed: str, language: str) -> None:
    """Send the link to a new password, if the address has an account."""
    email = seals(_PURPOSE).decrypt(sealed.encode()).decode()
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        return
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    letter = {"password_reset_url": get_adapter().get_reset_password_from_key_url(key)}
    folder = "account/email/password_reset_key"
    with translation.override(language):
        subject = render_to_string(f"{folder}_subject.txt").strip()
        text = render_to_string(f"{folder}_message.txt", letter)
    send_mail(subject, text, None, [person.email])
