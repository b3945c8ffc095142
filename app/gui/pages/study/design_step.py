"""Step 1: where the scans are, what the protocol says, and what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.study.draft import named, under_fields
from app.gui.pages.study.new_study_fields import ExtendFields, NewStudyFields
from app.gui.pages.study.presenter import DesignState
from app.gui.pages.study.protocol_form import ProtocolForm
from app.gui.theme import em
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import heading, muted, note
from app.gui.widgets.progress_line import ProgressLine
from app.study.protocol_problems import Problem

_BESIDE_EMS = 46
_PATH = Qt.ItemDataRole.UserRole


class DesignStep(QWidget):
    """The protocol form beside its problems and its frozen text."""

    create_requested = Signal()
    save_requested = Signal()
    load_requested = Signal(str)
    save_copy_requested = Signal(str)

    def __init__(self, command: CommandLine) -> None:
        super().__init__()
        self.new_study = NewStudyFields()
        self.extend = ExtendFields()
        self.form = ProtocolForm(self.new_study, self.extend)
        self.state = note()
        self.problems = QListWidget()
        self.problems.setAccessibleName("What is missing or wrong")
        self.problems.setWordWrap(True)
        self.problems.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        self.problems.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.problems.itemActivated.connect(self._go_to)
        self.problems.itemClicked.connect(self._go_to)
        self.nothing_missing = note("Nothing is missing.")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Protocol as text")
        self.text.setStyleSheet("font-family: monospace;")  # in the size of the other text
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.hash = QLineEdit()
        self.hash.setReadOnly(True)
        self.hash.setAccessibleName("SHA-256 of the protocol")
        self.no_hash = muted("The hash covers protocol and cases; it is made when both are saved.")
        self.command = command
        self.progress = ProgressLine()
        self.create_button = QPushButton("Create the study")
        self.create_button.setProperty("primary", True)
        self.create_button.clicked.connect(self.create_requested)
        self.save_button = QPushButton("Save the protocol")
        self.save_button.setProperty("primary", True)
        self.save_button.clicked.connect(self.save_requested)
        self.load_button = QPushButton("Load…")
        self.load_button.setToolTip("Fill the form from a protocol.toml")
        self.load_button.clicked.connect(self._choose_protocol)
        self.save_copy_button = QPushButton("Save as…")
        self.save_copy_button.setToolTip(
            "Keep this protocol as a file, for another study or the command line"
        )
        self.save_copy_button.clicked.connect(self._choose_copy)
        self._lay_out()

    def _lay_out(self) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading("Missing or wrong"))
        column.addWidget(self.nothing_missing)
        column.addWidget(self.problems)
        column.addWidget(heading("The protocol as text"))
        column.addWidget(self.text, 1)
        files = QHBoxLayout()
        files.addWidget(self.load_button)
        files.addWidget(self.save_copy_button)
        files.addStretch(1)
        column.addLayout(files)
        column.addWidget(self.hash)
        column.addWidget(self.no_hash)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(16)
        self._halves.addWidget(self.form, 5)
        self._halves.addWidget(side, 3)
        buttons = QHBoxLayout()
        buttons.addWidget(self.command, 10)
        buttons.addStretch(1)
        for button in (self.save_button, self.create_button):
            buttons.addWidget(button)
        page = QVBoxLayout(self)
        page.addWidget(self.state)
        page.addLayout(self._halves, 1)
        page.addWidget(self.progress)
        page.addLayout(buttons)

    def show_state(self, state: DesignState) -> None:
        """Show the step for a study to be made, one that can still be changed, or a frozen one."""
        for widget in (self.new_study, self.create_button):
            widget.setVisible(state.new)
        self.save_button.setVisible(not state.new and not state.frozen)
        self.command.setVisible(state.new or state.frozen)
        self.extend.setVisible(state.frozen)
        self.load_button.setVisible(not state.frozen)
        self.extend.clear()
        self.state.setText(state.words)

    def show_problems(self, problems: Sequence[Problem], told: Collection[str]) -> None:
        """List what keeps the study from being made; under its field only where that is in `told`."""
        under = under_fields(each for each in problems if each.path in told)
        self.form.show_problems(under)
        for name, row in self.new_study.rows.items():
            row.show_problem(under.get(name, ""))
        self.problems.clear()
        for each in problems:
            item = QListWidgetItem(named(each))
            item.setData(_PATH, each.path)
            self.problems.addItem(item)
        found = self.problems.count() > 0
        self.problems.setMinimumHeight(em(self, min(1.4 * self.problems.count() + 0.8, 7.5)))
        self.problems.setVisible(found)
        self.nothing_missing.setVisible(not found)

    def show_text(self, text: str, sha256: str) -> None:
        """Show the protocol as it is hashed, and the hash."""
        if text != self.text.toPlainText():
            place = self.text.verticalScrollBar().value()
            self.text.setPlainText(text)
            self.text.verticalScrollBar().setValue(place)
        self.hash.setText(f"SHA-256 {sha256}")
        self.hash.setVisible(bool(sha256))
        self.no_hash.setVisible(not sha256)
        self.hash.setCursorPosition(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the side below the form where there is no room beside it."""
        narrow = event.size().width() < em(self, _BESIDE_EMS)
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._halves.direction() != wanted:
            self._halves.setDirection(wanted)
        self.form.setMinimumHeight(em(self, 16))
        self.text.setMinimumHeight(em(self, 7))
        super().resizeEvent(event)

    def _go_to(self, item: QListWidgetItem) -> None:
        path = item.data(_PATH)
        if path in self.form.rows:
            self.form.go_to(path)
        elif path in self.new_study.rows:
            self.form.ensureWidgetVisible(self.new_study.rows[path])
            self.new_study.fields[path].setFocus()

    def _choose_protocol(self) -> None:
        dialog = QFileDialog(self, "Load a protocol", "", "Protocols (*.toml)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.load_requested)
        dialog.open()

    def _choose_copy(self) -> None:
        dialog = QFileDialog(self, "Save the protocol as", "protocol.toml", "Protocols (*.toml)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_copy_requested)
        dialog.open()
