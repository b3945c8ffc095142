"""The simulator page: sliders on the left, a simulated patient with the truth over it on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.actions import Fact
from app.gui.background import Running
from app.gui.canvas.looking_keys import bind_looking
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.file_dialogs import choose_folder
from app.gui.page import Page, PageContext
from app.gui.pages.simulator.controls import Controls
from app.gui.pages.simulator.presenter import SimulatorPresenter, SimulatorWishes
from app.gui.pages.simulator.truth_layer import TruthLayer, legend
from app.gui.theme import em
from app.gui.widgets.labels import muted, plain, title
from app.gui.widgets.scrolled import scrolled
from app.simulator.cohort import NOTICE
from app.window_request import WindowRequest
from app.workflows.simulator.preview import Preview

_REST_MS = 120
"""A slider that moves is followed when it rests so long."""


class SimulatorPage(Page):
    """Simulated patients to look at, and cohorts of them."""

    page_id = "simulator"
    title = "Simulator"

    def build(self, context: PageContext) -> None:
        self._context = context
        self.presenter = SimulatorPresenter(self, context.tasks)
        self.controls = Controls()
        self.truth_layer = TruthLayer()
        self.canvas = ScanCanvas(above=self.truth_layer)
        self.canvas.marks.set_read_only(True)
        self._started = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._moved: dict[str, float] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._left())
        row.addLayout(self._right(), 1)
        self._connect()
        bind_looking(context.actions, self.canvas)

    def opened(self, _request: WindowRequest) -> None:
        """The first time, a patient is simulated."""
        if not self._started:
            self._started = True
            self.canvas.blank("Simulating a patient…")
            self.presenter.start()
        self.controls.preset.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_page(self) -> None:
        """Stop making a cohort; what is finished stays."""
        self.presenter.stop()

    # what the presenter asks

    def show_wishes(self, wishes: SimulatorWishes) -> None:
        """Put the controls where the wishes are."""
        self.controls.show_wishes(wishes)
        self.ill.setChecked(wishes.ill)
        self.truth.setChecked(wishes.truth)

    def show_preview(self, preview: Preview, truth: bool) -> None:
        """Show the patient at levels that suit the scan."""
        self.canvas.show_scan(preview.scan)
        self.words.setText(preview.words)
        self._context.actions.state(Fact.SCAN, True)
        self.show_truth(preview, truth)

    def show_truth(self, preview: Preview, truth: bool) -> None:
        """Show or hide the true findings."""
        shown = preview.truth if truth else ()
        self.truth_layer.regions = shown
        self.canvas.update()
        self.legend.setText(legend(shown))

    def show_waiting(self, waiting: bool) -> None:
        """Say that another patient is on the way."""
        self._context.set_status("Simulating…" if waiting else "")

    def show_making(self, _title: str, running: Running | None) -> None:
        """Show how far the cohort is instead of the button, or the button again."""
        self.controls.make_button.setEnabled(running is None)
        self.stop_button.setEnabled(running is not None)
        self.progress.setVisible(running is not None)
        self.bar.setValue(0)
        self.message.setText("")

    def show_progress(self, fraction: float, message: str) -> None:
        """How far the cohort is."""
        self.bar.setValue(round(1000 * fraction))
        self.message.setText(message)

    def _left(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addWidget(title("Simulator"))
        column.addWidget(self.controls)
        column.addWidget(self._progress())
        column.addWidget(muted(NOTICE))
        scroll = scrolled(inside, upright=True)
        scroll.setFixedWidth(em(self, 22))
        return scroll

    def _progress(self) -> QWidget:
        self.progress = QWidget()
        self.bar, self.message, self.stop_button = QProgressBar(), plain(wraps=False), QPushButton("Stop")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.message.setWordWrap(True)
        column = QVBoxLayout(self.progress)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.bar, self.message, self.stop_button):
            column.addWidget(widget)
        self.progress.setVisible(False)
        return self.progress

    def _right(self) -> QVBoxLayout:
        self.previous_button, self.next_button = QPushButton("Previous patient"), QPushButton("Next patient")
        self.ill, self.truth = QCheckBox("With metastases"), QCheckBox("Show the truth")
        self.words = muted()
        self.legend = plain(wraps=False)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        top = QHBoxLayout()
        top.setContentsMargins(em(self, 0.5), em(self, 0.3), em(self, 0.5), em(self, 0.3))
        for widget in (self.previous_button, self.next_button):
            widget.setAutoDefault(True)
            top.addWidget(widget)
        top.addSpacing(em(self, 0.7))
        top.addWidget(self.ill)
        top.addWidget(self.truth)
        top.addStretch(1)
        column = QVBoxLayout()
        column.addLayout(top)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.legend)
        column.addWidget(self.words)
        return column

    def _connect(self) -> None:
        presenter, controls = self.presenter, self.controls
        controls.preset_chosen.connect(presenter.choose_preset)
        controls.scale_changed.connect(self._scale_moved)
        controls.seed_changed.connect(presenter.set_seed)
        controls.cohort_changed.connect(self._cohort_changed)
        controls.make_requested.connect(self._choose_folder)
        self._rest.timeout.connect(self._rested)
        self.previous_button.clicked.connect(lambda: presenter.step_patient(-1))
        self.next_button.clicked.connect(lambda: presenter.step_patient(1))
        self.ill.clicked.connect(presenter.set_ill)
        self.truth.clicked.connect(presenter.set_truth)
        self.stop_button.clicked.connect(self._stop)

    def _scale_moved(self, field: str, value: float) -> None:
        self._moved[field] = value
        self._rest.start()

    def _rested(self) -> None:
        moved, self._moved = self._moved, {}
        for field, value in moved.items():
            self.presenter.set_scale(field, value)

    def _cohort_changed(self) -> None:
        self.presenter.set_cohort(
            scans=self.controls.scans.value(), follow_up=self.controls.follow_up.isChecked()
        )

    def _choose_folder(self) -> None:
        self._rested()
        choose_folder(self, "Choose an empty folder for the cohort", self._make)

    def _make(self, folder: Path) -> None:
        self.presenter.make(folder)

    def _stop(self) -> None:
        self.presenter.stop()
        self.stop_button.setEnabled(False)
        self.message.setText("Stopping…")
