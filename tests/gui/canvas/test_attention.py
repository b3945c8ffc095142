"""Attention over and beside the films: ordered colours, see-through where little, gone with the scan."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from app.gui.canvas.attention import LEAST, AttentionMaps, colour_table
from app.gui.canvas.scan_canvas import ScanCanvas
from app.scan.scan import Scan

from .conftest import ANT, POST, scan_of


def maps() -> AttentionMaps:
    """Full attention in the right lower quarter of each view, none elsewhere."""
    heat = np.zeros((400, 100), np.float32)
    heat[200:, 50:] = 1.0
    return AttentionMaps({ANT: heat, POST: heat}, "class activation map")


def colour(canvas: ScanCanvas, panel: int, x: float, y: float) -> QColor:
    return QColor(canvas.grab().toImage().pixel(canvas.films.panels[panel].to_screen(x, y).toPoint()))


def saturation(canvas: ScanCanvas, panel: int, x: float, y: float) -> int:
    seen = colour(canvas, panel, x, y)
    return max(seen.red(), seen.green(), seen.blue()) - min(seen.red(), seen.green(), seen.blue())


def test_the_colours_get_denser_and_darker_with_the_attention_and_little_is_not_drawn() -> None:
    table = colour_table()
    alpha = (table >> 24).astype(int)
    assert (np.diff(alpha) >= 0).all()
    assert not alpha[: int(LEAST * 255)].any()
    assert alpha[-1] == 255
    dense = table[alpha == 255]
    rgb = np.stack([dense >> 16 & 255, dense >> 8 & 255, dense & 255]).astype(float)
    lightness = np.array([0.2126, 0.7152, 0.0722]) @ rgb
    assert (np.diff(lightness) < 0).all()


def test_the_copies_with_the_attention_take_the_place_of_the_dark_ones(canvas: ScanCanvas) -> None:
    canvas.display.set_dual_intensity(True)
    assert [panel.title for panel in canvas.films.panels] == ["ANT", "POST", "ANT dark", "POST dark"]
    zoom = canvas.films.display_state().zoom
    canvas.films.show_attention(maps(), 0.0)
    assert [panel.title for panel in canvas.films.panels] == [
        "ANT",
        "POST",
        "ANT attention",
        "POST attention",
    ]
    assert canvas.films.display_state().zoom == zoom, "nothing jumps"
    assert saturation(canvas, 2, 75, 300) > 80
    assert saturation(canvas, 2, 25, 300) < 8, "no attention, no colour"
    assert saturation(canvas, 0, 75, 300) < 8, "the films themselves stay as they were"
    canvas.films.show_attention(None)
    assert [panel.title for panel in canvas.films.panels] == ["ANT", "POST", "ANT dark", "POST dark"]


def test_over_the_films_the_attention_is_as_dense_as_was_chosen(canvas: ScanCanvas) -> None:
    seen = []
    canvas.films.show_attention(maps(), 0.0)
    for opacity in (0.0, 0.3, 0.8):
        canvas.films.set_attention_opacity(opacity)
        seen.append(saturation(canvas, 1, 75, 300))
        assert saturation(canvas, 1, 25, 300) < 8
    assert seen[0] < 8
    assert seen[0] < seen[1] < seen[2]


def test_the_attention_follows_zoom_and_pan(canvas: ScanCanvas) -> None:
    canvas.films.show_attention(maps(), 0.8)
    canvas.films.zoom_by(3)
    canvas.films.pan_by(-40, -60)
    assert saturation(canvas, 0, 52, 203) > 60
    assert saturation(canvas, 0, 48, 203) < 30
    assert saturation(canvas, 0, 48, 203) < saturation(canvas, 0, 52, 203)


def test_the_attention_goes_with_the_scan(canvas: ScanCanvas, scan: Scan) -> None:
    canvas.films.show_attention(maps(), 0.5)
    canvas.show_scan(scan_of())
    assert canvas.films.attention is None
    assert len(canvas.films.panels) == 2
    canvas.films.show_attention(maps(), 0.5)
    canvas.blank()
    assert canvas.films.attention is None
    canvas.show_scan(scan)
    assert saturation(canvas, 0, 75, 300) < 8


def test_a_view_without_a_map_stays_without_colour(canvas: ScanCanvas) -> None:
    heat = np.ones((400, 100), np.float32)
    canvas.films.show_attention(AttentionMaps({ANT: heat}), 0.8)
    assert saturation(canvas, 0, 75, 300) > 60
    assert saturation(canvas, 1, 75, 300) < 8


def test_asking_for_the_dark_copies_meanwhile_is_answered_with_a_reason(canvas: ScanCanvas) -> None:
    told: list[str] = []
    canvas.refused.connect(told.append)
    canvas.films.show_attention(maps(), 0.5)
    canvas.display.toggle_dual_intensity()
    assert len(told) == 1
    assert "hide it first" in told[0]
    canvas.films.show_attention(None)
    canvas.display.toggle_dual_intensity()
    assert len(canvas.films.panels) == 4
