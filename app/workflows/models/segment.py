"""Outlines of what a model draws on many scans; what fails is told, the rest goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.formats import format_named
from app.annotation.label_set import LabelSet, made_by_row
from app.annotation.masks import label_mask
from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.files import csv_text, write_whole
from app.learning.predict import open_predictor
from app.learning.prediction import Prediction
from app.learning.segment import drawing_model, segmented
from app.learning.weights import InstalledModel
from app.progress import NoProgress, Progress
from app.scan.scan import Scan
from app.wording import RESEARCH_ONLY
from app.workflows.scans.library import find_scans, load_scan
from app.workflows.scans.scan_row import ScanRow

FORMATS: dict[str, str] = {
    "png": "png",
    "labelme": "labelme",
    "seg": "dicom-seg",
    "npz": "npz",
    "coco": "coco",
    "scintiread": "scintiread",
}
"""Names on the command line, and of the formats of annotations; npz is this module's own."""
TABLE = "segmentation.csv"
COLUMNS = (
    "case", "model", "version", "probability", "threshold", "call", "drawn_from", "lesions", "regions",
    "metastasis_pixels", "bladder_pixels", "seconds", "device", "training_data", "weights_sha256",
    "missing_view", "familiarity",
)  # fmt: skip
Row = tuple[str, ...]


@dataclass(frozen=True)
class Segmented:
    """What was written, and one sentence for everything that was left out or is worth knowing."""

    model: InstalledModel
    cases: int
    files: tuple[Path, ...]
    lesions: int
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


def segment(
    paths: tuple[Path, ...],
    out: Path,
    *,
    model_name: str = "",
    format_name: str = "png",
    device: str = "auto",
    progress: Progress | None = None,
) -> Segmented:
    """Draw on every scan under the paths and write a file per scan or view, and `segmentation.csv`.

    Everything that the model draws is written, also on scans that it calls normal; the table says which.
    Raises AppError when there is no scan or no model that draws, Cancelled when asked to stop: what was
    written before stays, with its table.
    """
    progress = progress or NoProgress()
    if format_name not in FORMATS:
        raise AppError(f"{format_name} is no format of masks.", f"Choose one of {', '.join(FORMATS)}.")
    model = drawing_model(model_name)
    predictor = open_predictor(model, device)
    found = find_scans(paths, decode=False)
    if not found.usable:
        raise AppError(f"There is no scan in {paths[0].name}.", "Check the path.")
    write = _writer(FORMATS[format_name])
    rows: list[Row] = []
    files: list[Path] = []
    notes: list[str] = []
    failed: list[LeftOut[ScanRow]] = []
    seconds = 0.0

    def drawn(row: ScanRow) -> tuple[Row, tuple[Path, ...], Prediction, bool]:
        scan = load_scan(row)
        prediction = predictor.predict(scan, attention=False)
        labels = segmented(prediction, scan, model)
        return (
            _row(prediction, labels),
            write(out, labels, scan, prediction),
            replace(prediction, planes={}),
            scan.needs_confirmation,
        )

    try:
        for _, (told, written, prediction, guessed) in each_scan(found.usable, drawn, progress, failed):
            rows.append(told)
            files += written
            seconds += prediction.seconds
            notes += [f"{prediction.case}: {doubt}" for doubt in prediction.doubts]
            if guessed:
                notes.append(f"{prediction.case}: its sides were guessed, see `scintiread info`")
    finally:
        if rows:
            write_whole(out / TABLE, csv_text([COLUMNS, *rows]))
    left_out = [f"{row.files[0].name}: {row.reason}" for row in found.unusable]
    left_out += [f"{one.item.files[0].name}: {one.error}" for one in failed]
    if not rows:
        raise AppError(f"None of the scans could be drawn on: {left_out[0]}")
    progress.report(1.0, f"{len(rows)} of {len(found.usable)}")
    notes += predictor.notes
    lesions = sum(int(row[COLUMNS.index("lesions")]) for row in rows)
    return Segmented(model, len(rows), (*files, out / TABLE), lesions, tuple(left_out), tuple(notes), seconds)


Write = Callable[[Path, LabelSet, Scan, Prediction], tuple[Path, ...]]


def _writer(name: str) -> Write:
    if name == "npz":
        return write_npz
    write = format_named(name).write
    assert write is not None, f"{name} stands in FORMATS and is only read"
    return lambda out, labels, scan, _prediction: write(out, labels, scan)


def write_npz(out: Path, labels: LabelSet, scan: Scan, prediction: Prediction) -> tuple[Path, ...]:
    """CASE.npz: VIEW_PLANE probabilities float16 (rows, cols), VIEW_PLANE_mask bool, `made_by` as JSON."""
    arrays: dict[str, np.ndarray] = {}
    threshold = labels.made_by.threshold if labels.made_by else 0.5
    for plane, views in prediction.planes.items():
        for view, probability in views.items():
            arrays[f"{view.value}_{plane}"] = probability.astype(np.float16)
            arrays[f"{view.value}_{plane}_mask"] = probability >= threshold
    facts = {
        "case": scan.case,
        "simulated_scan": scan.simulated,
        "probability": prediction.probability,
        "missing_view": prediction.missing_view or "",
        "familiarity": prediction.familiarity,
        "made_by": made_by_row(labels.made_by),
        "notice": _notice(labels),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, made_by=np.array(json.dumps(facts)), **arrays)  # type: ignore[arg-type]
    path = out / f"{labels.case}.npz"
    write_whole(path, buffer.getvalue())
    return (path,)


def _notice(labels: LabelSet) -> str:
    trained = (
        " Model trained on SIMULATED scans." if labels.made_by and labels.made_by.model.simulated else ""
    )
    return f"Drawn by a model, reviewed by nobody.{trained} {RESEARCH_ONLY}"


def _row(prediction: Prediction, labels: LabelSet) -> Row:
    foci = [region for region in labels.annotation.regions if region.label == METASTASIS]
    pixels = {
        label: sum(
            int(label_mask(labels.annotation, view, label, labels.shape(view)).sum()) for view in labels.sizes
        )
        for label in (METASTASIS, BLADDER)
    }
    told = {
        **prediction.row,
        "drawn_from": f"{labels.made_by.threshold:g}" if labels.made_by else "",
        "lesions": str(len({region.lesion for region in foci})),
        "regions": str(len(foci)),
        "metastasis_pixels": str(pixels[METASTASIS]),
        "bladder_pixels": str(pixels[BLADDER]),
    }
    return tuple(told[name] for name in COLUMNS)
