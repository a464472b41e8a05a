"""Take a party's mark."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.exchange.uploads import WholeFileField
from pledges.pictures.rules import MARK_BYTES, PICTURE_BYTES


class PictureField(WholeFileField):
    """A picture of at most `max_bytes`; its clean value is the bytes."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("Välj en bildfil först.")
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(accept="image/png,image/jpeg,image/webp", **options)


class MarkForm(WorkspaceForm):
    """A mark for light and for dark pages, and what it shows."""

    free_texts = ("alternative_text", "alternative_text_en")

    light = PictureField(
        label=gettext_lazy("Märket (PNG, JPEG eller WebP)"),
        max_bytes=MARK_BYTES,
        required=False,
        help_text=gettext_lazy(
            "Helst en PNG med genomskinlig bakgrund, för vitt papper och ljusa sidor. Byter du "
            "den försvinner den mörka versionen, om du inte lämnar en ny."
        ),
    )
    dark = PictureField(
        label=gettext_lazy("För mörka sidor"),
        max_bytes=MARK_BYTES,
        required=False,
        help_text=gettext_lazy("Utan den står märket på en vit platta när sidan är mörk."),
    )
    alternative_text = forms.CharField(
        label=gettext_lazy("Alternativtext"),
        max_length=200,
        help_text=gettext_lazy(
            "Läses upp för den som inte ser märket. Oftast räcker namnet: ”Exempelby kommun”."
        ),
    )
    alternative_text_en = forms.CharField(
        label=gettext_lazy("Alternativtext på engelska"), max_length=200, required=False
    )


class PledgePictureForm(WorkspaceForm):
    """A pledge's picture, what it shows and who took it."""

    free_texts = ("alternative_text", "alternative_text_en")

    file = PictureField(
        label=gettext_lazy("Bilden (PNG, JPEG eller WebP)"),
        max_bytes=PICTURE_BYTES,
        required=False,
        help_text=gettext_lazy(
            "Minst 800 bildpunkter på längden. Var och när den är tagen sparas inte."
        ),
    )
    alternative_text = forms.CharField(
        label=gettext_lazy("Vad bilden visar"),
        max_length=200,
        help_text=gettext_lazy("Läses upp för den som inte ser bilden."),
    )
    alternative_text_en = forms.CharField(
        label=gettext_lazy("Vad bilden visar, på engelska"), max_length=200, required=False
    )
    credit = forms.CharField(label=gettext_lazy("Fotograf"), max_length=120)
    is_agreed = forms.BooleanField(
        label=gettext_lazy(
            "De som syns på bilden har sagt ja till att den publiceras, och ingen annans märke "
            "eller verk är med utan lov."
        ),
        error_messages={
            "required": gettext_lazy("Kryssa för att bilden får publiceras, eller välj en annan.")
        },
    )
