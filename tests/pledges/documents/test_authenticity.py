"""The verify page and command tell a genuine pledge from other files.

There are files of every other sort.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from pledges import lifecycle
from pledges.documents import authenticity, sandbox
from pledges.documents.authenticity import Answer, verify
from pledges.documents.demo_authority import DemoAuthority, ensure_demo_authority
from pledges.documents.pledge_document import pdf_for_signing
from pledges.documents.report import Fault, Problem, Report
from pledges.documents.report import Signature as FileSignature
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.store import sign_document
from pledges.documents.trusted_authorities import demo_authority, trust_roots
from pledges.models import Pledge, PledgeDocument, Signature
from tests.builders import a_municipality, a_pledge, a_withheld_file
from tests.logged import as_logged

UID = uuid.UUID("11111111-2222-4333-8444-555555555555")
Steps = tuple[bytes, bytes, bytes]
_run_process = sandbox._run_process
_answers: dict[bytes, dict[str, Any]] = {}


@pytest.fixture(scope="session")
def _authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoAuthority]:
    folder = tmp_path_factory.mktemp("authorities")
    return folder, ensure_demo_authority(folder / "stranger")


@pytest.fixture(autouse=True)
def _own_data_folder(_authorities, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_FOLDER = _authorities[0]


def examined_once(task: bytes, seconds: float) -> dict[str, Any] | Problem:
    """Return the sandbox's answer, an earlier one if there is any.

    That an examination took too long is no answer: the next may not.
    """
    answer = _answers.get(task) or _run_process(task, seconds)
    if isinstance(answer, dict):
        _answers[task] = answer
    return answer


@pytest.fixture(autouse=True)
def _same_file_examined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examine a file once, whoever asks.

    The rule and the page do, and many tests. Each examination starts a process, which takes most
    of the time.
    """
    monkeypatch.setattr(sandbox, "_run_process", examined_once)


def sign_all(pledge: Pledge, authority: DemoAuthority) -> None:
    for signatory in pledge.signatories.all():
        key = authority.issue(signatory.name, "Älvsbyns kommun")
        sign_document(signatory, Pkcs12Backend(key.path, key.passphrase), timezone.now())


def steps_of(pledge: Pledge) -> Steps:
    documents = PledgeDocument.objects.filter(pledge=pledge).order_by("step")
    return tuple(bytes(document.content) for document in documents)  # type: ignore[return-value]


@pytest.fixture(scope="session")
def made(django_db_setup: None, django_db_blocker, _authorities) -> dict[str, Steps]:  # type: ignore[no-untyped-def]
    """Give the bytes of a pledge's document, really made and signed.

    It is signed by us and by a stranger.
    """
    made: dict[str, Steps] = {}
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DATA_FOLDER", _authorities[0])
        for name, authority in (("ours", demo_authority()), ("stranger", _authorities[1])):
            with transaction.atomic():
                pledge = a_pledge(a_municipality(), signed=False, uid=UID)
                lifecycle.adopt(pledge, timezone.now(), pdf_for_signing(pledge, timezone.now()))
                sign_all(pledge, authority)
                made[name] = steps_of(pledge)
                transaction.set_rollback(True)
    return made


def publish(steps: Steps) -> Pledge:
    """Write a pledge whose document has these bytes.

    The last ones are set only when there are three.
    """
    pledge = a_pledge(signed=False, uid=UID)
    lifecycle.adopt(pledge, timezone.now(), steps[0])
    for signatory, content in zip(pledge.signatories.all(), steps[1:], strict=False):
        Signature.objects.create(
            pledge=pledge,
            signatory=signatory,
            document=PledgeDocument.store(pledge, signatory.position, content),
            signed_at=timezone.now(),
        )
    if len(steps) == 3:
        lifecycle.put_in_force(pledge)
    return pledge


@pytest.fixture
def steps(db: None, made: dict[str, Steps]) -> Steps:
    publish(made["ours"])
    return made["ours"]


def send(content: bytes, address: str = "/verifiera/", **headers: str) -> HttpResponse:
    file = SimpleUploadedFile("löfte.pdf", content, content_type="application/pdf")
    client = Client(enforce_csrf_checks=True)
    return client.post(address, {"file": file}, headers=headers)


def test_a_withheld_file_is_genuine_and_nothing_in_it_is_told(steps: Steps) -> None:
    pledge = Pledge.objects.get(uid=UID)
    assert "Dahlqvist" in page_of(steps[2])
    for document in pledge.documents.all():
        a_withheld_file(pledge, document.sha256)
    page = page_of(steps[2])
    assert "Äkta: filen är löftet som det undertecknades" in page
    assert "Filen visas inte på portalen." in page
    # Of a copy that was added to is told what of ours is: that it was.
    for content in (steps[2], steps[1], steps[2] + b"\n%mer\n"):
        assert "Dahlqvist" not in page_of(content).replace("Johan Dahlqvist, kommunalråd", "")
    assert "Filen är ändrad" not in page
    assert (
        "DEMO Johan"
        not in Client().get(f"/dokument/{pledge.documents.last().sha256}/").content.decode()
    )


