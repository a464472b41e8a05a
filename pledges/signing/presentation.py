"""Put the signing of a pledge into words: who waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pledge_portal.accounts.permissions import Person
from pledges.documents.signing_order import is_confirmed_on_paper, next_signatories
from pledges.models import Decline, PaperScan, Pledge, Signatory, Way
from pledges.signing.ways import is_signatory, may_arrange, may_confirm, way_of

# What is due is counted every hour. What isn't by then is hindered.
_HINDERED = timedelta(hours=2)


@dataclass(frozen=True)
class SigningView:
    """Where a signatory is, and what the reader may do.

    `state` is signed, handed_in (a scan that nobody has confirmed), waiting (a confirmed one that
    doesn't count yet, though `is_due` when its day has passed), declined, turn, later or unplanned
    (its turn, but nobody has said how); `sentence` says the same.
    """

    signatory: Signatory
    state: str
    sentence: str
    way: str
    decline: Decline | None
    is_mine: bool
    may_arrange: bool
    scan: PaperScan | None
    may_confirm: bool
    is_due: bool

    @property
    def awaits_me(self) -> bool:
        """Return whether the reader's own signature is what is waited for."""
        return self.is_mine and self.state == "turn"


def signing_views(
    pledge: Pledge,
    signatories: list[Signatory],
    declines: list[Decline],
    user: Person,
    at: datetime,
) -> list[SigningView]:
    """Return an adopted pledge's signatories as a person may see them.

    In their order. `declines` are those of the pledge's document that nobody has asked again about.
    """
    turns = next_signatories(pledge, signatories)
    views = []
    for signatory in signatories:
        signatory.pledge = pledge
        decline = next(
            (refusal for refusal in declines if refusal.signatory_id == signatory.pk), None
        )
        way = way_of(signatory)
        scan: PaperScan | None = getattr(signatory, "paper_scan", None)
        counts_at = scan.counts_at if scan else None
        state = _state(signatory, signatory in turns, decline)
        views.append(
            SigningView(
                signatory=signatory,
                state=state,
                sentence=(
                    _waiting_sentence(counts_at, at)
                    if state == "waiting" and counts_at
                    else _sentence(state, signatory, turns[0] if turns else None, pledge)
                ),
                way=str(way.get_way_display()) if way else "",
                decline=decline,
                is_mine=is_signatory(user, signatory),
                may_arrange=may_arrange(user, signatory),
                scan=scan,
                may_confirm=scan is not None and may_confirm(user, signatory, scan),
                is_due=state == "waiting" and counts_at is not None and counts_at <= at,
            )
        )
    return views


def _state(signatory: Signatory, is_turn: bool, decline: Decline | None) -> str:
    if hasattr(signatory, "signature"):
        return "signed"
    if hasattr(signatory, "paper_scan"):
        return "waiting" if is_confirmed_on_paper(signatory) else "handed_in"
    if decline is not None:
        return "declined"
    if not is_turn:
        return "later"
    return "turn" if way_of(signatory) else "unplanned"


def _sentence(state: str, signatory: Signatory, turn: Signatory | None, pledge: Pledge) -> str:
    if state == "signed":
        if signatory.signature.way == Way.ELSEWHERE:
            return _("Har undertecknat utanför portalen.")
        on_paper = signatory.signature.way == Way.PAPER
        return _("Har undertecknat på papper.") if on_paper else _("Har undertecknat.")
    if pledge.signs_side_by_side and state == "turn":
        return _("Kan underteckna nu, oberoende av de andra.")
    if pledge.signs_side_by_side and state == "unplanned":
        return _("Kan underteckna, men ingen har bestämt hur.")
    return {
        "handed_in": _(
            "En skanning är lämnad. Den väntar på att någon annan jämför den med papperet."
        ),
        "declined": _("Har avböjt att underteckna."),
        "turn": _("Ska underteckna nu."),
        "later": _("Väntar på att %(name)s undertecknar först.")
        % {"name": turn.name if turn else ""},
        "unplanned": _("Ska underteckna nu, men ingen har bestämt hur."),
    }[state]


def _waiting_sentence(counts_at: datetime, at: datetime) -> str:
    """Return how long a confirmed signature on paper waits to count."""
    if counts_at <= at - _HINDERED:
        return _("Underskriften på papper är bekräftad men har inte kunnat räknas än.")
    if counts_at <= at:
        return _("Underskriften på papper är bekräftad och räknas inom en timme.")
    local = timezone.localtime(counts_at)
    if local.date() > timezone.localdate(at):
        sentence = _("Underskriften på papper är bekräftad och väntar till i morgon kl. %(time)s.")
    else:
        sentence = _("Underskriften på papper är bekräftad och väntar till i dag kl. %(time)s.")
    return sentence % {"time": date_format(local, "H.i")}


def way_choices_note() -> str:
    """Return what those who choose a way need to know where no keys are."""
    if settings.SIGNING_KEYS or settings.DEMONSTRATION:
        return ""
    return _("Den som sköter portalen har inte lagt in några certifikat att underteckna med.")
