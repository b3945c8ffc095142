"""The films of one scan on the screen, and the marks on them.

`ScanCanvas(QWidget)` paints itself: mouse and key events go to the canvas itself, there is no viewport().
Panels from left to right: ANT, POST and, with dual intensity, ANT dark and POST dark (upper level x 0.45).

Showing
    show_scan(scan_or_prepared, display=None)   a `Scan`, or a `PreparedScan` made in the background by
                                                `app.gui.canvas.prepared.prepare(scan)` (no Qt, thread-safe);
                                                `display` keeps levels and zoom, None: auto-level and fit;
                                                marks and undo are cleared
    expect(prepared)                            scale the films of a scan that comes soon, while there is time
    blank(text="")                              nothing of a scan stays on screen; `text` in the middle
    scan                                        the Scan shown, or None
    display_state() -> DisplayState             app.study.answer; `zoom` in screen pixels per image pixel
    set_rules(ScreenRules)                      app.study.protocol; a change it forbids emits `refused`
    set_input_enabled(bool)                     False: films stay, mouse and keys do nothing

Looking
    set_levels(lower, upper)   step_upper(steps)   step_lower(steps)      one step = 5 % of the upper level
    auto_levels()   set_curve(text)   next_curve()   set_palette(text)   next_palette()
    set_inverted(bool)   invert()   set_dual_intensity(bool)   toggle_dual_intensity()
    set_smooth(bool)   toggle_smooth()   set_magnifier(bool)   toggle_magnifier()   fit()   reset()
    zoom_in()   zoom_out()   zoom_by(factor, position)   pan_by(dx, dy)
    curves: "linear", "square root", "log", "gamma 0.50"; palettes: app.scan.palettes.PALETTES

Attention (of a model; goes with the scan, nothing of it is ever drawn as an outline)
    show_attention(AttentionMaps or None, opacity)   set_attention_opacity(0-1)
    ANT attention and POST attention stand beside the films, in the place of the dark copies

Marking
    set_tool(id)   tool      ids: see app.gui.canvas.tools.TOOLS
    set_regions(tuple[Region, ...])   regions() -> tuple[Region, ...]
    set_new_mark(label=..., rating=...)                  what the next mark carries
    change_region(uuid, **fields)                        rating; label and bone of its whole lesion; undoable
    select_region(uuid or "")   selected() -> uuid or ""
    confirm()  (the Enter key: closes an outline of three vertices or more, otherwise places one at the
    keyboard cursor)   close_polygon()   remove_last_vertex()   cancel()   delete_selected()
    undo()   redo()   can_undo   can_redo   drawing (a polygon is under way)
    mirror_selected()  (the same lesion on the other view)   hide_marks(bool)
    set_read_only(bool, why)   set_class_colours({class: "#rrggbb"})   set_underlay([(Region, "#rrggbb")])

Signals
    display_changed(DisplayState)   rules_changed()   scan_changed()  (another scan, or blank)
    cursor_moved(str)   first_painted(Instant)   first_input(Instant)
    regions_changed()   mark_added(Region)   selection_changed(str uuid or "")   tool_changed(str)
    drawing_changed(bool)   can_undo_changed()
    refused(str)                    a reason a reader can understand; nothing was changed
    first_painted carries the moment at the end of the first paint with both views on screen; it is
    delivered right after that frame was handed over.

Mouse  wheel zooms at the cursor, Ctrl+wheel changes the upper level, Shift+wheel is the tool's (brush size,
       threshold; the threshold tool takes the plain wheel too), middle drag or Space + drag pans, right drag
       levels (up: darker, sideways: lower level), left for the tool.
Keys   handled here (all others are actions): arrows move the keyboard cursor (Shift 10 pixels), Ctrl+arrows
       the selected mark, Space places or selects, Enter confirms, Esc drops what is being dragged, Tab and
       Backtab go between the views and then on to the next control.
Places to_widget(ViewName, x, y) -> QPoint   to_image(QPoint) -> (ViewName, x, y) or None
       (image pixels as in `Region`: the centre of the first pixel is (0.5, 0.5))
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.gui.canvas import look, overlay
from app.gui.canvas.gestures import Gestures
from app.gui.canvas.key_cursor import KeyCursor
from app.gui.canvas.magnifier import draw_magnifier
from app.gui.canvas.marked_films import MarkedFilms
from app.gui.canvas.panel import SHORT_NAME, Panel
from app.gui.canvas.prepared import PreparedScan
from app.scan.scan import Scan
from app.study.answer import DisplayState
from app.study.clock import Clock

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class ScanCanvas(MarkedFilms):
    """Films with marks; the module's docstring is its manual."""

    cursor_moved = Signal(str)
    first_input = Signal(object)

    def __init__(self, parent: QWidget | None = None, clock: Clock | None = None) -> None:
        super().__init__(parent, clock)
        self._gestures = Gestures(self)
        self._key_cursor = KeyCursor(self)
        self._mouse: QPointF | None = None
        self._told = ""
        self._untouched = False
        self._enabled = True
        self._magnifier = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Images of the scan")
        self.setAccessibleDescription(
            "Arrow keys move a cursor over the image, Space places a mark, Tab goes to the other view."
        )

    # showing

    def show_scan(self, scan: Scan | PreparedScan, display: DisplayState | None = None) -> None:
        """Put a scan on the screen, without marks; `display` carries levels and zoom over."""
        self._let_go()
        super().show_scan(scan, display)
        self._untouched = True

    def blank(self, text: str = "") -> None:
        """Take scan and marks off the screen and say `text` instead."""
        self._let_go()
        super().blank(text)
        self._told = ""
        self.cursor_moved.emit("")

    def set_input_enabled(self, on: bool) -> None:
        """Let mouse and keys in, or not."""
        if on != self._enabled:
            self._enabled = on
            self._gestures.stop()

    def set_magnifier(self, on: bool) -> None:
        """Show a magnifying glass at the cursor, or not."""
        self._magnifier = on
        self.update()

    def toggle_magnifier(self) -> None:
        """Take the magnifying glass up or put it away."""
        self.set_magnifier(not self._magnifier)

    @property
    def magnifier(self) -> bool:
        """Whether there is a magnifying glass at the cursor."""
        return self._magnifier

    @property
    def dragging(self) -> bool:
        """Whether the left button holds something of the tool's; `cancel` drops it."""
        return self._gestures.dragging

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See `Gestures`."""
        if self._takes_input():
            self._follow_mouse(event.position())
            self._gestures.press(event)
            self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See `Gestures`."""
        if self.scan is not None and self._enabled:
            self._follow_mouse(event.position())
            self._gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See `Gestures`."""
        if self.scan is not None and self._enabled:
            self._gestures.release(event)
            self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See `Gestures`."""
        if self._takes_input():
            self._gestures.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See `Gestures`."""
        if self._takes_input():
            self._gestures.wheel(event)
            self._follow_mouse(event.position())

    def enterEvent(self, event: QEnterEvent) -> None:
        """The cross comes up."""
        self._show_cursor()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Read-out and partner cross go with the mouse."""
        self._mouse = None
        self.marks.tool.leave()
        self._tell_nothing()
        self.update()
        super().leaveEvent(event)

    # keys

    def confirm(self) -> None:
        """Close the outline when it has three vertices, otherwise place one where the keys point."""
        sketch = self.marks.tool.sketch
        if (sketch is not None and len(sketch.vertices) >= 3) or not self._key_cursor.active:
            self.marks.tool.close()
        else:
            self._place_by_key()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Space and Enter; see the module's docstring."""
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = modifiers == Qt.KeyboardModifier.ControlModifier
        far = modifiers == Qt.KeyboardModifier.ShiftModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if self.scan is None or not self._enabled:
            event.ignore()
        elif key in _ARROWS and (plain or far or control):
            self._takes_input()
            dx, dy = _ARROWS[key]
            if control:
                self.marks.move_selected(dx, dy)
            else:
                self._step_by_key(10 * dx if far else dx, 10 * dy if far else dy)
        elif key == Qt.Key.Key_Space and plain:
            self._takes_input()
            if not event.isAutoRepeat():
                self._gestures.space_down, self._gestures.space_panned = True, False
                self._show_cursor()
        elif key == Qt.Key.Key_Escape and plain and self._gestures.dragging:
            self.cancel()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._takes_input()
            self.confirm()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space places when it was not held to pan."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or not self._gestures.space_down:
            event.ignore()
            return
        self._gestures.space_down = False
        self._show_cursor()
        if not self._gestures.space_panned and self._key_cursor.active:
            self._place_by_key()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming by Tab shows the keyboard cursor."""
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._key_cursor.hide()
            self._key_cursor.start(last=event.reason() == Qt.FocusReason.BacktabFocusReason)
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A held Space would never be released here."""
        self._gestures.space_down = False
        self._show_cursor()
        self.update()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes to the other view first, when the keys are in use."""
        if self._key_cursor.active and self._key_cursor.go_to_view(forward):
            self._tell_cursor()
            return True
        return super().focusNextPrevChild(forward)

    # inside

    def films_moved(self) -> None:
        """The keyboard cursor stays on its film."""
        self._key_cursor.films_moved()

    def paint_over(self, painter: QPainter, panel: Panel) -> None:
        """Marks, outline under way and crosses over one film."""
        super().paint_over(painter, panel)
        pointed = self._pointed()
        if pointed is not None:
            source, x, y = pointed
            if panel is not source or self._key_cursor.active:
                overlay.draw_cross(painter, panel, *source.partner(panel, x, y))
        if self._key_cursor.panel is panel and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.pen(look.ACCENT, 2))
            painter.drawRect(panel.visible_film.adjusted(1, 1, -1, -1))

    def paint_above(self, painter: QPainter) -> None:
        """The magnifying glass."""
        pointed = self._pointed()
        if self._magnifier and pointed is not None:
            panel, x, y = pointed
            draw_magnifier(painter, panel, panel.to_screen(x, y), self.smooth)

    def _pointed(self) -> tuple[Panel, float, float] | None:
        """The image position under the keyboard cursor or the mouse."""
        keys = self._key_cursor
        if keys.panel is not None:
            return keys.panel, keys.x, keys.y
        panel = self.panel_at(self._mouse) if self._mouse is not None else None
        if panel is None or self._mouse is None:
            return None
        x, y = panel.to_image(self._mouse)
        return (panel, x, y) if panel.contains(x, y) else None

    def _follow_mouse(self, position: QPointF) -> None:
        self._mouse = position
        self._key_cursor.hide()
        self._tell_cursor()
        self.update()

    def _tell_cursor(self) -> None:
        pointed = self._pointed()
        if pointed is None or pointed[0].film is None or self.scan is None:
            self._told = ""
            self.cursor_moved.emit("")
            return
        panel, x, y = pointed
        counts = pointed[0].film.view.counts
        column, row = min(int(x), counts.shape[1] - 1), min(int(y), counts.shape[0] - 1)
        value = float(counts[row, column])
        number = f"{value:.0f}" if value.is_integer() else f"{value:.2f}"
        unit = "grey" if self.scan.display_only else "counts"
        self._told = f"{number} {unit} @ {SHORT_NAME[panel.name]} ({column}, {row})"
        self.cursor_moved.emit(self._told)

    def _tell_nothing(self) -> None:
        if self._told:
            self._told = ""
            self.cursor_moved.emit("")

    def _step_by_key(self, dx: float, dy: float) -> None:
        if self._key_cursor.active:
            self._key_cursor.step(dx, dy)
        else:
            self._key_cursor.start(self._mouse)
        at = self._key_cursor.pointer
        if at is not None:
            self.marks.tool.move(at, held=False)
        self._tell_cursor()

    def _place_by_key(self) -> None:
        at = self._key_cursor.pointer
        if at is not None:
            self.marks.tool.press(at)
            self.marks.tool.release(at)

    def _takes_input(self) -> bool:
        """Whether input counts now; the first one on a scan is announced."""
        if self.scan is None or not self._enabled:
            return False
        if self._untouched:
            self._untouched = False
            self.first_input.emit(self.clock.now())
        return True

    def _let_go(self) -> None:
        self._gestures.stop()
        self._key_cursor.hide()

    def _show_cursor(self) -> None:
        if self.scan is None:
            shape = Qt.CursorShape.ArrowCursor
        elif self._gestures.panning:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._gestures.space_down:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = Qt.CursorShape.CrossCursor if self.marks.tool.draws else Qt.CursorShape.ArrowCursor
        self.setCursor(QCursor(shape))
