"""Reading time against reading order: a point per presentation and a running median per reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.gui.pages.study.words import presentation_words
from app.gui.plotting import pg
from app.study.pace import Floats, ReaderPace, running_median

LIGHT_SERIES = ("#0072b2", "#d55e00", "#007a5a", "#a3457f", "#7a5c00", "#4d4d4d")
DARK_SERIES = ("#56b4e9", "#e69f00", "#35c39a", "#e08fc0", "#f0e442", "#c9ced3")
"""After Okabe & Ito (Color Universal Design, 2008), darkened or lightened for the ground they stand on."""
SYMBOLS = ("o", "t", "s", "d", "+", "star")
_NEAR = 14
"""A point so many pixels from the pointer is read out."""


class _WholeNumbers(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of things that are counted: no marks between two of them."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Distances of the marks, coarse to fine, none finer than 1."""
        return [(step, offset) for step, offset in super().tickSpacing(low, high, size) if step >= 1] or [
            (1.0, 0.0)
        ]


class PacePlot(QWidget):
    """The plot; wheel and drag zoom and move it, arrow keys go from point to point, Home shows everything."""

    def __init__(self, told: Callable[[str], None]) -> None:
        """`told` gets what stands under the pointer, in words; empty when nothing does."""
        super().__init__()
        self._told = told
        self._everybody: tuple[ReaderPace, ...] = ()
        self._paces: tuple[ReaderPace, ...] = ()
        self._seconds: tuple[Floats, ...] = ()
        self.plot = pg.PlotWidget(axisItems={"bottom": _WholeNumbers("bottom")})
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.plot.setAccessibleName("Reading time against reading order")
        self.plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setLabel("bottom", "order of reading")
        self.plot.setLabel("left", "active seconds")
        self.plot.installEventFilter(self)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self._chosen: tuple[int, int] | None = None
        self.medians: dict[str, pg.PlotDataItem] = {}
        self._legend = self.plot.addLegend(offset=(-8, 8))
        self._ring = pg.ScatterPlotItem(size=18, brush=None)
        self._ring.setZValue(10)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.plot)
        self._dress()

    def show_paces(self, paces: Sequence[ReaderPace], only: str = "") -> None:
        """Draw these readers, or only one; what was zoomed to stays while the same ones are shown."""
        shown = tuple(pace for pace in paces if only in ("", pace.reader))
        same = [pace.reader for pace in shown] == [pace.reader for pace in self._paces]
        self._everybody, self._paces = tuple(paces), shown
        self._seconds = tuple(pace.seconds for pace in shown)
        self._draw()
        if not same:
            self.show_everything()

    def show_everything(self) -> None:
        """Every point, from zero."""
        slowest = max((float(seconds.max()) for seconds in self._seconds if len(seconds)), default=1.0)
        longest = max((len(seconds) for seconds in self._seconds), default=1)
        self.plot.setRange(xRange=(0.5, longest + 0.5), yRange=(0, slowest * 1.08), padding=0.02)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
            self._draw()

    def eventFilter(self, _plot: QObject, event: QEvent) -> bool:
        """Keys of the plot; it would keep them to itself."""
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        view = self.plot.getViewBox()
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._step(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Plus:
                view.scaleBy((0.8, 0.8))
            case Qt.Key.Key_Minus:
                view.scaleBy((1.25, 1.25))
            case Qt.Key.Key_Home:
                self.show_everything()
            case _:
                return False
        return True

    def _step(self, way: int) -> None:
        """Go to the next point, of the reader whose point was read out last."""
        filled = [number for number, seconds in enumerate(self._seconds) if len(seconds)]
        if not filled:
            return
        if self._chosen is None:
            self._choose((filled[0], 0))
            return
        reader, place = self._chosen
        self._choose((reader, min(max(place + way, 0), len(self._seconds[reader]) - 1)))

    def _hover(self, scene: QPointF) -> None:
        """Choose the point nearest to the pointer, when it is near."""
        view = self.plot.getViewBox()
        pointed = view.mapSceneToView(scene)
        pixel_x, pixel_y = view.viewPixelSize()
        best, chosen = float(_NEAR), None
        for number, seconds in enumerate(self._seconds):
            if len(seconds):
                across = np.arange(1, len(seconds) + 1) - pointed.x()
                distance = np.hypot(across / pixel_x, (seconds - pointed.y()) / pixel_y)
                place = int(distance.argmin())
                if distance[place] <= best:
                    best, chosen = float(distance[place]), (number, place)
        self._choose(chosen)

    def _choose(self, chosen: tuple[int, int] | None) -> None:
        self._chosen = chosen
        if chosen is None:
            self._ring.setData([], [])
            self._told("")
            return
        pace = self._paces[chosen[0]]
        item = pace.presentations[chosen[1]]
        self._ring.setData([chosen[1] + 1], [item.seconds])
        self._told(presentation_words(pace.reader, chosen[1] + 1, item))

    def _dress(self) -> None:
        palette = self.palette()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        self.plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for side in ("bottom", "left"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(quiet))
            axis.setTextPen(pg.mkPen(palette.color(QPalette.ColorRole.Text)))
        self._legend.setLabelTextColor(palette.color(QPalette.ColorRole.Text))
        self._ring.setPen(pg.mkPen(palette.color(QPalette.ColorRole.Text), width=2))

    def _draw(self) -> None:
        item = self.plot.getPlotItem()
        item.clear()
        self.medians.clear()
        dark = self.palette().color(QPalette.ColorRole.Base).lightness() < 128
        series = DARK_SERIES if dark else LIGHT_SERIES
        for pace, seconds in zip(self._paces, self._seconds, strict=True):
            if not len(seconds):
                continue
            number = self._everybody.index(pace)
            colour = QColor(series[number % len(series)])
            again = number // len(series)  # the seventh reader has the first colour and another sign
            self._draw_reader(pace, seconds, colour, SYMBOLS[(number + again) % len(SYMBOLS)])
        item.addItem(self._ring)
        self._chosen = None
        self._ring.setData([], [])

    def _draw_reader(self, pace: ReaderPace, seconds: Floats, colour: QColor, symbol: str) -> None:
        item = self.plot.getPlotItem()
        order = np.arange(1, len(seconds) + 1)
        faint = QColor(colour)
        faint.setAlpha(130)
        item.addItem(
            pg.ScatterPlotItem(order, seconds, symbol=symbol, size=6, pen=None, brush=faint, name=pace.reader)
        )
        paused = np.array(pace.paused, dtype=np.intp)
        item.addItem(
            pg.ScatterPlotItem(paused + 1, seconds[paused], size=13, brush=None, pen=pg.mkPen(colour))
        )
        line = item.plot(order, running_median(seconds), pen=pg.mkPen(colour, width=2.5))
        self.medians[pace.reader] = line
        if len(self._paces) == 1:
            pen = pg.mkPen(self.palette().color(QPalette.ColorRole.Mid), style=Qt.PenStyle.DashLine)
            for place in pace.sittings:
                item.addItem(pg.InfiniteLine(place + 0.5, pen=pen))
