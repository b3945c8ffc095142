"""Takes AI results over that another program computed: a table, with heat maps in a folder beside it.

Columns `case,probability`, and where known `model`, `version`, `threshold`, `training_data`,
`weights_sha256`, `heatmap_method`, `missing_view` and `familiarity`; the table that `scintiread predict`
writes fits. Heat maps are `CASE.npz` with arrays `anterior` and `posterior`, or `CASE_anterior.png` and
`CASE_posterior.png` in grey, in the pixels of each view.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.model_identity import ModelIdentity
from app.progress import NoProgress, Progress, one_by_one
from app.scan.npz import opened_npz
from app.scan.opened_picture import opened_picture
from app.scan.scan import ViewName
from app.store.opening import OpenStudy, open_study
from app.study.ai_result import AiResult, Attention
from app.study.case import StudyCase
from app.tables.ids import explained
from app.tables.read import read_table
from app.tables.table import Table
from app.wording import counted
from app.workflows.study.ai_compute import AiMade
from app.workflows.study.ai_results import name_model, require_same_source, wanted_cases
from app.workflows.study.case_scan import read_case
from app.workflows.study.truth import kept_key

DEFAULTS = {"model": "imported", "version": "", "threshold": "0.5", "training_data": "data unknown here"}
_MODEL = ("model", "version", "training_data", "weights_sha256")
_TEXTS = (*_MODEL, "heatmap_method", "missing_view")
_NOTHING = "Correct the table; nothing was taken over."


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
        results = _results(table, cases, kept_key(study.folder))
        source = _one_source(table, results.values())
        require_same_source(study, source)
        found = {}
        for code, result in one_by_one(results.items(), progress, "AI result"):
            maps, method = _heatmaps(study, cases[code], heatmaps) if heatmaps else ({}, "")
            told = result.heatmap_method or method or ("unknown method" if maps else "")
            found[code] = (replace(result, heatmaps=maps, heatmap_method=told), cases[code].image_hashes)
    finally:
        study.close()
    note = name_model(path, source, next(iter(results.values())).threshold)
    study = open_study(path)
    try:
        kept_before = len(require_same_source(study, source))
        study.ai.keep(found)
        have = {entry.case for entry in study.ai.entries()}
        missing = [case for case in wanted_cases(study) if case not in have]
    finally:
        study.close()
    failed = tuple((case, f"{table.name} has no line for case {case}.") for case in missing)
    kept = max(kept_before - len(found), 0)
    return AiMade(source.title, len(found), kept, failed, note)


def _results(path: Path, cases: Mapping[str, StudyCase], key: Mapping[str, str]) -> dict[str, AiResult]:
    """The results by case code; `key` gives the code of an original name."""
    table = read_table(path, "predictions")
    table.require("case", "probability")
    table.require_records("results")
    names = table.ids("case")
    codes = [key.get(name, name) for name in names]
    strangers = [row for row, code in enumerate(codes) if code not in cases]
    if strangers:
        told = explained([names[row] for row in strangers], {*cases, *key})
        raise AppError(f"{table.at(strangers[0])}: the study has no case {told}.", _NOTHING)
    probability, threshold = _numbers(table, "probability"), _numbers(table, "threshold")
    familiarity = _numbers(table, "familiarity", 100.0)
    found: dict[str, AiResult] = {}
    for row, code in enumerate(codes):
        if code in found:
            raise AppError(f"{table.at(row)}: case {code} stands there twice.", _NOTHING)
        if np.isnan(probability[row]):
            raise AppError(f"{table.at(row)}: probability is empty.", _NOTHING)
        missing = table.column("missing_view")[row]
        if missing and missing not in list(ViewName):
            raise AppError(f"{table.at(row)}: missing_view “{missing}” is no view.", _NOTHING)
        text = {name: table.column(name)[row] or DEFAULTS.get(name, "") for name in _TEXTS}
        found[code] = AiResult(
            model=ModelIdentity(*(text[name] for name in _MODEL)),
            probability=probability[row],
            threshold=threshold[row],
            heatmap_method=text["heatmap_method"],
            missing_view=text["missing_view"],
            familiarity=None if np.isnan(familiarity[row]) else familiarity[row],
        )
    return found


def _numbers(table: Table, name: str, most: float = 1.0) -> list[float]:
    """A column of numbers from 0 to `most`; where a cell is empty its default, else NaN."""
    default = float(DEFAULTS.get(name, "nan"))
    if table.find(name) is None:
        return [default] * len(table.lines)
    values = table.numbers(name)
    wrong = np.flatnonzero((values < 0) | (values > most))
    if len(wrong):
        row = int(wrong[0])
        raise AppError(f"{table.at(row)}: {name} {values[row]:g} is not between 0 and {most:g}.", _NOTHING)
    return [default if np.isnan(value) else float(value) for value in values]


def _one_source(table: Path, results: Collection[AiResult]) -> ModelIdentity:
    sources = {result.model.source: result.model for result in results}
    thresholds = {result.threshold for result in results}
    if len(sources) > 1 or len(thresholds) > 1:
        what = counted(len(sources), "model") if len(sources) > 1 else f"{len(thresholds)} thresholds"
        raise AppError(f"{table.name} mixes {what}.", "A study shows one model with one threshold.")
    return next(iter(sources.values()))


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
            with opened_npz(packed) as archive:
                names = {view: name for view in ViewName for name in _arrays(view) if name in archive}
                maps = {view: np.asarray(archive[name], dtype=np.float32) for view, name in names.items()}
                method = str(archive["method"]) if "method" in archive else ""
            return {view: heat for view, heat in maps.items() if heat.ndim == 2}, method
        except (OSError, ValueError, KeyError) as error:
            raise AppError(
                f"{packed.name} is no heat map.", "It needs arrays anterior and posterior."
            ) from error
    pictures = {view: folder / f"{name}_{view.value}.png" for view in ViewName}
    return {view: _picture(file) for view, file in pictures.items() if file.is_file()}, ""


def _picture(file: Path) -> Attention:
    try:
        with opened_picture(file) as image:
            return np.asarray(image.convert("L"), dtype=np.float32) / np.float32(255)
    except (OSError, ValueError) as error:
        raise AppError(f"{file.name} cannot be read as a picture.", "Save it again as a grey PNG.") from error
