"""Where the AI speaks, once it may: probability with threshold, model, version and training data."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.gui.canvas.attention import LEAST
from app.gui.pages.reading.ai_bar import AiBar
from app.gui.pages.reading.seen_frame import SeenFrame
from app.gui.theme import em
from app.gui.widgets.labels import heading, muted, plain, title
from app.language import for_later, tr
from app.study.ai_doubts import unfamiliar
from app.study.ai_result import AiResult

NO_RESULT = for_later("No AI result for this case.")
AWAITED = for_later(
    "Your part is safe on this computer. The AI is shown as soon as the server has it on record …"
)
NO_MAP = for_later("This model shows no heat map.")
NOT_A_LESION = for_later("Colour: where the model looked, not where a lesion is.")
EMPTY_MAP = for_later("No colour: the model's map of this case is empty.")
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
        hint = plain(f"{toggle_key}  {tr('hide or show')}" if toggle_key else "", "quiet", wraps=False)
        top = QHBoxLayout()
        top.addWidget(heading(tr("AI")))
        top.addStretch()
        top.addWidget(hint)
        self.number = title()
        self.verdict = muted()
        self.bar = AiBar()
        self.text = plain(tr(NO_RESULT))
        self.doubts = plain()
        self.map_words = muted()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(tr("Opacity of the attention over the films"))
        self.percent = plain(wraps=False)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.opacity_settled)
        self.slider.valueChanged.connect(self._slid)
        self._lay_out(top, f"{tr('Overlay')}   {less_key}   {more_key}".rstrip())
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
        self.doubts.setText(_doubts_of(result) if result is not None else "")
        self.doubts.setVisible(bool(self.doubts.text()))
        self._overlay.setVisible(result is not None and bool(result.heatmaps))
        if result is None:
            self.number.clear()
            self.verdict.clear()
            self.bar.show_result(None)
            self.text.setText(tr(AWAITED if self._awaited else NO_RESULT))
            return
        self.number.setText(f"{result.probability:.2f}")
        said = (
            tr("probability of metastasis,\nat or above the threshold {value}")
            if result.probability >= result.threshold
            else tr("probability of metastasis,\nbelow the threshold {value}")
        )
        self.verdict.setText(said.format(value=f"{result.threshold:.2f}"))
        self.bar.show_result(result.probability, result.threshold)
        self.text.setText(
            tr("Model {title} · trained on {data}", title=result.model.title, data=result.model.training_data)
        )
        method = " " + tr("Method: {name}.", name=result.heatmap_method) if result.heatmap_method else ""
        drawn = any((heat > LEAST).any() for heat in result.heatmaps.values())
        words = tr(NOT_A_LESION if drawn else EMPTY_MAP) + method
        self.map_words.setText(words if result.heatmaps else tr(NO_MAP))

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


def _doubts_of(result: AiResult) -> str:
    """What speaks against relying on this answer, in the reader's language."""
    said = []
    if result.missing_view:
        said.append(
            tr("The {view} view was missing: the model saw one view only.", view=tr(result.missing_view))
        )
    if result.familiarity is not None and unfamiliar(result.familiarity):
        unlike = tr(
            "The scan is unlike those that the model knows (familiarity {value} of"
            " 100): its answer may mean nothing."
        )
        said.append(unlike.format(value=f"{result.familiarity:.1f}"))
    return " ".join(said)
