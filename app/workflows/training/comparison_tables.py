"""What a comparison of recipes leaves: a table for programs, a page for people, two figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.analysis.delong import compare
from app.annotation.formats.files import read_json
from app.cells import markdown_table
from app.files import csv_records, csv_text, write_whole
from app.simulator.cohort import NOTICE
from app.wording import counted
from app.workflows.training.characteristics import (
    Characteristics,
    characteristics_csv,
    characteristics_page,
    trained_and_tested,
)
from app.workflows.training.measure_tables import POINTS, Measures, measures_csv, measures_page
from app.workflows.training.run import FEATURES, METRICS, PREDICTIONS

if TYPE_CHECKING:
    from app.workflows.training.train import Training

TABLE, PAGE, MEASURES, COHORT = "comparison.csv", "comparison.md", "measures.csv", "cohort.csv"
_HEAD = (
    "recipe", "AUC", "sensitivity", "specificity", "parameters", "input", "training s (epochs)", "ms",
    "pointing",
)  # fmt: skip
PAIRS = (
    ("CNN", "hsieh2021-cnn-supervised", "hsieh2021-cnn-supcon"),
    ("DenseNet121", "hsieh2021-densenet121-supervised", "hsieh2021"),
    ("ResNet50V2", "hsieh2021-resnet50v2-supervised", "hsieh2021-resnet50v2-supcon"),
)
"""Encoders of Hsieh 2021 with and without contrast."""


@dataclass(frozen=True)
class RecipeRow:
    """One recipe; estimates are [estimate, low, high], None where there is none."""

    recipe: str
    simulated: bool
    test_scans: int
    test_ill: int
    auc: list[float] | None
    sensitivity: list[float] | None
    specificity: list[float] | None
    threshold: float
    parameters: int
    input: list[int]
    train_seconds: float
    epochs: int
    milliseconds: float | None
    pointing: list[float] | None
    attention: str
    pointed: int
    notes: list[str] = field(default_factory=list)
    pointing_hottest_pixel: list[float] | None = None
    speed_note: str = ""


def write_comparison(
    training: Training, rows: Sequence[RecipeRow], left_out: Sequence[tuple[str, str]]
) -> None:
    """Tables of recipes, measures and scans, the page and the figures, from what there is so far."""
    write_whole(training.out / TABLE, _table(rows))
    write_whole(training.out / COHORT, characteristics_csv(_scans(training, rows)))
    write_whole(training.out / MEASURES, measures_csv(_points(training.out, rows)))
    write_whole(training.out / PAGE, _page(training, rows, left_out).encode())
    _draw(training.out, rows)


def _scans(training: Training, rows: Sequence[RecipeRow]) -> tuple[Characteristics, ...]:
    """Who the scans are of, and in which part: that is the same for all recipes."""
    run = read_json(training.out / rows[0].recipe / "run.json")
    return trained_and_tested(training, run["cases"])


def _table(rows: Sequence[RecipeRow]) -> bytes:
    names = [name for name in asdict(rows[0]) if name != "notes"]
    table: list[list[object]] = []
    intervals = {"auc", "sensitivity", "specificity", "pointing", "pointing_hottest_pixel"}
    table.append(
        [
            part
            for name in names
            for part in ((name, f"{name}_low", f"{name}_high") if name in intervals else (name,))
        ]
    )
    for row in rows:
        told = asdict(row)
        cells: list[object] = []
        for name in names:
            value = told[name]
            if name in intervals:
                cells += [f"{part:.4f}" for part in value] if value else ["", "", ""]
            else:
                cells.append("x".join(map(str, value)) if name == "input" else "" if value is None else value)
        table.append(cells)
    return csv_text(table).encode()


def _page(training: Training, rows: Sequence[RecipeRow], left_out: Sequence[tuple[str, str]]) -> str:
    if training.minutes:
        budget = f"{training.minutes:g} minutes of the same clock each, one step of every phase at least"
    elif training.epochs:
        budget = counted(training.epochs, "epoch") + " each"
    else:
        budget = "as many epochs as published"
    first = rows[0]
    before = "train, validate" if training.validates else "train"
    parts = f"{before} and test"
    if training.test:
        parts = f"{before.replace(',', ' and')}, all of {training.test.name} test"
    point = "Youden's threshold of the validation scans" if training.validates else "0.5"
    lines = [
        "# Recipes side by side",
        "",
        *([f"**{NOTICE}**", ""] if first.simulated else []),
        f"Cohort {training.data.name}; the same patients {parts}, {training.divided}, "
        f"{training.init.partition(':')[0] + ' first weights' if training.init else 'random first weights'}, "
        f"seed {training.seed}. Budget: {budget}. {counted(first.test_scans, 'test scan')}, {first.test_ill} "
        f"with metastases. Brackets hold 95 % intervals; sensitivity and specificity at {point}. "
        "Milliseconds: one answer of the ONNX graph on the processor. Pointing: the "
        "hottest place of the attention lies on a metastasis.",
        "",
        *markdown_table(_HEAD, [_cells(row) for row in _ranked(rows)]),
        *("", "## All measures", *measures_page(_points(training.out, rows))),
    ]
    lead = _lead(training.out, rows)
    if lead:
        lines += ["", "## The first against the others", "", *lead]
    pairs = _pairs(training.out, rows)
    if pairs:
        lines += ["", "## Supervised against contrast", "", *pairs]
    if left_out:
        lines += ["", "## Left out", "", *(f"- {name}: {why}" for name, why in left_out)]
    notes = [f"- {row.recipe}: {note}" for row in rows for note in [*row.notes, row.speed_note] if note]
    if notes:
        lines += ["", "## Notes", "", *notes]
    lines += characteristics_page(_scans(training, rows))
    return "\n".join(lines) + "\n"


def _cells(row: RecipeRow) -> tuple[str, ...]:
    speed = "–" if row.milliseconds is None else f"{row.milliseconds:.0f}"
    looks = f"{_shown(row.pointing)}, {row.attention}" if row.pointing else "–"
    return (
        row.recipe,
        _shown(row.auc),
        _shown(row.sensitivity),
        _shown(row.specificity),
        f"{row.parameters / 1e6:.2f} M",
        " × ".join(map(str, row.input)),
        f"{row.train_seconds:.0f} ({row.epochs})",
        speed,
        looks,
    )


def _points(out: Path, rows: Sequence[RecipeRow]) -> dict[str, list[tuple[str, Measures]]]:
    """The measures of every recipe on the test scans, by threshold, the best AUC first."""
    told = [(row.recipe, read_json(out / row.recipe / METRICS)["test"]) for row in _ranked(rows)]
    return {point: [(name, test[point]) for name, test in told] for point in POINTS}


def _ranked(rows: Sequence[RecipeRow]) -> list[RecipeRow]:
    return sorted(rows, key=lambda row: -(row.auc or [0.0])[0])


def _shown(value: Sequence[float] | None) -> str:
    return "–" if not value else f"{value[0]:.3f} ({value[1]:.3f}-{value[2]:.3f})"


def _pairs(out: Path, rows: Sequence[RecipeRow]) -> list[str]:
    """Each encoder both ways on the same test scans, with DeLong's test."""
    known = {row.recipe for row in rows if row.auc}
    lines = []
    for encoder, without, contrast in PAIRS:
        if {without, contrast} <= known:
            said = _difference(out / contrast, out / without)
            lines.append(f"- {encoder}: contrast minus supervised {said}")
    return lines


