"""Which municipalities' kept pages a changed row makes old.

Triggers on every table that the public's role reads count changes (sql/announce_change.sql in
pledge_portal.pages), and only what the public sees: of an UPDATE the rows that are others than
before, and of those the ones that the table's policy lets through, before or after. What a row
makes public elsewhere needs no trigger of its own there: a pledge's validity, a follow-up's and a
dialogue's publication are rows that the public sees themselves.

The triggers are made after every migration together with the policies, whose conditions they use.
"""

from __future__ import annotations

from collections.abc import Iterator

# Each a query for the keys of the municipalities whose pages show the rows of `changed`.
_ITS_OWN = "SELECT municipality_id FROM changed"
_OF_ITS_PLEDGE = (
    "SELECT party.municipality_id FROM changed"
    " JOIN pledges_pledgeparty party ON party.pledge_id = changed.pledge_id"
)
_OF_ITS_FOLLOW_UP = (
    "SELECT party.municipality_id FROM changed"
    " JOIN pledges_followup follow_up ON follow_up.id = changed.follow_up_id"
    " JOIN pledges_pledgeparty party ON party.pledge_id = follow_up.pledge_id"
)
_OF_ITS_DIALOGUE = (
    "SELECT dialogue.municipality_id FROM changed"
    " JOIN dialogues_dialogue dialogue ON dialogue.id = changed.dialogue_id"
)
_OF_ITS_COMMITMENT = (
    "SELECT party.municipality_id FROM changed"
    " JOIN pledges_commitment commitment ON commitment.id = changed.commitment_id"
    " JOIN pledges_pledgeparty party ON party.pledge_id = commitment.pledge_id"
)
_OF_ITS_CONSULTATION = (
    "SELECT party.municipality_id FROM changed"
    " JOIN pledges_consultationparty party USING (consultation_id)"
)
_OF_ITS_NEWS = (
    "SELECT news.municipality_id FROM changed JOIN news_news news ON news.id = changed.news_id"
)
# A mark is shown where its party is, a picture where its pledge is.
_OF_PICTURES = (
    "SELECT picture.municipality_id FROM {0} WHERE picture.municipality_id IS NOT NULL",
    "SELECT covered.municipality_id FROM {0} JOIN pledges_policeareacoverage covered"
    " ON covered.police_area_id = picture.police_area_id",
    "SELECT party.municipality_id FROM {0} JOIN pledges_pledge pledge"
    " ON pledge.police_area_id = picture.police_area_id"
    " JOIN pledges_pledgeparty party ON party.pledge_id = pledge.id",
    "SELECT party.municipality_id FROM {0} JOIN pledges_furtherpolicearea further"
    " ON further.police_area_id = picture.police_area_id"
    " JOIN pledges_pledgeparty party ON party.pledge_id = further.pledge_id",
    "SELECT own.municipality_id FROM {0} JOIN pledges_pledgeparty mine"
    " ON mine.municipality_id = picture.municipality_id"
    " JOIN pledges_pledgeparty own ON own.pledge_id = mine.pledge_id",
    "SELECT party.municipality_id FROM {0} JOIN pledges_pledgeparty party"
    " ON party.pledge_id = picture.pledge_id",
)
# Names of municipalities, and official statistics, stand on the pages of others too: what one is
# compared with is anybody's. No keys stand for what all share.
_ALL_SHARE_IT = "SELECT NULL::bigint WHERE false"


def _together(*queries: str) -> str:
    return " UNION ".join(queries)


