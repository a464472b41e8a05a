"""English texts in a form: which are older than their Swedish, and if so."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm

# Ends as the English texts do, which it stands among.
STILL_RIGHT = "still_right_en"


class EnglishForm(WorkspaceForm):
    """A form of texts in both languages.

    `older_english` names the texts whose English is older than the Swedish, as the form's row says.
    The form tells it at each of them and offers to say that it is right as it stands.
    """

    still_right_en = forms.MultipleChoiceField(
        label=gettext_lazy("Engelska som stämmer fortfarande"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Kryssa för det som säger detsamma som svenskan. Då visas det på de engelska sidorna "
            "igen."
        ),
    )

    def __init__(self, *args: Any, older_english: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        older = [name for name in fields if name.endswith("_en") and name[:-3] in older_english]
        for name in older:
            warning = _(
                "Äldre än svenskan, och visas därför inte. Ändra texten, eller kryssa nedan för "
                "att den stämmer fortfarande."
            )
            fields[name].help_text = f"{warning} {fields[name].help_text}".rstrip()
        if not older:
            del fields[STILL_RIGHT]
            return
        fields[STILL_RIGHT].choices = [(name[:-3], fields[name].label) for name in older]
        # After the texts that it is about.
        self.order_fields([name for name in fields if name != STILL_RIGHT])

    @property
    def still_right(self) -> list[str]:
        """The texts whose English is said to be right."""
        return list(self.cleaned_data.get(STILL_RIGHT, []))

    @property
    def tells_of_older_english(self) -> bool:
        """Whether an English text is older than its Swedish."""
        return STILL_RIGHT in self.fields
