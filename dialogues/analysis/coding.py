"""Finding themes in what residents write: one click, several at once, and suggestions.

Suggestions come from words that have been coded before in the municipality: how much more often a
word's stem stands in texts with a theme than in others (naive Bayes, with add-one smoothing).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from dialogues.models import CodedTheme, Submission, Theme
from pledge_portal.accounts.models import User
from pledges.models import Municipality

# What is coded before the latest so many says little of how words are used now.
_LEARNT_FROM = 5000
_MOST_SUGGESTIONS = 3
# With fewer texts coded, words are there by chance.
_FEWEST_LEARNT_FROM = 5


def code(submissions: Iterable[Submission], theme: Theme, by: User, at: datetime) -> int:
    """Say that a theme is in the submissions; return in how many it wasn't found before."""
    rows = [
        CodedTheme(submission=each, theme=theme, coded_by=by, coded_at=at)
        for each in submissions
        if each.dialogue.municipality_id == theme.municipality_id
    ]
    before = CodedTheme.objects.filter(theme=theme).count()
    CodedTheme.objects.bulk_create(rows, ignore_conflicts=True)
    return CodedTheme.objects.filter(theme=theme).count() - before


def uncode(submissions: Iterable[Submission], theme: Theme) -> int:
    """Take a theme that staff found away again; return from how many."""
    rows = CodedTheme.objects.filter(submission__in=list(submissions), theme=theme)
    return rows.delete()[0]


def suggestions(
    municipality: Municipality, submissions: list[Submission]
) -> dict[int, list[Theme]]:
    """Return for the key of each submission the themes that its words speak for, the likeliest
    first; two questions whatever their number. Those it has already are left out."""
    lexemes = _lexemes([each.pk for each in submissions])
    in_theme, texts, of_word = _learnt(municipality)
    if sum(texts.values()) < _FEWEST_LEARNT_FROM:
        return {}
    themes = {each.pk: each for each in Theme.objects.filter(municipality=municipality).in_use()}
    found = {}
    for each in submissions:
        has = {row.theme_id for row in each.ranked.all()}
        has |= {row.theme_id for row in each.coded.all()}
        scores = {
            key: _score(lexemes[each.pk], in_theme[key], texts[key], of_word, texts)
            for key in themes
            if key not in has and texts[key]
        }
        likely = sorted((key for key in scores if scores[key] > 0), key=lambda key: -scores[key])
        found[each.pk] = [themes[key] for key in likely[:_MOST_SUGGESTIONS]]
    return found


def _score(
    words: set[str], in_theme: Counter[str], texts: int, of_word: Counter[str], every: Counter[int]
) -> float:
    """Return how much likelier the words are in the theme's texts than in all; 0 when unknown."""
    total = sum(every.values())
    known = [word for word in words if of_word[word]]
    return sum(
        math.log((in_theme[word] + 1) / (texts + 2)) - math.log((of_word[word] + 1) / (total + 2))
        for word in known
        if in_theme[word] * total > of_word[word] * texts
    )


def _lexemes(keys: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tsvector_to_array(search) FROM dialogues_submission WHERE id = ANY(%s)",
            [keys],
        )
        found.update({key: set(words) for key, words in cursor.fetchall()})
    return found


def _learnt(
    municipality: Municipality,
) -> tuple[dict[int, Counter[str]], Counter[int], Counter[str]]:
    """Return how often each stem stands in a theme's texts, how many those are, and the stem in
    all; texts are those that staff have coded or whose writer ranked a theme."""
    in_theme: dict[int, Counter[str]] = defaultdict(Counter)
    texts: Counter[int] = Counter()
    of_word: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT said.theme_id, tsvector_to_array(s.search) FROM ("
            " SELECT submission_id, theme_id FROM dialogues_codedtheme"
            " UNION SELECT submission_id, theme_id FROM dialogues_rankedtheme WHERE rank = 1"
            ") said JOIN dialogues_submission s ON s.id = said.submission_id"
            " JOIN dialogues_dialogue d ON d.id = s.dialogue_id"
            " WHERE d.municipality_id = %s AND s.withdrawn_at IS NULL AND s.text > ''"
            " ORDER BY s.id DESC LIMIT %s",
            [municipality.pk, _LEARNT_FROM],
        )
        for theme, words in cursor.fetchall():
            texts[theme] += 1
            in_theme[theme].update(words)
            of_word.update(words)
    return in_theme, texts, of_word
