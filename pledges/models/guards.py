"""The guards of what is promised, signed and published.

Each says in its own file what it holds. The files are `pledges/sql/<name>.sql`; those of any table
are in pledge_portal.database.
"""

from pledge_portal.database.triggers import Trigger

_ANY = "BEFORE INSERT OR UPDATE OR DELETE"

REFUSE_WHEN_LOCKED = Trigger(function="refuse_when_locked", fires=_ANY)
GUARD_ORIGIN = Trigger(function="guard_origin", fires="BEFORE INSERT OR UPDATE")
GUARD_PLEDGE = Trigger(function="guard_pledge", fires="BEFORE UPDATE OR DELETE")
GUARD_DOCUMENT = Trigger(function="guard_document", fires=_ANY)
WITHHOLD_LATER_STEP = Trigger(function="withhold_later_step", fires="AFTER INSERT")
GUARD_SIGNATURE = Trigger(function="guard_signature", fires=_ANY)
GUARD_SIGNING_WAY = Trigger(function="guard_signing_way", fires=_ANY)
GUARD_DECLINE = Trigger(function="guard_decline", fires=_ANY)
GUARD_PAPER_SCAN = Trigger(function="guard_paper_scan", fires=_ANY)
GUARD_RECALL = Trigger(function="guard_recall", fires=_ANY)
GUARD_VOID = Trigger(function="guard_void", fires=_ANY)
GUARD_PROLONGATION = Trigger(function="guard_prolongation", fires=_ANY)
GUARD_TARGET_CHANGE = Trigger(function="guard_target_change", fires=_ANY)
GUARD_SIGNED_ELSEWHERE = Trigger(function="guard_signed_elsewhere", fires=_ANY)
GUARD_VALIDITY = Trigger(function="guard_validity", fires=_ANY)
GUARD_ACTION = Trigger(function="guard_action", fires=_ANY)
WITHDRAW_PUBLISHED = Trigger(function="withdraw_published", fires="AFTER UPDATE")
GUARD_FOLLOW_UP = Trigger(function="guard_follow_up", fires=_ANY)
GUARD_CLOSING = Trigger(function="guard_closing", fires=_ANY)
GUARD_PUBLISHED_SURVEY = Trigger(function="guard_published_survey", fires=_ANY)
REFUSE_WHEN_PUBLISHED = Trigger(function="refuse_when_published", fires=_ANY)
REFUSE_UNLESS_PUBLISHED = Trigger(function="refuse_unless_published", fires="BEFORE INSERT")
GUARD_CONSULTATION = Trigger(function="guard_consultation", fires="BEFORE UPDATE OR DELETE")
