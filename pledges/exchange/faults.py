"""What is wrong with a file that someone gave us, in plain Swedish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Fault:
    """One fault: where it is and what is wrong.

    `where` is a key such as "focus_area[2].name", or a line.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


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
        "uuid_type": _("Värdet ska vara ett id av slaget UUID."),
    }
    if kind in {"literal_error", "enum"}:
        what = _("Värdet ska vara %(expected)s.") % {
            "expected": str(context.get("expected", "")).replace(" or ", _(" eller "))
        }
    elif kind == "string_too_long":
        what = _("Texten får ha högst %(most)s tecken.") % {"most": context["max_length"]}
    elif kind == "string_too_short":
        what = _("Texten är tom.")
    elif kind == "too_short":
        what = _("Listan ska ha minst %(least)s.") % {"least": context["min_length"]}
    elif kind == "too_long":
        what = _("Listan får ha högst %(most)s.") % {"most": context["max_length"]}
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
