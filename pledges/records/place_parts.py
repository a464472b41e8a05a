"""Say what of a pledge's places and annexes is in a package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from pledges.models import FurtherPoliceArea, Picture, PictureFile, PledgeAnnex, PledgePart
from pledges.records.part_registry import Part
from pledges.records.scope import Scope, shown_files


def _all(model: Any) -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: model.objects.filter(pledge=scope.pledge.pk)


def _of_the_pledge(scope: Scope) -> Q:
    return Q(pgh_belongs_to=scope.pledge.pk)


def _files_of_pictures(scope: Scope) -> QuerySet[Any]:
    return PictureFile.objects.filter(picture__pledge=scope.pledge.pk)


PARTS = (
    Part(
        PledgePart,
        "delar",
        "Delarna av kommunerna som löftet gäller för, när det inte gäller hela.",
        _all(PledgePart),
        _all(PledgePart),
        history=_of_the_pledge,
    ),
    Part(
        FurtherPoliceArea,
        "fler-lokalpolisomraden",
        "Lokalpolisområden som ger löftet utöver dess eget.",
        _all(FurtherPoliceArea),
        _all(FurtherPoliceArea),
        history=_of_the_pledge,
    ),
    Part(
        PledgeAnnex,
        "bilagor",
        "Löftets bilagor (PDF): planer som en del av dess innehåll står i.",
        _all(PledgeAnnex),
        shown_files(_all(PledgeAnnex)),
        document=lambda row: f"bilaga-{row.position}",
        history=_of_the_pledge,
    ),
    Part(
        Picture,
        "bild",
        "Löftets bild: vad den visar och vem som har tagit den.",
        _all(Picture),
        _all(Picture),
        history=_of_the_pledge,
    ),
    Part(
        PictureFile,
        "bildfiler",
        "Löftets bild i de storlekar som visas (WebP).",
        _files_of_pictures,
        _files_of_pictures,
        document=lambda row: f"bild-{row.width}",
        ending=".webp",
    ),
)
