"""A pledge taken through a package into an empty portal is the same there."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from dialogues.models import Dialogue, Submission
from pledge_portal.accounts.models import User
from pledge_portal.database.acting import as_command
from pledge_portal.database.history import Change, history_of
from pledges import lifecycle
from pledges.decisions.calling_back import call_back
from pledges.documents.permanent import short_name
from pledges.models import (
    Decline,
    InternalNote,
    Municipality,
    Picture,
    Pledge,
    PledgeDocument,
    PledgeParty,
    PledgeSignedElsewhere,
    PoliceArea,
    Section,
    SurveyRound,
    ValidityPeriod,
    VoidFile,
)
from pledges.records import part_registry as records
from pledges.records.faults import PackageError
from pledges.records.part_registry import all_left_out, all_parts, all_shared
from pledges.records.restoring import restore
from pledges.writing import editing
from pledges.writing.parts import FRONT, Part, PartKind, part_named, part_of
from pledges.writing.remarking import remark
from tests.builders import (
    a_comment,
    a_consultation,
    a_dialogue,
    a_municipality,
    a_person,
    a_pledge,
    a_scan_that_counts,
    a_submission,
)
from tests.pledges.decisions.test_calling_back import a_partly_signed_pledge
from tests.pledges.decisions.test_prolonging import a_pledge_of_2021, prolonged
from tests.pledges.decisions.test_taking_in import AN_OWN_DOCUMENT, a_pledge_signed_elsewhere
from tests.pledges.records.looking import look
from tests.pledges.records.worlds import (
    a_package,
    a_pledge_with_everything,
    empty_the_portal,
    files_of,
)

pytestmark = pytest.mark.django_db


def kept_events(part: records.Part) -> list[Any]:
    """Return a part's events, but for those of a restoring itself."""
    history = history_of(part.model)
    rows = history.events.objects.order_by("pgh_id") if history is not None else []
    return [event for event in rows if event.pgh_context.get("command") != "import_records"]


def events() -> dict[str, Counter[Any]]:
    """Return what the histories tell but for keys."""
    return {
        part.name: Counter(
            (event.pgh_label, event.pgh_created_at, event.pgh_words, event.pgh_context.get("name"))
            for event in kept_events(part)
        )
        for part in all_parts()
    }


def restored(package: io.BytesIO) -> Any:
    """Restore into a portal that is empty, as the command does."""
    with as_command("import_records"):
        empty_the_portal()
        return restore(package)


def test_everything_of_a_pledge_is_as_it_was() -> None:
    pledge = a_pledge_with_everything()
    package = a_package(pledge)
    files = files_of(package)
    tables = {name.rpartition("/")[2].removesuffix(".json") for name in files if "data/" in name}
    # A pledge is signed here or elsewhere: the other sort has a test of its own below.
    parts = {part.name for part in all_parts() if part.model is not PledgeSignedElsewhere}
    assert parts <= tables, "the pledge lacks what the test is about"
    before, changes = look(), events()

    report = restored(package)
    after = look()
    assert report.pledge.uid == pledge.uid
    assert not report.differing
    for label, rows in after.items():
        assert not rows - before[label], label
        # What is left behind is another pledge's, or a dialogue's that is still open.
        if label.startswith("pledges."):
            theirs = ("2027-2029", "2030-2032")
            for row in before[label] - rows:
                assert any(name in repr(row) for name in theirs), label
    for name, told_now in events().items():
        assert not told_now - changes[name], name
    # Four sections were written and one of them deleted: it is remembered, after the writing.
    sections = next(part for part in all_parts() if part.model is Section)
    section_events = [
        event for event in kept_events(sections) if event.pgh_belongs_to == report.pledge.pk
    ]
    assert [event.pgh_label for event in section_events] == ["insert"] * 4 + ["delete"]
    assert section_events[-1].pgh_obj_id == section_events[3].pgh_obj_id
    assert not Section.objects.filter(pk=section_events[-1].pgh_obj_id).exists()
    history = history_of(Section)
    assert history is not None
    assert history.events.objects.filter(pgh_context__command="import_records").count() == 3

    # Made again there, the package has the same rows and the same documents, byte for byte.
    again = files_of(a_package(report.pledge))
    same = [name for name in files if "data/" in name or "documents/" in name]
    assert len(same) > 50
    assert [name for name in same if files[name] != again.get(name)] == []


def test_a_pledge_that_was_prolonged_comes_back_with_its_days() -> None:
    pledge = a_pledge_of_2021()
    prolonged(pledge)
    before, package = look(), a_package(pledge)
    again = restored(package).pledge
    assert look() == before
    assert ValidityPeriod.objects.get(pledge=again).during.upper == date(2023, 1, 1)


def test_a_draft_that_was_called_back_comes_back_with_what_fell() -> None:
    pledge, by = a_partly_signed_pledge(), a_person()
    second = pledge.signatories.get(position=2)
    sha256 = PledgeDocument.objects.latest("step").sha256
    Decline.objects.create(signatory=second, document_sha256=sha256, reason="Nej", declined_by=by)
    call_back(pledge, reason="Ingen skrev under.", by=by, at=timezone.now())
    before, package = look(), a_package(pledge)
    again = restored(package).pledge
    assert look() == before
    assert again.adopted_at is None
    assert VoidFile.objects.filter(kind="scan").exists()


