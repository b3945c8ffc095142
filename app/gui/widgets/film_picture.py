"""One small film in its place, as lists of scans show it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.gui.thumbnail import Grey

_FILM = QColor("#f4f4f2")


def draw_film(painter: QPainter, place: QRect, grey: Grey) -> None:
    """Draw a thumbnail's view, uint8 (rows, cols), as large as its place allows."""
    import numpy as np  # only where there is a film

    rows, cols = grey.shape
    image = QImage(np.ascontiguousarray(grey).data, cols, rows, cols, QImage.Format.Format_Grayscale8)
    size = image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
    where = QRect(
        place.center().x() - size.width() // 2,
        place.center().y() - size.height() // 2,
        size.width(),
        size.height(),
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillRect(where, _FILM)
    painter.drawImage(where, image)
