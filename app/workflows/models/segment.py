"""Outlines of what a model draws on many scans; what fails is told, the rest goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.formats import format_named
from app.annotation.label_set import LabelSet
from app.annotation.masks import label_mask
from app.errors import AppError
from app.faults import one_of_many
from app.files import csv_text, write_whole
from app.learning.predict import open_predictor
from app.learning.prediction import Prediction
from app.learning.segment import drawing_model, segmented
from app.learning.weights import InstalledModel
from app.progress import NoProgress, Progress, check_cancelled
from app.scan.scan import Scan
from app.workflows.scans.library import find_scans, load_scan

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
    left_out = [f"{row.files[0].name}: {row.reason}" for row in found.rows if not row.usable]
    if not found.usable:
        raise AppError(f"There is no scan in {paths[0].name}.", "Check the path.")
    write = _writer(FORMATS[format_name])
    rows: list[Row] = []
    files: list[Path] = []
    notes: list[str] = []
    lesions, seconds = 0, 0.0
    try:
        for place, row in enumerate(found.usable):
            check_cancelled(progress)
            progress.report(place / len(found.usable), f"Scan {place + 1} of {len(found.usable)}")
            try:
                with one_of_many(row.case):
                    scan = load_scan(row)
                    prediction = predictor.predict(scan, attention=False)
                    labels = segmented(prediction, scan, model)
                    files += write(out, labels, scan, prediction)
            except AppError as error:
                left_out.append(f"{row.files[0].name}: {error}")
                continue
            rows.append(_row(prediction, labels))
            lesions += int(rows[-1][COLUMNS.index("lesions")])
            seconds += prediction.seconds
            notes += [f"{scan.case}: {doubt}" for doubt in prediction.doubts]
            if scan.needs_confirmation:
                notes.append(f"{scan.case}: its sides were guessed, see `scintiread info`")
    finally:
        if rows:
            write_whole(out / TABLE, _table(rows))
    if not rows:
        raise AppError(f"None of the scans could be drawn on: {left_out[0]}")
    progress.report(1.0, f"{len(rows)} of {len(found.usable)}")
    notes += predictor.notes
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
        "made_by": asdict(labels.made_by) if labels.made_by else None,
        "notice": _notice(labels),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, made_by=np.array(json.dumps(facts)), **arrays)  # type: ignore[arg-type]
    path = out / f"{labels.case}.npz"
    write_whole(path, buffer.getvalue())
    return (path,)


def _notice(labels: LabelSet) -> str:
    trained = " Model trained on SIMULATED scans." if labels.made_by and labels.made_by.simulated else ""
    return f"Drawn by a model, reviewed by nobody.{trained} Research use only."


def _row(prediction: Prediction, labels: LabelSet) -> Row:
    foci = [region for region in labels.annotation.regions if region.label == METASTASIS]
    pixels = {
        label: sum(
            int(label_mask(labels.annotation, view, label, labels.shape(view)).sum()) for view in labels.sizes
        )
        for label in (METASTASIS, BLADDER)
    }
    return (
        prediction.case,
        prediction.model,
        prediction.version,
        f"{prediction.probability:.6f}",
        f"{prediction.threshold:.6f}",
        str(int(prediction.call)),
        f"{labels.made_by.threshold:g}" if labels.made_by else "",
        str(len({region.lesion for region in foci})),
        str(len(foci)),
        str(pixels[METASTASIS]),
        str(pixels[BLADDER]),
        f"{prediction.seconds:.4f}",
        prediction.device,
        prediction.training_data,
        prediction.weights_sha256,
        prediction.missing_view or "",
        "" if prediction.familiarity is None else f"{prediction.familiarity:.1f}",
    )


def _table(rows: list[Row]) -> bytes:
    return csv_text([COLUMNS, *rows]).encode()
