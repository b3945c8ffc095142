"""One film on the screen: which view, where, and how image pixels map to the screen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.gui.canvas.kept_film import FilmPose, KeptFilm
from app.gui.canvas.prepared import Developed, FilmLook, develop
from app.gui.canvas.tools.tool import Pointer
from app.gui.canvas.viewpoint import Viewpoint, mirrored
from app.language import for_later, tr
from app.scan.scan import View, ViewName
from app.scan.window import Indexed

_REACH = 8.0
"""Screen pixels within which a pointer touches a vertex or a line."""
SHORT_NAME = {ViewName.ANTERIOR: for_later("ANT"), ViewName.POSTERIOR: for_later("POST")}


class Film:
    """The picture of one view at its levels; the pixels are made anew only when the levels change."""

    def __init__(self, view: View, indexed: Indexed, developed: Developed | None = None) -> None:
        self.view = view
        self._indexed = indexed
        self._own: Developed | None = None
        self._shown = developed
        self.kept = KeptFilm()
        self.image = QImage() if developed is None else _image(developed)

    @property
    def air(self) -> QColor:
        """The colour of the lowest level."""
        return QColor("white") if self._shown is None else QColor(self._shown.air)

    @property
    def look(self) -> FilmLook | None:
        """How it was developed last; None as long as it was not."""
        return self._shown.look if self._shown is not None else None

    def develop(self, look: FilmLook) -> None:
        """Make the picture for this look, unless it is the one there is."""
        if self._shown is not None and look == self._shown.look:
            return
        # A picture from `prepare` may be shown again: this film only ever writes into pixels of its own.
        self._shown = self._own = develop(self._indexed, look, into=self._own)
        self.image = _image(self._own)


def _image(developed: Developed) -> QImage:
    pixels = developed.pixels
    rows, cols = pixels.shape
    return QImage(pixels.data, cols, rows, 4 * cols, QImage.Format.Format_RGB32)


class Panel:
    """The place of one film. Image pixels are those of `Region`: the first pixel's centre is (0.5, 0.5)."""

    def __init__(
        self, name: ViewName, dark: bool, film: Film | None, attention: bool = False, prior: bool = False
    ) -> None:
        self.name = name
        self.dark = dark
        self.attention = attention
        self.prior = prior
        self.film = film
        self.rect = QRectF()
        self._scale = (1.0, 1.0)
        self._origin = (0.0, 0.0)

    @property
    def title(self) -> str:
        """ANT, POST, and the same with "dark", "attention" or PRIOR for what stands beside them."""
        if self.prior:
            return f"{tr('PRIOR')} {tr(SHORT_NAME[self.name])}"
        return " ".join((tr(SHORT_NAME[self.name]), *self._copied))

    @property
    def _copied(self) -> tuple[str, ...]:
        return (tr("dark"),) if self.dark else (tr("attention"),) if self.attention else ()

    @property
    def copy(self) -> bool:
        """Whether it is not the film itself that is read and marked."""
        return self.dark or self.attention or self.prior

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the image; 1, 1 when the view is missing."""
        if self.film is None:
            return (1, 1)
        rows, cols = self.film.view.counts.shape
        return (cols, rows)

    @property
    def tallness(self) -> float:
        """Height of a pixel over its width, from the spacing."""
        spacing = self.film.view.spacing_mm if self.film else None
        return spacing[0] / spacing[1] if spacing and min(spacing) > 0 else 1.0

    @property
    def scale(self) -> tuple[float, float]:
        """Screen pixels per image pixel, along x and along y."""
        return self._scale

    def fitting_zoom(self, width: float, height: float) -> float:
        """The zoom at which the whole image is just inside a place of that size."""
        cols, rows = self.size
        return min(width / cols, height / (rows * self.tallness))

    def look_from(self, viewpoint: Viewpoint) -> None:
        """Take up the shared zoom and centre."""
        cols, rows = self.size
        self._scale = (viewpoint.zoom, viewpoint.zoom * self.tallness)
        centre = self.rect.center()
        self._origin = (
            centre.x() - mirrored(self.name, viewpoint.across) * cols * self._scale[0],
            centre.y() - viewpoint.down * rows * self._scale[1],
        )

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where an image position is on the widget."""
        return QPointF(self._origin[0] + x * self._scale[0], self._origin[1] + y * self._scale[1])

    def to_image(self, position: QPointF) -> tuple[float, float]:
        """The image position (x, y) under a point of the widget; may lie outside the image."""
        return (
            (position.x() - self._origin[0]) / self._scale[0],
            (position.y() - self._origin[1]) / self._scale[1],
        )

    def pointer(self, position: QPointF, clipped: bool = False) -> Pointer | None:
        """A point of the widget as tools see it; outside the image None, or the nearest place on it.

        Nothing is marked on a prior scan.
        """
        if self.prior:
            return None
        x, y = self.to_image(position)
        if clipped:
            cols, rows = self.size
            x, y = min(max(x, 0.0), float(cols)), min(max(y, 0.0), float(rows))
        return self.pointer_at(x, y) if self.contains(x, y) else None

    def pointer_at(self, x: float, y: float) -> Pointer:
        """An image position as tools see it."""
        return Pointer(self.name, x, y, _REACH / self._scale[0])

    def contains(self, x: float, y: float) -> bool:
        """Whether an image position lies on the image."""
        cols, rows = self.size
        return self.film is not None and 0 <= x <= cols and 0 <= y <= rows

    def centre_for(self, x: float, y: float, position: QPointF, zoom: float) -> tuple[float, float]:
        """The shared centre (across, down) at which image position (x, y) lies under `position` at `zoom`."""
        cols, rows = self.size
        middle = self.rect.center()
        centre_x = x - (position.x() - middle.x()) / zoom
        centre_y = y - (position.y() - middle.y()) / (zoom * self.tallness)
        return mirrored(self.name, centre_x / cols), centre_y / rows

    @property
    def film_rect(self) -> QRectF:
        """The whole image on the widget, also where it is cut off."""
        cols, rows = self.size
        return QRectF(self.to_screen(0, 0), self.to_screen(cols, rows))

    def paint_film(self, painter: QPainter, ratio: float, smooth: bool) -> None:
        """Draw the film as it was developed; `ratio`: device pixels for one of the widget."""
        if self.film is not None:
            self.film.kept.paint(painter, self.film.image, self.rect, self._pose(self.film, ratio, smooth))

    def keep_film(self, ratio: float, smooth: bool) -> None:
        """Scale the film as it was developed, to be painted later."""
        if self.film is not None:
            self.film.kept.make(self.film.image, self._pose(self.film, ratio, smooth))

    def _pose(self, film: Film, ratio: float, smooth: bool) -> FilmPose:
        place = self.film_rect.translated(-self.rect.topLeft())
        inside = (place.left(), place.top(), place.width(), place.height())
        return FilmPose(film.look, inside, (self.rect.width(), self.rect.height()), ratio, smooth)

    @property
    def visible_film(self) -> QRectF:
        """The part of the image that is on the screen."""
        return self.film_rect.intersected(self.rect)

    def partner(self, other: Panel, x: float, y: float) -> tuple[float, float]:
        """The same place of the patient in another panel: mirrored when that shows the other view."""
        cols, rows = self.size
        other_cols, other_rows = other.size
        across = x / cols if other.name is self.name else 1 - x / cols
        return across * other_cols, y / rows * other_rows
