"""The annotation page: a folder of scans, one desk, and everything drawn on the disk at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from app.annotation import edits
from app.annotation.agreement.adjudication import Dispute
from app.annotation.annotation import Annotation
from app.annotation.class_names import keep_names
from app.annotation.classes import ClassTable, class_table, own_table
from app.annotation.formats import native
from app.annotation.model_map import ModelMap
from app.annotation.proposed import Proposed
from app.errors import AppError
from app.gui.actions import BY_ID, keys_of
from app.gui.canvas.prepared import PreparedScan
from app.gui.file_dialogs import choose_folder
from app.gui.page import Page, PageContext
from app.gui.pages.annotation.annotate_view import Saved
from app.gui.pages.annotation.annotator_sheet import AnnotatorSheet
from app.gui.pages.annotation.bringing_in import BringingIn
from app.gui.pages.annotation.case_checks import Found
from app.gui.pages.annotation.classes_sheet import ClassesSheet
from app.gui.pages.annotation.desk import AnnotateDesk
from app.gui.pages.annotation.desk_actions import bind_actions, state_facts
from app.gui.pages.annotation.export_sheet import ExportSheet
from app.gui.pages.annotation.measures import Measures
from app.gui.pages.annotation.model_help import SAY_FIRST
from app.gui.pages.annotation.names_sheet import NamesSheet
from app.gui.pages.annotation.presenter import AnnotatePresenter
from app.gui.pages.annotation.welcome import AnnotationWelcome
from app.gui.thumbnails import Thumbnails
from app.gui.widgets.sides_question import SidesQuestion
from app.study.question import Question
from app.window_request import WindowRequest
from app.wording import counted
from app.workflows.annotation.annotate import Loaded
from app.workflows.annotation.desk_record import DeskRecord, summary
from app.workflows.annotation.export import NOTES, ExportedFormat, export_folder
from app.workflows.annotation.prior import PriorScan
from app.workflows.scans.scan_row import ScanRow


class AnnotatePage(Page):
    """Outlines lesions on the scans of a folder."""

    page_id = "annotate"
    title = "Annotate"

    def build(self, context: PageContext) -> None:
        self._context = context
        self.presenter = AnnotatePresenter(self, context.tasks)
        try:
            table = own_table()
        except AppError as error:  # a table edited badly must not keep anybody from annotating
            table = class_table()
            context.banners.error(error, "The shipped classes are used.", key="classes")
        keys = context.settings.current.keys
        self._record: DeskRecord | None = None
        self._warned_of: frozenset[Path] = frozenset()
        self._tool = ""
        self._folder = self._folder_line = ""
        self._table = table
        thumbnails = Thumbnails(context.tasks, lambda files: self.desk.cases.model.redraw(files))
        self.desk = AnnotateDesk(
            table, lambda action: next(iter(keys_of(BY_ID[action], keys)), ""), thumbnails
        )
        self.welcome = AnnotationWelcome()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.sides = SidesQuestion()
        column.addWidget(self.sides)
        column.addWidget(self._stack)
        bind_actions(context.actions, self.desk, self.presenter)
        context.actions.bind("export_marks", self._choose_export)
        self.bringing_in = BringingIn(self, context, self.presenter)
        context.actions.bind("import_marks", self.bringing_in.ask)
        context.actions.bind("write_report", self._write_report)
        context.actions.bind("name_classes", self._name_classes)
        context.actions.bind("edit_classes", lambda: self.presenter.classes.ask(self.presenter.folder))
        self.welcome.folder_requested.connect(self._choose_folder)
        self.desk.folder_requested.connect(self._choose_folder)
        self.sides.answered.connect(self.presenter.confirm_sides)
        self.desk.model_wanted.connect(self.presenter.look_with_model)
        self.desk.step_requested.connect(self.presenter.step)
        self.desk.annotation_changed.connect(self.presenter.changed)
        self.desk.facts_changed.connect(self._state_facts)
        self.desk.readout.changed.connect(self._say_below)
        self.desk.cases.case_chosen.connect(self.presenter.open)
        self.desk.row.annotator.clicked.connect(self._ask_annotator)
        self.desk.panel.currentChanged.connect(lambda _tab: self._check())
        self.desk.annotation_changed.connect(lambda _annotation: self._check())
        for something in (self.desk.canvas.input.cursor_moved, self.desk.facts_changed):
            something.connect(self.presenter.seen)
        self.desk.action_requested.connect(lambda action: context.actions.calls[action]())

    def opened(self, request: WindowRequest) -> None:
        if request.reader:
            self.welcome.code.setText(request.reader)
        if request.paths:
            self._open(request.paths[0])

    def can_leave(self) -> bool:
        return self.presenter.flush()

    def can_close(self) -> bool:
        half = self.desk.half_drawn()
        if half <= self._warned_of:
            return True
        self._warned_of = half
        cases = ", ".join(sorted(file.name.removesuffix(native.ENDING) for file in half))
        self._context.banners.warn(
            f"An outline is half drawn on {cases}.", "Close it (Enter), or close the window again to drop it."
        )
        return False

    def close_page(self) -> None:
        self.presenter.close()

    # what the presenter asks for

    def show_folder(self, name: str, annotator: str, rows: Sequence[ScanRow]) -> None:
        self._stack.setCurrentWidget(self.desk)
        self._folder = name
        self.desk.row.annotator.setText(annotator)
        self.desk.cases.model.show(rows)

    def show_classes(self, table: ClassTable) -> None:
        self._table = table
        self.desk.show_classes(table)

    def show_fields(self, fields: Sequence[Question]) -> None:
        self.desk.lesions.editor.own.show_questions(fields)

    def ask_classes(self, table: ClassTable, used: Mapping[str, int]) -> None:
        sheet = ClassesSheet(table, used, self)
        sheet.kept.connect(lambda kept: self.presenter.classes.keep(self.presenter.folder, kept))
        sheet.open_sheet()

    def show_record(self, record: DeskRecord) -> None:
        self._record = record
        cases = [row.case for row in self.presenter.rows]
        statuses = {case: record.status(case) for case in cases}
        self.desk.cases.model.tell(statuses, {case: record.work(case) for case in cases})
        self._folder_line = f"{self._folder}: {counted(len(cases), 'scan')}, {summary(statuses.values())}"
        self._say_below(self.desk.readout.text())

    def show_concerns(self, found: Found) -> None:
        self.desk.concerns.show_concerns(found)
        self.desk.panel.setCurrentWidget(self.desk.concerns)

    def advise(self, text: str) -> None:
        self.desk.advise(text)

    def show_case(self, place: int, prepared: PreparedScan, loaded: Loaded, measures: Measures) -> None:
        number = len(self.presenter.rows)
        title = f"{prepared.scan.case}   {place + 1} of {number}"
        folder = self.presenter.folder
        assert folder is not None, "a case is shown out of a folder"
        file = folder.file(prepared.scan.case)
        asked = prepared.scan.needs_confirmation
        if not asked:
            self._let_draw()
        self.desk.show_case(title, file, prepared, loaded.annotation, measures)
        self.sides.ask(prepared.scan)
        if asked:  # no region on a guess
            self._tool = self._tool or self.desk.canvas.marks.tool.id
            self.desk.canvas.marks.set_read_only(True, SAY_FIRST)
        settings = self._context.settings.current
        self.desk.canvas.films.set_smooth(settings.smooth_pixels)
        self.desk.canvas.display.set_curve(settings.curve)
        self.desk.cases.show_case(place)
        self.desk.row.previous_button.setEnabled(place > 0)
        self.desk.row.next_button.setEnabled(place + 1 < number)
        self._context.banners.dismiss("save")
        self._state_facts()
        if self.desk.panel.currentWidget() is self.desk.concerns:  # they were of the case before
            self.desk.panel.setCurrentIndex(0)

    def show_saved(self, state: Saved) -> None:
        self.desk.show_state(state.value, alarming=state is Saved.FAILED, whole=state is Saved.CLEAN)
        if state is Saved.CLEAN:
            self._context.banners.dismiss("save")

    def show_others(self, others: Mapping[str, Annotation], disputed: Sequence[Dispute]) -> None:
        self.desk.show_others(others, disputed)
        self._state_facts()

    def show_proposing(self, running: bool) -> None:
        self.desk.proposals.show_running(running)

    def show_model_map(self, model_map: ModelMap) -> None:
        self.desk.show_model_map(model_map)

    def show_prior(self, prior: PriorScan | None, prepared: PreparedScan | None = None) -> None:
        self.desk.show_prior(prior, prepared)
        self._state_facts()

    def show_proposals(self, proposed: Proposed) -> None:
        self.desk.show_proposals(proposed)

    def info(self, text: str, hint: str = "") -> None:
        self._context.banners.info(text, hint)  # several may be said at once: none replaces another

    def show_save_failed(self, error: AppError) -> None:
        again = ("Try again", self.presenter.save)
        hint = f"{error.hint} What you drew is still here."
        self._context.banners.error(error.message, hint.strip(), action=again, key="save")

    def show_changed_elsewhere(self, error: AppError) -> None:
        both = ("Keep both", self.presenter.keep_both)
        self._context.banners.error(error.message, error.hint, action=both, key="save")

    def _let_draw(self) -> None:
        """The tool that was in hand before the sides were asked about comes back."""
        self.desk.canvas.marks.set_read_only(False)
        if self._tool:
            self.desk.canvas.marks.set_tool(self._tool)
            self._tool = ""

    def _say_below(self, text: str) -> None:
        """The folder, and what is said of the films, in the line at the foot of the window."""
        self._context.set_status("   ·   ".join(part for part in (self._folder_line, text) if part))

    def _check(self) -> None:
        """What is to be looked at, as long as that is on the screen."""
        if self.desk.panel.currentWidget() is self.desk.concerns:
            self.desk.concerns.show_concerns(self.presenter.check_case())

    def _ask_annotator(self) -> None:
        sheet = AnnotatorSheet(self.desk.row.annotator.text(), self)
        sheet.named.connect(self._change_annotator)
        sheet.open_sheet()

    def _change_annotator(self, code: str) -> None:
        folder = self.presenter.folder
        if folder is not None:
            self.presenter.open_folder(folder.folder, code)

    def _choose_folder(self) -> None:
        choose_folder(self, "Annotate a folder of scans", self._open)

    def _open(self, folder: Path) -> None:
        self.presenter.open_folder(folder, self.welcome.code.text().strip())

    def _choose_export(self) -> None:
        record = self._record
        if record is None or not self.presenter.flush():
            return
        sheet = ExportSheet({row.case: record.status(row.case) for row in self.presenter.rows}, self)
        sheet.wanted.connect(self._choose_target)
        sheet.open_sheet()

    def _choose_target(self, formats: list[str], only: frozenset[str] | None) -> None:
        choose_folder(self, "Export annotations into a folder", partial(self._export, formats, only))

    def _export(self, formats: list[str], only: frozenset[str] | None, target: Path) -> None:
        folder = self.presenter.folder
        if folder is None:
            return
        scans = folder.folder
        if scans == target.absolute() or scans in target.absolute().parents:
            error = AppError(
                "Pictures among the scans would be taken for scans.", "Choose a folder elsewhere."
            )
            self.error(error)
            return
        rows = {row.case: row for row in self.presenter.rows}

        def exported(done: Sequence[ExportedFormat]) -> None:
            self.wrote(f"Exported into {target.name}. {'; '.join(each.said for each in done)}.", target)
            for each in done:
                if each.left_out:
                    self.info(f"{each.title}: {each.notes[-1]}", f"All reasons stand in {NOTES}.")

        self._context.tasks.run(
            lambda progress: export_folder(
                folder.target, target, formats, rows, only=only, progress=progress
            ),
            exported,
            self.error,
            title="Exporting annotations",
            owner=self,
        )

    def _write_report(self) -> None:
        """The scan on the screen goes to the report page with what is drawn on it."""
        folder, place = self.presenter.folder, self.presenter.place
        if folder is None or place < 0 or not self.presenter.flush():
            return
        row = self.presenter.rows[place]
        masks = folder.file(row.case)
        if not masks.is_file():
            self.error(AppError(f"Nothing is drawn on {row.case}.", "Outline its lesions first."))
            return
        self._context.open_page(WindowRequest(page="report", paths=row.files, masks=masks))

    def _name_classes(self) -> None:
        """Ask what the labels mean that the table does not have."""
        labels = dict.fromkeys(region.label for region in self.desk.annotation.regions)
        unknown = [label for label in labels if self._table.unknown([label])]
        if not unknown:
            self.info("Every class that is drawn here is one of the table.")
            return
        sheet = NamesSheet(unknown, self._table, self)
        sheet.named.connect(self._take_names)
        sheet.open_sheet()

    def _take_names(self, names: dict[str, str]) -> None:
        try:
            keep_names(names)
        except AppError as error:
            self.error(error)
            return
        self.desk.canvas.marks.edit("Name classes", lambda before: edits.relabelled(before, names))

    def _state_facts(self) -> None:
        state_facts(self._context.actions, self.desk, self.presenter)
