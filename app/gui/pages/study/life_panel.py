"""What is decided after a study's first day: who leaves, what is taken out, and what stands on record."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.study.life_wish import ABOUT, SUBJECT, VALUE, LifeAct, LifeWish
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import heading, muted, plain
from app.gui.widgets.rows_table import Row, RowsTable
from app.study.amendable import AMENDABLE

_ABOUT = (
    "Each decision is chained and hashed like a reading, with who and why, and cannot be removed. Readers of "
    "this study may find the reason: say nothing in it of what a case has."
)


class LifePanel(QWidget):
    """Draws what is decided and what stands on record."""

    decide_requested = Signal(object)
    changed = Signal(object)

    def __init__(self, command: CommandLine) -> None:
        super().__init__()
        self.act = QComboBox()
        self.act.addItems([act.value for act in LifeAct])
        self.act.setAccessibleName("What is decided")
        self.subject = QComboBox()
        self.subject.setEditable(True)
        self.subject.setAccessibleName("Which reader or case")
        self.value, self.by, self.reason = QLineEdit(), QLineEdit(), QLineEdit()
        self.by.setAccessibleName("Who decides it")
        self.reason.setAccessibleName("Why")
        self.about, self._of = muted(""), plain("")
        self.button = QPushButton("Put on record")
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda: self.decide_requested.emit(self.wish))
        self.records = RowsTable("What stands on record", ("When", "By", "What", "Why"), (10, 10, 26), 5)
        self._readers: tuple[str, ...] = ()
        self.act.currentIndexChanged.connect(lambda _: self._show_act())
        for line in (self.value, self.by, self.reason):
            line.textChanged.connect(lambda _: self.changed.emit(self.wish))
        self.subject.currentTextChanged.connect(lambda _: self.changed.emit(self.wish))
        self._lay_out(command)
        self._show_act()

    @property
    def wish(self) -> LifeWish:
        """The decision as it is typed now."""
        value = self.value.text() if LifeAct(self.act.currentText()) in VALUE else ""
        return LifeWish(
            LifeAct(self.act.currentText()),
            self.subject.currentText(),
            value,
            self.by.text(),
            self.reason.text(),
        )

    def show_readers(self, readers: Sequence[str]) -> None:
        """The readers of the study; what is typed stays."""
        if tuple(readers) != self._readers:
            self._readers = tuple(readers)
            self._show_act()

    def show_records(self, rows: Sequence[Row]) -> None:
        """What stands on record; a decision that is there now is not typed any more."""
        if len(rows) != len(self.records.rows_model.rows):
            self.value.clear()
            self.reason.clear()
        self.records.show_rows(rows)

    def _show_act(self) -> None:
        act = LifeAct(self.act.currentText())
        named = SUBJECT.get(act, "")
        self._of.setText(named)
        for widget in (self._of, self.subject):
            widget.setVisible(bool(named))
        self.subject.clear()
        self.subject.addItems({"Reader": self._readers, "Field": AMENDABLE}.get(named, ()))
        self.subject.setCurrentText("")
        self.value.setVisible(act in VALUE)
        self.value.setPlaceholderText(VALUE.get(act, ""))
        self.value.setAccessibleName(VALUE.get(act, ""))
        self.about.setText(ABOUT[act])
        self.changed.emit(self.wish)

    def _lay_out(self, command: CommandLine) -> None:
        which = QHBoxLayout()
        which.addWidget(self.subject, 1)
        which.addWidget(self.value, 2)
        form = QFormLayout()
        form.addRow("Decision", self.act)
        form.addRow(self._of, which)
        form.addRow("Who decides", self.by)
        form.addRow("Why", self.reason)
        done = QHBoxLayout()
        done.addWidget(self.about, 1)
        done.addWidget(self.button)
        page = QVBoxLayout(self)
        page.addWidget(heading("Put a decision on record"))
        page.addWidget(muted(_ABOUT))
        page.addLayout(form)
        page.addLayout(done)
        page.addWidget(command)
        page.addWidget(heading("On record"))
        page.addWidget(self.records, 1)
