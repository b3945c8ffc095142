"""One case of each outcome of a model on a cohort: its scan, where the model looked, and both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.figures.outcomes import OutcomeRow, outcomes
from app.figures.style import save
from app.learning.dataset import CaseFile
from app.learning.maps import overlay
from app.learning.predict import Predictor, open_predictor
from app.learning.prediction import Prediction
from app.learning.weights import find_model
from app.progress import NoProgress, Part, Progress
from app.scan.window import auto_level
from app.wording import RESEARCH_ONLY
from app.workflows.training.cohort import open_cohort

OUTCOMES: tuple[tuple[str, bool, bool], ...] = (
    ("True positive", True, True),
    ("True negative", False, False),
    ("False positive", False, True),
    ("False negative", True, False),
)
"""Name, truth, call."""


@dataclass(frozen=True)
class OutcomeFigure:
    """The files, and of each outcome the case that was drawn with its probability, None without one."""

    files: tuple[Path, Path]
    drawn: tuple[tuple[str, tuple[str, float] | None], ...]
    left_out: tuple[str, ...] = ()
    """One sentence for each scan that could not be used."""


def outcome_figure(
    model: str,
    cohort: Path,
    out: Path,
    *,
    scans: int | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> OutcomeFigure:
    """Draw `out`.svg and `.png`. Of each outcome that case is shown whose probability lies in the middle.

    So nobody chooses it. Raises AppError for a model or cohort that cannot be used, and for a net that cannot
    say where it looked.
    """
    progress = progress or NoProgress()
    predictor = open_predictor(find_model(model), device)
    found: dict[tuple[bool, bool], list[tuple[float, CaseFile]]] = {}
    files = open_cohort(cohort, progress)
    failed: list[LeftOut[CaseFile]] = []

    def answer(case: CaseFile) -> Prediction:
        return predictor.predict(case.read(), attention=False, planes=False)

    for case, said in each_scan(files.cases[:scans], answer, Part(progress, 0.0, 0.9), failed):
        found.setdefault((case.truth, said.call), []).append((said.probability, case))
    left_out = tuple(str(one.error) for one in failed)
    if not found:
        raise AppError(f"No scan of {files.name} could be used: {left_out[0]}", "Give another cohort.")
    middle = {}
    for kind, group in found.items():
        group.sort(key=lambda one: (one[0], one[1].case))
        middle[kind] = group[(len(group) - 1) // 2]
    rows = [_row(predictor, name, middle.get((truth, call))) for name, truth, call in OUTCOMES]
    drawn = tuple(
        (name, (middle[truth, call][1].case, middle[truth, call][0]) if (truth, call) in middle else None)
        for name, truth, call in OUTCOMES
    )
    shown = predictor.model
    title = f"{shown.identity}, trained on {shown.training_data}; {files.name}. {RESEARCH_ONLY}"
    out.parent.mkdir(parents=True, exist_ok=True)
    made = save(outcomes(rows, title), out.with_suffix(""))
    progress.report(1.0, "Done")
    return OutcomeFigure(made, drawn, left_out)


def _row(predictor: Predictor, name: str, chosen: tuple[float, CaseFile] | None) -> OutcomeRow:
    if chosen is None:
        return OutcomeRow(f"{name}: no case")
    probability, case = chosen
    scan = case.read()
    made = predictor.predict(scan)
    if not made.attention:
        raise AppError(
            f"{predictor.model.identity} cannot say where it looked.", "Install torch, or take another model."
        )
    levels = auto_level([view.counts for view in scan.views])
    views = [view for view in scan.views if view.name in made.attention]
    nowhere = [np.zeros_like(view.counts) for view in views]
    films = [overlay(view.counts, none, levels) for view, none in zip(views, nowhere, strict=True)]
    looked = [made.attention[view.name] for view in views]
    both = [overlay(view.counts, seen, levels) for view, seen in zip(views, looked, strict=True)]
    return OutcomeRow(
        f"{name}: {case.case}, {probability:.2f}",
        np.asarray(_beside(films, 255), np.uint8),
        np.asarray(_beside(looked, 0), np.float32),
        np.asarray(_beside(both, 255), np.uint8),
    )


def _beside(pictures: Sequence[NDArray[Any]], empty: int) -> NDArray[Any]:
    """Pictures (rows, cols, ...) beside each other, shorter ones filled up below."""
    rows = max(len(picture) for picture in pictures)
    filled = [
        np.pad(
            picture,
            ((0, rows - len(picture)), *((0, 0),) * (picture.ndim - 1)),
            constant_values=empty,
        )
        for picture in pictures
    ]
    return np.concatenate(filled, axis=1)
