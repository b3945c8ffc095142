"""A film as it stands on the screen, kept while only marks and cursors move over it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from app.gui.canvas.prepared import FilmLook


@dataclass(frozen=True)
class FilmPose:
    """How a film stands: what it looks like, where it is in its panel, and how it is drawn.

    `film`: left, top, width and height inside the panel, logical pixels; `ratio`: device pixels for one.
    """

    look: FilmLook | None
    film: tuple[float, float, float, float]
    panel: tuple[float, float]
    ratio: float
    smooth: bool


class KeptFilm:
    """The scaled picture of one film.

    Scaling is most of the cost of a frame. A picture is worth keeping from the second time on that it is
    painted in the same pose: while levels or zoom change, no two frames are alike. `make` keeps one before
    it is painted at all.
    """

    def __init__(self) -> None:
        self._painted: FilmPose | None = None
        self._kept: FilmPose | None = None
        self._picture = QImage()

    def paint(self, painter: QPainter, image: QImage, panel: QRectF, pose: FilmPose) -> None:
        """Draw `image` into its panel on the widget."""
        left, top = panel.left() * pose.ratio, panel.top() * pose.ratio
        whole = left == round(left) and top == round(top)  # otherwise the copy would be scaled once more
        if whole and pose == self._painted and pose != self._kept:
            self.make(image, pose)
        self._painted = pose
        if whole and pose == self._kept:
            painter.drawImage(panel.topLeft(), self._picture)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, pose.smooth)
            painter.drawImage(QRectF(*pose.film).translated(panel.topLeft()), image)

    def make(self, image: QImage, pose: FilmPose) -> None:
        """Scale `image` now, to be painted later."""
        width, height = pose.panel
        size = QSize(round(width * pose.ratio), round(height * pose.ratio))
        if self._picture.size() != size:
            self._picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        self._picture.setDevicePixelRatio(pose.ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        with QPainter(self._picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, pose.smooth)
            painter.drawImage(QRectF(*pose.film), image)
        self._kept = pose
