"""The list of the library: cards in a grid, filter above, the chosen scan and recent studies at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListView,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.scans.card import CardDelegate, card_size
from app.gui.pages.scans.details import Details
from app.gui.pages.scans.filters import ShownScans
from app.gui.pages.scans.model import ROW, LibraryModel
from app.gui.pages.scans.recent import RecentStudies
from app.gui.pages.scans.search_bar import SearchBar
from app.gui.pages.scans.welcome import LibraryWelcome
from app.gui.theme import em
from app.gui.thumbnails import Thumbnails
from app.gui.widgets.flow import FlowLayout
from app.workflows.scans.scan_row import ScanRow

_TYPING_MS = 150


class Shelf(QWidget):
    """All that was found.

    `filter_changed(Show, str)`; `chosen(ScanRow or None)`; `opened(ScanRow)`.
    """

    filter_changed = Signal(object, str)
    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LibraryModel(self)
        self.details = Details()
        self.recent = RecentStudies()
        self.search = SearchBar()
        self.welcome = LibraryWelcome()
        self.files_button = QPushButton("Open scans…")
        self.folder_button = QPushButton("Open a folder…")
        self.choice = QComboBox()
        self.choice.setAccessibleName("Which rows are shown")
        for show in ShownScans:
            self.choice.addItem(show.value)
        self.text = QLineEdit()
        self.text.setPlaceholderText("Find by name or warning")
        self.text.setClearButtonEnabled(True)
        self.text.setMinimumWidth(em(self, 13))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._delegate = CardDelegate(thumbnails, self)
        self.list = self._cards()
        self._middle = QStackedWidget()
        self._middle.addWidget(self.welcome)
        self._middle.addWidget(self.list)
        self._lay_out()
        self._connect()
        self.show_rows((), dict.fromkeys(ShownScans, 0))

    def show_rows(self, rows: Sequence[ScanRow], numbers: dict[ShownScans, int]) -> None:
        """Show these rows; the filter tells how many each of its choices has."""
        before = self.current()
        first = not self.model.rows
        self.model.show_rows(rows)
        for at, show in enumerate(ShownScans):
            self.choice.setItemText(at, f"{show.value}  {numbers[show]}")
        anything = numbers[ShownScans.ALL] > 0
        self._middle.setCurrentWidget(self.list if anything else self.welcome)
        for widget in (self.choice, self.text, self.files_button, self.folder_button):
            widget.setVisible(anything)
        self.details.setVisible(anything)
        if before is not None:
            self.choose(before)
        if self.current() is None and rows:
            self.list.setCurrentIndex(self.model.index(0))
        self._tell_chosen()
        if first and rows and self.isVisible() and not self.text.hasFocus():
            self.take_keyboard()

    def show_pictures(self, pictures: bool) -> None:
        """Cards with or without thumbnails."""
        self._delegate.pictures = pictures
        self._measure()

    def current(self) -> ScanRow | None:
        """The chosen row."""
        row = self.list.currentIndex().data(ROW)
        return row if isinstance(row, ScanRow) else None

    def choose(self, row: ScanRow) -> None:
        """Choose the row of the same files, when it is shown."""
        where = self.model.place(row.files)
        if where.isValid():
            select = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.list.selectionModel().setCurrentIndex(where, select)

    def take_keyboard(self) -> None:
        """The keyboard goes where it is of most use."""
        target: QWidget = self.welcome.files_button
        if self.model.rows:
            target = self.list
        elif self.recent.folders:
            target = self.recent.read_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Cards grow with the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "list"):
            self._measure()

    def _cards(self) -> QListView:
        cards = QListView()
        cards.setViewMode(QListView.ViewMode.IconMode)
        cards.setMovement(QListView.Movement.Static)
        cards.setResizeMode(QListView.ResizeMode.Adjust)
        cards.setUniformItemSizes(True)
        cards.setLayoutMode(QListView.LayoutMode.Batched)
        cards.setBatchSize(500)
        cards.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        cards.setItemDelegate(self._delegate)
        cards.setModel(self.model)
        cards.setAccessibleName("Scans")
        return cards

    def _lay_out(self) -> None:
        margin = em(self, 0.5)
        above = FlowLayout(gap=em(self, 0.4))
        for button in (self.files_button, self.folder_button):
            button.setAutoDefault(True)
        controls = (self.choice, self.text, self.files_button, self.folder_button)
        for widget in controls:
            above.addWidget(widget)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(above)
        column.addWidget(self.search)
        column.addWidget(self._middle, 1)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.details)
        right.addWidget(self.recent)
        right.setStretchFactor(0, 3)
        right.setStretchFactor(1, 2)
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.addWidget(left)
        whole.addWidget(right)
        whole.setStretchFactor(0, 1)
        whole.setSizes([em(self, 60), em(self, 19)])
        for splitter in (right, whole):
            splitter.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(margin, margin, margin, margin)
        page.addWidget(whole)

    def _connect(self) -> None:
        self.choice.activated.connect(lambda _: self._filter())
        self.text.textChanged.connect(lambda _: self._typing.start())
        self._typing.timeout.connect(self._filter)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._tell_chosen())
        self.list.activated.connect(lambda _: self._open())
        self.details.open_requested.connect(self._open)

    def _filter(self) -> None:
        self.filter_changed.emit(list(ShownScans)[self.choice.currentIndex()], self.text.text())

    def _open(self) -> None:
        row = self.current()
        if row is not None:
            self.opened.emit(row)

    def _tell_chosen(self) -> None:
        row = self.current()
        self.details.show_row(row)
        self.chosen.emit(row)

    def _measure(self) -> None:
        self.list.setGridSize(card_size(self.list.fontMetrics(), self._delegate.pictures))
        self.list.doItemsLayout()
