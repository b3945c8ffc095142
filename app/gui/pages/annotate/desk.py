"""The annotation desk: films with their levels on the left, tools, classes and lesions on the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from itertools import cycle

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from app.annotation import edits, proposals
from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.region import Region, Source
from app.gui.actions import BY_ID
from app.gui.canvas.level_bar import LevelBar
from app.gui.canvas.prepared import PreparedScan
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.canvas.tools.brush import BrushTool, EraserTool
from app.gui.canvas.tools.threshold import ThresholdTool
from app.gui.flow import FlowLayout
from app.gui.pages.annotate.class_bar import ClassBar
from app.gui.pages.annotate.lesion_list import LesionList
from app.gui.pages.annotate.measures import Measures
from app.gui.pages.annotate.proposal_bar import ProposalBar
from app.gui.pages.annotate.tool_box import ToolBox
from app.gui.theme import em
from app.scan.scan import ViewName
from app.study.protocol import ScreenRules
from app.workflows.proposed import Proposed

_ADVICE_MS = 5000
_PANEL_EM = 27
OTHERS = ("#00897b", "#8e24aa", "#ef6c00", "#3949ab", "#6d4c41", "#c2185b")
"""Colours of other annotators, in the order of their codes."""
EDITS = (
    ("mirror_mark", "Mirror"),
    ("duplicate_mark", "Duplicate"),
    ("merge_marks", "Merge"),
    ("link_marks", "Link"),
    ("unlink_mark", "Unlink"),
    ("delete_mark", "Delete"),
)
"""Actions on the selected regions that have a button too, and what stands on it."""


class AnnotateDesk(QWidget):
    """`step_requested(int)`, `folder_requested()`, `annotation_changed(Annotation)`, `facts_changed()`,
    `action_requested(id)`: a button was pressed that stands for an action."""

    step_requested = Signal(int)
    folder_requested = Signal()
    annotation_changed = Signal(object)
    facts_changed = Signal()
    action_requested = Signal(str)

    def __init__(
        self, table: ClassTable, key_of: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._measures: Measures | None = None
        self._key_of = key_of
        self.edits: dict[str, QPushButton] = {}
        self.canvas = ScanCanvas()
        self.canvas.set_rules(ScreenRules(palettes=True))
        self.canvas.set_class_colours({each.name: each.colour for each in table.classes})
        self.levels = LevelBar(self.canvas)
        self.readout = QLabel(" ")
        self.readout.setProperty("role", "quiet")
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.hide()
        self.tools = ToolBox(key_of)
        self.classes = ClassBar(table)
        self.proposals = ProposalBar(key_of)
        self.lesions = LesionList(table)
        self.title, self.state = QLabel(), QLabel()
        self.title.setProperty("role", "subheading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.state.setMinimumWidth(em(self, 9.5))
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.folder_button = QPushButton("Folder…")
        self.previous_button, self.next_button = QPushButton("Previous"), QPushButton("Next")
        self._advice = QTimer(self, singleShot=True, interval=_ADVICE_MS)
        self._advice.timeout.connect(lambda: self.readout.setText(" "))
        self._place()
        self._connect()

    @property
    def annotation(self) -> Annotation:
        """The annotation as it is."""
        return self.canvas.marks.annotation

    def show_case(
        self, title: str, prepared: PreparedScan, annotation: Annotation, measures: Measures
    ) -> None:
        """Show a scan with its annotation; the tool in hand and the class stay."""
        self._measures = measures
        tool = self.canvas.tool
        self.canvas.show_scan(prepared)
        self.canvas.set_regions(annotation.regions)
        self.canvas.set_tool(tool)
        self.title.setText(title)
        self._refresh()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_others(self, others: Mapping[str, Annotation]) -> None:
        """Show other annotators' regions as dashed lines, and whose is which."""
        colours = dict(zip(others, cycle(OTHERS), strict=False))
        self.canvas.set_underlay(
            (region, colours[name]) for name, each in others.items() for region in each.regions
        )
        swatches = [f'<span style="color:{colours[name]}">╍╍</span> {escape(name)}' for name in others]
        self.legend.setText("Others: " + "   ".join(swatches))
        self.legend.setVisible(bool(others))

    def show_proposals(self, proposed: Proposed) -> None:
        """Put proposals beside what is drawn, instead of earlier ones; the first is selected.

        What is drawn already is not proposed again, and stays as it is.
        """
        fresh = proposals.not_drawn_yet(proposed.regions, self.annotation, self.canvas.marks.size_of)
        self.proposals.show_maker(proposed.by)
        if not fresh:
            self.advise(f"Nothing to propose that is not drawn already, by {proposed.by}.")
        if fresh or proposals.waiting(self.annotation):
            self.canvas.marks.edit("Propose lesions", lambda before: proposals.put(before, fresh))
        self.select_proposal()

    def select_proposal(self) -> None:
        """Select the proposal after the selected region, the first at the end; none where there is none."""
        uuid = proposals.next_waiting(self.annotation, self.canvas.selected())
        if uuid:
            self._select_from_list(uuid)

    def judge_proposal(self, accept: bool) -> bool:
        """Accept or reject the selected proposal and go on to the next; False when none is selected."""
        uuid = self.canvas.selected()
        if not uuid or self.annotation.region(uuid).source is not Source.AI:
            return False
        after = proposals.next_waiting(self.annotation, uuid)
        if accept:
            self.canvas.marks.edit("Accept proposal", lambda before: edits.accept(before, (uuid,)))
        else:
            self.canvas.marks.edit("Reject proposal", lambda before: edits.remove(before, uuid))
        self.canvas.select_region(after if after != uuid and after in self.annotation else "")
        return True

    def show_state(self, text: str, alarming: bool) -> None:
        """Show whether everything is saved."""
        self.state.setText(text)
        self.state.setProperty("role", "subheading" if alarming else "quiet")
        self.state.style().polish(self.state)

    def choose_class(self, name: str) -> None:
        """What the next region is; the selected one becomes it too."""
        if not name:
            return
        self.classes.show_class(name)
        self.canvas.set_new_mark(label=name)
        selected = self.canvas.selected()
        if selected and self.annotation.region(selected).label != name:
            self._change(selected, label=name)

    def advise(self, text: str) -> None:
        """Say why something was not done, below the films."""
        self.readout.setText(text)
        self._advice.start()

    def _place(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(em(self, 0.5), em(self, 0.3), em(self, 0.5), em(self, 0.3))
        for widget in (self.folder_button, self.previous_button, self.next_button):
            top.addWidget(widget)
        top.addSpacing(em(self, 0.7))
        top.addWidget(self.title, 1)
        top.addWidget(self.state)
        films = QVBoxLayout()
        films.setSpacing(0)
        films.addLayout(top)
        films.addWidget(self.canvas, 1)
        films.addWidget(self.legend)
        films.addWidget(self.readout)
        films.addWidget(self.levels)
        left, right = QWidget(), QWidget()
        left.setLayout(films)
        films.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(right)
        column.setContentsMargins(em(self, 0.6), em(self, 0.4), em(self, 0.6), em(self, 0.4))
        column.setSpacing(em(self, 0.5))
        column.addWidget(self.tools)
        heading = QLabel("Class")
        heading.setProperty("role", "subheading")
        column.addWidget(heading)
        column.addWidget(self.classes)
        column.addWidget(self.proposals)
        column.addWidget(self.lesions, 1)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=4)
        for action, words in EDITS:
            button = QPushButton(words)
            button.setToolTip(f"{BY_ID[action].text}   {self._key_of(action)}".rstrip())
            button.clicked.connect(partial(self.action_requested.emit, action))
            self.edits[action] = button
            flow.addWidget(button)
        column.addWidget(buttons)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setCollapsible(0, False)
        right.setMinimumWidth(em(self, 16))
        split.setSizes([10_000, em(self, _PANEL_EM)])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.cursor_moved.connect(self._show_cursor)
        canvas.refused.connect(self.advise)
        canvas.tool_changed.connect(lambda _tool: self._show_tool())
        canvas.selection_changed.connect(self._selected)
        canvas.mark_added.connect(self._suggest_bone)
        canvas.regions_changed.connect(self._changed)
        canvas.drawing_changed.connect(lambda _on: self.facts_changed.emit())
        canvas.can_undo_changed.connect(self.facts_changed)
        canvas.marks.repaint_needed.connect(self._follow_tool)
        self.tools.tool_chosen.connect(canvas.set_tool)
        self.tools.tool_chosen.connect(lambda _tool: canvas.setFocus(Qt.FocusReason.OtherFocusReason))
        self.tools.share_chosen.connect(self._set_share)
        self.tools.radius_chosen.connect(self._set_radius)
        self.classes.chosen.connect(self.choose_class)
        self.lesions.selected.connect(self._select_from_list)
        self.lesions.chosen_changed.connect(self.facts_changed)
        self.lesions.changed.connect(lambda uuid, field, value: self._change(uuid, **{field: value}))
        self.proposals.action_requested.connect(self.action_requested)
        self.previous_button.clicked.connect(lambda: self.step_requested.emit(-1))
        self.next_button.clicked.connect(lambda: self.step_requested.emit(1))
        self.folder_button.clicked.connect(self.folder_requested)
        self._show_tool()

    def _change(self, uuid: str, **fields: object) -> None:
        """Another class or bone; a proposal that a person changes is a person's."""
        if self.annotation.region(uuid).source is Source.AI:
            fields["source"] = Source.AI_EDITED
        self.canvas.change_region(uuid, **fields)

    def _suggest_bone(self, region: Region) -> None:
        """A new mark says which bone it lies on, as part of the step that made it."""
        bone = self._measures.bone_at(region) if self._measures is not None and not region.bone else ""
        if bone:
            self.canvas.marks.amend(edits.change(self.annotation, region.uuid, bone=bone))

    def _changed(self) -> None:
        self._refresh()
        self.annotation_changed.emit(self.annotation)

    def _refresh(self) -> None:
        self.lesions.show_annotation(self.annotation, self._measures, self.canvas.selected())
        self.proposals.show_count(len(proposals.waiting(self.annotation)))
        self.facts_changed.emit()

    def _selected(self, uuid: str) -> None:
        self.lesions.show_selected(uuid)
        if uuid:
            self.classes.show_class(self.annotation.region(uuid).label)
            self.canvas.set_new_mark(label=self.annotation.region(uuid).label)
        self.facts_changed.emit()

    def _select_from_list(self, uuid: str) -> None:
        self.canvas.select_region(uuid)
        region = self.annotation.region(uuid)
        panel = self.canvas.panel_of(region.view)
        x, y = region.vertices.mean(axis=0)
        if panel is not None and not panel.rect.contains(panel.to_screen(x, y)):
            cols, rows = panel.size
            across = x / cols if region.view is ViewName.ANTERIOR else 1 - x / cols
            self.canvas.look_at(across, y / rows)

    def _show_cursor(self, text: str) -> None:
        if not self._advice.isActive():
            self.readout.setText(text or " ")

    def _show_tool(self) -> None:
        tool = self.canvas.marks.tool
        share = tool.share if isinstance(tool, ThresholdTool) else 0.0
        radius = tool.radius if isinstance(tool, BrushTool) else 0.0
        self.tools.show_tool(tool.id, share, radius)

    def _follow_tool(self) -> None:
        """The wheel changes a tool too."""
        tool = self.canvas.marks.tool
        if isinstance(tool, ThresholdTool):
            self.tools.show_tool(tool.id, tool.share, 0.0)
            if tool.contour is not None and not self._advice.isActive():
                limit = "" if tool.contour.whole else ", which does not end here"
                self.readout.setText(
                    f"{tool.share:.0%} of {tool.contour.maximum:.0f} = {tool.contour.level:.0f} counts{limit}"
                )
        elif isinstance(tool, BrushTool | EraserTool):
            self.tools.show_tool(tool.id, 0.0, tool.radius)

    def _set_share(self, share: float) -> None:
        tool = self.canvas.marks.tool
        if isinstance(tool, ThresholdTool):
            tool.set_share(share)
            self._show_tool()

    def _set_radius(self, radius: float) -> None:
        tool = self.canvas.marks.tool
        if isinstance(tool, BrushTool):
            tool.set_radius(radius)
            self._show_tool()
