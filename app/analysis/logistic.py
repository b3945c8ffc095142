"""Logistic regression by Newton's method, for what needs nothing but its maximum and its information."""

from __future__ import annotations

import numpy as np

from app.analysis.placements import Floats

_STEPS, _SETTLED, _DIVERGED = 50, 1e-10, 20.0


def logistic(x: Floats, y: Floats, offset: Floats | float = 0.0) -> tuple[Floats, Floats] | None:
    """Coefficients float64 (p,) and their inverse information float64 (p, p); None without a finite maximum.

    `x`: float64 (n, p), `y`: float64 (n,) 1 or 0, `offset`: added to the linear predictor.
    """
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        share = expected(x, beta, offset)
        information = (x * (share * (1.0 - share))[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ (y - share))
        except np.linalg.LinAlgError:
            return None
        beta = beta + step
        if not float(np.abs(beta).max()) < _DIVERGED:
            return None
        if float(np.abs(step).max()) < _SETTLED:
            return np.asarray(beta), np.asarray(np.linalg.inv(information), dtype=np.float64)
    return None


def expected(x: Floats, beta: Floats, offset: Floats | float = 0.0) -> Floats:
    """The probabilities of the model, float64 (n,)."""
    return np.asarray(1.0 / (1.0 + np.exp(-(x @ beta + offset))))
