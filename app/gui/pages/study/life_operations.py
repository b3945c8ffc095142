"""Putting decisions of a study's life on record, in the background; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.gui.pages.study import commands
from app.gui.pages.study.bundle_operations import Start
from app.gui.pages.study.life_wish import SUBJECT, LifeAct, LifeWish
from app.gui.pages.study.steps import Step
from app.gui.speaker import Speaker
from app.progress import Progress

if TYPE_CHECKING:
    from app.study.life import LifeRecord
    from app.workflows.study.protocol import StudyFacts


class LifeView(Speaker, Protocol):
    """What is asked to be drawn."""

    def show_life_readers(self, readers: Sequence[str]) -> None:
        """Who can be withdrawn."""

    def show_command(self, name: str, text: str) -> None:
        """An operation as a command."""


class LifeOperations:
    """What can be decided of the open study; `changed` is called when something was."""

    def __init__(self, view: LifeView, start: Start, changed: Callable[[], None]) -> None:
        self._view = view
        self._start = start
        self._changed = changed
        self._facts: StudyFacts | None = None

    def use(self, facts: StudyFacts | None) -> None:
        """Work on this study from now on."""
        self._facts = facts
        self._view.show_life_readers(facts.protocol.readers if facts else ())
        self.describe(LifeWish())

    def describe(self, wish: LifeWish) -> None:
        """Show the decision as a command."""
        path = self._facts.path if self._facts else None
        self._view.show_command("life", commands.life(path, wish))

    def decide(self, wish: LifeWish) -> None:
        """Put it on record."""
        if self._facts is None:
            return
        if not wish.subject.strip() and wish.act is not LifeAct.RECORD:
            self._view.error(f"Name the {SUBJECT[wish.act].lower()}.")
            return
        path = self._facts.path

        def decided(record: LifeRecord) -> None:
            self._view.info(f"On record: {record.sentence}")
            self._changed()

        work: Callable[[Progress], LifeRecord] = partial(_decide, path, wish)
        self._start(Step.PROGRESS, "Putting it on record", work, decided)


def _decide(path: Path, wish: LifeWish, _: Progress) -> LifeRecord:
    from app.workflows.study.amend import amend_field
    from app.workflows.study.life import (
        Decided,
        exclude_case,
        readmit_case,
        reinstate_reader,
        withdraw_reader,
    )
    from app.workflows.study.truth_record import correct_case, record_truth

    decided, subject = Decided(wish.by, wish.reason), wish.subject.strip()
    match wish.act:
        case LifeAct.WITHDRAW:
            return withdraw_reader(path, subject, decided, wish.value.strip())
        case LifeAct.REINSTATE:
            return reinstate_reader(path, subject, decided)
        case LifeAct.EXCLUDE:
            return exclude_case(path, subject, decided)
        case LifeAct.READMIT:
            return readmit_case(path, subject, decided)
        case LifeAct.CORRECT:
            return correct_case(path, subject, wish.value, wish.by, wish.reason)
        case LifeAct.AMEND:
            return amend_field(path, subject, wish.value, wish.by, wish.reason)
        case LifeAct.RECORD:
            return record_truth(path, wish.by, wish.reason)
