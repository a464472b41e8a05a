"""Damaged and hostile packages are refused, and nothing is written.

Each is refused with its reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from pledges.models import Pledge
from pledges.records import package_check
from pledges.records.faults import PackageError
from pledges.records.restoring import restore
from tests.builders import a_follow_up, a_pledge, an_action
from tests.pledges.records.worlds import a_package, empty_the_portal, number_of_rows

pytestmark = pytest.mark.django_db

Files = dict[str, bytes]
PLEDGE, ACTIONS = "data/medborgarlofte.json", "sekretess/data/insatser.json"


@pytest.fixture(scope="session")
def _whole(django_db_setup: None, django_db_blocker: Any) -> Files:
    with django_db_blocker.unblock(), transaction.atomic():
        pledge = a_pledge()
        an_action(pledge.commitments.get(number=1))
        a_follow_up(pledge)
        with zipfile.ZipFile(a_package(pledge)) as made:
            files = {name: made.read(name) for name in made.namelist()}
        transaction.set_rollback(True)
    return files


@pytest.fixture
def package(db: None, _whole: Files) -> Files:
    """Give the files of a whole package by their full names.

    The portal is empty.
    """
    empty_the_portal()
    return dict(_whole)


def folder_of(files: Files) -> str:
    return next(iter(files)).partition("/")[0]


def packed(files: Files) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return stream


def put_right(files: Files) -> Files:
    """Make sizes, checksums and the tie between the layers agree.

    They agree with what the files are now.
    """
    folder = folder_of(files)
    digest = ""
    for layer in ("", "sekretess/"):
        manifest = json.loads(files[f"{folder}/{layer}manifest.json"])
        for entry in manifest["files"]:
            content = files[f"{folder}/{layer}{entry['path']}"]
            entry["sha256"], entry["bytes"] = hashlib.sha256(content).hexdigest(), len(content)
        if layer:
            manifest["public_manifest_sha256"] = digest
        content = json.dumps(manifest).encode()
        digest = hashlib.sha256(content).hexdigest()
        files[f"{folder}/{layer}manifest.json"] = content
        sums = [(entry["sha256"], entry["path"]) for entry in manifest["files"]]
        lines = [f"{one}  {path}\n" for one, path in [*sums, (digest, "manifest.json")]]
        files[f"{folder}/{layer}manifest-sha256.txt"] = "".join(lines).encode()
    return files


def changed(path: str, old: bytes, new: bytes, *, hidden: bool = False) -> Callable[[Files], Files]:
    """Return the damage that changes a file.

    When `hidden`, new checksums hide it.
    """

    def damage(files: Files) -> Files:
        name = f"{folder_of(files)}/{path}"
        assert old in files[name], name
        files[name] = files[name].replace(old, new, 1)
        return put_right(files) if hidden else files

    return damage


def without(path: str) -> Callable[[Files], Files]:
    def damage(files: Files) -> Files:
        del files[f"{folder_of(files)}/{path}"]
        return files

    return damage


def with_more(path: str) -> Callable[[Files], Files]:
    return lambda files: {**files, f"{folder_of(files)}/{path}": b"{}"}


def named(name: str) -> Callable[[Files], Files]:
    return lambda files: {**files, name: b"x"}


def _in_the_manifest(**instead: Any) -> Callable[[Files], Files]:
    def damage(files: Files) -> Files:
        name = f"{folder_of(files)}/manifest.json"
        files[name] = json.dumps({**json.loads(files[name]), **instead}).encode()
        return put_right(files)

    return damage


def _one_byte_of_a_document(files: Files) -> Files:
    name = next(name for name in files if name.endswith("medborgarlofte-steg-2.pdf"))
    files[name] = files[name][:-1] + b"!"
    return files


def _a_whole_folder_taken_away(files: Files) -> Files:
    return {name: content for name, content in files.items() if "/sekretess/" not in name}


def _another_packages_secrets(files: Files) -> Files:
    """Make the secret layer agree with itself, but not with the public one."""
    folder = folder_of(files)
    secret = {name: content for name, content in files.items() if "/sekretess/" in name}
    other = _in_the_manifest(made_at="2020-01-01T00:00:00+01:00")(dict(files))
    return {**other, **secret, f"{folder}/sekretess/manifest.json": secret[
        f"{folder}/sekretess/manifest.json"]}  # fmt: skip


def _a_row_taken_away(files: Files) -> Files:
    """Take a signature away, so that its document stands there unsigned."""
    name = f"{folder_of(files)}/data/underskrifter.json"
    table = json.loads(files[name])
    table["rows"].pop()
    files[name] = json.dumps(table).encode()
    return put_right(files)


def _another_document(files: Files) -> Files:
    name = next(name for name in files if name.endswith("medborgarlofte-steg-2.pdf"))
    files[name] = b"%PDF-1.7 another"
    return put_right(files)


DAMAGES: dict[str, tuple[Callable[[Files], Files], str, str]] = {
    "a byte of a document": (_one_byte_of_a_document, "är ändrad", "steg-2.pdf"),
    "a word of a row": (changed(PLEDGE, b"trygghet", b"trygghxt"), "är ändrad", PLEDGE),
    "a longer text": (changed(PLEDGE, b"trygghet", b"otrygghet"), "byte stor", PLEDGE),
    "a secret figure": (changed(ACTIONS, b'"amount":1', b'"amount":9'), "är ändrad", ACTIONS),
    "a file too few": (without("data/ataganden.json"), "saknas", "data/ataganden.json"),
    "a file too many": (with_more("data/mer.json"), "inte i manifestet", "data/mer.json"),
    "no manifest": (without("manifest.json"), "hör till varje paket", "manifest.json"),
    "no checksums": (without("manifest-sha256.txt"), "hör till varje paket", "sha256.txt"),
    "secrets taken away": (_a_whole_folder_taken_away, "sekretess hör till", "sekretess"),
    "another's secrets": (_another_packages_secrets, "ett annat paket", "sekretess/manifest.json"),
    "another format": (_in_the_manifest(format="x"), "inget arkivpaket", "manifest.json"),
    "a later version": (_in_the_manifest(version=2), "inte känner: 2", "manifest.json"),
    "checksums and manifest differ": (
        changed("manifest-sha256.txt", b"  data/parter.json", b"  data/parten.json"),
        "säger olika saker",
        "manifest-sha256.txt",
    ),
    "a way out": (named("../ute.txt"), "leder ut", "../ute.txt"),
    "a way out within": (named("x/../../ute.txt"), "leder ut", "ute.txt"),
    "from the root": (named("/etc/passwd"), "leder ut", "/etc/passwd"),
    "a way out in Windows": (named("x\\..\\ute.txt"), "leder ut", "ute.txt"),
    "two folders": (named("annan/fil.txt"), "en enda mapp", ""),
    "an odd name": (named("mapp/f\u0131l.txt"), "har tecken", ""),
    "a commitment that is not there": (
        changed("data/underskrifter.json", b'"signatory":2', b'"signatory":9', hidden=True),
        "nämner något som inte finns",
        "underskrifter",
    ),
    "a date that is none": (
        changed(PLEDGE, b'"valid_to":"2025-12-31"', b'"valid_to":"2025-02-31"', hidden=True),
        "valid_to har ett värde",
        PLEDGE,
    ),
    "a column of a later portal": (
        changed(PLEDGE, b'"valid_to":"', b'"fulfilled":"ja","valid_to":"', hidden=True),
        "ingen kolumn fulfilled",
        PLEDGE,
    ),
    "a column too few": (
        changed(PLEDGE, b'"period":"2023-2025",', b"", hidden=True),
        "period",
        PLEDGE,
    ),
    "an action yet to come": (
        changed(ACTIONS, b'"done_on":"2024', b'"done_on":"2124', hidden=True),
        "inte är gjord",
        "insatser",
    ),
    "in force though not signed by all": (_a_row_taken_away, "alla har undertecknat", ""),
    "another document": (_another_document, "ett annat än det", "steg-2.pdf"),
    "published though a party has not approved": (
        changed("data/godkannanden.json", b'"digest":"', b'"digest":"0', hidden=True),
        "",
        "",
    ),
    "no rows": (changed(PLEDGE, b'"rows"', b'"rader"', hidden=True), "inga rader", PLEDGE),
    "no JSON": (changed(PLEDGE, b"{", b"[", hidden=True), "ingen läsbar JSON", PLEDGE),
}


def refused(stream: io.BytesIO) -> PackageError:
    before = number_of_rows()
    with pytest.raises(PackageError) as refusal:
        restore(stream)
    assert number_of_rows() == before
    return refusal.value


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_package_is_refused_with_its_reason(package: Files, name: str) -> None:
    damage, sentence, file = DAMAGES[name]
    fault = refused(packed(damage(package)))
    assert sentence in fault.sentence
    assert file in str(fault)


def test_the_package_itself_is_not_at_fault(package: Files) -> None:
    assert restore(packed(put_right(package))).pledge == Pledge.objects.get()


def test_a_pledge_that_is_there_already_stays_as_it_is(package: Files) -> None:
    restore(packed(package))
    assert "finns redan" in refused(packed(package)).sentence


def test_another_pledge_of_the_same_days_or_the_same_address_stays(package: Files) -> None:
    a_pledge(period="2023-2025-b")
    assert "samma dagar" in refused(packed(package)).sentence
    empty_the_portal()
    a_pledge(signed=False)
    assert "redan ett löfte för perioden" in refused(packed(package)).sentence


def test_what_is_public_alone_is_not_enough(db: Any) -> None:
    stream = a_package(a_pledge(), only_public=True)
    empty_the_portal()
    assert "bara det som är offentligt" in refused(stream).sentence


def test_two_files_of_one_name_are_refused(package: Files) -> None:
    stream = packed(package)
    with zipfile.ZipFile(stream, "a") as more, pytest.warns(UserWarning, match="Duplicate"):
        more.writestr(f"{folder_of(package)}/{PLEDGE}", b"{}")
    assert "samma namn" in refused(stream).sentence


def test_a_link_is_refused(package: Files) -> None:
    stream = packed(package)
    with zipfile.ZipFile(stream, "a") as more:
        link = zipfile.ZipInfo(f"{folder_of(package)}/documents/lank.pdf")
        link.external_attr = 0o120777 << 16
        more.writestr(link, "/etc/passwd")
    assert "ingen vanlig fil" in refused(stream).sentence


def test_a_file_that_unpacks_to_more_than_it_says_is_refused_before_it_is_whole(
    package: Files,
) -> None:
    """The size in the directory is that of the manifest.

    The bytes are a thousand times as many.
    """
    name = f"{folder_of(package)}/documents/bomb.pdf"
    files = dict(package)
    manifest = json.loads(files[f"{folder_of(files)}/manifest.json"])
    bomb = b"\0" * 5_000_000
    manifest["files"].append({"path": "documents/bomb.pdf", "sha256": "0" * 64, "bytes": 4000})
    files[name] = bomb[:4000]
    files[f"{folder_of(files)}/manifest.json"] = json.dumps(manifest).encode()
    files = put_right(files)
    files[name] = bomb
    content = bytearray(packed(files).getvalue())
    size = struct.pack("<I", len(bomb))
    assert content.count(size) == 2
    honest = struct.pack("<I", 4000)
    lying = io.BytesIO(bytes(content.replace(size, honest)))
    assert "är ändrad" in refused(lying).sentence or "större än" in refused(lying).sentence


def test_a_package_larger_than_what_is_taken_is_refused_unread(
    package: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_check, "MAX_BYTES", 10_000)
    assert "större uppackat" in refused(packed(package)).sentence


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"x" * 1000])
def test_what_is_no_zip_is_refused(content: bytes, db: Any) -> None:
    assert "ingen hel ZIP-fil" in refused(io.BytesIO(content)).sentence


def test_a_zip_cut_short_is_refused(package: Files) -> None:
    whole = packed(package).getvalue()
    assert "ingen hel ZIP-fil" in refused(io.BytesIO(whole[: len(whole) // 2])).sentence
