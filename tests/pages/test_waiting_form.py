"""What was typed when the login had run out waits for its writer alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledge_portal.pages.waiting_form import MARK, MAX_FORMS, MAX_SIZE
from pledges.models import CompletedAction
from tests.builders import a_person, a_police_area, give_role
from tests.pledges.actions.conftest import Work, some_work

pytestmark = pytest.mark.django_db

TYPED = "Skrivet innan"
STANDS = "Det du skrev finns kvar. Tryck på knappen en gång till."


@pytest.fixture
def work() -> Work:
    return some_work()


def mark_in(page: str) -> str:
    match = re.search(rf'name="{MARK}" value="([^"]+)"', page)
    assert match, "every form of the workspace has a mark"
    return match[1]


def typed_when_logged_out(client: Client, work: Work, **fields: object) -> str:
    """Type in the form, lose the login, and send it; return where that leads."""
    client.force_login(work.officer)
    mark = mark_in(client.get(work.address()).content.decode())
    client.logout()
    response = client.post(work.address(), work.typed(public_note=TYPED, typed_by=mark, **fields))
    assert response.status_code == 302
    assert not CompletedAction.objects.exists()
    return str(response.headers["Location"])


def test_it_stands_in_the_form_once_and_is_not_sent(client: Client, work: Work) -> None:
    led_to = typed_when_logged_out(client, work)
    assert led_to == f"/logga-in/?next={work.address()}"
    client.force_login(work.officer)
    assert TYPED not in client.get("/arbetsyta/").content.decode()
    page = client.get(work.address()).content.decode()
    assert STANDS in page
    assert TYPED in page
    assert not CompletedAction.objects.exists()
    page = client.get(work.address()).content.decode()
    assert STANDS not in page
    assert TYPED not in page


def test_what_is_wrong_with_it_is_told_and_a_file_is_asked_for_again(
    client: Client, work: Work
) -> None:
    file = SimpleUploadedFile("plan.csv", b"x")
    typed_when_logged_out(client, work, amount="många", file=file)
    client.force_login(work.officer)
    response = client.get(work.address())
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="många"' in page
    assert 'id="id_amount_error"' in page
    assert "Välj filen igen" in page


def test_another_person_never_sees_it_and_it_is_gone_then(client: Client, work: Work) -> None:
    typed_when_logged_out(client, work)
    colleague = a_person("kollega@example.se", Role.OFFICER, work.commitment.pledge.police_area)
    client.force_login(colleague)
    page = client.get(work.address())
    assert page.status_code == 200
    assert TYPED not in page.content.decode()
    client.force_login(work.officer)
    assert TYPED not in client.get(work.address()).content.decode()


@pytest.mark.parametrize("mark", ["", "x", '[1,"/"]:falskt'])
def test_a_form_without_a_mark_of_ours_is_not_kept(client: Client, work: Work, mark: str) -> None:
    client.post(work.address(), work.typed(public_note=TYPED, typed_by=mark))
    assert not client.session.keys()


def test_passwords_are_not_kept_nor_more_than_a_bounded_amount(client: Client, work: Work) -> None:
    typed_when_logged_out(client, work, pin="7391", password="hemligt lösen")
    stored = str(dict(client.session))
    assert TYPED.split()[0] in stored
    assert "7391" not in stored
    assert "hemligt" not in stored
    for number in range(2 * MAX_FORMS):
        client.post(f"{work.address()}?n={number}", {MARK: mark_of_work(work)})
    assert len(client.session["waiting_form"]) <= MAX_FORMS

    client.session.flush()
    typed_when_logged_out(client, work, internal_note="x" * MAX_SIZE)
    assert len(str(dict(client.session))) < MAX_SIZE
    client.force_login(work.officer)
    assert "för stort för att finnas kvar" in client.get(work.address()).content.decode()


def mark_of_work(work: Work) -> str:
    client = Client()
    client.force_login(work.officer)
    return mark_in(client.get(work.address()).content.decode())


@pytest.mark.parametrize(
    ("site", "is_kept"), [("same-origin", True), ("cross-site", False), (None, False)]
)
def test_a_login_in_another_tab_loses_nothing_of_what_our_own_page_sent(
    work: Work, site: str | None, is_kept: bool
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(work.officer)
    mark = mark_in(client.get(work.address()).content.decode())
    headers = {"Sec-Fetch-Site": site} if site else {}
    typed = work.typed(public_note=TYPED, typed_by=mark)
    response = client.post(work.address(), typed, headers=headers)
    assert response.status_code == (302 if is_kept else 403)
    page = client.get(work.address()).content.decode()
    assert (TYPED in page) == is_kept
    assert not CompletedAction.objects.exists()


def test_a_form_of_ours_sent_to_a_public_page_is_refused_and_looks_at_nobody(work: Work) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(work.officer)
    mark = mark_in(client.get(work.address()).content.decode())
    headers = {"Sec-Fetch-Site": "same-origin"}
    response = client.post("/", {"text": TYPED, "typed_by": mark}, headers=headers)
    assert response.status_code == 403
    assert "waiting_form" not in client.session


def test_what_one_typed_is_never_given_to_who_has_logged_in_in_another_tab(work: Work) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(work.officer)
    mark = mark_in(client.get(work.address()).content.decode())
    client.force_login(a_person("annan@example.se", Role.OFFICER, a_police_area("Annat")))
    typed = work.typed(public_note=TYPED, typed_by=mark)
    response = client.post(work.address(), typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 403
    assert "waiting_form" not in client.session


def test_logging_out_has_the_browser_forget_what_was_typed(client: Client, work: Work) -> None:
    client.force_login(work.officer)
    response = client.post("/arbetsyta/logga-ut/")
    assert response.headers["Clear-Site-Data"] == '"storage"'


def test_what_the_next_page_was_to_say_ends_with_the_login(client: Client, work: Work) -> None:
    colleague = a_person("kollega@example.se", Role.COORDINATOR, work.municipality)
    for person, says in ((work.coordinator, False), (colleague, True)):
        client.force_login(person)
        typed = {"name": person.email, "level": "primary", "municipality": work.municipality.pk}
        assert client.post("/arbetsyta/platser/ny/", typed).status_code == 302
        if not says:
            Session.objects.all().delete()
            client.force_login(colleague)
        page = client.get("/arbetsyta/").content.decode()
        assert (f"{person.email} är tillagd." in page) is says


def test_without_scripts_a_refused_form_can_be_gone_back_to(client: Client, work: Work) -> None:
    client.force_login(work.officer)
    mark = mark_in(client.get(work.address()).content.decode())
    wrong = work.typed(public_note=TYPED, done_on="i går kväll", typed_by=mark)
    with_scripts = client.post(work.address(), wrong)
    assert with_scripts.status_code == 422
    led_to = client.post(work.address(), {**wrong, "without_scripts": "1"})
    assert led_to.status_code == 302
    for _time in range(2):
        page = client.get(led_to.headers["Location"])
        assert page.status_code == 422
        assert TYPED in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]
    assert TYPED not in client.get(work.address()).content.decode()
    client.force_login(a_person("annan@example.se", Role.OFFICER, a_police_area("Annat")))
    assert TYPED not in client.get(led_to.headers["Location"], follow=True).content.decode()
    client.force_login(work.officer)
    gone = client.get(led_to.headers["Location"])
    assert (gone.status_code, gone.headers["Location"]) == (302, work.address())


def test_who_may_not_see_the_form_any_longer_sees_no_answer_to_it(
    client: Client, work: Work
) -> None:
    client.force_login(work.officer)
    mark = mark_in(client.get(work.address()).content.decode())
    wrong = work.typed(public_note=TYPED, done_on="i går kväll", typed_by=mark)
    led_to = client.post(work.address(), {**wrong, "without_scripts": "1"}).headers["Location"]
    assert TYPED in client.get(led_to).content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert TYPED not in client.get(led_to, follow=True).content.decode()
    work.officer.memberships.all().delete()
    give_role(work.officer, Role.OFFICER, a_police_area("Annat"))
    assert client.get(led_to).status_code == 404
