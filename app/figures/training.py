"""Figures of one training: its course, ROC curve and calls on the test scans, the map of its features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from app.analysis.placements import auc
from app.analysis.roc import roc_curve
from app.figures.style import (
    BLUE,
    GREY,
    MODEL_COLOURS,
    MODEL_LINES,
    NEGATIVE,
    POSITIVE,
    new_figure,
    unit_square,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def training_course(
    epochs: Sequence[int], losses: Sequence[float], aucs: Sequence[float | None], phases: Sequence[str]
) -> Figure:
    """Loss and validation AUC per epoch, counted from 1; a dotted line where a phase begins."""
    figure = new_figure(6.4, 3.2)
    left, right = figure.subplots(1, 2)
    place = np.arange(1, len(epochs) + 1)
    changes = [at for at in range(1, len(phases)) if phases[at] != phases[at - 1]]
    # losses of two phases are two things: no line joins them
    for start, end in zip([0, *changes], [*changes, len(phases)], strict=True):
        colour = MODEL_COLOURS[changes.index(start) + 1 if start else 0]
        name = phases[start] if phases else ""
        left.plot(place[start:end], losses[start:end], color=colour, marker=".", label=name)
    left.legend(loc="upper right")
    left.set(ylabel="loss", title="Training")
    known = [(at, value) for at, value in zip(place, aucs, strict=True) if value is not None]
    if known:
        right.plot(*zip(*known, strict=True), color=BLUE, marker=".", clip_on=False)
    right.set(ylabel="AUC", title="Validation", ylim=(0.0, 1.02))
    for axes in (left, right):
        axes.set(xlabel="epoch", xlim=(0.5, max(len(epochs), 1) + 0.5))
        axes.xaxis.get_major_locator().set_params(integer=True)
        for at in changes:
            axes.axvline(at + 0.5, color=GREY, linewidth=0.8, linestyle=":")
    return figure


def roc_curves(models: Sequence[tuple[str, Floats]], truth: Bools, title: str) -> Figure:
    """Empirical ROC curves of one or more models on the same scans.

    models: name and probabilities float64 (n,); truth: bool (n,), both kinds.
    """
    figure = new_figure(5.2 if len(models) < 7 else 8.4, 4.4)
    axes = figure.subplots()
    unit_square(axes)
    for at, (name, scores) in enumerate(models):
        curve = roc_curve(scores, truth)
        colour = MODEL_COLOURS[at % len(MODEL_COLOURS)]
        line = MODEL_LINES[at // len(MODEL_COLOURS) % len(MODEL_LINES)]
        label = f"{name}, AUC {auc(scores, truth):.3f}"
        axes.plot(curve.false_positive, curve.true_positive, color=colour, linestyle=line, label=label)
    axes.set_title(title)
    outside = len(models) > 6
    axes.legend(
        loc="center left" if outside else "lower right", bbox_to_anchor=(1.02, 0.5) if outside else None
    )
    return figure


def roc_folds(folds: Sequence[tuple[Floats, Bools]], pooled: Sequence[float], title: str) -> Figure:
    """The curve of all folds' test scans together over the curves of the folds that have both kinds.

    folds: probabilities float64 (n,) and truth bool (n,) of each; pooled: AUC of all, low, high.
    """
    figure = new_figure(5.2, 4.4)
    axes = figure.subplots()
    unit_square(axes)
    alone = [(scores, truth) for scores, truth in folds if 0 < int(truth.sum()) < len(truth)]
    for at, (scores, truth) in enumerate(alone):
        curve = roc_curve(scores, truth)
        label = f"{len(alone)} folds, AUC {_span([auc(*one) for one in alone])}" if not at else None
        axes.plot(curve.false_positive, curve.true_positive, color=GREY, linewidth=0.8, label=label)
    every = [np.concatenate(part) for part in zip(*folds, strict=True)]
    curve = roc_curve(every[0], every[1].astype(bool))
    estimate, low, high = pooled
    label = f"all together, AUC {estimate:.3f} ({low:.3f}-{high:.3f})"
    axes.plot(curve.false_positive, curve.true_positive, color=BLUE, linewidth=2.0, label=label)
    axes.set_title(title)
    axes.legend(loc="lower right")
    return figure


def _span(values: Sequence[float]) -> str:
    return f"{min(values):.3f}-{max(values):.3f}"


def confusion(counts: Sequence[tuple[str, int, int, int, int]]) -> Figure:
    """One table of calls per title; counts: title, TP, FP, FN, TN; shares are of each true class."""
    figure = new_figure(2.3 * len(counts) + 0.3, 2.75)
    panels = figure.subplots(1, len(counts), squeeze=False)[0]
    for axes, (title, tp, fp, fn, tn) in zip(panels, counts, strict=True):
        table = np.array([[tp, fn], [fp, tn]])
        share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
        for (y, x), count in np.ndenumerate(table):
            ink = "white" if share[y, x] > 0.55 else "black"
            axes.text(x, y, f"{count}\n{share[y, x]:.1%}", ha="center", va="center", color=ink, fontsize=9)
        axes.set_xticks([0, 1], ["yes", "no"])
        axes.set_yticks([0, 1], ["metastasis", "none"], rotation=90, va="center")
        axes.set(xlabel="call", title=title)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    return figure


def feature_map(points: Floats, truth: Bools, title: str) -> Figure:
    """Features laid out in the plane, coloured by the truth; points: float64 (n, 2), truth: bool (n,)."""
    figure = new_figure(4.6, 4.2)
    axes = figure.subplots()
    _features(axes, points, truth)
    axes.set(title=title)
    axes.legend(loc="best")
    return figure


def feature_maps(maps: Sequence[tuple[str, Floats, Bools]], title: str) -> Figure:
    """Such maps two by two, for one encoder per line; maps: title, points float64
    (n, 2) and truth bool (n,) of each.
    """
    rows = -(-len(maps) // 2)
    figure = new_figure(7.0, 0.5 + 3.0 * rows)
    panels = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes, (name, points, truth) in zip(panels, maps, strict=True):
        _features(axes, points, truth)
        axes.set(title=name)
    panels[0].legend(loc="best")
    figure.suptitle(title)
    return figure


def _features(axes: Axes, points: Floats, truth: Bools) -> None:
    for kind, colour, name in ((False, NEGATIVE, "no metastasis"), (True, POSITIVE, "metastasis")):
        chosen = points[truth == kind]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=10, color=colour, alpha=0.7, label=name, linewidth=0)
    axes.set(xlabel="UMAP 1", ylabel="UMAP 2")


def measures_side_by_side(models: Sequence[tuple[str, Mapping[str, Any]]], title: str) -> Figure:
    """Accuracy, sensitivity, precision and F1 of each model at its threshold, as Magboo's figure 6.

    models: name and measures as [estimate, low, high], a number, or None.
    """
    figure = new_figure(8.4, 1.1 + 0.27 * len(models))
    panels = figure.subplots(1, len(_SHOWN), sharey=True)
    for axes, (key, words) in zip(panels, _SHOWN, strict=True):
        for at, (_, told) in enumerate(models):
            value = told[key]
            if isinstance(value, Sequence):
                axes.plot(value[1:], [at, at], color=BLUE, linewidth=1.4)
            if value is not None:
                axes.plot(
                    value[0] if isinstance(value, Sequence) else value, at, "s", color=BLUE, markersize=4
                )
        axes.set(title=words, xlim=(-0.02, 1.02))
        axes.grid(axis="x", color="#e6e6e6", linewidth=0.6)
    panels[0].set_yticks(range(len(models)), [name for name, _ in models])
    panels[0].set_ylim(len(models) - 0.4, -0.6)
    figure.suptitle(f"{title}, at each one's threshold")
    return figure


_SHOWN = (
    ("accuracy", "Accuracy"),
    ("sensitivity", "Recall (sensitivity)"),
    ("precision", "Precision"),
    ("f1", "F1"),
)


def auc_intervals(rows: Sequence[tuple[str, float, float, float]], title: str) -> Figure:
    """AUC with its interval, one line each: name, estimate, low, high."""
    figure = new_figure(6.0, 0.8 + 0.27 * len(rows))
    axes = figure.subplots()
    for at, (_, estimate, low, high) in enumerate(rows):
        axes.plot([low, high], [at, at], color=BLUE, linewidth=1.4)
        axes.plot(estimate, at, "s", color=BLUE, markersize=4)
    axes.axvline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set(xlabel="AUC (95 % interval)", title=title, xlim=(0.0, 1.02))
    return figure
