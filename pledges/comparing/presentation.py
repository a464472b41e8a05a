"""Two pledges compared, in words: with the changed words marked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.history.differences import Piece, differences
from pledge_portal.pages.text import Wording, wording
from pledges.actions.tallies import TargetChanges
from pledges.comparing.matching import Comparison, Pair
from pledges.models import Commitment
from pledges.presentation.commitment import CommitmentView, commitment_view
from pledges.presentation.language import in_swedish_only
from pledges.presentation.target_changes import target_change_views


@dataclass(frozen=True)
class PairView:
    """A commitment that was carried on.

    `pieces` are both texts in one, with the words marked that are gone or new, and `lang` their
    language when it differs from the page's. `target_before` is empty when the target is the same,
    `responsible_before` when those who answer for it are.
    """

    before: CommitmentView
    after: CommitmentView
    pieces: list[Piece]
    lang: str
    target_before: SafeString | str
    responsible_before: SafeString | str


@dataclass(frozen=True)
class ComparisonView:
    """What became of the commitments, by what became of them.

    `summary` is it in a sentence. `is_beside` says that neither pledge came after the other: they
    are for different parts of a municipality, and nothing of one was taken away in the other.
    """

    summary: str
    new: list[CommitmentView]
    changed: list[PairView]
    dropped: list[CommitmentView]
    unchanged: list[PairView]
    is_beside: bool


def comparison_view(
    comparison: Comparison,
    names_before: dict[str, str],
    names_after: dict[str, str],
    changes: TargetChanges,
    *,
    is_beside: bool = False,
) -> ComparisonView:
    """Return a comparison in words.

    The names are those of each pledge's municipalities, `changes` those of targets, by commitment.
    """

    def view(commitment: Commitment, names: dict[str, str]) -> CommitmentView:
        of_target = target_change_views(commitment, changes.get(commitment.pk, []))
        return commitment_view(commitment, names, of_target)

    def pair_view(pair: Pair) -> PairView:
        return _pair_view(pair, view(pair.before, names_before), view(pair.after, names_after))

    return ComparisonView(
        summary=_summary_beside(comparison) if is_beside else _summary(comparison),
        new=[view(commitment, names_after) for commitment in comparison.new],
        changed=[pair_view(pair) for pair in comparison.changed],
        dropped=[view(commitment, names_before) for commitment in comparison.dropped],
        unchanged=[pair_view(pair) for pair in comparison.unchanged],
        is_beside=is_beside,
    )


def _pair_view(pair: Pair, before: CommitmentView, after: CommitmentView) -> PairView:
    old, new = _texts(pair)
    return PairView(
        before=before,
        after=after,
        pieces=differences(old.text, new.text),
        lang=new.lang,
        target_before="" if pair.has_same_target else before.target,
        responsible_before="" if pair.has_same_parties else before.responsible,
    )


def _texts(pair: Pair) -> tuple[Wording, Wording]:
    """Return both texts in one language.

    The reader's if both have it and it shows the change, else Swedish.
    """
    before, after = wording(pair.before, "text"), wording(pair.after, "text")
    shows_it = pair.has_same_words or before.text != after.text
    if before.lang == after.lang and shows_it:
        return before, after
    return in_swedish_only(pair.before.text_sv), in_swedish_only(pair.after.text_sv)


def _summary(comparison: Comparison) -> str:
    new, changed = len(comparison.new), len(comparison.changed)
    dropped, unchanged = len(comparison.dropped), len(comparison.unchanged)
    parts = [
        ngettext("%(n)s nytt åtagande", "%(n)s nya åtaganden", new) % {"n": new},
        ngettext("%(n)s ändrat", "%(n)s ändrade", changed) % {"n": changed},
        ngettext("%(n)s borttaget", "%(n)s borttagna", dropped) % {"n": dropped},
        ngettext("%(n)s oförändrat", "%(n)s oförändrade", unchanged) % {"n": unchanged},
    ]
    return ", ".join(parts) + "."


def _summary_beside(comparison: Comparison) -> str:
    alike, equal = len(comparison.changed), len(comparison.unchanged)
    one_sided = len(comparison.dropped), len(comparison.new)
    parts = [
        ngettext("%(n)s lika åtagande", "%(n)s lika åtaganden", equal) % {"n": equal},
        ngettext("%(n)s som liknar varandra", "%(n)s som liknar varandra", alike) % {"n": alike},
        _("%(first)s bara i det första och %(second)s bara i det andra")
        % {"first": one_sided[0], "second": one_sided[1]},
    ]
    return ", ".join(parts) + "."
