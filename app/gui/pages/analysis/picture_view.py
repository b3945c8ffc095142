"""A figure that fills the room it has, with its caption below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.gui.widgets.labels import note
from app.workflows.analysis.pictures import FigurePicture


class _Canvas(QWidget):
    """Paints one picture, scaled smoothly, on white as in print."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)

    def show_png(self, png: bytes) -> None:
        """Show this picture."""
        self._pixmap = QPixmap()
        self._pixmap.loadFromData(png)
        self.update()

    def sizeHint(self) -> QSize:
        """As large as it was drawn."""
        return self._pixmap.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self._pixmap.isNull():
            return
        room = self.size() * self.devicePixelRatioF()
        size = self._pixmap.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        shown = self._pixmap.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        width, height = shown.deviceIndependentSize().toTuple()
        painter.drawPixmap(round((self.width() - width) / 2), round((self.height() - height) / 2), shown)


class PictureView(QWidget):
    """One figure with its caption."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas = _Canvas()
        self.caption = note(role="quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.caption)

    def show_picture(self, picture: FigurePicture) -> None:
        """Show this figure."""
        self.show_png(f"{picture.title}: {picture.caption}", picture.png)
        self.caption.setText(picture.caption)

    def show_png(self, name: str, png: bytes) -> None:
        """Show this picture, whose `name` is read aloud."""
        self.canvas.show_png(png)
        self.canvas.setAccessibleName(name)
