"""A personal detail that slipped in is taken away by clicking.

From all that a place holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.mail import send_mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from dialogues.calendar import rules as calendar
from dialogues.models import Comment, Dialogue, Quote, Submission
from pledge_portal.accounts.models import Role, User
from pledge_portal.database.acting import on_behalf_of
from pledges.actions import recording
from pledges.erasing import rules
from pledges.erasing.rules import Detail
from pledges.models import (
    ActionCorrection,
    ArchivePackage,
    ArchivePackagePiece,
    CompletedAction,
    Erasure,
    InternalNote,
    Pledge,
    PledgeVersion,
    PublishedAction,
    Section,
)
from pledges.records import packages
from pledges.writing import editing
from pledges.writing.parts import FRONT, part_of
from tests.builders import (
    a_comment,
    a_dialogue,
    a_municipality,
    a_person,
    a_place,
    a_pledge,
    a_submission,
    a_theme,
    an_action,
    an_entry,
)
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

PAGE = "/arbetsyta/ta-bort-personuppgift/"
NAME = "Kalle Testsson"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MARK = "[personuppgift borttagen 2026-11-30, beslut KS 2026/112]"
TYPED = {
    "ord": NAME,
    "skal": "Pekar ut en enskild",
    "beslut": "KS 2026/112",
    "beslutat_den": "2026-11-27",
}


def tables_with(text: str) -> dict[str, int]:
    """Return the tables with this text in any column, and in how many rows."""
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS row WHERE row::text ~* %s',
                [text.replace(" ", r"(\s|\\n)+")],
            )
            counts[table] = cursor.fetchone()[0]
    return {table: count for table, count in counts.items() if count}


@pytest.fixture
def pledge() -> Pledge:
    """Give a signed pledge with a name in all that is said beside it."""
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    commitment = pledge.commitments.get()
    municipality = pledge.municipalities.get()
    with on_behalf_of(reason="Rättat"):
        action = an_action(commitment, public_note=f"Samtal med {NAME}s grannar", amount=1)
        recording.correct(
            action,
            an_entry(commitment, public_note=f"Två samtal med\n{NAME.upper()}", amount=2),
            version=1,
            reason=f"{NAME} hörde av sig",
            by=None,
            at=timezone.now(),
        )
        InternalNote.objects.create(action=action, municipality=municipality, text=f"Ring {NAME}.")
    a_comment(pledge, f"Fråga {NAME}, inte Kallena Testsson.", name="Kalle  Testsson")
    dialogue = a_dialogue(municipality)
    submission = a_submission(dialogue, f"{NAME} vet.", may_quote=True)
    theme = a_theme(municipality=municipality)
    Quote.objects.create(dialogue=dialogue, submission=submission, theme=theme, text=f"{NAME} vet.")
    return pledge


@pytest.fixture
def draft(pledge: Pledge) -> Pledge:
    """Give the next pledge, whose summary had the name in an earlier version."""
    draft = a_pledge(
        pledge.municipalities.get(),
        signed=False,
        period="2026-2028",
        valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31),
    )
    writer = a_person("skribent@example.se", Role.EDITOR, pledge.municipalities.get())
    for text in (f"Efter {NAME}.", "Efter samtal."):
        version = editing.latest_version(draft, NOW)
        values = part_of(version.contents, FRONT)
        assert values is not None
        values = {**values, "summary_sv": text}
        editing.save(draft, FRONT, values, base=version.number, by=writer, at=NOW)
    return draft


@pytest.fixture
def coordinator(pledge: Pledge) -> User:
    return a_person("karin@example.se", Role.COORDINATOR, pledge.municipalities.get())


def detail_of(pledge: Pledge, words: str = NAME) -> Detail:
    place = pledge.municipalities.get()
    return Detail(words, place, "KS 2026/112", date(2026, 11, 27), "Pekar ut en enskild")


def erased(pledge: Pledge, by: User, words: str = NAME) -> rules.Outcome:
    detail = detail_of(pledge, words)
    seen = rules.preview(detail, by=by, at=NOW).digest(detail)
    return rules.erase(detail, seen, is_sure=True, by=by, at=NOW)


def test_calendars_that_have_a_meeting_take_its_file_again(
    pledge: Pledge, coordinator: User
) -> None:
    a_dialogue(pledge.municipalities.get(), place=f"Hos {NAME}")
    other = a_dialogue(pledge.municipalities.get(), place="Bygdegården")
    erased(pledge, coordinator)
    dialogue = Dialogue.objects.get(place__contains=MARK)
    assert (dialogue.revision, dialogue.changed_at) == (1, NOW)
    other.refresh_from_db()
    assert (other.revision, other.changed_at) == (0, None)


def test_the_words_are_nowhere_afterwards_and_a_mark_stands(
    pledge: Pledge, draft: Pledge, coordinator: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "pledge_portal.queue.mail.QueuedEmailBackend"
    link = "https://portal.example.se/svar/Kalle-a1/"
    send_mail("Om insatsen", f"Ring {NAME}.\n{link}", None, ["lasare@example.se"])
    packages.make(
        packages.ask_for(
            pledge, "whole", pledge.municipalities.get(), by=coordinator, at=timezone.now()
        ).pk
    )
    assert ArchivePackagePiece.objects.exists()
    before = tables_with(NAME)
    assert {"pledges_completedactionevent", "pledges_pledgeversion", "dialogues_quote"} <= set(
        before
    )
    outcome = erased(pledge, coordinator)
    assert tables_with(NAME) == {}
    assert outcome.standing == []
    assert outcome.letters == 1
    # A link lets its receiver in, whatever it has in common with the words.
    assert rules.preview(detail_of(pledge, "https"), by=coordinator, at=NOW).letters == 0
    assert rules.preview(detail_of(pledge, "Kalle"), by=coordinator, at=NOW).letters == 0
    assert not ArchivePackagePiece.objects.exists()
    assert set(tables_with("personuppgift borttagen 2026-11-30, beslut KS 2026/112")) >= set(before)
    assert PublishedAction.objects.get().note == f"Två samtal med\n{MARK}"
    comment = Comment.objects.get()
    assert comment.text == f"Fråga {MARK}, inte Kallena Testsson."
    # Where the mark has no room a shorter one stands.
    assert comment.name in {MARK, "[borttaget]"}
    assert Submission.objects.get().text == f"{MARK} vet."
    erasure = Erasure.objects.get()
    assert (erasure.erased_by, erasure.reason) == (coordinator, "Pekar ut en enskild")
    assert erasure.texts > len(outcome.erasable) > 8


def test_a_preview_changes_nothing_and_tells_what_stands(pledge: Pledge, coordinator: User) -> None:
    signed = a_pledge(
        pledge.municipalities.get(),
        period="2019-2022",
        valid_from=date(2019, 1, 1),
        valid_to=date(2022, 12, 31),
        signed=False,
        until_replaced=False,
    )
    Section.objects.create(pledge=signed, position=9, heading="Bakgrund", text=f"{NAME} bad om det")
    before = tables_with(NAME)
    outcome = rules.preview(detail_of(pledge), by=coordinator, at=NOW)
    assert tables_with(NAME) == before
    assert not Erasure.objects.exists()
    assert outcome.standing == []
    models = {hit.model for hit in outcome.erasable}
    assert {CompletedAction, ActionCorrection, InternalNote, Comment, Section} <= models


def test_a_preview_shows_the_words_as_written_and_in_which_pledge(
    draft: Pledge, coordinator: User
) -> None:
    outcome = rules.preview(detail_of(draft), by=coordinator, at=NOW)
    (version,) = [hit for hit in outcome.hits if hit.model is PledgeVersion]
    assert version.excerpts == [f"Efter {NAME}."]
    assert version.title == draft.title_sv
    assert not [hit for hit in outcome.hits if "¶" in "".join(hit.excerpts)]


def test_what_is_signed_stands_and_is_told(pledge: Pledge, coordinator: User) -> None:
    title = pledge.title
    outcome = rules.preview(detail_of(pledge, title.split()[0]), by=coordinator, at=NOW)
    assert Pledge in {hit.model for hit in outcome.maskable}
    assert Pledge not in {hit.model for hit in outcome.erasable}
    with pytest.raises(rules.Refused, match="Kryssa för"):
        erased(pledge, coordinator, title.split()[0])
    pledge.refresh_from_db()
    assert pledge.title == title


def test_another_place_keeps_its_own(pledge: Pledge) -> None:
    neighbour = a_pledge(a_municipality("Piteå"), period="2024")
    a_comment(neighbour, f"{NAME} bor här")
    other = a_person("granne@example.se", Role.COORDINATOR, neighbour.municipalities.get())
    before = tables_with(NAME)
    outcome = erased(neighbour, other)
    assert [hit.model for hit in outcome.hits] == [Comment]
    after = tables_with(NAME)
    assert after.pop("dialogues_comment") == before.pop("dialogues_comment") - 1
    assert after == before


def test_what_a_place_says_beside_its_pledges_goes_with_its_history(
    pledge: Pledge, coordinator: User
) -> None:
    municipality, dialogue = pledge.municipalities.get(), Dialogue.objects.get()
    theme = a_theme(f"Gården hos {NAME}", municipality)
    for text in (f"{NAME} sade det.", "Många sade det."):
        calendar.sum_up(dialogue, {"text_sv": text}, NOW, publishes=False)
    theme.name_sv, municipality.contact_role = "Gården", f"{NAME}, samordnare"
    municipality.contact_email = "kalle.testsson@example.se"
    theme.save()
    municipality.save()
    assert {"dialogues_themeevent", "dialogues_heardevent"} <= set(tables_with(NAME))
    erased(pledge, coordinator)
    assert tables_with(NAME) == {}
    assert erased(pledge, coordinator, "kalle.testsson@example.se").standing == []
    assert tables_with("kalle.testsson@example.se") == {}
    municipality.refresh_from_db()
    assert municipality.contact_role == f"{MARK}, samordnare"
    # Its name is nobody's own.
    name = municipality.official_name
    outcome = rules.preview(detail_of(pledge, name), by=coordinator, at=NOW)
    detail = detail_of(pledge, name)
    rules.erase(detail, outcome.digest(detail), is_sure=True, by=coordinator, at=NOW)
    municipality.refresh_from_db()
    assert municipality.official_name == name


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        ("vet", "”vet” står med liten bokstav"),
        ("Älvsbyn", "namn på en plats: Älvsbyns kommun"),
        ("Älvsbyns kommun", "namn på en plats"),
        ("Norra skolan", "namn på en plats: Norra skolan"),
    ],
)
def test_usual_words_and_names_of_places_are_asked_about(
    pledge: Pledge, coordinator: User, words: str, doubt: str
) -> None:
    a_place("Norra skolan", pledge.municipalities.get())
    a_comment(pledge, f"{words} hördes av")
    detail = detail_of(pledge, words)
    outcome = rules.preview(detail, by=coordinator, at=NOW)
    assert doubt in " ".join(outcome.doubts)
    with pytest.raises(rules.Refused, match=doubt):
        rules.erase(detail, outcome.digest(detail), masks=True, by=coordinator, at=NOW)
    assert not Erasure.objects.exists()


def test_many_places_are_asked_about_and_a_name_is_not(pledge: Pledge, coordinator: User) -> None:
    assert rules.preview(detail_of(pledge), by=coordinator, at=NOW).doubts == []
    client = logged_in(coordinator)
    for n in range(13):
        a_comment(pledge, f"Nyckelord {n}. Nyckelord igen.")
    typed = {**TYPED, "ord": "Nyckelord"}
    preview = client.post(PAGE, typed)
    assert "Orden står på 26 ställen i 13 texter." in words(preview)
    assert "Det är många för en personuppgift." in words(preview)
    sent = {**typed, "sett": preview.context["form"]["sett"].value(), "ta_bort": "ja"}
    asked = client.post(PAGE, sent)
    assert asked.status_code == 422
    assert "vanligt" in asked.context["form"].errors
    client.post(PAGE, {**sent, "vanligt": "on"})
    assert tables_with("Nyckelord") == {}


@pytest.mark.parametrize("few", ["Å", "och", "a b", "---", ". a ."])
def test_too_few_letters_are_refused(pledge: Pledge, coordinator: User, few: str) -> None:
    a_comment(pledge, "Han och hon")
    preview = logged_in(coordinator).post(PAGE, {**TYPED, "ord": few})
    assert ("ord" in preview.context["form"].errors) == (few != "och")
    assert few != "och" or "står med liten bokstav" in words(preview)


def test_what_was_not_looked_through_is_not_erased(pledge: Pledge, coordinator: User) -> None:
    detail = detail_of(pledge)
    seen = rules.preview(detail, by=coordinator, at=NOW).digest(detail)
    a_comment(pledge, f"{NAME} igen")
    for other in (detail, replace(detail, words="Någon Annan")):
        with pytest.raises(rules.Refused):
            rules.erase(other, seen, by=coordinator, at=NOW)
    assert not Erasure.objects.exists()
    assert "dialogues_comment" in tables_with(NAME)


def test_it_is_done_by_clicking(pledge: Pledge, coordinator: User) -> None:
    client = logged_in(coordinator)
    assert PAGE in client.get("/arbetsyta/").content.decode()
    lacking = client.post(PAGE, {})
    assert lacking.status_code == 422
    assert "Skriv orden som ska tas bort." in words(lacking)
    forged = client.post(PAGE, {**TYPED, "beslut": "KS 1] Polisen lovar mer. ["})
    assert "Skriv utan hakparenteser." in words(forged)
    assert "det sparas" in words(client.post(PAGE, {**TYPED, "skal": f"{NAME} bad om det"}))
    undecided = client.post(PAGE, {**TYPED, "beslutat_den": "2099-01-01"})
    assert undecided.context["form"].errors == {"beslutat_den": ["Beslutsdagen har inte varit än."]}
    unseen = client.post(PAGE, {**TYPED, "ta_bort": "ja"})
    assert "Titta igenom ställena först" in words(unseen)
    preview = client.post(PAGE, TYPED)
    assert "no-store" in preview["Cache-Control"]
    assert f"Samtal med {NAME}s" in words(preview)  # as it was before the correction
    assert f"Ring {NAME}." in words(preview)
    seen = preview.context["form"]["sett"].value()
    answer = client.post(PAGE, {**TYPED, "sett": seen, "ta_bort": "ja"}, follow=True)
    assert "Uppgiften är borttagen ur" in words(answer)
    assert "Beslut KS 2026/112 den 27 november 2026: Pekar ut en enskild" in words(answer)
    assert tables_with(NAME) == {}
    assert "Orden står inte i någon text." in words(client.post(PAGE, TYPED))


def test_the_second_factor_is_shown_first(coordinator: User) -> None:
    answer = logged_in(coordinator, confirmed=False).get(PAGE)
    assert answer.status_code == 302
    assert "next=" in answer["Location"]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR])
def test_others_may_not(pledge: Pledge, role: Role) -> None:
    person = a_person("andra@example.se", role, pledge.municipalities.get())
    assert logged_in(person).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_a_package_made_meanwhile_is_thrown_away(pledge: Pledge, coordinator: User) -> None:
    asked = packages.ask_for(
        pledge, "whole", pledge.municipalities.get(), by=coordinator, at=timezone.now()
    )
    detail = detail_of(pledge)
    at = timezone.now()
    rules.erase(
        detail, rules.preview(detail, by=coordinator, at=at).digest(detail), by=coordinator, at=at
    )
    packages.make(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.fault[:20]) == (ArchivePackage.State.FAILED, "En personuppgift tog")
    assert not ArchivePackagePiece.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        # Saying that one erases gives nobody the right to.
        "SET LOCAL pledge_portal.erasing = 'yes'; UPDATE pledges_actioncorrection SET reason = 'x'",
        "SET LOCAL pledge_portal.erasing = 'yes'; UPDATE pledges_pledgeevent SET pgh_words = ''",
        # Nor is it done without a decision, or in tables that hold no texts.
        "SELECT erase_detail(0, 'dialogues_comment', 'id', '1', '{text}', 'Kalle', true)",
        "SELECT erase_detail((SELECT max(id) FROM pledges_erasure), 'accounts_user', 'id', '1',"
        " '{email}', 'Kalle', true)",
        "SELECT erase_detail((SELECT max(id) FROM pledges_erasure), 'pledges_pledgeevent',"
        " 'pgh_id', '1', '{pgh_label}', 'insert', true)",
        "UPDATE pledges_erasure SET decision = 'x'",
        "DELETE FROM pledges_erasure",
    ],
)
def test_nobody_gets_round_the_guards_by_it(
    pledge: Pledge, coordinator: User, statement: str
) -> None:
    erased(pledge, coordinator)
    with (
        pytest.raises(DatabaseError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert isinstance(refusal.value, IntegrityError) or "permission denied" in str(refusal.value)
