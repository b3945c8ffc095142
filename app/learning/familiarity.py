"""How typical a scan is of those that a model was fitted on: a percentile, from the picture and the net.

Two things are compared with the scans of a cohort: plain ratios of each view (`picture_measures`), and the
features that the net makes of the scan, where its graph tells them. Each is a Mahalanobis distance (1936)
with a robust centre and spread, clipped deviations and a shrunk covariance (Ledoit and Wolf 2004, J Multivar
Anal 88:365, with a fixed share); the greater of them counts, each over its 95th percentile in the cohort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.learning.frame import Floats
from app.learning.picture_measures import MEASURES
from app.scan.scan import Scan, ViewName

Doubles = NDArray[np.float64]
BOTH = "both"
"""The views of a scan in one word; of one view alone it is the view's name."""
FOLDS = 5
LEAST_SCANS = 40
"""Fewer scans tell nothing of what is usual."""
_SHRUNK = 0.2
_CLIPPED = 4.0
_FARTHEST = 50.0
_AXES = 48
_MAD = 1.4826


def views_word(scan: Scan) -> str:
    """both, anterior or posterior."""
    return BOTH if scan.missing_view is None else scan.views[0].name.value


@dataclass(frozen=True, eq=False)
class Gauge:
    """Distances from the usual: `centre` and `scale` (k,), `axes` (k, r) with variances `spread` (r,).

    `rest` is the mean variance of what the axes leave over. All float32.
    """

    centre: Floats
    scale: Floats
    axes: Floats
    spread: Floats
    rest: float

    def distances(self, values: Floats) -> Doubles:
        """The distances of values (n, k), float64 (n,)."""
        z = np.clip((values.astype(np.float64) - self.centre) / self.scale, -_FARTHEST, _FARTHEST)
        along = z @ self.axes.astype(np.float64)
        left = np.clip((z**2).sum(axis=1) - (along**2).sum(axis=1), 0, None)
        return np.asarray(np.sqrt((along**2 / self.spread).sum(axis=1) + left / self.rest))


def gauge_of(values: Floats, tolerance: Floats) -> Gauge:
    """What is usual among values (n, k); `tolerance` (k,): differences of that size are nothing."""
    x = values.astype(np.float64)
    centre = np.median(x, axis=0)
    spread = _MAD * np.median(np.abs(x - centre), axis=0)
    scale = np.sqrt(spread**2 + tolerance.astype(np.float64) ** 2) + 1e-9
    z = np.clip((x - centre) / scale, -_CLIPPED, _CLIPPED)
    cov = np.cov(z, rowvar=False).reshape(len(centre), len(centre))
    even = float(np.trace(cov)) / len(cov)
    cov = (1 - _SHRUNK) * cov + np.diag(np.full(len(cov), _SHRUNK * even) + (tolerance / scale) ** 2)
    variances, axes = np.linalg.eigh(cov)
    kept = min(len(variances), _AXES)
    rest = variances[: len(variances) - kept]
    return Gauge(
        centre.astype(np.float32),
        scale.astype(np.float32),
        axes[:, ::-1][:, :kept].astype(np.float32),
        variances[::-1][:kept].astype(np.float32),
        float(rest.mean()) if rest.size else 1.0,
    )


@dataclass(frozen=True, eq=False)
class ScanMeasures:
    """A scan as it is compared: measures (k,) of each view, features (k,) of the net by `views_word`."""

    measures: Mapping[ViewName, Floats]
    features: Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class Reference:
    """What is usual: `pictures` by view, `features` by `views_word`.

    `usual`, by `views_word`: float32 (n, 2), for each scan of the cohort how far picture and features are,
    over their 95th percentiles; the latter NaN where the net tells none. `limits` are these percentiles.
    """

    pictures: Mapping[ViewName, Gauge]
    features: Mapping[str, Gauge]
    limits: Mapping[str, float]
    usual: Mapping[str, Floats]

    def percentile(self, measures: Mapping[ViewName, Floats], features: Floats | None) -> float:
        """How many of a hundred scans of the cohort are as far from the usual, or farther; 0-100.

        measures: (k,) of each view there is; features: (k,) of the net, None where it tells none.
        """
        word = BOTH if len(measures) > 1 else next(iter(measures)).value
        usual = self.usual[word]
        picture = max(
            float(self.pictures[view].distances(values[None])[0]) / self.limits[view.value]
            for view, values in measures.items()
        )
        own, others = picture, usual[:, 0]
        if features is not None and word in self.features:
            far = float(self.features[word].distances(features[None])[0]) / self.limits[f"features.{word}"]
            own, others = max(picture, far), usual.max(axis=1)
        return 100.0 * (1 + int((others >= own).sum())) / (1 + len(others))


def reference_of(looked: Sequence[ScanMeasures]) -> Reference:
    """What is usual among scans with both views; raises ValueError for too few.

    The distances are those of scans that the gauge has not seen: a fifth each, from the other four.
    """
    if len(looked) < LEAST_SCANS:
        raise ValueError(f"{len(looked)} scans are too few; at least {LEAST_SCANS} tell what is usual")
    tolerance = np.array([each for _, each in MEASURES], np.float32)
    pictures, features = {}, {}
    limits: dict[str, float] = {}
    far: dict[str, Doubles] = {}
    for view in ViewName:
        values = np.stack([one.measures[view] for one in looked])
        pictures[view], limits[view.value], far[view.value] = _fitted(values, tolerance)
    far[BOTH] = np.maximum(*(far[view.value] for view in ViewName))
    usual = {}
    for word in (BOTH, *(view.value for view in ViewName)):
        columns = [far[word], np.full(len(looked), np.nan)]
        if all(word in one.features for one in looked):
            values = np.stack([one.features[word] for one in looked])
            made = _fitted(values, np.zeros(values.shape[1], np.float32))
            features[word], limits[f"features.{word}"], columns[1] = made
        usual[word] = np.stack(columns, axis=1).astype(np.float32)
    return Reference(pictures, features, limits, usual)


def _fitted(values: Floats, tolerance: Floats) -> tuple[Gauge, float, Doubles]:
    """The gauge of all, the 95th percentile of distances of unseen ones, and those distances over it."""
    fold = np.arange(len(values)) % FOLDS
    distances = np.zeros(len(values))
    for number in range(FOLDS):
        held = fold == number
        distances[held] = gauge_of(values[~held], tolerance).distances(values[held])
    limit = float(np.percentile(distances, 95)) + 1e-9
    return gauge_of(values, tolerance), limit, distances / limit
