"""The names that sources have for indicators.

The same thing is one indicator, whatever a source calls it this year. Some names are known here;
staff add others (`IndicatorAlias`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pledges.models import Indicator, IndicatorAlias
from pledges.statistics.areas import plain

# By source: names of the same thing, the one that the portal shows first.
KNOWN_NAMES = {
    "Brå": (
        (
            *("Samtliga brott", "Totalt antal brott", "Anmälda brott totalt", "Anmälda brott"),
            *("Totalt", "Samtliga anmälda brott"),
        ),
        (
            *("Narkotikabrott", "Narkotikastrafflagen", "Narkotikastrafflagen (1968:64)"),
            *("Brott mot narkotikastrafflagen", "Brott mot narkotikastrafflagen (1968:64)"),
            "Narkotikabrott (1968:64)",
        ),
    ),
}


def printable(text: str) -> str:
    """Return a text without control characters and others that can't show."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


@dataclass(frozen=True)
class IndicatorDefinition:
    """An indicator as its source describes it.

    A new one is created from it.
    """

    source: str
    code: str
    name: str
    kind: str
    unit: str
    better: str = Indicator.Better.NEITHER
    name_en: str = ""
    explanation: str = ""

    def __post_init__(self) -> None:
        for name in ("source", "code", "name", "name_en", "explanation"):
            object.__setattr__(self, name, " ".join(printable(getattr(self, name)).split()))

    @property
    def identity(self) -> tuple[str, str]:
        """What identifies it: source and code, whatever their case and spaces."""
        return plain(self.source), plain(self.code)


class IndicatorNames:
    """The portal's indicators, by every name that their sources have for them."""

    def __init__(self) -> None:
        self.indicators = list(Indicator.objects.all())
        self.aliases = list(IndicatorAlias.objects.select_related("indicator"))
        self._known = {
            (plain(indicator.source), plain(indicator.source_code)): indicator
            for indicator in self.indicators
        }
        for alias in self.aliases:
            self._known.setdefault((plain(alias.source), plain(alias.name)), alias.indicator)
        self._same: dict[tuple[str, str], tuple[str, ...]] = {
            (plain(source), plain(name)): names
            for source, groups in KNOWN_NAMES.items()
            for names in groups
            for name in names
        }

    def find(self, definition: IndicatorDefinition) -> Indicator | None:
        """Return the portal's own indicator of a definition, if there is one."""
        source, _code = definition.identity
        names = (definition.code, *self._same.get(definition.identity, ()))
        for name in names:
            if indicator := self._known.get((source, plain(name))):
                return indicator
        return None

    def canonical(self, definition: IndicatorDefinition) -> IndicatorDefinition:
        """Return a definition by the name that the portal has for it."""
        if known := self.find(definition):
            return replace(definition, code=known.source_code)
        names = self._same.get(definition.identity)
        return replace(definition, code=names[0], name=names[0]) if names else definition

    def by_any_name(self) -> Iterator[tuple[str, Indicator]]:
        """Yield each indicator by every name, the surest first."""
        for indicator in self.indicators:
            for name in (indicator.key, indicator.source_code, indicator.name_sv):
                yield name, indicator
        for alias in self.aliases:
            yield alias.name, alias.indicator
