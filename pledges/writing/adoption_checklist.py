"""What is looked through before a pledge is adopted.

What stops has to be mended; what doesn't has to be read, and said to have been.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.erasure_marks import erased_in, erasure_question
from pledge_portal.pages.personal_data import Sort, find_personal_data
from pledge_portal.pages.pointing import find_pointers, pointing_question
from pledge_portal.pages.text import day
from pledges.adoptable import lacking_for_adoption, rival_sentence, rivals
from pledges.documents.printable import unprintable_sentence, unprintable_signs
from pledges.lifecycle import is_on_consultation
from pledges.models import Commitment, Municipality, MunicipalityPart, Pledge, ValidityPeriod
from pledges.writing.completeness import marks_by_commitment
from pledges.writing.older_english import older_english_in_words
from pledges.writing.parts import (
    FIELDS,
    FRONT,
    Contents,
    Part,
    PartKind,
    Values,
    part_of,
    parts_of,
)
from pledges.writing.texts import TextFault, faults_of, long_sentences


@dataclass(frozen=True)
class Point:
    """A point of the list: what it says, of which part, and if it stops.

    With no part it is about the whole. One of the wording stops a pledge to be signed, and can't be
    helped in one that was signed long ago.
    """

    sentence: str
    stops: bool
    part: Part | None = None
    is_of_wording: bool = False


@dataclass(frozen=True)
class Checked:
    """The points in their order, of the version with the number."""

    version: int
    stops: list[Point]
    notes: list[Point]


def check(pledge: Pledge, contents: Contents, version: int, on: date) -> Checked:
    """Check a draft as of the day `on`.

    `contents` is what its latest version says.
    """
    points = [
        *_lacking(pledge),
        *_vague(contents),
        *_kinds(contents),
        *_unprintable(contents),
        *_of_texts(contents),
        *_references(contents),
        *_validity(pledge, on),
        *_english(contents),
        *_still_open(pledge, on),
    ]
    return Checked(
        version,
        [point for point in points if point.stops],
        [point for point in points if not point.stops],
    )


def _lacking(pledge: Pledge) -> Iterator[Point]:
    for sentence in lacking_for_adoption(pledge):
        yield Point(sentence, stops=True)
    if not pledge.registry_number.strip():
        yield Point(_("Diarienumret saknas."), stops=True, part=FRONT, is_of_wording=True)


def _vague(contents: Contents) -> Iterator[Point]:
    marks = marks_by_commitment(contents)
    for row in contents["commitments"]:
        vague, part = marks[row["id"]], Part(PartKind.COMMITMENT, row["id"])
        if vague.vague:
            yield Point(
                _("Åtagandet är vagt. Det saknar %(what)s.") % {"what": _listed(vague.vague)},
                stops=False,
                part=part,
            )
        if vague.broken:
            yield Point(
                _("Åtagandet går inte att följa upp. Det saknar %(what)s.")
                % {"what": _listed(vague.broken)},
                stops=False,
                part=part,
            )


# A search, but for visits (besöka), attempts (försöka) and what else ends so.
_SEARCH = re.compile(r"(?<!be)(?<!för)(?<!under)(?<!an)(?<!upp)(?<!efter)sök", re.IGNORECASE)
_DOG = re.compile(r"hund(?!r)", re.IGNORECASE)


def _kinds(contents: Contents) -> Iterator[Point]:
    """Hold each commitment's kind against its words.

    A kind decides what is secret, so a wrong one hides what is promised openly or tells of a search
    that is to come.
    """
    kind_of, party = Commitment.Kind, Commitment.Party
    for row in contents["commitments"]:
        part = Part(PartKind.COMMITMENT, row["id"])
        words = f"{row['name_sv']} {row['text_sv']} {row['target_unit_sv']}"
        is_search, has_dog = bool(_SEARCH.search(words)), bool(_DOG.search(words))
        if row["kind"] != kind_of.DRUG_DOG_SEARCH:
            if is_search and has_dog:
                sentence = _(
                    "Åtagandet talar om hundsök. Är slaget rätt? Det här slaget visas öppet."
                )
                yield Point(sentence, stops=False, part=part)
            continue
        if not is_search and not has_dog:
            sentence = _(
                "Slaget är narkotikasök med hund, men texten har inget sök. Välj rätt slag."
            )
            yield Point(sentence, stops=True, part=part)
        if row["responsible"] == party.MUNICIPALITY:
            sentence = _("Kommunen ansvarar ensam för hundsöket. Vem gör det?")
            yield Point(sentence, stops=False, part=part)


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(words)s och %(last)s") % {"words": ", ".join(words[:-1]), "last": words[-1]}


def _texts_of(contents: Contents) -> Iterator[tuple[Part, str, str]]:
    for part in parts_of(contents):
        values = part_of(contents, part) or {}
        for name in FIELDS[part.kind]:
            text = values.get(name)
            if name.endswith(("_sv", "_en")) and isinstance(text, str) and text:
                yield part, name, text


def _unprintable(contents: Contents) -> Iterator[Point]:
    for part in parts_of(contents):
        values = part_of(contents, part) or {}
        texts = [values.get(name) for name in FIELDS[part.kind]]
        whole = "\n".join(text for text in texts if isinstance(text, str))
        if signs := unprintable_signs(whole):
            # A pledge that was signed elsewhere keeps its own document: none is made of the text.
            yield Point(unprintable_sentence(signs), stops=True, part=part, is_of_wording=True)


def _of_texts(contents: Contents) -> Iterator[Point]:
    for part, name, text in _texts_of(contents):
        is_markdown = part.kind == PartKind.SECTION and name.startswith("text")
        markup_faults = faults_of(text, _is_ours) if is_markdown else _of_plain(text)
        for fault in dict.fromkeys(markup_faults):
            yield Point(fault.sentence, fault.stops, part, is_of_wording=True)
        for detail in find_personal_data(text):
            yield Point(
                _("”%(text)s” ser ut som en personuppgift.") % {"text": detail.text},
                stops=detail.sort == Sort.IDENTITY_NUMBER,
                part=part,
            )
        if pointers := find_pointers(text):
            yield Point(pointing_question(pointers), stops=False, part=part)
        if excerpts := erased_in(text):
            yield Point(erasure_question(excerpts), stops=False, part=part)


def _of_plain(text: str) -> Iterator[TextFault]:
    # These texts are no Markdown: what is written so is shown with its signs.
    if re.search(r"!?\[[^\]]*\]\([^)]*\)", text):
        yield TextFault(_("Länkar går bara att skriva i avsnitt. Här syns tecknen."), stops=True)
    yield from long_sentences(text)


def _is_ours(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


_REFERENCE = re.compile(r"\båtagande(?:na|t)?\s+(?:nr\s*)?([0-9]{1,3})\b", re.IGNORECASE)


def _references(contents: Contents) -> Iterator[Point]:
    last = len(contents["commitments"])
    for part, _name, text in _texts_of(contents):
        for number in dict.fromkeys(_REFERENCE.findall(text)):
            if not 1 <= int(number) <= last:
                yield Point(
                    _("Texten hänvisar till åtagande %(number)s, som inte finns.")
                    % {"number": number},
                    stops=True,
                    part=part,
                    is_of_wording=True,
                )


def _validity(pledge: Pledge, on: date) -> Iterator[Point]:
    """Compare the pledge's days with those of the ones before and after."""
    if pledge.valid_to < on:
        yield Point(
            _("Löftets sista dag har redan varit."), stops=True, part=FRONT, is_of_wording=True
        )
    elif pledge.valid_from < on:
        yield Point(
            _("Löftets första dag har redan varit. Det gäller först när alla har undertecknat."),
            stops=False,
            part=FRONT,
        )
    for party in pledge.parties.select_related("municipality"):
        same_day = list(rivals(pledge, party.municipality).order_by("adopted_at", "pk")[:1])
        if same_day and same_day[0].adopted_at is not None:
            yield Point(rival_sentence(same_day[0], party.municipality), stops=True, part=FRONT)
            continue
        for rival in same_day:
            yield Point(_other_draft(rival, party.municipality), stops=False, part=FRONT)
        for part in (*pledge.parts_in(party.municipality),) or (None,):
            yield from _beside_others(pledge, party.municipality, part)


