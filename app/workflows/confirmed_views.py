"""What people said about scans whose sides were guessed, kept by image so that nobody is asked twice."""

from __future__ import annotations

import json
import os
from pathlib import Path

from app.errors import AppError
from app.scan.hashing import view_hash
from app.scan.scan import Scan


class ConfirmedViews:
    """Remembers by the fingerprints of the images, in one small file; holds no names and no paths."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, bool] | None = None

    def of(self, scan: Scan) -> bool | None:
        """True: the sides are right as guessed, False: they are to be exchanged, None: nobody said yet."""
        return self._all().get(_key(scan))

    def remember(self, scan: Scan, as_shown: bool) -> None:
        """Keep what a person said; `scan` as it was guessed, before any exchange.

        Raises: AppError when it cannot be written; it then holds until the program ends.
        """
        known = self._all()
        known[_key(scan)] = as_shown
        half = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps(known, indent=1), encoding="utf-8")
            half.replace(self._file)
        except OSError as error:
            raise AppError(
                f"The confirmation cannot be kept: {error.strerror or error}.",
                "It holds until the program is closed. Check the disk.",
            ) from error

    def _all(self) -> dict[str, bool]:
        if self._known is None:
            try:
                stored = json.loads(self._file.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # none yet, or damaged: people are asked again, nothing is lost
                stored = {}
            items = stored.items() if isinstance(stored, dict) else ()
            self._known = {key: value for key, value in items if isinstance(value, bool)}
        return self._known


def _key(scan: Scan) -> str:
    return "+".join(view_hash(view) for view in scan.views)
