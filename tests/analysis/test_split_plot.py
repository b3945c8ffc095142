"""Groups of readers with cases of their own, and readers nested in arms, are analysed as what they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.analysis.covariance import covariance
from app.analysis.mrmc import MrmcResult, analyse
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Floats, placements
from app.analysis.readings import Readings
from app.analysis.sections.times import times
from app.analysis.study import analyse_study
from app.cli import run
from app.plan import CovarianceMethod


def _scores(rng: np.random.Generator, groups: np.ndarray, cases: int, gain: float = 0.0) -> Floats:  # type: ignore[type-arg]
    """Ratings after Roe & Metz 1997, float64 (2, readers, cases), NaN outside a reader's group.

    Every other case is diseased.
    """
    readers, truth = len(groups), np.arange(cases) % 2 == 0
    habit = rng.normal(0, 0.2, (1, readers, 2)) + rng.normal(0, 0.25, (2, readers, 2))
    noise = [rng.normal(0, np.sqrt(v), shape) for v, shape in (
        (0.3, (1, 1, cases)), (0.3, (2, 1, cases)), (0.2, (1, readers, cases)), (0.2, (2, readers, cases)),
    )]  # fmt: skip
    scores = sum(noise) + truth * (1.5 + gain * np.array([0.0, 1.0])[:, None, None])
    scores = scores + np.where(truth, habit[:, :, :1], habit[:, :, 1:])
    own = np.arange(cases) // 2 % (groups.max() + 1)
    return np.where(groups[:, None] == own, scores, np.nan)


def _readings(scores: Floats) -> Readings:
    arms, readers, cases = scores.shape
    nothing = np.full(scores.shape, np.nan)
    names = ("unaided", "aided")[:arms]
    who, what = tuple(f"R{j}" for j in range(readers)), tuple(f"c{k}" for k in range(cases))
    return Readings("made", names, who, what, np.arange(cases) % 2 == 0, scores, nothing, nothing, nothing)


def _result(scores: Floats, groups: np.ndarray) -> MrmcResult:  # type: ignore[type-arg]
    truth, flat = np.arange(scores.shape[2]) % 2 == 0, scores.reshape(-1, scores.shape[2])
    shape = scores.shape[:2]
    c = covariance(flat, truth, CovarianceMethod.JACKKNIFE).reshape(*shape, *shape)
    theta = placements(flat, truth).auc.reshape(shape)
    return analyse(theta, c, ("unaided", "aided"), tuple("abcdefgh"[: shape[1]]), groups=groups)


@pytest.mark.parametrize("sizes", [(2, 2), (2, 2, 2), (4, 2)])
def test_type_one_error_and_coverage_of_a_split_plot(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(20260918)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    found = []
    for _ in range(700):
        one = _result(_scores(rng, groups, 60 * len(sizes)), groups)
        assert one.random_readers_random_cases is not None
        low, high = one.differences[0].ci
        found.append((one.random_readers_random_cases.p < 0.05, low <= 0 <= high))
    rejected, covered = np.mean(found, axis=0)
    assert rejected == pytest.approx(0.05, abs=0.026)
    assert covered == pytest.approx(1.0 - rejected)


def test_the_numbers_of_a_split_plot_by_hand() -> None:
    """Each group alone, case by case left out, then put together as Hillis 2014 does for equal groups."""
    groups = np.array([0, 0, 1, 1, 2, 2])
    scores = _scores(np.random.default_rng(4), groups, 90, gain=0.3)
    truth = np.arange(90) % 2 == 0
    changes, squares, shared, error = [], 0.0, [], []
    for one in range(3):
        cases = np.flatnonzero(~np.isnan(scores[0, groups == one][0]))
        block = scores[:, groups == one][:, :, cases].reshape(4, -1)
        ill = truth[cases]

        def auc(keep: np.ndarray, block: Floats = block, ill: np.ndarray = ill) -> Floats:  # type: ignore[type-arg]
            x, y = block[:, keep & ill], block[:, keep & ~ill]
            return np.array(
                [np.mean((a[:, None] > b) + 0.5 * (a[:, None] == b)) for a, b in zip(x, y, strict=True)]
            )

        everybody = np.ones(len(cases), bool)
        theta = auc(everybody).reshape(2, 2)
        dropped = np.array([auc(everybody & (np.arange(len(cases)) != k)) for k in range(len(cases))])
        centred = dropped - dropped.mean(axis=0)
        c = ((len(cases) - 1) / len(cases) * centred.T @ centred).reshape(2, 2, 2, 2)
        change = theta[1] - theta[0]
        changes.append(change)
        squares += float(np.sum((change - change.mean()) ** 2)) / 2.0
        cov2 = (c[0, 0, 0, 1] + c[1, 0, 1, 1]) / 2
        cov3 = (c[0, 0, 1, 1] + c[0, 1, 1, 0]) / 2
        shared.append(cov2 - cov3)
        error.append(c[0, 0, 0, 0])
    mean_square, difference = squares / 3, float(np.mean(changes))
    denominator = mean_square + 2 * max(float(np.mean(shared)), 0.0)
    found = _result(scores, groups).differences[0]
    assert (found.first, found.estimate) == ("aided", pytest.approx(difference))
    assert found.se == pytest.approx(
        np.sqrt(2 / 6 * denominator), rel=0.01
    )  # cases outside a group count 89/90
    assert found.df == pytest.approx(denominator**2 / (mean_square**2 / 3), rel=0.01)


def test_readers_without_any_common_case_are_tested_between_readers() -> None:
    """Case nested within reader: with independent readers F is that of a paired t test of their AUCs."""
    groups = np.arange(5)
    found = _result(_scores(np.random.default_rng(5), groups, 150), groups)
    theta = np.array([one.estimate for one in found.arms])
    assert found.components.cov2 == pytest.approx(0.0, abs=1e-12)
    assert found.random_readers_random_cases is not None
    assert found.random_readers_random_cases.df2 == pytest.approx(4)
    assert theta[1] - theta[0] == pytest.approx(found.differences[0].estimate)


def test_times_of_a_split_plot_cover_the_true_ratio() -> None:
    rng = np.random.default_rng(6)
    groups, cases = np.repeat([0, 1, 2], 2), 60
    covered = []
    for _ in range(300):
        scores = _scores(rng, groups, cases)
        effect = np.log(0.8) + rng.normal(0, 0.1, (6, 1)) + rng.normal(0, 0.1, (1, cases))
        first = rng.normal(3.0, 0.3, (6, cases))
        second = first + effect + rng.normal(0, 0.1, (6, cases))
        seconds = np.where(np.isnan(scores), np.nan, np.exp(np.stack([first, second])))
        found = times(_with_seconds(_readings(scores), seconds))
        assert found is not None
        crossed = found.arms[0].crossed
        assert crossed is not None, "no case was read by everybody, and still there is a ratio"
        covered.append(crossed.ci[0] <= 0.8 <= crossed.ci[1])
    assert np.mean(covered) == pytest.approx(0.95, abs=0.035)


def _with_seconds(readings: Readings, seconds: Floats) -> Readings:
    from dataclasses import replace

    return replace(readings, seconds=seconds)


def test_a_split_plot_misses_no_read_and_says_what_it_is(tmp_path: Path) -> None:
    scores = _scores(np.random.default_rng(7), np.array([0, 1, 0, 1]), 48)
    scores[1, 0, 0] = np.nan
    lines = [
        f"R{j},{arm},c{k},{int(k % 2 == 0)},{scores[i, j, k]}"
        for i, arm in enumerate(("unaided", "aided"))
        for j in range(4)
        for k in range(48)
        if not np.isnan(scores[i, j, k])
    ]
    table, out = tmp_path / "r.csv", tmp_path / "out"
    table.write_text("\n".join(["reader,arm,case,truth,rating", *lines]), encoding="utf-8")
    assert run(["analyse", str(table), "--out", str(out), "--bootstrap", "20"]) == 0
    found = json.loads((out / "analysis.json").read_text("utf-8"))
    assert (found["design"]["n_reads"], found["design"]["n_missing"]) == (2 * 4 * 24 - 1, 1)
    assert found["design"]["groups"] == [["R0", "R2"], ["R1", "R3"]]
    sentence = (
        "Split plot: 2 groups of readers, each with cases of its own (R0, R2: 24 cases; R1, R3: 24 cases)."
    )
    for name in ("methods.md", "checklist.md", "report.html"):
        assert sentence in (out / name).read_text("utf-8"), name
    assert "Hillis 2014" in (out / "methods.md").read_text("utf-8")


def test_readers_nested_in_arms_miss_nothing_and_have_a_mean_in_each_arm() -> None:
    scores = _scores(np.random.default_rng(8), np.zeros(6, int), 60)
    scores[0, :3], scores[1, 3:] = np.nan, np.nan
    found = analyse_study(_readings(scores), options=AnalysisOptions(bootstrap=20))
    assert found.readings.missing == 0
    assert [one.arm for result in found.mrmc.means for one in result.arms] == ["unaided", "aided"]
    assert all(len(result.readers) == 3 for result in found.mrmc.means)
    assert any("Readers are nested in arms" in note for note in found.notes)
