"""Writing a draft by clicking.

Who may, what is shown, and what is kept of what was typed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dialogues.comments import rules as comment_rules
from dialogues.models import Comment
from pledge_portal.accounts.models import Role, User
from pledges import lifecycle
from pledges.consultation import rules as consultation_rules
from pledges.models import Commitment, Municipality, Pledge, Remark
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    a_commitment,
    a_consultation,
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    a_police_area,
    sign,
)
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db


def page_of(draft: Pledge, name: str = "") -> str:
    return f"/arbetsyta/loften/{draft.uid}/{name}"


def typed(response: Any) -> dict[str, Any]:
    """Return what the form of a page would send, as it was shown."""
    form = response.context["form"]
    said = {name: form[name].value() for name in form.fields}
    return {
        name: "on" if value is True else value
        for name, value in said.items()
        if value not in (None, False)
    }


@pytest.fixture
def part(draft: Pledge) -> str:
    return f"del/atagande-{draft.commitments.get(number=1).pk}/"


def test_a_pledge_is_begun_from_the_one_before(editor: User, draft: Pledge) -> None:
    place = draft.municipalities.get()
    before = a_pledge(place, period="2023-2025", signed=False)
    a_commitment(
        before,
        4,
        before.focus_areas.get(),
        text="Fotpatrull",
        name="Till fots",
        target_shape="none",
    )
    lifecycle.adopt(before, SIGNED_AT, A_PDF + b"0")
    sign(before, before.signatories.count(), SIGNED_AT)
    client = logged_in(editor)
    assert "Skriv löften" in words(client.get("/arbetsyta/"))
    form = client.get("/arbetsyta/loften/nytt/")
    said = typed(form) | {
        "title": "Medborgarlöfte 2029–2031",
        "valid_from": "2029-01-01",
        "valid_to": "2031-12-31",
        "after": before.pk,
        "municipalities": [place.pk],
    }
    shown = client.post("/arbetsyta/loften/nytt/", said, follow=True)
    begun = Pledge.objects.get(period="2029-2031")
    assert "Fotpatrull" in words(shown)
    assert [(c.name, c.text) for c in begun.commitments.all()] == [
        (c.name, c.text) for c in before.commitments.all()
    ]
    assert begun.commitments.get(number=4).name == "Till fots"
    assert begun.sections.count() == before.sections.count()
    assert begun.signatories.count() == before.signatories.count()
    # A promise without number, unit or period is called vague before anything else.
    fotpatrull = words(shown).rsplit("Fotpatrull", 1)[1]
    assert fotpatrull.index("Vagt.") < fotpatrull.index("Går inte att följa upp.")
    assert "Saknar: antal, vad som räknas, period." in fotpatrull


def test_beginning_says_what_is_wrong_and_keeps_what_was_typed(editor: User, draft: Pledge) -> None:
    place = draft.municipalities.get()
    elsewhere = a_municipality("Kiruna")
    a_police_area("Norra Lappland", [elsewhere])
    client = logged_in(editor)
    said = {
        "title": "Nästa",
        "police_area": draft.police_area.pk,
        "municipalities": [place.pk],
        "valid_from": "2026-01-01",
        "valid_to": "2025-01-01",
    }
    wrong = client.post("/arbetsyta/loften/nytt/", said)
    assert wrong.status_code == 422
    assert "Sista dagen är före den första." in words(wrong)
    assert 'value="Nästa"' in wrong.content.decode()
    # There is a draft at the address already.
    taken = client.post("/arbetsyta/loften/nytt/", said | {"valid_to": "2028-12-31"})
    assert "har redan ett löfte med den perioden" in words(taken)
    # Others' municipalities aren't offered.
    other = said | {"valid_to": "2029-12-31", "municipalities": [elsewhere.pk]}
    assert client.post("/arbetsyta/loften/nytt/", other).status_code == 422
    assert Pledge.objects.count() == 1


def test_a_change_is_saved_and_seen(draft: Pledge, part: str, editor: User) -> None:
    client = logged_in(editor)
    said = typed(client.get(page_of(draft, part)))
    texts = {"text_sv": "Hund i båda skolorna", "name_sv": "Hundsök", "name_en": "Dog searches"}
    long_name = client.post(page_of(draft, part), said | texts | {"name_sv": "x" * 61})
    assert long_name.status_code == 422
    done = client.post(page_of(draft, part), said | texts, follow=True)
    assert "Sparat: åtagande 1" in words(done)
    assert "1. Hundsök Hund i båda skolorna" in words(done)
    assert "Hund i båda skolorna" in words(done)
    row = draft.commitments.get(number=1)
    assert (row.name_sv, row.name_en) == ("Hundsök", "Dog searches")
    listed = words(client.get(page_of(draft, "versioner/")))
    assert "Eva Ek ändrade åtagande 1" in listed
    compared = client.get(page_of(draft, "versioner/?fran=1&till=2")).content.decode()
    assert re.search(r"<ins>.*båda skolorna.*</ins>", compared, re.S)


def test_faults_keep_what_was_typed(draft: Pledge, part: str, editor: User) -> None:
    client = logged_in(editor)
    said = typed(client.get(page_of(draft, part)))
    wrong = client.post(
        page_of(draft, part),
        said | {"text_sv": "Ring 19121212-1212", "target_amount": "två", "target_unit_sv": "x"},
    )
    assert wrong.status_code == 422
    assert "Ta bort personnumret" in words(wrong)
    assert 'value="två"' in wrong.content.decode()
    assert not draft.commitments.filter(text__contains="Ring").exists()
    lacking = client.post(page_of(draft, part), said | {"target_amount": ""})
    assert "Målet saknar antal." in words(lacking)


def test_two_who_write_the_same_see_both_texts_and_lose_none(
    draft: Pledge, part: str, editor: User, officer: User
) -> None:
    hers, his = logged_in(editor), logged_in(officer)
    eva, olle = typed(hers.get(page_of(draft, part))), typed(his.get(page_of(draft, part)))
    his.post(page_of(draft, part), olle | {"text_sv": "Polisen söker i skolan varje termin"})
    clash = hers.post(
        page_of(draft, part),
        eva | {"text_sv": "Polisen söker i skolan med två hundar", "explanation_sv": "Därför."},
    )
    assert clash.status_code == 422
    assert "Olle Ost hann spara först." in words(clash)
    assert "varje termin" in words(clash)
    assert "med två hundar" in words(clash)
    again = typed(clash)
    assert again["text_sv"] == "Polisen söker i skolan med två hundar"
    assert again["explanation_sv"] == "Därför."
    both = "Polisen söker i skolan varje termin med två hundar"
    hers.post(page_of(draft, part), again | {"text_sv": both})
    row = draft.commitments.get(number=1)
    assert (row.text_sv, row.explanation_sv) == (both, "Därför.")


def test_what_was_taken_away_meanwhile_can_be_added_anew(
    draft: Pledge, part: str, editor: User, officer: User
) -> None:
    hers, his = logged_in(editor), logged_in(officer)
    eva = typed(hers.get(page_of(draft, part)))
    base = his.get(page_of(draft, f"{part}ta-bort/")).context["base"]
    gone = his.post(page_of(draft, f"{part}ta-bort/"), {"base": base}, follow=True)
    assert "Borttaget: åtagande 1" in words(gone)
    assert "Ångra borttagningen" in words(gone)
    told = hers.post(page_of(draft, part), eva | {"text_sv": "Det här vill vi ha kvar"})
    assert told.status_code == 422
    assert "Olle Ost tog bort den medan du skrev." in words(told)
    hers.post(page_of(draft, part), eva | {"text_sv": "Det här vill vi ha kvar", "igen": "1"})
    assert draft.commitments.get(text="Det här vill vi ha kvar").number == 3
    undo = his.get(gone.redirect_chain[-1][0])
    his.post(
        page_of(draft, f"{part}aterstall/"),
        {"version": undo.context["undo"]["version"]},
    )
    assert draft.commitments.count() == 4


def test_every_kind_of_part_is_added_moved_and_changed(draft: Pledge, editor: User) -> None:
    client = logged_in(editor)
    area = typed(client.get(page_of(draft, "ny/inriktning/")))
    done = client.post(page_of(draft, "ny/inriktning/"), area | {"name_sv": "Trafik"}, follow=True)
    assert "Sparat: inriktningen Trafik" in words(done)
    traffic = draft.focus_areas.get(name="Trafik")
    added = typed(client.get(page_of(draft, f"ny/atagande/?inriktning={traffic.pk}")))
    client.post(
        page_of(draft, "ny/atagande/"),
        added
        | {
            "text_sv": "Polisen kontrollerar farten",
            "kind": "other",
            "responsible": "police",
            "target_shape": "count",
            "target_amount": "2,5",
            "target_period": "week",
        },
    )
    assert not Commitment.objects.filter(text__contains="farten").exists()  # no half controls
    client.post(
        page_of(draft, "ny/atagande/"),
        added
        | {
            "text_sv": "Polisen kontrollerar farten",
            "kind": "other",
            "responsible": "police",
            "target_shape": "average",
            "target_amount": "2,5",
            "target_period": "week",
            "target_unit_sv": "kontroller",
        },
    )
    refused = client.post(page_of(draft, "ny/atagande/"), added | {"text_sv": "Utan slag"})
    assert "Välj vilket slag av åtgärd det är." in words(refused)
    made = draft.commitments.get(text="Polisen kontrollerar farten")
    assert str(made.target_amount) == "2.50"
    client.post(page_of(draft, f"del/inriktning-{traffic.pk}/flytta/"), {"vart": "upp"})
    made.refresh_from_db()
    assert made.number == 1
    section = typed(client.get(page_of(draft, "ny/avsnitt/")))
    shown = client.post(
        page_of(draft, "ny/avsnitt/"),
        section
        | {"kind": "other", "heading_sv": "Mer", "text_sv": "Så **här**", "forhandsgranska": "1"},
    )
    assert "<strong>här</strong>" in shown.content.decode()
    assert not draft.sections.filter(heading="Mer").exists()
    live = client.post(
        page_of(draft, "text/"), {"heading_sv": "Mer", "text_sv": "*nu* <script>x</script>"}
    )
    assert live.content.decode().startswith("<h3>Mer</h3><p><em>nu</em> &lt;script&gt;")
    signatory = typed(client.get(page_of(draft, "ny/undertecknare/")))
    client.post(
        page_of(draft, "ny/undertecknare/"),
        signatory | {"name": "Ada", "title_sv": "chef", "signs_for": "police"},
    )
    assert draft.signatories.get(name="Ada").municipality is None
    shown = client.get(page_of(draft, "del/uppgifter/"))
    assert "Ändra löftets uppgifter" in words(shown)
    front = typed(shown)
    client.post(page_of(draft, "del/uppgifter/"), front | {"registry_number": "KS 2026/7"})
    draft.refresh_from_db()
    assert draft.registry_number == "KS 2026/7"
    assert draft.until_replaced


def test_a_target_has_days_of_its_own_and_is_at_least_or_at_most(
    draft: Pledge, editor: User
) -> None:
    client = logged_in(editor)
    area = draft.focus_areas.first()
    assert area is not None
    address = page_of(draft, "ny/atagande/")
    wrong = typed(client.get(f"{address}?inriktning={area.pk}")) | {
        "text_sv": "Polisen kontrollerar farten",
        "kind": "other",
        "responsible": "police",
        "target_shape": "count",
        "target_amount": "4",
        "target_unit_sv": "kontroller",
        "target_period": "own",
        "target_last": "2027-05-01",
        "target_at_least": "on",
        "target_at_most": "on",
    }
    refused = words(client.post(address, wrong))
    assert "Ange första dagen." in refused
    assert "Välj minst eller högst, inte båda." in refused
    right = {key: value for key, value in wrong.items() if key != "target_at_least"}
    for days in ("2025-12-31", "2027-05-01"), ("2027-04-01", "2035-01-01"):
        outside = dict(zip(("target_first", "target_last"), days, strict=True))
        assert "Dagen ligger utanför löftets tid." in words(client.post(address, right | outside))
    client.post(address, right | {"target_first": "2027-04-01"})
    target = draft.commitments.get(text="Polisen kontrollerar farten").target
    assert (target.first, target.last) == (date(2027, 4, 1), date(2027, 5, 1))
    assert (target.at_least, target.at_most) == (False, True)


def test_a_day_can_come_every_year(draft: Pledge, part: str, editor: User) -> None:
    client = logged_in(editor)
    days = {"kind": "other", "target_shape": "done", "target_last": "2026-06-01"}
    unset = {"target_amount": "", "target_period": "", "target_unit_sv": ""}
    yearly = typed(client.get(page_of(draft, part))) | days | unset | {"target_every_year": "on"}
    shown = words(client.post(page_of(draft, part), yearly | {"forhandsgranska": "1"}))
    assert "Målet nåddes 3 år av 3. Det är gjort för 2028." in shown
    saved = words(client.post(page_of(draft, part), yearly, follow=True))
    assert "Genomförs senast 1 juni varje år, första gången 2026" in saved
    assert draft.commitments.get(number=1).target.every_year
    without = words(client.post(page_of(draft, part), yearly | {"target_last": ""}))
    assert "Bara det som ska vara gjort senast en dag kan gälla varje år." in without


def test_colleagues_remark_on_a_passage_and_settle_it(
    draft: Pledge, part: str, editor: User, officer: User
) -> None:
    hers, his = logged_in(editor), logged_in(officer)
    strange = his.post(
        page_of(draft, f"{part}kommentera/"),
        {"kommentar-quoted": "står inte där", "kommentar-text": "Hur många?"},
    )
    assert strange.status_code == 422
    assert "De orden står inte i texten." in words(strange)
    assert "Hur många?" in strange.content.decode()
    his.post(
        page_of(draft, f"{part}kommentera/"),
        {"kommentar-quoted": "söker efter narkotika", "kommentar-text": "Hur många hundar?"},
    )
    assert "1 kommentar" in words(hers.get(page_of(draft)))
    seen = words(hers.get(page_of(draft, part)))
    assert "Hur många hundar?" in seen
    remark = Remark.objects.get()
    hers.post(page_of(draft, f"kommentarer/{remark.pk}/"))
    assert "Avklarad av Eva Ek" in words(his.get(page_of(draft, part)))
    assert "1 kommentar" not in words(hers.get(page_of(draft)))


def test_remarking_keeps_what_is_being_written(draft: Pledge, part: str, editor: User) -> None:
    client = logged_in(editor)
    page = client.get(page_of(draft, part))
    shown = {
        name: str(value) if isinstance(value, int) else value for name, value in typed(page).items()
    }
    unsaved = shown | {"text_sv": "Polisen går", "target_amount": "två", "target_last": "i maj"}
    remark = {"kommentar-quoted": "", "kommentar-text": "Var?"}
    # Sent twice, as when the page is loaded anew.
    for _time in range(2):
        answer = client.post(page_of(draft, f"{part}kommentera/"), unsaved | remark)
        assert answer.status_code == 200
        assert typed(answer) == unsaved
        assert "är kvar, men inte sparat än" in words(answer)
        assert not answer.context["remark_form"]["text"].value()
    remark_row = Remark.objects.get(text="Var?")
    # It is saved from there, not sent as a remark.
    assert f'action="{page_of(draft, part)}"' in answer.content.decode()
    settled = page_of(draft, f"kommentarer/{remark_row.pk}/")
    answer = client.post(settled, unsaved | remark | {"kommentar-text": "När?"})
    assert typed(answer) == unsaved
    assert answer.context["remark_form"]["text"].value() == "När?"
    remark_row.refresh_from_db()
    assert remark_row.settled_by == editor
    # A remark that can't be taken, and one on what somebody took away, lose nothing either.
    answer = client.post(page_of(draft, f"{part}kommentera/"), unsaved | {"kommentar-text": ""})
    assert (answer.status_code, typed(answer)) == (422, unsaved)
    # Nothing unsaved: back to the part.
    assert client.post(page_of(draft, f"{part}kommentera/"), shown | remark).status_code == 302
    draft.commitments.filter(number=1).delete()
    answer = client.post(page_of(draft, f"{part}kommentera/"), unsaved | remark)
    assert typed(answer) == unsaved
    assert "Delen är borttagen" in words(answer)
    assert answer.context["remark_form"]["text"].value() == "Var?"


def test_saving_takes_the_remark_beside_it(draft: Pledge, part: str, editor: User) -> None:
    client = logged_in(editor)
    changed = typed(client.get(page_of(draft, part))) | {"text_sv": "Polisen går oftare."}
    remark = {"kommentar-quoted": "går oftare", "kommentar-text": "Var?"}
    assert client.post(page_of(draft, part), changed | remark).status_code == 302
    assert Remark.objects.get().quoted == "går oftare"
    changed = typed(client.get(page_of(draft, part))) | {"text_sv": "Polisen går ofta."}
    answer = client.post(page_of(draft, part), changed | remark)
    assert "Sparat:" in words(answer)
    assert "De orden står inte i texten." in words(answer)
    assert answer.context["remark_form"]["text"].value() == "Var?"
    # And what is only previewed sends nothing.
    client.post(page_of(draft, part), changed | remark | {"forhandsgranska": "1"})
    assert Remark.objects.count() == 1


def test_the_last_assessments_stand_beside(draft: Pledge, editor: User) -> None:
    before = a_pledge(draft.municipalities.get(), period="2023-2025")
    a_follow_up(before, published=True)
    page = words(logged_in(editor).get(page_of(draft)))
    assert "Förra löftet: vad blev det av det?" in page
    assert "Det här har invånarna sagt" in page


def test_the_pdf_says_on_every_page_that_it_is_a_draft(
    draft: Pledge, part: str, editor: User
) -> None:
    import io

    import pikepdf

    client = logged_in(editor)
    said = typed(client.get(page_of(draft, part))) | {"text_sv": "Ännu inte sparat"}
    answer = client.post(page_of(draft, f"{part}utkast.pdf"), said)
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("Utkast: ")
        assert "/AcroForm" not in pdf.Root
    assert draft.versions.count() == 1
    assert not draft.commitments.filter(text="Ännu inte sparat").exists()


def test_who_writes_for_others_finds_no_draft(draft: Pledge, part: str) -> None:
    kiruna = a_municipality("Kiruna")
    stranger = logged_in(a_person("k@example.se", Role.EDITOR, kiruna))
    for name in ("", part, "versioner/", "utkast.pdf", "granska/", "forhandsvisning/"):
        assert stranger.get(page_of(draft, name)).status_code == 404, name
    assert Client().get(page_of(draft)).status_code == 302
    moderator = a_person("m@example.se", Role.MODERATOR, draft.municipalities.get())
    reader = logged_in(moderator)
    assert reader.get(page_of(draft, part)).status_code == 403
    assert reader.get(page_of(draft, "forhandsvisning/")).status_code == 200


def test_the_draft_asks_as_much_however_long_it_is(draft: Pledge, editor: User) -> None:
    client = logged_in(editor)
    client.get(page_of(draft))

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page_of(draft)).status_code == 200
        return len(asked)

    before = questions()
    area = draft.focus_areas.get()
    for number in range(4, 14):
        a_commitment(draft, number, area)
    Municipality.objects.get()
    client.get(page_of(draft))  # takes up the change that was made elsewhere
    assert questions() == before


def test_what_residents_say_in_a_consultation_stands_beside_and_ends_before_adoption(
    draft: Pledge, part: str, editor: User, officer: User
) -> None:
    client = logged_in(editor)
    asked = a_consultation(draft, by=editor)
    place = draft.municipalities.get()
    about = comment_rules.About(place, consultation=asked, number=1)
    comment_rules.submit(about, comment_rules.NewComment("Fler sök, tack"), uuid4(), timezone.now())
    Comment.objects.update(
        state="published", published_at=timezone.now(), awaits="", awaits_since=None
    )
    address = f"/arbetsyta/samrad/utkast/{draft.uid}/"
    assert f'href="{address}"' in client.get(page_of(draft)).content.decode()
    assert address not in logged_in(officer).get(page_of(draft)).content.decode()
    assert "Fler sök, tack" in words(client.get(page_of(draft, part)))
    stopping = "Ett samråd om löftet pågår. Avsluta det först."
    assert stopping in words(client.get(page_of(draft, "granska/")))
    consultation_rules.close(asked, by=editor, at=timezone.now())
    assert stopping not in words(client.get(page_of(draft, "granska/")))


@pytest.mark.parametrize("shape", ["done", "none", "on_demand", "coverage", "average", "count"])
def test_any_way_to_measure_can_be_chosen_after_another(
    draft: Pledge, editor: User, shape: str
) -> None:
    client = logged_in(editor)
    for commitment, party in zip(draft.commitments.all(), Commitment.Party.values, strict=False):
        address = page_of(draft, f"del/atagande-{commitment.pk}/")
        change = {"target_shape": shape, "responsible": party}
        answer = client.post(address, typed(client.get(address)) | change)
        assert answer.status_code in {302, 422}


def test_what_the_public_will_read_is_shown_before_anything_is_saved(
    draft: Pledge, part: str, editor: User
) -> None:
    client = logged_in(editor)
    changed = typed(client.get(page_of(draft, part))) | {
        "kind": "other",
        "text_sv": "Ännu inte sparat",
        "target_amount": "8",
        "target_unit_sv": "träffar",
        "forhandsgranska": "1",
    }
    shown = client.post(page_of(draft, part), changed)
    assert "4 av 8 redovisade för 2026. Lovat: 8 träffar. Tiden är inte slut." in words(shown)
    assert "4 of 8 reported for 2026." in words(shown)
    assert "Ännu inte sparat" in shown.content.decode()
    assert not draft.commitments.filter(text="Ännu inte sparat").exists()
    # A draft that isn't saved yet has them as well, and faults are shown as usual.
    added = changed | {"focus_area": draft.focus_areas.get().pk}
    assert "4 av 8 redovisade" in words(client.post(page_of(draft, "ny/atagande/"), added))
    faulty = client.post(page_of(draft, part), changed | {"target_period": ""})
    assert faulty.status_code == 422
    assert "Målet saknar period." in words(faulty)
    assert "Ännu inte sparat" in faulty.content.decode()
    assert "redovisade för 2026" not in words(faulty)
    assert draft.commitments.count() == 3


def test_what_the_public_will_read_of_what_is_saved_stands_on_the_drafts_page(
    draft: Pledge, part: str, editor: User
) -> None:
    client = logged_in(editor)
    form = client.get(page_of(draft, part))
    # Searches with dogs are told of when the year is over.
    assert "Redovisas när perioden är slut" in words(form)
    changed = typed(form) | {"kind": "other", "target_amount": "8", "target_unit_sv": "träffar"}
    saved = client.post(page_of(draft, part), changed, follow=True)
    assert "4 av 8 redovisade för 2026." in words(saved)
    assert words(saved).count("Det här får allmänheten läsa") == 3
    assert saved.content.decode().count("<details open>") == 1
