"""The desk on the screen: the images with their levels on the left, the answer on the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.annotation.region import Region
from app.gui.canvas.attention import AttentionMaps
from app.gui.canvas.level_bar import LevelBar
from app.gui.canvas.marks import HALF_DRAWN
from app.gui.canvas.prepared import PreparedScan
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.canvas.side_by_side import PriorPlace
from app.gui.pages.reading.answer_panel import AnswerPanel
from app.gui.pages.reading.curtain import Desk
from app.gui.pages.reading.load_ahead import ReadyCase
from app.gui.pages.reading.series_part import SeriesPart
from app.gui.theme import em
from app.gui.widgets.labels import plain
from app.language import tr
from app.study.ai_result import AiResult
from app.study.answer import DisplayState
from app.study.asides import PRIOR
from app.study.clock import Clock
from app.study.protocol import Protocol, Requirement

_ANSWER_SHARE = 0.295
"""Of the width; the images keep at least 70 %."""
_ANSWER_MOST = 0.45
"""With large text on a small screen: nothing is cut off, and the films are no wider than their height lets
them be anyway."""
_ANSWER_WIDEST = 27
"""In line heights: a wider answer would only move the eye further from the images."""
_SETTLE_MS = 300
_ADVICE_MS = 4000


class DeskWidget(QWidget):
    """Canvas, level bar and answer panel of one session; `display_settled` ends a gesture on the images."""

    display_settled = Signal()

    def __init__(
        self, protocol: Protocol, key_of: Callable[[str], str], clock: Clock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._maps: tuple[AiResult, AttentionMaps] | None = None
        self._prior: PreparedScan | None = None
        self._fit_patient = protocol.screen.fit_patient
        self._marks_asked = protocol.answer.marks is not Requirement.OFF
        self.canvas = ScanCanvas()
        self.canvas.display.set_rules(protocol.screen)
        if protocol.screen.dual_intensity:
            self.canvas.display.set_dual_intensity(True)
        self.canvas.films.crop_to_body(protocol.screen.fit_patient)
        self.levels = LevelBar(self.canvas)
        self.readout = plain(" ", "quiet", wraps=False)
        self.readout.setIndent(em(self, 0.5))
        self.series = SeriesPart(self.canvas, key_of("next_series"))
        self.panel = AnswerPanel(protocol, key_of, clock)
        films = QVBoxLayout()
        films.setSpacing(0)
        films.addWidget(self.series, stretch=1)
        films.addWidget(self.readout)
        films.addWidget(self.levels)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(films, stretch=1)
        row.addWidget(self.panel)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.display_settled)
        self._advice = QTimer(self, singleShot=True, interval=_ADVICE_MS)
        self._advice.timeout.connect(lambda: self._read_out(""))
        self._connect()

    def show_case(self, case: ReadyCase, display: DisplayState | None, marks: tuple[Region, ...]) -> None:
        """Show the images with these marks; input is enabled with their first frame."""
        self._prior = case.prior
        self.series.put(case.loaded.series)
        self.panel.show_clinical(case.loaded.clinical_information, case.loaded.fields)
        self.canvas.films.crop_to_body(self._fit_patient if display is None else display.cropped)
        self.canvas.show_scan(case.prepared, display)
        if marks:
            self.canvas.marks.put(marks)
        self.canvas.marks.set_tool("select")

    def blank(self, text: str = "") -> None:
        """Take the images away; the next frame, of the next case or of `text`, is painted without them."""
        self._settle.stop()
        self._maps = self._prior = None
        self.series.clear()
        self.canvas.blank(text)
        self._read_out("")

    def show_desk(self, desk: Desk) -> None:
        """Show what can be done now."""
        self.panel.show_desk(desk)
        self._show_attention(desk)
        self._show_prior(desk)
        self.series.show_series(desk.series)
        self.levels.setEnabled(not desk.series)  # they are those of the films, which are not seen then
        self.series.tabs.setEnabled(desk.can_decline)
        self.canvas.input.set_enabled((desk.answering and not desk.coming) or bool(desk.feedback))
        # a pause covers the images and keeps what is half drawn on them
        self.canvas.marks.set_read_only(not ((desk.answering or desk.paused) and self._marks_asked))

    def _show_attention(self, desk: Desk) -> None:
        """The AI's maps stand on the films only while the AI itself is shown."""
        result = desk.ai if desk.ai_visible else None
        if result is None or not result.heatmaps or self.canvas.scan is None:
            self.canvas.films.show_attention(None)
            return
        if self._maps is None or self._maps[0] is not result:
            self._maps = (result, AttentionMaps(result.heatmaps, result.heatmap_method))
        self.canvas.films.show_attention(self._maps[1], desk.ai_opacity)

    def _show_prior(self, desk: Desk) -> None:
        """Of a case that is corrected, what was there from its start."""
        place = PriorPlace.IN_PLACE if desk.prior_in_place else PriorPlace.BESIDE
        shown = PRIOR in desk.beside or desk.amending
        prior = desk.later_prior or self._prior
        self.canvas.films.show_prior(prior, place if shown else PriorPlace.HIDDEN)
        self.panel.beside.show_desk(desk, prior is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        usual = min(round(self.width() * _ANSWER_SHARE), em(self, _ANSWER_WIDEST))
        needed = min(self.panel.least_width, round(self.width() * _ANSWER_MOST))
        self.panel.setFixedWidth(max(usual, needed))

    def _connect(self) -> None:
        canvas, lesions = self.canvas, self.panel.lesions
        canvas.input.cursor_moved.connect(self._show_cursor)
        canvas.refused.connect(self.advise)
        canvas.films.display_changed.connect(lambda _state: self._settle.start())
        canvas.marks.tool_changed.connect(lesions.show_tool)
        canvas.marks.selection_changed.connect(lesions.show_selected)
        lesions.tool_chosen.connect(canvas.marks.set_tool)
        lesions.tool_chosen.connect(
            lambda _tool: lesions.show_tool(canvas.marks.tool.id)
        )  # it may have been refused
        lesions.tool_chosen.connect(lambda _tool: canvas.setFocus(Qt.FocusReason.OtherFocusReason))
        lesions.list.selected.connect(canvas.marks.select)
        lesions.list.changed.connect(self._change_mark)
        self.panel.left.connect(self.series.take_keyboard)
        lesions.show_tool("select")

    def _show_cursor(self, text: str) -> None:
        if not self._advice.isActive():
            self._read_out(text)

    def _read_out(self, text: str) -> None:
        if self.readout.text() != (text or " "):  # setting the same again would lay out the window anew
            self.readout.setText(text or " ")

    def whole(self) -> bool:
        """Whether no outline is half drawn; where one is, that is said: an answer would go without it."""
        if self.canvas.marks.drawing:
            self.advise(tr(HALF_DRAWN))
        return not self.canvas.marks.drawing

    def advise(self, text: str) -> None:
        """Say why something was not done, below the images: a banner would make them jump."""
        self.readout.setText(text)
        self._advice.start()

    def _change_mark(self, uuid: str, field: str, value: object) -> None:
        self.canvas.marks.change(uuid, **{field: value})
