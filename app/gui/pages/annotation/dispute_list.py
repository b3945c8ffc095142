"""What the others drew, lesion by lesion: who saw it, as what, how well they agree, whether it is settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.annotation.agreement import adjudication
from app.annotation.agreement.adjudication import Dispute, Take
from app.annotation.annotation import Annotation
from app.annotation.geometry import Mask
from app.annotation.label_set import Size
from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import muted, plain, tip
from app.scan.scan import ViewName

_HINT = "What the other annotators of the folder drew is shown with O."


class DisputeList(QWidget):
    """`chosen(Dispute)`: look there; `person_taken(name)`, `taken(Take)`: for the lesion that is chosen."""

    chosen = Signal(object)
    person_taken = Signal(str)
    taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.disputes: Sequence[Dispute] = ()
        self._people: dict[str, list[Mask]] = {}
        self._sizes: Mapping[ViewName, Size] = {}
        self._items: list[QTreeWidgetItem] = []
        self.words = muted(_HINT)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["Class", "Seen by", "Dice", "Edges", ""])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName("Lesions of the other annotators")
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for at, width in ((1, 4.4), (2, 2.8), (3, 3.8), (4, 1.4)):
            header.resizeSection(at, em(self, width))
        self.people_row = QWidget()
        self._flow = FlowLayout(self.people_row, gap=4)
        self.quorum = QSpinBox()
        self.quorum.setRange(1, 99)
        self.quorum.setAccessibleName("How many people a quorum is")
        quorum = QHBoxLayout()
        quorum.addWidget(plain("Quorum", wraps=False))
        quorum.addWidget(self.quorum)
        quorum.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(self, 0.4), em(self, 0.3), em(self, 0.4), em(self, 0.3))
        column.addWidget(self.words)
        column.addWidget(self.list, 1)
        column.addWidget(self.people_row)
        column.addLayout(quorum)
        self.list.currentItemChanged.connect(lambda *_: self._look())

    def show_disputes(
        self,
        found: Sequence[Dispute],
        others: Mapping[str, Annotation],
        sizes: Mapping[ViewName, Size],
        own: Annotation,
    ) -> None:
        """Show what is to be settled; nothing where nobody is shown."""
        self.disputes, self._sizes = found, sizes
        self._people = {name: adjudication.masks_of(each, sizes) for name, each in others.items()}
        if self.quorum.maximum() != max(len(others), 1):
            self.quorum.setRange(1, max(len(others), 1))
            self.quorum.setValue(len(others) // 2 + 1)
        self._name_people(list(others))
        self.list.blockSignals(True)
        self.list.clear()
        self._items = []
        for dispute in found:
            agreed = dispute.agreed
            votes = ", ".join(f"{label} {number}" for label, number in agreed.votes.items())
            label = agreed.label if dispute.one_class else votes
            similar = "alone" if dispute.dice is None else f"{dispute.dice:.2f}"
            apart = "" if dispute.edges is None else f"{dispute.edges:.1f} {'mm' if dispute.in_mm else 'px'}"
            item = QTreeWidgetItem([label, " ".join(agreed.seen_by), similar, apart, ""])
            item.setToolTip(0, tip(f"{votes}; seen by {', '.join(agreed.seen_by)}"))
            item.setToolTip(3, tip("95 % of the edges of each two are no farther apart (Hausdorff)."))
            self._items.append(item)
        self.list.addTopLevelItems(self._items)
        self.list.blockSignals(False)
        self.follow(own)

    def follow(self, own: Annotation) -> None:
        """Show which lesions are settled in the adjudicator's annotation, and how it stands to the others."""
        if not self._people:
            self.words.setText(_HINT)
            return
        for row, dispute in enumerate(self.disputes):
            settled = bool(adjudication.own_of(own, dispute, self._sizes))
            self._items[row].setText(4, "✓" if settled else "")
        mine = adjudication.masks_of(own, self._sizes)
        with_me = ", ".join(
            f"{name} {'—' if (value := adjudication.dice(mine, masks)) is None else f'{value:.2f}'}"
            for name, masks in self._people.items()
        )
        agreement = adjudication.kappa(self._people.values())
        kappa = "—" if agreement is None else f"{agreement:.2f}"
        self.words.setText(f"Kappa of the others {kappa}. Dice of what is yours with {with_me}.")

    def current(self) -> Dispute | None:
        """The lesion that is chosen."""
        row = self._row()
        return self.disputes[row] if row >= 0 else None

    def go_on(self, own: Annotation) -> None:
        """Choose the next lesion that is not settled."""
        row = self._row()
        for at in (*range(row + 1, len(self.disputes)), *range(row)):
            if not adjudication.own_of(own, self.disputes[at], self._sizes):
                self.list.setCurrentItem(self._items[at])
                return

    def _row(self) -> int:
        """The row that is chosen, -1 for none."""
        current = self.list.currentItem()
        return self._items.index(current) if current in self._items else -1

    def _name_people(self, names: Sequence[str]) -> None:
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for name in names:
            self._button(name, partial(self.person_taken.emit, name))
        for how in Take if names else ():
            self._button(how.value.capitalize(), partial(self.taken.emit, how))

    def _button(self, text: str, call: Callable[[], None]) -> None:
        button = QPushButton(text)
        button.setToolTip(f"Take it: {text}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(call)
        self._flow.addWidget(button)

    def _look(self) -> None:
        dispute = self.current()
        if dispute is not None:
            self.chosen.emit(dispute)
