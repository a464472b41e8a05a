"""Put what was decided about a pledge into words for its workspace page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.decisions.prolonging import last_day_to_prolong
from pledges.lifecycle import Standing, State
from pledges.models import Commitment, Pledge, TargetChange, VoidFile, VoidSignature
from pledges.presentation import target_change_views, target_events
from pledges.presentation.target_preview import TargetPreview, target_previews
from pledges.presentation.validity import answer, day, decision_in_words, recall_sentence
from pledges.progress.imagined import PledgeTime


@dataclass(frozen=True)
class DecisionView:
    """A decision: what it was, the day that it counts from, and why.

    A recall has the signatures that it made void, and their files.
    """

    heading: str
    text: str
    reason: str
    on: date
    signatures: list[VoidSignature] = field(default_factory=list)
    files: list[VoidFile] = field(default_factory=list)


@dataclass(frozen=True)
class ActView:
    """What can be decided: its page, its name and what follows."""

    page: str
    name: str
    text: str


def standing_sentence(pledge: Pledge, standing: Standing) -> str:
    """Return how a pledge stands, for those who decide about it."""
    if standing.state in {State.ADOPTED, State.PARTLY_SIGNED}:
        return _("Löftet är antaget men inte undertecknat av alla. Det gäller inte än.")
    if standing.state == State.DROPPED:
        return _("Utkastet är nedlagt. Ingen skriver vidare på det.")
    if standing.state in {State.DRAFT, State.CONSULTATION}:
        return _("Löftet är ett utkast.")
    return answer(pledge, standing).sentence


def sentences_of_target(
    commitment: Commitment, target: Mapping[str, Any], time: PledgeTime
) -> list[TargetPreview]:
    """Return what everyone will read of a commitment with another target.

    `target` is by the names of the columns.
    """
    words = ("number", "kind", "responsible", "third_parties", "text_sv", "text_en")
    same = {name: getattr(commitment, name) for name in (*words, "older_english")}
    imagined = Commitment(**same, **target)
    return target_previews(imagined, time)


def decision_views(pledge: Pledge) -> list[DecisionView]:
    """Return the decisions about a pledge, the latest first.

    The pledge must come from `with_standing()`.
    """
    decisions = []
    if pledge.adopted_at is not None and (decision := decision_in_words(pledge)):
        on = pledge.decided_on or timezone.localdate(pledge.adopted_at)
        decisions.append(DecisionView(_("Antaget"), decision, "", on))
    if hasattr(pledge, "signed_elsewhere"):
        signed_elsewhere = pledge.signed_elsewhere
        decisions.append(
            DecisionView(
                _("Intaget, undertecknat utanför portalen"),
                _("Dokumentet är inlämnat och intygat av %(party)s (%(person)s).")
                % {
                    "party": signed_elsewhere.vouched_for,
                    "person": signed_elsewhere.vouched_by or _("kommando"),
                },
                "",
                timezone.localdate(signed_elsewhere.taken_in_at),
            )
        )
    if hasattr(pledge, "annulment"):
        annulment = pledge.annulment
        decisions.append(
            DecisionView(
                _("Upphävt"),
                _("Löftet gäller inte från och med den %(day)s.")
                % {"day": day(annulment.from_day)},
                annulment.reason,
                annulment.from_day,
            )
        )
    decisions += [
        DecisionView(_("Rättat mål") if change.is_correction else _("Nytt antal"), text, "", on)
        for change in TargetChange.objects.for_pledges([pledge])
        for on, text in target_events(target_change_views(change.commitment, [change]))
    ]
    decisions += [
        DecisionView(
            _("Förlängt"),
            _("Till och med den %(day)s: %(decision)s.")
            % {"day": day(prolongation.valid_to), "decision": decision_in_words(prolongation)},
            prolongation.reason,
            prolongation.decided_on,
        )
        for prolongation in pledge.prolongations.all()
        if prolongation.decided_on is not None
    ]
    recalls = pledge.recalls.select_related("recalled_by").prefetch_related(
        "signatures", Prefetch("files", VoidFile.objects.defer("content"))
    )
    decisions += [
        DecisionView(
            _("Kallat tillbaka"),
            recall_sentence(recall.signatures.all()),
            recall.reason,
            timezone.localdate(recall.recalled_at),
            list(recall.signatures.all()),
            list(recall.files.all()),
        )
        for recall in recalls
    ]
    return sorted(decisions, key=lambda decision: decision.on, reverse=True)


def act_views(pledge: Pledge, standing: Standing) -> list[ActView]:
    """Return what can be decided about a pledge as it stands."""
    acts = []
    if standing.state in {State.ADOPTED, State.PARTLY_SIGNED}:
        acts.append(
            ActView(
                "call_pledge_back",
                _("Kalla tillbaka löftet"),
                _(
                    "Texten öppnas igen. Underskrifterna som är gjorda sparas men blir ogiltiga, "
                    "och alla måste underteckna på nytt."
                ),
            )
        )
    if standing.state == State.DRAFT:
        acts.append(
            ActView(
                "take_in_signed",
                _("Ta in som undertecknat på annat sätt"),
                _(
                    "För ett löfte som redan är undertecknat, på papper eller i ett annat system. "
                    "Det visas med sitt eget dokument och sina egna dagar."
                ),
            )
        )
        acts.append(
            ActView(
                "drop_draft",
                _("Lägg ned utkastet"),
                _("Ingen skriver vidare på det, och ett annat löfte kan få dess adress."),
            )
        )
    if standing.state == State.DROPPED:
        acts.append(
            ActView("take_up_draft", _("Ta upp utkastet igen"), _("Det går att skriva vidare på."))
        )
    # Of one that has ended too: what was decided then may be entered late.
    if pledge.validity_periods.all() and not hasattr(pledge, "annulment"):
        if (last := last_day_to_prolong(pledge)) is not None:
            acts.append(ActView("prolong_pledge", _("Förläng löftet"), _prolong_text(last)))
        if standing.is_in_force:
            acts.append(
                ActView(
                    "revise_pledge",
                    _("Revidera löftet"),
                    _(
                        "Skriv en ny text som gäller från en viss dag. Det som är undertecknat "
                        "gäller till dess, och åtaganden som fortsätter behåller det som är gjort."
                    ),
                )
            )
        acts.append(
            ActView(
                "choose_target",
                _("Rätta ett mål"),
                _(
                    "Ett mål blev fel när löftet skrevs. Det som är undertecknat står kvar, och "
                    "rättelsen visas bredvid."
                ),
            )
        )
        acts.append(
            ActView(
                "annul_pledge",
                _("Upphäv löftet"),
                _(
                    "Löftet slutar gälla från en viss dag utan att något nytt tar över. Det går "
                    "fortfarande att läsa."
                ),
            )
        )
    return acts


def _prolong_text(last: date) -> str:
    """Return what prolonging is.

    `last` is the last day on which it could be decided.
    """
    text = _("Löftet gäller längre än det som är undertecknat säger, efter ett beslut.")
    if last == date.max:
        return text
    late = _("Löftet är slut: beslutet måste vara från den %(day)s eller tidigare.")
    return f"{text} {late % {'day': day(last)}}"
