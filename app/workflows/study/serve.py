"""Opens a study on a server to its readers: a login and an own folder for each, and nothing of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.store.folder import StudyFolder
from app.store.opening import open_study
from app.store.server.roles import Login, make_logins, require_server
from app.store.server.seats import remember_password, write_passwords, write_seat
from app.study.case import StudyCase
from app.workflows.study.protocol import refresh_protocol


@dataclass(frozen=True)
class Served:
    """The folder of each reader (and analyst), and the file with all passwords."""

    seats: dict[str, Path]
    passwords: Path
    remarks: tuple[str, ...] = ()
    """What only the server's administrator can do."""


def serve(study: Path, out: Path, *, analysts: int = 0, progress: Progress | None = None) -> Served:
    """Make logins and folders; repeated, it gives everybody a new password and the newest cases.

    Raises AppError for a study in a file, and for one whose scans lie elsewhere: readers get copies without
    identity, never the archive.
    """
    progress = progress or NoProgress()
    opened = open_study(study)
    try:
        refresh_protocol(opened)
        protocol = opened.studies.current().protocol
        require_server(opened.database)
        _require_copies(opened.studies.cases())
        made = make_logins(opened.database, protocol.readers, analysts)
    finally:
        opened.close()
    seats: dict[str, Path] = {}
    for place, login in enumerate(made.logins):
        check_cancelled(progress)
        name = _name(login, place + 1 - len(protocol.readers))
        progress.report(place / len(made.logins), f"Folder of {name}")
        write_seat(StudyFolder(study), login, out / name)
        seats[name] = out / name
    return Served(seats, write_passwords(out, made.logins), made.remarks)


def log_in(seat: Path, password: str) -> None:
    """Keep a reader's password in this computer's key ring, after it was seen to open the study.

    Raises AppError when the server refuses it, or there is no key ring.
    """
    folder = StudyFolder(seat)
    folder.require()
    remember_password(folder, password)
    open_study(seat).close()


def _require_copies(cases: Sequence[StudyCase]) -> None:
    elsewhere = [case.code for case in cases if any(Path(file).parts[0] != "scans" for file in case.files)]
    if elsewhere:
        raise AppError(
            f"The scan of {elsewhere[0]} lies outside the study, where readers elsewhere cannot see it.",
            "Make the study with --copy: the readers' folders get its de-identified copies.",
        )


def _name(login: Login, number: int) -> str:
    return login.reader or f"{login.kind.value}{number}"
