"""The database's own defence of what is secret.

Anonymous requests run as a role of their own. The role may read the tables named here and nothing
else, and of most of them only the rows that their policy lets through (row-level security). A
filter forgotten in the portal's code then shows nothing, rather than a draft or a search of last
week. The role can't write at all.

The rights are put in force after every migration (see database.rights): whatever isn't named here
is denied.
"""

_OF_A_SIGNED_PLEDGE = (
    "EXISTS (SELECT 1 FROM pledges_validityperiod signed WHERE signed.pledge_id = {})"
)

_OF_A_PUBLISHED_FOLLOW_UP = (
    "EXISTS (SELECT 1 FROM pledges_followup published WHERE published.id = {}.follow_up_id"
    " AND published.published_at IS NOT NULL)"
)

# News goes with what it is about, and when it is taken back.
_SHOWN_NEWS = (
    "published_on <= (now() AT TIME ZONE 'Europe/Stockholm')::date"
    " AND NOT EXISTS (SELECT 1 FROM news_takenback mark WHERE mark.news_id = news_news.id)"
    " AND (pledge_id IS NULL OR EXISTS (SELECT 1 FROM pledges_validityperiod signed"
    " WHERE signed.pledge_id = news_news.pledge_id))"
    " AND (follow_up_id IS NULL OR EXISTS (SELECT 1 FROM pledges_followup subject"
    " WHERE subject.id = news_news.follow_up_id AND subject.published_at IS NOT NULL))"
    " AND (dialogue_id IS NULL OR EXISTS (SELECT 1 FROM dialogues_dialogue subject"
    " WHERE subject.id = news_news.dialogue_id AND subject.announced_at IS NOT NULL))"
    " AND (kind <> 'heard' OR EXISTS (SELECT 1 FROM dialogues_heard subject"
    " WHERE subject.dialogue_id = news_news.dialogue_id AND subject.published_at IS NOT NULL))"
    " AND (kind <> 'actions' OR EXISTS (SELECT 1 FROM news_newsaction told"
    " JOIN pledges_publishedaction subject ON subject.action_id = told.action_id"
    " WHERE told.news_id = news_news.id AND NOT subject.is_secret_kind"
    " AND subject.public_from <= (now() AT TIME ZONE 'Europe/Stockholm')::date))"
    " AND (kind <> 'reported' OR EXISTS (SELECT 1 FROM pledges_periodclosing subject"
    " WHERE subject.commitment_id = news_news.commitment_id AND subject.undone_at IS NULL"
    " AND subject.first_day = news_news.first_day AND subject.last_day = news_news.last_day))"
)

