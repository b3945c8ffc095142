"""Figures as they come out of a printer: a column wide, nothing too small to read, no words over others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from app.analysis.bland_altman import bland_altman
from app.analysis.options import AnalysisOptions
from app.analysis.power import PUBLISHED, Aim, power_grid
from app.analysis.readings import Exclusion, Predictions, Readings
from app.analysis.study import Analysis, analyse_study
from app.figures.apart import apart
from app.figures.bland_altman import bland_altman_figure
from app.figures.catalogue import FIGURES, drawn
from app.figures.power import power_curves
from app.figures.style import COLUMN, SMALL, reader_look, save
from tests.analysis.conftest import analysis as analysis
from tests.analysis.conftest import predictions as predictions
from tests.analysis.conftest import readings as readings
from tests.report.analysis.made import made, ratings

INTERIM = "INTERIM ANALYSIS: 208 presentations planned, 24 read by 1 of 4 readers"


def crowd(readers: int, *, names: str = "R{}", equal: bool = False, arms: int = 2) -> Analysis:
    """A timed study of so many readers with an algorithm, who may all rate alike."""
    rating = ratings(arms, readers)
    if equal:
        rating[:] = rating[:, :1]
    basis = made(rating)
    given = np.random.default_rng(2)
    found: Readings = replace(
        basis,
        readers=tuple(names.format(number + 1) for number in range(readers)),
        seconds=given.lognormal(3.0, 0.6, rating.shape),
        position=np.broadcast_to(np.arange(rating.shape[2]) + 1.0, rating.shape).copy(),
        exclusions=(
            Exclusion("AI planned wrong: reported apart", case="X1"),
            Exclusion("skipped by the reader", names.format(1), basis.arms[0], "C00", 3),
            Exclusion(
                "hidden repeat, used for intra-reader agreement alone", names.format(1), "unaided", "C01", 9
            ),
        ),
    )
    found.rating[0, 0, 0] = np.nan
    score = np.clip(np.random.default_rng(7).normal(size=(2, 40)) * 0.2 + 0.3 + 0.4 * found.truth, 0, 1)
    models = ("scintiread-resnet50v2-double 1.0.3", "net")
    return analyse_study(
        found, Predictions(models, score, (score > 0.5).astype(float)), AnalysisOptions(seed=1, bootstrap=30)
    )


def words(figure: Figure) -> Iterator[tuple[str, Bbox, float]]:
    """All words that are seen, with their box in pixels and their size in points."""
    figure.draw_without_rendering()
    unseen = set(map(id, _unseen(figure)))
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in unseen:
            yield text.get_text(), text.get_window_extent(), float(text.get_fontsize())


def _unseen(figure: Figure) -> Iterator[Text]:
    """Words of axes that are hidden or switched off, and labels of ticks outside the axes."""
    for axes in figure.axes:
        if not axes.get_visible():
            yield from (text for text in axes.findobj(Text) if isinstance(text, Text))
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            if not axes.axison:
                yield axis.label
            for tick in axis.get_major_ticks():
                if not axes.axison or not low <= tick.get_loc() <= high:
                    yield from (tick.label1, tick.label2)


STUDIES: dict[str, Callable[[], Analysis]] = {
    "one reader": lambda: crowd(1),
    "three readers with long names": lambda: crowd(3, names="Dr. Maximiliane Musterfrau-Beispiel, clinic {}"),
    "ten readers who all rate alike": lambda: crowd(10, equal=True),
    "twenty-four readers": lambda: crowd(24),
    "one arm": lambda: crowd(4, arms=1),
}


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("stamp", ["", INTERIM])
def test_a_column_holds_every_figure_and_no_words_collide(study: str, stamp: str) -> None:
    seen = {entry.stem: figure for entry, figure in drawn(STUDIES[study](), stamp)}
    assert {"roc_readers", "flow", "time_boxes", "calibration", "order"} <= set(seen)
    for stem, figure in seen.items():
        legible(stem, figure)


def test_the_reference_study_is_legible_too(analysis: Callable[[str], Analysis]) -> None:
    for entry, figure in drawn(analysis("confidence")):
        legible(entry.stem, figure)


def legible(stem: str, figure: Figure) -> None:
    """Within the figure, no smaller than what can be read, and never over other words."""
    assert figure.get_size_inches()[0] == pytest.approx(COLUMN), stem
    found = list(words(figure))
    page = figure.bbox.padded(0.6)
    for text, box, size in found:
        assert size >= SMALL, (stem, text)
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, (
            stem,
            text,
        )
    for (one, here, _), (other, there, _) in combinations(found, 2):
        lap = Bbox.intersection(here, there)
        assert lap is None or min(lap.width, lap.height) < 0.6, (stem, one, other)


def test_a_picture_has_three_hundred_dots_to_the_inch_and_the_column_s_width(
    analysis: Callable[[str], Analysis], tmp_path: Path
) -> None:
    figure = FIGURES[0].draw(analysis("rating"))
    assert figure is not None
    _, png = save(figure, tmp_path / "roc")
    with Image.open(png) as picture:
        assert picture.width == int(COLUMN * 300)
        assert picture.info["dpi"][0] == pytest.approx(300, abs=0.1)


def test_no_two_readers_look_alike_in_colour_line_and_marker_or_in_grey() -> None:
    names = tuple(f"R{number}" for number in range(60))
    looks = [reader_look(names, name) for name in names]
    assert len({(look["color"], look["marker"], str(look["linestyle"])) for look in looks}) == len(names)
    assert len({(look["marker"], str(look["linestyle"])) for look in looks[:10]}) == 10


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30), st.floats(0.001, 0.2))
def test_labels_keep_their_distance_and_their_order_and_move_no_further_than_they_must(
    values: list[float], gap: float
) -> None:
    places = apart(values, gap)
    ranked = sorted(range(len(values)), key=lambda at: (values[at], places[at]))
    assert all(places[b] - places[a] >= gap - 1e-9 for a, b in pairwise(ranked))
    assert np.mean(places) == pytest.approx(np.mean(values))
    if all(abs(a - b) > gap for a, b in combinations(values, 2)):
        assert places == pytest.approx(values)


@pytest.mark.parametrize("readers", [(4, 6), (3, 4, 5, 6, 8, 10, 12, 15, 20)])
def test_power_curves_are_legible_and_ring_the_smallest_study(readers: tuple[int, ...]) -> None:
    stated, count, _ = PUBLISHED["van-dyke"]
    grid = power_grid(stated, count, readers, (60, 80, 100, 134, 160, 200, 300, 400, 600, 1000), Aim(0.05))
    figure = power_curves(grid)
    legible("power", figure)
    assert len(figure.legends[0].get_texts()) == len(readers)
    assert grid.smallest is not None
    ring = [line for line in figure.axes[0].lines if line.get_markersize() == 9]
    assert [tuple(line.get_xydata()[0]) for line in ring] == [(grid.smallest.cases, grid.smallest.power)]  # type: ignore[index]


def test_limits_of_agreement_are_legible_on_any_scale() -> None:
    rng = np.random.default_rng(3)
    for scale in (1e-4, 1.0, 5e4):
        first, second = scale * rng.gamma(2.0, 1.0, (2, 25))
        found = bland_altman(first, second)
        name = "BSTBI (displayed, mean of four frames)"
        legible("bland_altman", bland_altman_figure(first, second, found, name, "anna − net, 25 scans"))
