"""What the program may be used for: shown at first start until it is acknowledged, and in About."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import __version__
from app.gui.theme import em
from app.gui.widgets.centred import centred
from app.gui.widgets.labels import muted, plain, title
from app.language import tr
from app.wording import RESEARCH_USE


def acknowledgement_now() -> str:
    """What is stored when a person acknowledges: the version and the moment in UTC."""
    return f"{__version__} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


class ResearchUseGate(QWidget):
    """Stands in place of the program until a person acknowledges its purpose.

    `acknowledged`: the button was pressed. `quit_requested`: the person would rather leave.
    """

    acknowledged = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = muted(
            f"ScintiRead {__version__}: {tr('reader studies and annotation on whole-body bone scans')}"
        )
        card = QFrame()
        card.setObjectName("sheet")
        inner = QVBoxLayout(card)
        margin = em(self, 1.6)
        inner.setContentsMargins(margin, margin, margin, margin)
        inner.setSpacing(em(self, 0.9))
        inner.addWidget(name)
        inner.addWidget(title(tr("Before you begin")))
        for paragraph in RESEARCH_USE:
            inner.addWidget(plain(tr(paragraph)))
        self.accept_button = QPushButton(tr("I understand and agree"))
        self.accept_button.setProperty("primary", True)
        self.accept_button.setAutoDefault(True)
        self.accept_button.setAccessibleDescription(" ".join(map(tr, RESEARCH_USE)))
        self.leave_button = QPushButton(tr("Quit"))
        self.leave_button.setAutoDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave_button)
        buttons.addWidget(self.accept_button)
        inner.addLayout(buttons)
        centred(card, self, 42.0)
        self.accept_button.clicked.connect(self.acknowledged)
        self.leave_button.clicked.connect(self.quit_requested)

    def showEvent(self, event: QShowEvent) -> None:
        """Enter agrees at once: the button has the keyboard."""
        super().showEvent(event)
        self.accept_button.setFocus(Qt.FocusReason.OtherFocusReason)
