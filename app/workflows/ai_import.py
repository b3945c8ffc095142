"""Takes AI results over that another program computed: a CSV file, with heat maps in a folder beside it.

Columns `case,probability`, and where known `model`, `version`, `threshold`, `training_data`,
`weights_sha256`, `heatmap_method`, `missing_view` and `familiarity`; the table that `scintiread predict`
writes fits. Heat maps are `CASE.npz` with arrays `anterior` and `posterior`, or `CASE_anterior.png` and
`CASE_posterior.png` in grey, in the pixels of each view.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.scan.scan import ViewName
from app.store.opening import OpenStudy, open_study
from app.study.ai_result import AiResult, Attention
from app.study.case import StudyCase
from app.wording import counted
from app.workflows.ai_compute import AiMade
from app.workflows.ai_results import name_model, require_same_source, wanted_cases
from app.workflows.case_scan import read_case
from app.workflows.study_truth import kept_key

DEFAULTS = {"model": "imported", "version": "", "threshold": "0.5", "training_data": "data unknown here"}
_SAME_NAME = {"p": "probability", "score": "probability", "attention_method": "heatmap_method"}
_MOST_LINES = 1_000_000
_TOLD = 5


@dataclass(frozen=True)
class _Line:
    """One row of the table, checked."""

    number: int
    case: str
    result: AiResult


def import_ai(
    path: Path, table: Path, heatmaps: Path | None = None, progress: Progress | None = None
) -> AiMade:
    """Take the results of a table over, all of them or none.

    Raises AppError naming the line for an unknown case, one that stands there twice, and a probability that
    is no number between 0 and 1; and for a heat map that does not fit its view.
    """
    progress = progress or NoProgress()
    study = open_study(path)
    try:
        cases = {case.code: case for case in study.studies.cases()}
        lines = _lines(table, cases, kept_key(study.folder))
        source = _one_source(table, lines)
        require_same_source(study, source)
        found = {}
        for index, line in enumerate(lines):
            check_cancelled(progress)
            progress.report(index / len(lines), f"AI result {index + 1} of {len(lines)}")
            maps, method = _heatmaps(study, cases[line.case], heatmaps) if heatmaps else ({}, "")
            told = line.result.heatmap_method or method or ("unknown method" if maps else "")
            kept = replace(line.result, heatmaps=maps, heatmap_method=told)
            found[line.case] = (kept, cases[line.case].image_hashes)
    finally:
        study.close()
    name_model(path, source[0], lines[0].result.threshold)
    study = open_study(path)
    try:
        kept_before = len(require_same_source(study, source))
        study.ai.keep(found)
        have = {entry.case for entry in study.ai.entries()}
        missing = [case for case in wanted_cases(study) if case not in have]
    finally:
        study.close()
    failed = tuple((case, f"{table.name} has no line for case {case}.") for case in missing)
    return AiMade(f"{source[0]} {source[1]}".strip(), len(found), max(kept_before - len(found), 0), failed)


def _lines(table: Path, cases: Mapping[str, StudyCase], key: Mapping[str, str]) -> list[_Line]:
    header, rows = _rows(table)
    missing = [name for name in ("case", "probability") if name not in header]
    if missing:
        raise AppError(
            f"{table.name} has no column {' and '.join(missing)}.", "The header must be case,probability,..."
        )
    problems: list[str] = []
    lines: list[_Line] = []
    seen: set[str] = set()
    for number, cells in rows:
        said = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        code = key.get(said["case"], said["case"])
        problem = _problem(said, code, cases, seen, complete=len(cells) == len(header))
        if problem:
            problems.append(f"line {number}: {problem}")
            continue
        seen.add(code)
        lines.append(_Line(number, code, _result(said)))
    if problems:
        more = f"; and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
        raise AppError(
            f"{table.name}, {'; '.join(problems[:_TOLD])}{more}.",
            "Correct the table; nothing was taken over.",
        )
    if not lines:
        raise AppError(f"{table.name} holds no results.", "Give one line per case.")
    return lines


def _rows(table: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AppError(f"{table.name} is not a text file in UTF-8.", "Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise AppError(f"{table.name} cannot be opened: {error.strerror}.", "Check the path.") from error
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    skipped = len(text.splitlines()) - len(lines)
    if not lines or len(lines) > _MOST_LINES:
        raise AppError(f"{table.name} is empty or no table.", "It needs a header line: case,probability.")
    delimiter = max(",;\t", key=lines[0].count)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        header = [_SAME_NAME.get(name.strip().casefold(), name.strip().casefold()) for name in next(reader)]
        rows = [(reader.line_num + skipped, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise AppError(f"{table.name} cannot be read as CSV.", "Save it again as CSV in UTF-8.") from error
    return header, rows


def _problem(
    said: Mapping[str, str], code: str, cases: Mapping[str, StudyCase], seen: set[str], *, complete: bool
) -> str:
    """What is wrong with a row, "" when nothing is."""
    if not complete:
        return "it has more or fewer cells than the header"
    if code not in cases:
        return f"the study has no case {code or 'without a name'}"
    if code in seen:
        return f"case {code} stands there twice"
    for name, most in (("probability", 1), ("threshold", 1), ("familiarity", 100)):
        text = said.get(name) or DEFAULTS.get(name, "")
        if not text and name == "familiarity":
            continue
        try:
            value = float(text)
        except ValueError:
            return f"{name} “{text}” is no number"
        if not (math.isfinite(value) and 0 <= value <= most):
            return f"{name} {text} is not between 0 and {most}"
    missing = said.get("missing_view", "")
    return f"missing_view “{missing}” is no view" if missing and missing not in list(ViewName) else ""


def _result(said: Mapping[str, str]) -> AiResult:
    def text(name: str) -> str:
        return said.get(name) or DEFAULTS.get(name, "")

    return AiResult(
        model=text("model"),
        version=text("version"),
        training_data=text("training_data"),
        probability=float(text("probability")),
        threshold=float(text("threshold")),
        weights_sha256=text("weights_sha256"),
        heatmap_method=text("heatmap_method"),
        missing_view=text("missing_view"),
        familiarity=float(text("familiarity")) if text("familiarity") else None,
    )


def _one_source(table: Path, lines: list[_Line]) -> tuple[str, str, str]:
    sources = {(line.result.model, line.result.version, line.result.weights_sha256) for line in lines}
    thresholds = {line.result.threshold for line in lines}
    if len(sources) > 1 or len(thresholds) > 1:
        what = counted(len(sources), "model") if len(sources) > 1 else f"{len(thresholds)} thresholds"
        raise AppError(f"{table.name} mixes {what}.", "A study shows one model with one threshold.")
    return next(iter(sources))


def _heatmaps(study: OpenStudy, case: StudyCase, folder: Path) -> tuple[dict[ViewName, Attention], str]:
    """The maps of a case, float32 (rows, cols) in the pixels of each view, and their method; or none."""
    names = {case.code, *(name for name, code in kept_key(study.folder).items() if code == case.code)}
    found: dict[ViewName, Attention] = {}
    method = ""
    for name in sorted(names):
        maps, told = _files(folder, name)
        found, method = {**found, **maps}, told or method
    if not found:
        return {}, ""
    shapes = {view.name: view.counts.shape for view in read_case(study.folder.path, case).views}
    for view, heat in found.items():
        if view not in shapes:
            raise AppError(
                f"Case {case.code} has no {view.value} view, but a heat map of it.", "Take it out."
            )
        if heat.shape != shapes[view]:
            rows, cols = shapes[view]
            raise AppError(
                f"The {view.value} heat map of case {case.code} is {heat.shape[0]} × {heat.shape[1]}, "
                f"its image {rows} × {cols}.",
                "Give heat maps in image pixels.",
            )
        if not np.isfinite(heat).all() or heat.min() < 0 or heat.max() > 1:
            raise AppError(f"A heat map of case {case.code} leaves 0 to 1.", "Scale it, then try again.")
    return found, method


def _arrays(view: ViewName) -> tuple[str, str]:
    return view.value, f"attention_{view.value}"


def _files(folder: Path, name: str) -> tuple[dict[ViewName, Attention], str]:
    """The maps of a case and how they were computed, where the files say so."""
    packed = folder / f"{name}.npz"
    if packed.is_file():
        try:
            with np.load(packed, allow_pickle=False) as archive:
                names = {view: name for view in ViewName for name in _arrays(view) if name in archive}
                maps = {view: np.asarray(archive[name], dtype=np.float32) for view, name in names.items()}
                method = str(archive["method"]) if "method" in archive else ""
            return {view: heat for view, heat in maps.items() if heat.ndim == 2}, method
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            raise AppError(
                f"{packed.name} is no heat map.", "It needs arrays anterior and posterior."
            ) from error
    pictures = {view: folder / f"{name}_{view.value}.png" for view in ViewName}
    return {view: _picture(file) for view, file in pictures.items() if file.is_file()}, ""


def _picture(file: Path) -> Attention:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as image:
            return np.asarray(image.convert("L"), dtype=np.float32) / np.float32(255)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise AppError(f"{file.name} cannot be read as a picture.", "Save it again as a grey PNG.") from error
