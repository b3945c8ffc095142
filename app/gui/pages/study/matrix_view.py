"""The matrix on screen: one small sign per cell, painted from a handful of ready pictures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.gui.pages.study.matrix_model import MatrixModel
from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import plain
from app.study.status import CellStatus

_AMBER = QColor("#d9a21b")
LEGEND = tuple(cell for cell in CellStatus if cell is not CellStatus.UNASSIGNED)


def sign(cell: CellStatus, side: int, ratio: float, palette: QPalette) -> QPixmap:
    """The sign of a cell, `side` logical pixels wide; told apart by shape and by colour."""
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    accent, quiet = (
        palette.color(QPalette.ColorRole.Highlight),
        palette.color(QPalette.ColorRole.PlaceholderText),
    )
    box = QRectF(side * 0.15, side * 0.15, side * 0.7, side * 0.7)
    with QPainter(made) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        match cell:
            case CellStatus.DONE:
                painter.fillRect(box, accent)
            case CellStatus.LOCKED:
                painter.setPen(QPen(accent, 1.2))
                painter.drawRect(box)
                painter.fillRect(QRectF(box.x(), box.y(), box.width() / 2, box.height()), accent)
            case CellStatus.INTERRUPTED:
                painter.setPen(QPen(accent, 1.2))
                painter.drawRect(box)
            case CellStatus.OPEN:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(quiet)
                painter.drawEllipse(box.center(), side * 0.1, side * 0.1)
            case CellStatus.SKIPPED:
                painter.setPen(QPen(quiet, side * 0.14))
                painter.drawLine(box.bottomLeft(), box.topRight())
            case CellStatus.TECHNICAL:
                painter.setPen(QPen(_AMBER, side * 0.14))
                painter.drawLine(box.topLeft(), box.bottomRight())
                painter.drawLine(box.bottomLeft(), box.topRight())
            case CellStatus.EXCLUDED:
                painter.setPen(QPen(quiet, side * 0.14))
                painter.drawLine(
                    QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y())
                )
            case CellStatus.UNASSIGNED:
                pass
    return made


class _SignPainter(QStyledItemDelegate):
    """Paints straight from the model's row, without one Qt question per role."""

    def __init__(self, view: QTableView, model: MatrixModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self.signs: dict[CellStatus, QPixmap] = {}
        self._side = 0

    def draw_signs(self) -> None:
        """Draw the signs anew, for another text size, screen or theme."""
        self._side = em(self._view, 0.9)
        ratio, palette = self._view.devicePixelRatioF(), self._view.palette()
        self.signs = {cell: sign(cell, self._side, ratio, palette) for cell in CellStatus}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the sign in the middle of its cell."""
        area = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, self._view.palette().color(QPalette.ColorRole.AlternateBase))
        half = self._side // 2
        cell = self._model.row_of(index.row())[1][index.column()]
        painter.drawPixmap(area.center() - QPoint(half, half), self.signs[cell])
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._view.palette().color(QPalette.ColorRole.Highlight))
            painter.drawRect(area.adjusted(0, 0, -1, -1))


class _CaseHeader(QHeaderView):
    """The case codes; of one width, so that Qt need not fetch the last cases to measure them."""

    def sizeHint(self) -> QSize:
        return QSize(em(self, 10), 0)


class MatrixView(QTableView):
    """Shows a MatrixModel of any length; rows are of one height, so nothing off screen is measured."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Matrix of readers and cases")
        self.matrix = MatrixModel()
        self.matrix.setParent(self)
        self.setVerticalHeader(_CaseHeader(Qt.Orientation.Vertical, self))
        self.setModel(self.matrix)
        self._painter = _SignPainter(self, self.matrix)
        self.setItemDelegate(self._painter)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setStyleSheet(
            "QTableCornerButton::section { background: palette(alternate-base); border: none; }"
        )
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Follow text size and theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._measure()

    def _measure(self) -> None:
        self.verticalHeader().setDefaultSectionSize(em(self, 1.5))
        self.verticalHeader().setFixedWidth(em(self, 10))
        self.horizontalHeader().setDefaultSectionSize(em(self, 4.2))
        self.setMinimumHeight(em(self, 14))
        self._painter.draw_signs()


class Legend(QWidget):
    """What the signs mean."""

    def __init__(self) -> None:
        super().__init__()
        flow = FlowLayout(self, em(self, 0.9))
        self._pictures = [plain(wraps=False) for _ in LEGEND]
        for cell, picture in zip(LEGEND, self._pictures, strict=True):
            entry = QWidget()
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(picture)
            row.addWidget(plain(cell.value, wraps=False))
            flow.addWidget(entry)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow text size and theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw()

    def _draw(self) -> None:
        for cell, picture in zip(LEGEND, self._pictures, strict=True):
            picture.setPixmap(sign(cell, em(self, 0.9), self.devicePixelRatioF(), self.palette()))
