"""Can a learner tell real from simulated scans? Gradient boosting on the numbers; 0.5 is wished for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOLDS, REPEATS = 5, 6
SET_BY_DEGRADING = "texture: noise"
"""Numbers with this in their name are not asked: degrading gives them, not the simulator."""


@dataclass(frozen=True)
class TwoSamples:
    """AUC of telling real from simulated: mean and span over repeats, and the most telling numbers.

    `telling`: name, share of the importance, and AUC of the number alone (above 0.5 where real is higher).
    """

    auc: float
    span: tuple[float, float]
    telling: tuple[tuple[str, float, float], ...]


def boosted(names: Sequence[str], real: NDArray[np.float64], simulated: NDArray[np.float64]) -> TwoSamples:
    """Cross-validated gradient boosting, both kinds with the same weight; float64 (scans, names) each."""
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    asked = [column for column, name in enumerate(names) if SET_BY_DEGRADING not in name]
    both = np.concatenate([real, simulated])[:, asked]
    is_real = np.arange(len(both)) < len(real)
    filled = np.where(np.isfinite(both), both, np.nanmedian(both, axis=0))
    weight = np.where(is_real, 0.5 / is_real.sum(), 0.5 / (~is_real).sum()) * len(both)
    scores, importance = [], np.zeros(len(asked))
    for repeat in range(REPEATS):
        said = np.zeros(len(both))
        for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=repeat).split(filled, is_real):
            model = GradientBoostingClassifier(
                n_estimators=80, max_depth=2, subsample=0.7, max_features="sqrt", random_state=repeat
            )
            model.fit(filled[train], is_real[train], sample_weight=weight[train])
            said[test] = model.decision_function(filled[test])
            importance += model.feature_importances_ / (FOLDS * REPEATS)
        scores.append(float(roc_auc_score(is_real, said)))
    best = np.argsort(-importance)
    telling = tuple(
        (names[asked[each]], float(importance[each]), float(roc_auc_score(is_real, filled[:, each])))
        for each in best[:20]
    )
    return TwoSamples(float(np.mean(scores)), (min(scores), max(scores)), telling)
