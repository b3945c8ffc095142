"""The films of one scan, side by side: where they stand, zoom and pan, painting, the first frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.canvas import look, overlay
from app.gui.canvas.arrangement import arrange, fitting_zoom, place
from app.gui.canvas.attention import BESIDE_OPACITY, AttentionMaps
from app.gui.canvas.panel import Film, Panel
from app.gui.canvas.prepared import Look, PreparedScan, prepare
from app.gui.canvas.viewpoint import Viewpoint, mirrored
from app.scan.scan import Scan, ViewName
from app.scan.window import Histogram, Levels
from app.study.answer import DisplayState
from app.study.clock import Clock, Instant, SystemClock

ZOOM_STEP = 1.25


class Films(QWidget):
    """Paints anterior and posterior films under one shared zoom and centre; levels are `FilmView`'s."""

    display_changed = Signal(object)
    scan_changed = Signal()
    first_painted = Signal(object)

    def __init__(self, parent: QWidget | None = None, clock: Clock | None = None) -> None:
        super().__init__(parent)
        self.clock: Clock = clock or SystemClock()
        self.panels: tuple[Panel, ...] = ()
        self.prepared: PreparedScan | None = None
        self.attention: AttentionMaps | None = None
        self.attention_opacity = 0.0
        self.viewpoint = Viewpoint()
        self._display = DisplayState(0.0, 1.0)
        self._text = ""
        self._smooth = True
        self._unseen = False
        self._expected: WeakKeyDictionary[PreparedScan, tuple[Panel, ...]] = WeakKeyDictionary()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(240, 240))

    # showing

    @property
    def scan(self) -> Scan | None:
        """The scan on the screen, None when it is blank."""
        return self.prepared.scan if self.prepared else None

    @property
    def histogram(self) -> Histogram | None:
        """The histogram of the scan on the screen."""
        return self.prepared.histogram if self.prepared else None

    def show_scan(self, scan: Scan | PreparedScan, display: DisplayState | None = None) -> None:
        """Put a scan on the screen; `display` carries levels and zoom over, None starts anew."""
        self.prepared = scan if isinstance(scan, PreparedScan) else prepare(scan)
        self._text, self.attention = "", None
        if display is None:
            levels = self.prepared.levels
            self._display = DisplayState(
                levels.lower, levels.upper, dual_intensity=self._display.dual_intensity
            )
            self.viewpoint = Viewpoint()
        else:
            kept_zoom = display.zoom / self.devicePixelRatioF()
            was_fitted = self.viewpoint.fitted and math.isclose(kept_zoom, self.viewpoint.zoom, rel_tol=1e-6)
            self._display = display
            self.viewpoint = Viewpoint() if was_fitted else Viewpoint().zoomed_to(kept_zoom)
        self._unseen = True
        self.panels = self._expected.pop(self.prepared, self.panels)
        self._place_films()
        self.scan_changed.emit()
        self._tell()

    def expect(self, prepared: PreparedScan) -> None:
        """Make ready what can be for a scan that will be shown soon, while there is time."""
        levels = prepared.levels
        display = DisplayState(levels.lower, levels.upper, dual_intensity=self._display.dual_intensity)
        panels = self._panels_of(prepared, (), None)
        arrange(panels, self.size(), Viewpoint())
        for panel in panels:
            if panel.film is not None:
                panel.film.develop(_look_of(display, panel.dark))
                panel.keep_film(self.devicePixelRatioF(), self._smooth)
        self._expected[prepared] = panels

    def blank(self, text: str = "") -> None:
        """Take the scan off the screen and say `text` instead; nothing of the scan stays in memory."""
        self.prepared, self.panels, self._text, self._unseen = None, (), text, False
        self.attention = None
        self.update()
        self.scan_changed.emit()

    def display_state(self) -> DisplayState:
        """How the films stand on the screen now."""
        return replace(self._display, zoom=self.viewpoint.zoom * self.devicePixelRatioF())

    @property
    def levels(self) -> Levels:
        """The levels of the light films, in counts."""
        return Levels(self._display.lower_level, self._display.upper_level)

    def set_smooth(self, on: bool) -> None:
        """Bilinear between pixels when true, the pixels themselves otherwise."""
        self._smooth = on
        self.update()

    def toggle_smooth(self) -> None:
        """Bilinear instead of the pixels themselves, or the other way round."""
        self.set_smooth(not self._smooth)

    @property
    def smooth(self) -> bool:
        """Whether films are drawn bilinear."""
        return self._smooth

    # zoom and pan

    def fit(self) -> None:
        """The whole films, as large as they go."""
        self._look_from(Viewpoint())

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom_by(ZOOM_STEP)

    def zoom_out(self) -> None:
        """One step back."""
        self.zoom_by(1 / ZOOM_STEP)

    def zoom_by(self, factor: float, position: QPointF | None = None) -> None:
        """Zoom all films; what lies under `position` of the widget (or in the middle) stays there.

        No further out than the whole films.
        """
        closer = self.viewpoint.zoomed_to(self.viewpoint.zoom * factor)
        if factor < 1 and closer.zoom <= fitting_zoom(self.panels, self.size()):
            self.fit()
            return
        panel = self.panel_at(position) if position is not None else None
        if panel is not None and position is not None:
            x, y = panel.to_image(position)
            place(self.panels, self.size(), closer.zoom)
            closer = closer.moved_to(*panel.centre_for(x, y, position, closer.zoom))
        self._look_from(closer)

    def pan_by(self, dx: float, dy: float, position: QPointF | None = None) -> None:
        """Move the film under `position` by screen pixels, its other view as the mirror image.

        Films that are wholly on the screen stay where they are.
        """
        panel = (self.panel_at(position) if position is not None else None) or self._first_film()
        if panel is not None and not self.viewpoint.fitted:
            cols, rows = panel.size
            across = mirrored(panel.name, self.viewpoint.across) - dx / (panel.scale[0] * cols)
            down = self.viewpoint.down - dy / (panel.scale[1] * rows)
            self._look_from(self.viewpoint.moved_to(mirrored(panel.name, across), down))

    def look_at(self, across: float, down: float) -> None:
        """Bring a place of the anterior image, as fractions of its width and height, into the middle."""
        if not self.viewpoint.fitted:
            self._look_from(self.viewpoint.moved_to(across, down))

    # places

    def panel_at(self, position: QPointF) -> Panel | None:
        """The panel under a point of the widget; None between panels, on a missing view and when blank."""
        return next((p for p in self.panels if p.film is not None and p.rect.contains(position)), None)

    def panel_of(self, view: ViewName) -> Panel | None:
        """The light panel of a view; None when the scan has no such view."""
        return next((p for p in self.panels if p.name is view and p.film is not None), None)

    def to_widget(self, view: ViewName, x: float, y: float) -> QPoint:
        """Where an image position of a view is on the widget; raises KeyError when the view is not shown."""
        panel = self.panel_of(view)
        if panel is None:
            raise KeyError(view)
        return panel.to_screen(x, y).toPoint()

    def to_image(self, position: QPoint) -> tuple[ViewName, float, float] | None:
        """The view and image position under a point of the widget; None outside the images."""
        panel = self.panel_at(QPointF(position))
        if panel is None:
            return None
        x, y = panel.to_image(QPointF(position))
        return (panel.name, x, y) if panel.contains(x, y) else None

    # inside

    def _place_films(self) -> None:
        prepared = self.prepared
        if prepared is not None:
            self.panels = self._panels_of(prepared, self.panels, self.attention)
            self._lay_out()

    def _panels_of(
        self, prepared: PreparedScan, old_panels: Sequence[Panel], attention: AttentionMaps | None
    ) -> tuple[Panel, ...]:
        """The panels of a scan, with the films of the old ones where they show the same.

        With maps of attention their copies stand beside the films, and the dark copies give way.
        """
        old = {(panel.name, panel.dark): panel.film for panel in old_panels}
        panels: list[Panel] = []
        dual = self._display.dual_intensity and attention is None
        for dark in (False, True) if dual else (False,):
            for name in ViewName:
                view = prepared.scan.view(name)
                film = old.get((name, dark))
                if view is None:
                    film = None
                elif film is None or film.view is not view:
                    film = Film(view, prepared.indexed[name], None if dark else prepared.developed[name])
                panels.append(Panel(name, dark, film))
        if attention is not None:
            panels += [Panel(panel.name, False, panel.film, attention=True) for panel in panels]
        return tuple(panels)

    def _lay_out(self) -> None:
        self.viewpoint = arrange(self.panels, self.size(), self.viewpoint)
        self.films_moved()
        self.update()

    def films_moved(self) -> None:
        """Called when films changed their place; what is drawn over them has to follow."""

    def _look_from(self, viewpoint: Viewpoint) -> None:
        self.viewpoint = viewpoint
        self._lay_out()
        self._tell()

    def _change(self, **fields: object) -> None:
        changed = replace(self._display, **fields)  # type: ignore[arg-type]
        if changed != self._display:
            self._display = changed
            self.update()
            self._tell()

    def _tell(self) -> None:
        if self.prepared:
            self.display_changed.emit(self.display_state())

    def _first_film(self) -> Panel | None:
        return next((panel for panel in self.panels if panel.film is not None), None)

    # Qt

    def sizeHint(self) -> QSize:
        """A screenful: the films deserve whatever space there is."""
        return QSize(980, 900)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Films that fitted the window fit it again."""
        before = self.viewpoint.zoom
        self._lay_out()
        if self.viewpoint.zoom != before:
            self._tell()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the films, and take the time at the end of the first frame that shows them all."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), look.ROOM)
            if self.prepared is None:
                overlay.draw_middle_text(painter, QRectF(self.rect()), self._text, self.font())
            else:
                for panel in self.panels:
                    self._paint_panel(painter, panel)
                self.paint_above(painter)
        painted = event.region()
        if (
            self._unseen
            and self.isVisible()
            and all(painted.intersects(panel.rect.toRect()) for panel in self.panels)
        ):
            self._unseen = False
            self._announce(self.clock.now())

    def _paint_panel(self, painter: QPainter, panel: Panel) -> None:
        painter.save()
        painter.setClipRect(panel.rect)
        if panel.film is None:
            overlay.draw_empty_panel(painter, panel, self.font())
        else:
            panel.film.develop(_look_of(self._display, panel.dark))
            panel.paint_film(painter, self.devicePixelRatioF(), self._smooth)
            self._paint_attention(painter, panel)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_over(painter, panel)
            overlay.draw_names(painter, panel, self.font())
            if not panel.copy and self.scan is not None:
                overlay.draw_warnings(painter, panel, self.font(), overlay.warnings_of(self.scan))
        painter.restore()

    def _paint_attention(self, painter: QPainter, panel: Panel) -> None:
        opacity = BESIDE_OPACITY if panel.attention else self.attention_opacity
        if self.attention is not None and not panel.dark and opacity > 0:
            self.attention.paint(painter, panel, self.devicePixelRatioF(), opacity)
            self.attention.draw_label(painter, panel, self.font())

    def paint_over(self, painter: QPainter, panel: Panel) -> None:
        """Draw over one film; marks and cursors in `ScanCanvas`."""

    def paint_above(self, painter: QPainter) -> None:
        """Draw over everything, when a scan is shown."""

    def _announce(self, seen: Instant) -> None:
        shown = self.prepared

        def tell() -> None:
            if self.prepared is shown:
                self.first_painted.emit(seen)

        QTimer.singleShot(0, self, tell)  # after the frame went to the screen: listeners must not delay it


def _look_of(display: DisplayState, dark: bool) -> Look:
    levels = Levels(display.lower_level, display.upper_level)
    return Look(levels.dark if dark else levels, display.curve, display.palette, display.inverted)
