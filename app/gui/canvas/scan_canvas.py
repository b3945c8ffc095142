"""The films of one scan on the screen, and the marks on them.

`ScanCanvas(QWidget)` paints itself: mouse and key events go to the canvas itself, there is no viewport().
Panels from left to right: ANT, POST and, with dual intensity, ANT dark and POST dark (upper level x 0.45).
It is made of parts, each with the whole of its matter; what is asked of the canvas itself concerns them all:

show_scan(scan_or_prepared, display=None)   a `Scan`, or a `PreparedScan` made in the background by
                                            `app.gui.canvas.prepared.prepare(scan)` (no Qt, thread-safe);
                                            `display` keeps levels and zoom, None: auto-level and fit;
                                            marks and undo are cleared
blank(text="")                              nothing of a scan stays on screen; `text` in the middle
scan                                        the Scan shown, or None
films       `Films`: zoom, pan, places on the widget, smooth pixels, attention of a model
display     `Display`: levels, curve, palette, inversion, dual intensity, as far as the protocol allows
marks       `Marks`: the annotation, its history, the selection, the tool in hand; drawn by `layer`
input       `CanvasInput`: mouse, keys, and the read-out of what they point at
refused(str)                                from any part: why, in words for a reader; nothing was changed
first_painted(Instant)                      the end of the first paint with both views on screen, delivered
                                            right after that frame was handed over

Mouse  wheel zooms at the cursor, Ctrl+wheel changes the upper level, Shift+wheel is the tool's (brush size,
       threshold; the threshold tool takes the plain wheel too), middle drag or Space + drag pans, right drag
       levels (up: darker, sideways: lower level), left for the tool.
Keys   handled here (all others are actions): arrows move the keyboard cursor (Shift 10 pixels), Ctrl+arrows
       the selected mark, Space places or selects, Enter confirms, Esc drops what is being dragged, Tab and
       Backtab go between the views and then on to the next control.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.annotation.region import Region
from app.gui.canvas import look, overlay
from app.gui.canvas.canvas_input import CanvasInput
from app.gui.canvas.display import Display
from app.gui.canvas.films import Films
from app.gui.canvas.magnifier import draw_magnifier
from app.gui.canvas.marks import Marks
from app.gui.canvas.marks_layer import MarksLayer
from app.gui.canvas.panel import Panel
from app.gui.canvas.prepared import PreparedScan, prepare
from app.language import tr
from app.scan.scan import Scan
from app.study.answer import DisplayState
from app.study.clock import Clock, Instant, SystemClock

_REST_MS = 150
"""The zoom has come to rest when it was left alone for so long."""


class Above(Protocol):
    """Something of a page's own that is drawn over everything that the films show."""

    def paint(self, painter: QPainter, panels: Sequence[Panel], font: QFont) -> None:
        """Draw it; hidden with the marks."""


