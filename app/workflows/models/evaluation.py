"""How a model does on a cohort whose truth is known: from the files on disk to AUC, drawing and attention."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.analysis.delong import auc_interval
from app.analysis.operating import operating_point
from app.analysis.placements import placements
from app.analysis.proportions import Proportion
from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.learning.dataset import CaseFile, CohortFiles
from app.learning.explanation_metrics import (
    CaseExplanation,
    Explanation,
    case_explanation,
    dice,
    explained,
    mean_interval,
)
from app.learning.predict import Predictor
from app.learning.prediction import Prediction
from app.learning.recipe import LabelMaps
from app.progress import NoProgress, Progress
from app.scan.scan import Scan, ViewName
from app.scan.window import body_mask
from app.wording import counted
from app.workflows.training.cohort import open_cohort
from app.workflows.training.labels import label_maps

Bools = NDArray[np.bool_]
DRAWN_FROM = tuple(round(0.1 * step, 1) for step in range(1, 10))
"""Probabilities from which a pixel may count as drawn."""
USUAL = 0.5


@dataclass(frozen=True, eq=False)
class Evaluated:
    """What a model said of a cohort: probability float64 (n,), truth bool (n,), measures of some cases.

    `cohort` has the cases that could be used, in the order of the arrays.
    `dice` of the drawing, float64 (positive cases, len(DRAWN_FROM)), None for a model that does not draw.
    """

    cohort: CohortFiles
    probability: NDArray[np.float64]
    truth: Bools
    dice: NDArray[np.float64] | None = None
    explanation: Explanation | None = None
    left_out: tuple[str, ...] = ()
    """One sentence for each scan that could not be used."""

    @property
    def best_drawn_from(self) -> float | None:
        """The probability from which the drawing agrees best with the true metastases."""
        return None if self.dice is None else DRAWN_FROM[int(self.dice.mean(axis=0).argmax())]

    def facts(self, threshold: float, title: str = "", drawn_from: float = USUAL) -> dict[str, Any]:  # JSON
        """The measures by name, as model cards keep them; estimates as [estimate, low, high]."""
        values = placements(self.probability[None], self.truth)
        auc = float(values.auc[0])
        low, high = auc_interval(values)
        point = operating_point((self.probability >= threshold).astype(np.float64), self.truth)
        return {
            "title": title or self.cohort.name,
            "n": len(self.truth),
            "positives": int(self.truth.sum()),
            "left_out": list(self.left_out),
            "auc": [auc, low, high],
            "sensitivity": _estimate(point.sensitivity),
            "specificity": _estimate(point.specificity),
            "brier": float(np.mean((self.probability - self.truth) ** 2)),
            "dice": None
            if self.dice is None
            else list(mean_interval(self.dice[:, DRAWN_FROM.index(drawn_from)].tolist())),
            "cohort": dict(self.cohort.facts),
        }


def evaluate(
    predictor: Predictor,
    path: Path,
    *,
    attention: bool = False,
    scans: int | None = None,
    threshold: float | None = None,
    progress: Progress | None = None,
) -> Evaluated:
    """Predict the cases of a cohort, or its first `scans`, and lay them beside the truth.

    With `attention`, where the model looked is compared with the true metastases of the scans that it rightly
    calls from `threshold` on (default: its own). Scans that cannot be used are left out, and named. Raises
    AppError when what is used is of one kind only.
    """
    progress = progress or NoProgress()
    cohort = open_cohort(path, progress)
    cases = cohort.cases[:scans]
    _check_kinds(cohort.name, [case.truth for case in cases], ())
    threshold = predictor.model.threshold if threshold is None else threshold
    probability: list[float] = []
    used: list[CaseFile] = []
    failed: list[LeftOut[CaseFile]] = []
    drawn: list[list[float]] = []
    looked: list[CaseExplanation] = []
    method = ""
    simulated = cohort.simulated
    labelled = attention or predictor.model.segments
    predicted = partial(_predicted, predictor, attention)
    for case, (scan, made) in each_scan(cases, predicted, progress, failed, of=f" of {cohort.name}"):
        probability.append(made.probability)
        used.append(case)
        simulated = simulated or scan.simulated
        if not case.truth or not case.labels or not labelled:
            continue
        labels = label_maps(case, scan)
        lesions = labels.metastases
        if not any(mask.any() for mask in lesions.values()):
            continue
        if made.planes:
            drawn.append(_dice(made, lesions))
        if made.attention and made.probability >= threshold:
            method = made.attention_method
            looked.append(_explained(scan, made, lesions, labels))
    truth = [case.truth for case in used]
    left_out = tuple(str(one.error) for one in failed)
    _check_kinds(cohort.name, truth, left_out)
    return Evaluated(
        replace(cohort, cases=tuple(used), simulated=simulated),
        np.array(probability),
        np.array(truth),
        np.array(drawn) if drawn else None,
        explained(looked, method) if looked else None,
        left_out,
    )


def _check_kinds(name: str, truth: Sequence[bool], left_out: Sequence[str]) -> None:
    if len(set(truth)) < 2:
        many = f" that can be used: {left_out[0]}" if left_out else "."
        raise AppError(f"{name} has cases of one kind only{many}", "Give scans with and without metastases.")


def _predicted(predictor: Predictor, attention: bool, case: CaseFile) -> tuple[Scan, Prediction]:
    scan = case.read()
    return scan, predictor.predict(scan, attention=attention, planes=predictor.model.segments)


def _dice(made: Prediction, lesions: Mapping[ViewName, Bools]) -> list[float]:
    """Dice of the first thing that the net draws and the metastases, over all views, at each DRAWN_FROM."""
    plane = next(iter(made.planes.values()))
    drawn = np.concatenate([plane[view].ravel() for view in plane])
    lesion = np.concatenate([lesions[view].ravel() for view in plane])
    return [dice(drawn >= level, lesion) for level in DRAWN_FROM]


def _explained(
    scan: Scan, made: Prediction, lesions: Mapping[ViewName, Bools], labels: LabelMaps
) -> CaseExplanation:
    counts = {view.name: view.counts for view in scan.views}
    return case_explanation(
        made.attention,
        lesions,
        counts,
        {name: body_mask(image) for name, image in counts.items()},
        labels.bladders or None,
    )


def _estimate(found: Proportion) -> list[float] | None:
    return None if math.isnan(found.estimate) else [found.estimate, *found.wilson]


def sentence(measured: Mapping[str, Any]) -> str:
    """AUC with its interval, and on how many scans, for people."""
    estimate, low, high = measured["auc"]
    left_out = measured.get("left_out", ())
    without = f"; {counted(len(left_out), 'scan')} left out, the first: {left_out[0]}" if left_out else ""
    return (
        f"{measured['title']}: AUC {estimate:.3f} (95 % CI {low:.3f}-{high:.3f}), "
        f"{counted(measured['n'], 'scan')}, {measured['positives']} with metastases{without}"
    )
