"""Themes that staff find in what residents write, and suggestions of them.

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
_MAX_SUGGESTIONS = 3
# With fewer texts coded, words are there by chance.
_MIN_EXAMPLES = 5


def code(submissions: Iterable[Submission], theme: Theme, by: User, at: datetime) -> int:
    """Code a theme in submissions; return in how many it is new."""
    coded = [
        CodedTheme(submission=submission, theme=theme, coded_by=by, coded_at=at)
        for submission in submissions
        if submission.dialogue.municipality_id == theme.municipality_id
    ]
    before = CodedTheme.objects.filter(theme=theme).count()
    CodedTheme.objects.bulk_create(coded, ignore_conflicts=True)
    return CodedTheme.objects.filter(theme=theme).count() - before


def uncode(submissions: Iterable[Submission], theme: Theme) -> int:
    """Take a coded theme away from submissions; return from how many."""
    coded = CodedTheme.objects.filter(submission__in=list(submissions), theme=theme)
    return coded.delete()[0]


def suggestions(
    municipality: Municipality, submissions: list[Submission]
) -> dict[int, list[Theme]]:
    """Return the likeliest themes for each submission, by its key.

    The likeliest comes first; those that a submission has already are left out. Two queries,
    whatever the number of submissions.
    """
    lexemes = _lexemes([submission.pk for submission in submissions])
    by_theme, texts, by_word = _count_words(municipality)
    if sum(texts.values()) < _MIN_EXAMPLES:
        return {}
    themes = {theme.pk: theme for theme in Theme.objects.filter(municipality=municipality).in_use()}
    suggested = {}
    for submission in submissions:
        has = {ranked.theme_id for ranked in submission.ranked.all()}
        has |= {coded.theme_id for coded in submission.coded.all()}
        scores = {
            key: _score(lexemes[submission.pk], by_theme[key], texts[key], by_word, texts)
            for key in themes
            if key not in has and texts[key]
        }
        likely = sorted((key for key in scores if scores[key] > 0), key=lambda key: -scores[key])
        suggested[submission.pk] = [themes[key] for key in likely[:_MAX_SUGGESTIONS]]
    return suggested


def _score(
    words: set[str], by_theme: Counter[str], texts: int, by_word: Counter[str], every: Counter[int]
) -> float:
    """Return how much likelier the words are in a theme's texts than in all.

    0 when no word is known. The score is the sum of the logarithms of the words' ratios.
    """
    total = sum(every.values())
    known = [word for word in words if by_word[word]]
    return sum(
        math.log((by_theme[word] + 1) / (texts + 2)) - math.log((by_word[word] + 1) / (total + 2))
        for word in known
        if by_theme[word] * total > by_word[word] * texts
    )


def _lexemes(keys: list[int]) -> dict[int, set[str]]:
    lexemes: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tsvector_to_array(search) FROM dialogues_submission WHERE id = ANY(%s)",
            [keys],
        )
        lexemes.update({key: set(words) for key, words in cursor.fetchall()})
    return lexemes


def _count_words(
    municipality: Municipality,
) -> tuple[dict[int, Counter[str]], Counter[int], Counter[str]]:
    """Return how often stems stand in each theme's texts, and in all texts.

    The second of the three is how many texts each theme has. Texts are those that staff have coded
    or whose writer ranked a theme.
    """
    by_theme: dict[int, Counter[str]] = defaultdict(Counter)
    texts: Counter[int] = Counter()
    by_word: Counter[str] = Counter()
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
            by_theme[theme].update(words)
            by_word.update(words)
    return by_theme, texts, by_word
