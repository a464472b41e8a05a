"""Pledges: what was signed, by whom, where it holds, and how it stands.

Names of those who signed are on the pledge's page and in its document, where they belong to what
was signed; no list of people is made of them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from pledges.lifecycle import Standing, State, standing
from pledges.models import (
    FocusArea,
    IndicatorLink,
    Municipality,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    PledgeParty,
    Prolongation,
    Section,
    Signatory,
    Signature,
)
from pledges.models.erasure import is_withheld
from pledges.open_data.columns import (
    IS_DEMONSTRATION,
    Column,
    Kind,
    column,
    in_both_languages,
    of_field,
)
from pledges.open_data.links import address_of
from pledges.open_data.paging import as_uuid
from pledges.open_data.place_resources import MUNICIPALITY_CODE, MUNICIPALITY_NAME
from pledges.open_data.resource import Key, Resource, Terms, register

LANGUAGES = ("sv", "en")
PLEDGES = _("löften")
PLEDGE_DAYS = ("valid_from", "valid_to")


def pledge_key(at: str = "pledge.uid") -> Column:
    """Return the column that names a pledge; `at` is the path to its key."""
    return column("pledge", Kind.KEY, _("löftets nyckel"), at)


def of_pledge(municipality: Municipality) -> Q:
    """Return the filter for what is of a municipality's pledges."""
    return Q(pledge__parties__municipality=municipality)


def in_each_language(make: Any) -> SimpleNamespace:
    """Return what a function says in Swedish and in English, as `sv` and `en`."""
    views = {}
    for language in LANGUAGES:
        with translation.override(language):
            views[language] = make()
    return SimpleNamespace(**views)


def standings_of(keys: Iterable[int]) -> dict[int, Pledge]:
    """Return public pledges by key, with what `lifecycle` asks of them."""
    pledges = Pledge.objects.public().with_standing().filter(pk__in=set(keys))
    return {pledge.pk: pledge for pledge in pledges}


@dataclass(frozen=True)
class PledgeAt:
    """A pledge at a municipality, as its page has it."""

    pledge: Pledge
    municipality: Municipality
    standing: Standing
    document: Any

    @property
    def address(self) -> str:
        """The address of its page."""
        return address_of("pledge", self.municipality.slug, self.pledge.period)


def _at_municipalities(parties: list[PledgeParty], on: date) -> Iterator[PledgeAt]:
    pledges = standings_of(party.pledge_id for party in parties)
    documents = (
        PledgeDocument.objects.public()
        .annotate(is_withheld=is_withheld())
        .defer("content")
        .filter(pledge__in=pledges)
    )
    by_pledge = {document.pledge_id: document for document in documents}
    for party in parties:
        pledge = pledges[party.pledge_id]
        standing_then = standing(pledge, on, party.municipality)
        document = by_pledge.get(pledge.pk)
        yield PledgeAt(pledge, party.municipality, standing_then, document)


def _shown(item: PledgeAt) -> Any:
    document = item.document
    return None if document is None or document.is_withheld else document


def _fingerprint(item: PledgeAt) -> str | None:
    return document.sha256 if (document := _shown(item)) else None


def _document_address(item: PledgeAt) -> str | None:
    if _shown(item) is None:
        return None
    return address_of("pledge_document", item.municipality.slug, item.pledge.period)


def _annulment(name: str) -> Any:
    return lambda item: getattr(getattr(item.pledge, "annulment", None), name, None)


def pledges_in_order(_on: date) -> Any:
    """Return the public pledges, for what pages of a pledge at a time have."""
    return Pledge.objects.public()


IN_ORDER = (Key("uid", as_uuid),)


def _at_pledge(municipality: Municipality) -> Q:
    return Q(parties__municipality=municipality)


def _of_rows(model: Any, order: str) -> Any:
    """Return a function that gives the rows of a model that belong to pledges."""

    def items(pledges: list[Pledge], _on: date) -> Any:
        rows = model.objects.filter(pledge__in=pledges).select_related("pledge")
        return rows.order_by("pledge__uid", order)

    return items


def _annexes(pledges: list[Pledge], _on: date) -> Iterator[Any]:
    annexes = (
        PledgeAnnex.objects.filter(pledge__in=pledges)
        .annotate(is_withheld=is_withheld())
        .defer("content")
        .select_related("pledge")
        .prefetch_related("pledge__parties")
        .order_by("pledge__uid", "position")
    )
    yield from annexes


