"""The patient's earlier scan beside the films that are drawn on, laid on them, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.annotation.annotation import Annotation
from app.annotation.region import Region
from app.annotation.since_prior import Changes, PriorLesions, Since
from app.gui.canvas.prepared import PreparedScan
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.widgets.elided_label import ElidedLabel
from app.study.protocol import ScreenRules
from app.workflows.annotation.prior import PriorScan

_NOTHING = Changes({}, frozenset())
_IN_LIST = {Since.NEW: "new", Since.GROWN: "grown", Since.THERE: "before"}
_REMARKS = {Since.NEW: "new", Since.GROWN: "grown", Since.THERE: ""}


class PriorFilms(QWidget):
    """Follows `leading`, and is followed; `proposals_wanted()`: its lesions are to be proposed there."""

    proposals_wanted = Signal()

    def __init__(self, leading: ScanCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leading = leading
        self._following = False
        self._lesions: PriorLesions | None = None
        self.prior: PriorScan | None = None
        self.changes = _NOTHING
        self.canvas = ScanCanvas()
        self.canvas.setAccessibleName("Images of the prior scan")
        self.canvas.films.crop_to_body(True)
        self.canvas.display.set_rules(ScreenRules(palettes=True, dual_intensity=False))
        self.canvas.marks.set_read_only(True)
        self.title = ElidedLabel()
        self.title.setProperty("role", "quiet")
        self.propose_button = QPushButton("Propose")
        self.propose_button.setToolTip("Propose the lesions of the prior where they lie on this scan")
        self.propose_button.clicked.connect(self.proposals_wanted)
        row = QHBoxLayout()
        row.setContentsMargins(6, 2, 6, 2)
        row.addWidget(self.title, 1)
        row.addWidget(self.propose_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        for leader, other in ((leading, self.canvas), (self.canvas, leading)):
            leader.films.display_changed.connect(lambda _, one=leader, two=other: self._follow(one, two))
        self.hide()

    def show_prior(self, prior: PriorScan | None, prepared: PreparedScan | None) -> None:
        """Show an earlier scan, or none."""
        self.prior, self._lesions, self.changes = prior, None, _NOTHING
        if prior is None or prepared is None:
            self.canvas.blank()
        else:
            self._lesions = PriorLesions(prior.regions, self._leading.marks.sizes)
            self.canvas.show_scan(prepared)
            self.canvas.marks.put(prior.regions)
            self.propose_button.setEnabled(bool(prior.regions))
        self.setVisible(prior is not None)
        self._follow(self._leading, self.canvas)

    def follow(self, annotation: Annotation) -> None:
        """See what has changed, as it is drawn now."""
        prior, lesions = self.prior, self._lesions
        if prior is None or lesions is None:
            return
        self.changes = lesions.changes(annotation)
        said = self.changes.said or "no lesion"
        self.title.setText(f"Prior {prior.date}: {said}" + ("" if prior.regions else "; nothing drawn on it"))
        self.canvas.layer.set_remarks(dict.fromkeys(self.changes.gone, "gone"))
        self.canvas.update()

    def remarks(self) -> Mapping[str, str]:
        """What stands beside the numbers of the lesions that are drawn now."""
        return {lesion: _REMARKS[since] for lesion, since in self.changes.since.items()}

    def words(self) -> Mapping[str, str] | None:
        """What stands in the list, None where no prior is shown."""
        if self.prior is None:
            return None
        return {lesion: _IN_LIST[since] for lesion, since in self.changes.since.items()}

    def gone(self) -> tuple[Region, ...]:
        """The outlines of before where nothing is drawn now."""
        drawn = self.prior.regions if self.prior is not None else ()
        return tuple(region for region in drawn if region.lesion in self.changes.gone)

    def _follow(self, leader: ScanCanvas, other: ScanCanvas) -> None:
        """Let the other look at the same place, with the same colours; each keeps its levels."""
        if self._following or self.prior is None or leader.scan is None or other.scan is None:
            return
        self._following = True
        shown, view = leader.films.display_state(), leader.films.viewpoint
        if view.fitted:
            other.films.fill() if view.filling else other.films.fit()
        else:
            other.films.zoom_by(view.zoom / other.films.viewpoint.zoom)
            other.films.look_at(view.across, view.down)
        other.display.set_curve(shown.curve)
        other.display.set_palette(shown.palette)
        other.display.set_inverted(shown.inverted)
        self._following = False
