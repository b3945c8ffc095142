"""The algorithms that readers were shown, as raters beside those that a table of predictions brings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.analysis.placements import Floats
from app.analysis.readings import Predictions
from app.analysis.shown import AiPlan, ShownAdvice

_SAME = 0.005
"""Two probabilities that differ by less are the same one, rounded."""


def standalone(shown: ShownAdvice) -> Predictions:
    """The algorithms' own answers, on the cases that were shown as computed.

    A case on which readers were shown different probabilities of one version is missing, and told.
    """
    shape = (len(shown.models), shown.probability.shape[2])
    score, call, notes = np.full(shape, np.nan), np.full(shape, np.nan), []
    for place, name in enumerate(shown.models):
        mine = (shown.model == place) & shown.cases(AiPlan.COMPUTED)
        score[place], differs = _agreed(np.where(mine, shown.probability, np.nan))
        call[place], _ = _agreed(np.where(mine, shown.call, np.nan))
        if differs:
            notes.append(
                f"{name}: on {differs} cases readers were shown different probabilities; they are missing "
                "for it."
            )
        notes.append(
            f"{name}: scores and calls are those that readers were shown, on "
            f"{int((~np.isnan(score[place])).sum())} of {shape[1]} cases."
        )
    return Predictions(shown.models, score, call, tuple(notes))


def with_record(predictions: Predictions, shown: ShownAdvice | None) -> Predictions:
    """The algorithms of a table, and those that readers were shown and that no table brings.

    Where a table brings another score than was shown, that is told; the table's is the algorithm's own.
    """
    if shown is None:
        return predictions
    recorded = standalone(shown)
    notes = list(predictions.notes)
    added = []
    for place, name in enumerate(recorded.models):
        twin = next((one for one in predictions.models if _spelled(one) in _names(name)), None)
        if twin is None:
            added.append(place)
            continue
        own = predictions.score[predictions.models.index(twin)]
        other = int((np.abs(own - recorded.score[place]) > _SAME).sum())
        if other:
            notes.append(
                f"{twin}: {other} cases have another score in the table of predictions than readers were "
                "shown as computed."
            )
    if not added:
        return replace(predictions, notes=tuple(notes))
    told = [note for note in recorded.notes if any(note.startswith(recorded.models[at]) for at in added)]
    seconds = predictions.seconds
    if seconds is not None:
        seconds = np.vstack([seconds, np.full((len(added), seconds.shape[1]), np.nan)])
    return Predictions(
        (*predictions.models, *(recorded.models[at] for at in added)),
        np.vstack([predictions.score, recorded.score[added]]),
        np.vstack([predictions.call, recorded.call[added]]),
        (*notes, *told),
        seconds,
    )


def _agreed(values: Floats) -> tuple[Floats, int]:
    """Each case's one value, float64 (cases,), NaN where it has none or several; how many have several."""
    flat = values.reshape(-1, values.shape[-1])
    low = np.fmin.reduce(flat, axis=0, initial=np.inf)
    high = np.fmax.reduce(flat, axis=0, initial=-np.inf)
    return np.where(low == high, low, np.nan), int((low < high).sum())


def _names(model: str) -> frozenset[str]:
    """How a table may call the model "NAME VERSION": with its version or without."""
    return frozenset({_spelled(model), _spelled(model.rpartition(" ")[0] or model)})


def _spelled(model: str) -> str:
    return model.strip().casefold().replace("-", " ")
