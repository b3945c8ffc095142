"""Writes a bundle: a zip with a signed table of contents, whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from app.bundles.keys import SigningKey
from app.bundles.manifest import Manifest, Member
from app.bundles.passphrase import encrypt, new_lock
from app.files import flush, new_file, put_in_place, refused
from app.study.canonical import canonical_json

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LOCK, CONTENT = "lock.json", "content.locked"
RESULTS = "results.jsonl"
"""What was read; the one member that no seal covers, because its lines carry signatures of their own."""
_THEN = (1980, 1, 1, 0, 0, 0)
"""No file's time says when a patient's scan was written."""


class BundleWriter:
    """Collects members in a draft beside the target; use it as a context manager."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._draft = target.with_name(f".{target.name}.part")
        self._members: list[Member] = []

    def __enter__(self) -> BundleWriter:
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self._draft.unlink(missing_ok=True)
            self._file = new_file(self._draft, private=True)
            self._zip = ZipFile(self._file, "w", ZIP_DEFLATED)
        except OSError as error:
            self._refuse(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._draft.unlink(missing_ok=True)
        self._second.unlink(missing_ok=True)
        if isinstance(error, OSError):
            self._refuse(error)

    def add(self, name: str, what: str, content: bytes) -> None:
        """Add one member; `what` is what a person is told it is."""
        self._members.append(Member(name, what, hashlib.sha256(content).hexdigest(), len(content)))
        self._zip.writestr(member_info(name), content)

    def finish(self, manifest: Manifest, signer: SigningKey, passphrase: str | None) -> Manifest:
        """Sign the table of contents and put the bundle in its place; gives the table as it was signed."""
        signed = replace(manifest, members=tuple(self._members))
        text = canonical_json(signed).encode()
        self._zip.writestr(member_info(MANIFEST), text)
        self._zip.writestr(member_info(SIGNATURE), signer.sign(text))
        self._zip.close()
        flush(self._file)
        self._file.close()
        draft = self._draft if passphrase is None else self._locked(signed.bundle, passphrase)
        put_in_place(draft, self._target)
        return signed

    @property
    def _second(self) -> Path:
        return self._draft.with_suffix(".locked")

    def _locked(self, bundle: str, passphrase: str) -> Path:
        """The draft behind a passphrase."""
        lock, key = new_lock(bundle, passphrase)
        self._second.unlink(missing_ok=True)
        with new_file(self._second, private=True) as file:
            with ZipFile(file, "w", ZIP_STORED) as outer, self._draft.open("rb") as inner:
                outer.writestr(member_info(LOCK, ZIP_STORED), canonical_json(lock))
                with outer.open(member_info(CONTENT, ZIP_STORED), "w", force_zip64=True) as content:
                    encrypt(key, lock, inner, content)
            flush(file)
        return self._second

    def _refuse(self, error: OSError) -> NoReturn:
        hint = "Free some space or choose another folder; nothing half-written was left."
        raise refused(self._target, error, hint) from error


def free_bytes(folder: Path) -> int:
    """How much room there is where a bundle is going to lie."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def member_info(name: str, method: int = ZIP_DEFLATED) -> ZipInfo:
    """A member that nobody else may read once it is unpacked, and that does not say when it was written."""
    info = ZipInfo(name, _THEN)
    info.compress_type = method
    info.external_attr = 0o600 << 16
    return info
