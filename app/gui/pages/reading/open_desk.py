"""The desk while a reader sits at it: the case, the answer in the making, and what may be done now. No Qt."""

from __future__ import annotations

from app.gui.canvas.prepared import PreparedScan
from app.gui.pages.reading import screens
from app.gui.pages.reading.answer_sheet import AnswerSheet, no_note
from app.gui.pages.reading.curtain import CurtainPhase, Desk, Prompt, Verdict
from app.gui.pages.reading.display_log import DisplayLog
from app.gui.pages.reading.load_ahead import ReadyCase
from app.gui.pages.reading.reading_view import ReadingView
from app.gui.pages.reading.saving import Saving
from app.gui.pages.reading.stillness import Stillness
from app.language import tr
from app.study.ai_result import START_OPACITY, AiResult
from app.study.answer import Answer, AnswerProblem
from app.study.canonical import JsonValue, to_plain
from app.study.case_questions import asked_keys
from app.study.clock import Clock
from app.study.events import EventKind
from app.study.protocol import Arm
from app.study.reading import Outcome, Reading
from app.study.session import ReadingSession
from app.study.snapshot import Stage
from app.workflows.study.read import Later

_PHASES = {
    Stage.BETWEEN: CurtainPhase.CLOSED,
    Stage.REQUESTED: CurtainPhase.WAITING,
    Stage.READING: CurtainPhase.ANSWERING,
    Stage.LOCKED: CurtainPhase.REVEALING,
    Stage.AI: CurtainPhase.ANSWERING,
    Stage.FINISHED: CurtainPhase.CLOSED,
}


