"""One window at a time where two would write over each other: whoever has it is named."""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.bounded import json_in
from app.errors import AppError
from app.files import refusal
from app.language import for_later, tr
from app.process import alive, birth

YOUNG_SECONDS = 5.0
"""An unreadable lock this young may be one that is just being written."""


@dataclass(frozen=True)
class Guarded:
    """What a lock guards, in the words of its refusals; `{name}` stands for the name of the lock."""

    taken: str = for_later("Reader {name} is already reading this study")
    where: str = for_later("The study folder")
    """What cannot be written when the lock cannot be."""
    file: str = "locks/{name}.lock"
    """Which file to delete when its holder is gone."""


class NameLock:
    """A file that names the holder; a holder that died on this computer is taken over."""

    def __init__(self, folder: Path, name: str, guarded: Guarded | None = None) -> None:
        """Take FOLDER/NAME.lock; raises AppError naming the holder, or that the folder cannot be written."""
        self._file = folder / f"{name}.lock"
        self._held = False
        self._name, self._guarded = name, guarded or Guarded()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._take()
        except OSError as error:
            raise AppError(
                tr("{place} cannot be written: {why}.", place=tr(self._guarded.where), why=refusal(error)),
                tr("Give yourself permission to write there, or free some space, then try again."),
            ) from error

    def release(self) -> None:
        """Give it back."""
        if self._held:
            self._held = False
            self._file.unlink(missing_ok=True)

    def _take(self) -> None:
        for _ in range(3):  # a stale lock may vanish or be taken between looking and taking
            try:
                descriptor = os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            except FileExistsError:
                self._refuse_living_holder()
                self._file.unlink(missing_ok=True)
                continue
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(_myself(), file)
            self._held = True
            return
        raise AppError(
            tr("{name} is just being opened elsewhere.", name=self._name), tr("Try again in a moment.")
        )

    def _refuse_living_holder(self) -> None:
        holder = holder_of(self._file)
        if holder:
            raise AppError(
                f"{tr(self._guarded.taken, name=self._name)}: {holder}.",
                tr(
                    "Close it there first. If nobody has it open any more, delete {file}.",
                    file=self._guarded.file.format(name=self._name),
                ),
            )


@dataclass(frozen=True)
class Holder:
    """Who holds a lock; nothing is known of the one who is just writing it."""

    host: str = ""
    pid: int = 0
    since: str = ""

    def __str__(self) -> str:
        """Host, process and since when."""
        if not self.host:
            return tr("it is being opened at this moment")
        return tr("on {host}, process {pid}, since {since}", host=self.host, pid=self.pid, since=self.since)


def holder_of(file: Path) -> Holder | None:
    """Who holds a lock; None when nobody does any more."""
    try:
        age = time.time() - file.stat().st_mtime
        said = json_in(file.read_text(encoding="utf-8"))
        holder = Holder(str(said["host"]), int(said["pid"]), str(said["since"]))
        born = str(said.get("born", ""))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):  # half-written: by a killed process, or at this very moment
        return Holder() if age < YOUNG_SECONDS else None
    return holder if holder.host != socket.gethostname() or alive(holder.pid, born) else None


def held_elsewhere(folder: Path) -> tuple[str, Holder] | None:
    """The name of a lock in a folder that is held on another computer, and by whom."""
    for file in sorted(folder.glob("*.lock")):
        holder = holder_of(file)
        if holder and holder.host and holder.host != socket.gethostname():
            return file.stem, holder
    return None


def _myself() -> dict[str, str | int]:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    pid = os.getpid()
    return {"host": socket.gethostname(), "pid": pid, "born": birth(pid), "since": since}