def test_a_pledge_signed_elsewhere_comes_back_with_its_own_document() -> None:
    pledge = a_pledge_signed_elsewhere()
    before, package = look(), a_package(pledge)
    again = restored(package).pledge
    assert look() == before
    document = PledgeDocument.objects.public().get(pledge=again)
    assert bytes(document.content) == AN_OWN_DOCUMENT
    assert again.signed_elsewhere.vouched_for == "Älvsbyns kommun"


def test_the_demonstration_comes_back_whole_and_answers_at_its_addresses(
    settings: Settings, tmp_path: Path, client: Client
) -> None:
    settings.DEMONSTRATION = True
    settings.DATA_FOLDER = tmp_path
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("load_demonstration", **quiet)
    call_command("load_demonstration_dialogues", **quiet)
    # Parties keep their marks, as how they are reached: no pledge's package has them.
    Picture.objects.filter(pledge=None).delete()
    for party in (Municipality, PoliceArea):
        party.objects.update(contact_role="", contact_phone="", contact_email="", contact_web="")
    # What was before it, what holds today, that of a part of another municipality, and the draft of
    # what comes next.
    earlier_one, pledge, of_a_part, draft = Pledge.objects.order_by("valid_from")
    assert (earlier_one.period, pledge.period, draft.adopted_at) == ("2022", "2023-2025", None)
    assert of_a_part.period == "2025-2026-exempelby"
    places = {earlier_one: "alvsbyn", pledge: "alvsbyn", of_a_part: "lulea", draft: "alvsbyn"}
    for packed, place in places.items():
        call_command(
            "export_records", place, packed.period, tmp_path / f"{packed.period}.zip", **quiet
        )
    document = PledgeDocument.objects.public().get(pledge=pledge)
    addresses = [
        "/alvsbyn/2023-2025/medborgarlofte.pdf",
        "/alvsbyn/2022/medborgarlofte.pdf",
        "/lulea/2025-2026-exempelby/medborgarlofte.pdf",
        f"/dokument/{document.sha256}.pdf",
    ]
    pages = ["/alvsbyn/2023-2025/", f"/dokument/{document.sha256}/", "/alvsbyn/loften/", "/lulea/"]
    pages.append(f"/alvsbyn/samrad/{draft.period}/")
    # What has ended before the draft is to hold has been drawn on; what is still open may be.
    ended = Dialogue.objects.filter(closes_on__lt=draft.valid_from)
    earlier = set(ended.values_list("number", flat=True))
    assert earlier
    served = {address: client.get(address).content for address in [*addresses, *pages]}
    before, periods = look(), Counter(ValidityPeriod.objects.values_list("during", flat=True))

    empty_the_portal()
    # Whichever comes first.
    for packed in (pledge, draft, of_a_part, earlier_one):
        call_command("import_records", tmp_path / f"{packed.period}.zip", **quiet)
    after = look()
    for label, rows in after.items():
        assert not rows - before[label], label
        if label.startswith("pledges."):
            assert rows == before[label], label
    assert after["dialogues.Comment"] == before["dialogues.Comment"]
    assert after["dialogues.ThemeAnswer"] == before["dialogues.ThemeAnswer"]
    assert set(Dialogue.objects.values_list("number", flat=True)) == earlier
    assert periods == Counter(ValidityPeriod.objects.values_list("during", flat=True))
    for address in addresses:
        assert client.get(address).content == served[address], address
    for page in pages:
        assert client.get(page).status_code == 200, page
    response = client.get(f"/d/{short_name(pledge.uid)}/", follow=True)
    assert document.sha256 in response.content.decode()
    content = client.get(addresses[0]).content
    verified = client.post("/verifiera/", {"pdf": io.BytesIO(content)}, follow=True)
    assert "Medborgarlöfte" in verified.content.decode()
    # Those who worked there are known by name, and let nobody in.
    people = User.objects.filter(email__startswith="demo-")
    assert people.exists()
    assert not any(person.is_active or person.has_usable_password() for person in people)


@pytest.mark.parametrize("digit", ["0", "f"])
def test_a_reply_comes_back_with_what_it_answers_whichever_is_named_first(digit: str) -> None:
    pledge = a_pledge()
    asked = a_comment(pledge, uid=UUID("7" * 32))
    a_comment(pledge, "Tack", uid=UUID(digit * 32), parent=asked)
    before, package = look(), a_package(pledge)
    with as_command("import_records"):
        empty_the_portal()
        # As it is after another package in the same transaction.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        restore(package)
    assert look() == before


