"""Colours, pens and letters of the films: a dark grey room, white films, one accent."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

ROOM = QColor("#202225")
EMPTY_FILM = QColor("#2a2d31")
QUIET_TEXT = QColor("#b9bec6")
ACCENT = QColor("#0b7bd6")
HALO = QColor(255, 255, 255, 215)
WARNING = QColor("#b3261e")
ON_ACCENT = QColor("#ffffff")
DARK_INK = QColor("#202225")
LIGHT_INK = QColor("#f2f3f5")


def pen(color: QColor, width: float) -> QPen:
    """A cosmetic pen, `width` in screen pixels at any zoom; bevelled joins paint faster than round ones."""
    made = QPen(color, width)
    made.setCosmetic(True)
    made.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    return made


def letters(base: QFont, factor: float, bold: bool = True) -> QFont:
    """The widget's font, larger or smaller, so that it follows the scaling of the screen."""
    font = QFont(base)
    if base.pointSizeF() > 0:
        font.setPointSizeF(base.pointSizeF() * factor)
    else:
        font.setPixelSize(round(base.pixelSize() * factor))
    font.setBold(bold)
    return font


def draw_letters(painter: QPainter, baseline: QPointF, text: str, font: QFont, ink: QColor) -> None:
    """Text with a thin edge of the opposite brightness, legible on any grey."""
    ratio = painter.device().devicePixelRatioF()
    picture = _edged(text, font.key(), ink.rgb(), ratio)
    ascent = QFontMetricsF(font).ascent()
    painter.drawPixmap(QPointF(baseline.x() - _EDGE, round(baseline.y() - ascent - _EDGE)), picture)


_EDGE = 3


@lru_cache(maxsize=128)
def _edged(text: str, font_key: str, ink: int, ratio: float) -> QPixmap:
    """The finished letters: stroking them anew for every frame would cost more than the film below."""
    font = QFont()
    font.fromString(font_key)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 2 * _EDGE, metrics.height() + 2 * _EDGE
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addText(QPointF(_EDGE, _EDGE + metrics.ascent()), font, text)
    edge = QColor(LIGHT_INK if QColor(ink).lightnessF() < 0.5 else DARK_INK)
    edge.setAlpha(200)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(path, pen(edge, 3))
        painter.fillPath(path, QColor(ink))
    return picture