# What the role may read: each table with the rows of it, as SQL, None for every row.
READABLE: dict[str, str | None] = {
    "django_migrations": None,
    "pages_publicchange": None,
    "pledges_municipality": None,
    "pledges_policearea": None,
    "pledges_policeareacoverage": None,
    "pledges_place": None,
    # Marks are public; a pledge's picture is with the pledge.
    "pledges_picture": "pledge_id IS NULL OR "
    + _OF_A_SIGNED_PLEDGE.format("pledges_picture.pledge_id"),
    "pledges_picturefile": (
        "EXISTS (SELECT 1 FROM pledges_picture picture WHERE picture.id ="
        " pledges_picturefile.picture_id AND (picture.pledge_id IS NULL OR EXISTS (SELECT 1 FROM"
        " pledges_validityperiod signed WHERE signed.pledge_id = picture.pledge_id)))"
    ),
    # Written when all have signed: it is what makes a pledge public.
    "pledges_validityperiod": None,
    "pledges_annulment": _OF_A_SIGNED_PLEDGE.format("pledges_annulment.pledge_id"),
    "pledges_prolongation": _OF_A_SIGNED_PLEDGE.format("pledges_prolongation.pledge_id"),
    "pledges_targetchange": (
        "EXISTS (SELECT 1 FROM pledges_commitment commitment JOIN pledges_validityperiod signed"
        " ON signed.pledge_id = commitment.pledge_id"
        " WHERE commitment.id = pledges_targetchange.commitment_id)"
    ),
    "pledges_pledgesignedelsewhere": _OF_A_SIGNED_PLEDGE.format(
        "pledges_pledgesignedelsewhere.pledge_id"
    ),
    "pledges_recall": _OF_A_SIGNED_PLEDGE.format("pledges_recall.pledge_id"),
    "pledges_pledge": _OF_A_SIGNED_PLEDGE.format("pledges_pledge.id"),
    # Drafts name parts that nobody has signed for.
    "pledges_municipalitypart": (
        "EXISTS (SELECT 1 FROM pledges_validityperiod signed"
        " WHERE signed.part_id = pledges_municipalitypart.id)"
    ),
    "pledges_pledgepart": _OF_A_SIGNED_PLEDGE.format("pledges_pledgepart.pledge_id"),
    "pledges_furtherpolicearea": _OF_A_SIGNED_PLEDGE.format("pledges_furtherpolicearea.pledge_id"),
    "pledges_pledgeparty": _OF_A_SIGNED_PLEDGE.format("pledges_pledgeparty.pledge_id"),
    "pledges_section": _OF_A_SIGNED_PLEDGE.format("pledges_section.pledge_id"),
    "pledges_focusarea": _OF_A_SIGNED_PLEDGE.format("pledges_focusarea.pledge_id"),
    "pledges_commitment": _OF_A_SIGNED_PLEDGE.format("pledges_commitment.pledge_id"),
    "pledges_signatory": _OF_A_SIGNED_PLEDGE.format("pledges_signatory.pledge_id"),
    "pledges_signature": _OF_A_SIGNED_PLEDGE.format("pledges_signature.pledge_id"),
    "pledges_pledgedocument": _OF_A_SIGNED_PLEDGE.format("pledges_pledgedocument.pledge_id"),
    "pledges_pledgeannex": _OF_A_SIGNED_PLEDGE.format("pledges_pledgeannex.pledge_id"),
    "pledges_paperscan": _OF_A_SIGNED_PLEDGE.format("pledges_paperscan.pledge_id"),
    # That a file isn't shown is told openly: by which decision, since when.
    "pledges_withhelddocument": None,
    # What residents were asked about, frozen as it was published: never the draft's own tables.
    "pledges_consultation": None,
    "pledges_consultationparty": None,
    "pledges_consultationannex": None,
    "pledges_followupplan": _OF_A_SIGNED_PLEDGE.format("pledges_followupplan.pledge_id"),
    "pledges_followup": "published_at IS NOT NULL",
    "pledges_assessment": _OF_A_PUBLISHED_FOLLOW_UP.format("pledges_assessment"),
    "pledges_approval": _OF_A_PUBLISHED_FOLLOW_UP.format("pledges_approval"),
    "pledges_followupcorrection": _OF_A_PUBLISHED_FOLLOW_UP.format("pledges_followupcorrection"),
    "pledges_followupdocument": _OF_A_PUBLISHED_FOLLOW_UP.format("pledges_followupdocument"),
    "pledges_periodclosing": (
        "undone_at IS NULL AND EXISTS (SELECT 1 FROM pledges_commitment commitment"
        " JOIN pledges_validityperiod signed ON signed.pledge_id = commitment.pledge_id"
        " WHERE commitment.id = pledges_periodclosing.commitment_id)"
    ),
    # Holds only what may be told of an action, each row from its own day on; the actions
    # themselves are in tables that the role can't read.
    "pledges_publishedaction": "public_from <= (now() AT TIME ZONE 'Europe/Stockholm')::date",
    # What corrected actions counted to, likewise.
    "pledges_earlieramount": (
        "public_from IS NOT NULL AND public_from <= (now() AT TIME ZONE 'Europe/Stockholm')::date"
    ),
    # Official statistics, as their sources have published them.
    "pledges_area": None,
    "pledges_indicator": None,
    "pledges_observation": None,
    "pledges_earlierfigure": None,
    # Which of them are made up is told beside the figures; who has sent in what is not.
    "pledges_statisticsimport": "is_demonstration",
    "pledges_indicatorlink": (
        "EXISTS (SELECT 1 FROM pledges_focusarea area JOIN pledges_validityperiod signed"
        " ON signed.pledge_id = area.pledge_id WHERE area.id = pledges_indicatorlink.focus_area_id)"
    ),
    # Hold only what may be told of a survey; its sums are in tables that the role can't read.
    "pledges_publishedround": None,
    "pledges_publishedshare": None,
    # What residents say is in tables that the role can't read.
    "dialogues_theme": None,
    "dialogues_district": None,
    "dialogues_reception": None,
    "dialogues_disposalplan": None,
    "dialogues_dialogue": "announced_at IS NOT NULL",
    "dialogues_heard": "published_at IS NOT NULL",
    "dialogues_heardcount": (
        "EXISTS (SELECT 1 FROM dialogues_heard published WHERE published.id ="
        " dialogues_heardcount.heard_id AND published.published_at IS NOT NULL)"
    ),
    "dialogues_themeanswer": _OF_A_SIGNED_PLEDGE.format("dialogues_themeanswer.pledge_id"),
    # Made public by being made; words that their writer lets be quoted.
    "dialogues_quote": None,
    # That a quote was taken away is all that is told of it.
    "dialogues_removedquote": None,
    "dialogues_textcorrection": (
        "quote_id IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM dialogues_heard published WHERE published.id ="
        " dialogues_textcorrection.heard_id AND published.published_at IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM dialogues_themeanswer answer JOIN pledges_validityperiod signed"
        " ON signed.pledge_id = answer.pledge_id"
        " WHERE answer.id = dialogues_textcorrection.theme_answer_id)"
    ),
    # Who sent them, what was reported and what moderators said are in tables of their own.
    "dialogues_comment": "state = 'published' AND thread_is_shown",
    "news_news": _SHOWN_NEWS,
    "news_newscorrection": (
        "EXISTS (SELECT 1 FROM news_news shown WHERE shown.id = news_newscorrection.news_id"
        " AND shown.published_on IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM news_takenback mark"
        " WHERE mark.news_id = news_newscorrection.news_id)"
    ),
    "news_newsaction": (
        "EXISTS (SELECT 1 FROM pledges_publishedaction shown"
        " WHERE shown.action_id = news_newsaction.action_id AND NOT shown.is_secret_kind"
        " AND shown.public_from <= (now() AT TIME ZONE 'Europe/Stockholm')::date)"
    ),
    # That news was taken back is all that is told of it.
    "news_takenback": None,
}
