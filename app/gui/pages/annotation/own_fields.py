"""What a folder asks of each lesion, for the chosen ones: small boxes and lines below class and bone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from app.annotation.region import Region
from app.gui.canvas.choice_box import ChoiceBox
from app.gui.pages.annotation.typed_line import TypedLine
from app.gui.widgets.labels import tip
from app.study.question import SEPARATOR, Question, QuestionKind, answer_problem


class OwnFields(QWidget):
    """`answered(key, answer)`: another answer, "" for none; `refused(str)`: it was none, and why;
    `left()`: the keyboard is free again."""

    answered = Signal(str, str)
    refused = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: dict[str, str] = {}
        self.editors: Mapping[str, QComboBox | QLineEdit] = {}
        self._questions: dict[str, Question] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.hide()

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Ask other questions, two in a row."""
        for editor in self.editors.values():
            self._grid.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        self._questions = {each.key: each for each in questions}
        self.editors = {each.key: self._editor(each) for each in questions}
        for place, editor in enumerate(self.editors.values()):
            self._grid.addWidget(editor, place // 2, place % 2)
        self.setVisible(bool(questions))
        self.show_regions(())

    def show_regions(self, regions: Sequence[Region]) -> None:
        """Show what the lesions of these regions have in common."""
        for key, editor in self.editors.items():
            answers = {region.fields.get(key, "") for region in regions}
            self._shown[key] = said = answers.pop() if len(answers) == 1 else ""
            if isinstance(editor, QComboBox):
                editor.setCurrentIndex(editor.findData(said) if len(answers) == 0 else -1)
            elif editor.text() != said:
                editor.setText(said)

    def _editor(self, question: Question) -> QComboBox | QLineEdit:
        typed = question.kind is QuestionKind.SEVERAL or not question.options
        editor = self._line(question) if typed else self._box(question)
        editor.setAccessibleName(question.text)
        editor.setToolTip(tip(question.dictionary))
        return editor

    def _box(self, question: Question) -> QComboBox:
        box = ChoiceBox()
        box.addItem(f"{question.text} —", "")
        for value, words in question.options.items():
            box.addItem(words, value)
        box.activated.connect(lambda _place: self.answered.emit(question.key, box.currentData()))
        return box

    def _line(self, question: Question) -> QLineEdit:
        line = TypedLine()
        line.setPlaceholderText(f"{question.text} {question.unit}".rstrip())
        line.editingFinished.connect(partial(self._typed, question, line))
        line.returnPressed.connect(self.left)
        return line

    def _typed(self, question: Question, line: QLineEdit) -> None:
        text = line.text().strip()
        if question.kind is QuestionKind.SEVERAL:
            text = SEPARATOR.join(part.strip() for part in text.replace(",", ";").split(";") if part.strip())
        if text == self._shown.get(question.key, ""):
            return
        wrong = answer_problem(question, text) if text else ""
        if wrong:
            line.setText(self._shown.get(question.key, ""))
            self.refused.emit(f"{question.text}: {wrong}")
            return
        self._shown[question.key] = text
        self.answered.emit(question.key, text)
