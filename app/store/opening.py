"""Opens a study folder: its database brought up to date, its parts at hand."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.errors import AppError
from app.files import refusal
from app.paths import user_data
from app.store.ai_results import AiResults
from app.store.backup import keep_backup
from app.store.database import Database, Unreachable
from app.store.folder import StudyFolder
from app.store.life import retired
from app.store.migrations import migrate
from app.store.mirror import Mirror
from app.store.readings import ReaderJournal, StudyReadings
from app.store.replay import replay_into
from app.store.server.passwords import settled
from app.store.server.post import Post, reveals_of
from app.store.server.waiting import OtherAnswers, WaitingJournal
from app.store.server.wire import READING_SECONDS
from app.store.studies import Studies
from app.study.chain import DurableStep, Head, genesis
from app.study.journal import ReaderHistory
from app.study.life import Retired

ARRIVAL_SECONDS = 15.0
"""How long somebody waits for the server before it counts as away."""


class OpenStudy:
    """A study that can be read from and written to; close it when done."""

    def __init__(self, folder: StudyFolder, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.studies = Studies(database)
        self.readings = StudyReadings(database)
        self.ai = AiResults(database)
        self.waiting: WaitingJournal | None = None
        """Where a reader who sits at a server's study appends."""
        self.out: frozenset[str] = frozenset()
        """The cases that are out, as they were known last."""

    def genesis(self, reader: str) -> str:
        """Where a reader's chains begin."""
        return genesis(self.studies.versions()[0].sha256, reader)

    def journal(
        self, reader: str, second_copy: Path | None = None, mirror: Mirror | None = None, start: str = ""
    ) -> ReaderJournal:
        """Where a reader's answers go; with a second copy when the study or the caller asks for one."""
        copy_folder = second_copy or self.folder.second_copy
        if mirror is None and copy_folder is not None:
            mirror = self.mirror(reader, copy_folder)
        return ReaderJournal(self.database, reader, start or self.genesis(reader), mirror)

    def take_over(self, reader: str, copy: Path) -> int:
        """Append what a second copy has beyond the database; see `replay_into`."""
        return replay_into(self.database, self.readings, reader, self.genesis(reader), copy)

    def session_journal(
        self,
        reader: str,
        second_copy: Path | None = None,
        mirror: Mirror | None = None,
        history: ReaderHistory | None = None,
    ) -> ReaderJournal | WaitingJournal:
        """Where a sitting reader's answers go: into the file, or onto this computer and then to the server.

        `history`: what the reader did so far, if that is known; what still waited here is sent on top of it.
        """
        if self.database.file is not None:
            return self.journal(reader, second_copy, mirror)
        versions = self.studies.last_seen or self.studies.versions()
        protocol = versions[-1].protocol
        start = genesis(versions[0].sha256, reader)
        journal = self.journal(reader, second_copy, mirror, start)
        post = Post(self.database, journal, reader, start, self.ai, reveals_of(protocol), self._now_out)

        def send(file: Path) -> Head:
            try:
                self.take_over(reader, file)
            except Unreachable:
                raise
            except AppError as error:
                raise OtherAnswers(file) from error
            return post.head()

        self.database.silence_seconds = READING_SECONDS
        file = user_data() / "waiting" / f"{protocol.code}-{start[:8]}-{reader}.jsonl"
        head = history.head if history is not None else post.head()
        self.waiting = WaitingJournal(post, head or Head.start(start), file, send)
        return self.waiting

    def look_who_is_out(self) -> Retired:
        """Readers and cases that are out by now."""
        found = retired(self.database)
        self.out = found.cases
        return found

    def cases_out(self) -> frozenset[str]:
        """The cases that are out, as far as is known without waiting for a server: it tells with each answer.

        While a database does not answer, those that were known last.
        """
        if self.waiting is None:
            with suppress(AppError):
                self.look_who_is_out()
        return self.out

    def put_on_record(self) -> None:
        """Wait until the server has all that was read: only then it shows what that reveals.

        Raises AppError when it does not answer. A study in a file has it already.
        """
        if self.waiting is not None and not self.waiting.arrive(ARRIVAL_SECONDS):
            raise Unreachable(
                "The server does not answer; your answers are safe on this computer.",
                "What the AI says comes from the server: check the network, then try again.",
            )

    def _now_out(self, cases: frozenset[str]) -> None:
        self.out = cases

    def mirror(self, reader: str, folder: Path) -> Mirror:
        """The second copy of one reader."""
        code = self.studies.current().protocol.code

        def missing(end: Head) -> Sequence[DurableStep]:
            return batches_after(self.readings, reader, end)

        return Mirror(folder, code, reader, missing)

    def back_up(self) -> None:
        """Keep a copy of the database, when it is a file."""
        if self.database.file is not None:
            keep_backup(self.database.file, self.folder.backups)

    def close(self) -> None:
        """Let go of the database."""
        if self.waiting is not None:
            self.waiting.stop()
        self.database.close()


def open_study(path: Path | str) -> OpenStudy:
    """Open an existing study; raises AppError when it is none, is damaged, or belongs to a newer program."""
    folder = StudyFolder(Path(path))
    folder.require()
    database = Database(folder.database_url)
    if database.file is not None and (lack := _lack(database.file)):
        raise AppError(
            f"{database.file.name} is {lack} in the study {folder.path.name}.",
            "`scintiread study restore` puts the fullest backup in its place.",
        )
    return _ready(folder, database)


def create_study(folder: StudyFolder, database_url: str = "", second_copy: str = "") -> OpenStudy:
    """Make the folder and its empty database; raises AppError when there is a study already.

    A password in the URL goes to this computer's key ring, never into the folder.
    """
    if folder.protocol.exists():
        raise AppError(f"{folder.path.name} is a study already.", "Choose another folder.")
    database_url = settled(database_url)
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        folder.configure(database_url, second_copy)
    except OSError as error:
        raise AppError(
            f"The folder {folder.path.name} cannot be made: {refusal(error)}.",
            "Choose a place where you may write.",
        ) from error
    study = _ready(folder, Database(folder.database_url))
    if study.studies.versions():
        study.close()
        raise AppError(
            f"{study.database.name} holds a study already.", "Give this study a database of its own."
        )
    return study


def batches_after(readings: StudyReadings, reader: str, end: Head) -> list[DurableStep]:
    """What was appended after `end` (only its counts matter), one batch per reading and one for the rest."""
    events = [stored.event for stored in readings.events(reader) if stored.sequence > end.events]
    batches = []
    number, sequence = end.readings, end.events
    for reading in readings.all(reader):
        if reading.number > end.readings:
            taken = events[sequence - end.events : reading.events - end.events]
            batches.append(DurableStep(Head(number, "", sequence, ""), taken, reading))
            number, sequence = reading.number, max(sequence, reading.events)
    rest = events[sequence - end.events :]
    if rest:
        batches.append(DurableStep(Head(number, "", sequence, ""), rest))
    return batches


def _lack(file: Path) -> str:
    """ "missing" or "empty", where nothing of a study is there; an empty file is never made a new study."""
    if not file.is_file():
        return "missing"
    journal = file.with_name(f"{file.name}-wal")
    return "" if file.stat().st_size or (journal.is_file() and journal.stat().st_size) else "empty"


def _ready(folder: StudyFolder, database: Database) -> OpenStudy:
    try:
        migrate(database)
    except AppError:
        database.close()
        raise
    return OpenStudy(folder, database)
