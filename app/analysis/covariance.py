"""The covariance of several raters' AUCs over the cases they share: DeLong, jackknife, unbiased.

Missing reads are allowed: a case a rater did not read carries nothing about that rater's AUC.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.analysis.placements import Bools, Floats, Placements, placements
from app.plan import CovarianceMethod

_NOISE = 1e-13
"""Of a product of AUCs, what rounding leaves of its difference from another such product."""


def shared_covariance(values: Floats) -> Floats:
    """Covariance of the raters' means over the cases they share, float64 (raters, raters).

    `values`: float64 (raters, cases), NaN = not read. With c shared of m_r and m_s cases it is
    c / (m_r·m_s) times the sample covariance (ddof 1), each rater centred on its own mean; with complete data
    this is cov/m, as in DeLong et al. 1988.
    """
    seen = ~np.isnan(values)
    counts = seen.sum(axis=1).astype(np.float64)
    total = np.where(seen, values, 0.0).sum(axis=1)
    mean = np.divide(total, counts, out=np.full(len(values), np.nan), where=counts > 0)
    centred = np.where(seen, values - mean[:, None], 0.0)
    weights = seen.astype(np.float64)
    shared = weights @ weights.T
    sums = centred @ centred.T
    scale = np.divide(shared, shared - 1.0, out=np.full_like(shared, np.nan), where=shared > 1.0)
    scale[shared == 0.0] = 0.0  # nothing in common: independent
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums * scale / np.outer(counts, counts), dtype=np.float64)


def delong(values: Placements) -> Floats:
    """DeLong's covariance of AUCs, float64 (raters, raters): cov(V10)/m + cov(V01)/n."""
    return shared_covariance(values.positive) + shared_covariance(values.negative)


def jackknife(values: Placements) -> Floats:
    """The delete-one-case jackknife covariance over all N cases, float64 (raters, raters), in closed form.

    Dropping positive i gives (m·A - V10_i)/(m - 1), dropping negative j gives (n·A - V01_j)/(n - 1);
    C = (N-1)/N · Σ (d - d̄)(d - d̄)ᵀ. Dropping a case that a rater did not read leaves its AUC as it is.
    """
    deleted = np.hstack(
        [
            _deleted(values.auc, values.positive, values.n_positive),
            _deleted(values.auc, values.negative, values.n_negative),
        ]
    )
    deleted -= deleted.mean(axis=1, keepdims=True)
    cases = deleted.shape[1]
    return np.asarray((cases - 1) / cases * (deleted @ deleted.T), dtype=np.float64)


def _deleted(auc: Floats, placement: Floats, counts: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        dropped = (counts * auc)[:, None] - placement
        dropped /= (counts - 1.0)[:, None]
    return np.where(np.isnan(placement), auc[:, None], dropped)


def unbiased(scores: Floats, truth: Bools) -> Floats:
    """The unbiased (U-statistic) covariance of AUCs after Gallas 2006, float64 (raters, raters).

    C_rs = A_r·A_s - M_rs, where M_rs is the mean of ψ_r(i, j)·ψ_s(i', j') over i ≠ i' and j ≠ j', an unbiased
    estimate of E(A_r)·E(A_s). It may be negative. Missing reads only change which products exist.
    """
    found = placements(scores, truth)
    seen_x = (~np.isnan(found.positive)).astype(np.float64)
    seen_y = (~np.isnan(found.negative)).astype(np.float64)
    m, n = seen_x.sum(axis=1), seen_y.sum(axis=1)
    rows = np.where(seen_x > 0, found.positive, 0.0) * n[:, None]
    columns = np.where(seen_y > 0, found.negative, 0.0) * m[:, None]
    sums = rows.sum(axis=1)
    products = np.outer(sums, sums) - rows @ rows.T - columns @ columns.T + _kernel_products(scores, truth)
    shared_x, shared_y = seen_x @ seen_x.T, seen_y @ seen_y.T
    pairs = (np.outer(m, m) - shared_x) * (np.outer(n, n) - shared_y)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = products / pairs
    product = np.outer(found.auc, found.auc)
    difference = product - mean
    difference[np.abs(difference) <= _NOISE * product] = 0.0
    return np.asarray(difference, dtype=np.float64)


def _kernel_products(scores: Floats, truth: Bools) -> Floats:
    """Σ_ij ψ_r(i, j)·ψ_s(i, j), in blocks of positive cases so that memory stays below some 60 MB."""
    positive, negative = scores[:, truth], scores[:, ~truth]
    raters, m = positive.shape
    block = max(1, 8_000_000 // max(1, raters * negative.shape[1]))
    total = np.zeros((raters, raters))
    for start in range(0, m, block):
        x, y = positive[:, start : start + block, None], negative[:, None, :]
        psi: NDArray[np.float32] = (x > y).astype(np.float32)
        psi += np.float32(0.5) * (x == y)
        flat = psi.reshape(raters, -1)
        total += flat @ flat.T
    return total


def covariance(scores: Floats, truth: Bools, method: CovarianceMethod) -> Floats:
    """The covariance of the raters' AUCs by `method`, float64 (raters, raters)."""
    if method is CovarianceMethod.UNBIASED:
        return unbiased(scores, truth)
    estimators: dict[CovarianceMethod, Callable[[Placements], Floats]] = {
        CovarianceMethod.DELONG: delong,
        CovarianceMethod.JACKKNIFE: jackknife,
    }
    return estimators[method](placements(scores, truth))
