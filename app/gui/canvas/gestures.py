"""What the mouse does on the films: zoom, pan, levels; everything else goes to the tool."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from app.gui.canvas.display import Display
from app.gui.canvas.films import Films
from app.gui.canvas.marks import Marks
from app.gui.canvas.panel import Panel
from app.language import for_later, tr
from app.scan.window import Levels

_TREMBLE = 4.0
_WHEEL_ZOOM = 1.2
_LEFT, _MIDDLE, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
_NOT_HERE = for_later("Lesions are marked on the scan itself, not on the prior one.")


class Gestures:
    """The mouse on one canvas."""

    def __init__(self, films: Films, display: Display, marks: Marks) -> None:
        self._films, self._display, self._marks = films, display, marks
        self._held: Panel | None = None
        self._pan_from: QPointF | None = None
        self._level_from: tuple[QPointF, Levels] | None = None
        self._levelling = False
        self.space_down = False
        self.space_panned = False

    @property
    def panning(self) -> bool:
        """Whether the films follow the mouse."""
        return self._pan_from is not None

    @property
    def dragging(self) -> bool:
        """Whether the left button holds something of the tool's."""
        return self._held is not None

    def stop(self) -> None:
        """Let go of everything, for another scan or a blank screen."""
        self._held = self._pan_from = self._level_from = None
        self._levelling = self.space_down = self.space_panned = False

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        position = event.position()
        if event.button() == _MIDDLE or (event.button() == _LEFT and self.space_down):
            self._pan_from, self.space_panned = position, self.space_down
        elif event.button() == _RIGHT:
            self._level_from, self._levelling = (position, self._display.levels), False
        elif event.button() == _LEFT:
            panel = self._films.panel_at(position)
            at = panel.pointer(position) if panel else None
            if panel is not None and panel.prior and self._marks.tool.draws:
                self._marks.refused.emit(tr(_NOT_HERE))
            if at is not None:
                self._held = panel
                keys, held = event.modifiers(), Qt.KeyboardModifier
                control, shift = bool(keys & held.ControlModifier), bool(keys & held.ShiftModifier)
                self._marks.tool.press(replace(at, control=control, shift=shift))

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved."""
        position = event.position()
        if self._pan_from is not None:
            before, self._pan_from = self._pan_from, position
            self._films.pan_by(position.x() - before.x(), position.y() - before.y(), before)
        elif self._level_from is not None:
            self._drag_levels(position)
        elif self._held is not None:
            at = self._held.pointer(position, clipped=True)
            if at is not None:
                self._marks.tool.move(at, held=True)
        else:
            panel = self._films.panel_at(position)
            at = panel.pointer(position) if panel else None
            if at is not None:
                self._marks.tool.move(at, held=False)

    def release(self, event: QMouseEvent) -> None:
        """A button went up."""
        position = event.position()
        if self._pan_from is not None and event.button() in (_MIDDLE, _LEFT):
            self._pan_from = None
        elif event.button() == _RIGHT and self._level_from is not None:
            clicked = not self._levelling
            self._level_from, self._levelling = None, False
            panel = self._films.panel_at(position)
            at = panel.pointer(position, clipped=True) if panel else None
            if clicked and at is not None:
                self._marks.tool.secondary(at)
        elif event.button() == _LEFT and self._held is not None:
            at = self._held.pointer(position, clipped=True)
            self._held = None
            if at is not None:
                self._marks.tool.release(at)

    def double_click(self, event: QMouseEvent) -> None:
        """The second press of two; with other buttons it is a press like any other."""
        if event.button() != _LEFT or self.space_down:
            self.press(event)
            return
        panel = self._films.panel_at(event.position())
        at = panel.pointer(event.position()) if panel else None
        if at is not None:
            self._marks.tool.double_click(at)

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; with Ctrl the upper level, with Shift what the tool makes of it."""
        turned = (event.angleDelta().y() or event.angleDelta().x()) / 120
        tool, shifted = self._marks.tool, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        panel = self._films.panel_at(event.position())
        at = panel.pointer(event.position()) if panel else None
        if (shifted or (plain and tool.takes_wheel)) and at is not None and tool.wheel(at, turned):
            event.accept()
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._display.step_upper(turned)
        else:
            self._films.zoom_by(_WHEEL_ZOOM**turned, event.position())
        event.accept()

    def _drag_levels(self, position: QPointF) -> None:
        """Up is darker (fewer counts are black), sideways moves the lower level."""
        if self._level_from is None:
            return
        start, levels = self._level_from
        dx, dy = position.x() - start.x(), position.y() - start.y()
        if not self._levelling and math.hypot(dx, dy) < _TREMBLE:
            return
        self._levelling = True
        upper = levels.upper * math.exp(dy / 250)
        lower = levels.lower + (dx / 400 * levels.upper if abs(dx) > abs(dy) / 4 else 0.0)
        self._display.set_levels(min(max(lower, self._display.least_level()), upper * 0.95), upper)