def _annex_address(annex: Any) -> str | None:
    party = next(iter(annex.pledge.parties.all()), None)
    if annex.is_withheld or party is None:
        return None
    return address_of("annex", party.municipality.slug, annex.pledge.period, annex.position)


def _signatures(pledges: list[Pledge], _on: date) -> Any:
    signatories = Signatory.objects.filter(pledge__in=pledges, signature__isnull=False)
    related = ("pledge", "signature", "municipality", "part", "police_area")
    return signatories.select_related(*related).order_by("pledge__uid", "position")


def _links(pledges: list[Pledge], _on: date) -> Any:
    links = IndicatorLink.objects.public().filter(focus_area__pledge__in=pledges)
    related = ("focus_area__pledge", "commitment", "indicator")
    return links.select_related(*related).order_by(
        "focus_area__pledge__uid", "focus_area__position", "commitment__number", "indicator__key"
    )


def _of_a_pledge(
    name: str, title: Any, description: Any, items: Any, columns: tuple[Column, ...]
) -> Resource:
    """Return a resource that pages of pledges are read for."""
    return Resource(
        name,
        title,
        description,
        Terms.FREE,
        pledges_in_order,
        IN_ORDER,
        columns,
        _at_pledge,
        items,
        PLEDGE_DAYS,
        PLEDGES,
    )


