"""Texts in two languages, read by the bare name: `row.title`.

modeltranslation gives them in the language in use, or in Swedish where that has none. Here it gives
the Swedish too where the English is older (see `english`), so that no page, feed or file shows what
nobody promised because it asked for a text by its shortest name.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from modeltranslation.fields import TranslationFieldDescriptor
from modeltranslation.translator import translator

from pledge_portal.database.english import HasEnglish


class _NewestText(TranslationFieldDescriptor):
    """A text by its bare name, in the reader's language where that is as new."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        name = self.field.name
        if instance is not None and name in instance.__dict__.get("older_english", ()):
            return getattr(instance, f"{name}_{settings.LANGUAGE_CODE}")
        return super().__get__(instance, owner)


def read_newest_texts() -> None:
    """Let older English be read nowhere by a text's bare name.

    Called by each app's `translation`, once modeltranslation knows its models.
    """
    for model in translator.get_registered_models(abstract=False):
        for name in translator.get_options_for_model(model).get_field_names():
            descriptor = vars(model).get(name)
            if issubclass(model, HasEnglish) and isinstance(descriptor, TranslationFieldDescriptor):
                newest = _NewestText.__new__(_NewestText)
                vars(newest).update(vars(descriptor))
                setattr(model, name, newest)