def page_of(content: bytes) -> str:
    answer = send(content)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    return answer.content.decode()


def test_the_signed_document_is_genuine_and_the_page_says_who_signed(steps: Steps) -> None:
    page = page_of(steps[2])
    assert "Äkta: filen är löftet som det undertecknades" in page
    assert page.index("DEMO Johan Dahlqvist") < page.index("DEMO Andreas Nyberg")
    assert "Bara en senare underskrift har kommit till" in page
    assert "Demonstrationscertifikat från DEMO" in page
    assert hashlib.sha256(steps[2]).hexdigest() in page
    assert 'href="/alvsbyn/2023-2025/"' in page


def test_a_genuine_pledge_that_is_annulled_is_said_to_be(steps: Steps) -> None:
    held = "Gäller löftet i dag?"
    page = page_of(steps[2])
    assert f"{held} Ja, tills vidare." in page
    pledge = Pledge.objects.public().get()
    today = timezone.localdate()
    lifecycle.annul(pledge, today, "Parterna är inte överens.", on=today)
    page = page_of(steps[2])
    assert "Äkta: filen är löftet som det undertecknades" in page
    assert f"{held} Nej, det är upphävt." in page
    # Of what only calls itself a pledge nothing of the kind is said.
    assert held not in page_of(steps[2] + b"x")


def test_the_page_explains_each_signature_and_leads_to_the_documents_own(steps: Steps) -> None:
    page = page_of(steps[2])
    sha256 = hashlib.sha256(steps[2]).hexdigest()
    assert f'<a href="/dokument/{sha256}/">Dokumentets egen sida</a>' in page
    first, second = page.split("<h3>")[1:3]
    assert "Den intygar (certifierar) dokumentet" in first
    assert "Den täcker hela dokumentet som det var då, också underskrifterna före." in second
    for part in (first, second):
        assert "enligt undertecknarens egen klocka" in part
        assert "Ingen utomstående har intygat den." in part
        assert "Utfärdat för DEMO " in part


@pytest.mark.parametrize("is_longer", [True, False])
def test_whoever_has_another_file_is_led_to_the_right_one(steps: Steps, is_longer: bool) -> None:
    other = steps[2] + b"x" if is_longer else steps[1]
    sha256 = hashlib.sha256(steps[2]).hexdigest()
    assert f'<a href="/dokument/{sha256}/">Visa det rätta dokumentet</a>' in page_of(other)


def test_the_documents_own_page_says_what_the_signatures_are_worth(steps: Steps) -> None:
    sha256 = hashlib.sha256(steps[2]).hexdigest()
    page = Client().get(f"/dokument/{sha256}/").content.decode()
    assert "alla underskrifter i den håller och inget har ändrats" in page
    first, second = page[: page.index('id="sjalv"')].split('<h3 lang="sv">')[1:3]
    assert first.startswith("Johan Dahlqvist")
    assert "Utfärdat för DEMO Johan Dahlqvist av DEMO" in first
    assert "Den intygar (certifierar) dokumentet" in first
    assert "Den täcker hela dokumentet" in second
    assert "Demonstrationens utfärdare är okänd för alla utom portalen" in page
    assert Client().get(f"/dokument/{sha256}.pdf").content == steps[2]


def test_a_certificate_that_has_run_out_since_is_said_to_have(steps: Steps) -> None:
    address = f"/dokument/{hashlib.sha256(steps[2]).hexdigest()}/"
    assert "har gått ut sedan dess" not in Client().get(address).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=365 * 20)):
        page = Client().get(address).content.decode()
    assert page.count("Certifikatet gällde när underskriften gjordes men har gått ut") == 2
    assert "alla underskrifter i den håller" in page


def test_a_stranger_who_signed_is_not_trusted_on_the_documents_page(
    db: None, made: dict[str, Steps]
) -> None:
    publish(made["stranger"])
    sha256 = hashlib.sha256(made["stranger"][2]).hexdigest()
    page = Client().get(f"/dokument/{sha256}/").content.decode()
    assert "minst en underskrift kommer från en utfärdare som portalen inte litar på" in page
    assert "Vem som helst kan ha gjort underskriften." in page


def test_steps_on_the_way_to_the_document_have_no_address(steps: Steps) -> None:
    for step in steps[:2]:
        sha256 = hashlib.sha256(step).hexdigest()
        assert Client().get(f"/dokument/{sha256}/").status_code == 404
        assert Client().get(f"/dokument/{sha256}.pdf").status_code == 404


