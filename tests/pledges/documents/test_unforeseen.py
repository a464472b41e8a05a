"""A failed examination is told as ours when the file isn't the reason.

It is logged as ours too.
"""

import io
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    NumberObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError

from pledges.documents import sandbox, scan, verify
from pledges.documents.judgement import Refusal, ScanProblem
from pledges.documents.report import Problem, TrustRoot
from pledges.documents.sandbox import (
    examine_in_sandbox,
    judge_in_sandbox,
    take_scan_in_sandbox,
)
from tests.logged import as_logged
from tests.pledges.documents.certificates import Authority
from tests.pledges.documents.outside_service import MADE_AT, judged, refusal, sign_outside
from tests.pledges.documents.samples import report

Attack = Callable[[IncrementalPdfFileWriter], None]

SECRET = "Anna Ödlund"


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put examiners into the sandbox that run a line.

    They do so as a library that doesn't fit would.
    """
    documents = tmp_path / "pledges" / "documents"
    documents.mkdir(parents=True)
    (documents.parent / "__init__.py").touch()
    (documents / "__init__.py").touch()
    for module in ("sandbox", "file_errors", "judgement", "report"):
        shutil.copy(Path(sandbox.__file__).with_name(f"{module}.py"), documents)
    monkeypatch.setattr(sandbox, "_PROJECT", tmp_path)

    def fail(line: str) -> None:
        for module, function in (
            ("verify", "examine"),
            ("returned_document", "judge"),
            ("paper_scan", "take_scan"),
        ):
            (documents / f"{module}.py").write_text(
                f"import os\n\n\ndef {function}(*files, **asked):\n    {line}\n", encoding="utf-8"
            )

    return fail


def test_an_unforeseen_error_is_logged_by_its_type_and_place_alone(
    failing: Callable[[str], None],
    twice: bytes,
    roots: list[TrustRoot],
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing(f"raise RuntimeError({SECRET!r} + repr(files))")
    result = examine_in_sandbox(twice, trust_roots=roots)
    assert result.problem is Problem.UNEXAMINED
    assert not result.is_genuine
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "builtins.RuntimeError" in as_logged(caplog)
    assert "pledges.documents.verify:5 examine" in as_logged(caplog)
    assert SECRET not in as_logged(caplog)
    assert "%PDF" not in as_logged(caplog)


def test_files_given_back_and_scans_are_not_blamed_either(
    failing: Callable[[str], None], prepared: bytes, roots: list[TrustRoot]
) -> None:
    failing("raise RuntimeError")
    judgement = judge_in_sandbox(
        prepared,
        prepared + b"%%EOF",
        trust_roots=roots,
        own_field="signature-1",
        earlier_fields=[],
        later_fields=[],
        made_at=MADE_AT,
    )
    assert judgement.refusal is Refusal.UNEXAMINED
    assert take_scan_in_sandbox(prepared).problem is ScanProblem.UNEXAMINED


def test_a_library_that_crashes_is_no_fault_of_the_file(
    failing: Callable[[str], None],
    twice: bytes,
    roots: list[TrustRoot],
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing("os.kill(os.getpid(), 11)")
    result = examine_in_sandbox(twice, trust_roots=roots)
    assert result.problem is Problem.UNEXAMINED
    assert "SIGSEGV" in as_logged(caplog)


@pytest.mark.parametrize("error", [AttributeError, TypeError, KeyError, ValueError, RuntimeError])
def test_what_does_not_come_from_reading_the_file_is_raised(
    error: type[Exception], twice: bytes, roots: list[TrustRoot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "validate_pdf_signature", _raising(error))
    with pytest.raises(error):
        report(twice, roots)


def test_a_library_that_takes_other_arguments_is_no_fault_of_the_file(
    twice: bytes,
    prepared: bytes,
    roots: list[TrustRoot],
    outside: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verify, "validate_pdf_signature", lambda embedded: embedded)
    with pytest.raises(TypeError):
        report(twice, roots)
    with pytest.raises(TypeError):
        judged(prepared, sign_outside(prepared, outside.backend("Anna")), outside)


def test_a_given_out_document_that_is_broken_is_no_fault_of_the_one_given_back(
    prepared: bytes, outside: Authority
) -> None:
    broken = prepared[:2000]
    with pytest.raises(PdfReadError):
        judged(broken, prepared, outside)


def test_an_unforeseen_error_in_a_scan_is_raised(
    prepared: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "names_in", _raising(TypeError))
    with pytest.raises(TypeError):
        scan.check_scan(prepared)


def _raising(error: type[Exception]) -> Callable[..., NoReturn]:
    def fail(*_args: Any, **_options: Any) -> NoReturn:
        raise error

    return fail


def no_pages(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/Pages")] = NumberObject(5)
    writer.update_root()


def a_count_that_is_a_list(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages[pdf_name("/Count")] = ArrayObject()
    writer.update_container(pages)


def pages_that_are_numbers(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages[pdf_name("/Kids")] = ArrayObject([NumberObject(1)])
    writer.update_container(pages)


def annotations_that_are_a_name(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Annots")] = pdf_name("/None")
    writer.update_container(page)


def information_that_is_a_number(writer: IncrementalPdfFileWriter) -> None:
    writer.trailer[pdf_name("/Info")] = writer.add_object(NumberObject(1))
    writer._force_write_when_empty = True


@pytest.mark.parametrize(
    "attack",
    [
        no_pages,
        a_count_that_is_a_list,
        pages_that_are_numbers,
        annotations_that_are_a_name,
        information_that_is_a_number,
    ],
    ids=lambda attack: attack.__name__,
)
def test_a_broken_file_is_never_taken_for_a_fault_of_ours(
    attack: Attack, once: bytes, prepared: bytes, roots: list[TrustRoot], outside: Authority
) -> None:
    assert not report(_attacked(once, attack), roots).is_genuine
    given = _attacked(sign_outside(prepared, outside.backend("Anna")), attack)
    assert refusal(prepared, given, outside) is not None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/V", ArrayObject()),
        ("/T", ArrayObject([NumberObject(1)])),
        ("/Rect", ArrayObject([NumberObject(1)])),
        ("/Rect", pdf_name("/None")),
        ("/Kids", NumberObject(1)),
        ("/Kids", ArrayObject([NumberObject(1)])),
        ("/Lock", NumberObject(1)),
    ],
    ids=str,
)
def test_a_signature_field_of_nonsense_is_never_taken_for_a_fault_of_ours(
    key: str,
    value: Any,
    once: bytes,
    prepared: bytes,
    roots: list[TrustRoot],
    outside: Authority,
) -> None:
    def put(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][-1]
        field[pdf_name(key)] = value
        writer.update_container(field)

    assert not report(_attacked(once, put), roots).is_genuine
    given = sign_outside(prepared, outside.backend("Anna"), box=(10, 10, 20, 20))
    assert refusal(prepared, _attacked(given, put), outside) is not None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/SubFilter", ArrayObject([NumberObject(1)])),
        ("/ByteRange", ArrayObject([NumberObject(1)])),
        ("/ByteRange", NumberObject(1)),
        ("/Contents", NumberObject(1)),
        ("/Reference", NumberObject(1)),
        ("/M", pdf_string("i går")),
    ],
    ids=str,
)
def test_a_signature_of_nonsense_is_never_taken_for_a_fault_of_ours(
    key: str, value: Any, once: bytes, roots: list[TrustRoot]
) -> None:
    def put(writer: IncrementalPdfFileWriter) -> None:
        signature = writer.root["/AcroForm"]["/Fields"][0]["/V"]
        signature[pdf_name(key)] = value
        writer.update_container(signature)

    result = report(_attacked(once, put), roots)
    assert not result.is_genuine
    assert result.problem is None or result.signatures == ()


def _attacked(pdf: bytes, attack: Attack) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    attack(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
