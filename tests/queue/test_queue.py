"""Jobs are put on the queue, tried again and minded by the operator."""

from __future__ import annotations

import re
import smtplib
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.mail import EmailMessage, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from pytest_django.fixtures import Settings

from pledge_portal.database.acting import as_public
from pledge_portal.operations.logs import JsonFormatter
from pledge_portal.pages.refusals import Refused
from pledge_portal.queue import chores, operator_acts
from pledge_portal.queue.chores import CHORES
from pledge_portal.queue.jobs import FIRST_PAUSE, MAX_PAUSE, MAX_TRIES, defer, pause_after
from pledge_portal.queue.mail import deliver
from pledge_portal.queue.models import JobFault
from pledge_portal.queue.worker import take_up_stalled
from pledges.records.packages import make_package
from tests.builders import a_superuser
from tests.jobs import run_jobs
from tests.pledges.actions.test_recording_pages import words
from tests.served import environment_for, run_manage, server_address

pytestmark = pytest.mark.django_db

PAGE = "/arbetsyta/jobb/"
READER = "nils@example.se"


class RefusingPostOffice(BaseEmailBackend):
    """A mail server that takes letters to nobody, and says to whom."""

    def send_messages(self, email_messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({READER: (550, b"no such person")})


@pytest.fixture(autouse=True)
def _mail_goes_by_the_queue(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "pledge_portal.queue.mail.QueuedEmailBackend"


@pytest.fixture
def refusing(settings: Settings) -> None:
    settings.EMAIL_DELIVERY_BACKEND = f"{__name__}.RefusingPostOffice"


def send() -> None:
    send_mail("Hemlig rubrik", "Länken är /logga-in/inbjudan/abc/", None, [READER])


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.order_by("pk"))


def test_a_letter_waits_sealed_and_is_gone_when_it_is_sent() -> None:
    send()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        (held,) = cursor.fetchone()
    assert "sealed" in held
    for secret in (READER, "rubrik", "inbjudan"):
        assert secret not in held
    assert not mail.outbox
    assert run_jobs() == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([READER], "Hemlig rubrik")
    assert letter.from_email == django_settings.DEFAULT_FROM_EMAIL
    assert re.fullmatch(r"<[0-9a-f-]{36}@127\.0\.0\.1>", letter.message()["Message-ID"])
    assert not jobs()


def test_a_letter_of_a_demonstration_says_so(settings: Settings) -> None:
    send()
    settings.DEMONSTRATION = False
    send()
    run_jobs()
    demonstration, portal = mail.outbox
    assert demonstration.body.endswith(
        "\n\nMejlet kommer från en demonstration. Inget i det är ett beslut av en kommun eller av "
        "Polisen.\n"
    )
    assert portal.body == "Länken är /logga-in/inbjudan/abc/"


def test_a_letter_keeps_all_that_it_is_made_of(settings: Settings) -> None:
    settings.DEMONSTRATION = False  # which adds that it is one
    sent = EmailMessage(
        "Rubrik med åäö",
        "Text med åäö",
        "fran@example.se",
        ["a@example.se"],
        ["b@example.se"],
        cc=["c@example.se"],
        reply_to=["d@example.se"],
        headers={"List-Unsubscribe": "<https://example.se/>", "Message-ID": "<own@example.se>"},
    )
    assert sent.send() == 1
    run_jobs()
    (letter,) = mail.outbox
    assert letter.recipients() == sent.recipients()
    mine, theirs = sent.message(), letter.message()
    mine.replace_header("Date", theirs["Date"])
    assert sorted(theirs.items()) == sorted(mine.items())
    assert theirs.get_payload() == mine.get_payload()


def test_nothing_is_sent_of_what_was_rolled_back() -> None:
    def send_and_fail() -> None:
        with transaction.atomic():
            send()
            assert jobs()
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError, match="rolled back"):
        send_and_fail()
    assert not jobs()
    run_jobs()
    assert not mail.outbox


