"""What each record says that its reader was shown of the AI, laid out as a cube."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.analysis.placements import Floats
from app.analysis.shown import AiPlan, ShownAdvice

UNNAMED = "the AI"
"""What an algorithm is called of which the record tells no name."""


@dataclass(frozen=True, eq=False)
class RecordedAdvice:
    """Of each record the algorithm's name, its probability and threshold, float64 (records,), and the plan.

    NaN where nothing was shown; the name is "" where none is told.
    """

    models: list[str]
    probability: Floats
    threshold: Floats
    plans: list[AiPlan]


def plan_called(word: str) -> AiPlan:
    """The plan by its word in the column ai_plan; whatever is no plan is as computed."""
    return {"wrong": AiPlan.WRONG, "absent": AiPlan.ABSENT}.get(word.strip().casefold(), AiPlan.COMPUTED)


def shown_advice(recorded: RecordedAdvice, cube: Callable[[Floats], Floats]) -> ShownAdvice | None:
    """What was shown and planned; None when nobody saw or was to see anything.

    `cube` lays float64 (records,) out as float64 (arms, readers, cases). Without a threshold of its own a
    record has no call.
    """
    probability, threshold = recorded.probability, recorded.threshold
    call = np.where(np.isnan(probability + threshold), np.nan, probability >= threshold)
    known = ~np.isnan(probability)
    names = [name or UNNAMED for name in recorded.models]
    models = tuple(dict.fromkeys(names[row] for row in np.flatnonzero(known).tolist()))
    places = {name: place for place, name in enumerate(models)}
    model = cube(np.where(known, [places.get(name, -1) for name in names], -1.0))

    def planned(plan: AiPlan) -> Floats:
        return cube(np.array([1.0 if one is plan else 0.0 for one in recorded.plans]))

    found = ShownAdvice(
        models,
        np.where(np.isnan(model), -1, model).astype(np.intp),
        cube(probability),
        cube(call),
        (planned(AiPlan.WRONG) == 1.0).any(axis=(0, 1)),
        (planned(AiPlan.ABSENT) == 1.0).any(axis=(0, 1)),
    )
    return found if models or found.planned.any() else None
