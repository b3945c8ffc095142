"""The report page: images with outlines on the left, the text to be edited on the right, signature below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import paths
from app.errors import AppError
from app.gui.actions import Fact
from app.gui.background import Running
from app.gui.canvas.level_bar import LevelBar
from app.gui.canvas.looking_keys import bind_looking
from app.gui.canvas.prepared import PreparedScan
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.file_dialogs import choose_files, choose_folder
from app.gui.page import Page, PageContext
from app.gui.pages.reports.lesion_layer import LesionLayer
from app.gui.pages.reports.numbers import Numbers
from app.gui.pages.reports.presenter import ReportPresenter, ReportWishes
from app.gui.pages.reports.section_editor import SectionEditor
from app.gui.pages.reports.sign_box import SignBox
from app.gui.pages.reports.start_panel import StartPanel
from app.gui.theme import em
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.labels import plain
from app.gui.widgets.scrolled import Scrolled
from app.report.bone_scan.document import ReportDocument
from app.report.bone_scan.document_file import ENDING
from app.report.bone_scan.tables import SIMULATED
from app.window_request import WindowRequest
from app.workflows.reports.model import installed_model
from app.workflows.scans.confirmed_views import confirmed_views


class ReportPage(Page):
    """Draws what the presenter decides."""

    page_id = "report"
    title = "Report"

    def build(self, context: PageContext) -> None:
        """Make the widgets."""
        self._context = context
        drafts = paths.user_data() / "reports"
        self.presenter = ReportPresenter(self, context.tasks, drafts, confirmed_views().of)
        self.start = StartPanel(installed_model())
        self.lesion_layer = LesionLayer()
        self.canvas = ScanCanvas(above=self.lesion_layer)
        self.canvas.marks.set_read_only(True)
        self.levels = LevelBar(self.canvas)
        self.case, self.simulated = ElidedLabel(), plain(SIMULATED, wraps=False)
        self.other_button = QPushButton("Another report")
        self.editors: dict[str, SectionEditor] = {}
        self.numbers: Numbers | None = None
        self.sign = SignBox()
        self._lay_out()
        self._connect()

    def opened(self, request: WindowRequest) -> None:
        """Write the report that was asked for, or let one be chosen."""
        files = request.paths
        if files and files[0].name.endswith(ENDING):
            self.presenter.open_report(files[0], files[1:])
        elif files:
            self.start.choose(files, request.masks)
            self._stack.setCurrentWidget(self.start)
            if request.masks is not None:
                self.presenter.write(self.start.wishes)
        self._state_facts()
        if self._stack.currentWidget() is self.start:
            self.start.scan_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def can_leave(self) -> bool:
        """What was typed is kept first."""
        self._finish_edits()
        return True

    def close_page(self) -> None:
        """What was typed is kept first."""
        self._finish_edits()

    # what the presenter asks

    def show_report(self, document: ReportDocument, prepared: PreparedScan) -> None:
        """Show another report with its images."""
        facts = document.content.facts
        self.canvas.show_scan(prepared)
        self.canvas.display.set_levels(*facts.levels)
        self.lesion_layer.facts = facts
        self.canvas.update()
        self.case.setText(f"Bone scan report, case {facts.case}")
        self.simulated.setVisible(facts.simulated)
        self._fill(document)
        self._stack.setCurrentWidget(self._desk)
        self._context.banners.dismiss(self.page_id)
        self._state_facts()
        self.sign.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_document(self, document: ReportDocument, kept: Path | None) -> None:
        """Show the texts as they stand now, and where they are kept."""
        for editor in self.editors.values():
            editor.show_document(document, bool(self.sign.person))
        self.sign.show_document(document)
        drafts = paths.user_data() / "reports"
        where = "among your drafts" if kept is not None and kept.parent == drafts else "in its folder"
        self._context.set_status(f"Kept as {kept.name} {where}" if kept else "Not edited, not exported yet")

    def show_busy(self, title: str, _running: Running | None = None) -> None:
        """Say what is under way."""
        self.sign.show_busy(bool(title))
        self.start.setEnabled(not title)
        self._context.set_status(f"{title}…" if title else "")

    def ask_for_scan(self, error: AppError) -> None:
        """A form needs the scan: offer to choose it."""
        self._context.banners.error(error, action=("Choose the scan…", self._choose_scan), key=self.page_id)

    def _fill(self, document: ReportDocument) -> None:
        """Editors and numbers of this report in place of those before."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(em(self, 0.6), em(self, 0.4), em(self, 0.6), em(self, 0.4))
        self.editors = {}
        for section in document.content.sections:
            editor = SectionEditor(section)
            editor.edited.connect(self._edited)
            self.editors[section.key] = editor
            column.addWidget(editor)
        self.numbers = Numbers(document.content.facts)
        column.addWidget(self.numbers)
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _edited(self, section: str, text: str) -> None:
        self.presenter.edit(section, text, self.sign.person)

    def _finish_edits(self) -> None:
        for editor in self.editors.values():
            editor.finish()

    def _named(self, named: bool) -> None:
        report = self.presenter.report
        for editor in self.editors.values():
            editor.let_edit(named and report is not None and report.document.signature is None)

    def _sign(self) -> None:
        self._finish_edits()
        self.presenter.sign(self.sign.person)

    def _add(self, section: str, text: str) -> None:
        if self.presenter.edit(section, text, self.sign.person):
            self.sign.addendum.clear()

    def _export(self, form: str) -> None:
        self._finish_edits()
        choose_folder(self, "Where to write the report", lambda folder: self.presenter.export(form, folder))

    def _choose_scan(self) -> None:
        choose_files(self, "The scan that the report is about", self.presenter.attach)

    def _begin_again(self) -> None:
        self._finish_edits()
        self.presenter.close()
        self.editors = {}
        self.canvas.blank()
        self.lesion_layer.facts = None
        self._stack.setCurrentWidget(self.start)
        self._context.set_status("")
        self._state_facts()
        self.start.scan_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _state_facts(self) -> None:
        self._context.actions.state(Fact.SCAN, self.canvas.scan is not None)

    def _connect(self) -> None:
        self.start.write_requested.connect(self._write)
        self.start.open_requested.connect(lambda path: self.presenter.open_report(path))
        self.other_button.clicked.connect(self._begin_again)
        self.sign.named.connect(self._named)
        self.sign.sign_requested.connect(self._sign)
        self.sign.export_requested.connect(self._export)
        self.sign.addendum_requested.connect(self._add)
        bind_looking(self._context.actions, self.canvas)

    def _write(self, wishes: ReportWishes) -> None:
        self.presenter.write(wishes)

    def _lay_out(self) -> None:
        self.case.setProperty("role", "subheading")
        self.simulated.setProperty("role", "subheading")
        self.simulated.setStyleSheet(
            "background: #b3261e; color: white; padding: 2px 8px; border-radius: 3px;"
        )
        top = QHBoxLayout()
        top.setContentsMargins(em(self, 0.5), em(self, 0.3), em(self, 0.5), em(self, 0.3))
        self.other_button.setAutoDefault(True)
        top.addWidget(self.other_button)
        top.addSpacing(em(self, 0.7))
        top.addWidget(self.case, 1)
        top.addWidget(self.simulated)
        left, right = QWidget(), QWidget()
        films = QVBoxLayout(left)
        films.setContentsMargins(0, 0, 0, 0)
        films.addWidget(self.canvas, 1)
        films.addWidget(self.levels)
        self._scroll = Scrolled(upright=True)
        words = QVBoxLayout(right)
        words.setContentsMargins(0, 0, 0, 0)
        words.addWidget(self._scroll, 1)
        words.addWidget(self.sign)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setCollapsible(0, False)
        split.setCollapsible(1, False)
        right.setMinimumWidth(em(self, 30))
        split.setSizes([em(self, 40), em(self, 50)])
        self._desk = QWidget()
        column = QVBoxLayout(self._desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(split, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start)
        self._stack.addWidget(self._desk)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
