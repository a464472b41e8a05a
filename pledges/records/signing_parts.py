"""Say what of a pledge's signing is in a package, and of what came after.

How each signs, documents and signatures, what was called back, and the days in force.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from pledges.models import (
    Annulment,
    Decline,
    PaperScan,
    PledgeDocument,
    PledgeSignedElsewhere,
    Prolongation,
    Recall,
    Signatory,
    Signature,
    SigningWay,
    TargetChange,
    ValidityPeriod,
    VoidFile,
    VoidSignature,
    WithheldDocument,
)
from pledges.records.part_registry import Part
from pledges.records.scope import Scope, shown_files


def _of_the_pledge(scope: Scope) -> Q:
    return Q(pgh_belongs_to=scope.pledge.pk)


def _all(model: Any, path: str = "pledge") -> Callable[[Scope], QuerySet[Any]]:
    """Return the rows of a model whose path of fields leads to the pledge."""
    return lambda scope: model.objects.filter(**{path: scope.pledge.pk})


def _own_signatories(scope: Scope) -> QuerySet[Any]:
    ours = Signatory.objects.filter(scope.signing_side(), pledge=scope.pledge.pk)
    return ours.order_by().values("pk")


def _signing(model: Any) -> Callable[[Scope], QuerySet[Any]]:
    """Return a model's rows about one side's signatories.

    Only that side may read them.
    """
    return lambda scope: model.objects.filter(signatory__in=_own_signatories(scope))


def _signing_events(scope: Scope) -> Q:
    if scope.holder is None:
        return _of_the_pledge(scope)
    return _of_the_pledge(scope) & Q(signatory__in=_own_signatories(scope))


def _finished_documents(scope: Scope) -> QuerySet[PledgeDocument]:
    return PledgeDocument.objects.public().filter(pledge=scope.pledge.pk)


def _counted_scans(scope: Scope) -> QuerySet[PaperScan]:
    return PaperScan.objects.filter(pledge=scope.pledge.pk, counted_at__isnull=False)


def _document_name(row: Any) -> str:
    return f"medborgarlofte-steg-{row.step}"


def _scan_name(row: Any) -> str:
    return f"skannad-underskrift-{row.signatory}"


def _void_file_name(row: Any) -> str:
    return f"ogiltigt-{row.recall}-{row.kind}-{row.number}"


PARTS = (
    Part(
        Recall,
        "aterkallelser",
        "Att ett antagande kallades tillbaka innan alla hade undertecknat, när och varför.",
        _all(Recall),
        _all(Recall),
        history=_of_the_pledge,
    ),
    Part(
        VoidSignature,
        "ogiltiga-underskrifter",
        "Underskrifter som föll med ett antagande som kallades tillbaka. De gäller inte.",
        _all(VoidSignature, "recall__pledge"),
        history=_of_the_pledge,
    ),
    Part(
        VoidFile,
        "ogiltiga-filer",
        "Dokument och skanningar som föll med ett antagande som kallades tillbaka.",
        _all(VoidFile, "recall__pledge"),
        document=_void_file_name,
        history=_of_the_pledge,
    ),
    Part(
        SigningWay,
        "satt-att-underteckna",
        "Hur var och en undertecknar och med vilket konto.",
        _signing(SigningWay),
        history=_signing_events,
    ),
    Part(
        Decline,
        "avbojda-underskrifter",
        "Att någon inte ville underteckna, och varför.",
        _signing(Decline),
        history=_signing_events,
    ),
    Part(
        PledgeSignedElsewhere,
        "intagna-loften",
        "Att löftet är undertecknat utanför portalen, vem som intygar det och när det togs in.",
        _all(PledgeSignedElsewhere),
        _all(PledgeSignedElsewhere),
        history=_of_the_pledge,
    ),
    Part(
        PaperScan,
        "skannade-underskrifter",
        "Skanningar av löftet som det undertecknades på papper, vem som lämnade och bekräftade "
        "dem och sedan när de räknas.",
        _all(PaperScan),
        shown_files(_counted_scans),
        left_out={"letter_to": "Adressen finns bara medan underskriften väntar på att räknas."},
        document=_scan_name,
        history=_of_the_pledge,
    ),
    Part(
        PledgeDocument,
        "dokument",
        "Löftets dokument (PDF/A) för varje steg: 0 är det som skulle undertecknas, n det som n "
        "personer har undertecknat. Det färdiga är offentligt.",
        _all(PledgeDocument),
        shown_files(_finished_documents),
        document=_document_name,
        history=_of_the_pledge,
    ),
    Part(
        Signature,
        "underskrifter",
        "Underskrifterna: när, hur och med vilket certifikat.",
        _all(Signature),
        _all(Signature),
        history=_of_the_pledge,
    ),
    Part(
        Prolongation,
        "forlangningar",
        "Beslut om att löftet gäller längre än dess text säger: när, av vem, hur länge och varför.",
        _all(Prolongation),
        _all(Prolongation),
        history=_of_the_pledge,
    ),
    Part(
        Annulment,
        "upphavande",
        "Att löftet är upphävt, från vilken dag och varför.",
        _all(Annulment),
        _all(Annulment),
        history=_of_the_pledge,
    ),
    Part(
        ValidityPeriod,
        "giltighetstider",
        "Dagarna då löftet gäller i varje kommun; slutet är den första dag då det inte gäller.",
        _all(ValidityPeriod),
        _all(ValidityPeriod),
        history=_of_the_pledge,
    ),
    Part(
        TargetChange,
        "andrade-mal",
        "Mål som gäller i stället för det undertecknade: ett nytt antal som en förlängning gav, "
        "eller en rättelse med dag och skäl. Det som är undertecknat står kvar i åtagandet.",
        _all(TargetChange, "commitment__pledge"),
        _all(TargetChange, "commitment__pledge"),
        history=_of_the_pledge,
    ),
    # After the documents: a step that is added to a withheld one is withheld by the database.
    Part(
        WithheldDocument,
        "filer-som-inte-visas",
        "Filer som inte visas för allmänheten sedan en personuppgift togs bort, efter vilket "
        "beslut. De är oförändrade och finns bara bland det som är hemligt i paketet.",
        _all(WithheldDocument),
        _all(WithheldDocument),
        left_out={"erasure": "Beslutet är platsens eget; det står i raden."},
    ),
)
