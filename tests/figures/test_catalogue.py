"""Every figure of the reference study is drawn, saved as vector and picture, and the same twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from app.analysis.ingest.assemble import read_readings
from app.analysis.ingest.predictions import read_predictions
from app.analysis.options import AnalysisOptions
from app.analysis.readings import Readings
from app.analysis.study import Analysis, analyse_study
from app.figures.catalogue import FIGURES, drawn
from app.figures.distributions import time_boxes
from app.figures.style import ARM_COLOURS, MODEL_COLOURS, font_file, save
from tests.analysis.conftest import REFERENCE
from tests.analysis.conftest import analysis as analysis
from tests.analysis.conftest import predictions as predictions
from tests.analysis.conftest import readings as readings

WITHOUT_MARKS_AND_ORDER = {"froc", "order"}


def test_all_figures_of_the_reference_study_are_drawn(
    analysis: Callable[[str], Analysis], tmp_path: Path
) -> None:
    made = set()
    for entry, figure in drawn(analysis("confidence")):
        svg, png = save(figure, tmp_path / entry.stem)
        assert ElementTree.parse(svg).getroot().tag.endswith("svg")
        picture = np.asarray(Image.open(png).convert("L"))
        assert min(picture.shape) > 300
        assert picture.min() < 100 < 250 < picture.max()  # ink on white
        made.add(entry.stem)
    assert made == {entry.stem for entry in FIGURES} - WITHOUT_MARKS_AND_ORDER


def test_seconds_of_algorithms_stand_beside_the_times_of_readers(
    analysis: Callable[[str], Analysis], readings: Callable[[str], Readings], tmp_path: Path
) -> None:
    made, table = analysis("rating"), tmp_path / "net.csv"
    lines = [f"{case},0.5,2.0" for case in made.readings.cases[:30]]
    table.write_text("\n".join(["case,score,seconds", *lines]) + "\n", encoding="utf-8")
    timed = read_predictions((table,), readings("rating"))
    figure = time_boxes(replace(made, predictions=timed))
    assert figure is not None
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == [*made.readings.readers, "net"]
    untimed = time_boxes(made)
    assert untimed is not None
    assert len(untimed.axes[0].get_yticklabels()) == len(made.readings.readers)
    alone = analyse_study(readings("rating"), timed, AnalysisOptions(seed=1, bootstrap=20)).groups[-1]
    assert (alone.group, alone.minutes_per_reader, alone.seconds_per_case) == ("net", 1.0, 2.0)


def test_a_figure_is_the_same_bytes_twice(analysis: Callable[[str], Analysis], tmp_path: Path) -> None:
    entry = FIGURES[0]
    paths = []
    for name in ("one", "two"):
        figure = entry.draw(analysis("rating"))
        assert figure is not None
        paths.append(save(figure, tmp_path / name))
    assert paths[0][0].read_bytes() == paths[1][0].read_bytes()
    assert paths[0][1].read_bytes() == paths[1][1].read_bytes()


def test_a_study_of_ratings_alone_has_fewer_figures(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = [f"R1,{case},{case % 2},{case % 7}" for case in range(40)]
    path.write_text("reader,case,truth,rating\n" + "\n".join(rows), encoding="utf-8")
    found = analyse_study(read_readings(path), options=AnalysisOptions(bootstrap=50))
    assert {entry.stem for entry, _ in drawn(found)} == {
        "roc_readers",
        "roc_arms",
        "auc_violins",
        "calibration",
        "flow",
    }


def test_text_in_vector_figures_stays_text(analysis: Callable[[str], Analysis], tmp_path: Path) -> None:
    figure = FIGURES[0].draw(analysis("rating"))
    assert figure is not None
    assert "False-positive fraction" in save(figure, tmp_path / "roc")[0].read_text(encoding="utf-8")


def test_missing_reads_do_not_stop_any_figure(tmp_path: Path) -> None:
    found = analyse_study(
        read_readings(REFERENCE / "study134_missing.csv"), options=AnalysisOptions(bootstrap=50)
    )
    assert len(list(drawn(found))) == 10


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", [ARM_COLOURS[:2], MODEL_COLOURS[:2]])
def test_the_first_two_colours_differ_in_grey_too(palette: tuple[str, str]) -> None:
    assert abs(_luminance(palette[0]) - _luminance(palette[1])) > 0.2


def test_the_text_font_is_there() -> None:
    assert font_file().is_file()
    assert font_file(bold=True).is_file()


def test_pyplot_is_never_imported() -> None:
    code = "import sys, app.figures.catalogue; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
