"""What each guard of the database must refuse, and it alone.

An attack on a trigger is the trigger, what it says, and statements that it alone stops. Words in
braces are keys of the rows that `make_world` makes. An attack on a constraint is a row that it
alone stops: the columns that matter, as SQL.
"""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils import timezone

from pledges.models import Decline, PaperScan, PledgeDocument, SigningWay
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    a_consultation,
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    an_action,
)

_LOCKED = ("pledgeparty", "section", "focusarea", "commitment", "signatory")
_ADOPTED = "Medborgarlöftet är antaget: dess innehåll är låst"
_SIGNED = "Medborgarlöftet är undertecknat: dess innehåll"
_UNAPPROVED = "En uppföljning publiceras först när parterna"
_PUBLISHED = "En publicerad uppföljning ändras aldrig"


def _signatory(pledge: str, position: int) -> str:
    return (
        f"(SELECT id FROM pledges_signatory WHERE pledge_id = {{{pledge}}}"
        f" AND position = {position})"
    )


def _document(pledge: str, step: int, content: str = "'x'", *, lasting: bool = False) -> str:
    """Return the statement that adds a document to a pledge."""
    last = "(SELECT content FROM pledges_pledgedocument WHERE pledge_id = {signed} AND step = 2)"
    stamp = "now(), now() + interval '1 year'" if lasting else "NULL, NULL"
    return (
        "INSERT INTO pledges_pledgedocument (pledge_id, step, size, created_at, content, sha256,"
        f" timestamped_at, timestamp_valid_to) SELECT {{{pledge}}}, {step}, 1, now(), content,"
        f" encode(sha256(content), 'hex'), {stamp}"
        f" FROM (SELECT {content.replace('LAST', last)}::bytea AS content) AS new; "
    )


def _signature(pledge: str, step: int, way: str = "key") -> str:
    """Return the statement that signs in the first signatory's name."""
    return (
        "INSERT INTO pledges_signature (pledge_id, signatory_id, document_id, signed_at, way,"
        " field_name, certificate_name, certificate_issuer, is_demonstration)"
        f" SELECT pledge_id, {_signatory(pledge, 1)}, id, now(), '{way}', '', '', '', false"
        f" FROM pledges_pledgedocument WHERE pledge_id = {{{pledge}}} AND step = {step}; "
    )


def _decline(signatory: str) -> str:
    return (
        "INSERT INTO pledges_decline (signatory_id, document_sha256, reason, declined_by_id,"
        f" declined_at) SELECT {signatory}, sha256, 'Nej', {{person}}, now()"
        " FROM pledges_pledgedocument WHERE pledge_id = {adopted} AND step = 0; "
    )


def _validity(pledge: str, municipality: str, during: str) -> str:
    return (
        "INSERT INTO pledges_validityperiod (pledge_id, municipality_id, during)"
        f" VALUES ({{{pledge}}}, {{{municipality}}}, '{during}')"
    )


