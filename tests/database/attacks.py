"""What each trigger of the database must refuse, and it alone.

An attack is the trigger, what it says, and statements that it alone stops. Words in braces are keys
of the rows that `guarded_world.make_world` makes.
"""

from __future__ import annotations

from pledge_portal.database.roles import SERVER_ROLE

_LOCKED = (
    *("pledgeparty", "pledgepart", "furtherpolicearea", "pledgeannex"),
    *("section", "focusarea", "commitment", "signatory"),
)
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
    step_of = "(SELECT content FROM pledges_pledgedocument WHERE pledge_id = {%s} AND step = %s)"
    steps = {"LAST": step_of % ("signed", 2), "FIRST": step_of % ("adopted", 0)}
    for name, earlier in steps.items():
        content = content.replace(name, earlier)
    stamp = "now(), now() + interval '1 year'" if lasting else "NULL, NULL"
    return (
        "INSERT INTO pledges_pledgedocument (pledge_id, step, size, created_at, content, sha256,"
        f" timestamped_at, timestamp_valid_to) SELECT {{{pledge}}}, {step}, 1, now(), content,"
        f" encode(sha256(content), 'hex'), {stamp}"
        f" FROM (SELECT {content}::bytea AS content) AS new; "
    )


def _closing(first: str, last: str) -> str:
    """Return the statement that closes a period on the last day of 2025."""
    return (
        "INSERT INTO pledges_periodclosing (commitment_id, first_day, last_day, police_area_id,"
        f" third_party, closed_at, undone_reason) SELECT commitment_id, {first}, {last},"
        " police_area_id, '', '2025-12-31 12:00+01', '' FROM pledges_periodclosing"
        " WHERE id = {closing}"
    )


def _signature(pledge: str, step: int, way: str = "key", *, signatory: int = 1) -> str:
    """Return the statement that signs in a signatory's name."""
    return (
        "INSERT INTO pledges_signature (pledge_id, signatory_id, document_id, signed_at, way,"
        " field_name, certificate_name, certificate_issuer, is_demonstration)"
        f" SELECT pledge_id, {_signatory(pledge, signatory)}, id, now(), '{way}', '', '', '', false"
        f" FROM pledges_pledgedocument WHERE pledge_id = {{{pledge}}} AND step = {step}; "
    )


