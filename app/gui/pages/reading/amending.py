"""Changing the last answer: the open case waits with its clock stopped, and comes back untouched. No Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import AppError
from app.gui.pages.reading import screens
from app.gui.pages.reading.curtain import CurtainPhase, Verdict
from app.gui.pages.reading.load_ahead import LoadAhead, ReadyCase
from app.gui.pages.reading.open_desk import OpenDesk
from app.language import for_later, tr
from app.study.answer import Answer, DisplayState
from app.study.assignment import Assignment
from app.study.snapshot import PauseCause

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Aside:
    """The open case while it waits."""

    case: ReadyCase
    answer: Answer
    display: DisplayState


class Amending:
    """Brings the last case back with its answer, and appends the correction with its reason."""

    def __init__(self, desk: OpenDesk, ahead: LoadAhead, finish: Callable[[], None]) -> None:
        self._desk = desk
        self._ahead = ahead
        self._finish = finish
        self._aside: _Aside | None = None

    def begin(self) -> None:
        """Show the last case with its answer."""
        desk = self._desk
        reading = desk.last_editable()
        if reading is None or desk.phase is CurtainPhase.WAITING or not desk.describe().can_edit_last:
            return
        if desk.phase is CurtainPhase.ANSWERING and desk.case is not None:
            desk.settle_display()
            self._aside = _Aside(desk.case, desk.sheet.answer, desk.view.display_state())
            desk.session.pause(PauseCause.READER)
        desk.amends = reading
        desk.view.blank(tr(screens.LOADING))
        desk.view.lift_curtain()
        desk.sheet = desk.new_sheet(reading.answer)
        desk.refresh()
        where = reading.identity
        case = Assignment(
            where.reader, where.position, where.case, where.arm, where.visit, where.warm_up, where.repeat_of
        )
        self._ahead.take(case, self._show, self._cannot_show)

    def submit(self) -> None:
        """The changed answer is complete: ask why it was changed."""
        self._desk.ask(tr("Why do you change this answer?"), Verdict(tr("Save the correction"), self._save))

    def cancel(self) -> None:
        """Go back to the open case; an answer that was not saved stays as it was."""
        desk = self._desk
        if desk.phase is not CurtainPhase.AMENDING:
            return
        desk.stop_asking()
        desk.view.show_notice(None)
        desk.view.blank()
        aside, self._aside, desk.amends = self._aside, None, None
        if aside is None:
            self._finish()
            return
        desk.case = aside.case
        desk.sheet = desk.new_sheet(aside.answer)
        desk.view.show_case(aside.case, aside.display, aside.answer.regions)
        desk.refresh()
        desk.view.focus_images()

    def painted(self) -> None:
        """The case that waited is on the screen again: its clock goes on."""
        desk = self._desk
        if desk.phase is CurtainPhase.ANSWERING and desk.session.snapshot.paused:
            desk.session.resume()
            desk.refresh()

    def _show(self, case: ReadyCase) -> None:
        desk, reading = self._desk, self._desk.amends
        if reading is not None:
            desk.view.show_case(case, reading.display.at_submit, desk.sheet.answer.regions)
            desk.refresh()
            desk.view.focus_images()

    def _cannot_show(self, error: AppError) -> None:
        log.warning("An earlier case cannot be shown again: %s", error)
        self.cancel()
        self._desk.saving.tell(tr("The last case cannot be shown again; its answer stays as it was."))

    def _save(self, reason: str) -> None:
        reading = self._desk.amends
        if reading is None:
            return
        self._desk.stop_asking()
        self._desk.saving.run(
            lambda: self._desk.session.amend(reading, self._desk.sheet.answer, reason),
            lambda _amended: self.cancel(),
            for_later("save the correction"),
            self._desk.answer_for_copy,
        )
