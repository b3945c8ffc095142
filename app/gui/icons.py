"""Icons from `resources/icons`: line drawings that take the colour of the text around them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QImageReader, QPalette, QPixmap

from app import paths


def icon(name: str, palette: QPalette, side: int = 20) -> QIcon:
    """The icon `name` in the palette's text colours, `side` logical pixels high, also for a grey control."""
    made = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.WindowText)
        made.addPixmap(QPixmap.fromImage(drawing(name, colour, side * 2)), mode)
    return made


def drawing(name: str, colour: QColor, pixels: int) -> QImage:
    """The drawing `name` in one colour, `pixels` high; empty when there is no such file."""
    return _render(_source(name).replace(b"currentColor", colour.name().encode()), pixels)


def application_icon() -> QIcon:
    """The program's own icon in the sizes that systems ask for."""
    made = QIcon()
    for pixels in (16, 32, 48, 128, 256):
        made.addPixmap(QPixmap.fromImage(_render(_source("scintiread"), pixels)))
    return made


@cache
def _source(name: str) -> bytes:
    file = paths.resources() / "icons" / f"{name}.svg"
    return file.read_bytes() if file.is_file() else b""


def _render(svg: bytes, pixels: int) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(svg))
    reader = QImageReader(buffer, QByteArray(b"svg"))
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(pixels, pixels), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
