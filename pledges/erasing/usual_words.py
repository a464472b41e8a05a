"""Words that may be others than was meant: in many texts, or usual ones.

"Kommunen" or "och" is no detail of anybody, and would leave its mark all over a place's texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.erasing.finding import Hit
from pledges.erasing.finding import Place as Party
from pledges.erasing.words import for_python, pattern_of
from pledges.models import Municipality, MunicipalityPart, Place, PoliceArea

# A name that slipped in stands in a few texts; each has its versions and its history.
_MANY_TEXTS = 12
_MANY_PLACES = 30


def places_in_texts(hits: Sequence[Hit]) -> str:
    """Return how often words stand, in how many texts, in a sentence."""
    places = sum(max(1, hit.places) for hit in hits)
    if places == 1:
        return _("Orden står på ett ställe.")
    return ngettext(
        "Orden står på %(places)s ställen i %(n)s text.",
        "Orden står på %(places)s ställen i %(n)s texter.",
        len(hits),
    ) % {"places": places, "n": len(hits)}


def doubts_of(words: str, hits: Sequence[Hit], party: Party) -> list[str]:
    """Return a sentence for each reason to ask once more."""
    doubts = []
    if len(hits) > _MANY_TEXTS or sum(hit.places for hit in hits) > _MANY_PLACES:
        doubts.append(f"{places_in_texts(hits)} {_('Det är många för en personuppgift.')}")
    pattern = for_python(pattern_of(words))
    if name := next((name for name in _names_of(party) if pattern.search(name)), ""):
        doubts.append(_("Orden står i ett namn på en plats: %(name)s.") % {"name": name})
    excerpts = (excerpt for hit in hits for excerpt in hit.excerpts)
    is_single = len(words.split()) == 1 and words.isalpha()
    in_small = (match[0] for excerpt in excerpts for match in pattern.finditer(excerpt))
    if is_single and (usual := next((word for word in in_small if word.islower()), "")):
        doubts.append(
            _("”%(word)s” står med liten bokstav, som ett vanligt ord.") % {"word": usual}
        )
    return doubts


def _names_of(party: Party) -> list[str]:
    """Return the names that a party's texts are full of."""
    names = [str(party)]
    if isinstance(party, Municipality):
        names += [party.name, party.official_name]
        names += MunicipalityPart.objects.filter(municipality=party).values_list("name", flat=True)
        names += Place.objects.filter(municipality=party).values_list("name", flat=True)
        names += PoliceArea.objects.filter(municipalities=party).values_list("name", flat=True)
    return list(dict.fromkeys(names))
