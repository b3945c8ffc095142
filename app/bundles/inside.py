"""The results inside a bundle: one member after the sealed ones, which are copied byte by byte."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from app.bundles.archive import DAMAGED, bounded
from app.bundles.writer import LOCK, RESULTS, SIGNATURE, member_info
from app.errors import AppError
from app.files import flush, new_file, put_in_place, refusal
from app.language import tr
from app.progress import NoProgress, Progress

MOST_BYTES = 2**28
_PIECE = 2**22
_MOST_SEAL_BYTES = 10_000


@dataclass(frozen=True)
class Inside:
    """What a bundle carries: `results` as lines, empty when it carries none, and a hash that tells this
    bundle from every other one."""

    bundle_sha256: str
    results: bytes


def name_inside(file: Path) -> str:
    """What the results inside a bundle are called where something is wrong with them."""
    return f"{RESULTS} in {file.name}"


def inside_of(file: Path) -> Inside:
    """Look into a bundle, behind a passphrase or not; raises AppError when its results are damaged."""
    try:
        with ZipFile(file) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                raise ValueError("a member is there twice")
            seal = LOCK if LOCK in names else SIGNATURE
            digest = hashlib.sha256(bounded(archive, seal, _MOST_SEAL_BYTES)).hexdigest()
            results = _read(archive) if RESULTS in names else None
    except (*DAMAGED, KeyError) as error:
        raise AppError(
            tr("{file} was altered or cut off.", file=name_inside(file)),
            tr("Ask for the file again, or for the file of results that lies beside it."),
        ) from error
    if results is not None and not results.endswith(b"\n"):
        raise AppError(
            tr("{file} is cut off in its last line.", file=name_inside(file)),
            tr("Ask for the file again."),
        )
    return Inside(digest, results or b"")


def put_inside(file: Path, results: bytes, before: Inside, progress: Progress | None = None) -> Inside:
    """Write the bundle anew with these results in it, whole or not at all; gives what it carries now.

    Raises AppError, and leaves the bundle as it is, when the disk refuses or when it carries something else
    than `before`: then somebody else has written it meanwhile.
    """
    if inside_of(file) != before:
        raise AppError(
            tr("{file} was changed by another program while it was being read.", file=file.name),
            tr("The answers lie in the file beside it: send that one."),
        )
    draft = _draft_of(file)
    try:
        try:
            draft.unlink(missing_ok=True)
            with new_file(draft, private=True) as target:
                _copy(file, target, progress or NoProgress())
                _append(target, results)
                flush(target)
            with suppress(OSError):  # a stick that knows no access rights
                shutil.copymode(file, draft)
            put_in_place(draft, file)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise AppError(
            tr("The answers could not be written into {file} ({why}).", file=file.name, why=refusal(error)),
            tr("They are in the file beside it: send that one."),
        ) from error
    return Inside(before.bundle_sha256, results)


def forget_draft(file: Path) -> None:
    """Take away what a computer left that stopped while it wrote."""
    with suppress(OSError):  # it harms nobody, and writing the next one says what is wrong there
        _draft_of(file).unlink(missing_ok=True)


def _draft_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.with-answers")


def _read(archive: ZipFile) -> bytes:
    if any(info.header_offset > archive.getinfo(RESULTS).header_offset for info in archive.infolist()):
        raise ValueError("this program writes them last")
    return bounded(archive, RESULTS, MOST_BYTES)


def _copy(file: Path, target: IO[bytes], progress: Progress) -> None:
    whole, done = max(1, file.stat().st_size), 0
    with file.open("rb") as source:
        while piece := source.read(_PIECE):
            target.write(piece)
            done += len(piece)
            progress.report(min(1.0, done / whole), tr("Writing the answers into {file}", file=file.name))


def _append(target: IO[bytes], results: bytes) -> None:
    """Put the results where those of last time were, or behind the last sealed member."""
    with ZipFile(target, "a") as archive:
        if RESULTS in archive.NameToInfo:
            old = archive.NameToInfo.pop(RESULTS)
            archive.filelist.remove(old)
            archive.start_dir = old.header_offset  # nothing but the directory follows them
        archive.writestr(member_info(RESULTS), results)
