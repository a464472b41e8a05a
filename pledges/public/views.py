"""What anyone may read of municipalities, pledges and documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import Shows, public_file, public_page
from pledge_portal.pages.text import Wording, search_words
from pledges import presentation
from pledges.actions.presentation import ActionView, action_view
from pledges.actions.tallies import reported_in_public
from pledges.consultation.public_views import consultations_of
from pledges.documents.stored_pdf import stored_pdf
from pledges.follow_ups.presentation import history
from pledges.follow_ups.rules import plan_of
from pledges.follow_ups.voices import promise, promises, promises_of
from pledges.lifecycle import earlier_for_the_same_part
from pledges.link_pictures.text import text_of_commitment, text_of_pledge
from pledges.models import (
    Commitment,
    Consultation,
    Municipality,
    PaperScan,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    PublishedAction,
    Signatory,
    Way,
)
from pledges.models.erasure import is_withheld
from pledges.models.municipality import swedish_sort_key
from pledges.models.picture import Party
from pledges.presentation.lookup import (
    get_consultation_or_404,
    get_municipality_or_404,
    get_pledge_or_404,
    no_commitment,
    no_pledge,
    place_of,
)
from pledges.presentation.marks import marks_on_page, picture_on_page
from pledges.presentation.validity import day, period_label
from pledges.statistics.figures import evidence, subjects
from pledges.statistics.public_views import chart_figure

_MAX_HITS = 20
_MAX_QUERY_LENGTH = 60
_NO_LIST_NEEDED = 12


@require_safe
@public_page(shows=Shows.EVERYTHING, parameters=("q",))
def start(request: HttpRequest) -> HttpResponse:
    """Say what a citizen pledge is and find a municipality.

    By name or in the list.
    """
    query = search_words(request.GET.get("q", ""), _MAX_QUERY_LENGTH)
    hits = Municipality.objects.search(query).with_public_pledge()[:_MAX_HITS] if query else []
    context: dict[str, object] = {"query": query, "hits": list(hits)}
    if getattr(request, "htmx", False):
        response = render(request, "pledges/_hits.html", context)
    else:
        everyone = list(Municipality.objects.alphabetical().with_public_pledge())
        letters = groupby(everyone, key=lambda municipality: municipality.name[:1].upper())
        context |= {
            "letters": [(letter, list(group)) for letter, group in letters],
            "number_of_municipalities": len(everyone),
            "with_pledge": [municipality for municipality in everyone if municipality.has_pledge],
            "list_is_open": len(everyone) <= _NO_LIST_NEEDED,
        }
        response = render(request, "pledges/start.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def municipality(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the pledge of today in short, and every other one.

    Where several hold today, each for its part, they are listed by part.
    """
    signed_pledges = list(Pledge.objects.public().at(slug))
    shown = place_of(signed_pledges[0], slug) if signed_pledges else get_municipality_or_404(slug)
    on = timezone.localdate()
    pledges = [presentation.pledge_view(row, shown, on) for row in signed_pledges]
    in_force = [number for number, view in enumerate(pledges) if view.standing.is_in_force]
    consultations = consultations_of(shown)
    police_areas = list(shown.police_areas.all())
    context: dict[str, object] = {
        "municipality": shown,
        "consultations": consultations,
        "open_consultations": [
            consultation for consultation in consultations if consultation.is_open
        ],
        "figures": capfirst(get_text_list(subjects(shown, on), _("och"))),
        "police_areas": police_areas,
        "coming": [
            view for view in reversed(pledges) if view.valid_from > on and not view.standing.is_over
        ],
        "earlier": [
            view
            for view in pledges
            if view.standing.is_over or (view.valid_from <= on and not view.standing.is_in_force)
        ],
    }
    givers: list[Party] = [shown, *police_areas]
    if len(in_force) > 1:
        context["in_force"] = _by_part([signed_pledges[number] for number in in_force], shown, on)
    elif in_force:
        row, view = signed_pledges[in_force[0]], pledges[in_force[0]]
        givers = row.givers
        prefetch_related_objects([row], "commitments", "focus_areas")
        both_voices = promises(row, view.standing)
        areas = presentation.focus_areas(row)
        names = presentation.commitment_names(row.commitments.all())
        verdict = presentation.fulfilment(both_voices.values(), view.standing, plan_of(row).every)
        context |= {
            "pledge": view,
            "promised": _promised(areas, both_voices.values()),
            "annexed": [area for area in areas if not area.commitments],
            "fulfilment": verdict,
            "contacts": [party for party in givers if party.has_contact],
            "actions": _latest_actions(row, None, names, most=2),
        }
    elif over := [number for number, view in enumerate(pledges) if view.standing.was_in_force]:
        row, view = signed_pledges[over[0]], pledges[over[0]]
        prefetch_related_objects([row], "commitments")
        context |= {
            "latest": view,
            "annulled": next(
                (
                    later
                    for later in pledges[: over[0]]
                    if later.standing.was_never_in_force and later.valid_from <= on
                ),
                None,
            ),
            "fulfilment": presentation.fulfilment(
                promises(row, view.standing).values(), view.standing, plan_of(row).every
            ),
        }
    context["swedish_texts"] = presentation.is_partly_swedish(*context.values())
    context["marks"] = marks = marks_on_page(givers)
    if len(in_force) == 1:
        context["link_picture"] = text_of_pledge(shown, view, verdict, marks)
    return render(request, "pledges/municipality.html", context)


