"""How a model does on a cohort whose truth is known: from the files on disk to AUC, drawing and attention."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.analysis.covariance import delong
from app.analysis.delong import delong_interval
from app.analysis.operating import operating_point
from app.analysis.placements import placements
from app.analysis.proportions import Proportion
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
from app.progress import NoProgress, Progress, check_cancelled
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from app.scan.window import body_mask
from app.wording import counted
from app.workflows.training_cohort import label_maps, open_cohort

Bools = NDArray[np.bool_]
METASTASIS, BLADDER = 1, 4
"""Codes of the lesion and organ maps."""
DRAWN_FROM = 0.5
"""A pixel counts as drawn from this probability on."""


@dataclass(frozen=True, eq=False)
class Evaluated:
    """What a model said of a cohort: probability float64 (n,), truth bool (n,), measures of some cases."""

    cohort: CohortFiles
    probability: NDArray[np.float64]
    truth: Bools
    dice: tuple[float, ...] = ()
    explanation: Explanation | None = None

    def facts(self, threshold: float, title: str = "") -> dict[str, Any]:  # JSON
        """The measures by name, as model cards keep them; estimates as [estimate, low, high]."""
        values = placements(self.probability[None], self.truth)
        auc = float(values.auc[0])
        low, high = delong_interval(auc, float(delong(values)[0, 0]))
        point = operating_point((self.probability >= threshold).astype(np.float64), self.truth)
        return {
            "title": title or self.cohort.name,
            "n": len(self.truth),
            "positives": int(self.truth.sum()),
            "auc": [auc, low, high],
            "sensitivity": _estimate(point.sensitivity),
            "specificity": _estimate(point.specificity),
            "brier": float(np.mean((self.probability - self.truth) ** 2)),
            "dice": list(mean_interval(self.dice)) if self.dice else None,
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
    calls from `threshold` on (default: its own). Raises AppError for a cohort of one kind only and for scans
    that cannot be used.
    """
    progress = progress or NoProgress()
    cohort = open_cohort(path, progress)
    cases = cohort.cases[:scans]
    if len({case.truth for case in cases}) < 2:
        raise AppError(
            f"{cohort.name} has cases of one kind only.", "Give scans with and without metastases."
        )
    threshold = predictor.model.threshold if threshold is None else threshold
    probability = np.zeros(len(cases))
    drawn: list[float] = []
    looked: list[CaseExplanation] = []
    method = ""
    labelled = attention or predictor.model.segments
    for index, (case, scan, made) in enumerate(_predicted(predictor, cases, attention)):
        check_cancelled(progress)
        progress.report(index / len(cases), f"Scan {index + 1} of {len(cases)} of {cohort.name}")
        probability[index] = made.probability
        if not case.truth or case.labels is None or not labelled:
            continue
        labels = label_maps(case, scan)
        lesions = {view: maps == METASTASIS for view, maps in labels.lesion.items()}
        if not any(mask.any() for mask in lesions.values()):
            continue
        if made.planes:
            drawn.append(_dice(made, lesions))
        if made.attention and made.probability >= threshold:
            method = made.attention_method
            looked.append(_explained(scan, made, lesions, labels))
    return Evaluated(
        cohort,
        probability,
        np.array([case.truth for case in cases]),
        tuple(drawn),
        explained(looked, method) if looked else None,
    )


def youden_threshold(probability: NDArray[np.float64], truth: Bools) -> float:
    """The probability at which sensitivity + specificity is greatest (Youden 1950), half-way to the next.

    probability: float64 (n,); truth: bool (n,), both kinds.
    """
    values = np.unique(probability)
    edges = np.concatenate([[values[0] / 2], (values[1:] + values[:-1]) / 2])
    calls = probability[None, :] >= edges[:, None]
    index = calls[:, truth].mean(axis=1) + (~calls[:, ~truth]).mean(axis=1)
    return float(edges[int(index.argmax())])


def _predicted(
    predictor: Predictor, cases: tuple[CaseFile, ...], attention: bool
) -> Iterator[tuple[CaseFile, Scan, Prediction]]:
    for case in cases:
        scan = read_scan(*case.files, case=case.case)
        yield case, scan, predictor.predict(scan, attention=attention, planes=predictor.model.segments)


def _dice(made: Prediction, lesions: Mapping[ViewName, Bools]) -> float:
    """Dice of the first thing that the net draws and the metastases, over all views together."""
    plane = next(iter(made.planes.values()))
    views = list(plane)
    return dice(
        np.concatenate([plane[view].ravel() >= DRAWN_FROM for view in views]),
        np.concatenate([lesions[view].ravel() for view in views]),
    )


def _explained(
    scan: Scan, made: Prediction, lesions: Mapping[ViewName, Bools], labels: LabelMaps
) -> CaseExplanation:
    counts = {view.name: view.counts for view in scan.views}
    return case_explanation(
        made.attention,
        lesions,
        counts,
        {name: body_mask(image) for name, image in counts.items()},
        {name: maps == BLADDER for name, maps in labels.organ.items()} or None,
    )


def _estimate(found: Proportion) -> list[float] | None:
    return None if math.isnan(found.estimate) else [found.estimate, *found.wilson]


def sentence(measured: Mapping[str, Any]) -> str:
    """AUC with its interval, and on how many scans, for people."""
    estimate, low, high = measured["auc"]
    return (
        f"{measured['title']}: AUC {estimate:.3f} (95 % CI {low:.3f}-{high:.3f}), "
        f"{counted(measured['n'], 'scan')}, {measured['positives']} with metastases"
    )
