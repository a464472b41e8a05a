"""The form that takes a PDF to examine."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class VerifyForm(forms.Form):
    """One file, of at most VERIFY_MAX_MB megabytes.

    A larger one never reaches the form: it isn't taken into memory, so `was_too_large` has to be
    told from the length that the browser gave.
    """

    file = forms.FileField(
        label=gettext_lazy("PDF-fil"),
        allow_empty_file=True,
        max_length=255,
        error_messages={
            "required": gettext_lazy("Välj en PDF-fil först."),
            "invalid": gettext_lazy("Filen kom inte fram. Försök igen."),
            "max_length": gettext_lazy("Filens namn är för långt. Byt namn på den först."),
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, *args, was_too_large: bool = False, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.was_too_large = was_too_large
        self.fields["file"].help_text = _(
            "Högst %(most)s MB. Filen prövas i minnet och sparas inte."
        ) % {"most": settings.VERIFY_MAX_MB}
        if was_too_large:
            self.fields["file"].error_messages["required"] = _(
                "Filen är för stor. Ett medborgarlöfte är mindre än %(most)s MB."
            ) % {"most": settings.VERIFY_MAX_MB}

    def refuse_for_a_while(self) -> None:
        """Say that too many files have come from the sender's network."""
        self.add_error(
            "file",
            _(
                "Det har kommit många filer från din uppkoppling. Vänta en timme och pröva "
                "filen igen. Den är inte prövad."
            ),
        )
