"""What of dialogues and comments everybody may read as open data.

What residents say is given without their names, pseudonyms too: a page shows a name beside one's
own words, a list of all that somebody has said is another thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dialogues.comments.presentation import organisation_of
from dialogues.models import (
    Comment,
    Dialogue,
    Heard,
    HeardCount,
    Quote,
    RemovedQuote,
    TextCorrection,
    Theme,
    ThemeAnswer,
)
from dialogues.presentation import Stage, stage_of
from pledges.models import Pledge
from pledges.open_data.columns import (
    IS_DEMONSTRATION,
    Kind,
    column,
    in_both_languages,
    of_field,
)
from pledges.open_data.links import address_of
from pledges.open_data.paging import as_number, as_uuid
from pledges.open_data.place_resources import MUNICIPALITY_CODE, MUNICIPALITY_NAME
from pledges.open_data.pledge_resources import IN_ORDER, PLEDGE_DAYS, PLEDGES, pledge_key
from pledges.open_data.resource import Key, Resource, Terms, register

_DIALOGUES = _("dialoger")
_BY_NUMBER = (Key("municipality__code"), Key("number", as_number))
_DIALOGUE_NUMBER = column("dialogue", Kind.INTEGER, _("dialogens nummer i kommunen"), "number")
_IN_DIALOGUE = (
    column("municipality_code", Kind.TEXT, _("kommunens kod (SCB)"), "dialogue.municipality.code"),
    column("dialogue", Kind.INTEGER, _("dialogens nummer i kommunen"), "dialogue.number"),
)


def _dialogues(_on: date) -> Any:
    return Dialogue.objects.public().select_related("municipality")


def _heard_at(dialogues: list[Dialogue], on: date) -> Iterator[Any]:
    heard = {
        summary.dialogue_id: summary
        for summary in Heard.objects.public().filter(dialogue__in=dialogues)
    }
    for dialogue in dialogues:
        summary = heard.get(dialogue.pk) or Heard(text_sv="", text_en="")
        yield SimpleNamespace(
            row=dialogue, stage=stage_of(dialogue, on).value, heard=summary, number=dialogue.number
        )


def _counts(dialogues: list[Dialogue], _on: date) -> Iterator[Any]:
    counts = HeardCount.objects.filter(
        heard__in=Heard.objects.public().filter(dialogue__in=dialogues)
    ).select_related("theme", "heard__dialogue__municipality")
    for count in counts.order_by(
        "heard__dialogue__municipality__code", "heard__dialogue__number", "theme__name_sv"
    ):
        yield SimpleNamespace(dialogue=count.heard.dialogue, theme=count.theme, number=count.number)


def _quotes(dialogues: list[Dialogue], _on: date) -> Any:
    # By their words, so that their order tells nothing of who said them when.
    quotes = Quote.objects.filter(dialogue__in=dialogues)
    return quotes.select_related("theme", "dialogue__municipality").order_by(
        "dialogue__municipality__code", "dialogue__number", "theme__name_sv", "text"
    )


def _removed_quotes(dialogues: list[Dialogue], _on: date) -> Any:
    marks = RemovedQuote.objects.filter(dialogue__in=dialogues)
    return marks.select_related("theme", "dialogue__municipality").order_by(
        "dialogue__municipality__code", "dialogue__number", "theme__name_sv", "removed_at", "pk"
    )


def _answers(pledges: list[Pledge], _on: date) -> Any:
    answers = ThemeAnswer.objects.public().filter(pledge__in=pledges)
    return answers.select_related("pledge", "theme__municipality", "commitment").order_by(
        "pledge__uid", "theme__municipality__code", "theme__name_sv", "commitment__number"
    )


def _corrections(dialogues: list[Dialogue], _on: date) -> Iterator[Any]:
    corrections = (
        TextCorrection.objects.filter(
            Q(heard__dialogue__in=dialogues) | Q(quote__dialogue__in=dialogues)
        )
        .select_related("heard__dialogue__municipality", "quote__dialogue__municipality")
        .order_by("corrected_at", "pk")
    )
    for correction in corrections:
        corrected: Any = correction.heard or correction.quote
        yield SimpleNamespace(
            row=correction,
            dialogue=corrected.dialogue,
            quote=correction.quote.text if correction.quote else None,
        )


def _comments(_on: date) -> Any:
    """Return the comments that are shown, with what they are about.

    A draft's pledge is nobody's to know of: of a comment on a draft the consultation is told.
    """
    public = Pledge.objects.public().filter(pk=OuterRef("pledge"))
    return (
        Comment.objects.public()
        .filter(Q(consultation__isnull=False) | Exists(public))
        .annotate(
            pledge_uid=Subquery(public.order_by().values("uid")[:1]),
            consultation_uid=F("consultation__uid"),
            reply_to=F("parent__uid"),
        )
        .select_related(
            "municipality", "commitment", "follow_up", "by_municipality", "by_police_area"
        )
        .defer("name")
    )


def _number(comment: Any) -> int | None:
    return comment.commitment.number if comment.commitment else comment.consultation_commitment


register(
    Resource(
        "dialogues",
        _("Medborgardialoger"),
        _("Tillfällen då invånarna har fått säga vad som är viktigt, och vad som kom fram."),
        Terms.FREE,
        _dialogues,
        _BY_NUMBER,
        (
            column(
                "municipality_code", Kind.TEXT, _("kommunens kod (SCB)"), "row.municipality.code"
            ),
            column(
                "municipality",
                Kind.TEXT,
                _("kommunens namn"),
                "row.municipality.official_name",
            ),
            _DIALOGUE_NUMBER,
            *of_field(Dialogue, "kind", at="row."),
            *of_field(Dialogue, "title", at="row."),
            *of_field(Dialogue, "question", at="row."),
            *of_field(Dialogue, "audience", at="row."),
            *of_field(Dialogue, "place", at="row."),
            *of_field(Dialogue, "begins_at", at="row."),
            *of_field(Dialogue, "ends_at", at="row."),
            *of_field(Dialogue, "opens_on", at="row."),
            *of_field(Dialogue, "closes_on", at="row."),
            column(
                "stage",
                Kind.TEXT,
                _("läget i dag"),
                "stage",
                [
                    (Stage.CALLED_OFF.value, _("Inställd")),
                    (Stage.COMING.value, _("Kommer")),
                    (Stage.OPEN.value, _("Öppen för svar")),
                    (Stage.OVER.value, _("Avslutad")),
                ],
            ),
            *of_field(Dialogue, "called_off_because", at="row."),
            *in_both_languages("heard", _("vad vi hörde"), "heard", "text"),
            column(
                "address",
                Kind.ADDRESS,
                _("dialogens sida i portalen"),
                lambda item: address_of("dialogue", item.row.municipality.slug, item.row.number),
            ),
            column(
                "is_demonstration",
                Kind.YES_OR_NO,
                IS_DEMONSTRATION.meaning,
                "row.is_demonstration",
            ),
        ),
        lambda municipality: Q(municipality=municipality),
        _heard_at,
        ("opens_on", "closes_on"),
    ),
    Resource(
        "heard-themes",
        _("Teman i dialogerna"),
        _("Hur många svar som tog upp ett tema. Färre än fem visas inte som antal."),
        Terms.FREE,
        _dialogues,
        _BY_NUMBER,
        (
            *_IN_DIALOGUE,
            *of_field(Theme, "name", at="theme.", name="theme"),
            column("number", Kind.INTEGER, _("antal svar; tomt när de är färre än fem")),
        ),
        lambda municipality: Q(municipality=municipality),
        _counts,
        ("opens_on", "closes_on"),
        _DIALOGUES,
    ),
    Resource(
        "theme-answers",
        _("Vad teman ledde till"),
        _("Åtagandet som svarar på det som invånarna tog upp, eller varför det inte finns något."),
        Terms.FREE,
        lambda _on: Pledge.objects.public(),
        IN_ORDER,
        (
            pledge_key(),
            column(
                "municipality_code", Kind.TEXT, _("kommunens kod (SCB)"), "theme.municipality.code"
            ),
            *of_field(Theme, "name", at="theme.", name="theme"),
            column(
                "commitment",
                Kind.INTEGER,
                _("åtagandets nummer i löftet"),
                lambda row: row.commitment.number if row.commitment else None,
            ),
            *of_field(ThemeAnswer, "reason"),
        ),
        lambda municipality: Q(parties__municipality=municipality),
        _answers,
        PLEDGE_DAYS,
        PLEDGES,
    ),
    Resource(
        "quotes",
        _("Citat"),
        _("Invånares ord i dialoger, som de har sagt ja till att citera."),
        Terms.RESIDENTS,
        _dialogues,
        _BY_NUMBER,
        (
            *_IN_DIALOGUE,
            *of_field(Theme, "name", at="theme.", name="theme"),
            *of_field(Quote, "text"),
            column("language", Kind.TEXT, _("textens språk")),
        ),
        lambda municipality: Q(municipality=municipality),
        _quotes,
        ("opens_on", "closes_on"),
        _DIALOGUES,
    ),
    Resource(
        "removed-quotes",
        _("Borttagna citat"),
        _("Att ett publicerat citat togs bort: vilken dag, av vem och varför. Utan orden."),
        Terms.FREE,
        _dialogues,
        _BY_NUMBER,
        (
            *_IN_DIALOGUE,
            *of_field(Theme, "name", at="theme.", name="theme"),
            column(
                "removed_on",
                Kind.DAY,
                _("dagen då det togs bort"),
                lambda mark: timezone.localdate(mark.removed_at),
            ),
            *of_field(RemovedQuote, "removed_by"),
            *of_field(RemovedQuote, "reason"),
        ),
        lambda municipality: Q(municipality=municipality),
        _removed_quotes,
        ("opens_on", "closes_on"),
        _DIALOGUES,
    ),
    Resource(
        "dialogue-corrections",
        _("Rättelser i dialoger"),
        _("Daterade rättelser av sammanfattningar och citat."),
        Terms.FREE,
        _dialogues,
        _BY_NUMBER,
        (
            *_IN_DIALOGUE,
            column("quote", Kind.TEXT, _("citatet som rättas; tomt är sammanfattningen")),
            column(
                "corrected_on",
                Kind.DAY,
                _("rättelsens dag"),
                lambda item: timezone.localdate(item.row.corrected_at),
            ),
            *of_field(TextCorrection, "text", at="row."),
        ),
        lambda municipality: Q(municipality=municipality),
        _corrections,
        ("opens_on", "closes_on"),
        _DIALOGUES,
    ),
    Resource(
        "comments",
        _("Kommentarer"),
        _("Kommentarer som visas på sidorna, och svaren från kommunen och Polisen. Utan namn."),
        Terms.RESIDENTS,
        _comments,
        (Key("uid", as_uuid),),
        (
            column("comment", Kind.KEY, _("kommentarens nyckel"), "uid"),
            MUNICIPALITY_CODE,
            MUNICIPALITY_NAME,
            pledge_key("pledge_uid"),
            column("consultation", Kind.KEY, _("samrådets nyckel"), "consultation_uid"),
            column("commitment", Kind.INTEGER, _("åtagandets nummer i löftet"), _number),
            column(
                "meeting_on",
                Kind.DAY,
                _("mötet vars uppföljning den gäller"),
                lambda row: row.follow_up.meeting_on if row.follow_up else None,
            ),
            column("reply_to", Kind.KEY, _("kommentaren som den svarar på")),
            column(
                "organisation",
                Kind.TEXT,
                _("för vem ett officiellt svar talar; tomt för invånare"),
                organisation_of,
            ),
            *of_field(Comment, "is_objection"),
            *of_field(Comment, "text"),
            column("language", Kind.TEXT, _("textens språk")),
            column(
                "published_on",
                Kind.DAY,
                _("publiceringsdag"),
                lambda row: timezone.localdate(row.published_at),
            ),
            column(
                "was_changed",
                Kind.YES_OR_NO,
                _("om den har ändrats"),
                lambda row: row.changed_at is not None,
            ),
            IS_DEMONSTRATION,
        ),
        lambda municipality: Q(municipality=municipality),
        days=("published_at__date", "published_at__date"),
    ),
)
