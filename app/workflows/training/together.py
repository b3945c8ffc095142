"""Several processes make one cohort ready: the first does it, the others wait, and all have to see it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app import paths
from app.errors import AppError

if TYPE_CHECKING:
    from app.learning.devices import Place

_SECONDS = 20.0
"""So long a shared disk may take to show what another machine wrote."""
T = TypeVar("T")


def prepared_folder() -> Path:
    """Where prepared scans are kept."""
    return paths.user_data() / "prepared"


def together(place: Place, out: Path, make: Callable[[], T]) -> T:
    """What `make` gives, made by the first process of a `torchrun` and then by the others from its files.

    Raises AppError in every process when one of them does not see the first one's files, as on several
    machines without a shared disk: of the prepared scans before they are made.
    """
    if place.share.world == 1:
        return make()
    _check_seen(place, out, (prepared_folder(),))  # before hours of preparing
    made = make() if place.first else None
    place.agreed(0.0)  # the others wait here until it is made
    _check_seen(place, out, (out, prepared_folder()))  # a shared disk may take a while to show it
    return made if made is not None else make()


def _check_seen(place: Place, out: Path, folders: tuple[Path, ...]) -> None:
    """Raise AppError in every process when one does not see what the first one writes into these folders."""
    token = str(int(place.agreed(float(secrets.randbits(50)))))
    notes = [folder / ".launch" for folder in folders]
    if place.first:
        for note in notes:
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(token, encoding="ascii")
    place.agreed(0.0)  # the others look when it is written
    everybody = place.mean(float(_all_say(notes, token))) == 1
    if place.first:  # all have looked
        for note in notes:
            note.unlink(missing_ok=True)
    if not everybody:
        raise AppError(
            f"The processes of this training do not all see {out.name} and the prepared scans.",
            "Put the run and the user's data folder on a disk that all machines share, or train on one.",
        )


def _all_say(notes: list[Path], token: str) -> bool:
    until = time.monotonic() + _SECONDS
    while True:
        if all(note.is_file() and note.read_text(encoding="ascii") == token for note in notes):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
