"""Where the AI speaks, once it may: probability with threshold, model, version and training data."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.gui.canvas.attention import LEAST
from app.gui.pages.reading.ai_bar import AiBar
from app.gui.pages.reading.seen_frame import SeenFrame
from app.gui.theme import em
from app.gui.widgets.labels import heading, muted, plain, title
from app.study.ai_doubts import sentences
from app.study.ai_result import AiResult

NO_RESULT = "No AI result for this case."
AWAITED = "Your part is safe on this computer. The AI is shown as soon as the server has it on record …"
NO_MAP = "This model shows no heat map."
NOT_A_LESION = "Colour: where the model looked, not where a lesion is."
EMPTY_MAP = "No colour: the model's map of this case is empty."
_SETTLE_MS = 300


class AiPanel(SeenFrame):
    """Shows one result at a time; it holds nothing of it before it may be shown.

    `opacity_changed` follows the slider, `opacity_settled` comes when it rests.
    """

    opacity_changed = Signal(float)
    opacity_settled = Signal()

    def __init__(
        self, toggle_key: str, less_key: str = "", more_key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._awaited = False
        self._result: AiResult | None = None
        hint = plain(f"{toggle_key}  hide or show" if toggle_key else "", "quiet", wraps=False)
        top = QHBoxLayout()
        top.addWidget(heading("AI"))
        top.addStretch()
        top.addWidget(hint)
        self.number = title()
        self.verdict = muted()
        self.bar = AiBar()
        self.text = plain(NO_RESULT)
        self.doubts = plain()
        self.map_words = muted()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName("Opacity of the attention over the films")
        self.percent = plain(wraps=False)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.opacity_settled)
        self.slider.valueChanged.connect(self._slid)
        self._lay_out(top, f"Overlay   {less_key}   {more_key}".rstrip())
        self._say(None)
        self.hide()

    def show_result(self, result: AiResult | None, opacity: float = 0.0) -> None:
        """What the AI says of this case; without a result it says so."""
        if result is not self._result:
            self._result = result
            self._say(result)
        self.show_opacity(opacity)

    def show_opacity(self, opacity: float) -> None:
        """How dense the overlay is, 0-1; the slider follows without saying so."""
        percent = round(100 * opacity)
        if percent != self.slider.value():
            self.slider.blockSignals(True)
            self.slider.setValue(percent)
            self.slider.blockSignals(False)
        self.percent.setText(f"{percent} %")

    def show_place(self, place: bool, visible: bool, *, awaited: bool = False) -> None:
        """Give the AI its place or none; `visible` False hides what it says and keeps the place.

        While it is `awaited` from the server, its place says so.
        """
        if place and (self.isHidden() or self._awaited) and not awaited:
            self.await_paint()
            self.update()
        if awaited is not self._awaited:
            self._awaited = awaited
            self._say(self._result)
        self._contents.setVisible(visible)
        self.setVisible(place)

    def _say(self, result: AiResult | None) -> None:
        there = result is not None
        for widget in (self.number, self.verdict, self.bar, self.map_words):
            widget.setVisible(there)
        self.doubts.setText(sentences(result.doubts) if result is not None else "")
        self.doubts.setVisible(bool(self.doubts.text()))
        self._overlay.setVisible(result is not None and bool(result.heatmaps))
        if result is None:
            self.number.clear()
            self.verdict.clear()
            self.bar.show_result(None)
            self.text.setText(AWAITED if self._awaited else NO_RESULT)
            return
        self.number.setText(f"{result.probability:.2f}")
        side = "at or above" if result.probability >= result.threshold else "below"
        self.verdict.setText(f"probability of metastasis,\n{side} the threshold {result.threshold:.2f}")
        self.bar.show_result(result.probability, result.threshold)
        self.text.setText(f"Model {result.model.title} · trained on {result.model.training_data}")
        method = f" Method: {result.heatmap_method}." if result.heatmap_method else ""
        drawn = any((heat > LEAST).any() for heat in result.heatmaps.values())
        self.map_words.setText((NOT_A_LESION if drawn else EMPTY_MAP) + method if result.heatmaps else NO_MAP)

    def _slid(self, percent: int) -> None:
        self.percent.setText(f"{percent} %")
        self.opacity_changed.emit(percent / 100)
        self._settle.start()

    def _lay_out(self, top: QHBoxLayout, slider_words: str) -> None:
        self._contents = QWidget()
        inside = QVBoxLayout(self._contents)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(em(self, 0.3))
        figures = QHBoxLayout()
        figures.addWidget(self.number)
        figures.addWidget(self.verdict, 1)
        inside.addLayout(figures)
        inside.addWidget(self.bar)
        inside.addWidget(self.text)
        inside.addWidget(self.doubts)
        self._overlay = QWidget()
        row = QHBoxLayout(self._overlay)
        row.setContentsMargins(0, 0, 0, 0)
        words = plain(slider_words, wraps=False)
        words.setBuddy(self.slider)
        row.addWidget(words)
        row.addWidget(self.slider, 1)
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("100 %"))
        row.addWidget(self.percent)
        inside.addWidget(self._overlay)
        inside.addWidget(self.map_words)
        column = QVBoxLayout(self)
        column.setSpacing(em(self, 0.3))
        column.addLayout(top)
        column.addWidget(self._contents)
