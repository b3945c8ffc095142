"""How films look: levels, curve, palette, inversion, dual intensity, within the protocol's rules."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.gui.canvas.prepared import PreparedScan
from app.language import tr
from app.scan.palettes import GREY, PALETTES
from app.scan.window import CURVES, Levels, gamma_of
from app.study.answer import DisplayState
from app.study.protocol import ScreenRules

LEVEL_STEP = 1.05
_FARTHEST = 1e9


class Display(QObject):
    """The display of one scan; `state` is all of it but the zoom, which belongs to the films.

    `changed()`: the state is another; `rules_changed()`; `refused(str)`: why it stays as it is.
    """

    changed = Signal()
    rules_changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = DisplayState(0.0, 1.0)
        self.prepared: PreparedScan | None = None
        self.single_because = ""
        """Why there can be no dual intensity at the moment; empty when there can."""
        self._rules = ScreenRules(palettes=True)

    def start(self, prepared: PreparedScan | None, state: DisplayState | None = None) -> None:
        """Another scan, or none, without a signal; it begins as `state` or at its own levels."""
        self.prepared = prepared
        if prepared is not None:
            self.state = self.beginning(prepared) if state is None else state

    def beginning(self, prepared: PreparedScan) -> DisplayState:
        """How a scan looks at first."""
        levels = prepared.levels
        return DisplayState(levels.lower, levels.upper, dual_intensity=self.state.dual_intensity)

    @property
    def rules(self) -> ScreenRules:
        """What the protocol lets the reader change."""
        return self._rules

    def set_rules(self, rules: ScreenRules) -> None:
        """What the protocol lets the reader change from now on; everything as long as this was not called."""
        self._rules = rules
        self.rules_changed.emit()

    @property
    def levels(self) -> Levels:
        """The levels of the light films, in counts."""
        return Levels(self.state.lower_level, self.state.upper_level)

    def set_levels(self, lower: float, upper: float) -> None:
        """Set both levels in counts; the upper stays at least one step above the lower.

        Raises ValueError for levels that are not finite.
        """
        steps = [indexed.step for indexed in self.prepared.indexed.values()] if self.prepared else []
        least = max(steps, default=1.0)
        wanted = Levels(max(lower, -_FARTHEST), min(max(upper, lower + least), _FARTHEST))
        self._change(lower_level=wanted.lower, upper_level=wanted.upper)

    def step_upper(self, steps: float) -> None:
        """Move the upper level by 5 % per step; fewer counts make the films darker."""
        levels = self.levels
        self.set_levels(levels.lower, levels.lower + (levels.upper - levels.lower) * LEVEL_STEP**steps)

    def step_lower(self, steps: float) -> None:
        """Move the lower level by 2 % of the upper level per step."""
        levels = self.levels
        wanted = levels.lower + 0.02 * steps * levels.upper
        self.set_levels(min(max(wanted, self.least_level()), levels.upper * 0.95), levels.upper)

    def auto_levels(self) -> None:
        """Back to the levels the scan started with."""
        if self.prepared:
            self.set_levels(self.prepared.levels.lower, self.prepared.levels.upper)

    def least_level(self) -> float:
        """The lowest lower level that makes sense: 0, or the least count when that is negative."""
        prepared = self.prepared
        return min([0.0, *(indexed.first for indexed in prepared.indexed.values())]) if prepared else 0.0

    def set_curve(self, curve: str) -> None:
        """Choose a transfer curve; raises ValueError for an unknown one."""
        if curve not in CURVES and gamma_of(curve) is None:
            raise ValueError(f"unknown transfer curve {curve!r}")
        if self._permitted(self._rules.curves or curve == "linear", tr("other transfer curves")):
            self._change(curve=curve)

    def next_curve(self) -> None:
        """The next transfer curve of the list."""
        here = CURVES.index(self.state.curve) if self.state.curve in CURVES else -1
        self.set_curve(CURVES[(here + 1) % len(CURVES)])

    def set_palette(self, name: str) -> None:
        """Choose a palette; grey comes back inverted (black bone on white), colours as they are defined."""
        if name not in PALETTES:
            raise ValueError(f"unknown palette {name!r}")
        if name != self.state.palette and self._permitted(
            self._rules.palettes or name == GREY, tr("colour palettes")
        ):
            self._change(palette=name, inverted=name == GREY)

    def next_palette(self) -> None:
        """The next palette of the list."""
        self.set_palette(PALETTES[(PALETTES.index(self.state.palette) + 1) % len(PALETTES)])

    def set_inverted(self, inverted: bool) -> None:
        """White air and black bone when true."""
        if inverted != self.state.inverted and self._permitted(self._rules.inversion, "inversion"):
            self._change(inverted=inverted)

    def invert(self) -> None:
        """Exchange black and white."""
        self.set_inverted(not self.state.inverted)

    def set_dual_intensity(self, on: bool) -> None:
        """Show the dark copies beside the films, or not."""
        if on == self.state.dual_intensity:
            return
        if self.single_because:
            self.refused.emit(self.single_because)
        elif self._permitted(self._rules.dual_intensity, tr("dual intensity")):
            self._change(dual_intensity=on)

    def toggle_dual_intensity(self) -> None:
        """Show or hide the dark copies."""
        self.set_dual_intensity(not self.state.dual_intensity)

    def _change(self, **fields: object) -> None:
        changed = replace(self.state, **fields)  # type: ignore[arg-type]
        if changed != self.state:
            self.state = changed
            self.changed.emit()

    def _permitted(self, allowed: bool, what: str) -> bool:
        if not allowed:
            self.refused.emit(tr("The protocol of this study does not allow: {what}.", what=what))
        return allowed
