"""Which texts that staff write of dialogues can also be given in English."""

from modeltranslation.translator import TranslationOptions, register

from dialogues.models import Dialogue, Heard, TextCorrection, Theme, ThemeAnswer
from pledge_portal.database.newest_texts import read_newest_texts


@register(Theme)
class ThemeTexts(TranslationOptions):
    """The name."""

    fields = ("name",)
    required_languages = {"sv": ("name",)}


@register(Dialogue)
class DialogueTexts(TranslationOptions):
    """What is asked, and of whom."""

    fields = ("title", "question", "audience")
    required_languages = {"sv": ("title", "question")}


@register(Heard)
class HeardTexts(TranslationOptions):
    """The summary."""

    fields = ("text",)
    required_languages = {"sv": ("text",)}


@register(ThemeAnswer)
class ThemeAnswerTexts(TranslationOptions):
    """The reason why no commitment answers a theme."""

    fields = ("reason",)
    required_languages = {"sv": ()}


@register(TextCorrection)
class TextCorrectionTexts(TranslationOptions):
    """What was wrong."""

    fields = ("text",)
    required_languages = {"sv": ("text",)}


read_newest_texts()
