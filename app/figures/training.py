"""Figures of one training: its course, ROC curve and calls on the test scans, the map of its features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
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
    for kind, colour, name in ((False, NEGATIVE, "no metastasis"), (True, POSITIVE, "metastasis")):
        chosen = points[truth == kind]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=10, color=colour, alpha=0.7, label=name, linewidth=0)
    axes.set(xlabel="UMAP 1", ylabel="UMAP 2", title=title)
    axes.legend(loc="best")
    return figure


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
