"""Opens a study for the reading page: who reads, and whether the study may begin. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.gui.pages.reading import screens
from app.gui.pages.reading.curtain import Choice, Curtain
from app.study.protocol_file import read_protocol
from app.workflows.rehearsal.demo_marker import is_demo
from app.workflows.study.protocol import study_facts
from app.workflows.study.read import OpenedSession


class StudyOpeningView(Protocol):
    """What is shown while a study is being opened."""

    def show_curtain(self, curtain: Curtain) -> None:
        """Some words and choices."""

    def show_rehearsal(self, on: bool) -> None:
        """Say whether simulated readers have read this study."""

    def leave(self) -> None:
        """Show where studies are chosen."""


class StudyOpening:
    """One attempt after the other to sit a reader down; `study` is the one that is open."""

    def __init__(
        self,
        view: StudyOpeningView,
        sit: Callable[[Path, str], OpenedSession],
        begin: Callable[[OpenedSession, str], None],
    ) -> None:
        """`sit` opens a session of a reader on a study; `begin` gets it, and the code of its reader."""
        self._view, self._sit, self._begin = view, sit, begin
        self.study: Path | None = None

    def open(self, study: Path, reader: str = "") -> None:
        """Sit this reader down, or ask which one; what is wrong is said on the screen."""
        if reader:
            self._open(study, reader)
        else:
            self._choose_reader(study)

    def forget(self) -> None:
        """No study is open any more."""
        self.study = None

    def _choose_reader(self, study: Path, ask: bool = False) -> None:
        try:
            protocol = read_protocol(study / "protocol.toml")
        except AppError as error:
            self._not_opened(error, partial(self._choose_reader, study))
            return
        if len(protocol.readers) == 1 and not ask:
            self._open(study, protocol.readers[0])
            return
        choices = tuple(Choice(reader, partial(self._open, study, reader)) for reader in protocol.readers)
        self._view.show_curtain(screens.choose_reader(protocol.title, choices))

    def _open(self, study: Path, reader: str, *, asked: bool = False) -> None:
        """The first sitting of all freezes the study: before it, that is asked, but of a demo."""
        try:
            facts = study_facts(study)
            self._view.show_rehearsal(facts.rehearsed)
            first = facts.frozen is None and reader in facts.protocol.readers
            if first and not asked and not is_demo(study):
                words = f"Begin as {reader}, and freeze the study"
                begin = Choice(words, partial(self._open, study, reader, asked=True))
                back = Choice("Back to the library", self._view.leave)
                self._view.show_curtain(screens.freezes(facts.protocol.title, reader, (begin, back)))
                return
            opened = self._sit(study, reader)
        except AppError as error:
            another = Choice("Another reader", partial(self._choose_reader, study, ask=True))
            self._not_opened(error, partial(self._open, study, reader), another)
            return
        self.study = study
        self._begin(opened, reader)

    def _not_opened(self, error: AppError, again: Callable[[], None], *other: Choice) -> None:
        back = Choice("Go to the library", self._view.leave)
        choices = (Choice("Try again", again), *other, back)
        self._view.show_curtain(screens.not_opened(error.message, error.hint, choices))
