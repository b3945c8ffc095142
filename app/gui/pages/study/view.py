"""The coordinator's page: the steps of a study on the left, the chosen one beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QStackedWidget, QVBoxLayout

from app.gui.background import Running
from app.gui.page import Page, PageContext
from app.gui.pages.study.ai_part import AiPart
from app.gui.pages.study.bundles_panel import BundlesPanel
from app.gui.pages.study.design_step import DesignStep
from app.gui.pages.study.draft import ProtocolDraft
from app.gui.pages.study.export_step import ExportStep
from app.gui.pages.study.findings import ReaderLine
from app.gui.pages.study.header import StudyHeader
from app.gui.pages.study.ledger_panel import LedgerPanel
from app.gui.pages.study.life_panel import LifePanel
from app.gui.pages.study.matrix_model import MatrixSource
from app.gui.pages.study.no_study import NoStudy
from app.gui.pages.study.preflight_step import PreflightStep
from app.gui.pages.study.presenter import CoordinatorPresenter, DesignState
from app.gui.pages.study.progress_step import ProgressStep
from app.gui.pages.study.step_list import StepList
from app.gui.pages.study.steps import Step
from app.gui.theme import em
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.scrolled import scrolled
from app.study.pace import StudyPace
from app.study.protocol import Protocol
from app.study.protocol_problems import Problem
from app.window_request import WindowRequest

_NARROW_EMS = 50
"""All messages of this page take one place above it: the latest stands."""


class CoordinatorPage(Page):
    """Draws what the presenter decides and hands on what a person asks for."""

    page_id = "coordinator"
    title = "Coordinator"

    def build(self, context: PageContext) -> None:
        """Make the widgets."""
        self._context = context
        self._study_open = False
        self._export_folder: Path | None = None
        names = ("design", "check", "ai", "rehearse", "status", "read", "bundle", "merge", "ledger", "life")
        self.commands = {name: CommandLine(context.set_status) for name in (*names, "verify", "export")}
        self.header = StudyHeader()
        self.steps = StepList()
        self.design = DesignStep(self.commands["design"])
        self.ai = AiPart(self.commands["ai"])
        self.preflight = PreflightStep(self.commands["check"], self.commands["rehearse"], self.ai)
        self.bundles = BundlesPanel(self.commands["bundle"], self.commands["merge"])
        self.life = LifePanel(self.commands["life"])
        self.ledger = LedgerPanel(self.commands["ledger"])
        self.progress = ProgressStep(
            self.commands["status"], self.commands["read"], self.bundles, self.ledger, self.life
        )
        self.export = ExportStep(self.commands["verify"], self.commands["export"])
        self.no_study = NoStudy()
        self._widgets = {
            Step.DESIGN: self.design,
            Step.PREFLIGHT: self.preflight,
            Step.PROGRESS: self.progress,
            Step.EXPORT: self.export,
        }
        self._lines: dict[Step, ProgressLine] = {
            Step.DESIGN: self.design.progress,
            Step.PREFLIGHT: self.preflight.progress,
            Step.PROGRESS: self.progress.progress,
            Step.EXPORT: self.export.progress,
        }
        self._lay_out()
        self.presenter = CoordinatorPresenter(self, context.tasks, context.open_page)
        self._wire()
        self.presenter.new_study()

    def opened(self, request: WindowRequest) -> None:
        """Open the study that was asked for, or look again at the one that is open."""
        if request.study is not None:
            self.presenter.open(request.study)
        else:
            self.presenter.refresh()
        self.steps.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_page(self) -> None:
        """Let go of the study's database."""
        self.presenter.operations.close()

    def show_header(self, title: str, state: str, folder: Path | None) -> None:
        """Which study is open."""
        self.header.show_study(title, state, folder)

    def show_study_open(self, is_open: bool) -> None:
        """Show the later steps, or what to do before they can be used."""
        self._study_open = is_open
        self._show_step(self.steps.step)

    def go_to(self, step: Step) -> None:
        """Show a step."""
        self.steps.choose(step)

    def show_design(self, state: DesignState) -> None:
        """What the design step offers."""
        self.design.show_state(state)

    def show_protocol(self, protocol: Protocol, frozen: bool) -> None:
        """Fill the form."""
        self.design.form.show_protocol(protocol, frozen)

    def show_files(self, draft: ProtocolDraft) -> None:
        """Fill the fields of a new study."""
        self.design.new_study.show_draft(draft)

    def show_problems(self, problems: Sequence[Problem], told: Collection[str]) -> None:
        """What is missing or wrong."""
        self.design.show_problems(problems, told)

    def show_text(self, text: str, sha256: str) -> None:
        """The protocol as text, and the hash."""
        self.design.show_text(text, sha256)

    def clear_messages(self) -> None:
        """Take away what was said before."""
        self._context.banners.dismiss(self.page_id)

    def remember(self, study: Path) -> None:
        """Keep the study among the recent ones."""
        self._context.settings.remember_study(study)

    def show_busy(self, step: Step, title: str, running: Running | None) -> None:
        """Show or hide the progress of a step."""
        line = self._lines[step]
        if running is None:
            line.finish()
        else:
            line.follow(title, running)

    def show_progress(self, step: Step, fraction: float, message: str) -> None:
        """How far the work of a step is."""
        self._lines[step].show_progress(fraction, message)

    def show_notes(self, notes: Mapping[Step, str]) -> None:
        """A word on each step."""
        self.steps.show_notes(notes)

    def show_findings(self, summary: str, rows: Sequence[Sequence[str]], empty: str) -> None:
        """The findings of the preflight."""
        self.preflight.show_findings(summary, rows, empty)

    def show_status(self, summary: str, readers: Sequence[ReaderLine], matrix: MatrixSource | None) -> None:
        """How far the study is."""
        self.progress.show_status(summary, readers, matrix)

    def show_pace(self, pace: StudyPace) -> None:
        """How long every reader took, and the log of deviations."""
        self.progress.show_pace(pace)

    def show_ai(self, words: str, models: Sequence[str], needed: bool) -> None:
        """How far the AI results are."""
        self.ai.show_ai(words, models, needed)

    def show_bundles(self, words: str, rows: Sequence[Sequence[str]]) -> None:
        """What was made or merged."""
        self.bundles.show_outcome(words, rows)

    def show_bundle_readers(self, readers: Sequence[str]) -> None:
        """Whose bundles can be made."""
        self.bundles.show_readers(readers)

    def show_ledger(self, rows: Sequence[Sequence[str]], overdue: int) -> None:
        """Where every bundle is."""
        self.progress.show_ledger(rows, overdue)

    def copy_text(self, text: str) -> None:
        """Put a text on the clipboard."""
        QGuiApplication.clipboard().setText(text)

    def show_life(self, rows: Sequence[Sequence[str]]) -> None:
        """What stands on record."""
        self.progress.show_life(rows)

    def show_life_readers(self, readers: Sequence[str]) -> None:
        """Who can be withdrawn."""
        self.life.show_readers(readers)

    def show_verdict(self, words: str, links: Sequence[Sequence[str]]) -> None:
        """What the verification found."""
        self.export.show_verdict(words, links)

    def show_outcome(self, words: str, remarks: Sequence[str], folder: Path | None) -> None:
        """What was exported."""
        self._export_folder = folder
        self.export.show_outcome(words, remarks, folder is not None)

    def show_command(self, name: str, text: str) -> None:
        """An operation as a command."""
        self.commands[name].show_command(text)

    def offer(self, text: str, hint: str, button: str, study: Path) -> None:
        """Tell something good to know, with a button that opens a study."""
        go = WindowRequest("coordinator", study)
        self._context.banners.info(
            text, hint, action=(button, lambda: self._context.open_page(go)), key=self.page_id
        )

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._areas = {step: scrolled(widget) for step, widget in self._widgets.items()}
        for area in (*self._areas.values(), self.no_study):
            self._stack.addWidget(area)
        self._body = body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        body.addWidget(self.steps)
        body.addWidget(self._stack, 1)
        page = QVBoxLayout(self)
        page.addWidget(self.header)
        page.addLayout(body, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the steps above instead of beside where the window is narrow or the text large."""
        narrow = event.size().width() < em(self, _NARROW_EMS)
        ways = QBoxLayout.Direction
        wanted = ways.TopToBottom if narrow else ways.LeftToRight
        if self._body.direction() != wanted:
            self._body.setDirection(wanted)
            self.steps.set_narrow(narrow)
            self.header.set_narrow(narrow)
        super().resizeEvent(event)

    def _wire(self) -> None:
        presenter, operations = self.presenter, self.presenter.operations
        self.header.new_requested.connect(presenter.new_study)
        self.header.open_requested.connect(self._choose_study)
        self.header.folder_requested.connect(
            lambda: _show_folder(presenter.facts.path if presenter.facts else None)
        )
        self.no_study.new_requested.connect(presenter.new_study)
        self.no_study.open_requested.connect(self._choose_study)
        self.steps.step_chosen.connect(self._show_step)
        self.design.form.edited.connect(presenter.edit)
        fields = self.design.new_study
        fields.changed.connect(lambda name: presenter.edit_files(fields.draft(presenter.draft), name))
        self.design.create_requested.connect(presenter.create)
        self.design.save_requested.connect(presenter.save)
        self.design.load_requested.connect(presenter.load)
        self.design.save_copy_requested.connect(presenter.save_copy)
        self.design.extend.changed.connect(presenter.describe_extension)
        self.design.extend.add_requested.connect(presenter.extend)
        self.preflight.check_requested.connect(operations.check)
        self.preflight.filter_changed.connect(operations.filter_findings)
        self.preflight.rehearse_requested.connect(operations.rehearse)
        self.preflight.rehearsal_changed.connect(operations.describe_rehearsal)
        self.ai.compute_requested.connect(presenter.ai.compute)
        self.ai.import_requested.connect(presenter.ai.take)
        self.ai.clear_requested.connect(presenter.ai.clear)
        self.ai.model_changed.connect(presenter.ai.describe)
        self.progress.refresh_requested.connect(presenter.refresh)
        self._context.actions.bind("refresh", presenter.refresh)
        self.progress.read_requested.connect(presenter.read_as)
        self.progress.find_requested.connect(self._find)
        self.ledger.sent_requested.connect(presenter.ledger.mark_sent)
        self.ledger.invitation_requested.connect(presenter.ledger.invite)
        self.ledger.reminder_requested.connect(presenter.ledger.remind)
        self.life.decide_requested.connect(presenter.life.decide)
        self.life.changed.connect(presenter.life.describe)
        self.bundles.make_requested.connect(presenter.bundles.make)
        self.bundles.merge_requested.connect(presenter.bundles.merge)
        self.bundles.changed.connect(lambda: presenter.bundles.describe(self.bundles.wish))
        self.export.verify_requested.connect(operations.verify)
        self.export.export_requested.connect(
            lambda: operations.export(self.export.folder.path, self.export.chosen_formats)
        )
        self.export.papers_requested.connect(lambda: operations.papers(self.export.folder.path))
        self.export.changed.connect(self._describe)
        self.export.open_requested.connect(lambda: _show_folder(self._export_folder))

    def _show_step(self, step: Step) -> None:
        usable = self._study_open or step is Step.DESIGN
        self._stack.setCurrentWidget(self._areas[step] if usable else self.no_study)
        self._describe()

    def _describe(self) -> None:
        self.presenter.operations.describe_rehearsal(self.preflight.rehearsal.path)
        self.presenter.operations.describe_export(self.export.folder.path, self.export.chosen_formats)

    def _find(self, words: str) -> None:
        row = self.presenter.operations.row_of(words)
        if row is None:
            self.info(f"No case is called “{words}”.")
        else:
            self.progress.go_to_row(row)

    def _choose_study(self) -> None:
        dialog = QFileDialog(self, "Open a study")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(
            lambda path: self._context.open_page(WindowRequest("coordinator", Path(path)))
        )
        dialog.open()


def _show_folder(folder: Path | None) -> None:
    if folder is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
