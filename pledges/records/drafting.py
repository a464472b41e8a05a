"""Say what of a pledge's writing is in a package.

Its versions, remarks, approvals and consultations. Versions name rows by their keys, also such as
are there no longer. In a package they are called as everything else is, so that a restored draft is
written on from where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from pledges.models import (
    Consultation,
    ConsultationAnnex,
    ConsultationParty,
    FocusArea,
    PledgeVersion,
    Remark,
    TextApproval,
)
from pledges.records.part_registry import Called, Part
from pledges.records.scope import Scope, shown_files
from pledges.writing.parts import model_of, part_named, rows_by_kind


def _all(model: Any, path: str = "pledge") -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: model.objects.filter(**{path: scope.pledge.pk})


def _of_the_pledge(scope: Scope) -> Q:
    return Q(pgh_belongs_to=scope.pledge.pk)


def _published(scope: Scope) -> QuerySet[Consultation]:
    return Consultation.objects.public().filter(pledge=scope.pledge.pk)


def contents_called(contents: Any, called: Called) -> Any:
    """Return a version's contents with its rows called otherwise."""
    if not isinstance(contents, dict):
        return contents
    renamed = dict(contents)
    for kind, name in rows_by_kind().items():
        if name not in contents:
            continue
        renamed[name] = [
            {**row, "id": called(model_of(kind), row["id"])}
            | ({"focus_area": called(FocusArea, row["focus_area"])} if "focus_area" in row else {})
            for row in contents[name]
        ]
    return renamed


def part_called(name: Any, called: Called) -> Any:
    """Return the name of a part as a package has it, or as the database does."""
    if isinstance(name, dict):
        kind = name["part"]
        return f"{kind}-{called(model_of(part_named(f'{kind}-1').kind), name['of'])}"
    part = part_named(name) if name else None
    if part is None or not part.key:
        return name
    return {"part": str(part.kind), "of": called(model_of(part.kind), part.key)}


PARTS = (
    Part(
        PledgeVersion,
        "versioner",
        "Utkastets text som den var efter varje ändring, och vem som gjorde den.",
        _all(PledgeVersion),
        named={"contents": contents_called, "part": part_called},
        order=("number",),
    ),
    Part(
        Remark,
        "kollegors-kommentarer",
        "Vad de som skrev löftet sade till varandra om texten.",
        _all(Remark),
        named={"part": part_called},
        history=_of_the_pledge,
    ),
    Part(
        TextApproval,
        "godkannanden-av-texten",
        "Att en part godkände texten innan den antogs, och vilken version.",
        _all(TextApproval),
        history=_of_the_pledge,
    ),
    Part(
        Consultation,
        "samrad",
        "Förslag som invånarna fick tycka till om, och vad synpunkterna ledde till.",
        _all(Consultation),
        _published,
        named={"contents": contents_called},
        history=_of_the_pledge,
    ),
    Part(
        ConsultationParty,
        "samradets-kommuner",
        "Kommunerna där ett samråd lästes.",
        _all(ConsultationParty, "consultation__pledge"),
        lambda scope: ConsultationParty.objects.filter(consultation__in=_published(scope)),
    ),
    Part(
        ConsultationAnnex,
        "samradets-bilagor",
        "Bilagor (PDF) till ett förslag som invånarna fick tycka till om.",
        _all(ConsultationAnnex, "consultation__pledge"),
        shown_files(
            lambda scope: ConsultationAnnex.objects.filter(consultation__in=_published(scope))
        ),
        document=lambda row: f"samrad-bilaga-{row.id}",
    ),
)