def _other_draft(rival: Pledge, municipality: Municipality) -> str:
    return _(
        "Ett annat utkast, %(title)s (%(period)s), börjar gälla samma dag i %(municipality)s. Bara "
        "ett av dem kan antas."
    ) % {
        "title": rival.title,
        "period": rival.period,
        "municipality": rival.place_name(municipality),
    }


def _beside_others(
    pledge: Pledge, municipality: Municipality, part: MunicipalityPart | None
) -> Iterator[Point]:
    name = part.name if part else municipality.official_name
    others = list(
        ValidityPeriod.objects.filter(municipality=municipality, part=part, during__isempty=False)
        .exclude(pledge=pledge)
        .select_related("pledge")
        .order_by("during")
    )
    before = [period for period in others if period.during.lower < pledge.valid_from]
    if before:
        yield from _after_the_last(pledge, before[-1], name)
    after = [period for period in others if period.during.lower > pledge.valid_from]
    if after and after[0].during.lower <= pledge.valid_to:
        yield Point(
            _("%(title)s börjar gälla %(day)s i %(municipality)s och avslutar då det här löftet.")
            % {
                "title": after[0].pledge.title,
                "day": day(after[0].during.lower),
                "municipality": name,
            },
            stops=False,
            part=FRONT,
        )


