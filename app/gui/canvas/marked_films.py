"""Films with marks on them: what can be asked of the marks, and how they are painted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.annotation import one_lesion
from app.annotation.region import Region
from app.gui.canvas.film_view import FilmView
from app.gui.canvas.marks import READ_ONLY, Marks
from app.gui.canvas.marks_layer import MarksLayer, draw_sketch, draw_underlay
from app.gui.canvas.panel import Panel
from app.gui.canvas.prepared import PreparedScan
from app.gui.canvas.viewpoint import Viewpoint, mirrored
from app.scan.scan import Scan
from app.study.answer import DisplayState
from app.study.clock import Clock

_REST_MS = 150
"""The zoom has come to rest when it was left alone for so long."""


class MarkedFilms(FilmView):
    """Films and the marks on them, without mouse or keys; see `scan_canvas` for the manual."""

    regions_changed = Signal()
    mark_added = Signal(object)
    selection_changed = Signal(str)
    tool_changed = Signal(str)
    drawing_changed = Signal(bool)
    can_undo_changed = Signal()

    def __init__(self, parent: QWidget | None = None, clock: Clock | None = None) -> None:
        super().__init__(parent, clock)
        self.marks = Marks(self)
        self._layer = MarksLayer()
        self._marks_hidden = False
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.update)
        self._underlay: tuple[tuple[Region, QColor], ...] = ()
        marks = self.marks
        marks.changed.connect(self.regions_changed)
        marks.added.connect(self.mark_added)
        marks.selection_changed.connect(self.selection_changed)
        marks.tool_changed.connect(self.tool_changed)
        marks.drawing_changed.connect(self.drawing_changed)
        marks.can_undo_changed.connect(self.can_undo_changed)
        marks.refused.connect(self.refused)
        marks.repaint_needed.connect(self.update)

    def show_scan(self, scan: Scan | PreparedScan, display: DisplayState | None = None) -> None:
        """Put a scan on the screen, without marks; `display` carries levels and zoom over."""
        self._layer.forget()
        self._underlay = ()
        super().show_scan(scan, display)
        self.marks.start(self.scan)

    def blank(self, text: str = "") -> None:
        """Take scan and marks off the screen and say `text` instead."""
        self._layer.forget()
        self._underlay = ()
        super().blank(text)
        self.marks.start(None)

    @property
    def tool(self) -> str:
        """The id of the tool in hand."""
        return self.marks.tool.id

    @property
    def drawing(self) -> bool:
        """Whether an outline is half drawn."""
        return self.marks.tool.sketch is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.marks.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to bring back."""
        return self.marks.can_redo

    def set_tool(self, tool_id: str) -> None:
        """Take another tool."""
        self.marks.set_tool(tool_id)

    def regions(self) -> tuple[Region, ...]:
        """The marks, in the order they were drawn."""
        return self.marks.annotation.regions

    def set_regions(self, regions: tuple[Region, ...], rejected: tuple[Region, ...] = ()) -> None:
        """Put other marks in place; there is nothing to undo, and `regions_changed` is not emitted.

        `rejected`: proposals that are not made again.
        """
        self.marks.start(self.scan, regions, rejected)

    def set_new_mark(self, label: str = "metastasis", rating: float | None = None) -> None:
        """What the next mark carries."""
        self.marks.set_new_mark(label, rating)

    def change_region(self, uuid: str, **fields: object) -> None:
        """Another rating of a mark, another label or bone of its lesion, as a step; KeyError if unknown."""
        self.marks.edit("Change mark", lambda before: one_lesion.change(before, uuid, **fields))

    def select_region(self, uuid: str) -> None:
        """Select a mark, or none; KeyError for an unknown one."""
        self.marks.select(uuid)

    def selected(self) -> str:
        """The selected mark's uuid, empty without one."""
        return self.marks.selected

    def look_at_region(self, region: Region) -> None:
        """Bring a region into the middle, unless it is on the screen already."""
        panel = self.panel_of(region.view)
        x, y = region.vertices.mean(axis=0)
        if panel is not None and not panel.rect.contains(panel.to_screen(x, y)):
            self.look_at(mirrored(region.view, x / panel.size[0]), y / panel.size[1])

    def close_polygon(self) -> None:
        """Close the outline; refused with a reason when it cannot stand."""
        self.marks.tool.close()

    def remove_last_vertex(self) -> None:
        """Take back the last vertex of the outline."""
        self.marks.tool.step_back()

    def cancel(self) -> None:
        """Drop the outline or the drag under way."""
        self.marks.tool.cancel()

    def delete_selected(self) -> None:
        """Remove the selected mark; can be undone."""
        self.marks.delete_selected()

    def mirror_selected(self) -> None:
        """Copy the selected mark to the mirrored place of the other view, as the same lesion."""
        self.marks.mirror_selected()

    def undo(self) -> None:
        """Take back a vertex or a step."""
        self.marks.undo()

    def redo(self) -> None:
        """Bring back a step."""
        self.marks.redo()

    def hide_marks(self, hidden: bool) -> None:
        """Look at the films without marks for a while."""
        self._marks_hidden = hidden
        self.update()

    def set_class_colours(self, colours: Mapping[str, str]) -> None:
        """Draw the marks of each class in its colour (#rrggbb); none: all in the accent colour."""
        self._layer.set_inks({name: QColor(colour) for name, colour in colours.items()})
        self.update()

    def set_underlay(self, regions: Iterable[tuple[Region, str]]) -> None:
        """Other people's regions, each with a colour (#rrggbb), as dashed lines that cannot be touched."""
        self._underlay = tuple((region, QColor(colour)) for region, colour in regions)
        self.update()

    def set_read_only(self, read_only: bool, why: str = READ_ONLY) -> None:
        """Marks can be looked at and selected, not changed; `why` is told to who tries."""
        self.marks.set_read_only(read_only, why)

    def _look_from(self, viewpoint: Viewpoint) -> None:
        if viewpoint.zoom != self.viewpoint.zoom:
            self._rest.start()
        super()._look_from(viewpoint)

    def paint_over(self, painter: QPainter, panel: Panel) -> None:
        """Marks and the outline under way over one film."""
        if not self._marks_hidden:
            for region, ink in self._underlay:
                if region.view is panel.name:
                    draw_underlay(painter, panel, region, ink)
            marks, brisk = self.marks, self._rest.isActive()
            self._layer.paint(painter, panel, marks.shown, marks.selected, self.font(), brisk)
            for sketch in (self.marks.tool.hover, self.marks.tool.sketch):
                if sketch is not None:
                    draw_sketch(painter, panel, sketch)
