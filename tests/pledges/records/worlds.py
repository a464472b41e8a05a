"""A pledge to which everything has happened that a package tells of.

The portal to empty is told of here too.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import connection
from django.utils import timezone

from dialogues.analysis import coding
from dialogues.calendar import rules as calendar_rules
from dialogues.comments import rules as comment_rules
from dialogues.corrections import rules as corrections
from dialogues.models import Dialogue, Theme
from dialogues.thread import rules as thread_rules
from news import rules as news_rules
from news.models import NewsAction
from pledge_portal.accounts.models import User
from pledge_portal.database.acting import as_owner
from pledges import lifecycle
from pledges.actions import recording
from pledges.actions.recording import Entry
from pledges.closings import rules as closing_rules
from pledges.closings.responsible import responsible_for
from pledges.consultation import rules as consultation_rules
from pledges.decided import Decision
from pledges.decisions.calling_back import call_back
from pledges.decisions.correcting import correct_target
from pledges.decisions.prolonging import prolong
from pledges.models import (
    Commitment,
    CompletedAction,
    Decline,
    FollowUp,
    FollowUpCorrection,
    FollowUpPlan,
    FurtherPoliceArea,
    InternalNote,
    MunicipalityPart,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    PledgePart,
    Signatory,
    Signature,
    SigningWay,
)
from pledges.records.exporting import export
from pledges.writing import editing
from pledges.writing.adoption import approve
from pledges.writing.parts import FRONT, Part, PartKind, part_of
from pledges.writing.remarking import remark
from tests.attacks.test_secrecy_layers import (
    DEEDS,
    KINDS,
    OPEN,
    SECRET,
    SHOWN,
    _a_consulted_draft,
    _disclosed_by_term,
    _public_figures,
)
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    a_comment,
    a_consultation,
    a_dialogue,
    a_follow_up,
    a_person,
    a_picture,
    a_piece_of_news,
    a_place,
    a_pledge,
    a_police_area,
    a_scan_that_counts,
    a_submission,
    a_theme,
    a_withheld_file,
    an_action,
    an_import,
)

OURS = {"accounts", "dialogues", "news", "pledges"}


def _add_places(pledge: Pledge, staff: User) -> None:
    """Give a pledge a part, two police areas and a plan."""
    municipality = pledge.municipalities.get()
    part = MunicipalityPart.objects.named(municipality, "Vidsel")
    PledgePart.objects.create(pledge=pledge, part=part)
    neighbours = a_police_area("Grannarna", [municipality])
    FurtherPoliceArea.objects.create(pledge=pledge, police_area=neighbours)
    Signatory.objects.create(
        pledge=pledge,
        position=3,
        name="Pia Pil",
        title="lokalpolisområdeschef",
        party="police",
        police_area=neighbours,
    )
    PledgeAnnex.store(pledge, A_PDF, title=OPEN, pages=1, by=staff, at=SIGNED_AT)
    a_picture(pledge, uploaded_by=staff, alternative_text_sv=OPEN)


def a_pledge_with_everything(*, annulled: bool = True) -> Pledge:
    """Make a pledge of Älvsbyn that fills every table of a package.

    It has rows in each of them. What the public may not read says SECRET, what it may says OPEN.
    """
    staff = a_person("samordnare@example.se", first_name=SECRET)
    pledge = a_pledge(commitments=4, signed=False, summary=OPEN)
    for number, kind in enumerate(KINDS, start=1):
        pledge.commitments.filter(number=number).update(kind=kind)
    pledge.sections.filter(position=4).delete()
    _add_places(pledge, staff)
    _write(pledge, staff)
    _sign(pledge, staff)
    rows = {
        commitment.number: commitment
        for commitment in pledge.commitments.select_related("pledge__police_area")
    }
    done = an_action(rows[2], public_note=OPEN, place=a_place(OPEN))
    InternalNote.objects.create(
        action=done, municipality=pledge.municipalities.get(), text=f"{SECRET} kommunens"
    )
    corrected = Entry(**{**Entry.from_action(done).stored(), "amount": 2})
    recording.correct(done, corrected, version=1, reason=SECRET, by=staff, at=timezone.now())
    FollowUpPlan.objects.create(pledge=pledge, every=FollowUpPlan.Every.QUARTER)
    a_follow_up(pledge, reason=OPEN)
    FollowUpCorrection.objects.create(
        follow_up=FollowUp.objects.get(), text=OPEN, corrected_by=staff
    )
    _close_a_year(rows[2], staff)
    an_import(pledge, staff)
    a_dialogue(begins_at=SIGNED_AT)
    theme = a_theme()
    thread_rules.answer_theme(pledge, theme, pledge.commitments.filter(number=1), {})
    _listen(theme, staff)
    a_comment(pledge, OPEN, uid=SHOWN, commitment=rows[1])
    _tell(pledge, staff)
    _public_figures(rows[4])
    _disclosed_by_term(rows[3])
    _a_consulted_draft()
    for name, deed in DEEDS.items():
        deed(rows[1 if "search" in name else 3])
    prolong(
        pledge,
        valid_to=date(2026, 6, 30),
        decision=Decision(date(2025, 11, 3), "Kommunstyrelsen", "7"),
        reason=OPEN,
        by=staff,
        at=timezone.now(),
    )
    correct_target(
        rows[1],
        {**rows[1].fields(), "target_amount": 3},
        corrected_on=date(2025, 11, 3),
        reason=OPEN,
        by=staff,
        at=timezone.now(),
    )
    if annulled:
        lifecycle.annul(pledge, date(2026, 1, 1), OPEN, on=date(2026, 1, 1))
    return Pledge.objects.get(pk=pledge.pk)


def _tell(pledge: Pledge, staff: User) -> None:
    """Write news of a pledge, correct it and take it back; and let it wait."""
    place, at = pledge.municipalities.get(), timezone.now()
    news = a_piece_of_news(place, title_sv=OPEN, pledge=pledge)
    news_rules.correct(news, {"text_sv": OPEN}, by=staff, at=at)
    action = CompletedAction.objects.filter(commitment__pledge=pledge).earliest("pk")
    NewsAction.objects.create(news=news, action=action)
    taken_back = a_piece_of_news(place, title_sv=SECRET, pledge=pledge)
    news_rules.take_back(taken_back, OPEN, by=staff, at=at)
    a_piece_of_news(place, title_sv=SECRET, pledge=pledge, published=False)


def _close_a_year(commitment: Commitment, staff: User) -> None:
    """Let the police say that a year is done, take it back, and say it anew."""
    pledge, at = commitment.pledge, timezone.now()
    for reason in (SECRET, ""):
        [closing] = closing_rules.close(
            commitment,
            pledge.valid_from,
            responsible_for(commitment)[:1],
            pledge.police_area,
            by=staff,
            at=at,
        )
        if reason:
            closing_rules.undo(closing, reason, by=staff, at=at)


def _write(pledge: Pledge, staff: User) -> None:
    """Write on the draft and ask residents about it.

    Adds a commitment and takes it away, remarks on it and approves.
    """
    place, at = pledge.municipalities.get(), timezone.now()
    commitment = Part(PartKind.COMMITMENT, pledge.commitments.get(number=4).pk)
    text = part_of(editing.latest_version(pledge, at).contents, commitment)
    assert text is not None
    words = {**text, "text_sv": SECRET}
    added = editing.add(pledge, PartKind.COMMITMENT, words, by=staff, at=at)
    remark(pledge, added.part, added.version.contents, quoted="", text=SECRET, by=staff, at=at)
    remark(pledge, FRONT, added.version.contents, quoted="", text=SECRET, by=staff, at=at)
    removed = editing.remove(pledge, added.part, base=added.version.number, by=staff, at=at)
    remark(pledge, commitment, removed.version.contents, quoted="", text=SECRET, by=staff, at=at)
    approve(pledge, place, version=removed.version.number, by=staff, at=at)
    asked = a_consultation(pledge, by=staff, introduction_sv=OPEN)
    about = comment_rules.About(place, None, consultation=asked)
    comment_rules.submit(about, comment_rules.NewComment(SECRET), uuid4(), at)
    consultation_rules.close(asked, by=staff, at=timezone.now())


def _sign(pledge: Pledge, staff: User) -> None:
    """Sign one on paper, one with a key after first saying no."""
    first, second, third = pledge.signatories.all()
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF)
    a_scan_that_counts(first, content=A_PDF + SECRET.encode(), by=staff)
    Signature.objects.create(
        pledge=pledge,
        signatory=first,
        document=PledgeDocument.store(pledge, 1, A_PDF),
        signed_at=SIGNED_AT,
        way="paper",
    )
    call_back(pledge, reason=OPEN, by=staff, at=SIGNED_AT)
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF)
    SigningWay.objects.create(signatory=first, way="paper", chosen_by=staff)
    SigningWay.objects.create(signatory=second, way="key", person=staff, chosen_by=staff)
    blank = PledgeDocument.objects.get(pledge=pledge)
    no = Decline.objects.create(
        signatory=second, document_sha256=blank.sha256, reason=SECRET, declined_by=staff
    )
    no.asked_again_at, no.asked_again_by = SIGNED_AT, staff
    no.save()
    a_scan_that_counts(first, by=staff)
    for signatory, content, way in (
        (first, A_PDF, "paper"),
        (second, A_PDF + b"2", "key"),
        (third, A_PDF + b"3", "key"),
    ):
        Signature.objects.create(
            pledge=pledge,
            signatory=signatory,
            document=PledgeDocument.store(pledge, signatory.position, content),
            signed_at=SIGNED_AT,
            way=way,
            certificate_name="" if way == "paper" else "DEMO Andreas Nyberg",
        )
    lifecycle.put_in_force(pledge)
    a_withheld_file(pledge, PledgeDocument.objects.get(pledge=pledge, step=2).sha256)


def _listen(theme: Theme, staff: User) -> None:
    """Make a dialogue that the pledge could draw on.

    It has what was said and heard there.
    """
    dialogue: Dialogue = a_dialogue(
        opens_on=date(2022, 3, 1), closes_on=date(2022, 4, 1), title=OPEN
    )
    submission = a_submission(
        dialogue, f"{OPEN} fler lampor {SECRET}", ranked=(theme.pk,), may_quote=True
    )
    coding.code([a_submission(dialogue, SECRET)], theme, staff, timezone.now())
    thread_rules.quote(submission, theme, f"{OPEN} fler")
    thread_rules.remove_quotes(submission, "mistake")
    quote = thread_rules.quote(submission, theme, f"{OPEN} fler lampor")
    heard = calendar_rules.sum_up(dialogue, {"text_sv": OPEN}, timezone.now(), publishes=True)
    for subject in (quote, heard):
        corrections.correct(subject, {"text_sv": OPEN}, by=staff, at=timezone.now())


def a_package(pledge: Pledge, **options: Any) -> io.BytesIO:
    """Export a pledge; return the ZIP file."""
    stream = io.BytesIO()
    export(pledge, stream, **{"at": timezone.now(), **options})
    return stream


def files_of(stream: io.BytesIO) -> dict[str, bytes]:
    """Return a package's files by their path below its folder."""
    with zipfile.ZipFile(stream) as package:
        return {name.partition("/")[2]: package.read(name) for name in package.namelist()}


def tables() -> list[str]:
    """Return the tables of our own, those of the history too."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS and model._meta.managed
    )


# Others' tables that refer to ours lose their rows too.
_WITH_REFERRING = """
    WITH RECURSIVE emptied AS (
        SELECT unnest(%s::regclass[])::oid AS id
        UNION SELECT conrelid FROM pg_constraint JOIN emptied ON confrelid = id WHERE contype = 'f'
    )
    SELECT id::regclass::text FROM emptied ORDER BY 1
"""


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        return bool(cursor.fetchone()[0])


@as_owner()
def empty_the_portal() -> None:
    """Take everything away, past the guards, as if the portal were new.

    Rows are deleted where there are any: to truncate every table takes ten times longer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_WITH_REFERRING, [tables()])
        filled = [table for (table,) in cursor.fetchall() if _has_rows(table)]
        for table in filled:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in filled:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in filled:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def number_of_rows() -> dict[str, int]:
    """Return how many rows each table of our own has."""
    counts = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts
