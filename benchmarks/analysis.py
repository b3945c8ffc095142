"""The statistics against the clock, beside a scikit-learn loop and scipy's vectorised bootstrap in the same
run.

All on one BLAS thread, which is faster for matrices of this size. Figures of a 134-case study are synthetic
binormal ratings; nothing is read from the disk except in the last row, which is the program itself.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.analysis.bootstrap import bootstrap_auc, draw, summarise
from app.analysis.covariance import jackknife
from app.analysis.mrmc import analyse
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Bools, Floats, placements
from app.analysis.readings import Readings
from app.analysis.study import analyse_study
from benchmarks.table import Row, print_table

RESAMPLES = 2000


def main() -> None:
    """Measure and print."""
    rows: list[Row] = []
    truth, scores = _raters(6, 134, 58)
    rows.append(
        Row(
            "2,000 stratified resamples of 134 cases, one rater",
            _ms(lambda: _boot(scores[:1], truth)),
            "3 ms",
        )
    )
    rows.append(Row("the same, six raters and all 15 differences", _ms(lambda: _boot(scores, truth)), "5 ms"))
    rows.append(
        Row("the same, scipy.stats.bootstrap, vectorised", _ms(lambda: _scipy(scores[0], truth), 3), "")
    )
    rows.append(
        Row(
            "the same, a loop over sklearn.metrics.roc_auc_score",
            _ms(lambda: _sklearn(scores[0], truth), 1),
            "",
        )
    )
    many_truth, many = _raters(1, 1000, 400)
    rows.append(
        Row("2,000 stratified resamples of 1,000 cases", _ms(lambda: _boot(many, many_truth)), "40 ms")
    )
    rows.append(
        Row("the same, scipy.stats.bootstrap, vectorised", _ms(lambda: _scipy(many[0], many_truth), 1), "")
    )
    cube_truth, cube = _raters(10, 114, 45)
    rows.append(
        Row("OR-MRMC of 2 arms × 5 readers × 114 cases", _ms(lambda: _mrmc(cube, cube_truth)), "2 ms")
    )
    started = time.perf_counter()
    analyse_study(_large(), options=AnalysisOptions(bootstrap=RESAMPLES))
    rows.append(
        Row("50 readers × 2 arms × 5,000 cases, everything", f"{time.perf_counter() - started:.1f} s", "20 s")
    )
    rows.append(Row("its peak memory", f"{_peak_mb():.0f} MB", "1,500 MB"))
    rows.append(Row("`scintiread analyse`, 6 readers × 2 arms × 134 cases, from the shell", _shell(), "8 s"))
    print_table(rows)


def _raters(count: int, cases: int, positives: int) -> tuple[Bools, Floats]:
    rng = np.random.default_rng(20260704)
    truth = np.arange(cases) < positives
    shared = rng.normal(size=cases)
    scores = 50 + 18 * (0.6 * shared + 0.8 * rng.normal(size=(count, cases)) + 1.4 * truth)
    return truth, np.clip(np.round(scores), 0, 100)


def _boot(scores: Floats, truth: Bools) -> object:
    drawn = draw(truth, RESAMPLES, seed=1)
    found = np.stack([bootstrap_auc(row, truth, drawn) for row in scores])
    first, second = np.triu_indices(len(scores), 1)
    return summarise(np.vstack([found, found[first] - found[second]]), drawn)


def _scipy(score: Floats, truth: Bools) -> object:
    from scipy.stats import bootstrap, rankdata

    def area(x: Floats, y: Floats, axis: int = -1) -> Floats:
        m, n = x.shape[axis], y.shape[axis]
        ranks = rankdata(np.concatenate([x, y], axis=axis), axis=axis)
        return np.asarray((ranks[..., :m].sum(axis=axis) - m * (m + 1) / 2) / (m * n))

    return bootstrap(
        (score[truth], score[~truth]), area, n_resamples=RESAMPLES, method="percentile", vectorized=True,
        rng=np.random.default_rng(1),
    )  # fmt: skip


def _sklearn(score: Floats, truth: Bools) -> object:
    try:
        from sklearn.metrics import roc_auc_score
    except ImportError:
        return None
    rng = np.random.default_rng(1)
    ill, well = np.flatnonzero(truth), np.flatnonzero(~truth)
    areas = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([rng.choice(ill, len(ill)), rng.choice(well, len(well))])
        areas.append(roc_auc_score(truth[drawn], score[drawn]))
    return np.quantile(areas, [0.025, 0.975])


def _mrmc(scores: Floats, truth: Bools) -> object:
    found = placements(scores, truth)
    covariance = jackknife(found).reshape(2, 5, 2, 5)
    return analyse(found.auc.reshape(2, 5), covariance, ("unaided", "aided"), tuple("12345"))


def _large() -> Readings:
    rng = np.random.default_rng(1)
    arms, readers, cases = 2, 50, 5000
    truth = np.arange(cases) % 2 == 0
    seen = 0.6 * rng.normal(size=cases) + 0.8 * rng.normal(size=(arms, readers, cases)) + 1.3 * (truth - 0.5)
    rating = np.clip(np.round(50 + 18 * seen), 0, 100)
    return Readings(
        source="benchmark",
        arms=("unaided", "aided"),
        readers=tuple(f"R{place}" for place in range(readers)),
        cases=tuple(str(place) for place in range(cases)),
        truth=truth,
        rating=rating,
        call=(rating > 50).astype(np.float64),
        seconds=np.exp(rng.normal(3.0, 0.4, rating.shape)),
        position=rng.permuted(np.broadcast_to(np.arange(1.0, cases + 1), rating.shape), axis=2),
    )


def _shell() -> str:
    truth, scores = _raters(12, 134, 58)
    rng = np.random.default_rng(3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readings.csv"
        lines = ["reader,arm,case,truth,rating,call,active_seconds,read_position"]
        for place, row in enumerate(scores):
            arm, reader = ("unaided", "aided")[place // 6], f"R{place % 6 + 1}"
            order = rng.permutation(134) + 1
            lines += [
                f"{reader},{arm},C{case:03},{int(truth[case])},{row[case]:g},{int(row[case] > 50)},"
                f"{np.exp(rng.normal(3.2, 0.4)):.2f},{order[case]}"
                for case in range(134)
            ]
        path.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "app", "analyse", str(path), "--out", str(Path(folder) / "out")]
        started = time.perf_counter()
        subprocess.run(
            command, check=True, capture_output=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "2"}
        )
        return f"{time.perf_counter() - started:.1f} s"


def _ms(work: Callable[[], object], times: int = 30) -> str:
    """The median of some runs, after one to warm up."""
    if times > 1:
        work()
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return f"{1000 * float(np.median(spent)):.2f} ms"


def _peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
