"""What is counted, worded for a number: "1 vandring", "2 vandringar".

Staff write what is counted once, for one or for several, and sentences say it of any number. Words
known here are turned into the other form, as the last part of a compound too. Of one of what isn't
known the unit stands in parentheses, which is right for any number: "1 (korvgrillningar)".
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_SIGNS_OF_A_TAIL = re.compile(
    r"\s*(?:[(,/]|\b(?:i|av|med|per|på|för|till|om|vid|mot|hos|från|under|som|utan|inom"
    r"|in|of|with|for|on|at|to|from|by|against|near|about|where|that)\s).*",
    re.DOTALL,
)


def _pairs(words: str) -> list[tuple[str, str]]:
    """Return the words of one and of several, by pairs."""
    return [(one, several) for one, _colon, several in (w.partition(":") for w in words.split())]


# Of one and of several; those of the neuter follow after.
_SWEDISH = _pairs("""
    ing:ingar patrull:patruller kontroll:kontroller insats:insatser träff:träffar dag:dagar
    tillsyn:tillsyner grupp:grupper butik:butiker klass:klasser skola:skolor helg:helger
    kväll:kvällar natt:nätter timme:timmar vecka:veckor månad:månader kurs:kurser
    kontakt:kontakter aktion:aktioner operation:operationer station:stationer lektion:lektioner
    information:informationer razzia:razzior rapport:rapporter person:personer elev:elever
    förälder:föräldrar kvinna:kvinnor man:män ungdom:ungdomar plats:platser gata:gator
    tunnel:tunnlar lokal:lokaler krog:krogar restaurang:restauranger kampanj:kampanjer
    aktivitet:aktiviteter enhet:enheter resa:resor polis:poliser form:former rond:ronder
    match:matcher bil:bilar cykel:cyklar genomgång:genomgångar gång:gånger fastighet:fastigheter
    granne:grannar tid:tider stund:stunder timma:timmar kamera:kameror annons:annonser film:filmer
    bok:böcker buss:bussar rutin:rutiner fråga:frågor lampa:lampor dialog:dialoger
""")
_SWEDISH_NEUTER = _pairs("""
    möte:möten tillfälle:tillfällen ställe:ställen område:områden ärende:ärenden samtal:samtal
    sök:sök brev:brev evenemang:evenemang pass:pass team:team prov:prov utskick:utskick
    beslut:beslut tips:tips brott:brott uppdrag:uppdrag förhör:förhör barn:barn hus:hus
    projekt:projekt läger:läger råd:råd år:år fordon:fordon lås:lås test:test torg:torg
    nätverk:nätverk program:program inlägg:inlägg halvår:halvår läsår:läsår
""")
_ENGLISH = _pairs("""
    patrol:patrols survey:surveys walk:walks search:searches follow-up:follow-ups check:checks
    day:days point:points meeting:meetings class:classes school:schools visit:visits
    operation:operations training:trainings inspection:inspections contact:contacts time:times
    area:areas group:groups shop:shops evening:evenings night:nights action:actions effort:efforts
    lecture:lectures talk:talks person:people pupil:pupils event:events course:courses
    report:reports session:sessions control:controls hour:hours weekend:weekends woman:women
    man:men child:children week:weeks month:months year:years place:places occasion:occasions
    raid:raids campaign:campaigns letter:letters dialogue:dialogues parent:parents
""")
_ADJECTIVES = {
    "nya": ("ny", "nytt"),
    "öppna": ("öppen", "öppet"),
    "egna": ("egen", "eget"),
    "små": ("liten", "litet"),
    "unga": ("ung", "ungt"),
    "stora": ("stor", "stort"),
    "andra": ("annan", "annat"),
    "särskilda": ("särskild", "särskilt"),
    "oanmälda": ("oanmäld", "oanmält"),
    "anmälda": ("anmäld", "anmält"),
    "extra": ("extra", "extra"),
}
_ENDINGS_OF_ADJECTIVES = {
    "ade": ("ad", "at"),
    "iga": ("ig", "igt"),
    "ska": ("sk", "skt"),
    "samma": ("sam", "samt"),
    "ella": ("ell", "ellt"),
    "ala": ("al", "alt"),
    "iva": ("iv", "ivt"),
    "ande": ("ande", "ande"),
    "ende": ("ende", "ende"),
}
_LOOKS_LIKE_SEVERAL = re.compile(r"(?:ar|er|or|en|are)$", re.IGNORECASE)


@lru_cache(maxsize=1024)
def unit_for(number: int | Decimal, unit: str, language: str) -> str:
    """Return what is counted, as it is said of a number in a language.

    `unit` is as it was written, of one or of several.
    """
    tail = match.group() if (match := _SIGNS_OF_A_TAIL.search(unit)) else ""
    *others, noun = unit[: len(unit) - len(tail)].split() or [""]
    worded = (_in_english if language.startswith("en") else _in_swedish)(
        noun, others, is_one=number == 1
    )
    if worded is None:
        return f"({unit})" if number == 1 else unit
    return f"{worded}{tail}"


def _in_swedish(noun: str, others: list[str], *, is_one: bool) -> str | None:
    if noun.casefold().endswith("are"):  # "deltagare", of one and of several
        return _with_adjectives(others, noun, is_one=is_one, is_neuter=False)
    for pairs, is_neuter in ((_SWEDISH, False), (_SWEDISH_NEUTER, True)):
        if (turned := _turned(noun, pairs, is_one=is_one)) is not None:
            return _with_adjectives(others, turned, is_one=is_one, is_neuter=is_neuter)
    return None if is_one and _LOOKS_LIKE_SEVERAL.search(noun) else " ".join([*others, noun])


def _with_adjectives(words: list[str], noun: str, *, is_one: bool, is_neuter: bool) -> str | None:
    adjectives = [_adjective(word, is_one=is_one, is_neuter=is_neuter) for word in words]
    return None if None in adjectives else " ".join([*map(str, adjectives), noun])


def _turned(noun: str, pairs: list[tuple[str, str]], *, is_one: bool) -> str | None:
    """Return a noun of the list in the form for one or for several.

    None when it isn't there.
    """
    folded = noun.casefold()
    for one, several in pairs:
        right, other = (one, several) if is_one else (several, one)
        if folded.endswith(other):
            return noun[: len(noun) - len(other)] + right
        if folded.endswith(right):
            return noun
    return None


def _adjective(word: str, *, is_one: bool, is_neuter: bool) -> str | None:
    """Return a word before a noun as it goes with one or with several."""
    folded = word.casefold()
    if not is_one:
        for several, ones in _ADJECTIVES.items():
            if folded in ones:
                return several
        for ending, ones in _ENDINGS_OF_ADJECTIVES.items():
            for one in ones:
                if folded.endswith(one) and len(folded) > len(one) + 2:
                    return word[: len(word) - len(one)] + ending
        return word
    if folded in _ADJECTIVES:
        return _ADJECTIVES[folded][is_neuter]
    for ending, ones in _ENDINGS_OF_ADJECTIVES.items():
        if folded.endswith(ending):
            return word[: len(word) - len(ending)] + ones[is_neuter]
    return None if folded.endswith(("a", "e")) else word


def _in_english(noun: str, others: list[str], *, is_one: bool) -> str | None:
    turned = _turned(noun, _ENGLISH, is_one=is_one)
    if turned is None and is_one and noun.endswith("s") and not noun.endswith("ss"):
        turned = re.sub(r"ies$", "y", noun)
        if turned == noun:
            turned = re.sub(r"(?<=ch|sh|ss)es$|(?<=[xz])es$|s$", "", noun)
    return " ".join([*others, turned or noun])
