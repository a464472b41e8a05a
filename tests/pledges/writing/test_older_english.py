"""English that is older than its Swedish: known everywhere, and not shown.

Swedish is what is signed. An English text whose Swedish was changed may say what nobody promised.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils.translation import override

from dialogues.models import Dialogue, Heard, ThemeAnswer
from dialogues.thread.rules import answer_theme
from pledge_portal.accounts.models import User
from pledge_portal.database.english import HasEnglish, english_is_right, set_older_english
from pledge_portal.pages.text import Wording, wording
from pledges import lifecycle
from pledges.exchange import pledge_file
from pledges.exchange.exporting import export_pledge
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import import_pledge
from pledges.models import Commitment, Indicator, Pledge, Section
from pledges.presentation.commitment import target_text
from pledges.writing import editing
from pledges.writing.adoption_checklist import check
from pledges.writing.draft_presentation import draft_view
from pledges.writing.parts import FRONT, Part, PartKind
from pledges.writing.presentation import version_differences
from pledges.writing.starting import Beginning, begin
from tests.builders import A_PDF, SIGNED_AT, a_dialogue, a_pledge, a_superuser, a_theme, sign
from tests.pages.conftest import Reader
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.decisions.test_correcting import corrected
from tests.pledges.signing.conftest import logged_in
from tests.pledges.writing.conftest import NOW
from tests.pledges.writing.test_editing import seen
from tests.pledges.writing.test_pages import page_of, typed

pytestmark = pytest.mark.django_db

OLDER = "Äldre än svenskan, och visas därför inte."


def change(row: HasEnglish, **columns: Any) -> list[str]:
    """Write columns as a command would, and return what is older then."""
    rows: Any = type(row)._default_manager.filter(pk=row.pk)
    rows.update(**columns)
    row.refresh_from_db()
    return row.older_english


def test_every_text_in_two_languages_knows_how_old_its_english_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE proname = 'tell_older_english'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
    models = {
        model
        for model in apps.get_models()
        if any(field.name.endswith("_en") for field in model._meta.fields)
        and not model.__name__.endswith("Event")
        # What is never changed gets no older English.
        and not {"refuse_change"}
        & {constraint.deconstruct()[2].get("function") for constraint in model._meta.constraints}
    }
    assert len(models) > 10
    assert all(issubclass(model, HasEnglish) for model in models)
    assert guarded == {model._meta.db_table for model in models}


def test_english_is_older_once_the_swedish_has_other_words(draft: Pledge) -> None:
    section = draft.sections.all()[0]
    assert change(section, text_sv="Nytt", heading_sv="Rubrik") == [], "there is no English"
    assert change(section, text_en="New", heading_en="Heading") == []
    assert change(section, text_sv="Nytt \n\n") == [], "the words are the same"
    assert change(section, text_sv="Nyare") == ["text"]
    assert change(section, heading_sv="Annan rubrik") == ["heading", "text"]
    assert change(section, text_en="Newer", position=50) == ["heading"]
    assert change(section, text_sv="Nyast", text_en="Newest") == ["heading"]
    # Nobody says it by the way, such as one who saves what was read before.
    assert change(section, older_english=[]) == ["heading"]
    english_is_right(section, ["heading", "text"])
    assert change(section, kind="other") == []
    set_older_english(section, ["heading"])
    assert change(section, heading_en=None) == []


def test_a_detail_that_is_erased_makes_no_english_older(draft: Pledge) -> None:
    section = draft.sections.all()[0]
    change(section, text_sv="Kalle kör för fort.", text_en="Speeding", heading_en="Heading")
    change(section, heading_sv="Annan rubrik")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pledge_portal.erasing', 'yes', true)")
        assert change(section, text_sv="[borttaget] kör för fort.") == ["heading"]
        cursor.execute("SELECT set_config('pledge_portal.erasing', '', true)")


def test_the_english_page_shows_the_swedish_and_says_why(reader: Reader) -> None:
    pledge = a_pledge(signed=False, commitments=1)
    commitment, section = pledge.commitments.get(), pledge.sections.all()[0]
    change(section, text_en="An old text.")
    change(commitment, text_en="We do two searches.", target_unit_en="searches")
    change(commitment, text_sv="Vi gör fyra sök.", target_unit_sv="sök")
    pledge = a_signed(pledge)
    html = page_source(reader, "/en/alvsbyn/2023-2025/ataganden/1/")
    assert "We do two searches." not in html
    assert '<span lang="sv">Vi gör fyra sök.</span>' in html or 'lang="sv">Vi gör fyra sök.' in html
    assert '<span lang="sv">sök</span>' in html, "what is counted is marked as Swedish too"
    assert "no up-to-date English version are shown in Swedish" in html
    assert "An old text." in page_source(reader, "/en/alvsbyn/2023-2025/"), (
        "what isn't older is shown"
    )
    assert "Vi gör fyra sök." in reader.text("/alvsbyn/2023-2025/")


def page_source(reader: Reader, path: str) -> str:
    return reader.get(path).content.decode()


def a_signed(pledge: Pledge) -> Pledge:
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, pledge.signatories.count(), SIGNED_AT)
    return Pledge.objects.get(pk=pledge.pk)


def test_older_english_is_read_by_no_other_name(draft: Pledge) -> None:
    commitment = draft.commitments.all()[0]
    change(commitment, text_en="We do two searches.")
    with override("en"):
        assert commitment.text == "We do two searches."
        change(commitment, text_sv="Vi gör fyra sök.")
        assert commitment.text == "Vi gör fyra sök.", "as the feed reads it"
        assert commitment.target.unit == commitment.target_unit_sv


def test_a_unit_without_english_is_swedish_and_marked(draft: Pledge) -> None:
    commitment = draft.commitments.all()[0]
    change(commitment, target_unit_sv="träffar", target_unit_en=None)
    with override("en"):
        assert '<span lang="sv">träffar</span>' in target_text(commitment)


def test_a_draft_that_is_changed_put_back_and_copied_keeps_it(draft: Pledge, editor: User) -> None:
    area = draft.focus_areas.get()
    change(area, cause_en="It is easy to get.")
    part = Part(PartKind.FOCUS_AREA, area.pk)
    base, values = seen(draft, part)
    changed = {**values, "cause_sv": "Ingen ser efter."}
    saved = editing.save(draft, part, changed, base=base, by=editor, at=NOW)
    [point] = [p for p in notes(draft) if "Engelskan är äldre" in p.sentence]
    assert point.part == part
    assert "äldre än svenskan: orsak." in point.sentence
    with override("en"):
        [view] = draft_view(saved.version.contents, "Piteå").focus_areas
        assert view.cause == Wording("Ingen ser efter.", "sv")
        copied = begin(a_beginning(draft), after=draft, by=editor, at=NOW).pledge
        assert wording(copied.focus_areas.get(), "cause") == view.cause
    # As it was before, its English is of the same words again.
    editing.restore(draft, part, base, by=editor, at=NOW)
    area.refresh_from_db()
    assert (area.cause_sv, area.older_english) == (values["cause_sv"], [])
    # What is taken away comes back as it was, and older it is again.
    editing.restore(draft, part, saved.version.number, by=editor, at=NOW)
    Commitment.objects.filter(pledge=draft).delete()
    latest = editing.latest_version(draft, NOW)
    editing.remove(draft, part, base=latest.number, by=editor, at=NOW)
    editing.restore(draft, part, latest.number, by=editor, at=NOW)
    assert draft.focus_areas.get().older_english == ["cause"]


def notes(draft: Pledge) -> list[Any]:
    latest = editing.latest_version(draft, NOW)
    return check(draft, latest.contents, latest.number, date(2025, 12, 1)).notes


def a_beginning(draft: Pledge) -> Beginning:
    return Beginning(
        title="Nästa",
        municipalities=draft.giving_municipalities,
        holds_in=[],
        police_area=draft.police_area,
        valid_from=date(2029, 1, 1),
        valid_to=date(2030, 12, 31),
        until_replaced=True,
        period="2029-2030",
    )


def test_english_that_no_form_of_the_draft_holds_is_a_point_too(draft: Pledge) -> None:
    change(draft, source_note_sv="Protokoll", source_note_en="Minutes")
    change(draft, source_note_sv="Beslutet")
    [point] = [p for p in notes(draft) if "Engelskan är äldre" in p.sentence]
    assert "äldre än svenskan: källa." in point.sentence


@pytest.mark.parametrize("kind", [PartKind.FRONT, PartKind.SECTION])
def test_the_form_tells_it_and_takes_that_it_is_still_right(
    draft: Pledge, editor: User, kind: PartKind
) -> None:
    row: Any = draft if kind == PartKind.FRONT else draft.sections.all()[0]
    part = FRONT if kind == PartKind.FRONT else Part(kind, row.pk)
    text = "summary" if kind == PartKind.FRONT else "text"
    change(row, **{f"{text}_en": "In English"})
    client, address = logged_in(editor), page_of(draft, f"del/{part}/")
    page = client.get(address)
    assert OLDER not in words(page)
    client.post(address, {**typed(page), f"{text}_sv": "En annan text."})
    page = client.get(address)
    assert OLDER in words(page)
    assert '<details class="english" open>' in page.content.decode()
    # It is no way to say it of a text that isn't older.
    wrong = client.post(address, {**typed(page), "still_right_en": ["heading", "title"]})
    assert wrong.status_code == 422
    assert [p for p in notes(draft) if "Engelskan är äldre" in p.sentence]
    version = draft.versions.first()
    assert version is not None
    client.post(address, {**typed(page), "still_right_en": [text]})
    confirmed = draft.versions.first()
    assert confirmed is not None
    assert confirmed != version, "a change of its own, with who said it"
    [difference] = version_differences(version.contents, confirmed.contents)
    assert [field.label for field in difference.fields] == ["engelska som är äldre än svenskan"]
    assert not [p for p in notes(draft) if "Engelskan är äldre" in p.sentence]
    assert OLDER not in words(client.get(address))


def test_a_corrected_target_has_no_english_of_the_wrong_one() -> None:
    texts = {"kind": "other", "target_unit": "träffar", "target_unit_en": "meetings"}
    commitment = a_pledge(commitments=1, commitment=texts).commitments.get()
    assert corrected(commitment, target_amount=3).older_english == []
    assert corrected(commitment, target_unit_sv="samtal").older_english == ["target_unit"]
    assert corrected(commitment, target_unit_sv="samtal", target_amount=4).older_english == [
        "target_unit"
    ]
    talks = {"target_unit_sv": "samtal", "target_unit_en": "talks"}
    assert corrected(commitment, **talks).older_english == []


def test_a_pledge_file_carries_it(draft: Pledge) -> None:
    commitment, section = draft.commitments.all()[0], draft.sections.all()[0]
    assert b"older_english" not in export_pledge(draft)
    change(commitment, text_en="Old", target_unit_en="searches")
    change(commitment, text_sv="Ny text.", target_unit_sv="sök")
    change(section, heading_en="Old")
    change(section, heading_sv="Ny")
    content = export_pledge(draft)
    assert content.count(b"older_english") == 2
    Pledge.objects.all().delete()
    imported, _outcome = import_pledge(pledge_file.read(content))
    assert imported.commitments.all()[0].older_english == ["target_unit", "text"]
    assert Section.objects.filter(older_english=["heading"]).count() == 1
    assert export_pledge(imported) == content
    for wrong in (b'["explanation"]', b'["text", "target_unit"]', b"[]", b'["text", "text"]'):
        with pytest.raises(PledgeFileError, match="ska räkna upp texter"):
            pledge_file.read(content.replace(b'[\n    "target_unit",\n    "text",\n]', wrong))


def test_what_is_heard_and_asked_and_counted_tells_it_in_its_form(
    client: Client, reader: Reader
) -> None:
    client.force_login(a_superuser())
    dialogue = a_dialogue(title_en="What matters?")
    theme = a_theme()
    Heard.objects.create(dialogue=dialogue, text="Mörkt", text_en="Dark")
    pledge = a_pledge(signed=False)
    answer_theme(pledge, theme, [], {"reason_sv": "Dyrt", "reason_en": "Costly"})
    answer = ThemeAnswer.objects.get()
    indicator = Indicator.objects.create(
        key="stold", name="Stölder", name_en="Thefts", position=1, better="lower"
    )
    addresses: dict[str, tuple[Any, str]] = {
        f"/arbetsyta/dialoger/{dialogue.pk}/andra/": (dialogue, "title"),
        f"/arbetsyta/dialoger/{dialogue.pk}/hort/": (dialogue.heard, "text"),
        f"/arbetsyta/dialoger/tradar/{pledge.pk}/{theme.pk}/": (answer, "reason"),
        f"/arbetsyta/statistik/indikatorer/{indicator.key}/": (indicator, "name"),
    }
    for address, (row, text) in addresses.items():
        shown = typed(client.get(address))
        assert OLDER not in words(client.get(address)), address
        saved = client.post(address, {**shown, f"{text}_sv": "Annat"})
        assert saved.status_code == 302, words(saved)
        row.refresh_from_db()
        assert row.older_english == [text], address
        page = client.get(address)
        assert OLDER in words(page)
        assert client.post(address, {**typed(page), "still_right_en": [text]}).status_code == 302
        row.refresh_from_db()
        assert row.older_english == [], address
    # A calendar that has the English hears that it is another now.
    assert Dialogue.objects.get().revision == 2
