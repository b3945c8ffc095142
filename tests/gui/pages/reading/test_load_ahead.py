"""Cases are loaded before they are wanted, and forgotten as soon as they are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.errors import AppError
from app.gui.pages.reading.load_ahead import LoadAhead, ReadyCase
from app.progress import NoProgress
from app.scan.scan import Scan, View, ViewName
from app.study.assignment import Assignment
from app.study.protocol import Arm
from app.workflows.study.read import LoadedCase


class Later:
    """A background whose work is done when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, work: Any, done: Any, failed: Any, /, *, priority: int) -> object:
        def finish() -> None:
            try:
                result = work(NoProgress())
            except AppError as error:
                failed(error)
            else:
                done(result)

        self.waiting.append(finish)
        return finish

    def finish(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class Shelf:
    """Cases to load, and how often each was loaded."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.background = Later()
        self.ahead = LoadAhead(self.load, self.background, lambda _assignment: None)
        self.shown: list[str] = []
        self.failed: list[AppError] = []

    def load(self, assignment: Assignment) -> LoadedCase:
        self.loaded.append(assignment.case)
        if assignment.case == "broken":
            raise AppError("It cannot be read.")
        view = View(ViewName.ANTERIOR, np.full((40, 20), 7, np.float32))
        return LoadedCase(Scan(assignment.case, view), {}, 0.1)

    def take(self, position: int, case: str) -> bool:
        return self.ahead.take(at(position, case), self._show, self.failed.append)

    def _show(self, case: ReadyCase) -> None:
        self.shown.append(case.loaded.scan.case)


def at(position: int, case: str) -> Assignment:
    return Assignment("R1", position, case, Arm.UNAIDED)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_case_loaded_ahead_is_handed_over_at_once_and_loaded_once(shelf: Shelf) -> None:
    shelf.ahead.want([at(1, "a"), at(2, "b")])
    shelf.background.finish()
    assert shelf.take(1, "a")
    assert shelf.shown == ["a"]
    assert shelf.loaded == ["a", "b"]


def test_a_case_asked_for_too_early_comes_when_it_is_there(shelf: Shelf) -> None:
    shelf.ahead.want([at(1, "a")])
    assert not shelf.take(1, "a")
    assert shelf.shown == []
    shelf.background.finish()
    assert shelf.shown == ["a"]


def test_a_case_nobody_thought_of_is_loaded_when_it_is_taken(shelf: Shelf) -> None:
    assert not shelf.take(9, "z")
    shelf.background.finish()
    assert shelf.shown == ["z"]


def test_what_is_no_longer_wanted_arrives_at_nobody(shelf: Shelf) -> None:
    shelf.take(1, "a")
    shelf.ahead.forget()
    shelf.background.finish()
    assert shelf.shown == []


def test_no_more_cases_are_held_than_are_wanted(shelf: Shelf) -> None:
    for position in range(1, 30):
        shelf.ahead.want([at(position, f"c{position}"), at(position + 1, f"c{position + 1}")])
        shelf.background.finish()
    assert len(shelf.ahead._slots) == 2


def test_a_case_that_cannot_be_loaded_says_so_and_can_be_tried_again(shelf: Shelf) -> None:
    shelf.ahead.want([at(1, "broken")])
    shelf.background.finish()
    assert shelf.failed == [], "nobody asked for it yet"
    shelf.take(1, "broken")
    assert len(shelf.failed) == 1
    assert not shelf.take(1, "broken")
    shelf.background.finish()
    assert len(shelf.failed) == 2
