"""Forms in which staff write news, correct it and take it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy

from news.event_texts import event_texts
from news.models import (
    MAX_QUOTATION_LENGTH,
    MAX_SPEAKER_LENGTH,
    MAX_TEXT_LENGTH,
    MAX_TITLE_LENGTH,
    News,
    NewsSetting,
)
from news.rules import TEXTS, Draft
from pledge_portal.pages.english_fields import EnglishForm
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.models import Municipality, Pledge
from pledges.models.correction import MAX_CORRECTION_LENGTH


def _long(label: Any, most: int, rows: int, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


class PledgeChoice(forms.ModelChoiceField):
    """A choice of a pledge, by its title and period."""

    def label_from_instance(self, pledge: Any) -> str:
        """Return what a pledge is called in the list."""
        return f"{pledge.title}, {pledge.period}"


class NewsForm(EnglishForm):
    """News: a title, a text, and perhaps what somebody says."""

    free_texts = ("title_sv", "text_sv", "quotation_sv", "title_en", "text_en", "quotation_en")
    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Kommun"), queryset=Municipality.objects.none(), empty_label=None
    )
    title_sv = forms.CharField(
        label=gettext_lazy("Rubrik"),
        help_text=gettext_lazy("Säg det viktigaste i en mening."),
        max_length=MAX_TITLE_LENGTH,
    )
    text_sv = _long(
        gettext_lazy("Text"),
        MAX_TEXT_LENGTH,
        10,
        help_text=gettext_lazy("Lämna en tom rad mellan styckena."),
    )
    pledge = PledgeChoice(
        label=gettext_lazy("Löfte som den handlar om"),
        queryset=Pledge.objects.none(),
        empty_label=gettext_lazy("Inget särskilt"),
        required=False,
    )
    quotation_sv = _long(
        gettext_lazy("Citat"),
        MAX_QUOTATION_LENGTH,
        3,
        help_text=gettext_lazy("Utan citattecken. Den som citeras ska ha sagt ja till det."),
        required=False,
    )
    speaker = forms.CharField(
        label=gettext_lazy("Vem säger det?"),
        help_text=gettext_lazy("Till exempel: Anna Berg, kommunstyrelsens ordförande."),
        max_length=MAX_SPEAKER_LENGTH,
        required=False,
    )
    title_en = forms.CharField(
        label=gettext_lazy("Rubrik på engelska"), max_length=MAX_TITLE_LENGTH, required=False
    )
    text_en = _long(gettext_lazy("Texten på engelska"), MAX_TEXT_LENGTH, 8, required=False)
    quotation_en = _long(
        gettext_lazy("Citatet på engelska"), MAX_QUOTATION_LENGTH, 3, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(
        self, *args: Any, municipalities: Any, news: News | None = None, **kwargs: Any
    ) -> None:
        older = news.older_english if news else ()
        super().__init__(*args, older_english=older, **kwargs)
        fields: Any = self.fields
        fields["municipality"].queryset = municipalities
        fields["pledge"].queryset = (
            Pledge.objects.public()
            .filter(
                pk__in=Pledge.objects.filter(parties__municipality__in=municipalities).values("pk")
            )
            .order_by("-valid_from", "-pk")
        )
        if news is not None and not news.is_own:
            del fields["pledge"]
        # It lies under its municipality's address from the beginning.
        if news is not None or municipalities.count() == 1:
            own = news.municipality_id if news else municipalities.get().pk
            fields["municipality"].widget = forms.HiddenInput()
            fields["municipality"].initial = own
            fields["municipality"].disabled = True

    def draft(self) -> Draft:
        """Return what was typed."""
        texts = {name: self.cleaned_data[name] for name in TEXTS}
        return Draft(texts, self.cleaned_data.get("pledge"))


def initial_of(news: News, on: date) -> dict[str, Any]:
    """Return the values that show news in its form.

    Of an event that nobody has written other words for they are those it would go out with.
    """
    texts = {name: getattr(news, name) or "" for name in TEXTS}
    if not news.title_sv:
        for language in ("sv", "en"):
            with translation.override(language):
                event = event_texts([news], on)[news.pk]
            texts[f"title_{language}"] = event.title.text[:MAX_TITLE_LENGTH]
            texts[f"text_{language}"] = event.text[:MAX_TEXT_LENGTH]
    return {**texts, "pledge": news.pledge_id, "version": news.version}


class SettingForm(WorkspaceForm):
    """Whether a municipality's news of what happens waits for staff."""

    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Kommun"), queryset=Municipality.objects.none(), empty_label=None
    )
    waits = forms.ChoiceField(
        label=gettext_lazy("Nyheter om det som händer"),
        choices=[
            ("", gettext_lazy("går ut av sig själva")),
            ("waits", gettext_lazy("väntar tills ni har läst och släppt dem")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, municipalities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["municipality"]
        field.queryset = municipalities
        if municipalities.count() == 1:
            field.widget, field.disabled = forms.HiddenInput(), True
            field.initial = municipalities.get().pk
            waiting = NewsSetting.objects.filter(municipality=field.initial, waits=True)
            self.fields["waits"].initial = "waits" if waiting.exists() else ""


class NewsCorrectionForm(WorkspaceForm):
    """What was wrong and what is right, in Swedish and perhaps in English."""

    free_texts = ("text_sv", "text_en")
    text_sv = _long(
        gettext_lazy("Rättelse"),
        MAX_CORRECTION_LENGTH,
        5,
        help_text=gettext_lazy("Skriv vad som var fel och vad som är rätt."),
    )
    text_en = _long(gettext_lazy("På engelska"), MAX_CORRECTION_LENGTH, 3, required=False)


class ReasonForm(WorkspaceForm):
    """Why news is taken back."""

    free_texts = ("reason",)
    reason = forms.CharField(label=gettext_lazy("Varför? Alla ser det."), max_length=300)


class VersionForm(WorkspaceForm):
    """The version of news that somebody has read and says yes to."""

    version = forms.IntegerField(widget=forms.HiddenInput())
