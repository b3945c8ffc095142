"""The three ways in which a rehearsed study is read: at one desk, from bundles, on a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import AppError
from app.files import csv_records
from app.progress import Part, Progress
from app.store.server.passwords import VARIABLE
from app.study.clock import SimulatedClock
from app.wording import counted
from app.workflows.bundles.make import make_all_bundles
from app.workflows.bundles.merge import merge_bundles
from app.workflows.bundles.open import open_bundle, open_bundle_session
from app.workflows.rehearsal.readers import SCREEN, read_list, rehearse, script_of
from app.workflows.study.read import OpenedSession, open_session
from app.workflows.study.serve import serve


def at_one_desk(study: Path, seed: int, progress: Progress) -> str:
    """Everybody reads the study's own folder."""
    read = rehearse(study, seed, progress).readings
    return counted(sum(read.values()), "presentation")


def from_bundles(study: Path, seed: int, folder: Path, progress: Progress) -> str:
    """A bundle for each reader, read where it lies, and merged - twice, which must change nothing.

    Raises AppError when what came back does not merge.
    """
    script = script_of(study, seed)
    made = make_all_bundles(study, folder, progress=Part(progress, 0.0, 0.3))
    results: dict[str, Path] = {}
    files = {one.reader: one.file for one in made}

    def sit_down(reader: str, clock: SimulatedClock) -> OpenedSession:
        bundle = open_bundle(files[reader])
        results[reader] = bundle.results
        return open_bundle_session(bundle, screen=SCREEN, clock=clock)

    read = 0
    for reader in files:
        read += read_list(reader, script, sit_down, Part(progress, 0.3, 0.9), read)
    merged = merge_bundles(study, list(results.values()), Part(progress, 0.9, 0.95))
    again = merge_bundles(study, list(results.values()), Part(progress, 0.95, 1.0))
    if not (merged.ok and again.ok) or any(file.added for file in again.files):
        raise AppError(f"The bundles did not merge: {merged.sentence}", "Merge them by hand to see why.")
    size = sum(one.size_bytes for one in made) / 1e6
    return f"{counted(read, 'presentation')} from {counted(len(made), 'bundle')} ({size:.0f} MB), merged"


def on_a_server(study: Path, seed: int, folder: Path, progress: Progress) -> str:
    """Each reader with the own folder and login, as somebody elsewhere would read."""
    script = script_of(study, seed)
    served = serve(study, folder, progress=Part(progress, 0.0, 0.2))
    secrets = {row["who"]: row["password"] for row in csv_records(served.passwords)}
    served.passwords.unlink()

    def sit_down(reader: str, clock: SimulatedClock) -> OpenedSession:
        return open_session(served.seats[reader], reader, screen=SCREEN, clock=clock, site="rehearsal")

    read = 0
    for reader, secret in secrets.items():
        with _known(secret):
            read += read_list(reader, script, sit_down, Part(progress, 0.2, 1.0), read)
    return f"{counted(read, 'presentation')} on the server, each reader with an own login"


@contextmanager
def _known(password: str) -> Iterator[None]:
    """A reader's password, known to this process for a while as it would be on the reader's computer."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = password
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
