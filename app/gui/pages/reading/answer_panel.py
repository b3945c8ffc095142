"""The right-hand column: two questions, lesions, checklist, the study's questions, comment, and Submit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.gui.pages.reading.ai_panel import AiPanel
from app.gui.pages.reading.beside_part import BesidePart
from app.gui.pages.reading.call_question import CallQuestion
from app.gui.pages.reading.checklist import Checklist
from app.gui.pages.reading.comment_field import CommentField
from app.gui.pages.reading.curtain import Desk
from app.gui.pages.reading.labels import hidden_label, say
from app.gui.pages.reading.later_part import SEPARATOR, LaterPart
from app.gui.pages.reading.lesion_part import LesionPart
from app.gui.pages.reading.prompt_bar import PromptBar
from app.gui.pages.reading.question_part import QuestionPart
from app.gui.pages.reading.question_words import in_language
from app.gui.pages.reading.rating_rows import RatingRows
from app.gui.pages.reading.rating_slider import RatingSlider
from app.gui.pages.reading.submit_button import SubmitButton
from app.gui.theme import em
from app.gui.widgets.scrolled import scrolled
from app.gui.widgets.wrapped_box import WrappedBox
from app.language import for_later, in_use, tr, tr_counted
from app.study.answer import Answer, AnswerProblem
from app.study.case_questions import case_questions
from app.study.checks import QUESTION
from app.study.clock import Clock
from app.study.protocol import Protocol, Scale

_SHORT = {"call": for_later("yes or no"), "rating": for_later("probability")}


class AnswerPanel(QWidget):
    """Shows an answer and reports what the reader does to it; it keeps no answer of its own."""

    recognised = Signal(bool)
    technical = Signal(bool)
    decline_requested = Signal()
    keep_old_requested = Signal()
    left = Signal()
    """The reader is done in a field and wants the images back."""

    def __init__(
        self, protocol: Protocol, key_of: Callable[[str], str], clock: Clock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        rules, words = protocol.answer, protocol.texts.words(in_use())
        self.heading = hidden_label("subheading")
        self.clinical = hidden_label("quiet")
        self.first_answer = hidden_label("subheading")
        self.feedback = hidden_label()
        self.feedback.setObjectName("feedback")
        self.beside = BesidePart(protocol, key_of)
        self.ai = AiPanel(key_of("toggle_ai"), key_of("ai_overlay_less"), key_of("ai_overlay_more"))
        self.later = LaterPart()
        self.call = CallQuestion(key_of("call_yes"), key_of("call_no"))
        self.rating: RatingSlider | RatingRows = (
            RatingSlider() if rules.scale is Scale.PROBABILITY else RatingRows(rules.scale)
        )
        self.lesions = LesionPart(rules, key_of, words)
        self.checklist = Checklist(rules.places)
        if not rules.checklist:
            self.checklist.hide()
        for part, asked in ((self.call, rules.call), (self.rating, rules.rating)):
            if not asked:
                part.hide()
        self.questions = QuestionPart([in_language(one, words) for one in case_questions(rules)])
        self.comment = CommentField()
        if not rules.comment:
            self.comment.hide()
        self.recognised_box = WrappedBox(tr("I recognise this patient"))
        self.recognised_box.clicked.connect(self.recognised)
        self.technical_box = WrappedBox(tr("Technical problem with the images"))
        self.technical_box.clicked.connect(self.technical)
        self.decline = QPushButton(tr("Skip, or cannot be read…") if rules.skip else tr("Cannot be read…"))
        self.decline.clicked.connect(self.decline_requested)
        self.prompt = PromptBar()
        self.missing = hidden_label("quiet")
        self.missing.setMinimumHeight(em(self, 1.2))  # its place is kept: nothing jumps when all is there
        keeps = self.missing.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.missing.setSizePolicy(keeps)
        self.odd = hidden_label()
        self.odd.setObjectName("banner")
        self.odd.setProperty("level", "warn")
        self.odd.setMargin(em(self, 0.4))
        self.submit = SubmitButton(clock, key_of("submit"))
        self.keep_old = QPushButton(tr("Keep the old answer"))
        self.keep_old.clicked.connect(self.keep_old_requested)
        self._lay_out()
        self.comment.left.connect(self.left)
        self.questions.left.connect(self.left)
        self.lesions.list.left.connect(self.left)
        self.lesions.questions.left.connect(self.left)
        if isinstance(self.rating, RatingSlider):
            self.rating.field.entered.connect(self.left)
            self.rating.field.left.connect(self.left)

    @property
    def least_width(self) -> int:
        """The width below which something would be cut off."""
        inside = self._scrolled.minimumSizeHint().width()
        above = inside + self._scroll.verticalScrollBar().sizeHint().width()
        return max(above, self.minimumSizeHint().width())  # what is submitted below is as wide as its words

    def show_answer(self, answer: Answer, problems: tuple[AnswerProblem, ...], asked: frozenset[str]) -> None:
        """Show the answer, name what is missing, and say what is odd; `asked`: keys of the study's questions
        that it leads to."""
        self.call.show_call(answer.call)
        self.rating.show_rating(answer.rating)
        self.lesions.show_answer(answer, asked)
        self.checklist.show_ticked(answer.checklist)
        self.questions.show_answers(answer.answers, asked)
        self.comment.show_comment(answer.comment)
        self.recognised_box.setChecked(answer.recognised)
        self.technical_box.setChecked(answer.technical_problem)
        say(self.missing, "\n".join(_still_needed(answer, problems)))
        say(
            self.odd,
            "\n".join(
                tr("Please check: {problem}", problem=one.text) for one in problems if not one.blocking
            ),
        )

    def show_desk(self, desk: Desk) -> None:
        """Show what can be done now."""
        self.form.setEnabled(desk.answering)
        self.submit.setEnabled(desk.can_submit)
        self.submit.say(desk.submit_text)
        self.decline.setEnabled(desk.can_decline)
        self.decline.setVisible(not desk.amending)
        self.keep_old.setVisible(desk.amending)
        changing = tr("You are changing your last answer. The open case waits.")
        say(self.heading, changing if desk.amending else "")
        say(self.first_answer, desk.first_answer)
        say(self.feedback, desk.feedback)
        self.missing.setVisible(bool(self.missing.text()) and not desk.feedback)
        if (desk.ai_place and self.ai.isHidden()) or (desk.second and self.later.isHidden()):
            self._scroll.verticalScrollBar().setValue(0)  # what comes now has to be in view
        self.ai.show_result(desk.ai, desk.ai_opacity)
        self.ai.show_place(desk.ai_place, desk.ai_visible, awaited=desk.ai_awaited)
        self.later.show_later(desk.second, desk.later)

    def show_clinical(self, text: str, facts: tuple[str, ...]) -> None:
        """What the protocol lets the reader know of the patient from the start."""
        say(self.clinical, "\n".join(line for line in (SEPARATOR.join(facts), text) if line))

    def point_at(self, field: str) -> None:
        """Give the keyboard to the part of the answer that is missing."""
        match field:
            case "call":
                target: QWidget = self.call.yes
            case "rating":
                target = self.rating.first
            case "no_lesion":
                target = self.lesions.box
            case _ if field.startswith(QUESTION) and ":" in field.removeprefix(QUESTION):
                self.lesions.point_at(field.removeprefix(QUESTION))
                return
            case _ if field.startswith(QUESTION):
                self.questions.point_at(field.removeprefix(QUESTION))
                return
            case _:
                target = self.lesions.list.table
                if self.lesions.list.select_unrated():
                    target = self.lesions.list.rating_field
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(target)

    def _lay_out(self) -> None:
        gap = em(self, 0.5)
        self.form = QWidget()
        column = QVBoxLayout(self.form)
        column.setContentsMargins(gap, 0, gap, 0)
        column.setSpacing(round(gap * 1.5))
        parts: tuple[QWidget, ...] = (
            self.call,
            self.rating,
            self.lesions,
            self.checklist,
            self.questions,
            self.comment,
            self.recognised_box,
            self.technical_box,
        )
        for part in parts:
            column.addWidget(part)
        self._scrolled = QWidget()
        inside = QVBoxLayout(self._scrolled)
        inside.setContentsMargins(0, gap, 0, gap)
        inside.setSpacing(gap)
        above = QVBoxLayout()
        above.setContentsMargins(gap, 0, gap, 0)
        above.addWidget(self.beside)
        for line in (self.heading, self.clinical, self.feedback, self.first_answer):
            above.addWidget(line)
        above.addWidget(self.later)
        above.addWidget(self.ai)
        inside.addLayout(above)
        inside.addWidget(self.form)
        inside.addStretch()
        self._scroll = scrolled(self._scrolled, upright=True)
        foot = QVBoxLayout()
        foot.setContentsMargins(gap, gap, gap, gap)
        foot.setSpacing(gap)
        below: tuple[QWidget, ...] = (
            self.prompt,
            self.odd,
            self.missing,
            self.submit,
            self.keep_old,
            self.decline,
        )
        for part in below:
            foot.addWidget(part)
        self.questions.reached.connect(self._scroll.ensureWidgetVisible)
        self.lesions.questions.reached.connect(self._scroll.ensureWidgetVisible)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, stretch=1)
        whole.addLayout(foot)


def _still_needed(answer: Answer, problems: tuple[AnswerProblem, ...]) -> list[str]:
    """What keeps the answer from being submitted; questions without an answer are counted, not listed."""
    blocking = [problem for problem in problems if problem.blocking]
    empty = {"call": answer.call is None, "rating": answer.rating is None}
    empty |= {one.field: _unanswered(answer, one.field) for one in blocking if one.field.startswith(QUESTION)}
    needed = [tr(_SHORT[one.field]) for one in blocking if one.field in _SHORT and empty[one.field]]
    if unanswered := sum(empty[one.field] for one in blocking if one.field.startswith(QUESTION)):
        needed.append(tr_counted("{n} question", "{n} questions", unanswered))
    lines = [tr("Still needed: {parts}", parts=", ".join(needed))] if needed else []
    return lines + [one.text for one in blocking if not empty.get(one.field)]


def _unanswered(answer: Answer, field: str) -> bool:
    lesion, _, key = field.removeprefix(QUESTION).rpartition(":")
    return not (answer.mark_answers.get(lesion, {}) if lesion else answer.answers).get(key)
