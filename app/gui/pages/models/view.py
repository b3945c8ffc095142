"""The page of the models: their cards, what they say of a folder, and training new ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QTabWidget, QVBoxLayout

from app.gui.actions import Fact
from app.gui.background import Running
from app.gui.canvas.looking_keys import bind_looking
from app.gui.file_dialogs import choose_folder
from app.gui.page import Page, PageContext
from app.gui.pages.models.models_part import ModelsPart
from app.gui.pages.models.presenter import ModelPresenter
from app.gui.pages.models.score_part import ScorePart
from app.gui.pages.models.train_part import TrainPart
from app.gui.pages.models.training import TrainingPresenter
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.scrolled import scrolled
from app.learning.weights import InstalledModel
from app.window_request import WindowRequest
from app.workflows.models.score import LookedAt
from app.workflows.training.process import RunState

_LOOK_MS = 1000
SCORES_FILE = "predictions.csv"


class ModelPage(Page):
    """Draws what the presenters decide and hands on what a person asks for."""

    page_id = "model"
    title = "Models"

    def build(self, context: PageContext) -> None:
        """Make the widgets."""
        self._context = context
        self.command = CommandLine(context.set_status)
        self.models, self.scores, self.train = ModelsPart(), ScorePart(), TrainPart(self.command)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.models, "Models")
        self.tabs.addTab(self.scores, "Score scans")
        self.tabs.addTab(scrolled(self.train), "Train")
        column = QVBoxLayout(self)
        column.addWidget(self.tabs)
        self.presenter = ModelPresenter(self, context.tasks)
        self.training = TrainingPresenter(self, context.tasks)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self.training.look)
        self._connect()
        self._bind()

    def opened(self, _request: WindowRequest) -> None:
        """Look which models there are now."""
        self.presenter.refresh()
        self.training.edit(self.train.wish)
        self._look.start()
        self.tabs.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """A training goes on; nobody looks at it."""
        if not self.training.running:
            self._look.stop()

    def close_page(self) -> None:
        """A training is stopped; it can be resumed."""
        self._look.stop()
        self.training.close()

    # what the presenters ask

    def show_models(self, models: Sequence[InstalledModel], chosen: int) -> None:
        """The models."""
        self.models.show_models(models, chosen)

    def show_card(self, text: str, state: str) -> None:
        """The card of the chosen one."""
        self.models.show_card(text, state)

    def show_scoring(self, title: str, running: Running | None) -> None:
        """A folder is being scored, or not any more."""
        self.scores.show_scoring(title, running)

    def show_score_progress(self, fraction: float, message: str) -> None:
        """How far it is."""
        self.scores.progress.show_progress(fraction, message)

    def show_scores(self, words: str, rows: Sequence[Sequence[str]]) -> None:
        """The table of probabilities."""
        self.scores.show_scores(words, rows)
        self._context.actions.state(Fact.SCAN, False)

    def show_scan(self, looked: LookedAt) -> None:
        """A scan with the model's attention."""
        self.scores.show_scan(looked)
        self._context.actions.state(Fact.SCAN, True)

    def show_run(self, state: RunState, words: str, *, running: bool) -> None:
        """The curve of the run."""
        self.train.show_run(state, words, running=running)

    def show_command(self, text: str) -> None:
        """The training as a command."""
        self.command.show_command(text)

    def models_changed(self) -> None:
        """A model was added."""
        self.presenter.refresh()

    def _connect(self) -> None:
        presenter, training = self.presenter, self.training
        self.models.chosen.connect(presenter.choose)
        self.models.verify_requested.connect(presenter.verify)
        self.models.default_requested.connect(presenter.make_default)
        self.models.remove_requested.connect(presenter.remove)
        self.scores.folder_requested.connect(
            lambda: choose_folder(self, "Choose a folder of scans", presenter.score)
        )
        self.scores.export_requested.connect(self._choose_file)
        self.scores.look_requested.connect(presenter.look)
        self.train.edited.connect(lambda: training.edit(self.train.wish))
        self.train.start_requested.connect(training.start)
        self.train.resume_requested.connect(lambda: training.start(resume=True))
        self.train.stop_requested.connect(training.stop)
        self.train.add_requested.connect(training.add)

    def _bind(self) -> None:
        self._context.actions.bind("refresh", self.presenter.refresh)
        bind_looking(self._context.actions, self.scores.canvas)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Export the probabilities", str(Path.home() / SCORES_FILE), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.presenter.export(Path(name)))
        dialog.open()
