"""Dashed lines below what is drawn: other annotators' outlines, and those of a prior that are gone."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import cycle

from PySide6.QtCore import Qt

from app.annotation.annotation import Annotation
from app.annotation.region import Region
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.widgets.labels import plain

OTHERS = ("#00897b", "#8e24aa", "#ef6c00", "#3949ab", "#6d4c41", "#c2185b")
"""Colours of other annotators, in the order of their codes."""
GONE = "#b35900"
"""Of the outlines of a prior scan where nothing is drawn now."""


class Underlay:
    """`legend` says whose is which; it is placed by whoever shows it."""

    def __init__(self, canvas: ScanCanvas) -> None:
        self._canvas = canvas
        self._others: dict[str, tuple[Region, ...]] = {}
        self._gone: tuple[Region, ...] = ()
        self.legend = plain(wraps=False)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.hide()

    def show_others(self, others: Mapping[str, Annotation]) -> None:
        """Other annotators' outlines, each in a colour."""
        self._others = {name: each.regions for name, each in others.items()}
        self._show()

    def show_gone(self, regions: tuple[Region, ...]) -> None:
        """Outlines of the prior scan where nothing is drawn now."""
        if regions != self._gone:
            self._gone = regions
            self._show()

    def _show(self) -> None:
        colours = dict(zip(self._others, cycle(OTHERS), strict=False))
        below = [(region, colours[name]) for name, drawn in self._others.items() for region in drawn]
        self._canvas.set_underlay((*below, *((region, GONE) for region in self._gone)))
        said = [f'<span style="color:{colours[name]}">╍╍</span> {escape(name)}' for name in self._others]
        words = [f"Others: {'   '.join(said)}"] if said else []
        if self._gone:
            words.append(f'<span style="color:{GONE}">╍╍</span> gone since the prior')
        self.legend.setText("   ".join(words))
        self.legend.setVisible(bool(words))
