"""The lesions on the answer panel: tools, the list of marks, what is asked of each, and "I see no lesion"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from app.gui.pages.reading.mark_list import MarkList
from app.gui.pages.reading.question_part import QuestionPart
from app.gui.pages.reading.question_words import in_language
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.wrapped_box import WrappedBox
from app.language import for_later, tr
from app.study.answer import Answer
from app.study.case_questions import mark_questions
from app.study.protocol import AnswerRules, Requirement

_TOOLS = (("select", for_later("Select")), ("point", for_later("Point")), ("polygon", for_later("Polygon")))


class LesionPart(QWidget):
    """`tool_chosen` carries the tool's name, `no_lesion` the state of the box.

    `answered` carries a lesion, the key of a question, the answer, and whether it was chosen or else typed;
    `finished` lesion and key of a question that was typed and left.
    """

    tool_chosen = Signal(str)
    no_lesion = Signal(bool)
    answered = Signal(str, str, str, bool)
    finished = Signal(str, str)

    def __init__(
        self,
        rules: AnswerRules,
        key_of: Callable[[str], str],
        words: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        """`words`: the study's own texts in the reader's language."""
        super().__init__(parent)
        self.tools = QButtonGroup(self)
        tool_row = FlowLayout()
        for index, (tool, name) in enumerate(_TOOLS):
            button = QPushButton(f"{tr(name)}  {key_of(f'{tool}_tool')}".rstrip())
            button.setCheckable(True)
            button.setObjectName(tool)
            self.tools.addButton(button, index)
            tool_row.addWidget(button)
        self.tools.idClicked.connect(lambda index: self.tool_chosen.emit(_TOOLS[index][0]))
        self.list = MarkList(rules.places, with_rating=rules.mark_rating)
        self.questions = QuestionPart([in_language(one, words) for one in mark_questions(rules)])
        self.questions.answered.connect(self._answer)
        self.questions.finished.connect(lambda key: self.finished.emit(self._lesion, key))
        self.list.selected.connect(lambda _uuid: self._show_questions())
        self._answer_shown = Answer()
        self._asked: frozenset[str] = frozenset()
        self.box = WrappedBox(tr("I see no lesion"))
        self.box.clicked.connect(self.no_lesion)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.list)
        column.addWidget(self.questions)
        column.addLayout(tool_row)
        column.addWidget(self.box)
        if rules.marks is Requirement.OFF:
            self.hide()

    def show_answer(self, answer: Answer, asked: frozenset[str]) -> None:
        """Show the marks with what was said of them; `asked`: keys of the questions that they lead to."""
        self._answer_shown, self._asked = answer, asked
        self.list.show_marks(answer.regions, self.list.chosen())
        self.box.setChecked(answer.no_lesion)
        self._show_questions()

    def show_selected(self, uuid: str) -> None:
        """Mark the row of this mark, and ask about its lesion; "" selects none."""
        self.list.show_selected(uuid)
        self._show_questions()

    def point_at(self, key: str) -> None:
        """Give the keyboard to a question about a lesion, and say what is wrong with its answer."""
        lesion, _, own = key.partition(":")
        uuid = next(region.uuid for region in self._answer_shown.regions if region.lesion == lesion)
        if self.list.chosen() != uuid:
            self.show_selected(uuid)
            self.list.selected.emit(uuid)
        self.questions.point_at(own)

    @property
    def _lesion(self) -> str:
        chosen = self.list.chosen()
        marks = self._answer_shown.regions
        return next((mark.lesion for mark in marks if mark.uuid == chosen), "")

    def _show_questions(self) -> None:
        if not self.questions.fields:
            return
        lesion = self._lesion
        if lesion:
            own = {key.partition(":")[2] for key in self._asked if key.startswith(f"{lesion}:")}
            said = self._answer_shown.mark_answers.get(lesion, {})
            self.questions.show_answers(said, frozenset(own))
        self.questions.setVisible(bool(lesion))

    def _answer(self, key: str, answer: str, chosen: bool) -> None:
        self.answered.emit(self._lesion, key, answer, chosen)

    def show_tool(self, tool: str) -> None:
        """Press the button of the tool in use."""
        for button in self.tools.buttons():
            button.setChecked(button.objectName() == tool)
