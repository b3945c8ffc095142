"""Opens a study for the reading page: who reads, and whether the study may begin. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from app.errors import AppError
from app.gui.background import Background
from app.gui.job import Job
from app.gui.pages.reading import screens
from app.gui.pages.reading.curtain import Choice, Curtain
from app.language import tr
from app.progress import Cancelled, Progress
from app.study.protocol import Protocol as StudyProtocol
from app.study.protocol_file import read_protocol
from app.workflows.rehearsal.demo_marker import is_demo
from app.workflows.study.beginning import NotBegun
from app.workflows.study.read import OpenedSession

Result = TypeVar("Result")
Sit = Callable[[bool], OpenedSession]
"""Sits a reader down; told whether a study that nobody has read may be begun."""
Seated = OpenedSession | NotBegun
"""The session, unless the person has to be asked first."""


class StudyOpeningView(Protocol):
    """What is shown while a study is being opened."""

    def show_curtain(self, curtain: Curtain) -> None:
        """Some words and choices."""

    def show_rehearsal(self, on: bool) -> None:
        """Say whether simulated readers have read this study."""

    def leave(self) -> None:
        """Show where studies are chosen."""


class StudyOpening:
    """One attempt after the other to sit a reader down; `study` is the one that is open, or being opened."""

    def __init__(
        self,
        view: StudyOpeningView,
        background: Background,
        sit: Callable[[Path, str], Sit],
        begin: Callable[[OpenedSession, str], None],
    ) -> None:
        """`sit` gives what opens a session, on any thread; `begin` gets it, and the code of its reader."""
        self._view, self._sit, self._begin = view, sit, begin
        self._job = Job(background)
        self.study: Path | None = None

    @property
    def busy(self) -> bool:
        """Whether a reader is being seated."""
        return self._job.busy

    def open(self, study: Path, reader: str = "") -> None:
        """Sit this reader down, or ask which one; what is wrong is said on the screen."""
        self.study = study
        if reader:
            self._open(study, reader)
        else:
            self._choose_reader(study)

    def forget(self) -> None:
        """No study is open any more; one that arrives nevertheless is closed."""
        self.study = None
        self._job.drop()

    def _choose_reader(self, study: Path, ask: bool = False) -> None:
        def done(protocol: StudyProtocol) -> None:
            if len(protocol.readers) == 1 and not ask:
                self._open(study, protocol.readers[0])
                return
            choices = tuple(Choice(reader, partial(self._open, study, reader)) for reader in protocol.readers)
            self._view.show_curtain(screens.choose_reader(protocol.title, choices))

        self._start(
            study,
            lambda _: read_protocol(study / "protocol.toml"),
            done,
            lambda error: self._not_opened(error, partial(self._choose_reader, study)),
        )

    def _open(self, study: Path, reader: str, *, asked: bool = False) -> None:
        """The first sitting of all freezes the study: before it, that is asked, but of a demo."""
        sit = self._sit(study, reader)

        def work(progress: Progress) -> Seated:
            try:
                opened = sit(asked or is_demo(study))
            except NotBegun as first:
                return first
            if progress.cancelled:
                opened.close()
                raise Cancelled
            return opened

        def done(seated: Seated) -> None:
            if isinstance(seated, OpenedSession):
                self._view.show_rehearsal(seated.rehearsed)
                self._begin(seated, reader)
                return
            self._view.show_rehearsal(False)
            words = tr("Begin as {reader}, and freeze the study", reader=reader)
            begin = Choice(words, partial(self._open, study, reader, asked=True))
            back = Choice(tr("Back to the library"), self._view.leave)
            self._view.show_curtain(screens.freezes(seated.title, reader, (begin, back)))

        def failed(error: AppError) -> None:
            another = Choice(tr("Another reader"), partial(self._choose_reader, study, ask=True))
            self._not_opened(error, partial(self._open, study, reader), another)

        self._start(study, work, done, failed, dropped=_close)

    def _start(
        self,
        study: Path,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None],
        dropped: Callable[[Result], None] = lambda _: None,
    ) -> None:
        """A study may lie on a disk that is slow or gone: the window does not wait for it."""
        self._view.show_curtain(screens.opening_study(study.name, Choice(tr("Cancel"), self._view.leave)))
        self._job.start(tr("Opening the study"), work, done, failed, dropped=dropped)

    def _not_opened(self, error: AppError, again: Callable[[], None], *other: Choice) -> None:
        back = Choice(tr("Go to the library"), self._view.leave)
        choices = (Choice(tr("Try again"), again), *other, back)
        self._view.show_curtain(screens.not_opened(error.message, error.hint, choices))


def _close(seated: Seated) -> None:
    """Nobody waits for it any more."""
    if isinstance(seated, OpenedSession):
        seated.close()
