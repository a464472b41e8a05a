"""What of dialogues and comments an archive package of a pledge has.

Dialogues belong to the pledge that could draw on them. What residents have written is held for the
municipality, so that a package for the police's archive has only what is public of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from dialogues.models import (
    CodedTheme,
    Comment,
    CommentReport,
    CommentSender,
    ContactDetails,
    Dialogue,
    Disposal,
    DisposalPlan,
    District,
    Heard,
    HeardCount,
    Letter,
    ModerationDecision,
    PageReport,
    Quote,
    RankedTheme,
    Reception,
    RemovedQuote,
    Submission,
    TextCorrection,
    Theme,
    ThemeAnswer,
)
from dialogues.thread.rules import dialogues_before
from pledges.erasing.finding import search_also
from pledges.models import Municipality
from pledges.records import pledge_parts  # noqa: F401  (a pledge's own come first)
from pledges.records.part_registry import Part, Shared, register
from pledges.records.scope import Scope

_AS_LONG_AS_NEEDED = "Raderas efter en kort tid av portalen: det är ett löfte till den som skrev."
_A_KEY = "En nyckel till den privata länken; den som skrev ska inte kunna ändra ett arkiv."


def _dialogues(scope: Scope) -> QuerySet[Dialogue]:
    """Return the announced dialogues that the pledge could draw on.

    Those of all its municipalities.
    """
    keys = [
        dialogue.pk
        for party in scope.pledge.parties.select_related("municipality")
        for dialogue in dialogues_before(scope.pledge, party.municipality)
    ]
    return Dialogue.objects.filter(pk__in=keys)


def _heard(scope: Scope) -> QuerySet[Heard]:
    return Heard.objects.filter(dialogue__in=_keys(_dialogues(scope)))


def _public_heard(scope: Scope) -> QuerySet[Heard]:
    return Heard.objects.public().filter(dialogue__in=_keys(_dialogues(scope)))


def _counts(
    heard_rows_of: Callable[[Scope], QuerySet[Heard]],
) -> Callable[[Scope], QuerySet[HeardCount]]:
    return lambda scope: HeardCount.objects.filter(heard__in=_keys(heard_rows_of(scope)))


def _submissions(scope: Scope) -> QuerySet[Submission]:
    return Submission.objects.filter(
        scope.municipal("dialogue__municipality"), dialogue__in=_keys(_dialogues(scope))
    )


def _of_submissions(model: Any) -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: model.objects.filter(submission__in=_keys(_submissions(scope)))


def _quotes(scope: Scope) -> QuerySet[Quote]:
    return Quote.objects.filter(dialogue__in=_keys(_dialogues(scope)))


def _removed_quotes(scope: Scope) -> QuerySet[RemovedQuote]:
    return RemovedQuote.objects.filter(dialogue__in=_keys(_dialogues(scope)))


def _answers(scope: Scope) -> QuerySet[ThemeAnswer]:
    return ThemeAnswer.objects.filter(pledge=scope.pledge.pk)


def _corrections(
    heard_rows_of: Callable[[Scope], QuerySet[Heard]],
) -> Callable[[Scope], QuerySet[TextCorrection]]:
    return lambda scope: TextCorrection.objects.filter(
        Q(heard__in=_keys(heard_rows_of(scope)))
        | Q(quote__in=_keys(_quotes(scope)))
        | Q(theme_answer__in=_keys(_answers(scope)))
    )


def _public_comments(scope: Scope) -> QuerySet[Comment]:
    return Comment.objects.public_with_marks().filter(pledge=scope.pledge.pk)


def _comments(scope: Scope) -> QuerySet[Comment]:
    """Return what is public, and all that was written to the holder."""
    shown = Q(pk__in=_keys(_public_comments(scope)))
    return Comment.objects.filter(scope.municipal() | shown, pledge=scope.pledge.pk)


def _own_comments(scope: Scope) -> QuerySet[Comment]:
    return Comment.objects.filter(scope.municipal(), pledge=scope.pledge.pk)


def _of_comments(model: Any) -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: model.objects.filter(comment__in=_keys(_own_comments(scope)))


def _keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().values("pk")


def _of_the_pledge(scope: Scope) -> Q:
    return Q(pgh_belongs_to=scope.pledge.pk)


PARTS = (
    Part(
        Dialogue,
        "dialoger",
        "Medborgardialoger som löftet kunde bygga på: annonserade, och slut innan det började.",
        _dialogues,
        _dialogues,
        history=lambda scope: Q(pgh_obj__in=_keys(_dialogues(scope))),
        order=("municipality__code", "number"),
        same_by=("municipality", "number"),
    ),
    Part(
        Heard,
        "vad-vi-horde",
        "Vad som hördes vid en dialog, sammanfattat.",
        _heard,
        _public_heard,
        history=lambda scope: Q(pgh_obj__in=_keys(_heard(scope))),
        order=("dialogue__municipality__code", "dialogue__number"),
        same_by=("dialogue",),
        sealed=("published_at", HeardCount),
    ),
    Part(
        HeardCount,
        "antal-svar-om-teman",
        "Hur många svar som nämnde ett tema; null för färre än fem.",
        _counts(_heard),
        _counts(_public_heard),
        order=("heard__dialogue__municipality__code", "heard__dialogue__number", "theme__name_sv"),
        same_by=("heard", "theme"),
    ),
    Part(
        Submission,
        "svar-pa-dialoger",
        "Det som invånare har svarat. Återtagna svar står kvar: de är allmänna handlingar.",
        _submissions,
        left_out={"link": _A_KEY},
        same_by=("uid",),
    ),
    Part(
        RankedTheme,
        "teman-i-svar",
        "Teman som ett svar nämner; 1 är viktigast.",
        _of_submissions(RankedTheme),
        order=("submission__uid", "theme__name_sv"),
        same_by=("submission", "theme"),
    ),
    Part(
        CodedTheme,
        "kodade-teman",
        "Teman som någon har funnit i ett svars egna ord.",
        _of_submissions(CodedTheme),
        order=("submission__uid", "theme__name_sv"),
        same_by=("submission", "theme"),
    ),
    Part(
        Quote,
        "citat",
        "Ord ur svar, för alla att läsa: den som skrev har sagt ja till det.",
        _quotes,
        _quotes,
        secret=("submission",),
        # Not in the order of the answers, which nobody but the municipality knows.
        order=("dialogue__municipality__code", "dialogue__number", "theme__name_sv", "text"),
        same_by=("submission", "theme"),
    ),
    Part(
        RemovedQuote,
        "borttagna-citat",
        "Att ett publicerat citat togs bort: vilken dag, av vem och varför. Utan orden.",
        _removed_quotes,
        _removed_quotes,
        order=("dialogue__municipality__code", "dialogue__number", "removed_at", "theme__name_sv"),
        same_by=("dialogue", "theme", "removed_at"),
    ),
    Part(
        ThemeAnswer,
        "svar-pa-teman",
        "Åtagandet som svarar på ett tema, eller varför inget gör det.",
        _answers,
        lambda scope: ThemeAnswer.objects.public().filter(pledge=scope.pledge.pk),
        history=_of_the_pledge,
    ),
    Part(
        TextCorrection,
        "rattelser-av-det-som-ar-sagt",
        "Daterade rättelser som står bredvid det som är publicerat: vad som hördes, svar på teman "
        "och citat.",
        _corrections(_heard),
        _corrections(_public_heard),
        history=lambda scope: Q(pgh_obj__in=_keys(_corrections(_heard)(scope))),
        order=("municipality__code", "corrected_at", "text_sv"),
        same_by=("municipality", "corrected_at", "text_sv"),
    ),
    Part(
        Comment,
        "kommentarer",
        "Kommentarer och officiella svar. De som visas är offentliga; dolda och återtagna står "
        "kvar som allmänna handlingar.",
        _comments,
        _public_comments,
        secret=("awaits", "awaits_since", "stands_for"),
    ),
    Part(
        CommentSender,
        "avsandare",
        "Att en kommentar har en avsändare, och på vilket språk den skrevs.",
        _of_comments(CommentSender),
        left_out={
            "link": _A_KEY,
            "email": _AS_LONG_AS_NEEDED,
            "confirmed_at": _AS_LONG_AS_NEEDED,
            "appeal": _AS_LONG_AS_NEEDED,
            "appealed_at": _AS_LONG_AS_NEEDED,
        },
        order=("comment__uid",),
    ),
    Part(
        ModerationDecision,
        "granskningsbeslut",
        "Vad som beslutades om en kommentar, av vem och varför.",
        _of_comments(ModerationDecision),
    ),
)


def _listed(*columns: str) -> Callable[[Any], tuple[Any, dict[str, Any]]]:
    def name_and_values(entry: Any) -> tuple[Any, dict[str, Any]]:
        code = entry.municipality.code
        values = {name: getattr(entry, name) for name in columns}
        return [code, values[columns[0]]], {"municipality": code, **values}

    return name_and_values


def _find(model: Any, column: str) -> Callable[[Any], Any]:
    def find(name: Any) -> Any:
        code, listed = name
        rows = model.objects.filter(municipality__code=code, **{f"{column}__iexact": listed})
        return rows.values_list("pk", flat=True).first()

    return find


def _make(model: Any, *columns: str) -> Callable[[dict[str, Any], Any], Any]:
    def make(values: dict[str, Any], key_of: Any) -> Any:
        fields = {name: values[name] for name in columns}
        municipality = key_of(Municipality, values["municipality"])
        return model.objects.create(municipality_id=municipality, **fields).pk

    return make


_THEME = ("name_sv", "name_en", "older_english", "position", "is_retired")
_DISTRICT = ("name", "position", "is_retired")

SHARED = (
    Shared(
        Theme,
        "teman",
        "Teman som invånare kan välja.",
        _listed(*_THEME),
        _find(Theme, "name_sv"),
        _make(Theme, *_THEME),
        related=("municipality",),
    ),
    Shared(
        District,
        "delar-av-kommunen",
        "Delar av kommunen som svar kan komma från.",
        _listed(*_DISTRICT),
        _find(District, "name"),
        _make(District, *_DISTRICT),
        related=("municipality",),
    ),
)

LEFT_OUT = {
    ContactDetails: _AS_LONG_AS_NEEDED,
    CommentReport: _AS_LONG_AS_NEEDED,
    PageReport: _AS_LONG_AS_NEEDED,
    Letter: "Brev som portalen skickar; den som får brevet har det.",
    Reception: "Kommunens egen inställning, som inte hör till ett löfte.",
    DisposalPlan: "Kommunens egen plan, som inte hör till ett löfte.",
    Disposal: "Kommunens egna gallringar, som inte hör till ett löfte.",
}


search_also(
    {
        Dialogue: "municipality",
        Heard: "dialogue__municipality",
        Submission: "dialogue__municipality",
        Quote: "dialogue__municipality",
        TextCorrection: "municipality",
        Theme: "municipality",
        District: "municipality",
        Reception: "municipality",
        CommentReport: "comment__municipality",
        PageReport: "municipality",
    }
)
register(parts=PARTS, shared=SHARED, left_out=LEFT_OUT)
