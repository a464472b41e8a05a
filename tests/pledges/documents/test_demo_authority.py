"""The demonstration authority is there whole or not at all.

It is for its owner only, and clearly DEMO.
"""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from pledges.documents.demo_authority import (
    DemoAuthority,
    DemoAuthorityDamaged,
    ensure_demo_authority,
)

PROJECT = Path(__file__).resolve().parents[3]


def test_a_second_call_finds_the_same_authority(tmp_path: Path) -> None:
    first = ensure_demo_authority(tmp_path / "a")
    content = first.certificate.read_bytes()
    assert ensure_demo_authority(tmp_path / "a").certificate.read_bytes() == content


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    demo = ensure_demo_authority(tmp_path / "below" / "a")
    demo.issue("Anna", "Kommun")
    assert stat.S_IMODE(demo.folder.stat().st_mode) == 0o700
    files = list(demo.folder.iterdir())
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_every_certificate_says_that_it_is_a_demonstration(demo: DemoAuthority) -> None:
    root = x509.load_pem_x509_certificate(demo.certificate.read_bytes())
    issued = demo.issue("Anna Ödlund", "Älvsbyns kommun")
    key, certificate, chain = pkcs12.load_key_and_certificates(issued.pkcs12, issued.passphrase)
    assert key is not None
    assert certificate is not None
    for named in (root, certificate):
        (name,) = named.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        assert str(name.value).startswith("DEMO ")
    assert chain == [root]
    certificate.verify_directly_issued_by(root)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    years = (certificate.not_valid_after_utc - datetime.now(UTC)) / timedelta(days=365.25)
    assert years == pytest.approx(10, abs=0.1)


def test_the_same_signatory_gets_the_same_key_and_another_one_another(
    demo: DemoAuthority,
) -> None:
    first = demo.issue("Anna", "Kommun")
    assert demo.issue("Anna", "Kommun") == first
    assert demo.issue("Anna", "Polis").pkcs12 != first.pkcs12
    assert first.path.read_bytes() == first.pkcs12


def test_names_of_any_length_and_letters_are_taken(demo: DemoAuthority) -> None:
    for name in ("Å" * 200, "Čohkka Ŋ 'x' / ..", "", "A\nB"):
        assert demo.issue(name, name).pkcs12


def test_many_at_once_agree_on_one(tmp_path: Path) -> None:
    def make(_: int) -> bytes:
        demo = ensure_demo_authority(tmp_path / "a")
        return demo.certificate.read_bytes() + demo.issue("Anna", "Kommun").pkcs12

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(make, range(16)))) == 1


@pytest.mark.parametrize("call", range(1, 9))
def test_killed_at_any_moment_it_leaves_all_or_nothing(tmp_path: Path, call: int) -> None:
    folder = tmp_path / "a"
    script = f"""
import os, pathlib, sys
calls = 0
def dying(original):
    def replacement(*arguments, **values):
        global calls
        calls += 1
        if calls == {call}:
            os.kill(os.getpid(), 9)
        return original(*arguments, **values)
    return replacement
os.fsync = dying(os.fsync)
pathlib.Path.rename = dying(pathlib.Path.rename)
from pledges.documents.demo_authority import ensure_demo_authority
ensure_demo_authority(pathlib.Path(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", script, str(folder)], cwd=PROJECT, check=False)
    assert done.returncode == -9
    assert not folder.exists() or ensure_demo_authority(folder)
    demo = ensure_demo_authority(folder)
    assert demo.issue("Anna", "Kommun").pkcs12
    assert {path.name for path in tmp_path.iterdir()} == {"a", ".a.lock"}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert ensure_demo_authority(tmp_path / "a").certificate.is_file()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "notes.txt").write_text("viktigt")
    with pytest.raises(DemoAuthorityDamaged, match=r"key\.pem"):
        ensure_demo_authority(tmp_path / "a")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["notes.txt"]
