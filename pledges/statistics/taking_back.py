# ruff: noqa: S608  (the names in these statements are those of our own tables)
"""Take an import of statistics back, as a whole.

Every figure is as if the import had never come: those that it brought are gone, those that it
changed are as before, and what later imports have said since stands.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.models import EarlierFigure, Indicator, IndicatorLink, Observation, StatisticsImport
from pledges.statistics.areas import areas_importable_by
from pledges.statistics.importing import wait_for_other_imports
from pledges.statistics.indicators import restore_names

MAX_REASON_LENGTH = 500
_OBSERVATIONS = Observation._meta.db_table
_EARLIER = EarlierFigure._meta.db_table
_FIGURES = ("value", "per_100_000", "lower", "upper", "note")


def figures_touched(done: StatisticsImport) -> tuple[int, int]:
    """Return how many figures would go, and how many would be as before."""
    current = Observation.objects.filter(imported_in=done)
    changed = EarlierFigure.objects.filter(replaced_in=done, observation__imported_in=done).count()
    return current.count() - changed, changed


def may_take_back(user: User, done: StatisticsImport) -> bool:
    """Return whether all of an import is of areas that a person imports for."""
    if done.taken_back_at is not None:
        return False
    own = areas_importable_by(user)
    if own is None:
        return True
    if done.described_before or done.sent_by_id is None:
        return False
    current = Observation.objects.filter(imported_in=done).exclude(area__in=own)
    earlier = EarlierFigure.objects.filter(imported_in=done).exclude(observation__area__in=own)
    return not current.exists() and not earlier.exists()


@transaction.atomic
def take_back(done: StatisticsImport, *, reason: str, by: User, at: datetime) -> None:
    """Take an import back.

    Indicators that it made go with it unless later figures or links have come to them. Raises
    Refused without a reason or when it isn't one's own, and ChangedMeanwhile.
    """
    reason = reason.strip()
    if not reason:
        raise Refused({"reason": _("Skriv varför importen tas tillbaka.")})
    wait_for_other_imports()
    stored = StatisticsImport.objects.select_for_update(of=("self",)).get(pk=done.pk)
    if stored.taken_back_at is not None:
        raise ChangedMeanwhile(_("Importen är redan tillbakatagen."))
    if not may_take_back(by, stored):
        raise Refused(_("Importen har siffror för andra områden än dina."))
    with on_behalf_of(reason=reason):
        _restore_figures(stored.pk)
        restore_names(stored.described_before)
        unused = Indicator.objects.filter(pk__in=stored.made)
        unused = unused.exclude(pk__in=Observation.objects.values("indicator"))
        for indicator in unused.exclude(pk__in=IndicatorLink.objects.values("indicator")):
            indicator.delete()
        stored.taken_back_at, stored.taken_back_by, stored.reason = at, by, reason
        stored.save()


def _restore_figures(key: int) -> None:
    figures = ", ".join(f"{name} = e.{name}" for name in _FIGURES)
    with connection.cursor() as cursor:
        # What it changed and nobody has changed since is as before.
        cursor.execute(
            f"UPDATE {_OBSERVATIONS} o SET {figures}, imported_in_id = e.imported_in_id"
            f" FROM {_EARLIER} e WHERE e.observation_id = o.id AND e.replaced_in_id = %(key)s"
            " AND o.imported_in_id = %(key)s",
            {"key": key},
        )
        cursor.execute(
            f"DELETE FROM {_EARLIER} e USING {_OBSERVATIONS} o WHERE e.observation_id = o.id"
            " AND e.replaced_in_id = %(key)s AND o.imported_in_id <> %(key)s AND NOT EXISTS"
            f" (SELECT 1 FROM {_EARLIER} own WHERE own.observation_id = o.id"
            " AND own.imported_in_id = %(key)s)",
            {"key": key},
        )
        # What has been changed since stands; the earlier figure is then the one before this import.
        cursor.execute(
            f"UPDATE {_EARLIER} e SET replaced_in_id = own.replaced_in_id,"
            f" replaced_at = own.replaced_at FROM {_EARLIER} own"
            " WHERE own.observation_id = e.observation_id AND own.imported_in_id = %(key)s"
            " AND e.replaced_in_id = %(key)s",
            {"key": key},
        )
        # An earlier figure that says the same as the one after it was no change.
        has_same_figures = " AND ".join(
            f"e.{name} IS NOT DISTINCT FROM o.{name}" for name in _FIGURES
        )
        cursor.execute(
            f"DELETE FROM {_EARLIER} e USING {_EARLIER} own, {_OBSERVATIONS} o"
            " WHERE own.observation_id = e.observation_id AND own.imported_in_id = %(key)s"
            " AND o.id = e.observation_id AND own.replaced_in_id = o.imported_in_id"
            f" AND e.replaced_in_id = o.imported_in_id AND e.id <> own.id AND {has_same_figures}",
            {"key": key},
        )
        cursor.execute(f"DELETE FROM {_EARLIER} WHERE imported_in_id = %s", [key])
        # And what it brought is gone.
        cursor.execute(f"DELETE FROM {_OBSERVATIONS} WHERE imported_in_id = %s", [key])
