"""What a model says of every scan of a folder, to be looked at: a row per scan, attention on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.files import write_whole
from app.learning.prediction import Prediction
from app.learning.weights import find_model
from app.progress import NoProgress, Progress
from app.scan.scan import Scan
from app.study.ai_result import AiResult
from app.wording import counted
from app.workflows.models.predict import table
from app.workflows.scans.library import find_scans, load_scan
from app.workflows.scans.scan_row import ScanRow
from app.workflows.study.ai_compute import ai_result


@dataclass(frozen=True, eq=False)
class Scored:
    """One scan with the model's answer, without maps; or why there is none."""

    row: ScanRow
    answer: Prediction | None = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class LookedAt:
    """A scan with the model's answer and its attention, to be shown."""

    scan: Scan
    result: AiResult


def score(paths: Sequence[Path], model: str, progress: Progress | None = None) -> tuple[Scored, ...]:
    """The model's probability for every scan under the paths; files that are none are left out.

    Raises AppError when there is no scan or no such model.
    """
    from app.learning.predict import open_predictor

    progress = progress or NoProgress()
    predictor = open_predictor(find_model(model))
    rows = [row for row in find_scans(paths, decode=False).rows if row.usable]
    if not rows:
        raise AppError(f"There is no scan in {paths[0].name}.", "Choose a folder with whole-body bone scans.")

    def answer(row: ScanRow) -> Prediction:
        return replace(predictor.predict(load_scan(row), attention=False, planes=False), case=row.case)

    left_out: list[LeftOut[ScanRow]] = []
    answers = {row.case: made for row, made in each_scan(rows, answer, progress, left_out)}
    reasons = {one.item.case: one.error.message for one in left_out}
    progress.report(1.0, f"{counted(len(rows), 'scan')} scored")
    return tuple(Scored(row, answers.get(row.case), reasons.get(row.case, "")) for row in rows)


def look_at(row: ScanRow, model: str) -> LookedAt:
    """One scan with the model's attention; raises AppError when it cannot be read or used."""
    from app.learning.predict import open_predictor

    scan = load_scan(row)
    return LookedAt(scan, ai_result(open_predictor(find_model(model)).predict(scan, planes=False)))


def write_scores(scored: Sequence[Scored], out: Path) -> int:
    """Write the answers as CSV, as `scintiread predict` does; how many. Raises AppError."""
    answers = [one.answer for one in scored if one.answer is not None]
    if not answers:
        raise AppError("There is nothing to write: no scan has an answer.", "Score a folder first.")
    write_whole(out, table(answers))
    return len(answers)
