"""How films look: levels, curve, palette, inversion, dual intensity, within the protocol's rules."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.gui.canvas.attention import AttentionMaps
from app.gui.canvas.films import Films
from app.scan.palettes import GREY, PALETTES
from app.scan.window import CURVES, Levels, gamma_of
from app.study.answer import DisplayState
from app.study.clock import Clock
from app.study.protocol import ScreenRules

LEVEL_STEP = 1.05
_FARTHEST = 1e9
_EVERYTHING = ScreenRules(palettes=True)


class FilmView(Films):
    """Films whose look can be changed, as far as the rules allow; see `scan_canvas` for the manual."""

    rules_changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None, clock: Clock | None = None) -> None:
        super().__init__(parent, clock)
        self._rules = _EVERYTHING

    @property
    def rules(self) -> ScreenRules:
        """What the protocol lets the reader change."""
        return self._rules

    def set_rules(self, rules: ScreenRules) -> None:
        """What the protocol lets the reader change from now on; everything as long as this was not called."""
        self._rules = rules
        self.rules_changed.emit()

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

    def set_curve(self, curve: str) -> None:
        """Choose a transfer curve; raises ValueError for an unknown one."""
        if curve not in CURVES and gamma_of(curve) is None:
            raise ValueError(f"unknown transfer curve {curve!r}")
        if self._permitted(self._rules.curves or curve == "linear", "other transfer curves"):
            self._change(curve=curve)

    def next_curve(self) -> None:
        """The next transfer curve of the list."""
        here = CURVES.index(self._display.curve) if self._display.curve in CURVES else -1
        self.set_curve(CURVES[(here + 1) % len(CURVES)])

    def next_palette(self) -> None:
        """The next palette of the list."""
        self.set_palette(PALETTES[(PALETTES.index(self._display.palette) + 1) % len(PALETTES)])

    def set_palette(self, name: str) -> None:
        """Choose a palette; grey comes back inverted (black bone on white), colours as they are defined."""
        if name not in PALETTES:
            raise ValueError(f"unknown palette {name!r}")
        if name != self._display.palette and self._permitted(
            self._rules.palettes or name == GREY, "colour palettes"
        ):
            self._change(palette=name, inverted=name == GREY)

    def set_inverted(self, inverted: bool) -> None:
        """White air and black bone when true."""
        if inverted != self._display.inverted and self._permitted(self._rules.inversion, "inversion"):
            self._change(inverted=inverted)

    def invert(self) -> None:
        """Exchange black and white."""
        self.set_inverted(not self._display.inverted)

    def show_attention(self, maps: AttentionMaps | None, opacity: float = 0.0) -> None:
        """Maps of where a model looked: beside the films, and over them with `opacity`; None takes them away.

        They go with the scan. The dark copies come back when the maps are taken away.
        """
        beside = self.attention is not None
        self.attention, self.attention_opacity = maps, opacity
        if beside is not (maps is not None):
            self._place_films()
            self._tell()
        self.update()

    def set_attention_opacity(self, opacity: float) -> None:
        """How dense the maps are over the films, 0-1; the copies beside them stay as they are."""
        if opacity != self.attention_opacity:
            self.attention_opacity = opacity
            self.update()

    def set_dual_intensity(self, on: bool) -> None:
        """Show the dark copies beside the films, or not."""
        if self.attention is not None and on != self._display.dual_intensity:
            self.refused.emit("The model's attention stands in the place of the dark copies: hide it first.")
            return
        if on != self._display.dual_intensity and self._permitted(
            self._rules.dual_intensity, "dual intensity"
        ):
            self._display = replace(self._display, dual_intensity=on)
            self._place_films()
            self._tell()

    def toggle_dual_intensity(self) -> None:
        """Show or hide the dark copies."""
        self.set_dual_intensity(not self._display.dual_intensity)

    def reset(self) -> None:
        """Levels, curve, palette, inversion and zoom as the scan started."""
        if not self.prepared:
            return
        levels = self.prepared.levels
        dual = self._display.dual_intensity
        self._display = DisplayState(levels.lower, levels.upper, dual_intensity=dual)
        self.fit()

    def least_level(self) -> float:
        """The lowest lower level that makes sense: 0, or the least count when that is negative."""
        prepared = self.prepared
        return min([0.0, *(indexed.first for indexed in prepared.indexed.values())]) if prepared else 0.0

    def _permitted(self, allowed: bool, what: str) -> bool:
        if not allowed:
            self.refused.emit(f"The protocol of this study does not allow {what}.")
        return allowed
