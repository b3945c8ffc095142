"""How one scan looks in the library: both views small, its case, and how it stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.gui.icons import drawing
from app.gui.pages.scans.model import ROW
from app.gui.thumbnail import Thumbnail
from app.gui.thumbnails import Thumbnails
from app.gui.widgets.film_picture import draw_film
from app.scan.scan import ViewName
from app.wording import counted
from app.workflows.scans.scan_row import ScanRow

_FILM = QColor("#f4f4f2")
_DOUBT = QColor("#d9a21b")
_FAULT = QColor("#e05a50")
_SIDES = ((ViewName.ANTERIOR, "ANT"), (ViewName.POSTERIOR, "POST"))


class CardDelegate(QStyledItemDelegate):
    """Draws cards; pictures come from the thumbnails when these are ready."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.pictures = True

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same for every card, so that the list need not ask thousands of times."""
        return card_size(option.fontMetrics, self.pictures)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the card of one row."""
        row = index.data(ROW)
        line = option.fontMetrics.height()
        palette: QPalette = option.palette
        painter.save()
        card = option.rect.adjusted(line // 5, line // 5, -(line // 5), -(line // 5))
        self._ground(painter, card, option, palette)
        inner = card.adjusted(line // 2, line // 2, -(line // 2), -(line // 3))
        words = QRect(inner.left(), inner.bottom() - 2 * line, inner.width(), 2 * line)
        if self.pictures:
            picture = QRect(inner.left(), inner.top(), inner.width(), words.top() - inner.top() - line // 3)
            self._films(painter, picture, row, palette, option.fontMetrics)
        self._words(painter, words, row, palette, option.fontMetrics)
        painter.restore()

    def _ground(
        self, painter: QPainter, card: QRect, option: QStyleOptionViewItem, palette: QPalette
    ) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        accent = palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(accent, 2) if selected else QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawRoundedRect(card, 4, 4)

    def _films(
        self, painter: QPainter, place: QRect, row: ScanRow, palette: QPalette, letters: QFontMetrics
    ) -> None:
        made = self._thumbnails.get(row) if row.usable else Thumbnail({})
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(quiet)
        if made is None:
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "…")
            return
        if not made.views:
            side = letters.height() * 2
            sign = drawing("warning", quiet, side)
            painter.drawImage(place.center().x() - side // 2, place.center().y() - side // 2, sign)
            return
        label = letters.height()
        half = (place.width() - label // 2) // 2
        for at, (name, words) in enumerate(_SIDES):
            film = QRect(place.left() + at * (half + label // 2), place.top(), half, place.height() - label)
            painter.setPen(quiet)
            below = QRect(film.left(), film.bottom() + 1, film.width(), label)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
            if name in made.views:
                draw_film(painter, film, made.views[name])
            else:
                painter.drawText(film, Qt.AlignmentFlag.AlignCenter, "–")

    def _words(
        self, painter: QPainter, place: QRect, row: ScanRow, palette: QPalette, letters: QFontMetrics
    ) -> None:
        line = letters.height()
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        case = letters.elidedText(row.code, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place.adjusted(0, 0, 0, -line), Qt.AlignmentFlag.AlignCenter, case)
        words, colour = short_state(row)
        below = place.adjusted(0, line, 0, 0)
        if colour is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            dot = line // 2
            width = letters.horizontalAdvance(words) + dot + line // 3
            start = below.center().x() - width // 2
            painter.drawEllipse(start, below.center().y() - dot // 2, dot, dot)
            below = QRect(start + dot + line // 3, below.top(), below.right() - start, below.height())
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        where = Qt.AlignmentFlag.AlignVCenter
        where |= Qt.AlignmentFlag.AlignLeft if colour is not None else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(below, where, words)


def short_state(row: ScanRow) -> tuple[str, QColor | None]:
    """A row's state in two words, and the colour of its mark, None for a scan that is ready."""
    if row.duplicate_of:
        return "Duplicate", _FAULT
    if not row.usable:
        return "Cannot be used", _FAULT
    if row.needs_confirmation:
        return "Confirm views", _DOUBT
    if row.warnings:
        return counted(len(row.warnings), "warning"), _DOUBT
    return ("Simulated" if row.simulated else "Ready"), None


def card_size(letters: QFontMetrics, pictures: bool) -> QSize:
    """The size of a card in a font."""
    line = letters.height()
    return QSize(round(line * 10.5), round(line * (17 if pictures else 4)))