# Attacks by the name of the trigger, but for those that guard any table alike.
TRIGGERS: list[tuple[str, str, str]] = [
    *(
        (
            f"pledges_{table}_refuse_when_locked",
            refusal,
            f"UPDATE pledges_{table} SET pledge_id = pledge_id WHERE pledge_id = {{{pledge}}}",
        )
        for table in _LOCKED
        for pledge, refusal in (("signed", _SIGNED), ("adopted", _ADOPTED))
    ),
    *(
        (
            f"pledges_{table}_refuse_when_locked",
            _SIGNED,
            f"DELETE FROM pledges_{table} WHERE pledge_id = {{signed}}",
        )
        for table in _LOCKED
    ),
    (
        "pledges_pledge_guard_pledge",
        "Medborgarlöftet är undertecknat och kan varken",
        "UPDATE pledges_pledge SET title = 'x' WHERE id = {signed}",
    ),
    (
        "pledges_pledge_guard_pledge",
        "Medborgarlöftet är undertecknat och kan varken",
        "DELETE FROM pledges_pledge WHERE id = {signed}",
    ),
    (
        "pledges_pledge_guard_pledge",
        _ADOPTED,
        "UPDATE pledges_pledge SET title = 'x' WHERE id = {adopted}",
    ),
    ("pledges_pledge_guard_pledge", _ADOPTED, "DELETE FROM pledges_pledge WHERE id = {adopted}"),
    (
        "pledges_pledgedocument_guard_document",
        "Ett dokument skrivs en gång",
        "UPDATE pledges_pledgedocument SET size = 1 WHERE pledge_id = {adopted}",
    ),
    (
        "pledges_pledgedocument_guard_document",
        "Dokumentet är undertecknat och kan inte tas bort",
        "DELETE FROM pledges_pledgedocument WHERE pledge_id = {signed}",
    ),
    (
        "pledges_pledgedocument_guard_document",
        "Medborgarlöftet är inte antaget",
        _document("draft", 0),
    ),
    (
        "pledges_pledgedocument_guard_document",
        "Bara ett dokument som alla har undertecknat",
        _document("half", 2, "LAST || '/DocTimeStamp'", lasting=True),
    ),
    (
        "pledges_pledgedocument_guard_document",
        "Det som alla har undertecknat får bara en tidsstämpel",
        _document("signed", 3, "LAST || '/DocTimeStamp /ETSI.CAdES.detached'", lasting=True),
    ),
    (
        "pledges_pledgedocument_guard_document",
        "Det som alla har undertecknat får bara en tidsstämpel",
        _document("signed", 3, "'/DocTimeStamp'", lasting=True),
    ),
    (
        "pledges_pledgedocument_guard_document",
        "Alla har undertecknat",
        _document("signed", 3),
    ),
    ("pledges_pledgedocument_guard_document", "Dokument 5 passar inte", _document("half", 5)),
    (
        "pledges_signature_guard_signature",
        "En underskrift kan varken",
        "UPDATE pledges_signature SET signed_at = now() WHERE pledge_id = {signed}",
    ),
    (
        "pledges_signature_guard_signature",
        "En underskrift kan varken",
        "DELETE FROM pledges_signature WHERE pledge_id = {signed}",
    ),
    (
        "pledges_signature_guard_signature",
        "Underskriften hör inte till",
        _signature("adopted", 0),
    ),
    (
        "pledges_signature_guard_signature",
        "En underskrift på papper har en skanning",
        _document("adopted", 1, "'x'") + _signature("adopted", 1, "paper"),
    ),
    (
        "pledges_signature_guard_signature",
        "Den här personen har avböjt",
        _decline(_signatory("adopted", 1)) + _document("adopted", 1) + _signature("adopted", 1),
    ),
    (
        "pledges_signingway_guard_signing_way",
        "Den här personen har undertecknat",
        "INSERT INTO pledges_signingway (signatory_id, way, key_name, chosen_at)"
        f" VALUES ({_signatory('signed', 1)}, 'paper', '', now())",
    ),
    (
        "pledges_signingway_guard_signing_way",
        "Ett sätt att underteckna kan inte flyttas",
        f"UPDATE pledges_signingway SET signatory_id = {_signatory('half', 2)}"
        f" WHERE signatory_id = {_signatory('adopted', 1)}",
    ),
    (
        "pledges_signingway_guard_signing_way",
        "Hur löftet undertecknas bestäms när",
        "INSERT INTO pledges_signingway (signatory_id, way, key_name, chosen_at)"
        f" VALUES ({_signatory('draft', 1)}, 'paper', '', now())",
    ),
    (
        "pledges_decline_guard_decline",
        "Att någon har avböjt kan inte tas bort",
        "DELETE FROM pledges_decline",
    ),
    (
        "pledges_decline_guard_decline",
        "Att någon har avböjt kan inte ändras",
        "UPDATE pledges_decline SET reason = 'x'",
    ),
    (
        "pledges_decline_guard_decline",
        "Bara den som ska underteckna",
        _decline(_signatory("draft", 1)),
    ),
    (
        "pledges_decline_guard_decline",
        "Bara den som ska underteckna",
        _decline(_signatory("signed", 1)),
    ),
    (
        "pledges_paperscan_guard_paper_scan",
        "En skannad underskrift kan varken",
        "UPDATE pledges_paperscan SET pages = 9",
    ),
    (
        "pledges_paperscan_guard_paper_scan",
        "En skannad underskrift kan varken",
        "DELETE FROM pledges_paperscan",
    ),
    (
        "pledges_paperscan_guard_paper_scan",
        "Skanningen hör inte till någon",
        "INSERT INTO pledges_paperscan (content, sha256, size, pages, said_by_id, said_at,"
        " pledge_id, signatory_id) SELECT content, sha256, size, pages, said_by_id, said_at,"
        f" {{draft}}, {_signatory('draft', 1)} FROM pledges_paperscan",
    ),
    (
        "pledges_validityperiod_guard_validity",
        "Ett löftes giltighetstid kan inte tas bort",
        "DELETE FROM pledges_validityperiod WHERE pledge_id = {signed}",
    ),
    (
        "pledges_validityperiod_guard_validity",
        "Löftet träder i kraft först när alla",
        _validity("half", "boden", "[2023-01-01,)"),
    ),
    (
        "pledges_validityperiod_guard_validity",
        "Kommunen är inte part i löftet",
        _validity("signed", "boden", "[2023-01-01,)"),
    ),
    (
        "pledges_validityperiod_guard_validity",
        "Giltighetstiden stämmer inte",
        _validity("not_in_force", "kiruna", "[2022-01-01,)"),
    ),
    (
        "pledges_validityperiod_guard_validity",
        "Ett löftes giltighetstid kan bara förkortas",
        "UPDATE pledges_validityperiod SET during = '[2020-01-01,)' WHERE pledge_id = {signed}",
    ),
    (
        "pledges_validityperiod_guard_validity",
        "Giltighetstiden förkortas bara av",
        "UPDATE pledges_validityperiod SET during = '[2023-01-01,2024-01-01)'"
        " WHERE pledge_id = {signed}",
    ),
    (
        "pledges_completedaction_guard_action",
        "En registrerad insats stryks",
        "DELETE FROM pledges_completedaction",
    ),
    (
        "pledges_completedaction_guard_action",
        "En insats som inte är gjord",
        "UPDATE pledges_completedaction SET version = version + 1,"
        " done_on = now() + interval '3 d'",
    ),
    (
        "pledges_completedaction_guard_action",
        "Insatser hör till ett löfte",
        "UPDATE pledges_completedaction SET version = version + 1, commitment_id ="
        " (SELECT min(id) FROM pledges_commitment WHERE pledge_id = {draft})",
    ),
    (
        "pledges_completedaction_guard_action",
        "En registrerad insats rättas eller stryks",
        "UPDATE pledges_completedaction SET amount = amount + 1",
    ),
    (
        "pledges_followup_guard_follow_up",
        _UNAPPROVED,
        "INSERT INTO pledges_followup (uid, pledge_id, first_day, last_day, meeting_on,"
        " introduction, version, opened_at, published_at, is_demonstration)"
        " SELECT gen_random_uuid(), pledge_id, first_day + 1000, last_day + 1000,"
        " meeting_on + 1000, '', 1, now(), now(), false FROM pledges_followup"
        " WHERE id = {unpublished}",
    ),
    (
        "pledges_followup_guard_follow_up",
        _UNAPPROVED,
        "UPDATE pledges_followup SET published_at = now() WHERE id = {unpublished}",
    ),
    (
        "pledges_followup_guard_follow_up",
        _PUBLISHED,
        "UPDATE pledges_followup SET introduction = 'x' WHERE id = {published}",
    ),
    (
        "pledges_followup_guard_follow_up",
        _PUBLISHED,
        "DELETE FROM pledges_followup WHERE id = {published}",
    ),
    (
        "pledges_followup_guard_follow_up",
        "En uppföljning hör till sitt löfte",
        "UPDATE pledges_followup SET pledge_id = {half} WHERE id = {unpublished}",
    ),
    *(
        (
            f"pledges_{table}_refuse_when_published",
            _PUBLISHED,
            f"{change} WHERE {{published}} = follow_up_id",
        )
        for table in ("assessment", "approval")
        for change in (
            f"UPDATE pledges_{table} SET follow_up_id = follow_up_id",
            f"DELETE FROM pledges_{table}",
        )
    ),
    (
        "pledges_followupcorrection_refuse_unless_published",
        "Uppföljningen är inte publicerad",
        "INSERT INTO pledges_followupcorrection (follow_up_id, text, corrected_at)"
        " VALUES ({unpublished}, 'x', now())",
    ),
    (
        "pledges_followupdocument_refuse_unless_published",
        "Uppföljningen är inte publicerad",
        "INSERT INTO pledges_followupdocument (follow_up_id, content, sha256, created_at)"
        " VALUES ({unpublished}, 'x', encode(sha256('x'), 'hex'), now())",
    ),
    (
        "pledges_consultation_guard_consultation",
        "Ett samråd som har publicerats tas aldrig bort",
        "DELETE FROM pledges_consultation",
    ),
    (
        "pledges_consultation_guard_consultation",
        "Det som invånarna fick tycka till om",
        "UPDATE pledges_consultation SET introduction_sv = 'x'",
    ),
    (
        "pledges_consultation_guard_consultation",
        "Samrådet är avslutat och öppnas inte igen",
        "UPDATE pledges_consultation SET closed_at = now() + interval '1 d';"
        " UPDATE pledges_consultation SET closed_at = NULL",
    ),
    (
        "pledges_consultation_guard_consultation",
        "Det som är berättat om synpunkterna",
        "UPDATE pledges_consultation SET outcome_sv = 'x', outcome_published_at = now();"
        " UPDATE pledges_consultation SET outcome_sv = 'y'",
    ),
]

