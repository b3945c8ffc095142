"""The demo's own page within the library: what it is and what to do, while it is being prepared."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.gui.theme import em
from app.gui.widgets.centred import centred
from app.gui.widgets.labels import muted, plain, title
from app.workflows.rehearsal.demo import READER
from app.workflows.rehearsal.demo_ai import demo_words

WORDS = (
    "This is a small study to try the program with. Its whole-body bone scans are simulated: they show no "
    "patient, and say so on the screen. One real sample scan comes first, to warm up.",
    f"You are its reader {READER}. For every case say whether there is bone metastasis, and how probable it "
    "is; mark lesions and comment if you like. “Finish for now” stops at any time: every answer is kept, "
    "and the demo opens again where you left it.",
    "Then be its coordinator: see who has read what, verify that no answer was changed, and export the "
    "tables. The page Analysis compares your answers with what was simulated.",
)


class DemoGuide(QWidget):
    """`read_requested`, `coordinate_requested`: the demo is ready and wanted. `left`: not now."""

    read_requested = Signal()
    coordinate_requested = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # while it is prepared: a reflex leaves nothing
        self.setAccessibleName("The demo")
        self.state = muted()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(em(self, 0.6))
        self.read_button = QPushButton(f"Read as {READER}")
        self.read_button.setProperty("primary", True)
        self.coordinate_button = QPushButton("Look as the coordinator")
        self.leave_button = QPushButton("Not now")
        buttons = QHBoxLayout()
        for button in (self.read_button, self.coordinate_button, self.leave_button):
            button.setAutoDefault(True)
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(em(self, 0.8))
        column.addWidget(title("The demo"))
        for words in (*WORDS[:2], demo_words(), *WORDS[2:]):
            if words:  # of no model, where none is installed: the demo is read without AI then
                column.addWidget(plain(words))
        column.addWidget(self.state)
        column.addWidget(self.bar)
        column.addLayout(buttons)
        centred(inside, self)
        self.read_button.clicked.connect(self.read_requested)
        self.coordinate_button.clicked.connect(self.coordinate_requested)
        self.leave_button.clicked.connect(self.left)

    def show_preparing(self, fraction: float, message: str) -> None:
        """How far it is; nothing can be read yet."""
        self._offer(False)
        self.bar.setValue(round(1000 * fraction))
        self.state.setText(f"Being prepared. {message}".rstrip())

    def show_ready(self) -> None:
        """It can be read: Enter begins, unless the keyboard was taken elsewhere."""
        had = self.window().focusWidget() in (self, None)  # also of a window that is not in front
        self._offer(True)
        self.bar.setValue(1000)
        self.state.setText("Ready.")
        if had:
            self.take_keyboard()

    def show_failed(self, error: AppError) -> None:
        """It cannot be read, and why."""
        self._offer(False)
        self.bar.setValue(0)
        self.state.setText(f"The demo cannot be prepared: {error}")

    def take_keyboard(self) -> None:
        """The keyboard goes to the reading once that can begin; until then no key does anything by itself."""
        target = self.read_button if self.read_button.isEnabled() else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self, ready: bool) -> None:
        self.read_button.setEnabled(ready)
        self.coordinate_button.setEnabled(ready)
