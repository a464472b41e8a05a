"""The forms of accounts, in the portal's own look and words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.demonstration import is_demonstration_code
from pledge_portal.accounts.models import (
    MUNICIPAL_ROLES,
    POLICE_ROLES,
    Invitation,
    Membership,
    Role,
    User,
)
from pledge_portal.accounts.same_person import other_account_of
from pledge_portal.pages.folding import one_time_code
from pledge_portal.pages.rule_forms import RuleForm
from pledge_portal.pages.typed_fields import PlainLineField
from pledge_portal.pages.workspace_forms import WorkspaceForm

_PASSWORD_HINT = _("Minst 12 tecken. Gärna flera ord som du kan minnas.")


class PortalForm(RuleForm):
    """A form as components/field.html shows it, without placeholders."""

    status = 200  # as allauth's own pages answer
    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            # allauth moves the cursor by itself; the portal leaves it where the reader put it.
            field.widget.attrs.pop("autofocus", None)
            if not isinstance(field.widget, forms.HiddenInput | forms.CheckboxInput):
                field.widget.attrs["class"] = "input"


class LoginForm(PortalForm, account.LoginForm):
    """E-mail and password."""

    labels = {"login": _("E-postadress"), "password": _("Lösenord")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ChangePasswordForm(PortalForm, account.ChangePasswordForm):
    """The old password and twice the new."""

    labels = {
        "oldpassword": _("Ditt lösenord nu"),
        "password1": _("Nytt lösenord"),
        "password2": _("Nytt lösenord igen"),
    }
    hints = {"password1": _PASSWORD_HINT}


class ResetPasswordForm(PortalForm, account.ResetPasswordForm):
    """The address to send a link to."""

    labels = {"email": _("E-postadress")}


class ResetPasswordKeyForm(PortalForm, account.ResetPasswordKeyForm):
    """Twice the new password."""

    labels = {"password1": _("Nytt lösenord"), "password2": _("Nytt lösenord igen")}
    hints = {"password1": _PASSWORD_HINT}


class ReauthenticatePasswordForm(PortalForm, account.ReauthenticateForm):
    """The password once more."""

    labels = {"password": _("Lösenord")}


class _CodeForm(PortalForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(inputmode="numeric", autocomplete="one-time-code")

    def clean_code(self) -> str:
        """Check the code, whatever spaces stand in it."""
        self.cleaned_data["code"] = one_time_code(self.cleaned_data["code"])
        return super().clean_code()  # type: ignore[misc]


class _OwnCodeForm(_CodeForm):
    labels = {"code": _("Kod")}
    hints = {"code": _("Sex siffror ur din app, eller en av dina reservkoder.")}

    def clean_code(self) -> str:
        """Check the code; the demonstration's is good for its own accounts."""
        code = one_time_code(self.cleaned_data["code"])
        form: Any = self
        if is_demonstration_code(form.user, code):
            form.authenticator = Authenticator.objects.get(
                user=form.user, type=Authenticator.Type.TOTP
            )
            return code
        return super().clean_code()


class AuthenticateForm(_OwnCodeForm, second_factor.AuthenticateForm):
    """The second factor at login."""


class ReauthenticateCodeForm(_OwnCodeForm, second_factor.ReauthenticateForm):
    """The second factor once more."""


class ActivateTOTPForm(_CodeForm, totp.ActivateTOTPForm):
    """The first code of an app, which shows that it was set up right."""

    labels = {"code": _("Koden som appen visar")}
    hints = {"code": _("Sex siffror. Appen byter kod var trettionde sekund.")}


class AddWebAuthnForm(PortalForm, webauthn.AddWebAuthnForm):
    """A security key and what its owner calls it."""

    labels = {"name": _("Vad ska nyckeln heta?")}


class EditWebAuthnForm(PortalForm, webauthn.EditWebAuthnForm):
    """What a security key is called."""

    labels = {"name": _("Vad ska nyckeln heta?")}


