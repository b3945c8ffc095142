"""The films of one scan on the screen, and the marks on them.

`ScanCanvas(QWidget)` paints itself: mouse and key events go to the canvas itself, there is no viewport().
Panels from left to right: ANT, POST and, with dual intensity, ANT dark and POST dark (upper level x 0.45).

Showing
    show_scan(scan_or_prepared, display=None)   a `Scan`, or a `PreparedScan` made in the background by
                                                `app.gui.canvas.prepared.prepare(scan)` (no Qt, thread-safe);
                                                `display` keeps levels and zoom, None: auto-level and fit;
                                                marks and undo are cleared
    blank(text="")                              nothing of a scan stays on screen; `text` in the middle
    scan                                        the Scan shown, or None
    display_state() -> DisplayState             app.study.answer; `zoom` in screen pixels per image pixel
    set_rules(ScreenRules)                      app.study.protocol; a change it forbids emits `refused`
    set_input_enabled(bool)                     False: films stay, mouse and keys do nothing

Looking
    set_levels(lower, upper)   step_upper(steps)   step_lower(steps)      one step = 5 % of the upper level
    auto_levels()   set_curve(text)   next_curve()   set_palette(text)   next_palette()
    set_inverted(bool)   invert()   set_dual_intensity(bool)   toggle_dual_intensity()
    set_smooth(bool)   set_magnifier(bool)   fit()   reset()   zoom_in()   zoom_out()   zoom_by(factor, position)   pan_by(dx, dy)
    curves: "linear", "square root", "log", "gamma 0.50"; palettes: app.scan.palettes.PALETTES

Marking
    set_tool("select" | "point" | "polygon")   tool
    set_regions(tuple[Region, ...])   regions() -> tuple[Region, ...]
    set_new_mark(label=..., rating=...)                  what the next mark carries
    change_region(uuid, **fields)                        label, rating, bone, lesion; undoable
    select_region(uuid or "")   selected() -> uuid or ""
    confirm()  (the Enter key: closes a polygon that has three vertices, otherwise places one at the
    keyboard cursor)   close_polygon()   remove_last_vertex()   cancel()   delete_selected()
    undo()   redo()   can_undo   can_redo   drawing (a polygon is under way)
    hide_marks(bool)   hide_marks_while_held()           call it on the key press; shown again on release
    set_read_only(bool)

Signals
    display_changed(DisplayState)   cursor_moved(str)   first_painted(Instant)   first_input(Instant)
    regions_changed()   mark_added(Region)   selection_changed(str uuid or "")   tool_changed(str)
    drawing_changed(bool)   can_undo_changed()
    refused(str)                    a reason a reader can understand; nothing was changed
    first_painted carries the moment at the end of the first paint with both views on screen; it is
    delivered right after that frame was handed over.

Mouse  wheel zooms at the cursor, Ctrl+wheel changes the upper level, middle drag or Space + drag pans,
       right drag levels (up: darker, sideways: lower level), left for the tool.
Keys   handled here (all others are actions): arrows move the keyboard cursor (Shift 10 pixels), Space places,
       Enter confirms, Tab and Backtab go between the views and then on to the next control.
Places to_widget(ViewName, x, y) -> QPoint   to_image(QPoint) -> (ViewName, x, y) or None
       (image pixels as in `Region`: the centre of the first pixel is (0.5, 0.5))
"""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.gui.canvas.film_view import FilmView


class ScanCanvas(FilmView):
    """Films with marks; the module's docstring is its manual."""

    cursor_moved = Signal(str)
    first_input = Signal(object)
    regions_changed = Signal()
    mark_added = Signal(object)
    selection_changed = Signal(str)
    tool_changed = Signal(str)
    drawing_changed = Signal(bool)
    can_undo_changed = Signal()
