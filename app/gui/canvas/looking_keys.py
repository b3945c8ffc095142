"""What the keys for looking at films do, the same on every page that shows some."""

from __future__ import annotations

from functools import partial

from app.gui.action_binder import ActionBinder
from app.gui.canvas.scan_canvas import ScanCanvas


def bind_looking(actions: ActionBinder, canvas: ScanCanvas) -> None:
    """Bind every action of the group Images; a page that does one of them otherwise binds it afterwards."""
    actions.bind("invert", canvas.display.invert)
    actions.bind("reset_display", canvas.films.reset)
    actions.bind("fit", canvas.films.fit)
    actions.bind("whole_frame", canvas.films.toggle_frame)
    actions.bind("fill_width", canvas.films.fill)
    actions.bind("zoom_in", canvas.films.zoom_in)
    actions.bind("zoom_out", canvas.films.zoom_out)
    actions.bind("upper_level_up", partial(canvas.display.step_upper, 1))
    actions.bind("upper_level_down", partial(canvas.display.step_upper, -1))
    actions.bind("lower_level_up", partial(canvas.display.step_lower, 1))
    actions.bind("lower_level_down", partial(canvas.display.step_lower, -1))
    actions.bind("dual_intensity", canvas.display.toggle_dual_intensity)
    actions.bind("next_curve", canvas.display.next_curve)
    actions.bind("next_palette", canvas.display.next_palette)
    actions.bind("magnifier", canvas.toggle_magnifier)
    actions.bind("smooth_pixels", canvas.films.toggle_smooth)
    actions.bind_hold("hide_marks", canvas.hide_marks)
