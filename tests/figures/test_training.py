from __future__ import annotations

from pathlib import Path

import numpy as np

from app.figures import training
from app.figures.style import save


def test_a_course_of_two_phases_has_two_losses_that_no_line_joins(tmp_path: Path) -> None:
    figure = training.training_course(
        [0, 1, 40, 41], [3.0, 2.0, 0.7, 0.5], [None, None, 0.6, 0.8], ["contrast"] * 2 + ["linear"] * 2
    )
    left, right = figure.axes
    lines = [line for line in left.get_lines() if line.get_label() in ("contrast", "linear")]
    assert [list(line.get_xdata()) for line in lines] == [[1, 2], [3, 4]]
    assert list(right.get_lines()[0].get_xdata()) == [3, 4]
    assert all(path.stat().st_size for path in save(figure, tmp_path / "course"))


def test_one_curve_per_model_with_its_auc(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    truth = np.arange(40) % 2 == 0
    models = [(f"net {number}", truth * 0.1 * number + rng.random(40)) for number in range(9)]
    figure = training.roc_curves(models, truth, "40 test scans")
    legend = figure.axes[0].get_legend()
    assert legend is not None
    assert [text.get_text().split(",")[0] for text in legend.get_texts()] == [name for name, _ in models]
    save(figure, tmp_path / "roc")


def test_tables_intervals_and_maps_are_drawn(tmp_path: Path) -> None:
    table = training.confusion([("at 0.4", 3, 1, 2, 4), ("at 0.5", 2, 0, 3, 5)])
    assert [text.get_text() for text in table.axes[0].texts] == [
        "3\n60.0%",
        "2\n40.0%",
        "1\n20.0%",
        "4\n80.0%",
    ]
    rows = [("a", 0.9, 0.8, 1.0), ("b", 0.6, 0.4, 0.8)]
    intervals = training.auc_intervals(rows, "40 scans")
    assert [label.get_text() for label in intervals.axes[0].get_yticklabels()] == ["a", "b"]
    points = np.random.default_rng(1).normal(size=(20, 2))
    features = training.feature_map(points, np.arange(20) % 2 == 0, "features")
    for name, figure in (("table", table), ("auc", intervals), ("map", features)):
        save(figure, tmp_path / name)
