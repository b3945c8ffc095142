"""A training: what, on what, how long, where; its curves; stop, resume, and take the result."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.models.curves import Curves
from app.gui.pages.models.option_fields import OptionFields
from app.gui.pages.models.training import RECIPE_NAMES
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import muted, plain
from app.gui.widgets.path_fields import PathField, WantedPath
from app.gui.widgets.quiet_wheel import quiet_wheel
from app.wording import DEVICES
from app.workflows.training.process import RunState, TrainingWish

PUBLISHED, EPOCHS, MINUTES = "as published", "epochs", "minutes"
RANDOM, DOWNLOADED, FROM_FILE, FROM_RUN = (
    "random",
    "ImageNet, fetched once",
    "ImageNet, a file",
    "another run",
)


class TrainPart(QWidget):
    """`edited` after every change of the form."""

    edited = Signal()
    start_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    add_requested = Signal(str)

    def __init__(self, command: CommandLine) -> None:
        super().__init__()
        self.recipe, self.length, self.device = QComboBox(), QComboBox(), QComboBox()
        self.recipe.addItems(list(RECIPE_NAMES))
        self.length.addItems([PUBLISHED, EPOCHS, MINUTES])
        self.device.addItems(list(DEVICES))
        self.number = QSpinBox()
        self.number.setRange(1, 100_000)
        self.number.setValue(10)
        self.number.setEnabled(False)
        self.data = PathField("Cohort", WantedPath.FOLDER, "Folder with scans, truth.csv and labels")
        self.out = PathField("Run", WantedPath.NEW_FOLDER, "A new folder for the run, or one to resume")
        self.init = QComboBox()
        self.init.addItems([RANDOM, DOWNLOADED, FROM_FILE, FROM_RUN])
        self.init_file = PathField(
            "ImageNet's weights",
            WantedPath.FILE,
            "torchvision's .pth, or safetensors, also of Keras' VGG",
            "Weights (*.pth *.safetensors)",
        )
        self.init_run = PathField("Run to begin with", WantedPath.FOLDER, "Folder of a finished training")
        self.more = OptionFields()
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name of the model (default: the recipe's)")
        self.start = QPushButton("Start training")
        self.start.setProperty("primary", True)
        self.resume, self.stop = QPushButton("Resume"), QPushButton("Stop")
        self.add = QPushButton("Add to my models")
        self.words = plain()
        self.curves = Curves()
        for box in (self.recipe, self.length, self.device, self.init):
            quiet_wheel(box)
            box.currentIndexChanged.connect(lambda _: self._changed())
        quiet_wheel(self.number)
        self.number.valueChanged.connect(lambda _: self._changed())
        for field in (self.data, self.out, self.init_file, self.init_run, self.more):
            field.changed.connect(self._changed)
        self.start.clicked.connect(self.start_requested)
        self.resume.clicked.connect(self.resume_requested)
        self.stop.clicked.connect(self.stop_requested)
        self.add.clicked.connect(lambda: self.add_requested.emit(self.name.text()))
        self._lay_out(command)
        self._changed()
        self.show_run(RunState((), False, False), "", running=False)

    @property
    def wish(self) -> TrainingWish:
        """What the form says."""
        how = self.length.currentText()
        return TrainingWish(
            recipe=self.recipe.currentText(),
            data=self.data.path,
            out=self.out.path,
            epochs=self.number.value() if how == EPOCHS else None,
            minutes=float(self.number.value()) if how == MINUTES else None,
            device=self.device.currentText(),
            init=self._first_weights(),
            more=self.more.given,
        )

    def _first_weights(self) -> str:
        """As `--init` has it."""
        places = {
            DOWNLOADED: "imagenet:download",
            FROM_FILE: f"imagenet:{self.init_file.path}",
            FROM_RUN: f"run:{self.init_run.path}",
        }
        return places.get(self.init.currentText(), "")

    def show_run(self, state: RunState, words: str, *, running: bool) -> None:
        """The curve so far, and what can be done now."""
        self.words.setText(words)
        self.curves.show_rows(state.rows)
        for widget in self._form:
            widget.setEnabled(not running)
        self.more.set_enabled(not running)
        self.number.setEnabled(not running and self.length.currentText() != PUBLISHED)
        self.resume.setEnabled(not running and state.resumable)
        self.stop.setEnabled(running)
        self.add.setEnabled(not running and state.finished)
        self.name.setEnabled(not running and state.finished)

    @property
    def _form(self) -> tuple[QWidget, ...]:
        paths = (self.data, self.out, self.init_file, self.init_run)
        return (*paths, self.recipe, self.length, self.device, self.init, self.start)

    def _changed(self) -> None:
        self.init_file.setVisible(self.init.currentText() == FROM_FILE)
        self.init_run.setVisible(self.init.currentText() == FROM_RUN)
        self.number.setEnabled(self.length.currentText() != PUBLISHED)
        self.edited.emit()

    def _lay_out(self, command: CommandLine) -> None:
        form = QFormLayout()
        form.addRow("Recipe", self.recipe)
        form.addRow("Cohort", self.data)
        form.addRow("Run folder", self.out)
        length = QHBoxLayout()
        length.addWidget(self.length)
        length.addWidget(self.number)
        length.addStretch(1)
        length.addWidget(plain("Device", wraps=False))
        length.addWidget(self.device)
        form.addRow("Length", length)
        weights = QHBoxLayout()
        weights.addWidget(self.init)
        weights.addWidget(self.init_file, 1)
        weights.addWidget(self.init_run, 1)
        weights.addStretch(0)
        form.addRow("First weights", weights)
        form.addRow(self.more)
        buttons = QHBoxLayout()
        for button in (self.start, self.resume, self.stop):
            button.setAutoDefault(True)
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.name, 1)
        buttons.addWidget(self.add)
        page = QVBoxLayout(self)
        page.addLayout(form)
        page.addLayout(buttons)
        page.addWidget(self.words)
        page.addWidget(self.curves, 1)
        page.addWidget(
            muted(
                "The training is a program of its own: this window stays free, and closing it stops the "
                "training after its last finished epoch, from where it can be resumed."
            )
        )
        page.addWidget(command)
