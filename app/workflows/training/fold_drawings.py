"""What the folds of a cross-validation drew: each fold's rates, their means, and all folds as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from app.files import csv_text
from app.learning.segmentation_metrics import fold_summary

KINDS, RATES = ("pixel", "lesion"), ("precision", "sensitivity", "f1")
COLUMNS = tuple(f"{kind}_{rate}" for kind in KINDS for rate in RATES)
Facts = Mapping[str, Any]  # JSON


def drawings_of_folds(folds: Sequence[Facts]) -> dict[str, Any]:
    """Of pixels and of lesions, for each rate: mean and spread over the folds, and all folds pooled.

    F1 is given three ways: the mean of the folds' F1, F1 of the mean precision and mean sensitivity, which
    Diagnostics 2023;13:3042 prints as mean F1, and F1 of the pooled counts.
    """
    from app.learning.drawn_scores import DrawnScores, rates

    known = [DrawnScores.of(facts) for facts in folds]
    pooled = sum(known, DrawnScores())
    made: dict[str, Any] = {"folds": len(folds), "from": folds[0]["from"]}
    for kind, each, whole in (
        ("pixel", [one.pixels for one in known], pooled.pixels),
        ("lesion", [one.lesions for one in known], pooled.lesions),
    ):
        told: dict[str, Any] = {}
        for rate in RATES:
            values = [value for one in each if (value := rates(one)[rate]) is not None]
            told[rate] = {
                "mean": float(np.mean(values)) if values else None,
                "sd": float(np.std(values, ddof=1)) if len(values) > 1 else None,
                "pooled": rates(whole)[rate],
            }
        told["f1"]["of_means"] = fold_summary(each).f1_of_means
        made[kind] = told | {"counts": asdict(whole)}
    return made


def drawing_table(folds: Sequence[Facts], summary: Facts) -> bytes:
    """A row per fold, then mean, spread, F1 of the mean rates and all folds pooled, CSV."""

    def row(name: str, f1: str) -> list[float | None]:
        return [summary[kind][rate][f1 if rate == "f1" else name] for kind in KINDS for rate in RATES]

    rows = {
        str(number): [facts[kind][rate] for kind in KINDS for rate in RATES]
        for number, facts in enumerate(folds, 1)
    }
    rows |= {
        "mean": row("mean", "mean"),
        "sd": row("sd", "sd"),
        "mean, F1 of the means": row("mean", "of_means"),
        "pooled": row("pooled", "pooled"),
    }
    shown = ([name, *("" if rate is None else f"{rate:.4f}" for rate in told)] for name, told in rows.items())
    return csv_text([("fold", *COLUMNS), *shown]).encode()


def drawing_lines(summary: Facts) -> list[str]:
    """The summary in lines for people."""
    said = []
    for kind in KINDS:
        told = summary[kind]
        means = [f"{rate} {_shown(told[rate]['mean'])} ({_shown(told[rate]['sd'])})" for rate in RATES[:2]]
        f1 = told["f1"]
        said.append(
            f"  {kind}s: {', '.join(means)}, F1 {_shown(f1['of_means'])} of these means, "
            f"{_shown(f1['mean'])} ({_shown(f1['sd'])}) as mean of the folds, {_shown(f1['pooled'])} pooled"
        )
    return said


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
