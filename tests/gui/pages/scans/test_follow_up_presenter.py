from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import AppError
from app.gui.pages.scans.follow_up_presenter import Comparison, FollowUpPresenter
from app.scan.scan import Scan, View, ViewName

SCAN = Scan("today", View(ViewName.ANTERIOR, np.zeros((8, 4), np.float32)))


@dataclass
class Shelf:
    """A page that remembers what it was told."""

    said: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    shown: list[object] = field(default_factory=list)

    def show_comparison(self, comparison: Comparison) -> None:
        self.shown.append(comparison)

    def show_comparing(self, message: str) -> None:
        self.said.append(message)

    def error(self, text: AppError, hint: str = "") -> None:
        self.errors.append(str(text))

    def info(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def warn(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def wrote(self, text: str, folder: Path) -> None:
        """Nothing to remember."""


@dataclass
class Later:
    """A background whose work ends when the test says so."""

    ends: list[tuple[Callable[[Any], None], Callable[[AppError], None]]] = field(default_factory=list)

    def run(self, work: Any, done: Any, failed: Any = None, **_: object) -> Later:
        self.ends.append((done, failed))
        return self

    def cancel(self) -> None: ...


def test_the_last_wish_counts_and_nothing_of_an_earlier_one_arrives() -> None:
    shelf, later = Shelf(), Later()
    presenter = FollowUpPresenter(shelf, later)
    presenter.compare(SCAN, (Path("a.dcm"),))
    presenter.compare(SCAN, (Path("b.dcm"),))
    later.ends[0][1](AppError("too late"))
    later.ends[0][0]("first")
    later.ends[1][0]("second")
    assert shelf.shown == ["second"]
    assert shelf.errors == []
    assert shelf.said[-1] == ""


def test_after_stopping_nothing_is_shown() -> None:
    shelf, later = Shelf(), Later()
    presenter = FollowUpPresenter(shelf, later)
    presenter.compare(SCAN, (Path("a.dcm"),))
    presenter.stop()
    later.ends[0][0]("first")
    assert shelf.shown == []
    assert shelf.said == ["Comparing with the earlier scan…", ""]


def test_more_than_two_files_are_no_scan() -> None:
    shelf = Shelf()
    FollowUpPresenter(shelf, Later()).compare(SCAN, tuple(Path(name) for name in "abc"))
    assert shelf.errors
    assert "More than two files" in shelf.errors[0]
