"""The fields that the forms of a pledge are made of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput
from pledges.models import MAX_PARTY_NAME_LENGTH

ENGLISH = gettext_lazy("Visas på de engelska sidorna. Det som undertecknas är den svenska texten.")


def one_line(
    label: Any, most: int, *, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    """Return a field for a line of text."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
    )


def long_text(
    label: Any,
    *,
    required: bool = False,
    help_text: Any = "",
    rows: int = 4,
    most: int = 20_000,
) -> forms.CharField:
    """Return a field for a text of several lines, `most` characters long."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class NamesField(forms.CharField):
    """Names, one on each line; its clean value is a list of them."""

    def __init__(
        self, label: Any, *, most: int, longest: int = MAX_PARTY_NAME_LENGTH, help_text: Any = ""
    ) -> None:
        self.most, self.longest = most, longest
        super().__init__(
            label=label,
            max_length=5_000,
            required=False,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def prepare_value(self, value: Any) -> Any:
        """Return the names as they are typed."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the names, each once."""
        lines = (" ".join(line.split()) for line in super().clean(value).splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > self.most:
            raise ValidationError(_("Skriv högst %(most)s namn.") % {"most": self.most})
        if any(len(name.rpartition(":")[2].strip()) > self.longest for name in names):
            raise ValidationError(
                _("Ett namn får ha högst %(most)s tecken.") % {"most": self.longest}
            )
        return names


class DayField(forms.DateField):
    """A day that a pledge can have."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label=label, widget=DayInput(), **kwargs)
