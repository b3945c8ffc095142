"""Asking for proposals, and judging them: how many wait, and what made them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.annotation.region import Region, RegionSource
from app.gui.actions import BY_ID
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import muted
from app.wording import counted

_PROPOSE = "propose_marks"
_JUDGE = (
    ("accept_proposal", "Accept"),
    ("delete_mark", "Reject"),
    ("accept_proposals", "Accept all"),
    ("reject_proposals", "Reject all"),
    ("take_back_rejected", "Take back"),
)
HINT = "Dashed: not yet yours. Enter accepts the selected one, Del rejects it, a change makes it yours"


class ProposalBar(QWidget):
    """`action_requested(id)`: a button was pressed that stands for an action."""

    action_requested = Signal(str)

    def __init__(self, key_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key_of = key_of
        self._by = self._one = ""
        self._counts = (0, 0)
        self._asked = self._judging = False
        self.propose = QPushButton()
        self.propose.clicked.connect(partial(self.action_requested.emit, _PROPOSE))
        self.words = muted()
        self.judge = QWidget()
        self.buttons: dict[str, QPushButton] = {}
        flow = FlowLayout(self.judge, gap=4)
        for action, text in _JUDGE:
            button = QPushButton(f"{text}   {key_of(action)}".rstrip())
            button.setToolTip(BY_ID[action].text)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # they become grey in use; the keys do the same
            button.clicked.connect(partial(self.action_requested.emit, action))
            self.buttons[action] = button
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.propose)
        column.addWidget(self.words)
        column.addWidget(self.judge)
        self.show_running(False)
        self.show_count(0, 0)

    def show_running(self, running: bool) -> None:
        """Show whether lesions are being looked for; the button then stops it."""
        text = "Stop looking for lesions" if running else "Propose lesions"
        self.propose.setText(f"{text}   {self._key_of(_PROPOSE)}".rstrip())

    def show_maker(self, by: str) -> None:
        """Remember who made the proposals, for the line above them."""
        self._by = by

    def show_one(self, region: Region | None) -> None:
        """Show how sure the model was of the proposal that is selected, where it is one."""
        by = region.proposed_by if region is not None and region.source is RegionSource.AI else None
        score = by.score if by is not None else None
        self._one = "" if score is None else f" This one: score {score:.2f}."
        self.show_count(*self._counts)

    def show_count(self, count: int, rejected: int) -> None:
        """Show how many proposals wait to be judged, and how many were rejected.

        The buttons come with the first proposals of a scan, waiting or rejected, and stay until the next one:
        the list below would come up under the pointer that judges the last of them.
        """
        self._counts = count, rejected
        if self._asked:
            self.words.setMinimumHeight(self.words.height())  # fewer words keep their room
        self._judging = self._judging or count > 0
        self._asked = self._asked or self._judging or rejected > 0
        by = f", by {self._by}" if self._by else ""
        words = [f"No proposal is left to judge{by}."] if self._judging else []
        if count:
            words = [f"{counted(count, 'proposal')} to judge{by}.{self._one} {HINT}."]
        if rejected:
            words.append(f"{counted(rejected, 'rejected proposal')}.")
        self.words.setText(" ".join(words))
        self.words.setVisible(self._asked)
        self.judge.setVisible(self._asked)

    def start(self) -> None:
        """Another scan: nobody has asked for proposals on it."""
        self._asked = self._judging = False
        self.words.setMinimumHeight(0)
