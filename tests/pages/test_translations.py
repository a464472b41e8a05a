"""Every text of the portal has its English, with the same places."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
FUNCTIONS = {
    f"{name}{lazy}": None
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for lazy in ("", "_lazy")
} | {"_": None}

# What a message is: its context, its text, and its plural when it has one.
Message = tuple[str | None, str, str | None]


def sources() -> Iterator[tuple[Path, str]]:
    """Yield every file that holds texts, as Python code."""
    for folder in ("dialogues", "news", "pledges", "pledge_portal"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file, file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "templates").rglob("*.*")):
        code = templatize(file.read_text(encoding="utf-8"), origin=str(file))
        # What is left of the HTML is no Python, and its indentation means nothing.
        yield file, "\n".join(line.strip() for line in code.splitlines())


@cache
def messages() -> dict[Message, Path]:
    """Return every text to be translated, and a file that it stands in."""
    sources_of: dict[Message, Path] = {}
    for file, code in sources():
        stream = BytesIO(code.encode())
        for _line, function, texts, _comments in extract_python(stream, FUNCTIONS, [], {}):
            parts = [texts] if isinstance(texts, str) else [t for t in texts if t is not None]
            if not parts or not parts[0]:
                continue
            context = parts.pop(0) if "pgettext" in function else None
            plural = parts[1] if function.startswith("n") else None
            sources_of[(context, parts[0], plural)] = file
    return sources_of


@cache
def english() -> Catalog:
    """Return the English texts."""
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as stream:
        return read_po(stream, "en")


def places(text: str) -> list[str]:
    """Return the places of a text to fill in, such as %(day)s and {name}."""
    return sorted(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))


def test_the_texts_are_found() -> None:
    texts = {text for _context, text, _plural in messages()}
    assert {"Hoppa till innehållet", "Gäller tills vidare", "Gäller löftet?"} <= texts
    assert len(texts) > 400


def test_every_text_has_its_english() -> None:
    missing = []
    for (context, text, plural), file in messages().items():
        entry = english().get(text, context)
        strings = entry.string if entry and plural else (entry.string if entry else "",)
        if not entry or entry.fuzzy or not all(strings):
            missing.append(f"{file.relative_to(ROOT)}: {text}")
    assert not missing, "\n".join(missing)


def faults(swedish: str, english_text: str) -> Iterator[str]:
    """Yield what is wrong with a translation."""
    if places(swedish) != places(english_text):
        yield "other places to fill in"
    if re.search(r"[åäöÅÄÖ]", english_text.replace("BRÅ", "").replace("Brå", "")):
        yield "still Swedish"
    if swedish[:1].isspace() != english_text[:1].isspace():
        yield "other space at its beginning"
    if swedish.rstrip()[-1:] not in ".:?" and english_text.rstrip()[-1:] in ".:?":
        yield "ends like a sentence"


def test_the_english_has_the_same_places_to_fill_in() -> None:
    wrong = []
    for entry in english():
        if not entry.id:
            continue
        swedish = entry.id if entry.pluralizable else (entry.id,)
        translated = entry.string if entry.pluralizable else (entry.string,)
        for one, other in zip(swedish, translated, strict=True):
            wrong += [f"{fault}: {one}" for fault in faults(one, other)]
    assert not wrong, "\n".join(wrong)
