"""A strong hand-made observer: how hard a simulated cohort is for a competent classifier without a network.

It sees counts only. Scans are aligned by the outline of the body and scaled by the thigh; matched filters at
three sizes are compared, pixel by pixel, with what healthy scans of the training part show there (a normal
atlas); the largest deviations per zone, their counts and left-right differences go into gradient boosting and
logistic regression, whose mean log odds is the score. Cross-validated; needs scikit-learn.

python -m benchmarks.observer [--scans 600] [--preset trial] [--seed 100]
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.simulator.simulate import SimulatedScan, simulate
from benchmarks.table import Row, print_table

Array = NDArray[np.float32]
HEIGHT, WIDTH = 360, 112
"""Aligned views: rows from vertex to toes, columns about the midline, pixels of about 4.8 mm."""
SCALES = (1.0, 1.8, 3.2)
TOPS = (1, 2, 3, 5, 8, 13, 21, 40, 80)
ZONES = {
    "head": (0, 52, 0, 56),
    "neck and upper chest": (46, 110, 0, 22),
    "ribs and shoulders": (56, 130, 12, 56),
    "middle": (100, 165, 0, 14),
    "pelvis": (140, 205, 0, 36),
    "thighs": (175, 255, 0, 40),
    "below the knee": (255, 360, 0, 40),
    "arms": (80, 220, 30, 56),
}
"""Rows and distance from the midline of the aligned view."""


def aligned(counts: NDArray[np.uint16]) -> Array:
    """Both views aligned and scaled, √(counts / thigh), float32 (2, HEIGHT, WIDTH)."""
    binned = counts.reshape(2, 512, 2, 128, 2).sum(axis=(2, 4)).astype(np.float32)
    profile = ndimage.uniform_filter1d(binned[0].sum(axis=1), 5)
    body = np.flatnonzero(profile > 0.12 * np.percentile(profile, 90))
    top, bottom = int(body[0]), int(body[-1])
    factor = (bottom - top) / HEIGHT
    trunk = binned[0, top + (bottom - top) // 5 : top + (bottom - top) // 2]
    across = np.cumsum(trunk.sum(axis=0))
    middle = float(np.searchsorted(across, across[-1] / 2))
    rows = top + (np.arange(HEIGHT) + 0.5) * factor
    offset = (np.arange(WIDTH) - WIDTH / 2 + 0.5) * factor
    views = []
    for view, centre in enumerate((middle, 127 - middle)):
        grid = np.meshgrid(rows, centre + offset, indexing="ij")
        views.append(ndimage.map_coordinates(binned[view], grid, order=1))
    thigh = views[0][int(0.52 * HEIGHT) : int(0.62 * HEIGHT), : WIDTH // 2]
    reference = max(float(thigh[thigh > 0.25 * np.percentile(thigh, 97)].mean()), 1.0)
    return np.sqrt(np.maximum(np.stack(views) / reference, 0)).astype(np.float32)


def responses(views: Array) -> Array:
    """Matched filters of several sizes, float32 (2, scales, HEIGHT, WIDTH)."""
    maps = []
    for view in views:
        smooth = [ndimage.gaussian_filter(view, scale) for scale in (*SCALES, SCALES[-1] * 1.8)]
        maps.append([smooth[k] - ndimage.gaussian_filter(view, SCALES[k] * 2.2) for k in range(len(SCALES))])
    return np.array(maps, dtype=np.float32)


def atlas(normal: Array) -> tuple[Array, Array]:
    """Mean and spread of the responses of healthy scans, with some tolerance for misalignment."""
    mean, spread = normal.mean(axis=0), normal.std(axis=0)
    size = (0, 0, 5, 5)
    highest = ndimage.maximum_filter(mean, size)
    return highest, ndimage.maximum_filter(spread, size) + 0.3 * float(np.median(spread))


def features(response: Array, mean: Array, spread: Array) -> Array:
    """Largest deviations per view, size and zone, and left-right differences."""
    deviation = (response - mean) / spread
    mirrored = response - ndimage.maximum_filter(response[..., ::-1], (0, 0, 5, 5))
    beside = np.abs(np.arange(WIDTH) - WIDTH / 2 + 0.5)
    values: list[float] = []
    for maps in (deviation, mirrored / spread):
        peaks = np.where(ndimage.maximum_filter(maps, (0, 0, 3, 3)) == maps, maps, -9)
        for row, last, near, far in ZONES.values():
            columns = (beside >= near) & (beside < far)
            zone = peaks[:, :, row:last][:, :, :, columns].reshape(2, len(SCALES), -1)
            ordered = -np.sort(-zone, axis=2)
            values += [float(value) for k in TOPS[:5] for value in ordered[:, :, k - 1].ravel()]
        ordered = -np.sort(-peaks.reshape(2, len(SCALES), -1), axis=2)
        values += [float(value) for k in TOPS for value in ordered[:, :, k - 1].ravel()]
    return np.array(values, dtype=np.float32)


def auc(truth: NDArray[np.int64], score: NDArray[np.float64]) -> float:
    """Area under the ROC curve."""
    from scipy.stats import rankdata

    ranks, ill = rankdata(score), truth == 1
    n1, n0 = int(ill.sum()), int((~ill).sum())
    return float((ranks[ill].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def observe(truth: NDArray[np.int64], response: Array, folds: int = 5) -> NDArray[np.float64]:
    """Cross-validated scores of all scans; `response` is (n, 2, scales, HEIGHT, WIDTH)."""
    from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer

    fold = np.random.default_rng(0).permutation(len(truth)) % folds
    score = np.zeros(len(truth))
    for part in range(folds):
        train, test = fold != part, fold == part
        mean, spread = atlas(response[train & (truth == 0)])
        table = np.array([features(item, mean, spread) for item in response])
        models = (
            HistGradientBoostingClassifier(
                max_iter=200, learning_rate=0.05, max_leaf_nodes=12, random_state=0
            ),
            ExtraTreesClassifier(600, min_samples_leaf=3, random_state=0, n_jobs=1),
            make_pipeline(QuantileTransformer(n_quantiles=50), LogisticRegression(C=0.03, max_iter=2000)),
        )
        for model in models:
            p = np.clip(model.fit(table[train], truth[train]).predict_proba(table[test])[:, 1], 0.01, 0.99)
            score[test] += np.log(p / (1 - p)) / len(models)
    return score


def one(cohort: Cohort, index: int) -> tuple[Array, int, int, float]:
    """Aligned views, truth, number of lesions and CNR of one case."""
    scan: SimulatedScan = simulate(cohort.case_seed(index))
    return aligned(scan.counts).astype(np.float16), int(scan.seed.ill), len(scan.metastases), scan.max_cnr


def measure(cohort: Cohort) -> list[Row]:
    """Simulate and observe a cohort: AUC overall, by number of lesions, and of the hottest pixel alone."""
    with ProcessPoolExecutor(2) as pool:
        cases = list(pool.map(one, [cohort] * cohort.scans, range(cohort.scans), chunksize=10))
    truth = np.array([case[1] for case in cases])
    number = np.array([case[2] for case in cases])
    response = np.array([responses(case[0].astype(np.float32)) for case in cases])
    score = observe(truth, response)
    what = f"hand-made observer, {cohort.preset} preset, {cohort.scans} scans, five-fold: AUC"
    rows = [Row(what, f"{auc(truth, score):.3f}", "0.85-0.95" if cohort.preset == "trial" else "")]
    for low, high in ((1, 1), (2, 3), (4, 10), (11, 99)):
        chosen = (truth == 0) | ((number >= low) & (number <= high))
        ill = int(truth[chosen].sum())
        lesions = "one lesion" if high == 1 else f"{low}-{high} lesions"
        rows.append(Row(f"… with {lesions} (n = {ill}): AUC", f"{auc(truth[chosen], score[chosen]):.3f}"))
    hottest = np.array([case[0].max() for case in cases], dtype=np.float64)
    rows.append(Row("hottest pixel alone: AUC", f"{auc(truth, hottest):.3f}", "below 0.75"))
    return rows


def main() -> None:
    """Simulate, observe, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=600)
    parser.add_argument("--preset", default="trial")
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--contrast", type=float, default=1.0)
    chosen = parser.parse_args()
    from dataclasses import replace

    base = preset(chosen.preset, 0.5)
    difficulty = replace(base, contrast=base.contrast * chosen.contrast)
    print_table(measure(Cohort(chosen.scans, difficulty, chosen.seed, chosen.preset)))


if __name__ == "__main__":
    main()