class OpenDesk:
    """What the parts of the presenter share."""

    def __init__(self, view: ReadingView, session: ReadingSession, saving: Saving, clock: Clock) -> None:
        self.view = view
        self.session = session
        self.saving = saving
        self.stillness = Stillness(session.protocol.clock.still_reading_minutes, clock)
        self.case: ReadyCase | None = None
        self.display_log: DisplayLog | None = None
        self.feedback = ""
        self.amends: Reading | None = None
        """The earlier reading that is being changed."""
        self.ai: AiResult | None = None
        self.ai_awaited = False
        """Whether the AI, or what else comes with the second answer, is on its way from the server."""
        self.ai_visible = True
        self.ai_opacity = START_OPACITY
        self.beside: frozenset[str] = frozenset()
        """What stands beside the scan, by its name in the record."""
        self.later = Later()
        """What came with the second answer."""
        self.later_prior: PreparedScan | None = None
        self.series = ""
        """The key of the further series that is seen instead of the films."""
        self.prior_in_place = False
        """Whether the prior scan stands on the films, not beside them."""
        self.prompting = False
        self.sheet = self.new_sheet(Answer())

    @property
    def phase(self) -> CurtainPhase:
        """What the desk is used for: what the session's stage says, but for a correction and for feedback."""
        if self.amends is not None:
            return CurtainPhase.AMENDING
        return CurtainPhase.FEEDBACK if self.feedback else _PHASES[self.session.stage]

    @property
    def active(self) -> bool:
        """Whether the clock runs: a case is being read and nothing is paused."""
        return self.phase is CurtainPhase.ANSWERING and not self.session.snapshot.paused

    @property
    def arm(self) -> Arm:
        """The condition of the reading whose answer is on the desk."""
        return self.amends.identity.arm if self.amends is not None else self.session.arm

    @property
    def problems(self) -> tuple[AnswerProblem, ...]:
        """What is missing or odd about the answer as it stands."""
        return self.session.check(self.sheet.answer, self.arm)

    @property
    def asked(self) -> frozenset[str]:
        """The keys of the protocol's own questions that the answer as it stands leads to."""
        return asked_keys(self.session.protocol.answer, self.sheet.answer, self.arm)

    @property
    def entered(self) -> bool:
        """Whether something stands on the desk that is lost when the reader leaves now."""
        if self.phase is CurtainPhase.AMENDING:
            return True
        kept = self.session.snapshot.locked_answer or Answer()
        return self.phase is CurtainPhase.ANSWERING and to_plain(self.sheet.answer) != to_plain(kept)

    def new_sheet(self, answer: Answer) -> AnswerSheet:
        """A sheet that begins with `answer`; a correction leaves no trail of single events."""
        note = no_note if self.phase is CurtainPhase.AMENDING else self.note
        return AnswerSheet(
            self.session.protocol.answer.scale, note, self._answer_changed, answer, self._takes_answers
        )

    def note(self, kind: EventKind, **payload: JsonValue) -> None:
        """Write down what the reader did, while a case is being read."""
        if self.phase in (CurtainPhase.ANSWERING, CurtainPhase.REVEALING):
            self.session.note(kind, **payload)

    def write(self, comment: str) -> None:
        """The comment as it stands; the rest of the answer did not change."""
        self.stillness.stir()
        self.sheet.write(comment)

    def settle_display(self) -> None:
        """Write down where levels and zoom stand now."""
        if self.display_log is not None and self.phase is CurtainPhase.ANSWERING:
            self.display_log.settle()

    def ask(self, question: str, *verdicts: Verdict) -> None:
        """Ask for a reason; the answer goes to one of the verdicts."""
        self.prompting = True
        self.view.show_prompt(Prompt(question, verdicts))

    def stop_asking(self) -> None:
        """The prompt was answered or given up."""
        if self.prompting:
            self.prompting = False
            self.view.show_prompt(None)
            self.view.focus_images()

    def answer_for_copy(self) -> tuple[str, Answer]:
        """The case and the answer as they stand."""
        assignment = self.session.snapshot.assignment
        return (assignment.case if assignment else ""), self.sheet.answer

    def last_editable(self) -> Reading | None:
        """The last reading, if its answer may still be changed."""
        reading = self.session.last_reading()
        if reading is None or reading.flags.locked or reading.flags.outcome is not Outcome.ANSWERED:
            return None
        return None if reading.identity.arm is Arm.TRAINING else reading  # its truth has been shown

    def refresh(self) -> None:
        """Let the view show what is possible now."""
        self.view.show_desk(self.describe())
        self._answer_changed()

    def show_progress(self) -> None:
        """The open case counts as the one being read."""
        snapshot = self.session.snapshot
        current = snapshot.done + (1 if snapshot.assignment is not None else 0)
        self.view.show_progress(current, snapshot.total)

    def describe(self) -> Desk:
        """What is possible now, and what is written on the desk."""
        snapshot, protocol = self.session.snapshot, self.session.protocol
        amending = self.phase is CurtainPhase.AMENDING
        aided = snapshot.assignment is not None and snapshot.assignment.arm is Arm.AIDED
        revealed = snapshot.stage in (Stage.LOCKED, Stage.AI)
        # Between two cases nothing flickers: what the next one allows is shown before it is painted.
        coming = self.phase is CurtainPhase.WAITING and self.case is not None
        reading = self.active or coming
        ai_place = (revealed or aided) and protocol.reveals_ai and not amending
        editable = snapshot.stage in (Stage.READING, Stage.REQUESTED, Stage.FINISHED) and not snapshot.paused
        return Desk(
            answering=reading or amending,
            coming=coming,
            submit_text=screens.submit_text(amending, self.feedback, protocol, snapshot.stage),
            can_submit=(reading and not self.ai_awaited) or amending or self.phase is CurtainPhase.FEEDBACK,
            pausable=coming or self.phase is CurtainPhase.ANSWERING,
            paused=snapshot.paused and not amending,
            can_edit_last=(
                editable
                and (coming or self.phase in (CurtainPhase.ANSWERING, CurtainPhase.CLOSED))
                and self.last_editable() is not None
            ),
            can_decline=reading,
            amending=amending,
            first_answer=screens.first_answer(snapshot.locked_answer, protocol.answer),
            feedback=self.feedback,
            ai_place=ai_place,
            ai_awaited=ai_place and self.ai_awaited,
            ai_visible=self.ai_visible and self.case is not None,
            ai=self.ai if ai_place else None,
            ai_opacity=self.ai_opacity,
            beside=self.beside,
            second=revealed and protocol.beside.later and not amending and not self.ai_awaited,
            later=self.later.fields if revealed else (),
            later_prior=self.later_prior if revealed and not amending else None,
            prior_in_place=self.prior_in_place and not amending,
            series="" if amending else self.series,
        )

    def _takes_answers(self) -> bool:
        """Whether the films are on the screen: what was pressed before is no answer to them, and that is
        said."""
        if self.phase is not CurtainPhase.WAITING:
            return True
        self.view.advise(tr(screens.TOO_EARLY))
        return False

    def _answer_changed(self) -> None:
        self.stillness.stir()
        self.view.show_answer(self.sheet.answer, self.problems, self.asked)