# Of each constraint on what is signed or public a row that it refuses.
CONSTRAINTS: dict[str, dict[str, str]] = {
    "municipality_code": {"code": "'x'"},
    "pledge_ends_after_its_start": {"valid_from": "'2023-01-02'", "valid_to": "'2023-01-01'"},
    "pledge_period_form": {"period": "'x'"},
    "commitment_number_from_one": {"number": "0"},
    "target_amount_above_zero": {"target_amount": "0"},
    "counted_target_has_amount_and_period": {"target_shape": "'count'", "target_amount": "1"},
    "only_counted_targets_have_a_period": {"target_shape": "'done'", "target_period": "'year'"},
    "only_measured_targets_have_an_amount": {"target_shape": "'done'", "target_amount": "1"},
    "target_within_the_whole": {
        "target_shape": "'coverage'",
        "target_amount": "2",
        "target_of": "1",
    },
    "schools_and_only_schools_have_a_level": {"kind": "'school'", "level": "''"},
    "last_day_after_the_first": {"done_on": "'2025-01-01'", "last_day": "'2025-01-01'"},
    "action_amount_in_bounds": {"amount": "2000000"},
    "action_counts_something": {"amount": "0"},
    "search_outcome_is_whole": {"finds": "1"},
    "struck_out_with_a_reason": {"struck_at": "now()", "strike_reason": "''"},
    "consultation_period_form": {"period": "'x'"},
    "consultation_number_range": {"number": "1000"},
    "consultation_outcome_says_something": {"outcome_published_at": "now()", "outcome_sv": "''"},
    "consultation_closes_after_its_start": {
        "published_at": "now()",
        "closed_at": "now() - interval '1 d'",
    },
    "follow_up_of_a_period_begun": {"first_day": "'2025-01-02'", "last_day": "'2025-01-01'"},
    "approved_by_one_party": {"municipality_id": "1", "police_area_id": "1"},
    "shown_only_when_the_days_shown_are_past": {
        "shown_first": "'2025-01-02'",
        "shown_last": "'2025-01-02'",
        "public_from": "'2025-01-01'",
    },
    "a_secret_kinds_day_is_never_shown": {
        "is_secret_kind": "true",
        "shown_first": "'2025-01-01'",
        "shown_last": "'2025-01-01'",
        "public_from": "'2025-01-02'",
    },
    "a_secret_kinds_span_is_never_shown": {
        "is_span": "true",
        "is_secret_kind": "true",
        "shown_first": "'2025-01-01'",
        "shown_last": "'2025-01-31'",
        "public_from": "'2025-02-01'",
    },
    "signatory_position_from_one": {"position": "0"},
    "signatory_signs_for_one_party": {"party": "'police'", "municipality_id": "1"},
    "document_matches_its_sha256": {"content": "'x'", "sha256": "encode(sha256('y'), 'hex')"},
    "timestamp_set_while_valid": {
        "timestamped_at": "now()",
        "timestamp_valid_to": "now() - interval '1 d'",
    },
    "on_paper_there_is_no_certificate": {"way": "'paper'", "certificate_name": "'DEMO'"},
    "who_signs_with_a_key_has_an_account": {"way": "'key'"},
    "key_named_for_its_way_only": {"way": "'paper'", "key_name": "'x'"},
    "scan_matches_its_sha256": {"content": "'x'", "sha256": "encode(sha256('y'), 'hex')"},
    "area_is_of_its_level": {"level": "'country'", "municipality_id": "1"},
    "offences_and_people_are_counted": {"kind": "'population'", "unit": "'percent'"},
    "periods_begin_at_their_beginning": {"period": "'year'", "begins": "'2025-01-02'"},
    "a_figure_or_why_there_is_none": {"note": "'secret'", "value": "1"},
    "interval_holds_the_figure": {"value": "1", "lower": "2", "upper": "3"},
    "taken_back_with_a_reason": {"taken_back_at": "now()", "reason": "''"},
    "published_again_with_a_reason": {"number": "2", "reason": "''"},
    "no_more_answers_than_pupils": {"invited": "1", "answered": "2", "response_rate": "100"},
    "share_of_the_whole": {"percent": "101"},
    "dialogue_opens_before_it_closes": {"opens_on": "'2025-01-02'", "closes_on": "'2025-01-01'"},
    "dialogue_begins_before_it_ends": {"begins_at": "now()", "ends_at": "now()"},
    "announced_dialogue_has_a_number": {"announced_at": "now()"},
    "comment_answers_for_one": {"by_municipality_id": "1", "by_police_area_id": "1"},
    "comment_objects_to_an_assessment": {"is_objection": "true"},
    "comment_on_a_draft_or_a_pledge": {"consultation_id": "1", "commitment_id": "1"},
    "comment_published_at_a_time": {"state": "'published'"},
    "comment_awaits_since": {"awaits": "'new'"},
    "comment_answers_another": {"id": "1", "parent_id": "1"},
    "disposal_rests_on_a_decision": {"comments_years": "1", "decision": "''"},
    "reception_has_both_hours_or_none": {"opens": "'08:00'"},
    "theme_answered_by_commitment_or_reason": {"reason_sv": "''"},
}

