"""How one case looks in the list: both views small, its code, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.gui.thumbnails import Thumbnails
from app.gui.widgets.film_picture import draw_film
from app.scan.scan import ViewName
from app.workflows.annotation.desk_record import CaseStatus

_LINES = 4.6
"""Height of a card in lines of text."""
COLOURS = {
    CaseStatus.UNTOUCHED: QColor("#7b8188"),
    CaseStatus.IN_WORK: QColor("#4aa8ff"),
    CaseStatus.DONE: QColor("#2da44e"),
    CaseStatus.EMPTY: QColor("#8fd19e"),
    CaseStatus.DOUBTFUL: QColor("#d9a21b"),
}


class CaseCard(QStyledItemDelegate):
    """`row` and `status`: the roles under which the model has the scan and how far it is."""

    def __init__(self, thumbnails: Thumbnails, row: int, status: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails, self._row, self._status = thumbnails, row, status

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same for every case."""
        return QSize(option.fontMetrics.height() * 10, round(option.fontMetrics.height() * _LINES))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the card of one case."""
        line, palette = option.fontMetrics.height(), option.palette
        card = option.rect.adjusted(line // 5, line // 6, -(line // 5), -(line // 6))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(
            option.rect, palette.color(QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.Base)
        )
        made = self._thumbnails.get(index.data(self._row))
        film = QRect(card.left(), card.top(), round(card.height() * 0.34), card.height())
        for name in ViewName:
            if made is not None and name in made.views:
                draw_film(painter, film, made.views[name])
            film.translate(film.width() + 2, 0)
        status = CaseStatus(index.data(self._status))  # a QVariant makes a plain text of it
        words = card.adjusted(film.left() - card.left() + line // 3, 0, 0, 0)
        ink = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.setPen(palette.color(ink))
        upper = QRect(words.left(), words.center().y() - line, words.width(), line)
        name_ = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, upper.width())
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, name_)
        lower = upper.translated(0, line + line // 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(COLOURS[status])
        dot = round(line * 0.6)
        painter.drawEllipse(lower.left(), lower.center().y() - dot // 2, dot, dot)
        painter.drawText(
            lower.adjusted(dot + line // 3, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, status.value
        )
        painter.restore()