class ScanCanvas(QWidget):
    """Films with marks; the module's docstring is its manual."""

    first_painted = Signal(object)
    refused = Signal(str)

    def __init__(
        self, parent: QWidget | None = None, clock: Clock | None = None, above: Above | None = None
    ) -> None:
        super().__init__(parent)
        self.clock: Clock = clock or SystemClock()
        self.display = Display(self)
        self.films = Films(self, self.display)
        self.marks = Marks(self)
        self.layer = MarksLayer(self.marks)
        self.input = CanvasInput(self, self.films, self.display, self.marks, self.clock)
        self._above = above
        self._text = ""
        self._unseen = False
        self._magnifier = False
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.update)
        self.films.zoomed.connect(self._rest.start)
        self.marks.repaint_needed.connect(self.update)
        self.marks.refused.connect(self.refused)
        self.display.refused.connect(self.refused)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(240, 240))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Images of the scan"))
        self.setAccessibleDescription(
            tr("Arrow keys move a cursor over the image, Space places a mark, Tab goes to the other view.")
        )

    @property
    def scan(self) -> Scan | None:
        """The scan on the screen, None when it is blank."""
        return self.films.prepared.scan if self.films.prepared else None

    def show_scan(self, scan: Scan | PreparedScan, display: DisplayState | None = None) -> None:
        """Put a scan on the screen, without marks; `display` carries levels and zoom over."""
        self._text, self._unseen = "", True
        self.layer.forget()
        self.films.show(scan if isinstance(scan, PreparedScan) else prepare(scan), display)
        self.marks.start(self.scan)
        self.input.start()

    def blank(self, text: str = "") -> None:
        """Take scan and marks off the screen and say `text` instead."""
        self._text, self._unseen = text, False
        self.layer.forget()
        self.films.clear()
        self.marks.start(None)
        self.input.start()

    def hide_marks(self, hidden: bool) -> None:
        """Look at the films without anything drawn on them for a while."""
        self.layer.hidden = hidden
        self.update()

    def set_class_colours(self, colours: Mapping[str, str]) -> None:
        """Draw the marks of each class in its colour (#rrggbb); none: all in the accent colour."""
        self.layer.set_colours(colours)
        self.update()

    def set_marks_look(self, numbers: bool, opacity: float, hidden_classes: Iterable[str]) -> None:
        """Whether marks have their numbers, how dense they are (0-1), and classes that are not shown."""
        self.layer.set_look(numbers, opacity, hidden_classes)
        self.update()

    def set_underlay(self, regions: Iterable[tuple[Region, str]]) -> None:
        """Other people's regions, each with a colour (#rrggbb), as dashed lines that cannot be touched."""
        self.layer.set_underlay(regions)
        self.update()

    @property
    def magnifier(self) -> bool:
        """Whether there is a magnifying glass at the cursor."""
        return self._magnifier

    def toggle_magnifier(self) -> None:
        """Take the magnifying glass up or put it away."""
        self._magnifier = not self._magnifier
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        """A screenful: the films deserve whatever space there is."""
        return QSize(980, 900)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Films that fitted the window fit it again."""
        self.films.resized()
        super().resizeEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes to the other view first, when the keys are in use."""
        return self.input.go_to_view(forward) or super().focusNextPrevChild(forward)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the films, and take the time at the end of the first frame that shows them all."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), look.ROOM)
            if self.scan is None:
                overlay.draw_middle_text(painter, QRectF(self.rect()), self._text, self.font())
            else:
                self.films.paint(painter, self._paint_over)
                self._paint_above(painter)
        painted = event.region()
        if (
            self._unseen
            and self.isVisible()
            and all(painted.intersects(panel.rect.toRect()) for panel in self.films.panels)
        ):
            self._unseen = False
            self._announce(self.clock.now())

    def _paint_over(self, painter: QPainter, panel: Panel) -> None:
        """Marks, outline under way and crosses over one film; nothing was marked on a prior one."""
        if not panel.prior:
            self.layer.paint(painter, panel, self.font(), brisk=self._rest.isActive())
        pointed = self.input.pointed()
        if pointed is not None:
            source, x, y = pointed
            if panel is not source or self.input.by_keys:
                overlay.draw_cross(painter, panel, *source.partner(panel, x, y))
        if self.input.key_panel is panel and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.pen(look.ACCENT, 2))
            painter.drawRect(panel.visible_film.adjusted(1, 1, -1, -1))

    def _paint_above(self, painter: QPainter) -> None:
        """The magnifying glass, and what is the page's own."""
        pointed = self.input.pointed()
        if self._magnifier and pointed is not None:
            panel, x, y = pointed
            draw_magnifier(painter, panel, panel.to_screen(x, y), self.films.smooth)
        if self._above is not None and not self.layer.hidden:
            self._above.paint(painter, self.films.panels, self.font())

    def _announce(self, seen: Instant) -> None:
        shown = self.films.prepared

        def tell() -> None:
            if self.films.prepared is shown:
                self.first_painted.emit(seen)

        QTimer.singleShot(0, self, tell)  # after the frame went to the screen: listeners must not delay it
