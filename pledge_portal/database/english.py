"""English texts that are older than the Swedish ones they translate.

A text in both languages is a pair of columns, `title_sv` and `title_en`. Swedish is what is signed,
so an English text whose Swedish was changed since may say what nobody promised. Which ones are so
is kept with each row by the database (sql/tell_older_english.sql), whoever writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import Trigger

TELL_OLDER_ENGLISH = Trigger(function="tell_older_english", fires="BEFORE INSERT OR UPDATE")


class HasEnglish(models.Model):
    """Something with texts in both languages.

    Among its constraints is TELL_OLDER_ENGLISH.
    """

    # The texts whose English is older than the Swedish, without the language.
    older_english = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("engelska som är äldre än svenskan"),
        default=list,
        blank=True,
        editable=False,
    )

    class Meta:
        abstract = True


def set_older_english(row: HasEnglish, names: Iterable[str]) -> None:
    """Say of a row which of its English texts are older than the Swedish."""
    rows: Any = type(row)._default_manager.filter(pk=row.pk)
    row.older_english = sorted(names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pledge_portal.english_age', 'given', true)")
        rows.update(older_english=row.older_english)
        cursor.execute("SELECT set_config('pledge_portal.english_age', '', true)")


def english_is_right(row: HasEnglish, names: Iterable[str]) -> None:
    """Say that English texts of a row are right.

    Though the Swedish was changed.
    """
    still_right = set(names)
    rows: Any = type(row)._default_manager.select_for_update().filter(pk=row.pk)
    with transaction.atomic():
        older = set(rows.values_list("older_english", flat=True).get())
        if older & still_right:
            set_older_english(row, older - still_right)


def older_beside(row: Any, earlier: Any, names: Iterable[str]) -> list[str]:
    """Return which English texts of a new row are older than its Swedish.

    The row is written instead of an `earlier` one. English that says what it did there is as old as
    it was, and older where the Swedish is other words now.
    """
    return [
        name
        for name in names
        if getattr(row, f"{name}_en")
        and getattr(row, f"{name}_en") == getattr(earlier, f"{name}_en")
        and (
            name in earlier.older_english
            or getattr(row, f"{name}_sv") != getattr(earlier, f"{name}_sv")
        )
    ]
