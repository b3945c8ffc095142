"""`scintiread study serve` and `study login`: a study on a server, for readers in many places."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from app.cli.terminal import TerminalProgress

Verb = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def configure(verb: Verb) -> None:
    """Add both verbs."""
    serve = verb("serve", "give every reader a login and a folder for a study on a server", run_serve)
    serve.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the folders go")
    serve.add_argument("--analysts", type=int, default=0, metavar="N", help="logins that may read everything")
    login = verb("login", "keep the password of a reader's folder in this computer's key ring", run_login)
    login.add_argument("--password-file", type=Path, metavar="FILE", help="instead of asking")


def run_serve(chosen: argparse.Namespace) -> int:
    """Make logins and folders; returns 0."""
    from app.workflows.study.serve import serve

    with TerminalProgress() as progress:
        made = serve(chosen.study, chosen.out, analysts=chosen.analysts, progress=progress)
    for name, folder in made.seats.items():
        print(f"{name}: {folder}")
    for remark in made.remarks:
        print(f"note: {remark}")
    print(f"Passwords are in {made.passwords}: hand each reader theirs, then delete the file.")
    print("On the reader's computer: scintiread study login FOLDER, then scintiread study read FOLDER.")
    return 0


def run_login(chosen: argparse.Namespace) -> int:
    """Ask for the password and keep it; returns 0."""
    from app.workflows.study.serve import log_in

    if chosen.password_file:
        password = chosen.password_file.read_text(encoding="utf-8").strip()
    else:
        password = getpass("Password: ")
    log_in(chosen.study, password)
    print("The password is kept in the key ring of this computer.")
    return 0
