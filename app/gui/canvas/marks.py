"""The marks on a scan while they are being made: the annotation, its history, the selection, the tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from app.annotation import edits, one_lesion
from app.annotation.annotation import Annotation
from app.annotation.history import History
from app.annotation.model_map import ModelMap
from app.annotation.painting import OtherLesions
from app.annotation.proposals import same_regions
from app.annotation.region import ProposedBy, Region, RegionSource, Vertices
from app.errors import AppError
from app.gui.canvas.tools import TOOLS
from app.gui.canvas.tools.brush import BRUSH, BrushTool
from app.gui.canvas.tools.tool import HalfDrawn, Tool
from app.language import for_later, tr
from app.scan.scan import Counts, Scan, ViewName

READ_ONLY = for_later("The marks of this reading cannot be changed.")


HALF_DRAWN = for_later("An outline is half drawn. Close it (Enter) or drop it (Esc) first.")


@dataclass(frozen=True)
class PutAway:
    """The marks of a scan that left the screen: every step that was made, and what was half drawn."""

    history: History
    draft: HalfDrawn | None


class Marks(QObject):
    """The board that tools draw on; every change is one named step of undo."""

    changed = Signal()
    """The regions are different, by a tool, an edit, undo or redo."""
    added = Signal(object)
    selection_changed = Signal(str)
    drawing_changed = Signal(bool)
    can_undo_changed = Signal()
    tool_changed = Signal(str)
    refused = Signal(str)
    repaint_needed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case = ""
        self._history = History(Annotation())
        self._preview: Annotation | None = None
        self._sizes: dict[ViewName, tuple[int, int]] = {}
        self._model_map: ModelMap | None = None
        self._counts: dict[ViewName, Counts] = {}
        self._selected = ""
        self._fresh = False
        self._read_only = False
        self._why = READ_ONLY
        self._drawing = False
        self._label = "metastasis"
        self._rating: float | None = None
        self._tools = {each.id: each.tool(self) for each in TOOLS}
        self._tool: Tool = self._tools[TOOLS[0].id]

    # what there is

    @property
    def annotation(self) -> Annotation:
        """The annotation as it is, without a change that is still being dragged."""
        return self._history.current

    @property
    def shown(self) -> Annotation:
        """The annotation to draw, with a change that is being dragged."""
        return self._preview or self._history.current

    @property
    def regions(self) -> tuple[Region, ...]:
        """The marks, in the order they were drawn."""
        return self.annotation.regions

    @property
    def drawing(self) -> bool:
        """Whether an outline is half drawn."""
        return self._tool.sketch is not None

    @property
    def selected(self) -> str:
        """The selected region, empty when there is none."""
        return self._selected

    @property
    def fresh(self) -> bool:
        """Whether the selected region was only just drawn, and nobody has chosen it."""
        return self._fresh and bool(self._selected)

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    @property
    def read_only(self) -> bool:
        """Whether marks are only looked at."""
        return self._read_only

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return (bool(self._history.undo_name) or self.drawing) and not self._read_only

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to bring back."""
        return bool(self._history.redo_name) and not self._read_only

    @property
    def sizes(self) -> dict[ViewName, tuple[int, int]]:
        """Columns and rows of the image of each view there is."""
        return dict(self._sizes)

    def size_of(self, view: ViewName) -> tuple[int, int]:
        """Columns and rows of a view's image."""
        return self._sizes[view]

    def counts_of(self, view: ViewName) -> Counts:
        """The counts of a view, float32 (rows, cols)."""
        return self._counts[view]

    @property
    def model_map(self) -> ModelMap | None:
        """What a model sees on the scan, once it is known."""
        return self._model_map

    def set_model_map(self, model_map: ModelMap | None) -> None:
        """What a model sees on this scan."""
        self._model_map = model_map
        self.repaint_needed.emit()

    # starting anew

    def start(self, scan: Scan | None) -> None:
        """Another scan, or none, without marks."""
        if scan is not None:
            self._sizes = {view.name: (view.counts.shape[1], view.counts.shape[0]) for view in scan.views}
        self._counts = {view.name: view.counts for view in scan.views} if scan is not None else {}
        self._model_map = None
        self._case = scan.case if scan is not None else ""
        self.put(())

    def put(self, regions: tuple[Region, ...], rejected: tuple[Region, ...] = ()) -> None:
        """Put other marks in place; there is nothing to undo, and `changed` is not emitted.

        `rejected`: proposals that are not made again.
        """
        self._tool.cancel()
        self._history = History(Annotation(self._case, "", regions, rejected))
        self._preview = None
        if self._selected and self._selected not in self.annotation:
            self.select("")
        self.can_undo_changed.emit()
        self.repaint_needed.emit()

    def put_away(self) -> PutAway:
        """What `take_up` needs to go on with these marks later."""
        return PutAway(self._history, self._tool.draft())

    def take_up(self, put_away: PutAway) -> None:
        """Go on with marks that were put away, on their scan.

        Steps can be undone where they led to the regions that are there now; an outline can be finished.
        """
        if same_regions(put_away.history.current, self.annotation):
            self._history = put_away.history
        if put_away.draft is not None:
            self.set_tool(put_away.draft.tool)
            self._tool.take_up(put_away.draft)
        self.can_undo_changed.emit()
        self.repaint_needed.emit()

    def set_tool(self, tool_id: str) -> None:
        """Take another tool, unless an outline is half drawn; raises KeyError for an unknown one."""
        wanted = self._tools[tool_id]
        if self._read_only and wanted.draws:
            self.refuse(tr(self._why))
        elif wanted is not self._tool and self._tool.draft() is not None:
            self.refuse(tr(HALF_DRAWN))
        elif wanted is not self._tool:
            self._tool.cancel()
            self._tool = wanted
            self.tool_changed.emit(tool_id)
            self.repaint_needed.emit()

    def set_brush(self, above: float | None, others: OtherLesions) -> None:
        """What the brush paints: everything, or what has a share of the highest count; and other lesions."""
        brush = self._tools[BRUSH.id]
        if isinstance(brush, BrushTool):
            brush.above, brush.others = above, others

    def set_new_mark(self, label: str = "metastasis", rating: float | None = None) -> None:
        """What the next mark carries."""
        self._label, self._rating = label, rating

    def set_read_only(self, read_only: bool, why: str = READ_ONLY) -> None:
        """Marks can be looked at and selected, not changed; `why` is told to who tries."""
        self._why = why
        if read_only == self._read_only:
            return  # said again by a page that refreshes itself: a half-drawn outline must survive it
        self._tool.cancel()
        if read_only and self._tool.draws:
            self.set_tool(TOOLS[0].id)
        self._read_only = read_only
        self.can_undo_changed.emit()

    # for tools

    def select(self, uuid: str) -> None:
        """Select a region, or none; raises KeyError for one that is not there."""
        if uuid:
            self.annotation.region(uuid)
        self._fresh = False
        if uuid != self._selected:
            self._selected = uuid
            self.selection_changed.emit(uuid)
            self.repaint_needed.emit()

    def add_mark(
        self,
        name: str,
        view: ViewName,
        vertices: Vertices,
        more: Sequence[tuple[ViewName, Vertices]] = (),
        onto: Annotation | None = None,
        by: ProposedBy | None = None,
    ) -> bool:
        """Add a region, float64 (n, 2), with the label and rating of new marks; False when it was refused.

        `more`: further outlines of its lesion; `onto`: the annotation to add it to, if it is changed by that;
        `by`: the model whose outline it is, and a person has taken.
        """
        source = RegionSource.READER if by is None else RegionSource.AI_ACCEPTED
        region = Region(view, vertices, self._label, self._rating, source=source, proposed_by=by)
        parts = [replace(region, view=side, vertices=each, uuid=uuid4().hex) for side, each in more]

        def added(before: Annotation) -> Annotation:
            after = onto or before
            for each in (region, *parts):
                after = edits.add(after, each, self.size_of(each.view))
            return after

        if not self.edit(name, added):
            return False
        self.select(region.uuid)
        self._fresh = True
        self.added.emit(self.annotation.region(region.uuid))
        return True

    def preview(self, annotation: Annotation | None) -> None:
        """Show a change that is under way, or None to show the annotation as it is."""
        if annotation is not self._preview and not self._read_only:
            self._preview = annotation
            self.repaint_needed.emit()

    def record(self, name: str, annotation: Annotation) -> None:
        """Make a change, as one step of undo."""
        if self._read_only:
            self.refuse(tr(self._why))
            return
        self._history.record(name, one_lesion.whole(annotation))
        self._after_change()

    def amend(self, annotation: Annotation) -> None:
        """Change what the last step made, as part of that step."""
        self._history.amend(one_lesion.whole(annotation))
        self._after_change()

    def refuse(self, text: str) -> None:
        """Tell the reader why nothing happened."""
        self.refused.emit(text)

    def sketch_changed(self) -> None:
        """The tool's half-drawn outline is different now."""
        drawing = self._tool.sketch is not None or bool(self._tool.fences)
        if drawing != self._drawing:
            self._drawing = drawing
            self.drawing_changed.emit(drawing)
            self.can_undo_changed.emit()
        self.repaint_needed.emit()

    # changes from outside

    def edit(self, name: str, change: Callable[[Annotation], Annotation]) -> bool:
        """Do an edit as one step; False, and the reason said, when it cannot be done."""
        if self._read_only:
            self.refuse(tr(self._why))
            return False
        try:
            self.record(name, change(self.annotation))
        except AppError as error:
            self.refuse(str(error))
            return False
        return True

    def change(self, uuid: str, **fields: object) -> None:
        """Another rating of a mark, another label or bone of its lesion, as a step; KeyError if unknown."""
        self.edit("Change mark", lambda before: one_lesion.change(before, uuid, **fields))

    def delete_selected(self) -> None:
        """Remove the selected mark, as a step; nothing happens without one."""
        uuid = self._selected
        if uuid:
            self.edit("Delete mark", lambda before: edits.remove(before, uuid))

    def move_selected(self, dx: float, dy: float) -> None:
        """Move the selected mark by image pixels; nothing happens without one."""
        uuid = self._selected
        if uuid:
            size = self.size_of(self.annotation.region(uuid).view)
            self.edit("Move mark", lambda before: edits.move(before, uuid, dx, dy, size))

    def mirror_selected(self) -> None:
        """Copy the selected mark to the mirrored place of the other view, as the same lesion."""
        if not self._selected:
            return
        region = self.annotation.region(self._selected)
        other = next((view for view in ViewName if view is not region.view and view in self._sizes), None)
        if other is None:
            self.refuse(tr("This scan has no other view."))
            return
        sizes = self.size_of(region.view), self.size_of(other)
        if self.edit("Mirror mark", lambda before: edits.mirror(before, region.uuid, *sizes)):
            copy = self.annotation.regions[-1]
            self.select(copy.uuid)
            self.added.emit(copy)

    def close_polygon(self) -> None:
        """Close the outline; refused with a reason when it cannot stand."""
        self._tool.close()

    def remove_last_vertex(self) -> None:
        """Take back the last vertex of the outline."""
        self._tool.step_back()

    def cancel(self) -> None:
        """Drop the outline or the drag under way."""
        self._tool.cancel()

    def undo(self) -> None:
        """Take back the last vertex of a half-drawn outline, otherwise the last step."""
        if self._tool.sketch is not None:
            self._tool.step_back()
        elif self.can_undo:
            self._history.undo()
            self._after_change()

    def redo(self) -> None:
        """Bring back the last step that was taken back."""
        if self.can_redo:
            self._history.redo()
            self._after_change()

    def _after_change(self) -> None:
        self._preview = None
        if self._selected not in self.annotation:
            self.select("")
        self.changed.emit()
        self.can_undo_changed.emit()
        self.repaint_needed.emit()