register(
    Resource(
        "pledges",
        _("Medborgarlöften"),
        _("Ett löfte i en kommun: vad det heter, hur länge det gäller och hur det står i dag."),
        Terms.FREE,
        lambda _on: PledgeParty.objects.filter(pledge__in=Pledge.objects.public()),
        (Key("municipality__code"), Key("period")),
        (
            pledge_key(),
            MUNICIPALITY_CODE,
            MUNICIPALITY_NAME,
            *of_field(Pledge, "period", at="pledge."),
            *of_field(Pledge, "title", at="pledge."),
            *of_field(Pledge, "summary", at="pledge."),
            column(
                "parts",
                Kind.TEXTS,
                _("delarna av kommunen det gäller för; tomt betyder hela"),
                lambda item: [part.slug for part in item.pledge.parts_in(item.municipality)],
            ),
            column(
                "is_given_here",
                Kind.YES_OR_NO,
                _("om kommunen själv ger löftet"),
                lambda item: item.municipality in item.pledge.giving_municipalities,
            ),
            column(
                "police_areas",
                Kind.TEXTS,
                _("lokalpolisområdena som ger det"),
                lambda item: [area.name for area in item.pledge.police_areas],
            ),
            column(
                "third_parties",
                Kind.TEXTS,
                _("andra som skriver under det"),
                "pledge.signing_third_parties",
            ),
            column("state", Kind.TEXT, _("läget i dag"), "standing.state.value", State.choices),
            column("valid_from", Kind.DAY, _("första dagen"), "pledge.valid_from"),
            column("valid_to", Kind.DAY, _("sista dagen enligt texten"), "pledge.valid_to"),
            column(
                "planned_end",
                Kind.DAY,
                _("sista dagen som den är planerad, med förlängningar"),
                "standing.planned_end",
            ),
            column(
                "last_day", Kind.DAY, _("sista dagen i kraft, när den är känd"), "standing.last_day"
            ),
            *of_field(Pledge, "until_replaced", at="pledge."),
            *of_field(Pledge, "registry_number", at="pledge."),
            *of_field(Pledge, "decided_on", at="pledge."),
            *of_field(Pledge, "decided_by", at="pledge."),
            *of_field(Pledge, "decision_paragraph", at="pledge."),
            column(
                "is_signed_elsewhere",
                Kind.YES_OR_NO,
                _("om det undertecknades utanför portalen"),
                lambda item: hasattr(item.pledge, "signed_elsewhere"),
            ),
            column("annulled_from", Kind.DAY, _("upphävt från och med"), _annulment("from_day")),
            column("annulment_reason", Kind.TEXT, _("skäl till upphävandet"), _annulment("reason")),
            *of_field(Pledge, "source_note", at="pledge."),
            column("document_sha256", Kind.TEXT, _("dokumentets SHA-256"), _fingerprint),
            column("document", Kind.ADDRESS, _("det undertecknade dokumentet"), _document_address),
            column("address", Kind.ADDRESS, _("löftets sida i portalen")),
            column("invented", Kind.TEXTS, _("delar som är påhittade"), "pledge.invented"),
            column(
                "is_demonstration",
                Kind.YES_OR_NO,
                IS_DEMONSTRATION.meaning,
                "pledge.is_demonstration",
            ),
        ),
        lambda municipality: Q(municipality=municipality),
        _at_municipalities,
        ("pledge__valid_from", "pledge__valid_to"),
    ),
    _of_a_pledge(
        "sections",
        _("Löftenas text"),
        _("Avsnitten i löftenas löpande text, i Markdown."),
        _of_rows(Section, "position"),
        (
            pledge_key(),
            column("position", Kind.INTEGER, _("ordning")),
            *of_field(Section, "kind"),
            *of_field(Section, "heading"),
            *of_field(Section, "text"),
            column("invented", Kind.TEXTS, _("delar som är påhittade")),
        ),
    ),
    _of_a_pledge(
        "focus-areas",
        _("Inriktningar"),
        _("Vad löftena samlar sig på: problemet, orsaken och vad som ska åstadkommas."),
        _of_rows(FocusArea, "position"),
        (
            pledge_key(),
            column("focus_area", Kind.INTEGER, _("inriktningens ordning i löftet"), "position"),
            *of_field(FocusArea, "name"),
            *of_field(FocusArea, "problem"),
            *of_field(FocusArea, "cause"),
            *of_field(FocusArea, "expected_effects"),
            column("invented", Kind.TEXTS, _("delar som är påhittade")),
        ),
    ),
    _of_a_pledge(
        "signatures",
        _("Underskrifter"),
        _("För vem och vilken dag löftena är undertecknade. Namnen står i dokumentet."),
        _signatures,
        (
            pledge_key(),
            column("position", Kind.INTEGER, _("ordning")),
            *of_field(Signatory, "party"),
            column(
                "municipality",
                Kind.TEXT,
                _("kommunen, med delen om det är en"),
                "municipality_name",
            ),
            column(
                "police_area",
                Kind.TEXT,
                _("lokalpolisområde, om det inte är löftets eget"),
                lambda row: row.police_area.name if row.police_area else None,
            ),
            *of_field(Signatory, "third_party"),
            *in_both_languages("title", _("titel"), "", "title"),
            column(
                "signed_on",
                Kind.DAY,
                _("dagen för underskriften"),
                lambda row: timezone.localdate(row.signature.signed_at),
            ),
            *of_field(Signature, "way", at="signature."),
            column(
                "is_demonstration",
                Kind.YES_OR_NO,
                IS_DEMONSTRATION.meaning,
                lambda row: row.signature.is_demonstration or bool(row.invented),
            ),
        ),
    ),
    _of_a_pledge(
        "prolongations",
        _("Förlängningar"),
        _("Beslut om att löften gäller längre än deras text säger."),
        _of_rows(Prolongation, "valid_to"),
        (
            pledge_key(),
            *of_field(Prolongation, "valid_to"),
            *of_field(Prolongation, "decided_on"),
            *of_field(Prolongation, "decided_by"),
            *of_field(Prolongation, "decision_paragraph"),
            *of_field(Prolongation, "reason"),
        ),
    ),
    _of_a_pledge(
        "annexes",
        _("Bilagor"),
        _("Filer som hör till löften. En fil som inte visas har ingen adress."),
        _annexes,
        (
            pledge_key(),
            column("position", Kind.INTEGER, _("ordning")),
            *of_field(PledgeAnnex, "title"),
            column(
                "sha256",
                Kind.TEXT,
                _("filens SHA-256"),
                lambda row: None if row.is_withheld else row.sha256,
            ),
            column("size", Kind.INTEGER, _("storlek i byte")),
            column("document", Kind.ADDRESS, _("filen"), _annex_address),
        ),
    ),
    _of_a_pledge(
        "indicator-links",
        _("Kopplingar till statistik"),
        _("Vilken statistik som säger något om vad löftena vill åstadkomma."),
        _links,
        (
            pledge_key("focus_area.pledge.uid"),
            column(
                "focus_area",
                Kind.INTEGER,
                _("inriktningens ordning i löftet"),
                "focus_area.position",
            ),
            column(
                "commitment",
                Kind.INTEGER,
                _("åtagandets nummer i löftet"),
                lambda row: row.commitment.number if row.commitment else None,
            ),
            column("indicator", Kind.TEXT, _("indikatorns nyckel"), "indicator.key"),
            *of_field(IndicatorLink, "reason"),
            IS_DEMONSTRATION,
        ),
    ),
)
