"""Indicators: created by imports, named by sources, worded by operators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.models import Indicator, IndicatorAlias
from pledges.models.municipality import without_diacritics
from pledges.statistics.names import IndicatorDefinition, IndicatorNames, printable

_MAX_KEY_LENGTH = 80
_DESCRIBED = ("name_sv", "unit", "explanation_sv")


def create_indicator(definition: IndicatorDefinition) -> Indicator:
    """Create the indicator that a source names, with an address of its own."""
    return Indicator.objects.create(
        key=_free_key(definition),
        kind=definition.kind,
        unit=definition.unit,
        better=definition.better,
        name_sv=definition.name,
        name_en=definition.name_en or None,
        explanation_sv=definition.explanation,
        source=definition.source,
        source_code=definition.code,
    )


def _free_key(definition: IndicatorDefinition) -> str:
    key_base = (
        slugify(without_diacritics(definition.name))[: _MAX_KEY_LENGTH - 4].strip("-")
        or "indikator"
    )
    used = set(Indicator.objects.filter(key__startswith=key_base).values_list("key", flat=True))
    if key_base not in used:
        return key_base
    return next(
        key for number in range(2, len(used) + 3) if (key := f"{key_base}-{number}") not in used
    )


def can_be_named(known: Indicator, definition: IndicatorDefinition) -> bool:
    """Return whether an indicator goes by a code and its source has a name."""
    return known.name_sv == known.source_code and definition.name != known.source_code


def update_names(
    definitions: Iterable[tuple[IndicatorDefinition, Indicator]],
) -> list[dict[str, Any]]:
    """Give indicators that go by a code their source's names and units.

    What somebody has worded already stays as it is. Returns how those that were named were
    described before, and what they got, for `restore_names`.
    """
    before = []
    for definition, known in definitions:
        if can_be_named(known, definition):
            old = {name: getattr(known, name) for name in _DESCRIBED}
            known.name_sv, known.unit = definition.name, definition.unit
            known.explanation_sv = known.explanation_sv or definition.explanation
            known.save()
            new = {name: getattr(known, name) for name in _DESCRIBED}
            before.append({"pk": known.pk, "old": old, "new": new})
    return before


def restore_names(described_before: Iterable[dict[str, Any]]) -> None:
    """Describe indicators as before they were named.

    What somebody has worded since stays as it is.
    """
    for entry in described_before:
        indicator = Indicator.objects.filter(pk=entry["pk"]).first()
        if indicator and {n: getattr(indicator, n) for n in _DESCRIBED} == entry["new"]:
            for name, value in entry["old"].items():
                setattr(indicator, name, value)
            indicator.save()


def add_alias(indicator: Indicator, name: str, *, by: User, at: datetime) -> IndicatorAlias:
    """Let imports take a name of the indicator's source for the indicator.

    Raises Refused for a name that means an indicator already.
    """
    name = " ".join(printable(name).split())
    definition = IndicatorDefinition(indicator.source, name, name, indicator.kind, indicator.unit)
    known = IndicatorNames().find(definition)
    if known is not None:
        sentence = _("Namnet läses redan som ”%(name)s”.")
        if known != indicator:
            sentence = _(
                "”%(name)s” är en indikator med egna siffror. Ta tillbaka importen som gav dem"
                " först."
            )
        raise Refused({"name": sentence % {"name": known.name}})
    try:
        with transaction.atomic():
            return IndicatorAlias.objects.create(
                indicator=indicator, source=indicator.source, name=name, added_by=by, added_at=at
            )
    except IntegrityError as error:
        raise Refused({"name": _("Namnet är redan tillagt.")}) from error


def may_remove_alias(user: User, alias: IndicatorAlias) -> bool:
    """Return whether a person may remove a name.

    Their own; the operator any.
    """
    return user.is_superuser or alias.added_by_id == user.pk


def remove_alias(alias: IndicatorAlias, *, by: User) -> None:
    """Remove a name. Its history stays. Raises Refused when it is another's."""
    if not may_remove_alias(by, alias):
        raise Refused(_("Namnet tas bort av den som lade till det, eller av driften."))
    alias.delete()
