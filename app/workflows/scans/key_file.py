"""The file that leads from codes back to patients: the secret of the pseudonyms, and who has which code."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from app.bounded import json_in
from app.errors import AppError
from app.files import write_whole
from app.scan.deidentify import Deidentified
from app.scan.pseudonyms import Pseudonyms

KEY_FORMAT = 1


class KeyFile:
    """The key file: the secret, and which code stands for which patient."""

    def __init__(self, path: Path, secret: bytes, patients: dict[str, dict[str, object]]) -> None:
        self.path = path
        self.pseudonyms = Pseudonyms(secret)
        self.patients = patients

    @classmethod
    def open(cls, path: Path) -> KeyFile:
        """Read the key file, or make a new one with a fresh secret; it is on disk before any scan is.

        Raises AppError when it is another file, or cannot be written.
        """
        if not path.exists():
            key = cls(path, secrets.token_bytes(32), {})
            key.save()
            return key
        try:
            content = json_in(path.read_text("utf-8"))
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
        entry: dict[str, object] = {
            "identity": done.identity,
            "date_shift_days": done.shift_days,
            "time_shift_seconds": done.shift_seconds,
        }
        if self.patients.get(done.patient) != entry:
            self.patients[done.patient] = entry
            self.save()

    def save(self) -> None:
        """Write the file, readable by its owner alone."""
        content = {"format": KEY_FORMAT, "secret": self.pseudonyms.key.hex(), "patients": self.patients}
        text = json.dumps(content, indent=1, ensure_ascii=False)
        write_whole(self.path, text, "Check the disk and the access rights.", private=True)


def check_key_place(key_file: Path, target: Path) -> None:
    """Raise AppError when the key would lie among the scans that it unlocks."""
    if key_file.resolve().is_relative_to(target.resolve()):
        raise AppError(
            f"The key file {key_file.name} would lie among the de-identified scans.",
            "Keep it elsewhere: whoever has both can name the patients.",
        )
