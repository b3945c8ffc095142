"""Tabs above the films: the scan itself, and each further series of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from app.gui.canvas.series_view import SeriesLook, SeriesView
from app.language import for_later, tr
from app.study.canonical import JsonValue
from app.workflows.study.series import LoadedSeries

SCAN = for_later("Bone scan")


class SeriesPart(QWidget):
    """Holds the films and the series in one place, one of them to be seen; without series there are no tabs.

    `chosen` carries the key of the series that the reader wants, "" for the scan.
    """

    chosen = Signal(str)

    def __init__(self, films: QWidget, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._films = films
        self._key = key
        self._series: dict[str, LoadedSeries] = {}
        self._looks: dict[str, SeriesLook] = {}
        self.open = ""
        """The key of the series that is seen; "" for the scan."""
        self.tabs = QTabBar()
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Series of the case"))
        self.tabs.tabBarClicked.connect(self._clicked)
        self.view = SeriesView()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(films, stretch=1)
        column.addWidget(self.view, stretch=1)
        self.tabs.hide()
        self.view.hide()

    def put(self, series: Sequence[LoadedSeries]) -> None:
        """The series of another case; the scan is seen first."""
        self.clear()
        self._series = {each.key: each for each in series}
        for number, name in enumerate([tr(SCAN), *(each.name for each in series)] if series else []):
            self.tabs.addTab(name.replace("&", "&&"))
            self.tabs.setTabToolTip(number, tr("{key}: the next one", key=self._key) if self._key else "")
        self.tabs.setVisible(bool(series))

    def clear(self) -> None:
        """Nothing of a case stays; its films are seen again."""
        self.show_series("")
        self._series, self._looks = {}, {}
        self.view.clear()
        while self.tabs.count():
            self.tabs.removeTab(0)

    def show_series(self, key: str) -> None:
        """Let this series be seen, or the scan."""
        if key != self.open:
            self.open = key
            if key:
                each = self._series[key]
                self._looks[key] = self.view.show_stack(each.name, each.stack, self._looks.get(key))
            seen, hidden = (self.view, self._films) if key else (self._films, self.view)
            hidden.hide()
            seen.show()
            self.take_keyboard()
        if self.tabs.count():
            self.tabs.setCurrentIndex(["", *self._series].index(key))

    def take_keyboard(self) -> None:
        """Give it to what is seen."""
        (self.view if self.open else self._films).setFocus(Qt.FocusReason.OtherFocusReason)

    def stands(self) -> Mapping[str, JsonValue]:
        """How the series that is seen stands, for the record: slices count from 1."""
        shown = self.view.shown
        slices = {"slice": shown.slice + 1, "first": shown.first + 1, "last": shown.last + 1}
        return {**slices, "lower": shown.lower, "upper": shown.upper}

    def _clicked(self, number: int) -> None:
        if number >= 0:
            self.chosen.emit(["", *self._series][number])