class InvitationForm(PortalForm):
    """Whom to invite, to which role and for which place."""

    email = forms.EmailField(label=_("E-postadress"), max_length=254)
    role = forms.ChoiceField(label=_("Roll"), choices=[("", "–"), *Role.choices])
    place = forms.ChoiceField(label=_("Kommun eller lokalpolisområde"))
    hints = {"email": _("Inbjudan går till den här adressen och kan bara användas av den.")}

    def __init__(self, *args: Any, places: list[models.Model], **kwargs: Any) -> None:
        """Offer the places whose people the inviter administers."""
        self._places = {f"{place._meta.model_name}-{place.pk}": place for place in places}
        super().__init__(*args, **kwargs)
        choices = [(key, str(place)) for key, place in self._places.items()]
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = choices if len(choices) == 1 else [("", "–"), *choices]

    def clean_email(self) -> str:
        """Return the address in lower case, as accounts have it."""
        email = str(self.cleaned_data["email"]).lower()
        if other := other_account_of(email):
            raise ValidationError(
                _("Den adressen är samma brevlåda som kontot %(email)s. Bjud in den i stället.")
                % {"email": other.email}
            )
        return email

    def clean_place(self) -> models.Model:
        """Return the place itself."""
        return self._places[self.cleaned_data["place"]]

    def clean(self) -> dict[str, Any]:
        """Check that the role can be held for the place and is not held already."""
        cleaned = super().clean() or {}
        role, place = cleaned.get("role"), cleaned.get("place")
        if role and place is not None:
            is_area = place._meta.model_name == "policearea"
            if role in POLICE_ROLES and not is_area:
                self.add_error("role", _("Den rollen hör till ett lokalpolisområde."))
            elif role in MUNICIPAL_ROLES and is_area:
                self.add_error("role", _("Den rollen hör till en kommun."))
            elif Membership.objects.filter(
                person__email=cleaned.get("email"),
                role=role,
                **{"police_area" if is_area else "municipality": place},
            ).exists():
                self.add_error("email", _("Personen har redan den rollen."))
        return cleaned


class AcceptInvitationForm(PortalForm):
    """Name and password of a person who is new to the portal."""

    first_name = forms.CharField(label=_("Förnamn"), max_length=150)
    last_name = forms.CharField(label=_("Efternamn"), max_length=150)
    password1 = forms.CharField(label=_("Lösenord"), widget=forms.PasswordInput)
    password2 = forms.CharField(label=_("Lösenord igen"), widget=forms.PasswordInput)
    hints = {"password1": _PASSWORD_HINT}

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        """Judge the password beside the invited address."""
        self._invitation = invitation
        super().__init__(*args, **kwargs)
        for name, autocomplete in {
            "first_name": "given-name",
            "last_name": "family-name",
            "password1": "new-password",
            "password2": "new-password",
        }.items():
            self.fields[name].widget.attrs["autocomplete"] = autocomplete

    def clean(self) -> dict[str, Any]:
        """Check that the passwords agree and are good enough."""
        cleaned = super().clean() or {}
        password = cleaned.get("password1")
        if password:
            if password != cleaned.get("password2"):
                self.add_error("password2", _("Lösenorden är inte lika."))
            person = User(
                email=self._invitation.email,
                first_name=cleaned.get("first_name", ""),
                last_name=cleaned.get("last_name", ""),
            )
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class AskFactorResetForm(WorkspaceForm):
    """How one knows that it is the person who has lost their second factor."""

    free_texts = ("identified_by",)

    identified_by = PlainLineField(
        label=_("Hur vet du att det är personen själv?"),
        help_text=_(
            "Till exempel: kom till mitt rum, eller jag ringde upp på numret i vår katalog. Lita "
            "inte på ett mejl eller ett samtal från ett okänt nummer. Skriv inget personnummer."
        ),
        min_length=10,
        max_length=500,
        error_messages={
            "required": _("Skriv hur du vet att det är personen."),
            "min_length": _("Skriv hur du vet att det är personen, så att andra förstår."),
        },
    )


class ConfirmFactorResetForm(WorkspaceForm):
    """That the second person has seen to it too."""

    have_spoken = forms.BooleanField(
        label=_(
            "Jag har själv talat med personen, ansikte mot ansikte eller på ett nummer som jag "
            "redan hade."
        ),
        error_messages={"required": _("Tala med personen först, och kryssa sedan.")},
    )
