"""The form that asks for an archive package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.models import ArchivePackage, Municipality, PoliceArea
from pledges.records.scope import Holder

_THE_OPERATORS = "alla"


class PackageForm(WorkspaceForm):
    """What the package has, and whose archive it is for."""

    innehall = forms.ChoiceField(
        label=_("Vad ska paketet innehålla?"),
        choices=ArchivePackage.Kind,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj vad paketet ska innehålla."),
            "invalid_choice": _("Välj något av det som står i listan."),
        },
    )
    arkiv = forms.ChoiceField(
        label=_("Vems arkiv är det för?"),
        help_text=_(
            "Det som en annan part håller för sig, som interna anteckningar, kommer inte med."
        ),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj vems arkiv paketet är för."),
            "invalid_choice": _("Välj något av det som står i listan."),
        },
    )

    def __init__(
        self,
        *args: Any,
        holders: Sequence[Municipality | PoliceArea],
        is_operator: bool,
        is_public: bool,
        **kwargs: Any,
    ) -> None:
        """Take the parties that one works for.

        An operator can also have what all of them hold.
        """
        super().__init__(*args, **kwargs)
        self._holders: dict[str, Holder] = {
            f"{party._meta.model_name}-{party.pk}": party for party in holders
        }
        if is_operator:
            self._holders = {_THE_OPERATORS: None, **self._holders}
        field = self.fields["arkiv"]
        field.choices = [  # type: ignore[attr-defined]
            (key, str(party) if party is not None else _("alla parter, för driftens återställning"))
            for key, party in self._holders.items()
        ]
        if len(self._holders) == 1:
            del self.fields["arkiv"]
        if not is_public:
            kinds = [(ArchivePackage.Kind.WHOLE.value, ArchivePackage.Kind.WHOLE.label)]
            self.fields["innehall"].choices = kinds  # type: ignore[attr-defined]

    @property
    def holder(self) -> Holder:
        """Return whose archive was chosen, or is the only one."""
        key = self.cleaned_data.get("arkiv") or next(iter(self._holders))
        return self._holders[key]
