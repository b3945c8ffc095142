"""One scan from the library on the screen: films, levels, read-out, and which view is which."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.gui.action_binder import ActionBinder
from app.gui.canvas.level_bar import LevelBar
from app.gui.canvas.looking_keys import bind_looking
from app.gui.canvas.prepared import PreparedScan
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.theme import em
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.labels import plain
from app.gui.widgets.sides_question import SidesQuestion
from app.settings import Settings
from app.study.protocol import ScreenRules
from app.workflows.scans.scan_row import ScanRow


class Viewer(QWidget):
    """Looks at one scan without drawing on it.

    `back_requested`; `step_requested(int)`: another scan; `confirm_requested(bool as_shown)`;
    `compare_requested`: with an earlier scan of the patient.
    """

    back_requested = Signal()
    step_requested = Signal(int)
    confirm_requested = Signal(bool)
    compare_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = ScanCanvas()
        self.canvas.display.set_rules(ScreenRules(palettes=True))
        self.canvas.films.crop_to_body(True)
        self.canvas.marks.set_read_only(True)
        self.levels = LevelBar(self.canvas)
        self.levels.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # wraps when narrow
        self.back_button = QPushButton("Back to the list")
        self.previous_button = QPushButton("Previous")
        self.next_button = QPushButton("Next")
        self.title = ElidedLabel()
        self.title.setProperty("role", "subheading")
        self.readout = plain("", "quiet", wraps=False)
        self.readout.setMinimumWidth(em(self, 9))
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.compare_button = QPushButton("Compare with prior…")
        self.question = SidesQuestion()
        top = QHBoxLayout()
        top.setContentsMargins(em(self, 0.5), em(self, 0.3), em(self, 0.5), em(self, 0.3))
        top.setSpacing(em(self, 0.4))
        self.compare_button.setAutoDefault(True)
        for button in (self.back_button, self.previous_button, self.next_button):
            button.setAutoDefault(True)
            top.addWidget(button)
        top.addSpacing(em(self, 0.7))
        top.addWidget(self.title, 1)
        top.addWidget(self.readout)
        top.addWidget(self.compare_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.question)
        column.addWidget(self.canvas, 1)
        below = QHBoxLayout()
        below.setContentsMargins(em(self, 0.5), em(self, 0.2), em(self, 0.5), em(self, 0.2))
        below.addWidget(self.levels)
        column.addLayout(below)
        self.back_button.clicked.connect(self.back_requested)
        self.previous_button.clicked.connect(lambda: self.step_requested.emit(-1))
        self.next_button.clicked.connect(lambda: self.step_requested.emit(1))
        self.compare_button.clicked.connect(self.compare_requested)
        self.question.answered.connect(self.confirm_requested)
        self.canvas.input.cursor_moved.connect(self.readout.setText)

    def show_scan(self, prepared: PreparedScan, row: ScanRow, settings: Settings) -> None:
        """Show a scan with the display that the settings ask for."""
        self.canvas.show_scan(prepared)
        self.canvas.films.set_smooth(settings.smooth_pixels)
        self.canvas.display.set_curve(settings.curve)
        if settings.levels == "full":
            most = max(float(view.counts.max()) for view in prepared.scan.views)
            self.canvas.display.set_levels(0.0, max(most, 1.0))
        self.title.setText(f"{row.code}   {facts(prepared)}")
        self.readout.clear()
        self.question.ask(prepared.scan)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_scan(self) -> None:
        """Let go of the scan."""
        self.canvas.blank()

    def bind(self, actions: ActionBinder) -> None:
        """Let the keys of the images work here."""
        bind_looking(actions, self.canvas)
        actions.bind("back_to_list", self.back_requested.emit)
        actions.bind("compare_prior", self.compare_requested.emit)
        actions.bind("next_scan", partial(self.step_requested.emit, 1))
        actions.bind("previous_scan", partial(self.step_requested.emit, -1))


def facts(prepared: PreparedScan) -> str:
    """Size, spacing and kind of a scan in one line."""
    scan = prepared.scan
    first = scan.views[0]
    parts = [f"{first.counts.shape[1]} × {first.counts.shape[0]}"]
    if first.spacing_mm:
        parts.append(f"{first.spacing_mm[0]:.2f} mm")
    words = (scan.acquisition.manufacturer, scan.acquisition.model, scan.acquisition.radiopharmaceutical)
    parts += [word for word in words if word]
    return " · ".join(parts)