def _after_the_last(pledge: Pledge, last: ValidityPeriod, name: str) -> Iterator[Point]:
    names = {"title": last.pledge.title, "municipality": name, "day": day(pledge.valid_from)}
    if last.during.upper is not None and last.during.upper < pledge.valid_from:
        gap = (pledge.valid_from - last.during.upper).days
        yield Point(
            ngettext(
                "Mellan %(title)s och det här löftet är det %(n)s dag utan löfte i "
                "%(municipality)s.",
                "Mellan %(title)s och det här löftet är det %(n)s dagar utan löfte i "
                "%(municipality)s.",
                gap,
            )
            % {**names, "n": gap},
            stops=False,
            part=FRONT,
        )
    elif pledge.valid_from <= last.pledge.full_end:
        yield Point(
            _("Löftet avslutar %(title)s i förtid i %(municipality)s: sista dagen blir %(last)s.")
            % {**names, "last": day(pledge.valid_from - timedelta(days=1))},
            stops=False,
            part=FRONT,
        )


def _english(contents: Contents) -> Iterator[Point]:
    """Check that a pledge is in English wholly or not at all, and as new.

    It is in Swedish, or in Swedish and English.
    """
    lacking = [part for part in parts_of(contents) if _lacks_english(part_of(contents, part) or {})]
    has_some = any(
        name.endswith("_en") and value
        for part in parts_of(contents)
        for name, value in (part_of(contents, part) or {}).items()
    )
    for part in lacking if has_some else []:
        yield Point(_("Engelsk text saknas här, men finns på andra ställen."), False, part)
    for part in parts_of(contents):
        if texts := older_english_in_words(contents, part):
            sentence = _(
                "Engelskan är äldre än svenskan: %(texts)s. Den engelska sidan visar svenskan "
                "tills engelskan är ändrad, eller någon säger att den stämmer."
            )
            yield Point(sentence % {"texts": _listed(texts)}, stops=False, part=part)


def _lacks_english(values: Values) -> bool:
    return any(
        name.endswith("_en") and not value and values.get(f"{name[:-3]}_sv")
        for name, value in values.items()
    )


def _still_open(pledge: Pledge, on: date) -> Iterator[Point]:
    if is_on_consultation(pledge, on):
        yield Point(_("Ett samråd om löftet pågår. Avsluta det först."), stops=True)
    remarks = pledge.remarks.filter(settled_at=None).count()
    if remarks:
        yield Point(
            ngettext(
                "%(n)s kommentar från en kollega är inte avklarad.",
                "%(n)s kommentarer från kollegor är inte avklarade.",
                remarks,
            )
            % {"n": remarks},
            stops=False,
        )
