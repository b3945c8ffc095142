"""Who edits and signs, the state of the report, and the forms it is exported in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import heading, plain
from app.report.bone_scan.document import ReportDocument
from app.report.bone_scan.forms import FORMS


class SignBox(QFrame):
    """`named(bool)`: a name is typed or taken away; `sign_requested()`; `export_requested(form)`;
    `addendum_requested(section, text)`."""

    named = Signal(bool)
    sign_requested = Signal()
    export_requested = Signal(str)
    addendum_requested = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setMaxLength(100)
        self.name.setPlaceholderText("Type your name to edit or to sign")
        self.sign_button = QPushButton("&Sign the report")
        self.sign_button.setProperty("primary", True)
        self.sign_button.setAutoDefault(True)
        self.state = heading(wraps=True)
        self.section = QComboBox()
        self.section.setAccessibleName("Section of the addendum")
        self.addendum = QLineEdit()
        self.addendum.setAccessibleName("Text of the addendum")
        self.addendum.setPlaceholderText("What has to be added after the signature")
        self.add_button = QPushButton("A&dd")
        self.add_button.setAutoDefault(True)
        self.exports: dict[str, QPushButton] = {}
        self._signed = False
        self._lay_out()
        self.name.textChanged.connect(lambda _text: self._typed())
        self.sign_button.clicked.connect(self.sign_requested)
        self.add_button.clicked.connect(self._add)
        self.addendum.returnPressed.connect(self._add)
        self.addendum.textChanged.connect(lambda _text: self._typed())
        self._typed()

    @property
    def person(self) -> str:
        """The name as typed."""
        return " ".join(self.name.text().split())

    def show_document(self, document: ReportDocument) -> None:
        """Show whether it is a draft, and what can be done."""
        self._signed = document.signature is not None
        self.state.setText(document.state)
        keys = [section.key for section in document.content.sections]
        if [self.section.itemData(place) for place in range(self.section.count())] != keys:
            self.section.clear()
            for section in document.content.sections:
                self.section.addItem(section.title, section.key)
            self.section.setCurrentIndex(len(keys) - 1)
        self._typed()

    def show_busy(self, busy: bool) -> None:
        """Nothing is exported while something is under way."""
        for button in self.exports.values():
            button.setEnabled(not busy)

    def _typed(self) -> None:
        self.sign_button.setVisible(not self._signed)
        self.sign_button.setEnabled(bool(self.person))
        self._after.setVisible(self._signed)
        self.add_button.setEnabled(bool(self.person and self.addendum.text().strip()))
        self.named.emit(bool(self.person))

    def _add(self) -> None:
        if self.add_button.isEnabled():
            self.addendum_requested.emit(self.section.currentData(), self.addendum.text())

    def _lay_out(self) -> None:
        self.setObjectName("sheet")
        label = plain("&Your name", wraps=False)
        label.setBuddy(self.name)
        first = QHBoxLayout()
        for widget, stretch in ((label, 0), (self.name, 1), (self.sign_button, 0)):
            first.addWidget(widget, stretch)
        self._after = QWidget()
        added = QHBoxLayout(self._after)
        added.setContentsMargins(0, 0, 0, 0)
        for control, stretch in (
            (plain("Addendum to", wraps=False), 0),
            (self.section, 0),
            (self.addendum, 1),
            (self.add_button, 0),
        ):
            added.addWidget(control, stretch)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=4)
        flow.addWidget(plain("Export", wraps=False))
        for form in FORMS:
            button = QPushButton(form.title)
            button.setToolTip(f"Write {form.title} (*{form.ending}) into a folder")
            button.setAutoDefault(True)
            button.clicked.connect(partial(self.export_requested.emit, form.name))
            self.exports[form.name] = button
            flow.addWidget(button)
        column = QVBoxLayout(self)
        gap = em(self, 0.5)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(em(self, 0.4))
        column.addWidget(self.state)
        column.addLayout(first)
        column.addWidget(self._after)
        column.addWidget(buttons)
