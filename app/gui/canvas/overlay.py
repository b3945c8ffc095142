"""What is written and drawn over a film: sides, view, warnings, the linked cross-hair."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from app.gui.canvas import look
from app.gui.canvas.panel import Panel
from app.language import tr
from app.scan.scan import Scan, ViewName

MARGIN = 6.0
_SMALLEST_NAME = 0.55
"""How small a view's name may become to stand between the sides."""


def draw_names(painter: QPainter, panel: Panel, base: QFont) -> None:
    """R, L and the view's name along the top of what is visible of a film, above it where there is room.

    Anterior: the patient's right is on image left. Posterior: seen from behind, left is on image left.
    """
    if panel.film is None:
        return
    place = panel.visible_film
    side_font, name_font = look.letters(base, 1.25), look.letters(base, 1.05)
    metrics = QFontMetricsF(side_font)
    above = place.top() - panel.rect.top() >= metrics.height()
    ink = look.DARK_INK if panel.film.air.lightnessF() > 0.5 and not above else look.LIGHT_INK
    left, right = ("R", "L") if panel.name is ViewName.ANTERIOR else ("L", "R")
    baseline = place.top() + (-metrics.descent() if above else MARGIN + metrics.ascent())
    at_right = place.right() - MARGIN - metrics.horizontalAdvance(right)
    look.draw_letters(painter, QPointF(place.left() + MARGIN, baseline), left, side_font, ink)
    look.draw_letters(painter, QPointF(at_right, baseline), right, side_font, ink)
    room = place.width() - 2 * (metrics.horizontalAdvance("R") + 2 * MARGIN)
    width = QFontMetricsF(name_font).horizontalAdvance(panel.title)
    if room < _SMALLEST_NAME * width:  # large text on a narrow film: below, for nothing may cover a side
        room = place.width() - 2 * MARGIN
        baseline += metrics.height()
    if width > room:
        name_font = look.letters(base, 1.05 * max(room / width, 0.1))
        width = QFontMetricsF(name_font).horizontalAdvance(panel.title)
    look.draw_letters(painter, QPointF(place.center().x() - width / 2, baseline), panel.title, name_font, ink)


def names_height(base: QFont) -> float:
    """The pixels that R, L and the view's name take at the top of a film."""
    return MARGIN + QFontMetricsF(look.letters(base, 1.25)).height()


def draw_empty_panel(painter: QPainter, panel: Panel, base: QFont) -> None:
    """The place of a view that the scan does not have."""
    painter.fillRect(panel.rect.adjusted(1, 1, -1, -1), look.EMPTY_FILM)
    missing = (
        tr("No anterior view\nin this scan")
        if panel.name is ViewName.ANTERIOR
        else tr("No posterior view\nin this scan")
    )
    draw_middle_text(painter, panel.rect, missing, base)


def draw_middle_text(painter: QPainter, place: QRectF, text: str, base: QFont) -> None:
    """Quiet words in the middle of an empty place."""
    painter.setFont(look.letters(base, 1.2, bold=False))
    painter.setPen(look.QUIET_TEXT)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(place.adjusted(12, 12, -12, -12), flags, text)


def warnings_of(scan: Scan) -> str:
    """What has to be said over every film of this scan; empty when nothing has."""
    said = []
    if scan.simulated:
        said.append(tr("SIMULATED"))
    if scan.display_only:
        said.append(tr("DISPLAY ONLY \N{EN DASH} not for measurement"))
    elif scan.lossy:
        said.append(tr("LOSSY \N{EN DASH} not for measurement"))
    return "\n".join(said)


def warnings_height(base: QFont, text: str) -> float:
    """The pixels that the plate takes at the foot of a film, where no line has to be broken."""
    lines = text.count("\n") + 1 if text else 0
    return lines * QFontMetricsF(look.letters(base, 0.95)).height() + (6 + MARGIN if lines else 0)


def draw_warnings(painter: QPainter, panel: Panel, base: QFont, text: str) -> None:
    """The warnings on a red plate at the foot of a panel."""
    if not text:
        return
    font = look.letters(base, 0.95)
    metrics = QFontMetricsF(font)
    room = panel.visible_film.adjusted(MARGIN, 0, -MARGIN, -MARGIN)
    if room.width() < 60:
        room = panel.rect.adjusted(MARGIN, 0, -MARGIN, -MARGIN)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    needed = metrics.boundingRect(QRectF(0, 0, room.width() - 12, 1000), flags, text)
    plate = QRectF(0, 0, needed.width() + 14, needed.height() + 6)
    plate.moveCenter(QPointF(room.center().x(), 0))
    plate.moveBottom(room.bottom())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.WARNING)
    painter.drawRoundedRect(plate, 3, 3)
    painter.setFont(font)
    painter.setPen(look.ON_ACCENT)
    painter.drawText(plate, flags, text)


def draw_cross(painter: QPainter, panel: Panel, x: float, y: float) -> None:
    """A small cross at an image position, where that is on the image."""
    if panel.contains(x, y):
        draw_cross_at(painter, panel.to_screen(x, y))


def draw_cross_at(painter: QPainter, at: QPointF) -> None:
    """A small cross with an open middle, so that it never covers what it points at."""
    for stroke in (look.pen(look.HALO, 4), look.pen(look.ACCENT, 1.5)):
        painter.setPen(stroke)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(5 * dx, 5 * dy), at + QPointF(16 * dx, 16 * dy))
