"""Prove a package before anything of it is believed.

Every file is there, none other, none changed. Hostile packages are refused by what they say they
are before they are unpacked: nothing is read beyond the size that the manifest tells, and no name
leads out of the package's own folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from pledges.records import layout
from pledges.records.faults import PackageError
from pledges.records.part_registry import all_parts, all_shared

MAX_FILES = 100_000
MAX_BYTES = 20 * 1024**3
# Rows and manifests are read into memory, a document too: none of ours is a hundredth of this.
MAX_FILE_BYTES = 256 * 1024**2
_PIECE = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_DIGEST = re.compile(r"([0-9a-f]{64})  ([^\n]{1,400})")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class File:
    """A file as its layer's manifest tells of it.

    `path` is the one below the package's folder.
    """

    path: str
    sha256: str
    bytes: int
    member: zipfile.ZipInfo


class CheckedPackage:
    """A package whose every file is what the manifests say."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        files: dict[str, File],
        public: dict[str, Any],
        secret: dict[str, Any] | None,
    ) -> None:
        """Take the open archive, its files by path, and its layers' manifests."""
        self._archive = archive
        self.files = files
        self.manifest = public
        self.secret_manifest = secret

    def read(self, path: str) -> bytes:
        """Return the bytes of a file, proven once more.

        The archive may have been exchanged.
        """
        file = self.files[path]
        content = b"".join(_pieces(self._archive, file.member, file.bytes, path))
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise PackageError(_changed(), path)
        return content

    def rows(self, path: str) -> list[dict[str, Any]]:
        """Return the rows of a file, none when there is no such file.

        Raises PackageError.
        """
        if path not in self.files:
            return []
        content = _object(self.read(path), path)
        rows = content.get("rows")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PackageError(_("Filen har inga rader på den plats där de ska stå."), path)
        return rows


def check(stream: IO[bytes], progress: Progress = lambda _done, _total: None) -> CheckedPackage:
    """Prove a package, and return it to be read.

    Raises PackageError for the first thing wrong.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise PackageError(_("Filen är ingen hel ZIP-fil.")) from error
    members = _members(archive)
    public = _manifest(archive, members, "")
    secret_path = f"{layout.SECRETS}/{layout.MANIFEST}"
    secret = None
    if public.get("secret_folder") is not None:
        if secret_path not in members:
            raise PackageError(
                _("Delen med sekretess hör till paketet och saknas."), layout.SECRETS
            )
        secret = _manifest(archive, members, f"{layout.SECRETS}/")
    files: dict[str, File] = {}
    for manifest, folder in ((public, ""), (secret, f"{layout.SECRETS}/")):
        if manifest is not None:
            files |= _files(archive, manifest, folder, members)
    _no_others(members, files, secret is not None)
    for number, file in enumerate(files.values(), start=1):
        _prove(archive, file)
        progress(number, len(files))
    digest = hashlib.sha256(_small(archive, members[layout.MANIFEST], layout.MANIFEST)).hexdigest()
    if secret is not None and secret.get("public_manifest_sha256") != digest:
        raise PackageError(
            _("Delen med sekretess hör till ett annat paket än resten."), secret_path
        )
    _nothing_unknown(files)
    return CheckedPackage(archive, files, public, secret)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the archive's files by their path below its one folder.

    Names and kinds are checked.
    """
    infos = archive.infolist()
    if len(infos) > MAX_FILES:
        raise PackageError(_("Paketet har fler filer än %(most)s.") % {"most": MAX_FILES})
    members: dict[str, zipfile.ZipInfo] = {}
    folders = set()
    for member in infos:
        # The name as it stands in the file: zipfile itself puts some characters right.
        name = member.orig_filename
        if name.endswith("/"):
            name = name[:-1]
        steps = name.split("/")
        if ".." in steps or name.startswith("/") or "\\" in name or ":" in name:
            raise PackageError(_("Namnet leder ut ur paketets mapp."), name[:200])
        if not all(_NAME.fullmatch(step) for step in steps):
            raise PackageError(_("Namnet har tecken som inget namn i ett paket har."), name[:200])
        folders.add(steps[0])
        if member.is_dir():
            continue
        path = "/".join(steps[1:])
        if (member.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            raise PackageError(_("Det är ingen vanlig fil, utan en länk eller något annat."), path)
        if member.flag_bits & 0x1 or member.compress_type not in _METHODS:
            raise PackageError(_("Filen är krypterad eller packad på ett okänt sätt."), path)
        if path in members:
            raise PackageError(_("Två filer i paketet har samma namn."), path)
        members[path] = member
    if len(folders) != 1:
        raise PackageError(_("Ett paket har en enda mapp som allt ligger i."))
    if sum(member.file_size for member in members.values()) > MAX_BYTES:
        raise PackageError(_("Paketet är större uppackat än vad som tas emot."))
    return members


def _manifest(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], folder: str
) -> dict[str, Any]:
    """Return a layer's manifest, of a known format and with its checksums."""
    path, sums = f"{folder}{layout.MANIFEST}", f"{folder}{layout.CHECKSUMS}"
    for needed in (path, sums):
        if needed not in members:
            raise PackageError(_("Filen hör till varje paket och saknas."), needed)
    content = _small(archive, members[path], path)
    manifest = _object(content, path)
    if manifest.get("format") != layout.FORMAT:
        raise PackageError(_("Det här är inget arkivpaket av ett medborgarlöfte."), path)
    if type(manifest.get("version")) is not int or manifest["version"] != layout.VERSION:
        raise PackageError(
            _("Paketet har en version av formatet som portalen inte känner: %(version)s.")
            % {"version": str(manifest.get("version"))[:20]},
            path,
        )
    if manifest.get("layer") != ("secret" if folder else "public"):
        raise PackageError(_("Manifestet hör till en annan del av paketet."), path)
    listed = {}
    for line in _text(_small(archive, members[sums], sums), sums).splitlines():
        match = _DIGEST.fullmatch(line)
        if match is None or match[2] in listed:
            raise PackageError(_("Listan med kontrollsummor går inte att läsa."), sums)
        listed[match[2]] = match[1]
    expected = {entry["path"]: entry["sha256"] for entry in _entries(manifest, path)}
    expected[layout.MANIFEST] = hashlib.sha256(content).hexdigest()
    if listed.get(layout.MANIFEST) != expected[layout.MANIFEST]:
        raise PackageError(_changed(), path)
    if listed != expected:
        raise PackageError(_("Listan med kontrollsummor och manifestet säger olika saker."), sums)
    return manifest


