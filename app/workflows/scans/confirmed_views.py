"""What people said about scans whose sides were guessed, kept by image so that nobody is asked twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from app import paths
from app.bounded import json_in
from app.errors import AppError
from app.files import refusal, whole
from app.scan.hashing import view_hash
from app.scan.scan import Scan, ViewName

Confirm = Callable[[Scan], bool | None]
"""Asked about a scan whose sides were assumed: True keeps them, False exchanges them, None leaves it open."""

_SIDES = frozenset(side.value for side in ViewName)


class ConfirmedViews:
    """The side of every image that a person has told, in one small file; holds no names and no paths.

    The file is read again when it changed, so that every page and window knows what was said in another.
    It says which image is which side, and not whether a guess was right: guesses change, images do not.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        self._read: tuple[int, int] | None = None

    def of(self, scan: Scan) -> bool | None:
        """True: the sides are right as guessed, False: they are to be exchanged, None: nobody said yet."""
        known = self._all()
        said = {known[key] == view.name for view in scan.views if (key := view_hash(view)) in known}
        return said.pop() if len(said) == 1 else None

    def remember(self, scan: Scan, as_shown: bool) -> None:
        """Keep what a person said; `scan` as it was guessed, before any exchange.

        Raises: AppError when it cannot be written; it then holds until the program ends.
        """
        known = self._all()
        for view in _confirmed(scan, as_shown).views:
            if view.counts.any():  # an empty image is no patient's own
                known[view_hash(view)] = view.name.value
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with whole(self._file) as file:
                file.write(json.dumps(known, indent=1).encode())
        except OSError as error:
            raise AppError(
                f"The confirmation cannot be kept: {refusal(error)}.",
                "It holds until the program is closed. Check the disk.",
            ) from error
        self._read = _state(self._file)

    def _all(self) -> dict[str, str]:
        state = _state(self._file)
        if state is not None and state != self._read:
            self._known, self._read = {**self._known, **_sides(self._file)}, state
        return self._known


@cache
def _kept_in(file: Path) -> ConfirmedViews:
    return ConfirmedViews(file)


def confirmed_views() -> ConfirmedViews:
    """What this user has said: the same for every page and every command."""
    return _kept_in(paths.user_data() / "confirmed_views.json")


def as_said(scan: Scan, confirm: Confirm | None = None) -> Scan:
    """The scan with the sides that a person told, where they were assumed and somebody said.

    Without `confirm` by what this user has said before, in whichever page.
    """
    as_shown = (confirm or confirmed_views().of)(scan) if scan.needs_confirmation else None
    return scan if as_shown is None else _confirmed(scan, as_shown)


def _state(file: Path) -> tuple[int, int] | None:
    """What tells that a file changed; None when it cannot be looked at."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _sides(file: Path) -> dict[str, str]:
    """Sides by image; older files told of pairs whether the guess was right, the anterior image first."""
    try:
        stored = json_in(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # damaged: people are asked again, nothing is lost
        return {}
    sides: dict[str, str] = {}
    for key, value in stored.items() if isinstance(stored, dict) else ():
        if value in _SIDES:
            sides[key] = value
        elif isinstance(value, bool) and key.count("+") == 1:
            sides |= dict(zip(key.split("+"), list(ViewName) if value else reversed(ViewName), strict=True))
    return sides


def _confirmed(scan: Scan, as_shown: bool) -> Scan:
    from app.scan.pairing import confirm_views

    return confirm_views(scan, as_shown=as_shown)
