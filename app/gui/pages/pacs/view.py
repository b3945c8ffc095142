"""The PACS page: the PACS above, the question, what was found, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.background import Running
from app.gui.file_dialogs import choose_files
from app.gui.page import Page, PageContext
from app.gui.pages.pacs.forms import DestinationForm, QueryForm
from app.gui.pages.pacs.node_form import NodeForm
from app.gui.pages.pacs.presenter import PacsPresenter
from app.gui.theme import em
from app.gui.widgets.labels import plain, title
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.rows_table import RowsTable
from app.pacs.node import Node
from app.pacs.query import FoundStudy
from app.window_request import WindowRequest

HEADERS = ("Date", "Patient ID", "Name", "Images", "Description")
_IDLE = "Nothing is asked of a PACS before you press Test, Search, Fetch or Send."
_NO_NODE = "No PACS is entered yet. Its administrator tells host, port and AE titles."
_FILES = "DICOM (*.dcm *.dicom *.ima);;All files (*)"
_REMARK_ROWS = 4


class PacsPage(Page):
    """Draws what the presenter decides."""

    page_id = "pacs"
    title = "PACS"

    def build(self, context: PageContext) -> None:
        """Make the widgets."""
        self._context = context
        self.nodes, self.where = QComboBox(), plain(wraps=False)
        self.nodes.setAccessibleName("PACS")
        self.nodes.setMinimumWidth(em(self, 12))
        self.test_button, self.add_button = QPushButton("Test"), QPushButton("Add…")
        self.edit_button, self.remove_button = QPushButton("Change…"), QPushButton("Remove")
        self.node_form, self.query, self.to = NodeForm(), QueryForm(), DestinationForm()
        self.table = RowsTable("Studies found", HEADERS, (6, 9, 14, 4), least=8)
        self.words, self.progress = plain(_IDLE, wraps=False), ProgressLine()
        self.remarks = QPlainTextEdit()
        self.presenter = PacsPresenter(self, context.tasks, context.settings)
        self._lay_out()
        self._connect()
        context.actions.bind("refresh", self.query.ask)

    def opened(self, _request: WindowRequest) -> None:
        """Offer the PACS that are entered."""
        self.presenter.start()
        (self.query.name if self.presenter.node else self.add_button).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def left(self) -> None:
        """What went wrong here says nothing on another page."""
        self._context.banners.dismiss(self.page_id, "error")

    def close_page(self) -> None:
        """Stop what is under way; what has arrived stays."""
        self.presenter.stop()

    # what the presenter asks

    def show_nodes(self, nodes: Sequence[Node], chosen: str) -> None:
        """Offer these PACS."""
        self.nodes.blockSignals(True)
        self.nodes.clear()
        self.nodes.addItems([node.name for node in nodes])
        self.nodes.setCurrentText(chosen)
        self.nodes.blockSignals(False)
        self.where.setText(next((node.words for node in nodes if node.name == chosen), _NO_NODE))
        for widget in (self.nodes, self.test_button, self.edit_button, self.remove_button):
            widget.setEnabled(bool(nodes))

    def show_studies(self, studies: Sequence[FoundStudy], words: str) -> None:
        """List what was found, nothing of it chosen."""
        self.table.show_rows([_row(study) for study in studies])
        self.words.setText(words or _IDLE)
        self.remarks.setVisible(False)

    def show_busy(self, title: str, running: Running | None) -> None:
        """Show or hide the progress; nothing else can begin meanwhile."""
        if running is not None:
            self._context.banners.dismiss(self.page_id, "error")
            self.progress.follow(title, running)
        else:
            self.progress.finish()
        for widget in (self.test_button, self.query.search_button, self.nodes, self.remove_button):
            widget.setEnabled(running is None and self.nodes.count() > 0)
        self.to.show_busy(running is not None)
        if running is None and self.isVisible():  # the button that began it was grey and lost the keyboard
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_progress(self, fraction: float, message: str) -> None:
        """How far it is."""
        self.progress.show_progress(fraction, message)

    def show_outcome(self, words: str, remarks: Sequence[str]) -> None:
        """What became of a transfer; what was refused stays on the screen."""
        self.words.setText(words)
        self.remarks.setPlainText("\n".join(remarks))
        self.remarks.setVisible(bool(remarks))

    def close_form(self) -> None:
        """Back from the form to the search."""
        self._show_form(False)
        self.query.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_library(self, files: Sequence[Path]) -> None:
        """Show the fetched scans."""
        self._context.open_page(WindowRequest(page="library", paths=tuple(files)))

    def _connect(self) -> None:
        self.nodes.currentTextChanged.connect(self._node_chosen)
        self.test_button.clicked.connect(self.presenter.test)
        self.add_button.clicked.connect(lambda: self._edit(Node("")))
        self.edit_button.clicked.connect(lambda: self._edit(self.presenter.node or Node("")))
        self.remove_button.clicked.connect(self.presenter.remove_node)
        self.node_form.save_requested.connect(self.presenter.save_node)
        self.node_form.closed.connect(self.close_form)
        self.query.search_requested.connect(self.presenter.search)
        self.to.fetch_requested.connect(lambda to: self.presenter.fetch(self.chosen_rows(), to))
        self.to.send_requested.connect(
            lambda: choose_files(self, "Choose DICOM files to send", self.presenter.send, _FILES)
        )

    def chosen_rows(self) -> list[int]:
        """The rows that are chosen in the table."""
        return [index.row() for index in self.table.selectionModel().selectedRows()]

    def _node_chosen(self, name: str) -> None:
        self.presenter.choose_node(name)
        if self.presenter.node is not None:
            self.where.setText(self.presenter.node.words)

    def _edit(self, node: Node) -> None:
        self._show_form(True)
        self.node_form.edit(node)

    def _show_form(self, shown: bool) -> None:
        """The form takes the room of the question and the transfer, so that small screens hold it."""
        for_now: tuple[QWidget, ...] = (self.node_form,)
        others: tuple[QWidget, ...] = (self.query, self.to)
        # Hide first: with all of them at once the window would grow over the edge of a small screen.
        for widget in others if shown else for_now:
            widget.hide()
        for widget in for_now if shown else others:
            widget.show()

    def _lay_out(self) -> None:
        self.where.setProperty("role", "quiet")
        for label in (self.where, self.words):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setWordWrap(True)
        self.remarks.setReadOnly(True)
        self.remarks.setTabChangesFocus(True)
        self.remarks.setAccessibleName("What did not work")
        self.remarks.setFixedHeight(em(self, 1.2 * (_REMARK_ROWS + 1)))
        self.remarks.setVisible(False)
        self.node_form.setVisible(False)
        top = QHBoxLayout()
        top.addWidget(title("PACS"))
        top.addWidget(self.nodes)
        for button in (self.test_button, self.add_button, self.edit_button, self.remove_button):
            button.setAutoDefault(True)
            top.addWidget(button)
        top.addWidget(self.where, 1)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.node_form)
        column.addWidget(self.query)
        column.addWidget(self.table, 1)
        column.addWidget(self.words)
        column.addWidget(self.remarks)
        column.addWidget(self.progress)
        column.addWidget(self.to)


def _row(study: FoundStudy) -> tuple[str, ...]:
    date = f"{study.date[:4]}-{study.date[4:6]}-{study.date[6:8]}" if len(study.date) == 8 else study.date
    images = sum(len(series.instances) for series in study.series) or study.images
    number = "" if images is None else f"{images}"
    return (date, study.patient_id, study.patient_name.replace("^", " "), number, study.description)
