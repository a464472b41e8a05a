"""Of each constraint of what is signed or public, what breaks it.

A row that it alone stops is the columns that matter, as SQL.
"""

from __future__ import annotations

# Those that whatever holds a target has.
_TARGETS: dict[str, dict[str, str]] = {
    "target_amount_above_zero": {"target_amount": "0"},
    "counted_target_has_amount_and_period": {"target_shape": "'count'", "target_amount": "1"},
    "only_counted_targets_have_a_period": {"target_shape": "'done'", "target_period": "'year'"},
    "only_measured_targets_have_an_amount": {"target_shape": "'done'", "target_amount": "1"},
    "target_days_are_of_its_own_period": {
        "target_period": "''",
        "target_first": "'2025-01-01'",
    },
    "target_is_at_least_or_at_most": {"target_at_most": "true", "target_at_least": "true"},
    "only_a_day_comes_every_year": {"target_shape": "'done'", "target_every_year": "true"},
    "only_targets_on_demand_have_a_time_to_answer": {
        "target_shape": "'on_demand'",
        "target_within_days": "0",
    },
    "target_within_the_whole": {
        "target_shape": "'coverage'",
        "target_amount": "2",
        "target_of": "1",
    },
}
# Of each constraint on what is signed or public a row that it refuses.
CONSTRAINTS: dict[str, dict[str, str]] = {
    "news_says_something": {"kind": "'own'", "title_sv": "''", "text_sv": "'x'"},
    "news_of_an_event_has_its_day": {
        "kind": "'signed'",
        "title_sv": "'x'",
        "text_sv": "'x'",
    },
    "only_waiting_events_are_dropped": {
        "kind": "'signed'",
        "happened_on": "now()",
        "title_sv": "'x'",
        "text_sv": "'x'",
        "published_on": "now()",
        "is_dropped": "true",
    },
    "news_quotes_somebody": {
        "title_sv": "'x'",
        "text_sv": "'x'",
        "kind": "'own'",
        "quotation_sv": "'x'",
    },
    "news_taken_back_for_a_reason": {"reason": "''"},
    "correction_of_one_text": {"heard_id": "1", "quote_id": "1"},
    "nobody_erases_themselves": {"person_id": "1", "erased_by_id": "1"},
    "factor_reset_asked_for_by_somebody": {},
    "factor_reset_asked_for_by_another": {"person_id": "1", "asked_by_id": "1"},
    "factor_reset_done_by_two": {"done_at": "now()", "asked_by_id": "2"},
    "factor_reset_done_in_time_and_not_withdrawn": {
        "done_at": "now()",
        "expires_at": "now() - interval '1 d'",
    },
    "factor_reset_withdrawn_because": {"withdrawn_at": "now()"},
    "municipality_code": {"code": "'x'"},
    "pledge_ends_after_its_start": {"valid_from": "'2023-01-02'", "valid_to": "'2023-01-01'"},
    "somebody_decided_to_prolong_on_a_day": {"decided_on": "now()", "decided_by": "''"},
    "pledge_period_form": {"period": "'x'"},
    "picture_of_one_thing": {"municipality_id": "1", "pledge_id": "1"},
    "picture_said_in_words": {"municipality_id": "1", "alternative_text_sv": "''"},
    "commitment_number_from_one": {"number": "0"},
    **_TARGETS,
    **{f"changed_{name}": row for name, row in _TARGETS.items()},
    "a_target_is_corrected_for_a_reason": {"reason": "''"},
    "erasure_of_one_place": {"municipality_id": "1", "police_area_id": "1"},
    "schools_and_only_schools_have_a_level": {"kind": "'school'", "level": "''"},
    "last_day_after_the_first": {"done_on": "'2025-01-01'", "last_day": "'2025-01-01'"},
    "action_amount_in_bounds": {"amount": "2000000"},
    "only_the_police_have_a_police_area": {
        "recorded_side": "'municipality'",
        "police_area_id": "1",
    },
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
    "closed_by_one_party": {"municipality_id": "1", "police_area_id": "1"},
    "closing_of_a_period": {
        "municipality_id": "1",
        "first_day": "'2024-02-01'",
        "last_day": "'2024-01-01'",
    },
    "closing_undone_with_a_reason": {"municipality_id": "1", "undone_reason": "'x'"},
    "approved_by_one_party": {"municipality_id": "1", "police_area_id": "1"},
    "shown_only_when_the_days_shown_are_past": {
        "shown_first": "'2025-01-02'",
        "shown_last": "'2025-01-02'",
        "public_from": "'2025-01-01'",
    },
    "superseded_when_it_could_be_told": {
        "superseded_on": "'2025-01-01'",
        "public_from": "'2025-01-02'",
    },
    "added_when_it_could_be_told": {"added_on": "'2025-01-01'", "public_from": "'2025-01-02'"},
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
    "a_third_party_has_a_name": {"responsible": "'third_party'", "third_parties": "'{}'"},
    "municipalities_answer_for_their_own": {
        "responsible": "'police'",
        "responsible_municipalities": "'{2560}'",
    },
    "part_has_a_name": {"slug": "''"},
    "picture_matches_its_sha256": {"content": "'x'", "sha256": "encode(sha256('y'), 'hex')"},
    "annex_matches_its_sha256": {"content": "'x'", "sha256": "encode(sha256('y'), 'hex')"},
    "consultation_annex_matches_its_sha256": {
        "content": "'x'",
        "sha256": "encode(sha256('y'), 'hex')",
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
    "void_file_matches_its_sha256": {"content": "'x'", "sha256": "encode(sha256('y'), 'hex')"},
    "scan_matches_its_sha256": {"content": "'x'", "sha256": "encode(sha256('y'), 'hex')"},
    "a_scan_is_confirmed_by_somebody_else": {
        "vouched_by_id": "1",
        "vouched_at": "now()",
        "confirmed_by_id": "1",
        "confirmed_at": "now()",
    },
    "a_confirmed_scan_waits_before_it_counts": {
        "confirmed_at": "now()",
        "counted_at": "now() + interval '23 hours'",
        "letter_to": "''",
    },
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
    "comment_mark_without_words": {"removed_by": "'writer'", "text": "'Ord'"},
    "disposal_rests_on_a_decision": {"comments_years": "1", "decision": "''"},
    "reception_has_both_hours_or_none": {"opens": "'08:00'"},
    "only_the_municipality_says_why_a_quote_went": {
        "removed_by": "'writer'",
        "reason": "'mistake'",
    },
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
