"""What the presenter of the reading page needs from the screen; no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.annotation.region import Region
from app.gui.pages.reading.curtain import Curtain, Desk, Notice, Prompt
from app.gui.pages.reading.form import ReaderForm
from app.gui.pages.reading.load_ahead import ReadyCase
from app.study.answer import Answer, AnswerProblem, DisplayState
from app.study.canonical import JsonValue


class ReadingView(Protocol):
    """The desk (images on the left, answer on the right) and the curtain before it."""

    def show_curtain(self, curtain: Curtain) -> None:
        """Hide the images and the answer behind a text with choices."""

    def show_form(self, form: ReaderForm) -> None:
        """Hide everything behind some questions."""

    def lift_curtain(self) -> None:
        """Show the desk."""

    def blank(self, text: str = "") -> None:
        """Take the images away at once, before anything else is done; only `text` is left."""

    def expect_case(self, case: ReadyCase) -> None:
        """Make ready what can be for a case that will be shown soon; nothing changes on the screen."""

    def show_case(self, case: ReadyCase, display: DisplayState | None, marks: tuple[Region, ...]) -> None:
        """Show the images; `display` keeps levels and zoom, None begins anew."""

    def show_answer(self, answer: Answer, problems: tuple[AnswerProblem, ...], asked: frozenset[str]) -> None:
        """Show the answer as it stands, and what is missing or odd."""

    def show_desk(self, desk: Desk) -> None:
        """Show what can be done."""

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the visit is: the case on screen counts as `done`."""

    def show_notice(self, notice: Notice | None) -> None:
        """Show a line above the images, or take it away."""

    def show_prompt(self, prompt: Prompt | None) -> None:
        """Ask for a reason, or stop asking."""

    def point_at(self, field: str) -> None:
        """Bring the reader to the part of the answer that is missing."""

    def series_stands(self) -> Mapping[str, JsonValue]:
        """How the further series that is seen stands, for the record."""

    def advise(self, text: str) -> None:
        """Say for some seconds why something was not done."""

    def focus_images(self) -> None:
        """Give the keyboard to the images."""

    def display_state(self) -> DisplayState:
        """How the images stand on the screen now."""

    def ask_file(self, title: str, name: str) -> None:
        """Ask where to save a copy; the presenter's `save_copy` gets the path."""

    def leave(self) -> None:
        """The reader is done here: show where studies are chosen."""