def _entries(manifest: dict[str, Any], path: str) -> list[dict[str, Any]]:
    entries = manifest.get("files")
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict)
        and isinstance(entry.get("path"), str)
        and isinstance(entry.get("sha256"), str)
        and type(entry.get("bytes")) is int
        for entry in entries
    ):
        raise PackageError(_("Manifestets lista över filer går inte att läsa."), path)
    if len({entry["path"] for entry in entries}) != len(entries):
        raise PackageError(_("Manifestet nämner samma fil två gånger."), path)
    return entries


def _files(
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    folder: str,
    members: dict[str, zipfile.ZipInfo],
) -> dict[str, File]:
    """Return the files of a layer, each of the size that its manifest says."""
    files = {}
    for entry in _entries(manifest, f"{folder}{layout.MANIFEST}"):
        path = f"{folder}{entry['path']}"
        if path not in members:
            raise PackageError(_("Filen står i manifestet och saknas i paketet."), path)
        if members[path].file_size != entry["bytes"]:
            raise PackageError(
                _("Filen är %(is)s byte stor, och ska enligt manifestet vara %(should)s.")
                % {"is": members[path].file_size, "should": entry["bytes"]},
                path,
            )
        if entry["bytes"] > MAX_FILE_BYTES:
            raise PackageError(_("Filen är större än vad som tas emot."), path)
        files[path] = File(path, entry["sha256"], entry["bytes"], members[path])
    return files


def _no_others(members: dict[str, Any], files: dict[str, File], has_secrets: bool) -> None:
    known = {*files, layout.MANIFEST, layout.CHECKSUMS}
    if has_secrets:
        known |= {f"{layout.SECRETS}/{layout.MANIFEST}", f"{layout.SECRETS}/{layout.CHECKSUMS}"}
    for path in members:
        if path not in known:
            raise PackageError(_("Filen ligger i paketet men står inte i manifestet."), path)


def _nothing_unknown(files: dict[str, File]) -> None:
    """Refuse what a later portal wrote and this one would silently lose."""
    names = {part.name for part in all_parts()} | {table.name for table in all_shared()}
    for path in files:
        folder, _slash, name = path.removeprefix(f"{layout.SECRETS}/").partition("/")
        is_known = (
            folder == "documents"
            or path.removeprefix(f"{layout.SECRETS}/") == layout.README
            or (folder in {"data", "history"} and name.removesuffix(".json") in names)
        )
        if not is_known:
            raise PackageError(_("Portalen vet inte vad filen är, och kan inte läsa in den."), path)


def _prove(archive: zipfile.ZipFile, file: File) -> None:
    digest = hashlib.sha256()
    for piece in _pieces(archive, file.member, file.bytes, file.path):
        digest.update(piece)
    if digest.hexdigest() != file.sha256:
        raise PackageError(_changed(), file.path)


def _pieces(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, path: str
) -> Iterator[bytes]:
    """Yield a file's bytes, and never more of them than `most`."""
    left = most
    try:
        with archive.open(member) as stream:
            while piece := stream.read(min(_PIECE, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise PackageError(_("Filen är större än vad den utger sig för."), path)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise PackageError(_changed(), path) from error


def _small(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> bytes:
    if member.file_size > MAX_FILE_BYTES:
        raise PackageError(_("Filen är större än vad som tas emot."), path)
    return b"".join(_pieces(archive, member, member.file_size, path))


def _changed() -> str:
    return _("Filen är ändrad sedan paketet gjordes: kontrollsumman stämmer inte.")


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise PackageError(_("Filen är ingen läsbar text (UTF-8)."), path) from error


def _object(content: bytes, path: str) -> dict[str, Any]:
    try:
        value = json.loads(_text(content, path))
    except (ValueError, RecursionError) as error:
        raise PackageError(_("Filen är ingen läsbar JSON."), path) from error
    if not isinstance(value, dict):
        raise PackageError(_("Filen är ingen läsbar JSON."), path)
    return value
