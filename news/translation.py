"""Which texts of news can also be given in English."""

from modeltranslation.translator import TranslationOptions, register

from news.models import News, NewsCorrection
from pledge_portal.database.newest_texts import read_newest_texts


@register(News)
class NewsTexts(TranslationOptions):
    """What is told and quoted."""

    fields = ("title", "text", "quotation")
    required_languages = {"sv": ("title", "text")}


@register(NewsCorrection)
class NewsCorrectionTexts(TranslationOptions):
    """What was wrong."""

    fields = ("text",)
    required_languages = {"sv": ("text",)}


read_newest_texts()