def test_the_page_answers_in_english_too(steps: Steps) -> None:
    page = send(steps[2], "/en/verifiera/").content.decode()
    assert '<html lang="en">' in page
    assert "Äkta" not in page


@pytest.mark.parametrize("where", [0.02, 0.3, 0.6, 0.9, 0.995])
def test_one_changed_byte_is_never_genuine(steps: Steps, where: float) -> None:
    pdf = bytearray(steps[2])
    pdf[int(len(pdf) * where)] ^= 0x01
    verification = verify(bytes(pdf), trust_roots())
    assert verification.answer in {Answer.CHANGED, Answer.UNREADABLE, Answer.UNKNOWN}
    assert "Äkta: " not in page_of(bytes(pdf))


def test_a_changed_byte_in_the_signed_text_is_said_to_break_both_signatures(steps: Steps) -> None:
    pdf = bytearray(steps[2])
    pdf[pdf.index(b"Medborgarl", pdf.index(b"xmpmeta"))] ^= 0x01
    page = page_of(bytes(pdf))
    assert "Inte äkta: filen är ändrad" in page
    assert page.count("Innehållet är ändrat efter underskriften.") == 2


def test_a_page_added_after_signing_is_found(steps: Steps) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    writer = IncrementalPdfFileWriter(io.BytesIO(steps[2]))
    contents = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents, (0, 0, 595, 842)))
    output = io.BytesIO()
    writer.write(output)
    verification = verify(output.getvalue(), trust_roots())
    assert verification.answer == Answer.CHANGED
    assert verification.was_added_to
    page = page_of(output.getvalue())
    assert "något har lagts till efteråt" in page
    assert "Något otillåtet har lagts till efter underskriften." in page


def test_bytes_hung_on_at_the_end_make_it_another_file(steps: Steps) -> None:
    assert verify(steps[2] + b"\n%%EOF\n", trust_roots()).answer == Answer.CHANGED


def test_the_document_saved_anew_by_another_program_is_not_genuine(steps: Steps) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(steps[2])) as pdf:
        pdf.save(output)
    assert "Inte äkta: filen är ändrad" in page_of(output.getvalue())


@pytest.mark.parametrize(("step", "missing"), [(1, ["Andreas Nyberg"]), (0, None)])
def test_a_document_on_its_way_is_not_finished_and_the_missing_are_named(
    steps: Steps, step: int, missing: list[str] | None
) -> None:
    verification = verify(steps[step], trust_roots())
    assert verification.answer == Answer.INCOMPLETE
    assert [s.name for s in verification.unsigned] == (
        missing or ["Johan Dahlqvist", "Andreas Nyberg"]
    )
    page = page_of(steps[step])
    assert "Inte färdig: en underskrift saknas" in page
    assert "Andreas Nyberg, lokalpolisområdeschef" in page


def test_the_same_text_signed_by_a_stranger_is_not_ours(steps: Steps, made) -> None:  # type: ignore[no-untyped-def]
    page = page_of(made["stranger"][2])
    assert "Inte äkta: filen är ändrad" in page
    assert page.count("som portalen inte känner till") == 2


def test_a_published_document_of_an_untrusted_authority_says_just_that(db: None, made) -> None:  # type: ignore[no-untyped-def]
    publish(made["stranger"])
    assert "underskrifterna går inte att lita på" in page_of(made["stranger"][2])


