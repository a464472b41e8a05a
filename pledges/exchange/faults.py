"""What is wrong with a file that someone gave us, in plain Swedish."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from tomllib import TOMLDecodeError
from typing import Any

from django.utils.translation import gettext as _

from pledge_portal.pages.text import day


@dataclass(frozen=True)
class Fault:
    """One fault: where it is and what is wrong.

    `where` is a key such as "focus_area[2].name", or a line.
    """

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


class PledgeFileError(Exception):
    """A pledge file that can't be used.

    `faults` names every fault, and nothing was written.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


def key_path(location: Sequence[str | int]) -> str:
    """Return a key with its numbers counted from one, as people count.

    ("focus_area", 1, "name") gives "focus_area[2].name".
    """
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        elif part not in {"int", "float"}:
            path += f".{part}" if path else part
    return path or _("filen")


def fault_from_pydantic(error: Mapping[str, Any]) -> Fault:
    """Turn one of pydantic's errors into a sentence in the user's language."""
    kind, context = error["type"], error.get("ctx", {})
    sentences = {
        "missing": _("Nyckeln saknas."),
        "extra_forbidden": _("Nyckeln är okänd. Är den rätt stavad?"),
        "string_type": _("Värdet ska vara text inom citattecken."),
        "string_pattern_mismatch": _("Värdet har fel form eller innehåller otillåtna tecken."),
        "int_type": _("Värdet ska vara ett heltal."),
        "int_from_float": _("Värdet ska vara ett heltal."),
        "float_type": _("Värdet ska vara ett tal."),
        "finite_number": _("Värdet ska vara ett tal."),
        "bool_type": _("Värdet ska vara true eller false."),
        "date_type": _("Värdet ska vara ett datum, till exempel 2025-12-31, utan citattecken."),
        "date_from_datetime_inexact": _("Värdet ska vara ett datum utan klockslag."),
        "list_type": _("Värdet ska vara en lista."),
        "model_type": _("Värdet ska vara en tabell."),
        "is_instance_of": _("Värdet har fel slag."),
        "older_english": _(
            "older_english ska räkna upp texter som finns på engelska, var och en en gång, i "
            "bokstavsordning."
        ),
        "uuid_type": _("Värdet ska vara ett id av slaget UUID."),
    }
    if kind in {"literal_error", "enum"}:
        what = _("Värdet ska vara %(expected)s.") % {
            "expected": str(context.get("expected", "")).replace(" or ", _(" eller "))
        }
    elif kind == "string_too_long":
        what = _("Texten får ha högst %(most)s tecken. Den har %(number)s.") % {
            "most": context["max_length"],
            "number": len(error["input"].strip()),
        }
    elif kind == "string_too_short":
        what = _("Texten är tom.")
    elif kind == "too_short":
        what = _("Listan ska ha minst %(least)s.") % {"least": context["min_length"]}
    elif kind == "too_long":
        what = _("Listan får ha högst %(most)s.") % {"most": context["max_length"]}
    elif kind in {"less_than", "greater_than_equal"} and isinstance(error["input"], date):
        sentence, limit = (
            (_("Dagen ska vara före %(day)s."), context["lt"])
            if kind == "less_than"
            else (_("Dagen ska vara tidigast %(day)s."), context["ge"])
        )
        what = sentence % {"day": day(date.fromisoformat(str(limit)))}
    elif kind in {"greater_than", "greater_than_equal"}:
        sign = _("större än") if kind == "greater_than" else _("minst")
        what = _("Talet ska vara %(sign)s %(limit)s.") % {
            "sign": sign,
            "limit": context.get("gt", context.get("ge")),
        }
    elif kind in {"less_than", "less_than_equal"}:
        sign = _("mindre än") if kind == "less_than" else _("högst")
        what = _("Talet ska vara %(sign)s %(limit)s.") % {
            "sign": sign,
            "limit": context.get("lt", context.get("le")),
        }
    else:
        what = sentences.get(kind, _("Värdet kan inte användas."))
    return Fault(key_path(error["loc"]), what)


def fault_from_toml(error: TOMLDecodeError, text: str) -> Fault:
    """Turn what makes a text no TOML into a sentence in the user's language."""
    match = re.search(r"at line (\d+), column (\d+)", str(error))
    line = int(match.group(1)) if match else text.count("\n") + 1
    reason = str(error)
    # By what the reason that the reader of TOML gives begins with, whatever it names after that.
    sentences = {
        "Invalid statement": _("Raden ska vara en nyckel med = och ett värde, eller [tabell]."),
        "Expected newline": _(
            "Det står något efter värdet. Decimaler skrivs med punkt, och datum som 2025-12-31."
        ),
        "Expected '=' after": _("Det saknas = mellan nyckeln och värdet."),
        "Expected ']": _("Tabellens namn ska sluta med ] eller ]]."),
        "Invalid initial character": _(
            "Nyckeln ska vara ett ord av bokstäverna a–z, siffror, _ och -."
        ),
        "Invalid value": _("Värdet går inte att läsa. Står texten inom citattecken?"),
        "Invalid date": _("Datumet finns inte. Skriv det som 2025-12-31."),
        "Unterminated string": _("Citattecknet som avslutar texten saknas."),
        r"Illegal character '\n": _("Citattecknet som avslutar texten saknas."),
        r"Found invalid character '\n": _("Citattecknet som avslutar texten saknas."),
        "Illegal character": _("På raden står ett tecken som inte går att visa."),
        "Found invalid": _("På raden står ett tecken som inte går att visa."),
        "Unescaped": _("Skriv två omvända snedstreck (\\\\) där texten ska ha ett."),
        "Invalid hex value": _("Skriv två omvända snedstreck (\\\\) där texten ska ha ett."),
        "Unclosed array": _("Hakparentesen som avslutar listan saknas."),
        "Unclosed inline": _("Klammern som avslutar tabellen saknas."),
        "Cannot": _("Nyckeln eller tabellen står redan tidigare i filen."),
        "Duplicate": _("Nyckeln eller tabellen står redan tidigare i filen."),
    }
    known = (sentence for start, sentence in sentences.items() if reason.startswith(start))
    otherwise = _("Raden går inte att läsa som TOML.")
    return Fault(_("rad %(line)s") % {"line": line}, next(known, otherwise))