@pytest.mark.parametrize("signed", [None, 0, 1])
def test_a_pledge_on_its_way_comes_back_where_it_was(signed: int | None) -> None:
    pledge = a_pledge(signed=signed or 0, adopted=signed is not None)
    if signed:
        a_scan_that_counts(pledge.signatories.get(position=2), by=a_person(), counts=False)
    before = look()
    report = restored(a_package(pledge))
    assert look() == before
    state = lifecycle.standing(report.pledge, date(2024, 1, 1)).state
    assert state == {None: "draft", 0: "adopted", 1: "partly_signed"}[signed]


def test_a_draft_is_written_on_from_where_it_was() -> None:
    """What versions, remarks and a round name by keys is what those are today."""
    draft = a_pledge(signed=False)
    writer, at = a_person("eva@example.se"), timezone.now()
    first = Part(PartKind.COMMITMENT, draft.commitments.get(number=1).pk)
    words = part_of(editing.latest_version(draft, at).contents, first)
    assert words is not None
    added = editing.add(draft, PartKind.COMMITMENT, {**words, "text_sv": "Borta"}, by=writer, at=at)
    editing.remove(draft, added.part, base=added.version.number, by=writer, at=at)
    latest = editing.latest_version(draft, at)
    remark(draft, first, latest.contents, quoted="", text="Hur många?", by=writer, at=at)
    remark(draft, FRONT, latest.contents, quoted="", text="Rubriken?", by=writer, at=at)
    a_consultation(draft)
    back = restored(a_package(draft)).pledge
    now = Part(PartKind.COMMITMENT, back.commitments.get(number=1).pk)
    assert now.key != first.key
    assert editing.latest_version(back, at).number == latest.number == 3
    assert [row.part for row in back.remarks.order_by("text")] == [str(now), str(FRONT)]
    second, third = back.versions.filter(number__in=[2, 3]).order_by("number")
    assert second.part == third.part
    removed = part_of(second.contents, part_named(second.part))
    assert removed is not None
    assert removed["text_sv"] == "Borta"
    assert back.consultations.get().commitment_numbers()[now.key] == 1


def test_no_table_of_a_pledge_is_forgotten() -> None:
    apps_of_pledges = {"pledges", "dialogues", "news"}
    decided = {part.model for part in [*all_parts(), *all_shared()]} | set(all_left_out())
    ours = {
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in apps_of_pledges and not issubclass(model, Change)
    }
    assert ours == {model for model in decided if model._meta.app_label in apps_of_pledges}


def test_a_pledge_annulled_before_it_began_comes_back_so() -> None:
    pledge = a_pledge()
    lifecycle.annul(pledge, date(2022, 12, 31), "Fel uppgifter", on=date(2022, 12, 31))
    assert ValidityPeriod.objects.get().during.isempty
    before = look()
    restored(a_package(pledge))
    assert look() == before


def test_a_dialogue_of_two_municipalities_pledges_is_brought_once() -> None:
    """Two pledges could draw on the same dialogue.

    That is when the first of them was never signed.
    """
    place = a_municipality()
    dialogue = a_dialogue(place, opens_on=date(2022, 1, 1), closes_on=date(2022, 2, 1))
    a_submission(dialogue)
    first = a_pledge(place, signed=1, period="2023")
    second = a_pledge(place, period="2024-2025", valid_from=date(2024, 1, 1))
    before = look()
    packages = [a_package(pledge) for pledge in (first, second)]
    empty_the_portal()
    for package in packages:
        restore(package)
    assert Submission.objects.count() == 1
    assert look() == before


def test_a_partys_own_package_lacks_what_the_others_hold_and_says_so() -> None:
    pledge = a_pledge_with_everything(annulled=False)
    municipality, area = Municipality.objects.get(), pledge.police_area
    notes = {None: 2, municipality: 1, area: 1}
    assert InternalNote.objects.count() == 2
    packages = {holder: a_package(pledge, holder=holder) for holder in notes}
    for holder, number in notes.items():
        rows = files_of(packages[holder])["sekretess/data/interna-anteckningar.json"].decode()
        assert rows.count('"text":"') == number
    polices = files_of(packages[area])
    assert "sekretess/data/svar-pa-dialoger.json" not in polices
    assert "sekretess/data/undersokningssvar.json" not in polices
    assert "sekretess/history/undersokningssvar.json" not in polices

    report = restored(packages[municipality])
    assert InternalNote.objects.get().municipality is not None
    assert SurveyRound.objects.exists()
    assert PledgeParty.objects.get().pledge == report.pledge
    empty_the_portal()
    with pytest.raises(PackageError, match="gjort för en parts arkiv"):
        restore(packages[area])
    assert not Pledge.objects.exists()


def test_each_layer_proves_itself_with_sha256sum(tmp_path: Path) -> None:
    package = a_package(a_pledge())
    with zipfile.ZipFile(package) as opened:
        opened.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    command = ["sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt"]
    subprocess.run(command, cwd=folder / "sekretess", check=True)
    # The public part alone, as it is handed out.
    for file in sorted((folder / "sekretess").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    (folder / "sekretess").rmdir()
    subprocess.run(command, cwd=folder, check=True)
    listed = {line[66:] for line in (folder / "manifest-sha256.txt").read_text().splitlines()}
    paths = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert paths == listed | {"manifest-sha256.txt"}
