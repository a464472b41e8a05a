"""Take what people type when signing.

How somebody signs, the yes and the no, files and scans.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.pages.folding import one_time_code
from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.documents.key_settings import Asks, Codes
from pledges.exchange.uploads import WholeFileField
from pledges.models import Way

SCAN_BYTES = 10 * 1024 * 1024
_SHA256 = forms.CharField(max_length=64, widget=forms.HiddenInput)


class PdfField(WholeFileField):
    """A PDF of at most `max_bytes`; its clean value is the bytes."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("Välj en PDF-fil först.")
    }

    def __init__(self, *, max_bytes: int, **options: Any) -> None:
        super().__init__(accept="application/pdf,.pdf", max_bytes=max_bytes, **options)


class WayForm(WorkspaceForm):
    """How a signatory signs, with which key, and as whom they log in."""

    way = forms.ChoiceField(
        label=gettext_lazy("Hur undertecknar personen?"),
        choices=[choice for choice in Way.choices if choice[0] != Way.ELSEWHERE],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj hur personen undertecknar.")},
    )
    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Personens konto"),
        required=False,
        empty_label=gettext_lazy("Inget konto"),
        help_text=gettext_lazy(
            "Konton med rollen undertecknare. Behövs för att underteckna i portalen."
        ),
    )
    key_name = forms.ChoiceField(
        label=gettext_lazy("Certifikat"),
        required=False,
        help_text=gettext_lazy("Bara för den som undertecknar med ett certifikat i portalen."),
    )

    def __init__(self, *args: Any, people: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["person"].queryset = people
        fields["key_name"].choices = [
            (name, name or _("Demonstrationens certifikat")) for name in keys
        ]
        if not keys:
            del fields["key_name"]


class OrderForm(WorkspaceForm):
    """Whether a pledge's signatories sign one after the other."""

    order = forms.ChoiceField(
        label=gettext_lazy("I vilken ordning undertecknar de?"),
        choices=[
            ("given", gettext_lazy("I ordning: var och en när de före har undertecknat")),
            ("any", gettext_lazy("I valfri ordning: alla kan underteckna genast")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj ordning.")},
    )


class SignForm(WorkspaceForm):
    """The yes to signing the document that was read."""

    document_sha256 = _SHA256
    has_read = forms.BooleanField(
        label=gettext_lazy("Jag har läst dokumentet och vill underteckna det."),
        error_messages={"required": gettext_lazy("Läs dokumentet och kryssa i rutan.")},
    )
    # What the service that holds the key asks for. It is handed on, and kept nowhere.
    pin = forms.CharField(
        label=gettext_lazy("Din pinkod hos underskriftstjänsten"),
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Skriv din pinkod.")},
    )
    otp = forms.CharField(
        label=gettext_lazy("Engångskod"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Skriv engångskoden.")},
    )

    def __init__(self, *args: Any, asks: Asks | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks = asks or Asks()
        if not self.asks.pin:
            del self.fields["pin"]
        if not self.asks.otp:
            del self.fields["otp"]
        elif self.asks.sends_otp:
            self.fields["otp"].help_text = _("Underskriftstjänsten skickar den när du begär det.")

    @property
    def codes(self) -> Codes:
        """What the signatory typed; the form is valid."""
        data = self.cleaned_data
        return Codes(pin=data.get("pin", ""), otp=one_time_code(data.get("otp", "")))


class DeclineForm(WorkspaceForm):
    """The no, and why."""

    free_texts = ("reason",)

    document_sha256 = _SHA256
    reason = forms.CharField(
        label=gettext_lazy("Varför undertecknar du inte?"),
        max_length=1000,
        widget=forms.Textarea,
        help_text=gettext_lazy("Läses av dem som förbereder löftet. Visas inte för allmänheten."),
        error_messages={"required": gettext_lazy("Skriv varför du inte undertecknar.")},
    )


class GiveBackForm(WorkspaceForm):
    """The file as the organisation's own service signed it."""

    file = PdfField(
        label=gettext_lazy("Den undertecknade PDF-filen"),
        max_bytes=settings.FILE_UPLOAD_MAX_MEMORY_SIZE,
    )


class ConfirmForm(WorkspaceForm):
    """The yes to whose signature it is."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    is_right = forms.BooleanField(
        label=gettext_lazy("Jag har sett efter: det är rätt person som har undertecknat."),
        error_messages={
            "required": gettext_lazy("Se efter vems underskrift det är och kryssa i rutan.")
        },
    )


class ScanField(WholeFileField):
    """A scan or a photo; its clean value is the bytes.

    A phone that takes photos as HEIC hands in a JPEG where HEIC isn't asked for.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("Välj en skanning eller ett foto först.")
    }

    def __init__(self, **options: Any) -> None:
        accept = "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"
        super().__init__(accept=accept, max_bytes=SCAN_BYTES, **options)


class PaperForm(WorkspaceForm):
    """The scan of the page that was signed by hand, and the day on it.

    Where one is there already, which one is replaced and why; where the signatory has no account,
    the address to write to.
    """

    free_texts = ("reason",)

    replaces = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    signed_on = forms.DateField(
        label=gettext_lazy("Vilken dag är papperet undertecknat?"), widget=DayInput()
    )
    file = ScanField(
        label=gettext_lazy("Skanning av sidan med underskriften"),
        help_text=gettext_lazy(
            "En PDF eller ett foto (JPEG eller PNG) på högst 10 MB. Den visas för alla när löftet "
            "gäller. Var och när bilden är tagen sparas inte."
        ),
    )
    letter_to = forms.EmailField(
        label=gettext_lazy("Undertecknarens e-postadress"),
        max_length=254,
        required=False,
        help_text=gettext_lazy(
            "Personen har inget konto här. Med en adress får personen ett mejl om skanningen, och "
            "kan säga till om den är fel. Adressen tas bort när underskriften räknas."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Varför byts skanningen ut?"),
        max_length=500,
        help_text=gettext_lazy("Läses av undertecknaren och av dem som förbereder löftet."),
        error_messages={"required": gettext_lazy("Skriv varför skanningen byts ut.")},
    )
    is_true = forms.BooleanField(
        label=gettext_lazy(
            "Jag intygar att skanningen visar portalens dokument, undertecknat för hand."
        ),
        error_messages={"required": gettext_lazy("Se efter och kryssa i rutan.")},
    )

    def __init__(self, *args: Any, is_first: bool, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["reason"]
        if has_account:
            del self.fields["letter_to"]


class ConfirmPaperForm(WorkspaceForm):
    """The yes to a scan that was compared with the paper."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    signed_on = forms.DateField(widget=forms.HiddenInput)
    is_right = forms.BooleanField(
        label=gettext_lazy(
            "Jag har jämfört skanningen med papperet. Det är dokumentet härifrån, undertecknat av "
            "rätt person den dagen."
        ),
        error_messages={
            "required": gettext_lazy("Jämför skanningen med papperet och kryssa i rutan.")
        },
    )


class TakeBackPaperForm(WorkspaceForm):
    """Why a scan is taken back."""

    free_texts = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Varför tas skanningen tillbaka?"),
        max_length=500,
        help_text=gettext_lazy("Läses av undertecknaren och av dem som förbereder löftet."),
        error_messages={"required": gettext_lazy("Skriv varför skanningen tas tillbaka.")},
    )