def _promised(
    areas: list[presentation.FocusAreaView], both_voices: Iterable[presentation.CommitmentVoices]
) -> list[tuple[presentation.FocusAreaView, object, presentation.CommitmentVoices]]:
    """Return what is promised, in both voices; what was missed comes first.

    It is what a reader looks for, and stands in a phone's first screen then.
    """
    by_number = {promise.reported.number: promise for promise in both_voices}
    promised = [
        (area, commitment, by_number[commitment.number])
        for area in areas
        for commitment in area.commitments
    ]
    return sorted(promised, key=lambda row: not row[2].is_missed)


def _by_part(
    rows: list[Pledge], municipality: Municipality, on: date
) -> list[tuple[str, presentation.PledgeView, object]]:
    """Return pledges by the parts that they hold for.

    And how each is kept; the one for all of the municipality first.
    """
    prefetch_related_objects(rows, "commitments", "focus_areas")
    views = {row.pk: presentation.pledge_view(row, municipality, on) for row in rows}
    promised = promises_of(rows, {key: view.standing for key, view in views.items()}, on)
    by_part = []
    for row in rows:
        view = views[row.pk]
        parts = row.parts_in_a_row(municipality)
        of_row = [promised[commitment.pk] for commitment in row.commitments.all()]
        fulfilment = presentation.fulfilment(of_row, view.standing, plan_of(row).every)
        by_part.append((parts, view, fulfilment))
    return sorted(by_part, key=lambda listed: swedish_sort_key(listed[0]))


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def pledge(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show a whole pledge: its standing, its promises and the document."""
    shown, municipality, pledges = get_pledge_or_404(slug, period)
    view = presentation.pledge_view(shown, municipality, timezone.localdate())
    prefetch_related_objects(
        [shown],
        *("commitments", "focus_areas", "sections"),
        Prefetch("signatories", Signatory.objects.select_related("signature", "municipality")),
    )
    both_voices = promises(shown, view.standing)
    areas = presentation.focus_areas(shown)
    signatories = presentation.signatories(shown)
    verdict = presentation.fulfilment(both_voices.values(), view.standing, plan_of(shown).every)
    marks = marks_on_page(shown.givers)
    context: dict[str, object] = {
        "municipality": municipality,
        "pledge": view,
        "promised": _promised(areas, both_voices.values()),
        "fulfilment": verdict,
        "reasons": [area for area in areas if area.says_why or not area.commitments],
        "sections": presentation.sections(shown),
        "signatories": signatories,
        # Then the document is the text, and no signature is in it.
        "only_on_paper": all(signatory.way == Way.PAPER for signatory in signatories),
        "document": PledgeDocument.objects.public()
        .annotate(is_withheld=is_withheld())
        .defer("content")
        .filter(pledge=shown)
        .first(),
        "events": presentation.events(
            shown,
            view.standing,
            [
                *presentation.signings(shown),
                *presentation.recalls_of(shown),
                *presentation.target_events(
                    change
                    for promise in both_voices.values()
                    for change in promise.reported.changes
                ),
            ],
        ),
        "contacts": [party for party in shown.givers if party.has_contact],
        "marks": marks,
        "picture": picture_on_page(shown),
        "link_picture": text_of_pledge(municipality, view, verdict, marks),
        "annexes": list(shown.annexes.annotate(is_withheld=is_withheld()).defer("content")),
        "before": earlier_for_the_same_part(
            shown, pledges[pledges.index(shown) + 1 :], municipality
        ),
        "consulted": Consultation.objects.public()
        .for_municipality(municipality)
        .filter(pledge=shown)
        .values("period", "number", "outcome_published_at")
        .first(),
        "others": [
            presentation.other_pledge(other, municipality, view.standing.on)
            for other in pledges
            if other is not shown
        ],
    }
    context["swedish_texts"] = presentation.is_partly_swedish(*context.values())
    return render(request, "pledges/pledge.html", context)


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def commitment(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponse:
    """Show a commitment with its reason, its target and its periods."""
    pledge, municipality, _rows = get_pledge_or_404(slug, period)
    siblings = list(pledge.commitments.select_related("focus_area"))
    index = next((i for i, sibling in enumerate(siblings) if sibling.number == number), None)
    if index is None:
        raise no_commitment(pledge, municipality)
    view = presentation.pledge_view(pledge, municipality, timezone.localdate())
    names = presentation.commitment_names(siblings)
    chosen = siblings[index]
    assessed = history(chosen, is_over=view.standing.is_over)
    figures = evidence(chosen, municipality, view.standing.on)
    reported = reported_in_public([pledge], view.standing.on)
    both_voices = promise(chosen, reported, view.standing)
    target = chosen.source_after(reported.changes_until(chosen, view.standing.on))
    marks, shown = marks_on_page(pledge.givers), _commitment_view(chosen, view, names)
    context: dict[str, object] = {
        "municipality": municipality,
        "pledge": view,
        "commitment": shown,
        "contacts": [party for party in pledge.givers if party.has_contact],
        "marks": marks,
        "link_picture": text_of_commitment(municipality, view, shown, both_voices, marks),
        "focus_area": presentation.focus_area_view(chosen.focus_area),
        "target": presentation.target_text(target),
        "meaning": presentation.target_meaning(target),
        "clock": presentation.clock_text(target, pledge.valid_from),
        "prolonged": presentation.prolonged_text(
            chosen, target, view.original_end, view.planned_end
        ),
        "actions": (latest := _latest_actions(pledge, chosen, names, most=3)),
        "tells_outcome": any(action.search for action in latest),
        "assessed": assessed,
        "names_assessors": any(earlier.view.by for earlier in assessed),
        "evidence": figures,
        "charts": [chart_figure(chart, municipality) for chart in figures.charts],
        "promise": both_voices,
        "closed": [
            (
                period_label(time.first, time.last),
                time.by,
                "" if time.is_by_follow_up else day(time.closed_on),
            )
            for time in reported.closing_times(chosen, view.standing)
        ],
        "progress": both_voices.reported,
        "carried_on": _carried_on(chosen, view),
        "short_period": presentation.short_period(target, is_over=view.standing.is_over),
        "number_of_commitments": len(siblings),
        "previous": _commitment_view(siblings[index - 1], view, names) if index else None,
        "next": (
            _commitment_view(siblings[index + 1], view, names) if siblings[index + 1 :] else None
        ),
    }
    context["swedish_texts"] = presentation.is_partly_swedish(*context.values())
    return render(request, "pledges/commitment.html", context)


@require_safe
@public_file
def pledge_document(request: HttpRequest, slug: str, period: str) -> HttpResponseBase:
    """Serve the signed document as it is stored, byte for byte."""
    documents = PledgeDocument.objects.public().filter(
        pledge__parties__municipality__slug=slug, pledge__period=period
    )
    document = documents.defer("content").first()
    if document is None:
        raise no_pledge(get_municipality_or_404(slug))
    name = f"medborgarlofte-{slug}-{period}.pdf"
    return stored_pdf(request, document, document.pledge_id, name, document.created_at)


@require_safe
@public_file
def paper_scan(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponseBase:
    """Serve the scan of a signature on paper.

    Of the signatory with this number.
    """
    scans = PaperScan.objects.filter(
        pledge__in=Pledge.objects.public(),
        pledge__parties__municipality__slug=slug,
        pledge__period=period,
        signatory__position=number,
    )
    scan = scans.defer("content").first()
    if scan is None:
        raise no_pledge(get_municipality_or_404(slug))
    name = f"underskrift-{slug}-{period}-{number}.pdf"
    return stored_pdf(request, scan, scan.pledge_id, name, scan.vouched_at)


@require_safe
@public_file
def annex(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponseBase:
    """Serve what is annexed to a signed pledge, byte for byte."""
    annexes = PledgeAnnex.objects.filter(
        pledge__in=Pledge.objects.public(),
        pledge__parties__municipality__slug=slug,
        pledge__period=period,
        position=number,
    )
    row = annexes.defer("content").first()
    if row is None:
        raise no_pledge(get_municipality_or_404(slug))
    name = f"bilaga-{slug}-{period}-{number}.pdf"
    return stored_pdf(request, row, row.pledge_id, name, row.annexed_at)


@require_safe
@public_file
def consultation_annex(
    request: HttpRequest, slug: str, period: str, number: int, position: int
) -> HttpResponseBase:
    """Serve what was annexed to a draft that residents were asked about."""
    asked, _place = get_consultation_or_404(slug, period, number)
    row = asked.annexes.filter(position=position).defer("content").first()
    if row is None:
        raise no_pledge(get_municipality_or_404(slug))
    name = f"samrad-{slug}-{period}-{number}-bilaga-{position}.pdf"
    return stored_pdf(request, row, asked.pledge_id, name, asked.published_at)


def _carried_on(chosen: Commitment, view: presentation.PledgeView) -> dict[str, Commitment | None]:
    """Return what a commitment carries on, and what carries it on.

    A query for each where the pledge revises another or was revised itself.
    """
    commitments = Commitment.objects.public().select_related("pledge")
    before = after = None
    if chosen.origin_id is not None:
        others = commitments.filter(pledge=chosen.pledge.revises_id)
        before = others.filter(Q(pk=chosen.origin_id) | Q(origin=chosen.origin_id)).first()
    if view.standing.is_revised:
        others = commitments.filter(pledge__revises=chosen.pledge_id)
        after = others.filter(origin=chosen.origin_id or chosen.pk).first()
    return {"before": before, "after": after}


def _latest_actions(
    pledge: Pledge, chosen: Commitment | None, names: Mapping[int, Wording], most: int
) -> list[ActionView]:
    published = PublishedAction.objects.public(timezone.localdate()).for_pledge(pledge)
    if chosen is not None:
        published = published.filter(commitment=chosen)
    return [action_view(action, pledge, names) for action in published.latest_first()[:most]]


def _commitment_view(
    commitment: Commitment, view: presentation.PledgeView, names: Mapping[int, Wording]
) -> presentation.CommitmentView:
    return presentation.commitment_view(commitment, view.municipality_names, names=names)
