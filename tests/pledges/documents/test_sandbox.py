"""The examination of strangers' files, bounded in time and memory."""

import re
import time
import zlib
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from pikepdf import Pdf

from pledges.documents import sandbox
from pledges.documents.demo_authority import DemoAuthority
from pledges.documents.judgement import ScanProblem
from pledges.documents.prepare import prepare
from pledges.documents.render import render
from pledges.documents.report import Problem, TrustRoot
from pledges.documents.sandbox import SandboxFailed, examine_in_sandbox, take_scan_in_sandbox
from pledges.documents.verify import examine
from tests.pledges.documents.samples import (
    FIELDS,
    NAMES,
    STATIC,
    backend,
    page_with_lines,
    signed,
)


def bomb(entries: int) -> bytes:
    """Return a small PDF whose table of objects unfolds.

    It unfolds to six bytes for each of `entries`.
    """
    table = zlib.compress(bytes(6 * entries), 9)
    start = len(b"%PDF-1.7\n")
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /W [1 4 1] /Root 2 0 R /Size "
        + str(entries).encode()
        + b" /Filter /FlateDecode /Length "
        + str(len(table)).encode()
        + b" >>\nstream\n"
        + table
        + b"\nendstream\nendobj\nstartxref\n"
        + str(start).encode()
        + b"\n%%EOF\n"
    )


def test_the_sandbox_says_what_an_examination_says(
    twice: bytes, once: bytes, prepared: bytes, roots: list[TrustRoot]
) -> None:
    for pdf in (twice, once, prepared, twice[:-100], twice + b"\n"):
        for expected in (NAMES, None):
            assert examine_in_sandbox(pdf, trust_roots=roots, expected_fields=expected) == examine(
                pdf, trust_roots=roots, expected_fields=expected
            )


def test_swedish_letters_come_through(twice: bytes, roots: list[TrustRoot]) -> None:
    examined = examine_in_sandbox(twice, trust_roots=roots)
    assert examined.signatures[0].signer is not None
    assert examined.signatures[0].signer.organisation == "Älvsbyns kommun"


def test_a_genuine_document_of_a_hundred_pages_is_examined(
    demo: DemoAuthority, roots: list[TrustRoot]
) -> None:
    chapter = "<h2>Avsnitt</h2>" + "<p>Vi har frågat de boende och läst statistiken.</p>" * 20
    page = page_with_lines(2).replace("</main>", f"{chapter * 130}</main>")
    rendered = render(page, base_folder=STATIC, anchors=["line-1", "line-2"])
    document = prepare(rendered, FIELDS)
    for number in (1, 2):
        document = signed(document, number, backend(demo, "Anna Ödlund", "Älvsbyns kommun"))
    with Pdf.open(BytesIO(document)) as pdf:
        assert len(pdf.pages) >= 100
    # By the bounds that visitors meet.
    report = examine_in_sandbox(document, trust_roots=roots, expected_fields=NAMES)
    assert report.is_genuine


def test_a_decompression_bomb_is_too_heavy(roots: list[TrustRoot]) -> None:
    pdf = bomb(40_000_000)
    assert len(pdf) < 300_000
    examined = examine_in_sandbox(pdf, trust_roots=roots, memory_mb=400)
    assert examined.problem is Problem.TOO_HEAVY
    assert not examined.is_genuine


def test_a_file_that_takes_too_much_of_a_processor_is_too_heavy(
    roots: list[TrustRoot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_TIMES_AS_LONG", 100)
    examined = examine_in_sandbox(
        bomb(40_000_000), trust_roots=roots, cpu_seconds=1, memory_mb=8000
    )
    assert examined.problem is Problem.TOO_HEAVY


def test_that_the_machine_is_busy_says_nothing_of_a_file(
    twice: bytes, roots: list[TrustRoot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An examiner that others leave no processor: it has used none when its time is over.
    _examiner(tmp_path, "import time\nprint('ready', flush=True)\ntime.sleep(600)\n", monkeypatch)
    monkeypatch.setattr(sandbox, "_TIMES_AS_LONG", 1)
    assert examine_in_sandbox(twice, trust_roots=roots, cpu_seconds=1).problem is Problem.BUSY


def test_an_examiner_that_is_killed_midway_means_too_heavy(
    twice: bytes, roots: list[TrustRoot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _examiner(
        tmp_path,
        "import os, sys\nprint('ready', flush=True)\n"
        "sys.stdin.buffer.read()\nos.kill(os.getpid(), 9)\n",
        monkeypatch,
    )
    assert examine_in_sandbox(twice, trust_roots=roots).problem is Problem.TOO_HEAVY


def test_an_examiner_that_cannot_start_is_no_fault_of_the_file(
    twice: bytes, roots: list[TrustRoot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _examiner(tmp_path, "raise ImportError('saknas')\n", monkeypatch)
    with pytest.raises(SandboxFailed, match="saknas"):
        examine_in_sandbox(twice, trust_roots=roots)


def test_nobody_waits_while_strangers_files_take_all_places(
    twice: bytes, roots: list[TrustRoot], taken_places: ExitStack
) -> None:
    with taken_places:
        begun = time.monotonic()
        assert examine_in_sandbox(twice, trust_roots=roots).problem is Problem.BUSY
        assert time.monotonic() - begun < 0.5
        # Staff have a place that no stranger can take.
        assert take_scan_in_sandbox(twice).problem is not ScanProblem.BUSY
    assert examine_in_sandbox(twice, trust_roots=roots).problem is None


@pytest.fixture
def taken_places() -> ExitStack:
    """Give a context in which strangers' files take all places."""
    places = ExitStack()
    for _ in range(sandbox.MAX_VISITORS_FILES):
        places.enter_context(sandbox._visitors_turns)
    return places


def test_files_that_are_clearly_none_start_no_process(
    roots: list[TrustRoot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_run_process", lambda *_: pytest.fail("started a process"))
    assert examine_in_sandbox(b"", trust_roots=roots).problem is Problem.EMPTY
    assert examine_in_sandbox(b"brev", trust_roots=roots).problem is Problem.NOT_PDF
    large = b"%PDF-1.7\n" + bytes(100_000_000)
    assert examine_in_sandbox(large, trust_roots=roots).problem is Problem.DAMAGED


def test_the_sandbox_module_loads_no_pdf_library() -> None:
    # The web server imports it; the examiner's libraries belong into the examiner.
    source = Path(sandbox.__file__).read_text(encoding="utf-8")
    assert not re.search(r"^(import|from) (pyhanko|pikepdf|weasyprint)", source, re.MULTILINE)


def _examiner(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put `script` into the place of the examining module."""
    package = folder / "pledges" / "documents"
    package.mkdir(parents=True)
    (folder / "pledges" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "sandbox.py").write_text(script, encoding="utf-8")
    monkeypatch.setattr(sandbox, "_PROJECT", folder)
