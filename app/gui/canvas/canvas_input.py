"""What mouse and keys do on a canvas: they point, place marks, and look around; the read-out follows them."""

from __future__ import annotations

from typing import cast

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.gui.canvas.display import Display
from app.gui.canvas.films import Films
from app.gui.canvas.gestures import Gestures
from app.gui.canvas.key_cursor import KeyCursor
from app.gui.canvas.marks import Marks
from app.gui.canvas.panel import SHORT_NAME, Panel
from app.language import tr
from app.study.clock import Clock

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_TABS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class CanvasInput(QObject):
    """Hears every event of one widget; those of the mouse go on to `Gestures`.

    `cursor_moved(str)`: the counts under the cursor; `first_input(Instant)`: the first one on a scan.
    """

    cursor_moved = Signal(str)
    first_input = Signal(object)

    def __init__(self, ground: QWidget, films: Films, display: Display, marks: Marks, clock: Clock) -> None:
        super().__init__(ground)
        self._ground, self._films, self._marks, self._clock = ground, films, marks, clock
        self._gestures = Gestures(films, display, marks)
        self._keys = KeyCursor(films)
        self._mouse: QPointF | None = None
        self._told = ""
        self._untouched = False
        self._enabled = True
        films.moved.connect(self._keys.films_moved)
        ground.installEventFilter(self)

    def start(self) -> None:
        """Another scan, or none: let go of everything."""
        self._gestures.stop()
        self._keys.hide()
        self._untouched = True
        if self._films.prepared is None:
            self._told = ""
            self.cursor_moved.emit("")

    def set_enabled(self, on: bool) -> None:
        """Let mouse and keys in, or not: False leaves the films as they are."""
        if on != self._enabled:
            self._enabled = on
            self._gestures.stop()

    @property
    def dragging(self) -> bool:
        """Whether the left button holds something of the tool's; cancelling the tool drops it."""
        return self._gestures.dragging

    @property
    def by_keys(self) -> bool:
        """Whether the keys were used last, not the mouse."""
        return self._keys.active

    @property
    def key_panel(self) -> Panel | None:
        """The film that the keys are on."""
        return self._keys.panel

    def pointed(self) -> tuple[Panel, float, float] | None:
        """The image position under the keyboard cursor or the mouse."""
        keys = self._keys
        if keys.panel is not None:
            return keys.panel, keys.x, keys.y
        panel = self._films.panel_at(self._mouse) if self._mouse is not None else None
        if panel is None or self._mouse is None:
            return None
        x, y = panel.to_image(self._mouse)
        return (panel, x, y) if panel.contains(x, y) else None

    def confirm(self) -> None:
        """The Enter key: close an outline of three vertices or more, or place one by key."""
        sketch = self._marks.tool.sketch
        if (sketch is not None and len(sketch.vertices) >= 3) or not self._keys.active:
            self._marks.tool.close()
        else:
            self._place_by_key()

    def go_to_view(self, forward: bool) -> bool:
        """The Tab key: go to the other view; False when the keys are not in use or there is none that way."""
        gone = self._keys.active and self._keys.go_to_view(forward)
        if gone:
            self._tell_cursor()
            self._ground.update()
        return gone

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take what belongs to the films; True: nobody else hears of it."""
        if not shiboken6.isValid(self._ground):  # it is being taken down
            return False
        match event.type():
            case (
                QEvent.Type.MouseButtonPress
                | QEvent.Type.MouseButtonDblClick
                | QEvent.Type.MouseMove
                | QEvent.Type.MouseButtonRelease
            ):
                self._mouse_event(cast(QMouseEvent, event))
                return True
            case QEvent.Type.Wheel:
                if self._takes_input():
                    wheel = cast(QWheelEvent, event)
                    self._gestures.wheel(wheel)
                    self._follow_mouse(wheel.position())
                return True
            case QEvent.Type.KeyPress:
                return self._key_pressed(cast(QKeyEvent, event))
            case QEvent.Type.KeyRelease:
                return self._key_released(cast(QKeyEvent, event))
            case QEvent.Type.Enter:
                self._show_cursor()
            case QEvent.Type.Leave:
                self._left()
            case QEvent.Type.FocusIn:
                self._focused(cast(QFocusEvent, event).reason())
            case QEvent.Type.FocusOut:
                self._gestures.space_down = False  # a held Space would never be released here
                self._show_cursor()
                self._ground.update()
        return False

    # mouse

    def _mouse_event(self, event: QMouseEvent) -> None:
        moving = event.type() == QEvent.Type.MouseMove
        match event.type():
            case QEvent.Type.MouseButtonPress if self._takes_input():
                self._follow_mouse(event.position())
                self._gestures.press(event)
            case QEvent.Type.MouseButtonDblClick if self._takes_input():
                self._gestures.double_click(event)
            case QEvent.Type.MouseMove if self._listens:
                self._follow_mouse(event.position())
                self._gestures.move(event)
            case QEvent.Type.MouseButtonRelease if self._listens:
                self._gestures.release(event)
        if not moving:
            self._show_cursor()

    def _left(self) -> None:
        """Read-out and partner cross go with the mouse."""
        self._mouse = None
        self._marks.tool.leave()
        if self._told:
            self._tell("")
        self._ground.update()

    def _follow_mouse(self, position: QPointF) -> None:
        self._mouse = position
        self._keys.hide()
        self._tell_cursor()
        self._ground.update()

    # keys

    def _key_pressed(self, event: QKeyEvent) -> bool:
        """Arrows, Space and Enter; see the manual in `scan_canvas`."""
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = modifiers == Qt.KeyboardModifier.ControlModifier
        far = modifiers == Qt.KeyboardModifier.ShiftModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if not self._listens:
            return False
        if key in _ARROWS and (plain or far or control):
            self._takes_input()
            dx, dy = _ARROWS[key]
            if control:
                self._marks.move_selected(dx, dy)
            else:
                self._step_by_key(10 * dx if far else dx, 10 * dy if far else dy)
        elif key == Qt.Key.Key_Space and plain:
            self._takes_input()
            if not event.isAutoRepeat():
                self._gestures.space_down, self._gestures.space_panned = True, False
                self._show_cursor()
        elif key == Qt.Key.Key_Escape and plain and self.dragging:
            self._marks.tool.cancel()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._takes_input()
            self.confirm()
        else:
            return False
        return True

    def _key_released(self, event: QKeyEvent) -> bool:
        """Space places when it was not held to pan."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or not self._gestures.space_down:
            return False
        self._gestures.space_down = False
        self._show_cursor()
        if not self._gestures.space_panned and self._keys.active:
            self._place_by_key()
        return True

    def _focused(self, reason: Qt.FocusReason) -> None:
        """Coming by Tab shows the keyboard cursor."""
        if reason in _TABS:
            self._keys.hide()
            self._keys.start(last=reason == Qt.FocusReason.BacktabFocusReason)
        self._ground.update()

    def _step_by_key(self, dx: float, dy: float) -> None:
        if self._keys.active:
            self._keys.step(dx, dy)
        else:
            self._keys.start(self._mouse)
        at = self._keys.pointer
        if at is not None:
            self._marks.tool.move(at, held=False)
        self._tell_cursor()
        self._ground.update()

    def _place_by_key(self) -> None:
        at = self._keys.pointer
        if at is not None:
            self._marks.tool.press(at)
            self._marks.tool.release(at)

    # what is told and shown

    @property
    def _listens(self) -> bool:
        return self._enabled and self._films.prepared is not None

    def _takes_input(self) -> bool:
        """Whether input counts now; the first one on a scan is announced."""
        if self._listens and self._untouched:
            self._untouched = False
            self.first_input.emit(self._clock.now())
        return self._listens

    def _tell_cursor(self) -> None:
        pointed, prepared = self.pointed(), self._films.prepared
        if pointed is None or pointed[0].film is None or prepared is None:
            self._tell("")
            return
        panel, x, y = pointed
        counts = pointed[0].film.view.counts
        column, row = min(int(x), counts.shape[1] - 1), min(int(y), counts.shape[0] - 1)
        value = float(counts[row, column])
        number = f"{value:.0f}" if value.is_integer() else f"{value:.2f}"
        unit = tr("grey") if prepared.scan.display_only else tr("counts")
        if panel.prior:  # scaled to the scan: no counts of its own
            self._tell(f"@ {panel.title} ({column}, {row})")
            return
        self._tell(f"{number} {unit} @ {tr(SHORT_NAME[panel.name])} ({column}, {row})")

    def _tell(self, text: str) -> None:
        self._told = text
        self.cursor_moved.emit(text)

    def _show_cursor(self) -> None:
        if self._films.prepared is None:
            shape = Qt.CursorShape.ArrowCursor
        elif self._gestures.panning:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._gestures.space_down:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = Qt.CursorShape.CrossCursor if self._marks.tool.draws else Qt.CursorShape.ArrowCursor
        self._ground.setCursor(QCursor(shape))