def _scan(pledge: str, *confirmed: str) -> str:
    """Return the statement that hands in the first signatory's scan.

    `confirmed` are columns to take along from the one that is confirmed.
    """
    columns = ", ".join(
        [
            "content, sha256, size, pages, signed_on, letter_to, vouched_by_id, vouched_at",
            *confirmed,
        ]
    )
    return (
        f"INSERT INTO pledges_paperscan ({columns}, pledge_id, signatory_id) SELECT {columns},"
        f" {{{pledge}}}, {_signatory(pledge, 1)} FROM pledges_paperscan WHERE counted_at IS NULL"
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


def _lost(person: str, columns: str, values: str) -> str:
    """Return the statement that says that somebody's factor is lost."""
    command = "" if "command_account" in columns else ", command_account"
    return (
        f"INSERT INTO accounts_factorreset (person_id, {columns}{command}, asked_at,"
        f" identified_by, expires_at, withdrawn_because) VALUES ({{{person}}}, {values}"
        f"{', ' + chr(39) * 2 if command else ''}, now(), 'x', now() + interval '1 d', '')"
    )


def _prolongation(pledge: str) -> str:
    """Return the statement that prolongs a pledge to an earlier day."""
    return (
        "INSERT INTO pledges_prolongation (pledge_id, valid_to, reason, decided_on, decided_by,"
        " decision_paragraph, entered_at)"
        f" VALUES ({{{pledge}}}, '2023-06-30', 'x', now(), 'x', '', now())"
    )


def _target_change(number: str, decision: str, reason: str) -> str:
    """Return the statement that changes the first target of a pledge."""
    return (
        "INSERT INTO pledges_targetchange (commitment_id, prolongation_id, from_day, reason,"
        " entered_at, target_at_least, target_period, target_unit) SELECT commitment.id,"
        f" {decision}, '2025-12-02', '{reason}', now(), true, '', '' FROM pledges_commitment"
        f" commitment WHERE commitment.pledge_id = {{{number}}} AND commitment.number = 1"
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
        "En skannad underskrift som räknas kan varken",
        "UPDATE pledges_paperscan SET pages = 9 WHERE counted_at IS NOT NULL",
    ),
    (
        "pledges_paperscan_guard_paper_scan",
        "En skannad underskrift som räknas kan varken",
        "DELETE FROM pledges_paperscan WHERE counted_at IS NOT NULL",
    ),
    ("pledges_paperscan_guard_paper_scan", "Skanningen hör inte till någon", _scan("draft")),
    (
        "pledges_paperscan_guard_paper_scan",
        "En skanning lämnas först",
        _scan("adopted", "confirmed_by_id, confirmed_at"),
    ),
    (
        "pledges_paperscan_guard_paper_scan",
        "Den som bekräftar en skanning",
        "UPDATE pledges_paperscan SET pages = 9 WHERE counted_at IS NULL",
    ),
    (
        "pledges_paperscan_guard_paper_scan",
        "En skanning bekräftas nu",
        "UPDATE pledges_paperscan SET confirmed_at = NULL, confirmed_by_id = NULL"
        f" WHERE counted_at IS NULL; SET LOCAL ROLE {SERVER_ROLE};"
        " UPDATE pledges_paperscan SET confirmed_at = now() - interval '1 day',"
        " confirmed_by_id = (SELECT max(id) FROM accounts_user) WHERE counted_at IS NULL",
    ),
    (
        "pledges_paperscan_guard_paper_scan",
        "En underskrift på papper räknas inte förrän",
        "UPDATE pledges_paperscan SET counted_at = now() + interval '1 day'"
        " WHERE counted_at IS NULL",
    ),
    (
        "pledges_signature_guard_signature",
        "En underskrift på papper räknas ett dygn efter",
        _document("adopted", 1, "FIRST") + _signature("adopted", 1, "paper", signatory=2),
    ),
    (
        "pledges_signingway_guard_signing_way",
        "En skanning är lämnad",
        "INSERT INTO pledges_signingway (signatory_id, way, key_name, chosen_at)"
        f" VALUES ({_signatory('adopted', 2)}, 'paper', '', now())",
    ),
    *(
        ("pledges_prolongation_guard_prolongation", "En förlängning kan varken", change)
        for change in (
            "UPDATE pledges_prolongation SET reason = 'x'",
            "DELETE FROM pledges_prolongation",
        )
    ),
    ("pledges_prolongation_guard_prolongation", "Bara ett löfte som alla", _prolongation("half")),
    ("pledges_prolongation_guard_prolongation", "En förlängning går", _prolongation("signed")),
    *(
        ("pledges_targetchange_guard_target_change", "Ett ändrat mål kan varken", change)
        for change in (
            "UPDATE pledges_targetchange SET reason = 'x'",
            "DELETE FROM pledges_targetchange",
        )
    ),
    (
        "pledges_targetchange_guard_target_change",
        "Bara målet i ett löfte som alla",
        _target_change("half", "NULL", "x"),
    ),
    (
        "pledges_targetchange_guard_target_change",
        "Ett nytt antal hör till beslutet",
        _target_change("signed", "(SELECT min(id) FROM pledges_prolongation)", ""),
    ),
    (
        "pledges_commitment_guard_origin",
        "Ett åtagande fortsätter ett av samma slag",
        "UPDATE pledges_commitment SET origin_id = (SELECT min(id) FROM pledges_commitment"
        " WHERE pledge_id = {signed}) WHERE pledge_id = {draft} AND number = 1",
    ),
    (
        "pledges_validityperiod_guard_validity",
        "Ett löfte är reviderat bara när",
        "UPDATE pledges_validityperiod SET is_revised = true WHERE pledge_id = {signed}",
    ),
    # What was signed elsewhere.
    (
        "pledges_signature_guard_signature",
        "Ett löfte är undertecknat i portalen eller utanför",
        _document("elsewhere", 1) + _signature("elsewhere", 1),
    ),
    *(
        (
            "pledges_pledgesignedelsewhere_guard_signed_elsewhere",
            "Att ett löfte är undertecknat utanför",
            change,
        )
        for change in (
            "UPDATE pledges_pledgesignedelsewhere SET pages = 9",
            "DELETE FROM pledges_pledgesignedelsewhere",
        )
    ),
    *(
        (
            "pledges_pledgesignedelsewhere_guard_signed_elsewhere",
            "Bara ett antaget löfte utan underskrifter",
            "INSERT INTO pledges_pledgesignedelsewhere (pledge_id, vouched_for, taken_in_at, pages)"
            f" VALUES ({{{pledge}}}, 'x', now(), 1)",
        )
        for pledge in ("draft", "signed")
    ),
    # What was signed and then called back goes only when it is kept as void.
    (
        "pledges_pledgedocument_guard_document",
        "Dokumentet är undertecknat och kan inte tas bort",
        "DELETE FROM pledges_pledgedocument WHERE pledge_id = {half}",
    ),
    (
        "pledges_signature_guard_signature",
        "En underskrift kan varken",
        "DELETE FROM pledges_signature WHERE pledge_id = {half}",
    ),
    *(
        ("pledges_recall_guard_recall", "Att ett löfte har kallats tillbaka", change)
        for change in ("UPDATE pledges_recall SET reason = 'x'", "DELETE FROM pledges_recall")
    ),
    (
        "pledges_recall_guard_recall",
        "Löftet är undertecknat av alla och kan inte kallas",
        "INSERT INTO pledges_recall (pledge_id, reason, adopted_at, recalled_at)"
        " VALUES ({signed}, 'x', now(), now())",
    ),
    *(
        (f"pledges_{table}_guard_void", "Det som en återkallelse har gjort ogiltigt", change)
        for table in ("voidsignature", "voidfile")
        for change in (
            f"UPDATE pledges_{table} SET recall_id = recall_id",
            f"DELETE FROM pledges_{table}",
        )
    ),
    *(
        (
            f"pledges_{table}_guard_void",
            "Löftet är undertecknat av alla: inget",
            f"{_validity('not_in_force', 'kiruna', '[2023-01-01,)')}; {insertion}",
        )
        for table, insertion in (
            (
                "voidsignature",
                "INSERT INTO pledges_voidsignature SELECT (jsonb_populate_record(void,"
                " jsonb_build_object('id', id + 1, 'position', 9))).* FROM pledges_voidsignature"
                " AS void",
            ),
            (
                "voidfile",
                "INSERT INTO pledges_voidfile SELECT (jsonb_populate_record(void,"
                " jsonb_build_object('id', id + 1, 'number', 9))).* FROM pledges_voidfile AS void",
            ),
        )
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
        "Löftet gäller inte för den delen",
        "INSERT INTO pledges_validityperiod (pledge_id, municipality_id, part_id, during)"
        " VALUES ({not_in_force}, {kiruna}, {part}, '[2023-01-01,)')",
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
        " assessed_by, introduction, version, opened_at, published_at, is_demonstration)"
        " SELECT gen_random_uuid(), pledge_id, first_day + 1000, last_day + 1000,"
        " meeting_on + 1000, '', '', 1, now(), now(), false FROM pledges_followup"
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
        "pledges_periodclosing_guard_closing",
        "En avslutad redovisning tas aldrig bort",
        "DELETE FROM pledges_periodclosing",
    ),
    *(
        (
            "pledges_periodclosing_guard_closing",
            "En avslutad redovisning ändras aldrig",
            f"UPDATE pledges_periodclosing SET {change}",
        )
        for change in (
            "last_day = last_day - 1 WHERE id = {closing}",
            "undone_at = NULL, undone_reason = '' WHERE id = {reopened}",
        )
    ),
    (
        "pledges_periodclosing_guard_closing",
        "Perioden är inte slut än",
        _closing("'2025-01-01'", "'2025-12-31'"),
    ),
    (
        "pledges_periodclosing_guard_closing",
        "Perioden stämmer inte med löftets tid",
        _closing("'2022-01-01'", "'2022-12-31'"),
    ),
    *(
        (f"dialogues_{table}_guard_published_words", "Det som är publicerat ändras aldrig", change)
        for table, change in (
            ("heard", "UPDATE dialogues_heard SET text_sv = 'x' WHERE id = {heard}"),
            ("heard", "UPDATE dialogues_heard SET published_at = NULL WHERE id = {heard}"),
            ("heardcount", "UPDATE dialogues_heardcount SET number = 1"),
            ("heardcount", "DELETE FROM dialogues_heardcount"),
            (
                "heardcount",
                "INSERT INTO dialogues_heardcount (heard_id, theme_id)"
                " SELECT {heard}, max(id) FROM dialogues_theme",
            ),
            ("themeanswer", "UPDATE dialogues_themeanswer SET reason_sv = 'x'"),
            ("themeanswer", "DELETE FROM dialogues_themeanswer WHERE id = {theme_answer}"),
            ("quote", "UPDATE dialogues_quote SET text = 'x', language = 'en'"),
        )
    ),
    (
        "dialogues_textcorrection_guard_text_correction",
        "Det som rättas är inte publicerat",
        "INSERT INTO dialogues_textcorrection (municipality_id, heard_id, text, corrected_at)"
        " VALUES ({boden}, {draft_heard}, 'x', now())",
    ),
    *(
        ("news_news_guard_news", "En publicerad nyhet ändras aldrig", change)
        for change in (
            "UPDATE news_news SET title_sv = 'x' WHERE id = {news}",
            "UPDATE news_news SET published_on = NULL WHERE id = {news}",
            "DELETE FROM news_news WHERE id = {news}",
        )
    ),
    (
        "news_news_guard_news",
        "En nyhet om något som har hänt tas inte bort",
        "DELETE FROM news_news WHERE id = {waiting_news}",
    ),
    (
        "news_newscorrection_guard_beside_news",
        "Nyheten är inte publicerad",
        "INSERT INTO news_newscorrection (news_id, text) VALUES ({draft_news}, 'x')",
    ),
    (
        "news_takenback_guard_beside_news",
        "Nyheten är inte publicerad",
        "INSERT INTO news_takenback (news_id, municipality_id, uid, reason, taken_back_at)"
        " VALUES ({draft_news}, {boden}, gen_random_uuid(), 'x', now())",
    ),
    (
        "dialogues_textcorrection_guard_text_correction",
        "En rättelse tas aldrig bort",
        "DELETE FROM dialogues_textcorrection",
    ),
    *(
        ("pledges_publishedround_guard_published_survey", says, change)
        for says, change in (
            (
                "En publicerad omgång tas bort först när",
                "DELETE FROM pledges_publishedround",
            ),
            (
                "En omgång är offentlig som den senast publicerades",
                "UPDATE pledges_publishedround SET answered = answered - 1",
            ),
            *(
                (
                    "En publicerad omgång ändras bara med en daterad rättelse",
                    f"UPDATE pledges_publishedround SET {change}",
                )
                for change in ("note = 'x'", "note = 'x', correction = 'x', corrected_on = now()")
            ),
        )
    ),
    *(
        ("pledges_publishedshare_guard_published_survey", says, change)
        for says, change in (
            (
                "En publicerad andel ändras bara av",
                "UPDATE pledges_publishedshare SET percent = percent",
            ),
            ("En publicerad andel ändras bara av", "DELETE FROM pledges_publishedshare"),
            (
                "En andel är offentlig som den senast publicerades",
                'INSERT INTO pledges_publishedshare (round_id, measure, "group", answered, percent)'
                " SELECT uid, 'offered', 'other', answered, 1 FROM pledges_publishedround",
            ),
        )
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
    (
        "accounts_factorreset_guard_factor_reset",
        "Att ett andra steg var tappat kan inte tas bort",
        "DELETE FROM accounts_factorreset",
    ),
    (
        "accounts_factorreset_guard_factor_reset",
        "Ett andra steg tas bort först när det är begärt",
        _lost("third", "asked_by_id, confirmed_by_id, done_at", "{asker}, {person}, now()"),
    ),
    (
        "accounts_factorreset_guard_factor_reset",
        "Bara databasens ägare tar bort ett andra steg",
        f"SET LOCAL ROLE {SERVER_ROLE}; " + _lost("third", "command_account", "'root'"),
    ),
    (
        "accounts_factorreset_guard_factor_reset",
        "Vad som begärts och hur det gick kan inte",
        "UPDATE accounts_factorreset SET identified_by = 'x' WHERE id = {lost}",
    ),
    (
        "accounts_factorreset_guard_factor_reset",
        "Vad som begärts och hur det gick kan inte",
        "UPDATE accounts_factorreset SET withdrawn_at = now(), withdrawn_because = 'stopped';"
        " UPDATE accounts_factorreset SET withdrawn_at = NULL, withdrawn_because = ''",
    ),
    (
        "accounts_factorreset_guard_factor_reset",
        "Personen har kvar ett andra steg",
        "UPDATE accounts_factorreset SET done_at = now(), confirmed_by_id = {third}",
    ),
]
