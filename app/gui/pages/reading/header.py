"""The line above the images: which study, which reader, how far, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.gui.pages.reading.curtain import Desk
from app.gui.pages.reading.visit_progress import VisitProgress
from app.gui.theme import em
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.labels import plain
from app.language import tr


class ReadingHeader(QWidget):
    """Study, reader, progress, and three buttons; nothing that identifies a case."""

    pause_requested = Signal()
    edit_last_requested = Signal()
    leave_requested = Signal()

    def __init__(self, pause_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.study = ElidedLabel()
        self.study.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.simulated, self.warm_up = (
            plain(tr("SIMULATED"), wraps=False),
            plain(tr("Warm-up, not counted"), wraps=False),
        )
        self.rehearsal = plain(tr("REHEARSAL"), wraps=False)
        for sign in (self.rehearsal, self.simulated, self.warm_up):
            sign.setProperty("role", "key")
            sign.hide()
        self.count = VisitProgress()
        self.kept = plain("", "quiet", wraps=False)
        self.edit_last = QPushButton(tr("Edit last answer…"))
        self.leave = QPushButton(tr("Finish for now"))
        self._pause_key = "" if pause_key == "Pause" else pause_key
        self.pause = QPushButton()
        self.show_desk(Desk())
        self.edit_last.clicked.connect(self.edit_last_requested)
        self.leave.clicked.connect(self.leave_requested)
        self.pause.clicked.connect(self.pause_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.6), em(self, 0.3), em(self, 0.6), em(self, 0.3))
        row.addWidget(self.study)
        row.addWidget(self.rehearsal)
        row.addWidget(self.simulated)
        row.addWidget(self.warm_up)
        row.addStretch()
        for widget in (self.kept, self.count, self.edit_last, self.leave, self.pause):
            row.addWidget(widget)

    def show_study(self, title: str, reader: str) -> None:
        """Which study is read by whom."""
        self.study.setText(f"{title}   ·   {tr('reader {code}', code=reader)}")

    def show_rehearsal(self, on: bool) -> None:
        """Whether simulated readers read this study."""
        self.rehearsal.setVisible(on)

    def show_desk(self, desk: Desk) -> None:
        """Which of the buttons do something now."""
        self.pause.setText(f"{tr('Go on') if desk.paused else tr('Pause')}   {self._pause_key}".rstrip())
        self.pause.setEnabled(desk.pausable)
        self.edit_last.setEnabled(desk.can_edit_last)

    def show_case(self, simulated: bool, warm_up: bool) -> None:
        """What has to be known of the case on the screen."""
        self.simulated.setVisible(simulated)
        self.warm_up.setVisible(warm_up)

    def show_kept(self, text: str) -> None:
        """Where the answers of a study on a server are; empty for any other."""
        if self.kept.text() != text:
            self.kept.setText(text)
        self.kept.setVisible(bool(text))

    def show_progress(self, current: int, total: int) -> None:
        """The case on the screen and how many there are."""
        self.count.show_progress(current, total)
