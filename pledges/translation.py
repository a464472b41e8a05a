"""Which texts that staff write can also be given in English.

Swedish is what was signed.
"""

from modeltranslation.translator import TranslationOptions, register

from pledge_portal.database.newest_texts import read_newest_texts
from pledges.models import (
    Commitment,
    Consultation,
    FocusArea,
    FollowUpCorrection,
    Indicator,
    IndicatorLink,
    Picture,
    Pledge,
    Section,
    Signatory,
    TargetChange,
)


@register(Pledge)
class PledgeTexts(TranslationOptions):
    """Title and summary."""

    fields = ("title", "summary", "source_note")
    required_languages = {"sv": ("title",)}


@register(Section)
class SectionTexts(TranslationOptions):
    """Heading and Markdown text."""

    fields = ("heading", "text")
    required_languages = {"sv": ("heading", "text")}


@register(FocusArea)
class FocusAreaTexts(TranslationOptions):
    """Name, problem, cause and what is to be achieved."""

    fields = ("name", "problem", "cause", "expected_effects")
    required_languages = {"sv": ("name",)}


@register(Commitment)
class CommitmentTexts(TranslationOptions):
    """Its short name, what is undertaken, and the words of its target."""

    fields = ("name", "text", "explanation", "target_unit")
    required_languages = {"sv": ("text",)}


@register(TargetChange)
class TargetChangeTexts(TranslationOptions):
    """The words of the target."""

    fields = ("target_unit",)


@register(Signatory)
class SignatoryTexts(TranslationOptions):
    """The signatory's title."""

    fields = ("title",)
    required_languages = {"sv": ("title",)}


@register(Indicator)
class IndicatorTexts(TranslationOptions):
    """Name and explanation."""

    fields = ("name", "explanation")
    required_languages = {"sv": ("name",)}


@register(IndicatorLink)
class IndicatorLinkTexts(TranslationOptions):
    """What the indicator says of the problem."""

    fields = ("reason",)


@register(Consultation)
class ConsultationTexts(TranslationOptions):
    """What the parties ask, and how they tell what came of the answers."""

    fields = ("introduction", "outcome")
    required_languages = {"sv": ("introduction",)}


@register(FollowUpCorrection)
class FollowUpCorrectionTexts(TranslationOptions):
    """What was wrong in a follow-up. It never changes."""

    fields = ("text",)
    required_languages = {"sv": ("text",)}


@register(Picture)
class PictureTexts(TranslationOptions):
    """What a picture shows, for those who don't see it."""

    fields = ("alternative_text",)
    required_languages = {"sv": ("alternative_text",)}


read_newest_texts()
