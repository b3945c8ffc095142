"""Buttons for what stands beside the scan, at the head of the answer, and the reading help below them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.gui.pages.reading.curtain import Desk
from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import plain
from app.language import in_use, tr
from app.study.aside_rules import Moment
from app.study.asides import HELP, PRIOR
from app.study.protocol import Protocol
from app.study.reader_texts import paragraphs


class BesidePart(QWidget):
    """Not there at all where the protocol shows none of it.

    `asked` carries the name of what the reader wants, or wants gone; `flipped`: the prior scan in the place
    of this one, or back.
    """

    asked = Signal(str)
    flipped = Signal()

    def __init__(
        self, protocol: Protocol, key_of: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.prior = _button(tr("Prior scan"), key_of("toggle_prior"))
        self.in_place = _button(tr("In its place"), key_of("flip_prior"))
        self.help = _button(tr("Reading help"), key_of("reading_help"))
        self.prior.clicked.connect(lambda: self.asked.emit(PRIOR))
        self.in_place.clicked.connect(self.flipped)
        self.help.clicked.connect(lambda: self.asked.emit(HELP))
        self.sheet = QFrame()
        self.sheet.setObjectName("sheet")
        inside = QVBoxLayout(self.sheet)
        inside.setSpacing(em(self, 0.5))
        for each in paragraphs(protocol.texts.help_in(in_use())):
            inside.addWidget(plain(each))
        row = FlowLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.sheet)
        self.sheet.hide()
        prior, told = protocol.beside.prior is not Moment.OFF, bool(protocol.texts.help.strip())
        for button, there in ((self.prior, prior), (self.in_place, prior), (self.help, told)):
            row.addWidget(button)
            if not there:
                button.hide()
        if not (prior or told):
            self.hide()

    def show_desk(self, desk: Desk, prior: bool) -> None:
        """What stands there now, and what may be asked for; `prior`: whether the case has a prior scan."""
        self.prior.setChecked(PRIOR in desk.beside)
        self.in_place.setChecked(desk.prior_in_place)
        self.help.setChecked(HELP in desk.beside)
        for button in (self.prior, self.in_place):
            button.setEnabled(prior and desk.can_decline)
        self.help.setEnabled(desk.can_decline)
        self.sheet.setVisible(HELP in desk.beside)


def _button(words: str, key: str) -> QPushButton:
    button = QPushButton(f"{words}   {key}".rstrip())
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the mouse leaves the keyboard at the images
    return button
