"""A reader's own folder of a study on a server: protocol, scans, and where the server is; no password."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url

from app.errors import AppError
from app.files import csv_text, refusal, write_whole
from app.store.folder import AUTHORITY, StudyFolder
from app.store.server.passwords import keep_password
from app.store.server.roles import Login
from app.study.protocol_file import protocol_text, read_protocol
from app.study.redacted import for_reader

PASSWORDS = "passwords.csv"


def write_seat(study: StudyFolder, login: Login, target: Path) -> None:
    """Write the folder of one login; what is there already is written again. Raises AppError."""
    url = make_url(study.database_url)._replace(username=login.role, password=None)  # set() would keep it
    try:
        target.mkdir(parents=True, exist_ok=True)
        seat = StudyFolder(target)
        protocol = read_protocol(study.protocol)
        known = for_reader(protocol, login.reader) if login.reader else protocol
        write_whole(seat.protocol, protocol_text(known))
        if study.scans.is_dir():
            shutil.copytree(study.scans, seat.scans, dirs_exist_ok=True)
        vouches = str(url.query.get("sslrootcert", ""))
        if Path(vouches).is_file():
            shutil.copyfile(vouches, target / AUTHORITY)
            url = url.update_query_dict({"sslrootcert": AUTHORITY})
        seat.configure(url.render_as_string(hide_password=False))
    except OSError as error:
        raise AppError(
            f"The folder {target.name} cannot be written: {refusal(error)}.",
            "Choose a place where you may write.",
        ) from error


def write_passwords(folder: Path, logins: Sequence[Login]) -> Path:
    """All passwords, for the coordinator's eyes; gives the file, which nobody else may read."""
    file = folder / PASSWORDS
    rows = ((login.reader or login.kind.value, login.role, login.password) for login in logins)
    content = csv_text([("who", "login", "password"), *rows], "\r\n", as_it_is=True)
    write_whole(file, content, "Choose a place where you may write.", private=True)
    return file


def remember_password(seat: StudyFolder, password: str) -> None:
    """Keep the password of a reader's folder in this computer's key ring; raises AppError without one."""
    url = make_url(seat.database_url)
    if not url.host or not url.username:
        raise AppError(f"{seat.path.name} needs no password: its study lies in a file.", "Just read it.")
    keep_password(url, password)
