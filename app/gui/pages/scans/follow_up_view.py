"""Two scans of a patient side by side under one zoom and one pair of levels, and what has changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.action_binder import ActionBinder
from app.gui.canvas.level_bar import LevelBar
from app.gui.canvas.looking_keys import bind_looking
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.canvas.viewpoint import Viewpoint
from app.gui.pages.scans.follow_up_presenter import MOST_Z, Comparison
from app.gui.pages.scans.index_changes import IndexChanges
from app.gui.pages.scans.lesion_changes import COLOURS, outlines, prior_outlines
from app.gui.theme import em
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.labels import muted, plain
from app.scan.class_words import untelling_one
from app.scan.palettes import DIFFERENCE
from app.settings import Settings
from app.study.answer import DisplayState
from app.study.protocol import ScreenRules
from app.wording import counted

if TYPE_CHECKING:
    from app.quantification.followup import ViewChange

LEGEND = "Blue: less than before. Red: more. The ends are z = −10 and +10; noise alone seldom passes ±3."


class FollowUpView(QWidget):
    """The prior scan, laid on the current one and scaled, at the left; the current one at the right.

    `back_requested`: to the current scan alone. `lesions_requested`: compare the lesions too, those drawn in
    a folder (True) or those that the model finds (False).
    """

    back_requested = Signal()
    lesions_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prior, self.current, self.difference = (ScanCanvas() for _ in range(3))
        self._leading = False
        self._comparison: Comparison | None = None
        for canvas in self._canvases:
            canvas.display.set_rules(ScreenRules(palettes=True, dual_intensity=False))
            canvas.marks.set_read_only(True)
            canvas.set_class_colours(COLOURS)
        self.levels = LevelBar(self.current)
        self.levels.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.back_button = QPushButton("Back to the scan")
        self.difference_button = QPushButton("Show what has changed")
        self.difference_button.setCheckable(True)
        self.lesions_button = QPushButton("Compare lesions")
        menu = QMenu(self.lesions_button)
        self.drawn_action = menu.addAction("Drawn, in a folder…")
        self.found_action = menu.addAction("Found by a model")
        self.lesions_button.setMenu(menu)
        self.changes = IndexChanges()
        self.title = ElidedLabel()
        self.title.setProperty("role", "subheading")
        self.readout = plain("", "quiet", wraps=False)
        self.readout.setMinimumWidth(em(self, 9))
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.left_name, self.right_name = plain(wraps=False), plain(wraps=False)
        self.notes = muted()
        self._left = QStackedWidget()
        self._left.addWidget(self.prior)
        self._left.addWidget(self.difference)
        self._arrange()
        self.back_button.clicked.connect(self.back_requested)
        self.difference_button.toggled.connect(self._show_left)
        self.changes.lesions.chosen.connect(self._look_at_lesion)
        self.drawn_action.triggered.connect(lambda: self.lesions_requested.emit(True))
        self.found_action.triggered.connect(lambda: self.lesions_requested.emit(False))
        for canvas in self._canvases:
            canvas.films.display_changed.connect(lambda _, leader=canvas: self._follow(leader))
            canvas.input.cursor_moved.connect(lambda text, at=canvas: self._read(at, text))

    @property
    def shown(self) -> Comparison | None:
        """What stands on the screen."""
        return self._comparison

    @property
    def _canvases(self) -> tuple[ScanCanvas, ...]:
        return self.prior, self.current, self.difference

    def show_comparison(self, comparison: Comparison, settings: Settings) -> None:
        """Show two scans that were laid on each other; the same two once more stay as they stand."""
        found, before = comparison.found, self._comparison
        again = before is not None and before.found.current is found.current
        stood = (self.current.films.display_state(), self.current.films.viewpoint) if again else None
        self._comparison = comparison
        self._leading = True
        self.current.show_scan(comparison.current)
        levels = comparison.current.levels
        self.prior.show_scan(comparison.prior, DisplayState(levels.lower, levels.upper))
        self.difference.show_scan(
            comparison.difference, DisplayState(0.0, 2 * MOST_Z, palette=DIFFERENCE, inverted=False)
        )
        for canvas, drawn in (
            (self.prior, prior_outlines(found)),
            (self.current, outlines(found)),
            (self.difference, outlines(found)),
        ):
            canvas.marks.put(drawn)
        for canvas in self._canvases:
            canvas.films.set_smooth(settings.smooth_pixels)
            canvas.films.fit()
        if stood is not None:
            _restore(self.current, *stood)
        when = "" if found.days is None else f", {counted(found.days, 'day')} before"
        prior, current = untelling_one(found.prior.case), untelling_one(found.current.case)
        self.left_name.setProperty("prior", f"Prior: {prior}{when}")
        self.right_name.setText(f"Current: {current}")
        self.title.setText(f"{current} compared with {prior}")
        self.notes.setText("  ·  ".join((*map(_changed, found.views), *found.validity)))
        self.changes.show_changes(found)
        self.readout.clear()
        if not again:
            self.difference_button.setChecked(False)
        self._leading = False
        self._show_left(self.difference_button.isChecked())
        self.current.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_comparison(self) -> None:
        """Let go of the scans."""
        self._comparison = None
        for canvas in self._canvases:
            canvas.blank()

    def bind(self, actions: ActionBinder) -> None:
        """Let the keys of the images work here."""
        bind_looking(actions, self.current)
        actions.bind("dual_intensity", partial(self.readout.setText, "No dual intensity side by side"))
        actions.bind("magnifier", self._toggle_magnifier)
        actions.bind("smooth_pixels", self._toggle_smooth)
        actions.bind_hold("hide_marks", self._hide_marks)
        actions.bind("show_difference", self.difference_button.toggle)
        actions.bind("back_to_list", self.back_requested.emit)

    def _toggle_magnifier(self) -> None:
        for canvas in self._canvases:
            canvas.toggle_magnifier()

    def _toggle_smooth(self) -> None:
        for canvas in self._canvases:
            canvas.films.toggle_smooth()

    def _hide_marks(self, hidden: bool) -> None:
        for canvas in self._canvases:
            canvas.hide_marks(hidden)

    def _show_left(self, difference: bool) -> None:
        self._left.setCurrentWidget(self.difference if difference else self.prior)
        prior = str(self.left_name.property("prior") or "")
        self.left_name.setText(LEGEND if difference else f"{prior}, laid on the current scan and scaled")
        self.difference_button.setText("Show the prior scan" if difference else "Show what has changed")
        self._follow(self.current)

    def _follow(self, leader: ScanCanvas) -> None:
        """Let the others look at the same place; prior and current share their levels and colours too."""
        if self._leading or self._comparison is None:
            return
        self._leading = True
        shown = leader.films.display_state()
        view = leader.films.viewpoint
        for other in self._canvases:
            if other is leader:
                continue
            if view.fitted:
                other.films.fit()
            else:
                other.films.zoom_by(view.zoom / other.films.viewpoint.zoom)
                other.films.look_at(view.across, view.down)
            if self.difference not in (leader, other):
                other.display.set_levels(shown.lower_level, shown.upper_level)
                other.display.set_curve(shown.curve)
                other.display.set_palette(shown.palette)
                other.display.set_inverted(shown.inverted)
        self._leading = False

    def _look_at_lesion(self, number: int) -> None:
        """Select a lesion on the films and bring it into the middle where not all of them is seen."""
        shown = self._comparison.found.lesions if self._comparison is not None else ()
        region = next((each.drawn[0] for each in shown if each.lesion == number), None)
        if region is not None:
            for canvas in (self.current, self.difference):
                canvas.marks.select(region.uuid)
            self.current.films.look_at_region(region)

    def _read(self, canvas: ScanCanvas, text: str) -> None:
        """Counts under the mouse; on the difference map z."""
        if canvas is self.difference and text and self._comparison is not None:
            place = canvas.films.to_image(canvas.mapFromGlobal(QCursor.pos()))
            text = ""
            for view in self._comparison.found.views:
                if place is not None and view.name is place[0]:
                    row, column = int(place[2]), int(place[1])
                    if 0 <= row < view.z.shape[0] and 0 <= column < view.z.shape[1]:
                        text = f"z {view.z[row, column]:+.1f}"
        self.readout.setText(text)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(em(self, 0.5), em(self, 0.3), em(self, 0.5), em(self, 0.3))
        top.setSpacing(em(self, 0.4))
        for button in (self.back_button, self.difference_button, self.lesions_button):
            button.setAutoDefault(True)
            top.addWidget(button)
        top.addSpacing(em(self, 0.7))
        top.addWidget(self.title, 1)
        top.addWidget(self.readout)
        films = QGridLayout()  # the films stand on one level, however many lines their names take
        films.setSpacing(em(self, 0.3))
        films.setRowStretch(1, 1)
        for column, (name, film) in enumerate(
            ((self.left_name, self._left), (self.right_name, self.current))
        ):
            name.setAlignment(Qt.AlignmentFlag.AlignCenter)
            name.setWordWrap(True)  # the legend is longer than a film is wide
            name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            films.addWidget(name, 0, column)
            films.addWidget(film, 1, column)
            films.setColumnStretch(column, 1)
        films.addWidget(self.changes, 0, 2, 2, 1)
        below = QVBoxLayout()
        below.setContentsMargins(em(self, 0.5), em(self, 0.2), em(self, 0.5), em(self, 0.2))
        below.addWidget(self.notes)
        below.addWidget(self.levels)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addLayout(films, 1)
        whole.addLayout(below)


def _restore(canvas: ScanCanvas, stood: DisplayState, place: Viewpoint) -> None:
    """Let a canvas look as it did, at the same place."""
    canvas.display.set_levels(stood.lower_level, stood.upper_level)
    canvas.display.set_curve(stood.curve)
    canvas.display.set_palette(stood.palette)
    canvas.display.set_inverted(stood.inverted)
    if not place.fitted:
        canvas.films.zoom_by(place.zoom / canvas.films.viewpoint.zoom)
        canvas.films.look_at(place.across, place.down)


def _changed(view: ViewChange) -> str:
    """One view in a few words."""
    risen, fallen = view.area_cm2(risen=True), view.area_cm2(risen=False)
    if risen is None or fallen is None:
        return f"{view.name.value}: prior × {view.reference.scale:.2f} by {view.reference.bone}"
    return (
        f"{view.name.value}: plainly more on {risen:.0f} cm², less on {fallen:.0f} cm², "
        f"prior × {view.reference.scale:.2f} by {view.reference.bone}"
    )
