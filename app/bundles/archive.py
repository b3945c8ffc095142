"""Opens a bundle: every path, size and hash is looked at before anything of it is used."""

from __future__ import annotations

import hashlib
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from app.bounded import json_in
from app.bundles.keys import signed_by
from app.bundles.manifest import FORMAT, Manifest, Member
from app.bundles.passphrase import decrypt, key_of, lock_from_plain
from app.bundles.writer import CONTENT, LOCK, MANIFEST, RESULTS, SIGNATURE
from app.errors import AppError
from app.files import refused
from app.language import for_later, tr
from app.private import own_folder
from app.progress import NoProgress, Progress, check_cancelled
from app.scan.limits import MAX_FILE_BYTES
from app.study.canonical import from_plain

MOST_MEMBERS = 100_000
MOST_MEMBER_BYTES = MAX_FILE_BYTES
"""What one scan may have; nothing else in a bundle is longer."""
MOST_TIMES, _SMALL_BYTES = 100, 2**26
"""So many times the size of the file is unpacked, and so much in any case; counts shrink to a tenth."""
MOST_TOTAL_BYTES = 2**36
_MOST_TABLE_BYTES = 2**26
_NAME = re.compile(r"[a-z]+\.json|history\.jsonl|(scans|ai)/[A-Za-z0-9_-]{1,64}(\.[a-z]{1,8})?")
DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What reading a zip that is none, or not as it was written, may raise."""
_AGAIN = for_later("Ask whoever made it for a new copy.")


class BundleArchive:
    """A bundle whose table of contents is signed and fits what is there."""

    def __init__(self, file: Path, archive: ZipFile, beside: frozenset[str] = frozenset()) -> None:
        """`beside` are members that may be there without a seal. Raises AppError, naming the file and what
        is wrong, for anything but a sound bundle."""
        self.file = file
        self._beside = beside
        self._zip = archive
        self.manifest = self._checked_manifest()
        self._members = {member.name: member for member in self.manifest.members}

    def read(self, name: str) -> bytes:
        """One member, checked against the table; raises AppError when it was altered or is missing."""
        member = self._members.get(name)
        if member is None:
            raise AppError(tr("{file} has no {name}.", file=self.file.name, name=name), tr(_AGAIN))
        try:
            content = bounded(self._zip, name, member.size)
        except DAMAGED as error:
            raise self._altered(member) from error
        if len(content) != member.size or hashlib.sha256(content).hexdigest() != member.sha256:
            raise self._altered(member)
        return content

    def has(self, name: str) -> bool:
        """Whether the table lists it."""
        return name in self._members

    def check(self, progress: Progress | None = None) -> None:
        """Read every member once; raises AppError for the first that was altered."""
        progress = progress or NoProgress()
        for index, member in enumerate(self.manifest.members):
            check_cancelled(progress)
            progress.report(index / len(self.manifest.members), tr("Checking the bundle"))
            self.read(member.name)

    def unpack(self, folder: Path, prefixes: tuple[str, ...], progress: Progress) -> None:
        """Write the members under these folders into `folder`, which is new and private."""
        chosen = [item for item in self.manifest.members if item.name.startswith(prefixes)]
        for index, member in enumerate(chosen):
            check_cancelled(progress)
            progress.report(index / len(chosen), tr("Unpacking the bundle"))
            place = folder / member.name
            own_folder(place.parent)
            place.write_bytes(self.read(member.name))

    def _checked_manifest(self) -> Manifest:
        try:
            infos = self._zip.infolist()
            self._check_names([info.filename for info in infos])
            text = bounded(self._zip, MANIFEST, _MOST_TABLE_BYTES)
            signature = bounded(self._zip, SIGNATURE, 1000).decode("ascii")
            plain = json_in(text)
            if not isinstance(plain, dict) or not isinstance(plain.get("format"), int):
                raise ValueError("no table of contents")
        except (*DAMAGED, KeyError) as error:
            raise AppError(
                tr("{file}: its table of contents is damaged.", file=self.file.name), tr(_AGAIN)
            ) from error
        if plain["format"] > FORMAT:
            raise AppError(
                tr("{file} was made by a newer program.", file=self.file.name),
                tr("Install the newer version."),
            )
        if not signed_by(str(plain.get("signer", "")), signature, text):
            raise AppError(tr("{file}: its table of contents was altered.", file=self.file.name), tr(_AGAIN))
        try:
            manifest = from_plain(Manifest, plain)
        except (ValueError, TypeError, KeyError) as error:
            raise AppError(
                tr("{file}: its table of contents is damaged.", file=self.file.name), tr(_AGAIN)
            ) from error
        self._check_listed(manifest, infos)
        return manifest

    def _check_names(self, names: list[str]) -> None:
        odd = {name for name in names if not _NAME.fullmatch(name)} - {SIGNATURE, *self._beside}
        twice = {name for name, often in Counter(names).items() if often > 1}
        _refuse_foreign(self.file, odd | twice)
        if len(names) > MOST_MEMBERS:
            raise ValueError("too many members")

    def _check_listed(self, manifest: Manifest, infos: list[ZipInfo]) -> None:
        present = {info.filename for info in infos} - {MANIFEST, SIGNATURE, *self._beside}
        listed = {member.name: member for member in manifest.members}
        missing = next((member.what for name, member in listed.items() if name not in present), None)
        if missing is not None:
            raise AppError(tr("{file}: {part} is missing.", file=self.file.name, part=missing), tr(_AGAIN))
        _refuse_foreign(self.file, present - listed.keys())
        sizes = [member.size for member in manifest.members]
        if min(sizes, default=0) < 0 or max(sizes, default=0) > MOST_MEMBER_BYTES:
            raise AppError(tr("{file} is larger than a bundle can be.", file=self.file.name), tr(_AGAIN))
        most = min(MOST_TOTAL_BYTES, _SMALL_BYTES + MOST_TIMES * self.file.stat().st_size)
        if sum(sizes) > most:
            raise AppError(
                tr(
                    "{file} would unpack to {size} MiB, far more than images do.",
                    file=self.file.name,
                    size=f"{sum(sizes) // 2**20:,}",
                ),
                tr("Ask whoever made it what is in it."),
            )

    def _altered(self, member: Member) -> AppError:
        return AppError(tr("{file}: {part} was altered.", file=self.file.name, part=member.what), tr(_AGAIN))


@contextmanager
def opened_bundle(file: Path, passphrase: str | None = None) -> Iterator[BundleArchive]:
    """Open a bundle, behind a passphrase or not; raises AppError when it is damaged or does not open."""
    with ExitStack() as stack:
        try:
            outer = stack.enter_context(ZipFile(file))
        except BadZipFile as error:
            raise AppError(
                tr("{file} is cut off, damaged or no bundle.", file=file.name), tr(_AGAIN)
            ) from error
        except OSError as error:
            raise refused(file, error, tr("Check the path."), tr("cannot be opened")) from error
        except DAMAGED as error:
            raise AppError(
                tr("{file} is cut off, damaged or no bundle.", file=file.name), tr(_AGAIN)
            ) from error
        if LOCK in outer.namelist():
            _refuse_foreign(file, set(outer.namelist()) - {LOCK, CONTENT, RESULTS})
            inner = stack.enter_context(tempfile.TemporaryFile())
            _unlock(file, outer, passphrase, inner)
            yield BundleArchive(file, stack.enter_context(_inner_zip(file, inner)))
        else:
            yield BundleArchive(file, outer, frozenset({RESULTS}))


def needs_passphrase(file: Path) -> bool:
    """Whether the bundle is behind a passphrase; raises AppError when it is no bundle."""
    try:
        with ZipFile(file) as outer:
            names = outer.namelist()
    except DAMAGED as error:
        raise AppError(tr("{file} is cut off, damaged or no bundle.", file=file.name), tr(_AGAIN)) from error
    if MANIFEST not in names and LOCK not in names:
        raise AppError(
            tr("{file} is no bundle.", file=file.name),
            tr("Choose the file that the coordinator sent."),
        )
    return LOCK in names


def _refuse_foreign(file: Path, names: Collection[str]) -> None:
    """Name the first member that does not belong here; raises AppError when there is one."""
    if names:
        first = "".join(letter for letter in min(names)[:60] if letter.isprintable())
        raise AppError(
            tr("{file} holds files that do not belong into a bundle ({first}).", file=file.name, first=first),
            tr(_AGAIN),
        )


def _unlock(file: Path, outer: ZipFile, passphrase: str | None, inner: IO[bytes]) -> None:
    if passphrase is None:
        raise AppError(
            tr("{file} is behind a passphrase.", file=file.name),
            tr("Give it with --passphrase-file, or in the window."),
        )
    try:
        lock = lock_from_plain(json_in(bounded(outer, LOCK, 10_000)))
        key = key_of(lock, passphrase)
        if key is not None:
            with outer.open(CONTENT) as content:
                decrypt(key, lock, content, inner)
    except (*DAMAGED, KeyError, AttributeError, TypeError) as error:
        raise AppError(
            tr("{file}: its encrypted content was altered or cut off.", file=file.name), tr(_AGAIN)
        ) from error
    if key is None:
        raise AppError(
            tr("The passphrase does not open {file}.", file=file.name),
            tr("Type it again; capitals count."),
        )
    inner.seek(0)


def _inner_zip(file: Path, inner: IO[bytes]) -> ZipFile:
    try:
        return ZipFile(inner)
    except DAMAGED as error:
        raise AppError(
            tr("{file}: its encrypted content was altered or cut off.", file=file.name), tr(_AGAIN)
        ) from error


def bounded(archive: ZipFile, name: str, most: int) -> bytes:
    """Read a member without trusting what it says of its size; raises one of `DAMAGED`, or KeyError."""
    with archive.open(name) as file:
        content = file.read(most + 1)
        if len(content) > most:
            raise ValueError("larger than it may be")
        file.read(1)  # the end of the member: its checksum is looked at there
    return content
