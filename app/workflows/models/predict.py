"""A model's probability for every scan of a folder, with maps of where it looked; what fails is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.faults import one_of_many
from app.files import csv_text, write_whole
from app.learning.dataset import blanked_words
from app.learning.predict import BATCH, Predictor, ReadyScan, open_predictor
from app.learning.prediction import Prediction
from app.learning.weights import InstalledModel, find_model
from app.progress import NoProgress, Progress
from app.study.ai_doubts import UNFAMILIAR, unfamiliar
from app.wording import counted
from app.workflows.models.heatmaps import write_heatmaps
from app.workflows.scans.library import find_scans, load_scan
from app.workflows.scans.scan_row import ScanRow

LEFT_OUT_COLUMNS = ("file", "reason")
AHEAD = 2
"""Threads that read scans while the net works."""


@dataclass(frozen=True)
class PredictRequest:
    """What to predict, with what, and where it goes."""

    paths: tuple[Path, ...]
    out: Path
    model: str = ""
    heatmaps: Path | None = None
    device: str = "auto"
    batch: int = BATCH
    threads: int = 0


@dataclass(frozen=True)
class Predicted:
    """What came out: the model, its device, one sentence per file left out, and what did not go as asked."""

    model: InstalledModel
    out: Path
    count: int
    calls: int
    device: str
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    left_out_file: Path | None = None
    seconds: float = 0.0


def predict(request: PredictRequest, progress: Progress | None = None) -> Predicted:
    """Predict every scan under the paths and write the table; heat maps as well where a folder is given.

    The table is written as a whole at the end, or when the work is cancelled: with what was reached. Scans
    that cannot be read or used are rows of `<name>.left_out.csv` beside it.

    Raises AppError when there is no scan, no such model or device, or the disk refuses; Cancelled when asked
    to stop.
    """
    progress = progress or NoProgress()
    _check(request)
    model = find_model(request.model)
    predictor = open_predictor(model, request.device, request.threads)
    rows = find_scans(request.paths, decode=False).rows
    usable = [row for row in rows if row.usable]
    reasons = [(row.files[0].name, row.reason) for row in rows if not row.usable]
    if not usable:
        reason = reasons[0][1] if reasons else "There are no files."
        raise AppError(f"There is no scan to predict in {request.paths[0].name}: {reason}", "Check the path.")
    done: list[Prediction] = []
    left_out: list[LeftOut[ScanRow]] = []
    unsure = 0
    try:
        for ready, prediction in _answered(predictor, usable, request, left_out, progress):
            if request.heatmaps is not None:
                write_heatmaps(request.heatmaps, prediction, ready.scan)
            done.append(replace(prediction, attention={}, planes={}))
            unsure += ready.scan.needs_confirmation
    finally:
        if done:
            write_whole(request.out, table(done))
    reasons += [(one.item.files[0].name, str(one.error)) for one in left_out]
    left_out_file = request.out.with_name(f"{request.out.stem}.left_out.csv")
    if reasons:
        write_whole(left_out_file, csv_text([LEFT_OUT_COLUMNS, *reasons]))
    else:
        left_out_file.unlink(missing_ok=True)  # of an earlier run into the same file
    if not done:
        raise AppError(f"None of {counted(len(rows), 'scan')} could be predicted: {reasons[0][1]}")
    progress.report(1.0, f"{len(done)} of {len(usable)}")
    return Predicted(
        model,
        request.out,
        len(done),
        sum(one.call for one in done),
        predictor.device,
        tuple(reasons),
        (*predictor.notes, *_doubts(unsure, done)),
        left_out_file if reasons else None,
        sum(one.seconds for one in done),
    )


def table(predictions: Sequence[Prediction]) -> str:
    """At least one prediction as CSV, a line each; `scintiread analyse --predictions` takes it as it is."""
    rows = [one.row for one in predictions]
    return csv_text([list(rows[0]), *(list(row.values()) for row in rows)])


def _answered(
    predictor: Predictor,
    rows: Sequence[ScanRow],
    request: PredictRequest,
    left_out: list[LeftOut[ScanRow]],
    progress: Progress,
) -> Iterator[tuple[ReadyScan, Prediction]]:
    """The answers in the order of the scans; threads read ahead, never more than a batch and two."""

    def ready(row: ScanRow) -> ReadyScan:
        return predictor.ready(load_scan(row))

    attention = request.heatmaps is not None
    with ThreadPoolExecutor(AHEAD) as pool:
        made = each_scan(rows, ready, progress, left_out, executor=pool, ahead=request.batch + AHEAD)
        while batch := list(islice(made, request.batch)):
            yield from _answers(predictor, batch, attention, left_out)


def _answers(
    predictor: Predictor,
    batch: list[tuple[ScanRow, ReadyScan]],
    attention: bool,
    left_out: list[LeftOut[ScanRow]],
) -> Iterator[tuple[ReadyScan, Prediction]]:
    """The answers of a batch; when one scan spoils it, each scan for itself."""
    prepared = [ready for _, ready in batch]
    try:
        with one_of_many(prepared[0].scan.case):
            answers = predictor.answer(prepared, attention=attention, planes=False)
    except AppError as error:
        if len(batch) == 1:
            left_out.append(LeftOut(batch[0][0], error))
            return
        for one in batch:
            yield from _answers(predictor, [one], attention, left_out)
        return
    yield from zip(prepared, answers, strict=True)


def _doubts(unsure: int, done: Sequence[Prediction]) -> tuple[str, ...]:
    said = []
    if unsure:
        which = "The sides of 1 scan were" if unsure == 1 else f"The sides of {unsure:,} scans were"
        said.append(
            f"{which} guessed: a model that takes front for back answers wrongly. See `scintiread info`."
        )
    if any(one.blanked for one in done):
        said.append(blanked_words([one.blanked for one in done]))
    one_view = sum(one.missing_view is not None for one in done)
    if one_view:
        said.append(
            f"{counted(one_view, 'scan')} had one view only; the column missing_view names the other."
        )
    strange = sum(unfamiliar(one.familiarity) for one in done)
    if strange:
        said.append(
            f"{counted(strange, 'scan is', 'scans are')} unlike those that the model knows (familiarity "
            f"below {UNFAMILIAR:g} of 100, as 5 of 100 scans are that it does know)."
        )
    return tuple(said)


def _check(request: PredictRequest) -> None:
    if request.batch < 1 or request.threads < 0:
        raise AppError("A batch holds at least 1 scan, and threads are at least 0.", "Correct the number.")
    if request.out.is_dir():
        raise AppError(f"{request.out.name} is a folder.", "Name a file, such as predictions.csv.")