# Of each key of two columns, which no model can declare, a change that breaks it.
KEYS: dict[str, tuple[str, str]] = {
    "party_period_is_the_pledges": (
        "pledges_pledgeparty",
        "UPDATE pledges_pledgeparty SET period = '1999' WHERE pledge_id = {draft}",
    ),
    "focus_area_of_the_same_pledge": (
        "pledges_commitment",
        "UPDATE pledges_commitment SET focus_area_id ="
        " (SELECT id FROM pledges_focusarea WHERE pledge_id = {signed})"
        " WHERE pledge_id = {draft}",
    ),
    "party_address_is_the_rounds": (
        "pledges_consultationparty",
        "INSERT INTO pledges_consultationparty (consultation_id, municipality_id, period, number,"
        " position) SELECT consultation_id, {boden}, period, 999, 2 FROM pledges_consultationparty",
    ),
}


def make_world() -> dict[str, int]:
    """Make pledges in every stage; return the keys of what is guarded."""
    person = a_person()
    boden, kiruna = a_municipality("Boden"), a_municipality("Kiruna")
    signed = a_pledge(commitment={"kind": "other"})
    adopted = a_pledge(a_municipality("Piteå"), signed=False, adopted=True)
    half = a_pledge(boden, signed=1)
    draft = a_pledge(a_municipality("Kalix"), period="2026-2028", signed=False)
    not_in_force = a_pledge(kiruna)
    _take_out_of_force(not_in_force.pk)
    first, second = adopted.signatories.all()
    SigningWay.objects.create(signatory=first, way="paper")
    Decline.objects.create(
        signatory=second,
        document_sha256=PledgeDocument.objects.get(pledge=adopted).sha256,
        reason="Nej",
        declined_by=person,
    )
    waiting = half.signatories.get(position=2)
    PaperScan.store(waiting, A_PDF, pages=1, by=person, at=SIGNED_AT)
    an_action(signed.commitments.first())
    a_consultation(draft, at=timezone.now())
    published = a_follow_up(signed)
    unpublished = a_follow_up(
        signed,
        published=False,
        first_day=date(2025, 1, 1),
        last_day=date(2025, 6, 30),
        meeting_on=date(2025, 8, 1),
    )
    _check_deferred()
    rows = {
        "signed": signed,
        "adopted": adopted,
        "half": half,
        "draft": draft,
        "not_in_force": not_in_force,
        "published": published,
        "unpublished": unpublished,
        "person": person,
        "boden": boden,
        "kiruna": kiruna,
    }
    return {name: row.pk for name, row in rows.items()}


def _check_deferred() -> None:
    """Check the keys written so far, so that tables may be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _take_out_of_force(pledge: int) -> None:
    _check_deferred()
    guard = "TRIGGER pledges_validityperiod_guard_validity"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE pledges_validityperiod DISABLE {guard}")
        cursor.execute("DELETE FROM pledges_validityperiod WHERE pledge_id = %s", [pledge])
        cursor.execute(f"ALTER TABLE pledges_validityperiod ENABLE {guard}")
