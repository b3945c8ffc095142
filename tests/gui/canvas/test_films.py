"""What is on the screen: films, sides, warnings, blank, and when it was first seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.canvas import look
from app.gui.canvas.overlay import warnings_of
from app.gui.canvas.prepared import prepare
from app.gui.canvas.scan_canvas import ScanCanvas
from app.scan.scan import Scan, View
from app.study.clock import SystemClock

from .conftest import ANT, POST, counts, scan_of


def picture(canvas: ScanCanvas) -> QImage:
    return canvas.grab().toImage()


def grey_at(canvas: ScanCanvas, at: QPoint) -> int:
    return QColor(picture(canvas).pixel(at)).lightness()


def test_bone_is_black_and_air_white(canvas: ScanCanvas) -> None:
    assert grey_at(canvas, canvas.films.to_widget(ANT, 50, 200)) < 10
    assert grey_at(canvas, canvas.films.to_widget(ANT, 5, 200)) > 245


def test_the_anterior_film_is_left_of_the_posterior(canvas: ScanCanvas) -> None:
    assert canvas.films.to_widget(ANT, 100, 0).x() < canvas.films.to_widget(POST, 0, 0).x()


def test_both_views_share_one_upper_level(canvas: ScanCanvas) -> None:
    spots = [canvas.films.to_widget(view, 30, 200) for view in (ANT, POST)]
    assert grey_at(canvas, spots[0]) == grey_at(canvas, spots[1])


def test_image_positions_and_widget_positions_agree(canvas: ScanCanvas) -> None:
    for view in (ANT, POST):
        found = canvas.films.to_image(canvas.films.to_widget(view, 33, 222))
        assert found is not None
        assert found[0] is view
        assert found[1:] == pytest.approx((33, 222), abs=0.6)
    assert canvas.films.to_image(QPoint(2, 2)) is None


def letters_of_films(scan: Scan, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> list[tuple[str, float]]:
    written: list[tuple[str, float]] = []
    real = look.draw_letters

    def note(painter, baseline, text, font, ink) -> None:  # type: ignore[no-untyped-def]
        written.append((text, baseline.x()))
        real(painter, baseline, text, font, ink)

    monkeypatch.setattr(look, "draw_letters", note)
    canvas = ScanCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 800)
    canvas.show_scan(scan)
    canvas.grab()
    return sorted(written, key=lambda item: item[1])


def test_right_and_left_stand_on_the_proper_sides(
    scan: Scan, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    written = [text for text, _ in letters_of_films(scan, monkeypatch, qtbot)]
    assert written == ["R", "ANT", "L", "L", "POST", "R"]


def test_a_missing_view_is_an_empty_panel_without_letters(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    written = [text for text, _ in letters_of_films(scan_of(anterior=None), monkeypatch, qtbot)]
    assert written == ["L", "POST", "R"]


def test_the_dark_copies_are_darker(canvas: ScanCanvas) -> None:
    canvas.display.set_dual_intensity(True)
    light, dark = canvas.films.panels[0], canvas.films.panels[2]
    assert [panel.title for panel in canvas.films.panels] == ["ANT", "POST", "ANT dark", "POST dark"]
    soft = (20.5, 100.5)
    assert grey_at(canvas, dark.to_screen(*soft).toPoint()) < grey_at(
        canvas, light.to_screen(*soft).toPoint()
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"simulated": True}, "SIMULATED"),
        ({"lossy": True}, "LOSSY – not for measurement"),
        ({"display_only": True, "lossy": True}, "DISPLAY ONLY – not for measurement"),
        ({"simulated": True, "lossy": True}, "SIMULATED\nLOSSY – not for measurement"),
    ],
)
def test_simulated_and_unmeasurable_scans_say_so(fields: dict[str, bool], said: str) -> None:
    assert warnings_of(scan_of(**fields)) == said


def test_the_warning_is_painted_on_the_film(qtbot: QtBot, canvas: ScanCanvas) -> None:
    clean = picture(canvas)
    canvas.show_scan(scan_of(simulated=True))
    marked = picture(canvas)
    reds = [
        QColor(marked.pixel(x, y)) == look.WARNING
        for x in range(0, 800, 4)
        for y in range(700, 800, 2)
        if clean.pixel(x, y) != marked.pixel(x, y)
    ]
    assert sum(reds) > 20


def test_blank_leaves_nothing_of_the_scan(canvas: ScanCanvas) -> None:
    canvas.marks.set_tool("point")
    canvas.marks.add_mark("Add point", ANT, np.array([[10.0, 10.0]]))
    canvas.blank("Paused")
    seen = picture(canvas)
    colours = {QColor(seen.pixel(x, y)).name() for x in range(0, 800, 5) for y in range(0, 300, 5)}
    assert colours == {look.ROOM.name()}
    assert (canvas.scan, canvas.films.panels, canvas.marks.regions, canvas.films.prepared) == (
        None,
        (),
        (),
        None,
    )


def test_a_scan_prepared_elsewhere_is_shown_as_it_is(canvas: ScanCanvas, scan: Scan) -> None:
    prepared = prepare(scan)
    canvas.show_scan(prepared)
    assert canvas.films.prepared is prepared
    assert canvas.display.levels == prepared.levels


def test_the_first_frame_with_both_views_is_announced_once_with_its_moment(qtbot: QtBot, scan: Scan) -> None:
    canvas, clock = ScanCanvas(), SystemClock()
    qtbot.addWidget(canvas)
    seen: list = []
    canvas.first_painted.connect(seen.append)
    canvas.show_scan(scan)
    QApplication.processEvents()
    assert seen == []  # not on the screen yet
    before = clock.now()
    with qtbot.waitSignal(canvas.first_painted):
        canvas.show()
    canvas.display.set_levels(0, 40)
    canvas.repaint()
    QApplication.processEvents()
    assert len(seen) == 1
    assert before.monotonic_ns < seen[0].monotonic_ns < clock.now().monotonic_ns


def test_every_scan_is_announced_also_one_with_a_missing_view(qtbot: QtBot, canvas: ScanCanvas) -> None:
    for scan in (scan_of(), scan_of(posterior=None)):
        with qtbot.waitSignal(canvas.first_painted):
            canvas.show_scan(scan)


def test_a_scan_blanked_before_it_was_told_is_never_announced(qtbot: QtBot, canvas: ScanCanvas) -> None:
    with qtbot.assertNotEmitted(canvas.first_painted, wait=50):
        canvas.show_scan(scan_of())
        canvas.repaint()
        canvas.blank()


def test_pixels_taller_than_wide_are_drawn_taller(qtbot: QtBot) -> None:
    view = View(ANT, counts(100, 100), spacing_mm=(4.0, 2.0))
    canvas = ScanCanvas()
    qtbot.addWidget(canvas)
    canvas.show_scan(Scan("case", anterior=view))
    film = canvas.films.panels[0].film_rect
    assert film.height() == pytest.approx(2 * film.width())


@pytest.mark.parametrize("size", [(1, 1), (30, 20), (220, 646)])
def test_images_of_any_size_can_be_shown(qtbot: QtBot, size: tuple[int, int]) -> None:
    canvas = ScanCanvas()
    qtbot.addWidget(canvas)
    canvas.show_scan(Scan("case", posterior=View(POST, np.ones(size, np.float32))))
    canvas.grab()
    assert canvas.films.to_image(canvas.films.to_widget(POST, 0.5, 0.5)) is not None


def test_the_text_grows_with_the_font(qtbot: QtBot, scan: Scan, make_dark: Callable[[float], int]) -> None:
    assert make_dark(20) > 2 * make_dark(10)


@pytest.fixture
def make_dark(qtbot: QtBot) -> Callable[[float], int]:
    """How many dark pixels the letters over an empty white film take at a font size."""

    def count(points: float) -> int:
        canvas = ScanCanvas()
        qtbot.addWidget(canvas)
        font = canvas.font()
        font.setPointSizeF(points)
        canvas.setFont(font)
        canvas.resize(1000, 500)
        canvas.show_scan(Scan("case", anterior=View(ANT, np.zeros((100, 100), np.float32))))
        film = canvas.films.panels[0].visible_film.toRect()
        seen = picture(canvas)
        return sum(
            QColor(seen.pixel(x, y)).lightness() < 100
            for x in range(film.left(), film.right())
            for y in range(film.top(), min(film.bottom(), film.top() + 80))
        )

    return count


@pytest.mark.parametrize("points", [10, 20, 26])
def test_the_name_of_a_view_covers_neither_side(qtbot: QtBot, points: float) -> None:
    """Films of one scan differ at the top in their names alone, so the letters beside must be alike."""
    canvas = ScanCanvas()
    qtbot.addWidget(canvas)
    font = canvas.font()
    font.setPointSizeF(points)
    font.setStretch(120)
    canvas.setFont(font)
    canvas.resize(560, 460)
    canvas.show_scan(Scan("case", anterior=View(ANT, np.zeros((400, 100), np.float32))))
    canvas.display.set_dual_intensity(True)
    seen = picture(canvas)
    sides = QFontMetricsF(look.letters(canvas.font(), 1.25))
    films = [panel.visible_film.toRect() for panel in canvas.films.panels if panel.name is ANT]
    wide, high = round(6 + sides.horizontalAdvance("R")), round(6 + sides.height())
    for corner in ("left", "right"):
        drawn = [
            seen.copy(film.left() if corner == "left" else film.right() - wide, film.top(), wide, high)
            for film in films
        ]
        assert len(drawn) == 2
        assert drawn[0] == drawn[1], corner


def test_a_scan_that_was_expected_is_painted_like_one_that_was_not(qtbot: QtBot, canvas: ScanCanvas) -> None:
    coming = prepare(replace(scan_of(), case="case-2"))
    canvas.display.set_dual_intensity(True)
    canvas.show_scan(coming)
    unexpected = picture(canvas)
    canvas.blank()
    coming = prepare(replace(scan_of(), case="case-2"))
    canvas.films.expect(coming)
    assert canvas.scan is None, "nothing is shown before its time"
    canvas.show_scan(coming)
    assert picture(canvas) == unexpected


def test_what_is_expected_and_never_shown_is_not_kept(canvas: ScanCanvas) -> None:
    canvas.films.expect(prepare(replace(scan_of(), case="case-2")))
    assert len(canvas.films._expected) == 0, "held by whoever loads ahead, and by nobody else"


def test_the_second_and_third_frame_look_like_the_first(canvas: ScanCanvas) -> None:
    canvas.films.zoom_by(1.37)
    frames = [picture(canvas) for _ in range(3)]
    assert frames[0] == frames[1] == frames[2]
    canvas.display.set_levels(0, 37)
    assert picture(canvas) != frames[0], "a kept picture is not shown at other levels"


def test_a_scan_shown_a_second_time_starts_as_it_was_developed(canvas: ScanCanvas) -> None:
    again = prepare(replace(scan_of(), case="case-2"))
    canvas.show_scan(again)
    first = picture(canvas)
    canvas.display.set_levels(0, 33)
    canvas.display.set_curve("log")
    picture(canvas)
    canvas.show_scan(replace(scan_of(), case="case-3"))
    canvas.show_scan(again)
    assert picture(canvas) == first
