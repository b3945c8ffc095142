"""Writes copies of scans without patient identity; the key that leads back is kept in a file apart."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.scan.deidentify import Deidentified, deidentify
from app.scan.deidentify_elements import Options
from app.scan.pseudonyms import Pseudonyms
from app.scan.read import one_sentence

KEY_FORMAT = 1


@dataclass(frozen=True)
class DeidentifiedRow:
    """One file of the input: what was written for it, or the reason why nothing was."""

    source: Path
    written: Path | None = None
    patient: str = ""
    reason: str = ""


def deidentify_files(
    source: Path,
    target: Path,
    options: Options | None = None,
    key_file: Path | None = None,
    progress: Progress | None = None,
) -> tuple[DeidentifiedRow, ...]:
    """De-identify a file, or all scans under a folder, into the folder `target`, one folder per patient.

    A `target` that ends in .dcm takes a single file. The key file is made when it does not exist and used
    again when it does, so that later scans of a patient get the same code, UIDs and date shift; it may not
    lie in `target`. Raises AppError when nothing can be written, and Cancelled.
    """
    options, progress = options or Options(), progress or NoProgress()
    files = _files(source)
    single = target.suffix.lower() == ".dcm"
    if single and len(files) != 1:
        raise AppError(f"{target.name} is one file, but {len(files)} are given.", "Name a folder as target.")
    key_file = key_file or target.with_name(f"{target.stem}-key.json")
    _check_places(source, target, key_file, single)
    key = _Key.open(key_file)
    rows = []
    for index, path in enumerate(files):
        check_cancelled(progress)
        progress.report(index / len(files), f"File {index + 1} of {len(files)}")
        try:
            with one_sentence(path):
                done = deidentify(path, key.pseudonyms, options)
        except AppError as error:
            rows.append(DeidentifiedRow(path, reason=str(error)))
            continue
        key.remember(done)
        place = target if single else target / done.patient / done.name
        if place.resolve() == path.resolve():
            raise AppError(f"{path.name} would be overwritten by its own copy.", "Choose another target.")
        _write(place, done.content)
        rows.append(DeidentifiedRow(path, place, done.patient))
    progress.report(1.0, f"{sum(row.written is not None for row in rows)} of {len(files)} files written")
    return tuple(rows)


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        return sorted(path for path in source.rglob("*") if path.is_file())
    if not source.exists():
        raise AppError(f"{source.name} does not exist.", "Check the path of the scans.")
    return [source]


def _check_places(source: Path, target: Path, key_file: Path, single: bool) -> None:
    if not single and key_file.resolve().is_relative_to(target.resolve()):
        raise AppError(
            f"The key file {key_file.name} would lie among the de-identified scans.",
            "Keep it elsewhere: whoever has both can name the patients.",
        )
    if not single and source.is_dir() and target.resolve().is_relative_to(source.resolve()):
        raise AppError("The target lies inside the folder of the originals.", "Choose a folder beside it.")
    if target.is_file() and not single:
        raise AppError(f"{target.name} is a file.", "Name a folder as target.")


class _Key:
    """The key file: the secret, and which code stands for which patient."""

    def __init__(self, path: Path, secret: bytes, patients: dict[str, dict[str, object]]) -> None:
        self.path = path
        self.pseudonyms = Pseudonyms(secret)
        self.patients = patients

    @classmethod
    def open(cls, path: Path) -> _Key:
        """Read the key file, or make a new one with a fresh secret; it is on disk before any scan is."""
        if not path.exists():
            key = cls(path, secrets.token_bytes(32), {})
            key.save()
            return key
        try:
            content = json.loads(path.read_text("utf-8"))
            secret = bytes.fromhex(content["secret"])
            if content["format"] != KEY_FORMAT or len(secret) < 16:
                raise ValueError("another format")
            return cls(path, secret, dict(content["patients"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AppError(
                f"{path.name} is no key file of this program.", "Name the right one, or a new one."
            ) from error

    def remember(self, done: Deidentified) -> None:
        """Note whose code it is, before the scan is written."""
        entry: dict[str, object] = {"identity": done.identity, "date_shift_days": done.shift_days}
        if self.patients.get(done.patient) != entry:
            self.patients[done.patient] = entry
            self.save()

    def save(self) -> None:
        """Write the file, readable by its owner alone."""
        content = {"format": KEY_FORMAT, "secret": self.pseudonyms.key.hex(), "patients": self.patients}
        _write(self.path, json.dumps(content, indent=1, ensure_ascii=False).encode(), private=True)


def _write(path: Path, content: bytes, private: bool = False) -> None:
    """Write a whole file or none: beside its place first, then moved there."""
    draft = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if private else 0o666
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise AppError(
            f"{path.name} cannot be written: {error.strerror}.", "Check the disk and the access rights."
        ) from error
