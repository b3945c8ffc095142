"""The annotation desk: films with tools and levels, and a panel with the lesions that can be folded away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.annotation import proposals
from app.annotation.agreement.adjudication import Dispute
from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.copied import CopiedLesions, copied
from app.annotation.model_map import ModelMap
from app.annotation.proposed import Proposed
from app.gui.actions import BY_ID
from app.gui.canvas.level_bar import LevelBar
from app.gui.canvas.marks import PutAway
from app.gui.canvas.prepared import PreparedScan
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.canvas.tools.model_outline import ModelOutlineTool
from app.gui.canvas.tools.threshold import ThresholdTool
from app.gui.pages.annotation.adjudicator import Adjudicator
from app.gui.pages.annotation.case_list import CaseList
from app.gui.pages.annotation.case_row import CaseRow
from app.gui.pages.annotation.class_bar import ClassBar
from app.gui.pages.annotation.concern_list import ConcernList
from app.gui.pages.annotation.dispute_list import DisputeList
from app.gui.pages.annotation.edit_buttons import EditButtons, stacked
from app.gui.pages.annotation.lesion_list import LesionList
from app.gui.pages.annotation.marks_look import MarksLook
from app.gui.pages.annotation.measures import Measures
from app.gui.pages.annotation.panel_place import PanelPlace
from app.gui.pages.annotation.prior_films import PriorFilms
from app.gui.pages.annotation.proposal_bar import ProposalBar
from app.gui.pages.annotation.readout import Readout
from app.gui.pages.annotation.region_edits import RegionEdits
from app.gui.pages.annotation.strip import Strip
from app.gui.pages.annotation.tool_box import ToolBox
from app.gui.pages.annotation.underlay import Underlay
from app.gui.theme import em
from app.gui.thumbnails import Thumbnails
from app.gui.widgets.labels import plain
from app.study.protocol import ScreenRules
from app.wording import counted
from app.workflows.annotation.prior import PriorScan

_DONE = "done_next"


class AnnotateDesk(QWidget):
    """`step_requested(int)`, `folder_requested()`, `annotation_changed(Annotation)`, `facts_changed()`,
    `action_requested(id)`: a button was pressed that stands for an action; `model_wanted()`: the tool in
    hand takes outlines from a model that has not looked at this scan."""

    step_requested = Signal(int)
    folder_requested = Signal()
    annotation_changed = Signal(object)
    facts_changed = Signal()
    action_requested = Signal(str)
    model_wanted = Signal()

    def __init__(
        self,
        table: ClassTable,
        key_of: Callable[[str], str],
        thumbnails: Thumbnails,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._measures: Measures | None = None
        self._key_of = key_of
        self._file: Path | None = None
        self._put_away: dict[Path, PutAway] = {}
        self._copied: CopiedLesions | None = None
        self._keep_display = False
        self.edit_buttons = EditButtons(key_of)
        self.canvas = ScanCanvas()
        self.canvas.films.crop_to_body(True)
        self.canvas.display.set_rules(ScreenRules(palettes=True))
        self.prior = PriorFilms(self.canvas)
        self.levels = LevelBar(self.canvas)
        self.readout = Readout(self)
        self.underlay = Underlay(self.canvas)
        self.tools = ToolBox(key_of, self)
        self.classes = ClassBar(table, self)
        self.marks_look = MarksLook(table)
        self.proposals = ProposalBar(key_of)
        self.lesions = LesionList(table)
        self.edits = RegionEdits(
            self.canvas.marks, self.chosen, self.advise, self.look_at_lesion, key_of("undo")
        )
        self.row = CaseRow()
        self.cases = CaseList(thumbnails)
        self.concerns = ConcernList()
        self.disputes = DisputeList()
        self.adjudicator = Adjudicator(self.canvas.marks, self.disputes, self.advise)
        self.panel = QTabWidget()
        self._place()
        self._connect()
        self.show_classes(table)

    @property
    def annotation(self) -> Annotation:
        """The annotation as it is."""
        return self.canvas.marks.annotation

    def show_classes(self, table: ClassTable) -> None:
        """Draw with these classes from now on; the class of the next region stays, where it is there."""
        self.canvas.set_class_colours({each.name: each.colour for each in table.classes})
        self.edits.classes = table
        self.classes.show_table(table)
        self.strip.show_groups((self.tools.buttons.buttons(), self.classes.buttons.buttons()))
        self.marks_look.show_table(table)
        self.lesions.show_table(table)
        self.canvas.marks.set_new_mark(label=str(self.classes.box.currentData()))

    def show_case(
        self, title: str, file: Path, prepared: PreparedScan, annotation: Annotation, measures: Measures
    ) -> None:
        """Show a scan with its annotation, that of `file`; the tool in hand and the class stay.

        Where it was shown before in this sitting its steps can still be undone, as long as it is what it was,
        and an outline that was half drawn is there again.
        """
        if self._file is not None:
            self._put_away[self._file] = self.canvas.marks.put_away()
        self._file = file
        self._measures = self.edits.measures = measures
        self.proposals.start()
        tool = self.canvas.marks.tool.id
        canvas = self.canvas
        kept = canvas.films.display_state() if self._keep_display and canvas.scan is not None else None
        canvas.show_scan(prepared, kept)
        self.canvas.marks.put(annotation.regions, annotation.rejected)
        self.canvas.marks.set_tool(tool)
        left = self._put_away.pop(file, None)
        if left is not None:
            self.canvas.marks.take_up(left)
            if self.canvas.marks.drawing:
                self.advise("The outline that was half drawn here goes on.")
        self.row.title.setText(title)
        self._refresh()
        self._ask_model()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def half_drawn(self) -> frozenset[Path]:
        """The files of the scans on which an outline is half drawn."""
        away = {file for file, marks in self._put_away.items() if marks.draft is not None}
        here = {self._file} if self._file is not None and self.canvas.marks.drawing else set()
        return frozenset(away | here)

    def show_others(self, others: Mapping[str, Annotation], disputed: Sequence[Dispute]) -> None:
        """Show other annotators' regions as dashed lines, whose is which, and what is to be settled."""
        self.disputes.show_disputes(disputed, others, self.canvas.marks.sizes, self.annotation)
        if disputed:
            self.panel.setCurrentWidget(self.disputes)
        self.underlay.show_others(others)

    def show_prior(self, prior: PriorScan | None, prepared: PreparedScan | None) -> None:
        """Show the patient's earlier scan beside this one, and what has changed since; or none."""
        self.prior.show_prior(prior, prepared)
        self._refresh()

    def propose_prior(self) -> None:
        """Propose the lesions of the earlier scan where they lie on this one."""
        prior = self.prior.prior
        if prior is not None:
            self.show_proposals(Proposed(prior.proposals, f"the prior of {prior.date}", of_prior=True))

    def show_proposals(self, proposed: Proposed) -> None:
        """Put proposals beside what is drawn; the first is selected."""
        self.proposals.show_maker(proposed.by)
        self.edits.put(proposed)
        self.select_proposal()

    def show_model_map(self, model_map: ModelMap) -> None:
        """Take outlines from what a model sees on this scan."""
        self.canvas.marks.set_model_map(model_map)
        if isinstance(self.canvas.marks.tool, ModelOutlineTool):
            self.advise(f"Outlines come from {model_map.title}.")

    def take_back_rejected(self) -> None:
        """Have what was rejected judged again; the first is selected."""
        self.edits.take_back_rejected()
        self.select_proposal()

    def select_proposal(self) -> None:
        """Look closely at the proposal after the selected region; none where there is none."""
        uuid = proposals.next_waiting(self.annotation, self.canvas.marks.selected)
        if uuid:
            self.look_at_lesion(uuid)

    def step_lesion(self, steps: int) -> None:
        """Choose the lesion so many rows on, and look at it closely."""
        uuid = self.lesions.after(self.canvas.marks.selected, steps)
        if uuid:
            self.look_at_lesion(uuid)

    def look_at_lesion(self, uuid: str) -> None:
        """Choose the lesion of a region, and look at the region closely."""
        if uuid in self.annotation:
            self.lesions.choose_lesion(uuid)
            self.canvas.films.look_closely(self.annotation.region(uuid))
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, text: str, alarming: bool, whole: bool) -> None:
        """Show whether everything is saved; `whole`: it is, but for proposals that nobody has judged."""
        waiting = proposals.waiting_lesions(self.annotation) if whole else 0
        said = f"{text} but {counted(waiting, 'proposal')}" if waiting else text
        self.row.show_state(said, alarming)

    def choose_class(self, name: str) -> None:
        """What the next region is; with the tool that selects, the chosen ones become it too."""
        if name:
            self.classes.show_class(name)
            self.canvas.marks.set_new_mark(label=name)
            if not self.canvas.marks.tool.draws:
                self.edits.relabel(label=name)

    def chosen(self) -> Sequence[str]:
        """The regions of the chosen rows, the selected one first."""
        selected = self.canvas.marks.selected
        return self.lesions.chosen() or ((selected,) if selected else ())

    def advise(self, text: str) -> None:
        """Say why something was not done, below the films."""
        self.readout.advise(text)

    def fold_panel(self) -> None:
        """Give the panel's room to the films, or take it back."""
        self.place.fold()
        self.row.show_folded(self.place.folded)

    def float_panel(self) -> None:
        """Let the panel float over the films, or stand beside them again."""
        self.place.float_or_stand()

    def _panel_moved(self) -> None:
        self.row.show_folded(False)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy_lesions(self) -> None:
        """Remember the chosen lesions, or all where none is chosen, for another case."""
        chosen = {self.annotation.region(uuid).lesion for uuid in self.chosen()}
        self._copied = copied(self.annotation, chosen, self.canvas.marks.sizes)
        self.advise(f"{counted(self._copied.lesions, 'lesion is', 'lesions are')} copied.")
        self.facts_changed.emit()

    def paste_lesions(self) -> None:
        """Put what was copied onto this case, at the same places."""
        pasted = self._copied
        if pasted is not None:
            sizes = self.canvas.marks.sizes
            self.canvas.marks.edit("Paste", lambda before: pasted.onto(before, sizes))

    @property
    def can_paste(self) -> bool:
        """Whether anything was copied."""
        return self._copied is not None

    def toggle_keep_display(self) -> None:
        """Keep levels and zoom from case to case, or start each case anew."""
        self._keep_display = not self._keep_display
        kept = "stay as they are" if self._keep_display else "start anew"
        self.advise(f"Levels and zoom {kept} from case to case.")

    def _place(self) -> None:
        films = QVBoxLayout()
        films.setContentsMargins(0, 0, 0, 0)
        films.setSpacing(0)
        films.addWidget(self.row)
        beside = QHBoxLayout()
        beside.setSpacing(0)
        self.strip = Strip((self.tools.buttons.buttons(), self.classes.buttons.buttons()))
        beside.addWidget(self.strip)
        beside.addWidget(self.prior, 1)
        beside.addWidget(self.canvas, 1)
        films.addLayout(beside, 1)
        films.addWidget(self.underlay.legend)
        films.addWidget(self.levels)
        left = QWidget()
        left.setLayout(films)
        next_class = QHBoxLayout()
        next_class.addWidget(plain("Next", wraps=False))
        next_class.addWidget(self.classes.box, 1)
        next_class.addWidget(self.marks_look)
        lesions = stacked(next_class, self.tools.option, self.proposals, self.lesions, self.edit_buttons)
        self.panel.addTab(lesions, "Lesions")
        self.panel.addTab(self.cases, "Cases")
        self.panel.addTab(self.concerns, "Checks")
        self.panel.addTab(self.disputes, "Others")
        self.panel.setDocumentMode(True)
        self.panel.setObjectName("panel")
        self.panel.setMinimumWidth(em(self, 13))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.setStretchFactor(0, 1)
        split.setCollapsible(0, False)
        self.place = PanelPlace(self.panel, split, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.input.cursor_moved.connect(self.readout.follow)
        self.marks_look.look_changed.connect(canvas.set_marks_look)
        self.place.moved.connect(self._panel_moved)
        self.row.fold_button.clicked.connect(self.fold_panel)
        canvas.refused.connect(self.advise)
        canvas.marks.tool_changed.connect(lambda _tool: self._show_tool())
        canvas.marks.tool_changed.connect(lambda _tool: self._ask_model())
        canvas.marks.selection_changed.connect(self._selected)
        canvas.marks.added.connect(self.edits.drawn)
        canvas.marks.changed.connect(self._changed)
        canvas.marks.drawing_changed.connect(lambda _on: self.facts_changed.emit())
        canvas.marks.can_undo_changed.connect(self.facts_changed)
        canvas.marks.repaint_needed.connect(self._follow_tool)
        self.tools.tool_chosen.connect(canvas.marks.set_tool)
        self.tools.tool_chosen.connect(lambda _tool: self._show_tool())  # it may have been refused
        self.tools.tool_chosen.connect(lambda _tool: canvas.setFocus(Qt.FocusReason.OtherFocusReason))
        self.tools.setting_chosen.connect(self._set_tool)
        self.tools.brush.changed.connect(canvas.marks.set_brush)
        self.classes.chosen.connect(self.choose_class)
        self.lesions.selected.connect(self._select_from_list)
        self.lesions.chosen_changed.connect(self.facts_changed)
        self.lesions.changed.connect(lambda field, value: self.edits.relabel(**{field: value}))
        self.lesions.editor.comment.returnPressed.connect(canvas.setFocus)
        own = self.lesions.editor.own
        own.answered.connect(self.edits.answer)
        own.refused.connect(self.advise)
        own.left.connect(canvas.setFocus)
        self.proposals.action_requested.connect(self.action_requested)
        self.prior.proposals_wanted.connect(partial(self.action_requested.emit, "propose_prior"))
        self.edit_buttons.action_requested.connect(self.action_requested)
        self.row.previous_button.clicked.connect(lambda: self.step_requested.emit(-1))
        self.row.next_button.clicked.connect(lambda: self.step_requested.emit(1))
        self.row.folder_button.clicked.connect(self.folder_requested)
        self.concerns.region_wanted.connect(self.look_at_lesion)
        self.disputes.chosen.connect(lambda dispute: canvas.films.look_closely(dispute.agreed.place))
        self.row.done_button.setToolTip(f"{BY_ID[_DONE].text}   {self._key_of(_DONE)}".rstrip())
        self.row.done_button.clicked.connect(partial(self.action_requested.emit, _DONE))
        self._show_tool()

    def _changed(self) -> None:
        self._refresh()
        if self.panel.currentWidget() is self.disputes:
            self.disputes.follow(self.annotation)
        self.annotation_changed.emit(self.annotation)

    def _refresh(self) -> None:
        self.prior.follow(self.annotation)
        self.lesions.show_since(self.prior.words())
        self.canvas.layer.set_remarks(self.prior.remarks())
        self.underlay.show_gone(self.prior.gone())
        self.lesions.show_annotation(self.annotation, self._measures, self.canvas.marks.selected)
        self.proposals.show_count(
            proposals.waiting_lesions(self.annotation), proposals.rejected_lesions(self.annotation)
        )
        self.facts_changed.emit()

    def _selected(self, uuid: str) -> None:
        self.lesions.show_selected(uuid)
        self.proposals.show_one(self.annotation.region(uuid) if uuid else None)
        self.facts_changed.emit()

    def _select_from_list(self, uuid: str) -> None:
        self.canvas.marks.select(uuid)
        if not uuid:
            return
        self.canvas.films.look_at_region(self.annotation.region(uuid))

    def _show_tool(self) -> None:
        tool = self.canvas.marks.tool
        self.tools.show_tool(tool.id, tool.value)

    def _ask_model(self) -> None:
        """The tool in hand may need what a model sees on this scan."""
        marks, scan = self.canvas.marks, self.canvas.scan
        if isinstance(marks.tool, ModelOutlineTool) and marks.model_map is None and scan is not None:
            self.model_wanted.emit()

    def _follow_tool(self) -> None:
        """The wheel changes a tool too."""
        tool = self.canvas.marks.tool
        self._show_tool()
        if isinstance(tool, ThresholdTool) and tool.contour is not None:
            self.readout.follow(tool.readout(tool.contour))

    def _set_tool(self, value: float) -> None:
        self.canvas.marks.tool.set_value(value)
        self._show_tool()
