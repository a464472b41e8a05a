"""Every change of what staff hold is recorded, and stays as recorded."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from pledge_portal.accounts.models import Invitation, Role, User
from pledge_portal.database.acting import as_owner, on_behalf_of
from pledge_portal.database.history import Change, histories, history_of
from pledge_portal.history.values import label
from pledges.models import Commitment, Municipality, Pledge, PledgeDocument, Section
from tests.builders import a_municipality, a_person, a_pledge, a_superuser, an_action

pytestmark = pytest.mark.django_db

OURS = {"accounts", "database", "dialogues", "history", "news", "pages", "pledges"}
# Models of ours whose changes aren't kept, each with the reason.
WITHOUT_HISTORY = {
    "news.NewsAction": "written once by the chore that makes news, with the news",
    "database.WriteProbe": "always empty; what /readyz writes is taken back at once",
    "pages.PublicChange": "versions that kept pages hold under; nobody holds them",
    "pledges.EarlierAmount": "drawn from the corrections of an action, which are kept",
    "pledges.PublishedAction": "drawn by secrecy.publish from the action, whose changes are kept",
    "pledges.PublishedRound": "drawn by surveys.publish from the round, whose changes are kept",
    "pledges.PublishedShare": "part of a published round",
    "pledges.Observation": "official statistics; how a figure was before is an EarlierFigure",
    "pledges.EarlierFigure": "is itself the history of an observation",
    "pledges.StatisticsImport": "says itself who brought it and took it back, when and why",
    "pledges.PledgeSheet": "made by the queue of what is public, and made anew with it",
    "pledges.OpenDataFile": "made by the queue of what is public, and made anew with it",
    "pledges.OpenDataFilePiece": "bytes of a file of open data",
    "pledges.StatisticsDocument": "made by the queue of what is public, and made anew with it",
    "pledges.LinkPicture": "made by the queue of what is public, and made anew with it",
    "pledges.HeldStatisticsFile": "waits a day at most for its sender's yes, and is gone then",
    "pledges.Erasure": "written once, and says itself who did it",
    "pledges.WithheldDocument": "written once, by the decision that it names",
    "pledges.ArchivePackagePiece": "bytes of a package, whose own changes are kept",
    "pledges.PictureFile": "made of what was uploaded, of which its picture's history tells",
    "pledges.PledgeVersion": "the whole text as it was after a change, by whom: its own history",
    "pledges.ReturnedDocument": "waits for a yes; the signature itself is kept then, or nothing",
    "pledges.ConsultationAnnex": "part of a round of consultation, written once with it",
    "pledges.ConsultationParty": "part of a round of consultation, written once with it",
    "pledges.Area": "made by imports from the lists of municipalities; nobody holds it",
    "pledges.Reminder": "written by the command that sends the letters; nobody holds it",
    "dialogues.Submission": "a resident's own words, erased and disclosed by rules of their own",
    "dialogues.RankedTheme": "part of a submission",
    "dialogues.CodedTheme": "says itself who found it and when; goes with the submission",
    "dialogues.Disposal": "written once: that something was destroyed, and by which decision",
    "dialogues.Quote": "a resident's own words, gone when they take them back",
    "dialogues.RemovedQuote": "written once, by the database when a quote goes",
    "dialogues.HeardCount": "reckoned from the submissions when the summary is published",
    "dialogues.ContactDetails": "erased on their day, which no history may outlive",
    "dialogues.Comment": "a resident's own words; every decision about them is a row of its own",
    "dialogues.CommentSender": "how to reach who wrote, erased when they say so",
    "dialogues.CommentReport": "an anonymous reader's own words",
    "dialogues.PageReport": "an anonymous reader's own words",
    "dialogues.ModerationDecision": "written once, by whom and when: it is its own history",
    "dialogues.Letter": "what the portal has to send; nobody holds it",
    "accounts.PersonErasure": "written once, and says itself who did it",
    "accounts.User_groups": "Django's groups give nobody anything here (accounts.permissions)",
    "accounts.User_user_permissions": "nor do Django's own permissions",
}


def events(model: type) -> Any:
    history = history_of(model)
    assert history is not None
    return history.events.objects.order_by("pgh_id")


def a_section() -> Section:
    return a_pledge(signed=False).sections.order_by("position").first()


def test_every_model_of_ours_has_a_history_or_a_reason_not_to() -> None:
    ours = {
        model._meta.label: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS and not issubclass(model, Change)
    }
    without = {name for name, model in ours.items() if history_of(model) is None}
    assert without == set(WITHOUT_HISTORY)


def test_every_field_that_is_kept_has_a_name_on_screen() -> None:
    for history in histories():
        for field in history.fields:
            if field.name not in {"id", "sort_key", "search_key"}:
                assert label(field)


def test_addresses_tell_histories_apart() -> None:
    kinds = [history.kind for history in histories()]
    assert len(kinds) == len(set(kinds))


def test_an_insertion_a_change_and_a_deletion_are_written_down_as_they_were() -> None:
    section = a_section()
    key = section.pk
    section.heading = "Ny rubrik"
    section.save()
    section.delete()
    added, changed, removed = events(Section).filter(pgh_obj=key)
    assert [e.pgh_label for e in (added, changed, removed)] == ["insert", "update", "delete"]
    assert added.heading_sv == "Avsnitt 1"
    assert added.pgh_before is None
    assert changed.pgh_before == {"heading": "Avsnitt 1", "heading_sv": "Avsnitt 1"}
    assert changed.heading_sv == "Ny rubrik"
    assert removed.text_sv == "Text med **tryck** på orden."
    assert added.pgh_created_at < changed.pgh_created_at < removed.pgh_created_at
    assert timezone.now() - added.pgh_created_at < timedelta(minutes=5)


def test_english_texts_are_kept_too() -> None:
    section = a_section()
    section.heading_en = "Heading"
    section.save()
    assert events(Section).last().pgh_before == {"heading_en": None}


@pytest.mark.parametrize("way", ["update", "bulk_update", "raw SQL", "upsert"])
def test_no_way_of_writing_gets_past_it(way: str) -> None:
    section = a_section()
    mine = Section.objects.filter(pk=section.pk)
    if way == "update":
        mine.update(heading_sv="Ny")
    elif way == "bulk_update":
        section.heading_sv = "Ny"
        Section.objects.bulk_update([section], ["heading_sv"])
    elif way == "raw SQL":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pledges_section SET heading_sv = 'Ny' WHERE id = %s", [mine[0].pk]
            )
    else:
        section.heading_sv = "Ny"
        Section.objects.bulk_create(
            [section],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["heading_sv"],
        )
    event = events(Section).filter(pgh_label="update").get()
    assert event.heading_sv == "Ny"
    assert event.pgh_before["heading_sv"] == "Avsnitt 1"


def test_many_rows_at_once_are_written_down_each() -> None:
    before = events(Municipality).count()
    Municipality.objects.bulk_create(
        Municipality(code=f"300{n}", name=f"K{n}", official_name=f"K{n} kommun", slug=f"k{n}")
        for n in range(5)
    )
    assert events(Municipality).count() == before + 5


def test_saving_what_is_the_same_writes_nothing() -> None:
    section = a_section()
    section.save()
    assert events(Section).filter(pgh_label="update").count() == 0


def test_what_is_taken_back_was_never_written_down() -> None:
    section = a_section()
    with suppress(ZeroDivisionError), transaction.atomic():
        Section.objects.filter(pk=section.pk).update(heading_sv="Ny")
        raise ZeroDivisionError
    assert events(Section).filter(pgh_label="update").count() == 0


def test_dates_amounts_and_lists_survive_as_they_were() -> None:
    pledge = a_pledge(invented=["summary"])
    assert events(Pledge).filter(pgh_label="insert").get().invented == ["summary"]
    period = pledge.validity_periods.get()
    assert events(type(period)).get().during == period.during
    commitment = pledge.commitments.first()
    assert events(Commitment).filter(pgh_obj=commitment.pk).get().target_amount == 2


def test_a_change_belongs_to_its_pledge_however_far_below() -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    action = an_action(pledge.commitments.get())
    assert events(type(action)).get().pgh_belongs_to == pledge.pk
    assert events(Pledge).first().pgh_belongs_to == pledge.pk


def test_a_change_belongs_to_its_pledge_when_that_went_before_it() -> None:
    pledge = a_pledge(signed=False)
    with connection.cursor() as cursor:
        for table in ("commitment", "focusarea", "section", "signatory", "pledgeparty"):
            cursor.execute(f"DELETE FROM pledges_{table} WHERE pledge_id = %s", [pledge.pk])
        cursor.execute("DELETE FROM pledges_pledge WHERE id = %s", [pledge.pk])
    deletions = events(Commitment).filter(pgh_label="delete")
    assert {event.pgh_belongs_to for event in deletions} == {pledge.pk}


def everything_written_down() -> str:
    texts = []
    for history in histories():
        with connection.cursor() as cursor:
            table = history.events._meta.db_table
            cursor.execute(f"SELECT string_agg(row::text, ' ') FROM {table} AS row")
            texts.append(cursor.fetchone()[0] or "")
    return " ".join(texts)


def test_no_secret_is_ever_written_down() -> None:
    person = a_person(first_name="Karin")
    person.set_password("en ny hemlighet")
    person.last_login = timezone.now()
    person.save()
    operator = a_superuser()
    invitation, token = Invitation.new(
        "ny@example.se", Role.EDITOR, a_municipality(), operator, timezone.now()
    )
    a_pledge(document=b"%PDF-1.7 hemliga byte ")
    written = everything_written_down()
    assert "Karin" in written
    assert "ny@example.se" in written
    for secret in (person.password, invitation.token_sha256, token, "hemliga byte"):
        assert secret not in written
    assert b"hemliga byte".hex() not in written
    assert not events(User).filter(pgh_label="update").exists()
    assert not hasattr(events(PledgeDocument).first(), "content")


EVENT_TABLES = sorted(history.events._meta.db_table for history in histories())


@pytest.mark.parametrize("table", EVENT_TABLES)
def test_an_event_table_can_neither_be_changed_nor_emptied(table: str) -> None:
    guards = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, t.tgenabled, t.tgtype FROM pg_trigger t JOIN pg_proc p"
            " ON p.oid = t.tgfoid WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal",
            [table],
        )
        guards = {name: (enabled, kind) for name, enabled, kind in cursor.fetchall()}
    # PostgreSQL's own bits: before (2), each row (1), delete (8), update (16), truncate (32).
    assert guards == {"refuse_change": ("O", 1 + 2 + 8 + 16), "refuse_truncate": ("O", 2 + 32)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pledges_pledgeevent SET pgh_context = '{}'",
        "DELETE FROM pledges_pledgeevent",
        "TRUNCATE pledges_pledgeevent",
    ],
)
def test_the_application_cannot_alter_what_was_written_down(statement: str) -> None:
    a_pledge()
    # The portal has no right to; its owner is refused too.
    for role, refusal in ((nullcontext, "permission denied"), (as_owner, "kan")):
        with (
            role(),
            pytest.raises(DatabaseError, match=refusal),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        events(Pledge).first().delete()


def test_a_deleted_person_stays_in_the_history() -> None:
    person = a_person("borta@example.se")
    key = person.pk
    with on_behalf_of(name="Karin"):
        User.objects.filter(pk=key).delete()
    last = events(User).filter(pgh_obj=key).last()
    assert (last.pgh_label, last.email) == ("delete", "borta@example.se")
    assert last.pgh_context == {"name": "Karin"}


def test_event_tables_are_made_as_the_house_makes_them() -> None:
    assert all(issubclass(history.events, Change) for history in histories())


def test_the_operator_can_erase_what_the_law_wants_erased() -> None:
    key = a_person("borta@example.se").pk
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_userevent DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE accounts_userevent SET first_name = '', last_name = '', email = '',"
            " pgh_before = NULL, pgh_words = '' WHERE pgh_obj_id = %s",
            [key],
        )
        cursor.execute("ALTER TABLE accounts_userevent ENABLE TRIGGER USER")
    assert "borta@example.se" not in everything_written_down()
    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        events(User).filter(pgh_obj=key).update(email="x@example.se")
