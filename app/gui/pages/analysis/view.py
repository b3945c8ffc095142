"""The analysis page: what to analyse above a list of figures and tables, and in a tab the sample size."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.background import Running
from app.gui.file_dialogs import choose_folder
from app.gui.page import Page, PageContext
from app.gui.pages.analysis.choices import Choices
from app.gui.pages.analysis.picture_view import PictureView
from app.gui.pages.analysis.presenter import AnalysisPresenter
from app.gui.pages.analysis.sample_size import SampleSizeAnswer, SampleSizePresenter
from app.gui.pages.analysis.sample_size_part import SampleSizePart
from app.gui.pages.analysis.table_view import TableView
from app.gui.theme import em
from app.gui.widgets.labels import note, tip, title
from app.gui.widgets.progress_line import ProgressLine
from app.window_request import WindowRequest
from app.workflows.analysis.pictures import AnalysisView

LOOK_AGAIN_MS = 5_000
_EMPTY = "Choose a study or a table of readings, then Analyse. A study needs its truth."


class AnalysisPage(Page):
    """Draws what the presenter decides."""

    page_id = "analysis"
    title = "Analysis"

    def build(self, context: PageContext) -> None:
        """Make the widgets."""
        self._context = context
        self.choices = Choices()
        self.heading, self.words, self.warning = title(), note(_EMPTY, "quiet"), note(role="subheading")
        self.list = QListWidget()
        self.picture, self.table, self.notes = PictureView(), TableView(), note()
        self.save_button = QPushButton("Save this figure…")
        self.progress = ProgressLine()
        self._view: AnalysisView | None = None
        self.sample_size = SampleSizePart()
        self._lay_out()
        self.presenter = AnalysisPresenter(self, context.tasks)
        self.sizes = SampleSizePresenter(self, context.tasks)
        self.sample_size.compute_requested.connect(lambda: self.sizes.compute(self.sample_size.wishes))
        self.sample_size.save_requested.connect(
            lambda: choose_folder(self, "Where to save the curves", self.sizes.save)
        )
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._timer.timeout.connect(lambda: self.presenter.follow(self.choices.wishes))
        self.choices.analyse_requested.connect(lambda: self.presenter.analyse(self.choices.wishes))
        context.actions.bind("refresh", self._refresh)
        self.choices.export_requested.connect(self._ask_where_to_export)
        self.choices.live.toggled.connect(self._follow)
        self.list.currentRowChanged.connect(self._show_row)
        self.save_button.clicked.connect(self._ask_where_to_save)

    def opened(self, request: WindowRequest) -> None:
        """Take the study that was asked for; go on following."""
        if request.study is not None:
            self.choices.choose_source(request.study)
        self._follow(self.choices.live.isChecked())
        self.choices.source.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """Nobody looks: do not follow; what went wrong here says nothing on another page."""
        self._timer.stop()
        self._context.banners.dismiss(self.page_id, "error")

    def close_page(self) -> None:
        """Stop what is under way."""
        self._timer.stop()
        self.presenter.stop()
        self.sizes.stop()

    # what the presenter asks

    def show_analysis(self, view: AnalysisView) -> None:
        """Show figures, tables and notes; what was chosen in the list stays chosen."""
        before = self.list.currentItem().text() if self.list.currentItem() else ""
        self._view = view
        self.heading.setText(view.title)
        self.words.setText(view.subtitle)
        self.warning.setText(view.facts.warning)
        self.warning.setVisible(bool(view.facts.warning))
        self.notes.setText("\n".join(f"• {note}" for note in view.notes) or "There is nothing to be said.")
        names = [*(one.title for one in view.pictures), *(one.title for one in view.tables), "Notes"]
        self.list.blockSignals(True)
        self.list.clear()
        for name in names:
            item = QListWidgetItem(name)
            item.setToolTip(tip(name))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(names.index(before) if before in names else 0)

    def show_nothing(self, words: str) -> None:
        """Say why there is nothing."""
        self.words.setText(words)

    def show_busy(self, title: str, running: Running | None) -> None:
        """Show or hide the progress."""
        if running is not None:
            self._context.banners.dismiss(self.page_id, "error")
            self.progress.follow(title, running)
        else:
            self.progress.finish()
        self.choices.analyse_button.setEnabled(running is None)
        self.choices.export_button.setEnabled(running is None)

    def show_progress(self, fraction: float, message: str) -> None:
        """How far it is."""
        self.progress.show_progress(fraction, message)

    def ask_for_word(self, wanted: bool) -> None:
        """Show or hide the field of the word that confirms an interim analysis."""
        self.choices.ask_for_word(wanted)

    def show_sample_size(self, answer: SampleSizeAnswer) -> None:
        """Show what a study of so many readers and cases can find."""
        self.sample_size.show_answer(answer)

    def show_computing(self, title: str, running: Running | None) -> None:
        """A sample size is computed, or not any more."""
        if running is not None:
            self._context.banners.dismiss(self.page_id, "error")
        self.sample_size.show_computing(title, running)

    def _refresh(self) -> None:
        """Do again what the tab that is shown does."""
        if self.tabs.currentWidget() is self.sample_size:
            self.sizes.compute(self.sample_size.wishes)
        else:
            self.presenter.analyse(self.choices.wishes)

    def _show_row(self, row: int) -> None:
        if self._view is None or row < 0:
            return
        pictures, tables = self._view.pictures, self._view.tables
        self.save_button.setEnabled(row < len(pictures))
        if row < len(pictures):
            self.picture.show_picture(pictures[row])
            self._stack.setCurrentWidget(self.picture)
        elif row < len(pictures) + len(tables):
            self.table.show_table(tables[row - len(pictures)])
            self._stack.setCurrentWidget(self.table)
        else:
            self._stack.setCurrentWidget(self.notes)

    def _follow(self, wanted: bool) -> None:
        if wanted:
            self._timer.start()
            self.presenter.follow(self.choices.wishes)
        else:
            self._timer.stop()

    def _ask_where_to_export(self) -> None:
        wishes = self.choices.wishes
        choose_folder(
            self, "Where to write the analysis", lambda folder: self.presenter.export(wishes, folder)
        )

    def _ask_where_to_save(self) -> None:
        row = self.list.currentRow()
        if self._view is not None and 0 <= row < len(self._view.pictures):
            stem = self._view.pictures[row].stem
            choose_folder(
                self, "Where to save the figure", lambda folder: self.presenter.save_figure(stem, folder)
            )

    def _lay_out(self) -> None:
        self.warning.setVisible(False)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.list.setAccessibleName("Figures and tables")
        self.list.setFixedWidth(em(self, 20))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.save_button.setEnabled(False)
        self._stack = QStackedWidget()
        for shown in (QWidget(), self.picture, self.table, self.notes):
            self._stack.addWidget(shown)
        side = QVBoxLayout()
        side.addWidget(self.list, 1)
        side.addWidget(self.save_button)
        body = QHBoxLayout()
        body.addLayout(side)
        body.addWidget(self._stack, 1)
        results = QWidget()
        self.tabs = QTabWidget()
        self.tabs.addTab(results, "Results")
        self.tabs.addTab(self.sample_size, "Sample size")
        QVBoxLayout(self).addWidget(self.tabs)
        column = QVBoxLayout(results)
        column.addWidget(self.choices)
        column.addWidget(self.progress)
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addWidget(self.warning)
        column.addLayout(body, 1)
