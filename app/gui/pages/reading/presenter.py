"""Takes a reader through the cases: decides what is shown and what may be done; the view draws it. No Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.errors import AppError
from app.gui.pages.reading import screens
from app.gui.pages.reading.ai_desk import AiDesk
from app.gui.pages.reading.amending import Amending
from app.gui.pages.reading.beside import DeskAsides
from app.gui.pages.reading.breaks import Breaks
from app.gui.pages.reading.curtain import Choice, CurtainPhase, Verdict
from app.gui.pages.reading.display_log import DisplayLog
from app.gui.pages.reading.load_ahead import CaseLoader, LoadAhead, ReadyCase
from app.gui.pages.reading.open_desk import OpenDesk
from app.gui.pages.reading.questionnaire import ask
from app.gui.pages.reading.reading_view import ReadingView
from app.gui.pages.reading.saving import Saving
from app.language import for_later, tr
from app.study.ai_result import AiResult
from app.study.answer import Answer, DisplayState
from app.study.assignment import Assignment
from app.study.clock import Clock, Instant
from app.study.protocol import Arm, Mode
from app.study.questionnaire import Occasion
from app.study.reading import Reading
from app.study.snapshot import Stage
from app.workflows.study.read import OpenedSession

log = logging.getLogger(__name__)

AHEAD = 2
"""Cases that are decoded and ready beside the one on the screen."""


class ReadingPresenter:
    """One sitting of one reader on one study."""

    def __init__(
        self,
        view: ReadingView,
        opened: OpenedSession,
        background: CaseLoader,
        clock: Clock,
        saving: Saving,
    ) -> None:
        self._view = view
        self._opened = opened
        self._session = opened.session
        self.desk = OpenDesk(view, opened.session, saving, clock)
        self._saving = saving
        self._ahead = LoadAhead(opened.load, background, self._early_ai, self._expect)
        self.ai = AiDesk(self.desk, opened.ai_result)
        self._background = background
        self.beside = DeskAsides(self.desk, opened.later)
        self.breaks = Breaks(self.desk)
        self.amending = Amending(self.desk, self._ahead, self._finish)
        self._display: DisplayState | None = None
        self._seconds: list[float] = []
        self._read = 0

    def next_case(self) -> None:
        """Open the next case, or end the visit."""
        self._saving.run(
            self._session.open_next,
            self._opened_next,
            for_later("open the next case"),
            self.desk.answer_for_copy,
        )

    def prepare_ahead(self) -> None:
        """Load what comes next while the reader is busy."""
        self._ahead.want(self._session.upcoming(AHEAD))

    def _early_ai(self, assignment: Assignment) -> AiResult | None:
        """Where the AI is there from the start; in sequential mode nothing is fetched before the lock."""
        early = assignment.arm is Arm.AIDED and not self.far
        return self._opened.ai_result(assignment) if early else None

    @property
    def far(self) -> bool:
        """Whether the study is on a server."""
        return self._opened.far

    @property
    def kept(self) -> str:
        """Where the answers of a study on a server are; empty for any other."""
        kept = self._opened.on_the_way
        return kept.sentence if kept is not None else ""

    def _expect(self, case: ReadyCase) -> None:
        if not self._session.protocol.screen.keep_levels:  # otherwise nobody knows yet how it will look
            self._view.expect_case(case)

    def _opened_next(self, assignment: Assignment | None) -> None:
        desk = self.desk
        desk.case = None
        self.ai.clear()
        self.beside.clear()
        if assignment is None:
            self._finish()
            return
        desk.sheet = desk.new_sheet(self._session.snapshot.locked_answer or Answer())
        desk.show_progress()
        if not self._ahead.take(assignment, self._show, self._cannot_show):
            self._view.blank(tr(screens.LOADING))
            self._view.lift_curtain()
            desk.refresh()

    def _show(self, case: ReadyCase) -> None:
        self.desk.case = case
        self.ai.put(case.ai)
        self.beside.begin()
        keep = self._session.protocol.screen.keep_levels
        self._view.lift_curtain()
        self._view.show_case(case, self._display if keep else None, self.desk.sheet.answer.regions)
        self.desk.refresh()
        self._view.focus_images()

    def _cannot_show(self, error: AppError) -> None:
        log.warning("A case cannot be shown: %s", error)
        self._view.blank()
        self.desk.refresh()
        self._view.show_curtain(
            screens.cannot_show(
                Choice(tr("Record technical problem and continue"), lambda: self._technical(error.message)),
                Choice(tr("Try again"), self._try_again),
            )
        )

    def _try_again(self) -> None:
        assignment = self._session.snapshot.assignment
        if assignment is not None:
            self._view.blank(tr(screens.LOADING))
            self._view.lift_curtain()
            self._ahead.take(assignment, self._show, self._cannot_show)

    def painted(self, instant: Instant) -> None:
        """Both views are on the screen and input is enabled since `instant`."""
        desk = self.desk
        if desk.phase is not CurtainPhase.WAITING or desk.case is None:
            self.amending.painted()
            return
        loaded, display = desk.case.loaded, self._view.display_state()
        self._session.displayed(
            display, loaded.image_hashes, loaded.load_seconds, instant, sorted(desk.beside), self.far
        )
        desk.display_log = DisplayLog(desk.note, display)
        if self._session.stage is Stage.LOCKED:
            self._reveal()
        elif self.far and desk.arm is Arm.AIDED:
            self._reveal_beside()
        else:
            desk.refresh()
        self.prepare_ahead()  # only now: loading must not slow down the paint

    def submit(self, pressed: Instant) -> None:
        """The submit key: submit, lock, go on after feedback, or save a correction, as the moment asks."""
        desk = self.desk
        if desk.phase is CurtainPhase.FEEDBACK:
            self._leave_case()
            return
        if desk.prompting or desk.ai_awaited or not (desk.active or desk.phase is CurtainPhase.AMENDING):
            return
        blocking = [problem for problem in desk.problems if problem.blocking]
        if blocking:
            self._view.point_at(blocking[0].field)
        elif desk.phase is CurtainPhase.AMENDING:
            self.amending.submit()
        else:
            self._save(pressed)

    def _save(self, pressed: Instant) -> None:
        desk, session = self.desk, self._session
        desk.settle_display()
        self.ai.settle()
        if desk.series:
            self.beside.show_series("")
        answer, display = desk.sheet.answer, self._view.display_state()

        def at(pressed_with: Answer) -> Instant | None:
            # After a failed save the reader may have gone on thinking: then the retry is the key press.
            return pressed if desk.sheet.answer is pressed_with else None

        if session.protocol.mode is Mode.SEQUENTIAL and session.snapshot.stage is Stage.READING:
            self._saving.run(
                lambda: session.lock(desk.sheet.answer, display, at(answer)),
                self._locked,
                for_later("save your first answer"),
                desk.answer_for_copy,
            )
            return
        assignment = session.snapshot.assignment
        self._display = display
        self._saving.run(
            lambda: session.submit(desk.sheet.answer, display, at(answer)),
            lambda reading: self._submitted(reading, assignment),
            for_later("save your answer"),
            desk.answer_for_copy,
        )

    def _locked(self, _reading: Reading) -> None:
        self._saving.tell_of_copy(self._opened.copy_problem)
        self._reveal()

    def _reveal_beside(self) -> None:
        """A server shows the AI once it has on record that the case is on the screen."""
        try:
            self._session.tick()
        except AppError as error:
            self._cannot_reveal(error)
        else:
            self._reveal()

    def _reveal(self) -> None:
        if self.far:
            self.ai.wait_for_server(self._background, self._cannot_reveal, self.beside.fetch)
            return
        try:
            self.beside.reveal()
        except AppError as error:
            self._cannot_reveal(error)
        else:
            self.ai.reveal(self._cannot_reveal)

    def _cannot_reveal(self, error: AppError) -> None:
        log.warning("An AI result cannot be shown: %s", error)

        def again() -> None:
            self._view.lift_curtain()
            self._reveal()

        record = Choice(tr("Record technical problem and continue"), lambda: self._technical(error.message))
        self._view.show_curtain(screens.cannot_reveal(record, Choice(tr("Try again"), again)))

    def ai_painted(self, instant: Instant) -> None:
        """The AI, or what else comes with the second answer, is on the screen since `instant`."""
        if self.desk.phase is CurtainPhase.REVEALING or (self.far and self.desk.active):
            self._session.reveal(instant, sorted(self.beside.at_second))
            self.desk.refresh()

    def _submitted(self, reading: Reading, assignment: Assignment | None) -> None:
        self._read += 1
        self._saving.tell_of_copy(self._opened.copy_problem)
        if reading.times.active_seconds is not None:
            self._seconds.append(reading.times.active_seconds)
        truth = self._truth(assignment) if self._session.protocol.mode is Mode.TRAINING else None
        if truth is None:
            self._leave_case()
        else:
            self.desk.feedback = truth
            self.desk.refresh()

    def _truth(self, assignment: Assignment | None) -> str | None:
        try:
            return self._opened.feedback(assignment) if assignment is not None else None
        except AppError as error:  # the answer is safe already; training goes on without feedback
            self._saving.tell(tr("There is no feedback for this case: {error}", error=error))
            return None

    def _leave_case(self) -> None:
        self.desk.feedback = ""
        self._view.blank()
        self.next_case()

    def _finish(self) -> None:
        desk = self.desk
        desk.case = None
        self._ahead.forget()
        self._view.blank()
        desk.show_progress()
        desk.refresh()
        choices = [Choice(tr("Back to the library"), self._view.leave)]
        if desk.last_editable() is not None:
            choices.append(Choice(tr("Edit last answer…"), self.amending.begin))
        snapshot, bundle = self._session.snapshot, self._opened.bundle
        thanks = screens.thank_you(snapshot, self._read, self._seconds, tuple(choices), bundle)
        ask(self._view, self._opened, Occasion.LAST, lambda: self._view.show_curtain(thanks))

    def decline(self) -> None:
        """The reader cannot answer this case: ask whether it is skipped or a technical problem, and why."""
        if not self.desk.active:
            return
        verdicts = [Verdict(tr("Technical problem"), self._technical)]
        if self._session.protocol.answer.skip:
            verdicts.insert(0, Verdict(tr("Skip this case"), self._skip))
        self.desk.ask(tr("Why can this case not be answered?"), *verdicts)

    def _skip(self, reason: str) -> None:
        self._give_up(self._session.skip, reason, for_later("skip this case"))

    def _technical(self, reason: str) -> None:
        self._give_up(self._session.technical_problem, reason, for_later("record the technical problem"))

    def _give_up(self, record: Callable[[str], Reading], reason: str, what: str) -> None:
        self.desk.stop_asking()
        self._saving.run(
            lambda: record(reason), lambda _reading: self._leave_case(), what, self.desk.answer_for_copy
        )

    def display_changed(self, state: DisplayState) -> None:
        """Levels, zoom or colours changed."""
        self.desk.stillness.stir()
        if self.desk.display_log is not None and self.desk.phase is CurtainPhase.ANSWERING:
            self.desk.display_log.changed(state)

    def close(self, send: Callable[[OpenedSession], None]) -> None:
        """Leave; what was answered is safe, and the time of an open case is kept.

        `send` gives the place back beside the window, once a server has what was read.
        """
        self._ahead.forget()
        try:
            self._opened.end()
        except AppError as error:
            log.error("The end of the session could not be recorded: %s", error)
        if self.far:
            send(self._opened)
            return
        try:
            self._opened.let_go()
        except AppError as error:
            log.error("The session could not be closed in order: %s", error)