SHOWN_AT: dict[str, str] = {
    "pledges_municipality": _ALL_SHARE_IT,
    "pledges_policearea": _together(
        "SELECT covered.municipality_id FROM changed"
        " JOIN pledges_policeareacoverage covered ON covered.police_area_id = changed.id",
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_pledge pledge ON pledge.police_area_id = changed.id"
        " JOIN pledges_pledgeparty party ON party.pledge_id = pledge.id",
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_furtherpolicearea further ON further.police_area_id = changed.id"
        " JOIN pledges_pledgeparty party ON party.pledge_id = further.pledge_id",
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_consultation consultation ON consultation.police_area_id = changed.id"
        " JOIN pledges_consultationparty party ON party.consultation_id = consultation.id",
    ),
    # Statistics stand beside those of the municipalities that have the same police.
    "pledges_policeareacoverage": _together(
        _ITS_OWN,
        "SELECT covered.municipality_id FROM changed"
        " JOIN pledges_policeareacoverage covered USING (police_area_id)",
    ),
    "pledges_place": _together(
        _ITS_OWN,
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_publishedaction action ON action.place_id = changed.id"
        " JOIN pledges_commitment commitment ON commitment.id = action.commitment_id"
        " JOIN pledges_pledgeparty party ON party.pledge_id = commitment.pledge_id",
    ),
    "pledges_picture": _together(*(query.format("changed picture") for query in _OF_PICTURES)),
    "pledges_picturefile": _together(
        *(
            query.format("changed JOIN pledges_picture picture ON picture.id = changed.picture_id")
            for query in _OF_PICTURES
        )
    ),
    "pledges_validityperiod": _together(_ITS_OWN, _OF_ITS_PLEDGE),
    "pledges_annulment": _OF_ITS_PLEDGE,
    "pledges_prolongation": _OF_ITS_PLEDGE,
    "pledges_targetchange": _OF_ITS_COMMITMENT,
    "pledges_pledgesignedelsewhere": _OF_ITS_PLEDGE,
    "pledges_recall": _OF_ITS_PLEDGE,
    "pledges_pledge": (
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_pledgeparty party ON party.pledge_id = changed.id"
    ),
    "pledges_pledgeparty": _together(_ITS_OWN, _OF_ITS_PLEDGE),
    "pledges_municipalitypart": _together(
        _ITS_OWN,
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_pledgepart holds ON holds.part_id = changed.id"
        " JOIN pledges_pledgeparty party ON party.pledge_id = holds.pledge_id",
    ),
    "pledges_pledgepart": _OF_ITS_PLEDGE,
    "pledges_furtherpolicearea": _OF_ITS_PLEDGE,
    "pledges_section": _OF_ITS_PLEDGE,
    "pledges_focusarea": _OF_ITS_PLEDGE,
    "pledges_commitment": _OF_ITS_PLEDGE,
    "pledges_signatory": _OF_ITS_PLEDGE,
    "pledges_signature": _OF_ITS_PLEDGE,
    "pledges_pledgedocument": _OF_ITS_PLEDGE,
    "pledges_paperscan": _OF_ITS_PLEDGE,
    "pledges_withhelddocument": _together(
        _OF_ITS_PLEDGE,
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_consultation asked ON asked.pledge_id = changed.pledge_id"
        " JOIN pledges_consultationparty party ON party.consultation_id = asked.id",
    ),
    "pledges_pledgeannex": _OF_ITS_PLEDGE,
    "pledges_consultation": (
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_consultationparty party ON party.consultation_id = changed.id"
    ),
    "pledges_consultationannex": _OF_ITS_CONSULTATION,
    "pledges_consultationparty": _together(_ITS_OWN, _OF_ITS_CONSULTATION),
    "pledges_followupplan": _OF_ITS_PLEDGE,
    "pledges_followup": _OF_ITS_PLEDGE,
    "pledges_assessment": _OF_ITS_FOLLOW_UP,
    "pledges_approval": _OF_ITS_FOLLOW_UP,
    "pledges_followupcorrection": _OF_ITS_FOLLOW_UP,
    "pledges_followupdocument": _OF_ITS_FOLLOW_UP,
    "pledges_periodclosing": _OF_ITS_COMMITMENT,
    "pledges_earlieramount": _together(_ITS_OWN, _OF_ITS_COMMITMENT),
    "pledges_publishedaction": _together(_ITS_OWN, _OF_ITS_COMMITMENT),
    "pledges_area": _ALL_SHARE_IT,
    "pledges_indicator": _ALL_SHARE_IT,
    "pledges_observation": _ALL_SHARE_IT,
    "pledges_earlierfigure": _ALL_SHARE_IT,
    "pledges_statisticsimport": _ALL_SHARE_IT,
    "pledges_indicatorlink": (
        "SELECT party.municipality_id FROM changed"
        " JOIN pledges_focusarea area ON area.id = changed.focus_area_id"
        " JOIN pledges_pledgeparty party ON party.pledge_id = area.pledge_id"
    ),
    # A round counts for its commitment, which others may have promised as well.
    "pledges_publishedround": _together(_ITS_OWN, _OF_ITS_COMMITMENT),
    "pledges_publishedshare": (
        "SELECT round.municipality_id FROM changed"
        " JOIN pledges_publishedround round ON round.uid = changed.round_id"
    ),
    "dialogues_theme": _together(
        _ITS_OWN,
        "SELECT party.municipality_id FROM changed"
        " JOIN dialogues_themeanswer answer ON answer.theme_id = changed.id"
        " JOIN pledges_pledgeparty party ON party.pledge_id = answer.pledge_id",
    ),
    "dialogues_district": _ITS_OWN,
    "dialogues_reception": _ITS_OWN,
    "dialogues_disposalplan": _ITS_OWN,
    "dialogues_dialogue": _ITS_OWN,
    "dialogues_heard": _OF_ITS_DIALOGUE,
    "dialogues_heardcount": (
        "SELECT dialogue.municipality_id FROM changed"
        " JOIN dialogues_heard heard ON heard.id = changed.heard_id"
        " JOIN dialogues_dialogue dialogue ON dialogue.id = heard.dialogue_id"
    ),
    "dialogues_themeanswer": _OF_ITS_PLEDGE,
    "dialogues_quote": _OF_ITS_DIALOGUE,
    "dialogues_removedquote": _OF_ITS_DIALOGUE,
    "dialogues_textcorrection": _together(
        _ITS_OWN,
        "SELECT party.municipality_id FROM changed"
        " JOIN dialogues_themeanswer answer ON answer.id = changed.theme_answer_id"
        " JOIN pledges_pledgeparty party ON party.pledge_id = answer.pledge_id",
    ),
    "dialogues_comment": _ITS_OWN,
    "news_news": _ITS_OWN,
    "news_newscorrection": _OF_ITS_NEWS,
    "news_newsaction": _OF_ITS_NEWS,
    "news_takenback": _ITS_OWN,
}
# Read by no public page that is kept: the count itself, and what /readyz asks for.
NOT_ANNOUNCED = frozenset({"django_migrations", "pages_publicchange"})

_TRIGGERS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
    "truncate": "",
}


def trigger_statements(table: str, visible: str | None) -> Iterator[str]:
    """Yield the statements that make a table's triggers anew.

    `visible` is the condition of the table's policy, None when the public sees all its rows.
    """
    if table in NOT_ANNOUNCED:
        return
    condition = _in_a_transaction_that_crosses_midnight(visible or "true")
    arguments = ", ".join(_quoted(text) for text in (condition, SHOWN_AT[table]))
    for operation, rows in _TRIGGERS.items():
        yield (
            f"CREATE OR REPLACE TRIGGER announce_{operation} AFTER {operation.upper()} ON {table}"
            f" {rows} FOR EACH STATEMENT EXECUTE FUNCTION announce_change({arguments})"
        )


def _in_a_transaction_that_crosses_midnight(condition: str) -> str:
    """Return the condition as it will be when the transaction ends.

    What can be seen from tomorrow on, written just before midnight, may be committed just after it,
    when pages of the new day are kept already.
    """
    return condition.replace("now()", "(now() + interval '1 hour')")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
