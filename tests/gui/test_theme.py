from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QStyleHints
from PySide6.QtWidgets import QApplication

from app.gui.theme import LOOKS, ThemeColours, apply_theme


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_text_can_be_read_on_every_ground(look: ThemeColours) -> None:
    grounds = (look.room, look.raised, look.field, look.info, look.warn, look.error)
    assert min(contrast(look.text, ground) for ground in grounds) >= 7
    assert min(contrast(look.quiet, ground) for ground in grounds[:3]) >= 4.5
    assert contrast(look.on_accent, look.accent) >= 4.5


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_the_focus_ring_stands_out_from_every_ground(look: ThemeColours) -> None:
    assert min(contrast(look.accent, ground) for ground in (look.room, look.raised, look.field)) >= 3


@pytest.mark.parametrize(
    ("theme", "scheme"), [("dark", Qt.ColorScheme.Dark), ("light", Qt.ColorScheme.Light)]
)
def test_the_title_bar_that_the_system_draws_has_the_look_of_the_window(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, theme: str, scheme: Qt.ColorScheme
) -> None:
    """A white bar over a dark room dazzles whoever reads dark films."""
    asked: list[Qt.ColorScheme] = []
    monkeypatch.setattr(QStyleHints, "setColorScheme", lambda _hints, wanted: asked.append(wanted))
    apply_theme(qapp, theme, 100)
    assert asked == [scheme]
