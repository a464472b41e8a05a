"""Triggers declared beside the models they guard.

They run functions of the database's own, so that `pgtrigger.ignore` can't switch them off: what was
signed stays as it was for the admin, the shell and raw SQL alike.
"""

from typing import Any

import pgtrigger


class _OwnFunction(pgtrigger.Trigger):
    """A trigger that runs a function made by a migration, with fixed text arguments."""

    function: str

    def __init__(self, *, arguments: tuple[str, ...] = (), **options: Any) -> None:
        self.arguments = arguments
        super().__init__(**options)

    def get_func(self, model: Any) -> str:
        """Return the body of the function that pgtrigger insists on making; it is never run."""
        return "RETURN NULL;"

    def render_execute(self, model: Any) -> str:
        """Return the call that the trigger makes."""
        quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in self.arguments)
        return f"{self.function}({quoted})"


class RefuseTruncate(_OwnFunction):
    """Refuses TRUNCATE, which no row trigger sees."""

    name = "refuse_truncate"
    function = "refuse_truncate"
    when = pgtrigger.Before
    operation = pgtrigger.Truncate
    level = pgtrigger.Statement


class RefuseWhenLocked(_OwnFunction):
    """Refuses every change of a row that belongs to an adopted or signed pledge.

    `column` names the column that holds the pledge's id.
    """

    name = "refuse_when_locked"
    function = "refuse_when_locked"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, column: str = "pledge_id", **options: Any) -> None:
        super().__init__(arguments=(column,), **options)


class GuardPledge(_OwnFunction):
    """Refuses changes of a signed pledge, and of an adopted one except taking it back, or saying
    whether its signatories sign in their order."""

    name = "guard_pledge"
    function = "guard_pledge"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete


class GuardDocument(_OwnFunction):
    """Documents are written once; they go only with an adoption taken back before any signature.

    When all have signed, a step may be added that begins as the last one and adds a timestamp over
    the document, and no signature by anybody.
    """

    name = "guard_document"
    function = "guard_document"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class GuardSignature(_OwnFunction):
    """Signatures are added in order to an adopted pledge, and never changed or removed."""

    name = "guard_signature"
    function = "guard_signature"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class GuardSigningWay(_OwnFunction):
    """How somebody signs is chosen once the pledge is adopted, and stands once they have signed."""

    name = "guard_signing_way"
    function = "guard_signing_way"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class GuardDecline(_OwnFunction):
    """A no to signing is never changed but once, by asking again."""

    name = "guard_decline"
    function = "guard_decline"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class GuardPaperScan(_OwnFunction):
    """A scan comes just before its signature on paper, and is never changed or removed."""

    name = "guard_paper_scan"
    function = "guard_paper_scan"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class GuardValidity(_OwnFunction):
    """A period in force begins when all have signed; later it may only be cut short."""

    name = "guard_validity"
    function = "guard_validity"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class RefuseChange(_OwnFunction):
    """Refuses UPDATE and DELETE outright: rows that are written once."""

    name = "refuse_change"
    function = "refuse_change"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete


class AnnounceChange(_OwnFunction):
    """Counts up the version that cached public pages are kept under (see pages.freshness)."""

    name = "announce_change"
    function = "announce_change"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate
    level = pgtrigger.Statement


class GuardAction(_OwnFunction):
    """Completed actions lie in the past of a signed pledge, and are never deleted.

    Every change counts up `version`; who recorded it, and for which commitment, stays.
    """

    name = "guard_action"
    function = "guard_action"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class WithdrawPublished(_OwnFunction):
    """Takes an action's public part away when it is struck out or no longer marked public."""

    name = "withdraw_published"
    function = "withdraw_published"
    when = pgtrigger.After
    operation = pgtrigger.Update


class GuardFollowUp(_OwnFunction):
    """A follow-up is published once all parties have approved it, and then never changes."""

    name = "guard_follow_up"
    function = "guard_follow_up"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class RefuseWhenPublished(_OwnFunction):
    """Refuses every change of a row that belongs to a published follow-up."""

    name = "refuse_when_published"
    function = "refuse_when_published"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class RefuseUnlessPublished(_OwnFunction):
    """Refuses rows that only a published follow-up has."""

    name = "refuse_unless_published"
    function = "refuse_unless_published"
    when = pgtrigger.Before
    operation = pgtrigger.Insert


class GuardConsultation(_OwnFunction):
    """What residents were asked about never changes: a round is closed once, and told of once."""

    name = "guard_consultation"
    function = "guard_consultation"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete


class RecordChange(_OwnFunction):
    """Writes every change of a row to the model's table of events (see database.history).

    `path` leads from the row to the one that it belongs to: the row's own column, then table and
    column by turns. Empty when it belongs to none.
    """

    name = "record_change"
    function = "record_change"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, events: str, path: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(arguments=(events, *path), **options)