def test_what_can_not_be_sent_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="newlines"):
        send_mail("Rad\nBcc: x@example.se", "Text", None, [READER])
    letter = EmailMessage("Rubrik", "Text", None, [READER])
    letter.attach("fil.txt", "text", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        letter.send()
    assert not jobs()


def test_a_letter_to_nobody_is_none() -> None:
    assert EmailMessage("Rubrik", "Text").send() == 0
    assert not jobs()


def test_anonymous_requests_put_jobs_there_but_never_read_them() -> None:
    with as_public():
        send()
        for table in ("jobs", "events", "workers", "periodic_defers"):
            with pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
                connection.cursor().execute(f"SELECT 1 FROM procrastinate_{table}")
        with pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
            JobFault.objects.exists()
    assert len(jobs()) == 1


def test_what_fails_is_tried_again_after_pauses_that_grow(refusing: None) -> None:
    send()
    pauses = []
    for tries in range(1, MAX_TRIES):
        before = timezone.now()
        assert run_jobs() == 0
        (job,) = jobs()
        assert (job.status, job.attempts) == ("todo", tries)
        pauses.append(job.scheduled_at - before)
        # Nothing is done before its time.
        assert run_jobs() == 0
        assert jobs()[0].attempts == tries
        operator_acts.run_again(job.pk)
    run_jobs()
    assert [job.status for job in jobs()] == ["failed"]
    assert JobFault.objects.count() == MAX_TRIES
    expected = [pause_after(tries) for tries in range(1, MAX_TRIES)]
    assert expected[0] == FIRST_PAUSE
    assert expected[-1] == MAX_PAUSE
    assert expected == sorted(expected)
    assert all(later == 2 * pause for pause, later in pairwise(expected[:10]))
    for pause, shortest in zip(pauses, expected, strict=True):
        assert shortest <= pause < shortest + timedelta(seconds=30)
    assert timedelta(days=2) < sum(expected, timedelta()) < timedelta(days=4)


def test_no_name_gets_into_the_log(refusing: None, caplog: pytest.LogCaptureFixture) -> None:
    send()
    with caplog.at_level("DEBUG"):
        run_jobs()
    log_lines = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert "job.failed" in log_lines
    assert "smtplib.SMTPRecipientsRefused" in log_lines
    assert "no such person" not in log_lines
    assert READER not in log_lines


def test_the_operator_reads_why_a_job_fails_and_has_it_done_again(
    client: Client, refusing: None, settings: Settings
) -> None:
    client.force_login(a_superuser())
    assert "Inget väntar och inget har misslyckats." in words(client.get(PAGE))
    send()
    (job,) = jobs()
    assert "Mejl nr" in words(client.get(PAGE))
    run_jobs()
    shown = words(client.get(PAGE))
    assert "Väntar, nytt försök" in shown
    assert f"1 försök av {MAX_TRIES}, senast" in shown
    assert "E-postservern tar inte emot mottagarens adress" in shown
    assert "(smtplib.SMTPRecipientsRefused)" in shown
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s", [MAX_TRIES - 1])
    operator_acts.run_again(job.pk)
    run_jobs()
    page = client.get(PAGE)
    assert "Misslyckades" in words(page)
    assert READER not in page.content.decode()
    assert "1 bakgrundsjobb har misslyckats." in words(client.get("/arbetsyta/"))
    again = f"{PAGE}{job.pk}/kor-om/"
    assert again in page.content.decode()
    asked = client.get(again)
    assert "Det som redan är gjort görs inte två gånger." in words(asked)
    assert jobs()[0].status == "failed", "asking changes nothing"
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "Jobbet körs om." in words(client.post(again, follow=True))
    assert run_jobs() == 1
    assert [letter.to for letter in mail.outbox] == [[READER]]
    assert "Inget väntar och inget har misslyckats." in words(client.get(PAGE))
    assert "har misslyckats" not in words(client.get("/arbetsyta/"))
    page_text = words(client.post(again, follow=True))
    assert "Jobbet finns inte längre: det är klart eller borttaget." in page_text
    assert client.get(again).status_code == 404


def test_the_operator_takes_a_job_off_the_queue(client: Client, refusing: None) -> None:
    client.force_login(a_superuser())
    send()
    run_jobs()
    (job,) = jobs()
    address = f"{PAGE}{job.pk}/ta-bort/"
    assert "det går inte att ångra" in words(client.get(address))
    assert jobs()
    assert "Jobbet är borttaget." in words(client.post(address, follow=True))
    assert not jobs()
    assert not JobFault.objects.exists()


def test_what_is_being_done_is_left_alone(client: Client) -> None:
    send()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    (job,) = jobs()
    for act in (operator_acts.run_again, operator_acts.remove):
        with pytest.raises(Refused, match="pågår just nu"):
            act(job.pk)
    client.force_login(a_superuser())
    page = client.get(PAGE)
    assert "Pågår" in words(page)
    assert "/ta-bort/" not in page.content.decode()


def test_the_page_is_paged_and_asks_as_much_for_many_jobs_as_for_one(
    client: Client, refusing: None
) -> None:
    client.force_login(a_superuser())
    client.get(PAGE)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        return len(asked)

    send()
    run_jobs()
    before = questions()
    for _number in range(29):
        send()
    run_jobs()
    assert questions() == before
    page = client.get(PAGE)
    assert page.content.decode().count("/kor-om/") == 25
    assert "Sida 1 av 2" in words(page)
    assert client.get(f"{PAGE}?sida=2").content.decode().count("/kor-om/") == 5


def stall(attempts: int = 0) -> None:
    """Leave all jobs as a worker does that was killed an hour ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s,"
            " worker_id = (SELECT max(id) FROM procrastinate_workers)",
            [attempts],
        )


def test_what_a_killed_worker_had_begun_is_taken_up_again() -> None:
    send()
    stall()
    assert take_up_stalled() == 1
    assert take_up_stalled() == 0
    assert JobFault.objects.get().kind == JobFault.Kind.KILLED
    assert run_jobs() == 1
    assert len(mail.outbox) == 1


def test_a_worker_that_lives_keeps_its_jobs() -> None:
    send()
    stall()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    assert ProcrastinateWorker.objects.count() == 1
    assert take_up_stalled() == 0


def test_a_job_that_kills_its_workers_is_given_up_as_any_that_fails() -> None:
    send()
    stall(MAX_TRIES - 1)
    assert take_up_stalled() == 1
    assert [job.status for job in jobs()] == ["failed"]


def test_what_failed_long_ago_is_erased(refusing: None) -> None:
    send()
    stall(MAX_TRIES - 1)
    take_up_stalled()
    send()
    assert operator_acts.remove_failed(timezone.now() - timedelta(days=30)) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '31 days'")
    assert operator_acts.remove_failed(timezone.now() - timedelta(days=30)) == 1
    assert [job.status for job in jobs()] == ["todo"], "what waits is kept however old"
    assert not JobFault.objects.exists()


def test_of_those_with_the_same_mark_one_waits() -> None:
    for _time in range(2):
        defer(make_package, once="the same", package=1)
    assert len(jobs()) == 1
    assert deliver.name != make_package.name


def test_chores_that_somebody_does_already_are_left_to_them() -> None:
    app.perform_import_paths()
    assert {chore.name for chore in CHORES} >= {
        "send_reminders",
        "send_letters",
        "erase_old_data",
        "renew_documents",
        "count_paper_signatures",
    }
    done = []
    name = connection.settings_dict["NAME"]
    with psycopg.connect(**server_address(), dbname=name) as other:
        other.execute("SELECT pg_advisory_lock(%s, hashtext('x'))", [chores._CHORES])
        with chores._alone("x") as is_alone:
            done.append(is_alone)
        other.execute("SELECT pg_advisory_unlock_all()")
    with chores._alone("x") as is_alone:
        done.append(is_alone)
    assert done == [False, True]


def _address() -> dict[str, object]:
    params = connection.get_connection_params()
    return {
        key: params[key] for key in ("host", "port", "user", "password", "dbname") if key in params
    }


def test_workers_know_every_kind_of_job(tmp_path: Path) -> None:
    root = Path(django_settings.BASE_DIR)
    declared = {
        name
        for folder in ("pledge_portal", "pledges", "dialogues", "news")
        for file in (root / folder).rglob("*.py")
        for name in re.findall(
            r"^@(?:job|chore)\(\s*\"(\w+)\"", file.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert len(declared) > 7
    asked = (
        "from procrastinate.contrib.django import app;"
        "from pledge_portal.queue.jobs import KINDS;"
        "app.perform_import_paths();"
        "print(*KINDS)"
    )
    known = run_manage(environment_for(tmp_path), "shell", "--no-imports", "-c", asked).stdout
    assert declared == set(known.split())
