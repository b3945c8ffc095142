"""The pace and the deviations on the coordinator's page: live, read out, zoomed, blind to every answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from app.gui.pages.study.pace_plot import DARK_SERIES, LIGHT_SERIES, PacePlot
from app.gui.plotting import pg
from app.study.answer import Answer, DisplayState
from app.study.clock import SimulatedClock
from app.study.protocol import Enforcement, Mode, Protocol
from app.study.snapshot import PauseCause
from app.workflows.study.read import open_session
from tests.gui.pages.study.conftest import PROTOCOL, Coordinator, Sit

MakeStudy = Callable[..., Path]
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHOWN = DisplayState(0, 100)
YES = Answer(call=True, rating=83)


def read(study: Path, reader: str, seconds: list[float], paused: int | None = None) -> None:
    """One sitting in which cases take so long; during the one at place `paused` the reader pauses."""
    clock = SimulatedClock(START)
    opened = open_session(study, reader, clock=clock)
    for place, length in enumerate(seconds):
        opened.session.open_next()
        opened.session.displayed(SHOWN, {}, 0.1, clock.advance(0.2))
        clock.advance(length)
        if place == paused:
            opened.session.pause(PauseCause.READER)
            clock.advance(300)
            opened.session.resume()
        opened.session.submit(YES, SHOWN)
    opened.close()


def open_pace(me: Coordinator) -> PacePlot:
    """Click on the tab of the pace."""
    tabs = me.page.progress.tabs
    me.qtbot.mouseClick(tabs.tabBar(), Qt.MouseButton.LeftButton, pos=tabs.tabBar().tabRect(1).center())
    me.settle()
    plot = me.page.progress.pace.plot
    assert plot is not None
    me.qtbot.waitUntil(lambda: plot.isVisible() and plot.plot.size() == plot.size())
    return plot


def at(plot: PacePlot, order: float, seconds: float) -> QPoint:
    """Where a point of the plot stands on its viewport."""
    view = plot.plot.getViewBox()
    scene = view.mapViewToScene(QPointF(order, seconds))
    return plot.plot.mapFromScene(scene)


def curves(plot: PacePlot) -> list[list[float]]:
    """The running medians."""
    return [list(line.getData()[1]) for line in plot.medians.values()]


def colours(plot: PacePlot) -> list[str]:
    """The colours of their lines."""
    return [line.opts["pen"].color().name() for line in plot.medians.values()]


@pytest.fixture(autouse=True)
def every_move_counts() -> Iterator[None]:
    """Of quick moves of the mouse pyqtgraph would let most go by."""
    before = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield
    pg.setConfigOption("mouseRateLimit", before)


@pytest.fixture
def study(make_study: MakeStudy) -> Path:
    path = make_study()
    read(path, "R1", [10, 40, 20], paused=1)
    read(path, "R2", [5])
    return path


def test_every_presentation_is_a_point_and_every_reader_a_running_median(sit: Sit, study: Path) -> None:
    me = sit(study)
    plot = open_pace(me)
    assert curves(plot) == [[20, 20, 20], [5]]
    assert me.page.progress.pace.shown.count() == 3


def test_the_axis_marks_whole_cases_only(sit: Sit, study: Path) -> None:
    axis = open_pace(sit(study)).plot.getAxis("bottom")
    marks = [place for _, places in axis.tickValues(*axis.range, axis.width()) for place in places]
    assert {1.0, 2.0, 3.0} <= set(marks)
    assert all(place == round(place) for place in marks)


def test_the_point_under_the_pointer_is_read_out(sit: Sit, study: Path) -> None:
    me = sit(study)
    plot = open_pace(me)
    viewport = plot.plot.viewport()
    me.qtbot.mouseMove(viewport, at(plot, 1.5, 30))
    me.qtbot.mouseMove(viewport, at(plot, 2, 40))
    read_out = me.page.progress.pace.read_out
    me.qtbot.waitUntil(lambda: "40.0 s" in read_out.text())
    assert read_out.text().startswith("R1 · read as number 2")
    assert "1 pause" in read_out.text()
    me.qtbot.mouseMove(viewport, at(plot, 2.5, 5))
    me.qtbot.waitUntil(lambda: read_out.text().startswith("Point at a case"))


def test_arrow_keys_go_from_case_to_case(sit: Sit, study: Path) -> None:
    me = sit(study)
    plot = open_pace(me)
    plot.plot.setFocus()
    told = []
    for _ in range(4):
        me.qtbot.keyClick(plot.plot, Qt.Key.Key_Right)
        told.append(me.page.progress.pace.read_out.text().split(" · ")[2])
    assert told == ["10.0 s", "40.0 s", "20.0 s", "20.0 s"]


def test_keys_and_the_button_zoom_in_and_show_everything_again(sit: Sit, study: Path) -> None:
    me = sit(study)
    plot = open_pace(me)
    whole = plot.plot.viewRange()[0]
    plot.plot.setFocus()
    me.qtbot.keyClick(plot.plot, Qt.Key.Key_Plus)
    nearer = plot.plot.viewRange()[0]
    assert nearer[1] - nearer[0] < whole[1] - whole[0]
    me.click(me.page.progress.pace.whole_button)
    assert plot.plot.viewRange()[0] == pytest.approx(whole)


def test_one_reader_alone_keeps_the_colour_and_shows_the_sittings(sit: Sit, study: Path) -> None:
    read(study, "R2", [6, 7])
    me = sit(study)
    plot = open_pace(me)
    (_, second) = colours(plot)
    me.page.progress.pace.shown.setFocus()
    me.qtbot.keyClicks(me.page.progress.pace.shown, "R2")
    assert colours(plot) == [second]
    lines = [item for item in plot.plot.getPlotItem().items if type(item).__name__ == "InfiniteLine"]
    assert [line.value() for line in lines] == [1.5]


def test_the_plot_is_live_and_what_was_zoomed_to_stays(sit: Sit, study: Path) -> None:
    me = sit(study)
    plot = open_pace(me)
    me.qtbot.keyClick(plot.plot, Qt.Key.Key_Plus)
    before = plot.plot.viewRange()
    read(study, "R2", [9])
    me.click(me.page.progress.refresh_button)
    assert curves(plot)[1] == [7, 7]
    assert plot.plot.viewRange() == before


@pytest.mark.parametrize(("theme", "series"), [("dark", DARK_SERIES), ("light", LIGHT_SERIES)])
def test_both_themes_have_colours_of_their_own(
    sit: Sit, study: Path, theme: str, series: tuple[str, ...]
) -> None:
    me = sit(study, theme=theme)
    plot = open_pace(me)
    assert colours(plot) == list(series[:2])
    assert plot.plot.backgroundBrush().color() == plot.palette().base().color()


def test_the_pace_does_not_tell_what_was_answered(sit: Sit, make_study: MakeStudy) -> None:
    seen = []
    for name, answer in (("a", YES), ("b", Answer(call=False, rating=4, no_lesion=True))):
        path = make_study(name)
        clock = SimulatedClock(START)
        opened = open_session(path, "R1", clock=clock)
        opened.session.open_next()
        opened.session.displayed(SHOWN, {}, 0.1, clock.advance(0.2))
        clock.advance(12)
        opened.session.submit(answer, SHOWN)
        opened.close()
        me = sit(path)
        plot = open_pace(me)
        plot.plot.setFocus()
        me.qtbot.keyClick(plot.plot, Qt.Key.Key_Right)
        seen.append((curves(plot), me.page.progress.pace.read_out.text()))
        me.window.close()
    assert seen[0] == seen[1]


def test_deviations_are_listed_with_reader_place_and_moment(sit: Sit, make_study: MakeStudy) -> None:
    rules = replace(PROTOCOL, mode=Mode.CROSSOVER, washout=Enforcement.SOFT)
    study = make_study(protocol=rules)
    read(study, "R1", [5, 5, 5])
    clock = SimulatedClock(START + timedelta(days=3))
    open_session(study, "R1", clock=clock).close()
    me = sit(study)
    progress = me.page.progress
    ((reader, place, when, what),) = progress.deviations.rows_model.rows
    assert (reader, place) == ("R1", "whole sitting")
    assert when.startswith("2026-03-05")
    assert "days before the washout" in what
    assert progress.tabs.tabText(2) == "Deviations (1)"
    assert progress.deviations.nothing.isHidden()


def test_a_study_without_deviations_says_so_in_their_place(sit: Sit, make_study: MakeStudy) -> None:
    me = sit(make_study(protocol=Protocol("Empty", "EMPTY")))
    me.page.progress.tabs.setCurrentIndex(2)
    words = me.page.progress.deviations.nothing
    assert words.isVisible()
    assert words.text() == "No deviation was logged."
    assert words.width() >= words.sizeHint().width()


def test_a_study_nobody_has_read_says_so_instead_of_drawing_an_empty_plot(
    sit: Sit, make_study: MakeStudy
) -> None:
    me = sit(make_study(protocol=Protocol("Empty", "EMPTY")))
    me.page.progress.tabs.setCurrentIndex(1)
    assert me.page.progress.pace.plot is None
    assert "No case was read to its end" in me.page.progress.pace.read_out.text()


def test_the_page_comes_without_pyqtgraph_until_a_plot_is_wanted() -> None:
    code = "import app.gui.pages.study.view, sys; print('pyqtgraph' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
