"""Reading the public pledges of a municipality with one light question.

A signed pledge's own row never changes, so it is read once and kept; what can change around it is
asked for each time: when it is in force, whether it was annulled, and the names of its parties.
The question is SQL of our own because building it through Django takes longer than answering it,
and it is asked for every page that is made anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge, PledgeParty
from pledges.models.validity import Annulment, ValidityPeriod

# A pledge that has a validity period is one that all have signed: public, as in
# PledgeQuerySet.public(). A municipality has at most one such period in a pledge.
_QUESTION = """
SELECT p.id, p.uid, a.id, a.name, n.id, n.from_day, n.reason, v.id, v.municipality_id, v.during,
    (SELECT json_agg(json_build_array(y.id, y.position, m.id, m.code, m.slug, m.name,
        m.official_name) ORDER BY y.position, y.id)
        FROM pledges_pledgeparty y JOIN pledges_municipality m ON m.id = y.municipality_id
        WHERE y.pledge_id = p.id),
    (SELECT max(d.step) FROM pledges_pledgedocument d WHERE d.pledge_id = p.id)
FROM pledges_municipality here
JOIN pledges_validityperiod v ON v.municipality_id = here.id
JOIN pledges_pledge p ON p.id = v.pledge_id
JOIN pledges_policearea a ON a.id = p.police_area_id
LEFT JOIN pledges_annulment n ON n.pledge_id = p.id
WHERE here.slug = %s
ORDER BY p.valid_from DESC, p.id DESC
"""
_MOST_KEPT = 1000


def public_pledges_of(slug: str) -> list[Pledge]:
    """Return a municipality's public pledges, the latest first; empty when there is none.

    Each comes with its police area, parties and annulment, and with its period in force in this
    municipality, so that `lifecycle.standing` for the municipality asks nothing more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [slug])
        return [_pledge(*row) for row in cursor.fetchall()]


def _pledge(
    pk: int,
    uid: UUID,
    area_id: int,
    area_name: str,
    annulment_id: int | None,
    from_day: Any,
    reason: str,
    period_id: int,
    municipality_id: int,
    during: Any,
    parties: list[list[Any]],
    document_step: int | None,
) -> Pledge:
    names, values = _signed_row(pk, uid)
    pledge = Pledge.from_db(connection.alias, names, values)
    pledge.police_area = PoliceArea(id=area_id, name=area_name)
    pledge.document_step = document_step
    annulment = None
    if annulment_id is not None:
        annulment = Annulment(id=annulment_id, pledge=pledge, from_day=from_day, reason=reason)
    # None means "known to be missing" to Django; so does an empty answer below.
    pledge._state.fields_cache["annulment"] = annulment
    period = ValidityPeriod(
        id=period_id, pledge=pledge, municipality_id=municipality_id, during=during
    )
    pledge._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "parties": _answered(PledgeParty, [_party(pledge, *party) for party in parties]),
        "validity_periods": _answered(ValidityPeriod, [period]),
    }
    return pledge


def _party(
    pledge: Pledge,
    pk: int,
    position: int,
    municipality_id: int,
    code: str,
    slug: str,
    name: str,
    official_name: str,
) -> PledgeParty:
    municipality = Municipality(
        id=municipality_id, code=code, slug=slug, name=name, official_name=official_name
    )
    return PledgeParty(
        id=pk, pledge=pledge, municipality=municipality, period=pledge.period, position=position
    )


def _answered(model: type[models.Model], rows: list[Any]) -> models.QuerySet[Any]:
    """Return a queryset that has been answered already, as prefetching makes them."""
    answered = model._default_manager.all()
    answered._result_cache = rows
    answered._prefetch_done = True  # type: ignore[attr-defined]
    return answered


@lru_cache(maxsize=_MOST_KEPT)
def _signed_row(pk: int, uid: UUID) -> tuple[list[str], tuple[Any, ...]]:
    """Return the names and values of a signed pledge's own columns, which never change."""
    names = [field.attname for field in Pledge._meta.concrete_fields]
    row = Pledge.objects.get(pk=pk, uid=uid)
    return names, tuple(row.__dict__[name] for name in names)
