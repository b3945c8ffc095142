"""Algorithms' scores from a table `model,case,score[,call,seconds]`, laid beside the study's cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.analysis.placements import Floats
from app.analysis.readings import Predictions, Readings
from app.errors import AppError
from app.tables.ids import unmatched
from app.tables.read import read_table


def read_predictions(paths: tuple[Path, ...], readings: Readings) -> Predictions:
    """Read all prediction files; a table without `model` takes the file's name for it.

    Raises `AppError` for a case predicted twice by a model, a truth that differs from the study's, a score
    that is no number, and a file without any case of the study.
    """
    index = {case: place for place, case in enumerate(readings.cases)}
    scores: dict[str, Floats] = {}
    calls: dict[str, Floats] = {}
    times: dict[str, Floats] = {}
    notes: list[str] = []
    for path in paths:
        table = read_table(path, "predictions")
        table.require("case", "score")
        table.require_records("predictions")
        named = table.find("model")
        models = table.text("model") if named else [path.stem] * len(table.lines)
        cases, values = table.ids("case"), table.numbers("score", measured=True)
        decided = table.flags("call") if table.find("call") else np.full(len(cases), np.nan)
        took = table.numbers("seconds") if table.find("seconds") else np.full(len(cases), np.nan)
        truth = table.flags("truth") if table.find("truth") else np.full(len(cases), np.nan)
        outside = unmatched(path.name, cases, index, readings.source)
        notes += [outside] if outside else []
        seen: dict[tuple[str, str], int] = {}
        for row, (model, case) in enumerate(zip(models, cases, strict=True)):
            line = table.lines[row]
            if (model, case) in seen:
                raise AppError(
                    f"{path.name}, line {line}: {model} has case {case} already on line {seen[model, case]}.",
                    "Keep one score per model and case.",
                )
            seen[model, case] = line
            if case not in index:
                continue
            place = index[case]
            if not np.isnan(truth[row]) and bool(truth[row]) != bool(readings.truth[place]):
                raise AppError(
                    f"{path.name}, line {line}: the truth of case {case} contradicts {readings.source}.",
                    "Correct one of the files, or delete the truth column here.",
                )
            scores.setdefault(model, np.full(len(index), np.nan))[place] = values[row]
            calls.setdefault(model, np.full(len(index), np.nan))[place] = decided[row]
            times.setdefault(model, np.full(len(index), np.nan))[place] = took[row]
    for model, score in scores.items():
        absent = int(np.isnan(score).sum())
        if absent:
            notes.append(
                f"{model}: {absent} of {len(score)} cases have no prediction; they are missing for it."
            )
    if not scores:
        return Predictions.none(len(index))
    score, call, seconds = (np.stack(list(rows.values())) for rows in (scores, calls, times))
    return Predictions(tuple(scores), score, call, tuple(notes), None if np.isnan(seconds).all() else seconds)
