"""Having an archive package made by clicking.

Who may, what is told, and what is handed out.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pledge_portal.accounts.models import Role, User
from pledge_portal.queue.operator_acts import remove
from pledges.models import ArchivePackage, ArchivePackagePiece, Pledge
from pledges.records import packages
from tests.attacks.test_secrecy_layers import OPEN, SECRET
from tests.builders import a_municipality, a_person, a_pledge
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.records.worlds import a_pledge_with_everything
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

LIST = "/arbetsyta/arkiv/"


def of(pledge: Pledge) -> str:
    return f"{LIST}{pledge.pk}/"


def page(package: ArchivePackage, name: str = "") -> str:
    return f"{LIST}paket/{package.uid}/{name}"


@pytest.fixture
def pledge() -> Pledge:
    return a_pledge()


@pytest.fixture
def coordinator(pledge: Pledge) -> User:
    return a_person("karin@example.se", Role.COORDINATOR, pledge.municipalities.get())


@pytest.fixture
def made(pledge: Pledge, coordinator: User) -> ArchivePackage:
    asked = packages.ask_for(
        pledge, "whole", pledge.municipalities.get(), by=coordinator, at=timezone.now()
    )
    packages.make(asked.pk)
    return ArchivePackage.objects.get()


def handed_out(client: Client, package: ArchivePackage) -> bytes:
    answer = client.get(page(package, "hamta/"))
    assert isinstance(answer, StreamingHttpResponse)
    content = b"".join(answer)  # type: ignore[arg-type]
    assert int(answer["Content-Length"]) == len(content)
    return content


def test_a_package_is_asked_for_made_and_fetched(pledge: Pledge, coordinator: User) -> None:
    client = logged_in(coordinator)
    assert "Arkivpaket" in words(client.get("/arbetsyta/"))
    assert "Inget paket är gjort än." in words(client.get(LIST))
    lacking = client.post(of(pledge), {})
    assert lacking.status_code == 422
    assert "Välj vad paketet ska innehålla." in words(lacking)
    asked = client.post(of(pledge), {"innehall": "whole"}, follow=True)
    assert "Arkivpaketet görs" in words(asked)
    assert "0 procent" in words(asked)
    package = ArchivePackage.objects.get()
    # Asked for once more while it is being made, it is the same one.
    client.post(of(pledge), {"innehall": "whole"})
    assert ArchivePackage.objects.count() == 1
    assert client.get(page(package, "hamta/")).status_code == 404
    packages.make(package.pk)
    package.refresh_from_db()
    polled = client.get(page(package), headers={"HX-Request": "true"})
    assert polled["HX-Refresh"] == "true"
    ready = words(client.get(page(package)))
    assert "Arkivpaketet är klart" in ready
    assert package.sha256 in ready
    with zipfile.ZipFile(io.BytesIO(handed_out(client, package))) as archive:
        assert archive.testzip() is None
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert {"README.txt", "manifest-sha256.txt", "data/ataganden.json"} <= names
    assert package.file_name in words(client.get(page(package)))
    assert "Senaste paketet begärdes" in words(client.get(LIST))


def test_what_is_secret_is_fetched_by_whoever_has_just_shown_who_they_are(
    made: ArchivePackage, coordinator: User
) -> None:
    asked = logged_in(coordinator, confirmed=False).get(page(made, "hamta/"))
    assert asked.status_code == 302
    assert "/arbetsyta/konto/bekrafta/" in asked["Location"]
    # Not to the file itself, which would leave the page that asks standing.
    assert asked["Location"].endswith(f"next={quote(page(made), safe='')}")
    assert handed_out(logged_in(coordinator), made).startswith(b"PK")


def test_the_public_package_has_nothing_secret(client: Client) -> None:
    pledge = a_pledge_with_everything(annulled=False)
    place = pledge.municipalities.get()
    operator = a_person("k@example.se", Role.COORDINATOR, place)
    asked = packages.ask_for(pledge, "public", place, by=operator, at=timezone.now())
    packages.make(asked.pk)
    asked.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(handed_out(logged_in(operator), asked))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name, data in content.items() if SECRET.encode() in data]
    assert any(OPEN.encode() in data for data in content.values())
    assert not [name for name in content if "/sekretess/" in name]


def test_one_partys_package_is_nothing_that_another_may_fetch(
    made: ArchivePackage, pledge: Pledge
) -> None:
    police = logged_in(a_person("p@example.se", Role.ADMINISTRATOR, pledge.police_area))
    elsewhere = a_person("a@example.se", Role.ADMINISTRATOR, a_municipality("Kiruna"))
    for client in (police, logged_in(elsewhere)):
        assert client.get(page(made)).status_code == 404
        assert client.get(page(made, "hamta/")).status_code == 404
    assert police.get(of(pledge)).status_code == 200
    assert logged_in(elsewhere).get(of(pledge)).status_code == 404
    assert logged_in(elsewhere).post(of(pledge), {"innehall": "whole"}).status_code == 404
    editor = logged_in(a_person("e@example.se", Role.EDITOR, pledge.municipalities.get()))
    assert editor.get(LIST).status_code == 403
    assert Client().get(page(made, "hamta/")).status_code == 302


def test_what_is_not_public_yet_has_no_public_package(coordinator: User, pledge: Pledge) -> None:
    unsigned = a_pledge(
        pledge.municipalities.get(),
        signed=False,
        adopted=True,
        period="2026-2028",
        valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31),
    )
    client = logged_in(coordinator)
    refused = client.post(of(unsigned), {"innehall": "public"})
    assert refused.status_code == 422
    assert "Välj något av det som står i listan." in words(refused)
    draft = a_pledge(pledge.municipalities.get(), signed=False, period="2029-2031")
    assert client.get(of(draft)).status_code == 404
    assert not ArchivePackage.objects.exists()


def test_one_that_the_server_left_unfinished_is_told_of_and_made_anew(
    coordinator: User, pledge: Pledge
) -> None:
    place = pledge.municipalities.get()
    left = packages.ask_for(pledge, "whole", place, by=coordinator, at=timezone.now())
    remove(ProcrastinateJob.objects.get(task_name="make_package").pk)
    client = logged_in(coordinator)
    assert "Arkivpaketet blev inte klart" in words(client.get(page(left)))
    assert client.get(page(left, "hamta/")).status_code == 404
    anew = client.post(of(pledge), {"innehall": "whole"}, follow=True)
    assert "Arkivpaketet görs" in words(anew)
    assert "Blev aldrig klart." in words(client.get(of(pledge)))


def test_a_package_is_kept_for_a_week(made: ArchivePackage, coordinator: User) -> None:
    days = timedelta(days=8)
    ArchivePackage.objects.update(asked_at=timezone.now() - days)
    call_command("erase_old_data")
    assert not ArchivePackagePiece.objects.exists()
    client = logged_in(coordinator)
    assert "Filen fanns kvar i 7 dagar och är borttagen." in words(client.get(page(made)))
    assert client.get(page(made, "hamta/")).status_code == 404


def test_the_list_asks_as_much_for_many_pledges_as_for_one(
    coordinator: User, pledge: Pledge
) -> None:
    client = logged_in(coordinator)
    client.get(LIST)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST).status_code == 200
        return len(asked)

    before = questions()
    for year in range(2010, 2020):
        place = pledge.municipalities.get()
        first_day = date(year, 1, 1)
        a_pledge(place, signed=False, adopted=True, period=str(year), valid_from=first_day)
    assert questions() == before
