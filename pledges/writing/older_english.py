"""In words: which English texts of a draft are older than its Swedish."""

from __future__ import annotations

from typing import Any

from pledges.models import Pledge
from pledges.writing.parts import FIELDS, Contents, Part, PartKind, model_of, older_english_of


def older_english_in_words(contents: Contents, part: Part) -> list[str]:
    """Return the names of the texts whose English is older than the Swedish."""
    model: Any = Pledge if part.kind == PartKind.FRONT else model_of(part.kind)
    return [
        # A pledge's source is written elsewhere, and is no field of its front.
        str(FIELDS[part.kind].get(f"{name}_sv") or model._meta.get_field(name).verbose_name)
        for name in older_english_of(contents, part)
    ]