def test_a_pdf_from_elsewhere_is_unknown_not_false(steps: Steps) -> None:
    output = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(output)
    page = page_of(output.getvalue())
    assert "inget löfte som har publicerats här" in page
    assert "Filen har inga underskrifter." in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen är tom."),
        (b"hej", "Filen är ingen PDF."),
        (b"\x89PNG\r\n" + bytes(5000), "Filen är ingen PDF."),
        (b"%PDF-1.7\n" + b"x" * 3000, "skadad eller avkortad"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(db: None, content: bytes, sentence: str) -> None:
    page = page_of(content)
    assert "Filen går inte att pröva" in page
    assert sentence in page


def test_a_cut_off_document_is_said_to_be_damaged(steps: Steps) -> None:
    assert "skadad eller avkortad" in page_of(steps[2][: len(steps[2]) // 2])


def test_an_encrypted_pdf_is_said_to_be_encrypted(steps: Steps) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(steps[0])) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "skyddad med lösenord" in page_of(output.getvalue())


@pytest.mark.parametrize(
    "reported",
    [
        {"problem": Problem.DAMAGED},
        {"signatures": (FileSignature("signature-1", fault=Fault.UNREADABLE),)},
    ],
    ids=["the file", "a signature"],
)
def test_a_published_document_is_never_called_broken(
    steps: Steps,
    reported: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # As a library would say that is exchanged for one that doesn't fit.
    def examined(pdf: bytes, **_options: Any) -> Report:
        return Report(hashlib.sha256(pdf).hexdigest(), len(pdf), **reported)

    monkeypatch.setattr(authenticity, "examine_in_sandbox", examined)
    for content in steps:
        answer = send(content)
        page = answer.content.decode()
        assert answer.status_code == 500
        assert "Filen kunde inte prövas här" in page
        assert "det säger inget om din fil" in page
        assert "skadad" not in page
        assert "går inte att lita på" not in page
        assert hashlib.sha256(content).hexdigest() in as_logged(caplog)
        caplog.clear()
    # Of anybody else's file the same is believed.
    assert "Filen kunde inte prövas här" not in page_of(b"%PDF-1.7\nett brev\n%%EOF\n")
    assert not caplog.records


def test_what_is_ours_is_examined_once_however_often_it_is_sent(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = page_of(steps[2])
    monkeypatch.setattr(sandbox, "_run_process", lambda *_: pytest.fail("examined again"))
    assert page_of(steps[2]) == first


def test_a_network_that_sends_many_files_is_asked_to_wait(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VERIFICATIONS_PER_HOUR = 2
    monkeypatch.setattr(sandbox, "_run_process", lambda *_: Problem.DAMAGED)
    letter = b"%PDF-1.7\nett brev\n%%EOF\n"
    assert [send(letter).status_code for _ in range(2)] == [200, 200]
    answer = send(letter)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "Vänta en timme och pröva filen igen." in answer.content.decode()
    # Others may still.
    other = SimpleUploadedFile("brev.pdf", letter, content_type="application/pdf")
    assert Client().post("/verifiera/", {"file": other}, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_file_that_finds_no_place_is_told_at_once_when_to_come_back(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_run_process", lambda *_: Problem.BUSY)
    answer = send(b"%PDF-1.7\nett brev\n%%EOF\n")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "20")
    assert "Din fil är inte prövad." in answer.content.decode()


def test_an_examination_that_failed_says_nothing_of_the_file(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report("0" * 64, 1, problem=Problem.UNEXAMINED)
    monkeypatch.setattr(authenticity, "examine_in_sandbox", lambda _pdf, **_options: report)
    answer = send(b"%PDF-1.7\nett brev\n%%EOF\n")
    assert answer.status_code == 500
    assert "Filen kunde inte prövas här" in answer.content.decode()
    english = send(b"%PDF-1.7\nett brev\n%%EOF\n", "/en/verifiera/").content.decode()
    assert "The file could not be checked here" in english
    assert "it says nothing about your file" in english


def test_drafts_and_half_signed_pledges_are_not_recognised(db: None, made) -> None:  # type: ignore[no-untyped-def]
    publish(made["ours"][:2])  # type: ignore[arg-type]
    for content in made["ours"]:
        verification = verify(content, trust_roots())
        assert verification.answer == Answer.UNKNOWN
        assert verification.pledge is None
        assert "Medborgarlöfte 2023" not in page_of(content)


def test_a_too_large_file_is_refused_in_plain_words_and_never_taken_up(db: None, settings) -> None:  # type: ignore[no-untyped-def]
    settings.VERIFY_MAX_MB = 1
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    answer = send(b"%PDF-" + bytes(2 * 1024 * 1024))
    assert answer.status_code == 413
    assert "Filen är för stor. Ett medborgarlöfte är mindre än 1 MB." in answer.content.decode()


def test_no_file_gets_a_clear_error_at_the_field(db: None) -> None:
    answer = Client().post("/verifiera/", {})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count("Välj en PDF-fil först.") == 2
    assert '<a href="#id_file">' in page


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
    ],
)
def test_other_sites_cannot_send_the_form(db: None, headers: dict[str, str], status: int) -> None:
    assert send(b"x", **headers).status_code == status


def test_a_strange_file_name_is_shown_as_text(db: None) -> None:
    file = SimpleUploadedFile("<b>x.pdf", b"x")
    page = Client().post("/verifiera/", {"file": file}).content.decode()
    assert "<b>x" not in page


def run_command(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> tuple:  # type: ignore[type-arg]
    file = tmp_path / "file.pdf"
    file.write_bytes(content)
    code = 0
    try:
        call_command("verify_pledge", str(file))
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out


def test_the_command_says_the_same_and_its_exit_code_tells(
    steps: Steps, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run_command(tmp_path, steps[2], capsys)
    assert code == 0
    assert text.startswith("Äkta: ")
    assert "DEMO Johan Dahlqvist" in text
    assert "&" not in text
    for content in (steps[1], steps[2][:-1], b"", b"x"):
        code, text = run_command(tmp_path, content, capsys)
        assert code == 1
        assert not text.startswith("Äkta")
