"""A canvas on the (offscreen) screen with a scan of odd sizes, and the mouse that works on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.gui.canvas.scan_canvas import ScanCanvas
from app.scan.scan import Scan, View, ViewName

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
NONE = Qt.KeyboardModifier.NoModifier


def counts(rows: int = 400, cols: int = 100) -> np.ndarray:
    """A body of 20 counts with a spine of 100; float32 (rows, cols)."""
    image = np.zeros((rows, cols), np.float32)
    image[30:370, 10:90] = 20
    image[60:330, 45:55] = 100
    return image


def scan_of(**fields: object) -> Scan:
    """A scan with both views; the posterior has one hot pixel at image (x, y) = (20, 50)."""
    posterior = counts()
    posterior[50, 20] = 250
    views = {"anterior": View(ANT, counts()), "posterior": View(POST, posterior)}
    return Scan("case-1", **{**views, **fields})  # type: ignore[arg-type]


@pytest.fixture
def scan() -> Scan:
    return scan_of()


@pytest.fixture
def canvas(qtbot: QtBot, scan: Scan) -> Iterator[ScanCanvas]:
    """Shown at 800 x 800 with the scan on it; the films are drawn at twice their size."""
    shown = ScanCanvas()
    qtbot.addWidget(shown)
    shown.resize(800, 800)
    shown.show_scan(scan)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.setFocus()
    QApplication.processEvents()
    yield shown


class Mouse:
    """Real mouse events on a widget; a drag carries its button."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self.keys = NONE
        """The keys that are held."""

    def _send(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        position = QPointF(at)
        event = QMouseEvent(kind, position, self._widget.mapToGlobal(position), button, held, self.keys)
        QApplication.sendEvent(self._widget, event)

    def move(self, to: QPoint) -> None:
        """Move without a button."""
        self._send(QEvent.Type.MouseMove, to, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)

    def press(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press a button."""
        self._send(QEvent.Type.MouseButtonPress, at, button, button)

    def hold(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Move with a button down."""
        self._send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button)

    def release(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Release a button."""
        self._send(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)

    def click(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press and release."""
        self.press(at, button)
        self.release(at, button)

    def double_click(self, at: QPoint) -> None:
        """Two clicks, as Qt tells them: the first is an ordinary one."""
        self.click(at)
        left = Qt.MouseButton.LeftButton
        self._send(QEvent.Type.MouseButtonDblClick, at, left, left)
        self.release(at)

    def drag(self, start: QPoint, end: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press, move in steps, release."""
        self.press(start, button)
        for share in np.linspace(0.2, 1, 5):
            at = start + (end - start) * float(share)
            self._send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button)
        self.release(end, button)

    def wheel(self, at: QPoint, notches: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Turn the wheel; positive is away from the hand."""
        position = QPointF(at)
        event = QWheelEvent(
            position,
            self._widget.mapToGlobal(position),
            QPoint(),
            QPoint(0, round(120 * notches)),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self._widget, event)


@pytest.fixture
def mouse(canvas: ScanCanvas) -> Mouse:
    return Mouse(canvas)


@pytest.fixture
def draw(canvas: ScanCanvas, mouse: Mouse) -> Callable[..., None]:
    """Click image positions of a view, one after the other."""

    def clicks(view: ViewName, *places: tuple[float, float]) -> None:
        for x, y in places:
            mouse.click(canvas.films.to_widget(view, x, y))

    return clicks
