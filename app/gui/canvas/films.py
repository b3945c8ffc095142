"""The films of one scan, side by side: which there are, where they stand, zoom and pan, painting."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.annotation.region import Region
from app.gui.canvas import overlay
from app.gui.canvas.arrangement import NO_EDGES, Edges, arrange, fitting_zoom, place
from app.gui.canvas.attention import BESIDE_OPACITY, AttentionMaps
from app.gui.canvas.display import Display
from app.gui.canvas.panel import Panel
from app.gui.canvas.prepared import FilmLook, PreparedScan
from app.gui.canvas.side_by_side import PriorPlace, panels_of
from app.gui.canvas.viewpoint import Viewpoint, mirrored
from app.language import for_later, tr
from app.scan.body_box import WHOLE, BodyBox
from app.scan.scan import ViewName
from app.scan.window import Levels
from app.study.answer import DisplayState

ZOOM_STEP = 1.25
_CLOSE = 0.25
"""Share of the room that a region takes which is looked at closely."""
_CLOSER, _CLOSEST = 2.0, 6.0
"""How near that is at least and at most, in zooms of the whole film."""
_PRIOR = for_later("The prior scan stands in the place of the dark copies: hide it first.")
_ATTENTION = for_later("The model's attention stands in the place of the dark copies: hide it first.")


class Films(QObject):
    """Anterior and posterior films under one shared zoom and centre, painted on one widget.

    `display_changed(DisplayState)`; `scan_changed()`: another scan, or none; `moved()`: films changed their
    place; `zoomed()`: somebody is changing the zoom.
    """

    display_changed = Signal(object)
    scan_changed = Signal()
    moved = Signal()
    zoomed = Signal()

    def __init__(self, ground: QWidget, display: Display) -> None:
        super().__init__(ground)
        self._ground = ground
        self._display = display
        self.panels: tuple[Panel, ...] = ()
        self.attention: AttentionMaps | None = None
        self.attention_opacity = 0.0
        self._prior: PreparedScan | None = None
        self.prior_place = PriorPlace.HIDDEN
        self.viewpoint = Viewpoint()
        self._smooth = True
        self._cropped = False
        self._expected: WeakKeyDictionary[PreparedScan, tuple[Panel, ...]] = WeakKeyDictionary()
        display.changed.connect(self._look_changed)

    # showing

    @property
    def prepared(self) -> PreparedScan | None:
        """The scan on the screen, None when it is blank."""
        return self._display.prepared

    def show(self, prepared: PreparedScan, display: DisplayState | None = None) -> None:
        """Put a scan on the screen; `display` carries levels and zoom over, None starts anew."""
        self._prior, self.prior_place = None, PriorPlace.HIDDEN
        self._show_attention(None)
        self._display.start(prepared, display)
        viewpoint = Viewpoint(filling=self.viewpoint.filling)
        if display is not None:
            kept_zoom = display.zoom / self._ground.devicePixelRatioF()
            was_fitted = self.viewpoint.fitted and math.isclose(kept_zoom, self.viewpoint.zoom, rel_tol=1e-6)
            viewpoint = viewpoint if was_fitted else viewpoint.zoomed_to(kept_zoom)
        self.viewpoint = viewpoint
        self.panels = self._expected.pop(prepared, self.panels)
        self._place_films()
        self.scan_changed.emit()
        self._tell()

    def expect(self, prepared: PreparedScan) -> None:
        """Make ready what can be for a scan that will be shown soon, while there is time."""
        display = self._display.beginning(prepared)
        panels = self._panels_of(prepared, (), False)
        arrange(panels, self._ground.size(), Viewpoint(), *self._kept_in_view(prepared))
        for panel in panels:
            if panel.film is not None:
                panel.film.develop(_look_of(display, panel.dark))
                panel.keep_film(self._ground.devicePixelRatioF(), self._smooth)
        self._expected[prepared] = panels

    def clear(self) -> None:
        """Take the scan off the screen; nothing of it stays in memory."""
        self._prior, self.prior_place = None, PriorPlace.HIDDEN
        self._show_attention(None)
        self._display.start(None)
        self.panels = ()
        self._ground.update()
        self.scan_changed.emit()

    def display_state(self) -> DisplayState:
        """How the films stand on the screen now."""
        zoom = self.viewpoint.zoom * self._ground.devicePixelRatioF()
        return replace(self._display.state, zoom=zoom, cropped=self._cropped)

    def reset(self) -> None:
        """Levels, curve, palette, inversion and zoom as the scan started."""
        if self.prepared is not None:
            self._display.start(self.prepared)
            self.fit()

    def set_smooth(self, on: bool) -> None:
        """Bilinear between pixels when true, the pixels themselves otherwise."""
        self._smooth = on
        self._ground.update()

    def crop_to_body(self, on: bool) -> None:
        """Whether the air around the patient is left out where the films fit the window."""
        if on is not self._cropped:
            self._cropped = on
            self._lay_out()

    def toggle_frame(self) -> None:
        """The whole frames instead of the patient alone, or the other way round."""
        self.crop_to_body(not self._cropped)
        self.fit()

    def toggle_smooth(self) -> None:
        """Bilinear instead of the pixels themselves, or the other way round."""
        self.set_smooth(not self._smooth)

    @property
    def smooth(self) -> bool:
        """Whether films are drawn bilinear."""
        return self._smooth

    def show_attention(self, maps: AttentionMaps | None, opacity: float = 0.0) -> None:
        """Maps of where a model looked: beside the films, and over them with `opacity`; None takes them away.

        They go with the scan. The dark copies come back when the maps are taken away.
        """
        beside = self.attention is not None
        self._show_attention(maps, opacity)
        if beside is not (maps is not None):
            self._place_films()
            self._tell()
        self._ground.update()

    def show_prior(self, prior: PreparedScan | None, place: PriorPlace) -> None:
        """An earlier scan that was laid on this one, at the same levels and zoom; it goes with the scan."""
        place = place if prior is not None else PriorPlace.HIDDEN
        if (self._prior, self.prior_place) != (prior, place):
            self._prior, self.prior_place = prior, place
            self._say_why_single()
            self._place_films()

    def set_attention_opacity(self, opacity: float) -> None:
        """How dense the maps are over the films, 0-1; the copies beside them stay as they are."""
        if opacity != self.attention_opacity:
            self.attention_opacity = opacity
            self._ground.update()

    # zoom and pan

    def fit(self) -> None:
        """The whole films, as large as they go."""
        self._look_from(Viewpoint())

    def fill(self) -> None:
        """As near as the width of the window allows, from the head on."""
        self._look_from(Viewpoint(filling=True))

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
        if factor < 1 and closer.zoom <= self._fitting_zoom:
            self.fit()
            return
        panel = self.panel_at(position) if position is not None else None
        if panel is not None and position is not None:
            x, y = panel.to_image(position)
            place(self.panels, self._ground.size(), closer.zoom, self._body)
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

    def look_at_region(self, region: Region) -> None:
        """Bring a region into the middle, unless it is on the screen already."""
        panel = self.panel_of(region.view)
        x, y = region.vertices.mean(axis=0)
        if panel is not None and not panel.rect.contains(panel.to_screen(x, y)):
            self.look_at(mirrored(region.view, x / panel.size[0]), y / panel.size[1])

    def look_closely(self, region: Region) -> None:
        """Bring a region into the middle and near; films that are near enough already keep their zoom."""
        panel = self.panel_of(region.view)
        if panel is None:
            return
        fitting = self._fitting_zoom
        extent = max(float((region.vertices.max(axis=0) - region.vertices.min(axis=0)).max()), 1.0)
        room = min(self._ground.width() / len(self.panels), self._ground.height())
        best = min(max(_CLOSE * room / extent, _CLOSER * fitting), _CLOSEST * fitting)
        near = _CLOSER * fitting <= self.viewpoint.zoom <= 2 * best
        x, y = region.vertices.mean(axis=0)
        closer = self.viewpoint if near else self.viewpoint.zoomed_to(best)
        self._look_from(closer.moved_to(mirrored(region.view, x / panel.size[0]), y / panel.size[1]))

    # places

    def panel_at(self, position: QPointF) -> Panel | None:
        """The panel under a point of the widget; None between panels, on a missing view and when blank."""
        return next((p for p in self.panels if p.film is not None and p.rect.contains(position)), None)

    def panel_of(self, view: ViewName) -> Panel | None:
        """The light panel of a view; None when the scan has no such view."""
        return next((p for p in self.panels if p.name is view and p.film is not None and not p.prior), None)

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

    # painting

    def paint(self, painter: QPainter, over: Callable[[QPainter, Panel], None]) -> None:
        """Paint every film, and `over` it what belongs below its names."""
        for panel in self.panels:
            painter.save()
            painter.setClipRect(panel.rect)
            if panel.film is None:
                overlay.draw_empty_panel(painter, panel, self._ground.font())
            else:
                panel.film.develop(_look_of(self._display.state, panel.dark))
                panel.paint_film(painter, self._ground.devicePixelRatioF(), self._smooth)
                self._paint_attention(painter, panel)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                over(painter, panel)
                overlay.draw_names(painter, panel, self._ground.font())
                if not panel.copy and self.prepared is not None:
                    warnings = overlay.warnings_of(self.prepared.scan)
                    overlay.draw_warnings(painter, panel, self._ground.font(), warnings)
            painter.restore()

    def _paint_attention(self, painter: QPainter, panel: Panel) -> None:
        opacity = BESIDE_OPACITY if panel.attention else self.attention_opacity
        if self.attention is not None and not panel.dark and not panel.prior and opacity > 0:
            self.attention.paint(painter, panel, self._ground.devicePixelRatioF(), opacity)
            self.attention.draw_label(painter, panel, self._ground.font())

    def resized(self) -> None:
        """Films that fitted the widget fit it again."""
        before = self.viewpoint.zoom
        self._lay_out()
        if self.viewpoint.zoom != before:
            self._tell()

    def _show_attention(self, maps: AttentionMaps | None, opacity: float = 0.0) -> None:
        self.attention, self.attention_opacity = maps, opacity
        self._say_why_single()

    def _say_why_single(self) -> None:
        attention = "" if self.attention is None else tr(_ATTENTION)
        self._display.single_because = attention if self.prior_place is PriorPlace.HIDDEN else tr(_PRIOR)

    def _look_changed(self) -> None:
        alone = self.attention is None and self.prior_place is PriorPlace.HIDDEN
        dark = self._display.state.dual_intensity and alone
        if dark is not any(panel.dark for panel in self.panels):
            self._place_films()
        self._ground.update()
        self._tell()

    def _place_films(self) -> None:
        if self.prepared is not None:
            self.panels = self._panels_of(self.prepared, self.panels, self.attention is not None)
            self._lay_out()

    def _panels_of(
        self, prepared: PreparedScan, old_panels: Sequence[Panel], attention: bool
    ) -> tuple[Panel, ...]:
        dual = self._display.state.dual_intensity
        return panels_of(
            prepared, old_panels, dual=dual, attention=attention, prior=self._prior, place=self.prior_place
        )

    def _lay_out(self) -> None:
        self.viewpoint = arrange(
            self.panels, self._ground.size(), self.viewpoint, *self._kept_in_view(self.prepared)
        )
        self.moved.emit()
        self._ground.update()

    @property
    def _body(self) -> BodyBox:
        return self._kept_in_view(self.prepared)[0]

    @property
    def _fitting_zoom(self) -> float:
        return fitting_zoom(self.panels, self._ground.size(), *self._kept_in_view(self.prepared))

    def _kept_in_view(self, prepared: PreparedScan | None) -> tuple[BodyBox, Edges]:
        """What has to be seen of a scan, and the edges where words stand: off the skull and the feet."""
        if not self._cropped or prepared is None or prepared.body == WHOLE:
            return WHOLE, NO_EDGES
        letters, warnings = self._ground.font(), overlay.warnings_of(prepared.scan)
        return prepared.body, (overlay.names_height(letters), overlay.warnings_height(letters, warnings))

    def _look_from(self, viewpoint: Viewpoint) -> None:
        if viewpoint.zoom != self.viewpoint.zoom:
            self.zoomed.emit()
        self.viewpoint = viewpoint
        self._lay_out()
        self._tell()

    def _tell(self) -> None:
        if self.prepared is not None:
            self.display_changed.emit(self.display_state())

    def _first_film(self) -> Panel | None:
        return next((panel for panel in self.panels if panel.film is not None), None)


def _look_of(display: DisplayState, dark: bool) -> FilmLook:
    levels = Levels(display.lower_level, display.upper_level)
    return FilmLook(levels.dark if dark else levels, display.curve, display.palette, display.inverted)