def _lead(out: Path, rows: Sequence[RecipeRow]) -> list[str]:
    """The first of the table minus each of the others, with DeLong's test; nothing is corrected for many."""
    known = [row for row in _ranked(rows) if row.auc]
    return [
        f"- {known[0].recipe} minus {row.recipe} {_difference(out / known[0].recipe, out / row.recipe)}"
        for row in known[1:]
    ]


def _difference(first: Path, second: Path) -> str:
    given, truth = _tested(first)
    found = compare(given, _tested(second)[0], truth)
    p = "no test" if np.isnan(found.p) else "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}"
    return f"{found.difference:+.3f} AUC ({found.ci[0]:+.3f} to {found.ci[1]:+.3f}, {p})"


def _draw(out: Path, rows: Sequence[RecipeRow]) -> None:
    from app.figures.style import save
    from app.figures.training import auc_intervals, feature_maps, measures_side_by_side, roc_curves

    known = [row for row in _ranked(rows) if row.auc]
    if not known:
        return
    said = "simulated test scans" if known[0].simulated else "test scans"
    title = f"{known[0].test_scans} {said}"
    intervals = [(row.recipe, row.auc[0], row.auc[1], row.auc[2]) for row in known if row.auc]
    save(auc_intervals(intervals, title), out / "auc")
    scores = [_tested(out / row.recipe) for row in known]
    curves = [(row.recipe, given) for row, (given, _) in zip(known, scores, strict=True)]
    save(roc_curves(curves, scores[0][1], title), out / "roc")
    points = _points(out, known)["at_threshold"]
    save(measures_side_by_side(points, title), out / "measures")
    maps = [
        (f"{encoder}, {how}", *_mapped(out / name / FEATURES))
        for encoder, *pair in PAIRS
        if all((out / name / FEATURES).is_file() for name in pair)
        for how, name in zip(("supervised", "contrast"), pair, strict=True)
    ]
    if maps:
        save(feature_maps(maps, f"Features of {title}"), out / "umap")


def _mapped(path: Path) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Places in the plane (n, 2) and truth (n,) of a run's test scans."""
    rows = csv_records(path)
    places = np.array([[float(row["x"]), float(row["y"])] for row in rows])
    return places, np.array([row["truth"] == "1" for row in rows])


def _tested(run: Path) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Probability and truth of a run's test scans, in the order of the split."""
    rows = [row for row in csv_records(run / PREDICTIONS) if row["part"] == "test"]
    return (
        np.array([float(row["probability"]) for row in rows]),
        np.array([row["truth"] == "1" for row in rows]),
    )
