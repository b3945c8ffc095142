"""Sample sizes without a pilot are those that simulated studies with the stated components reach."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from app.analysis.power import PUBLISHED, Aim, StatedComponents, power
from app.cli import run

STATED = StatedComponents(arm_reader=0.0004, error=0.002, cov1=0.0009, cov2=0.0008, cov3=0.0005)


def _rejected(aim: Aim, readers: int, scale: float, seed: int) -> float:
    """The share of simulated studies that reach the aim, covariances known; readers in equal groups."""
    rng = np.random.default_rng(seed)
    size, studies = readers // aim.groups, 40_000
    error, between = (STATED.error - STATED.cov1) * scale, STATED.excess * scale
    own = np.sqrt(2 * (STATED.arm_reader + error - between))
    changes = aim.effect + rng.normal(0, own, (studies, aim.groups, size))
    changes += rng.normal(0, np.sqrt(2 * between), (studies, aim.groups, 1))
    df = aim.groups * (size - 1)
    square = np.sum((changes - changes.mean(axis=2, keepdims=True)) ** 2, axis=(1, 2)) / df / 2
    variance = square + size * between
    t_of = (changes.mean(axis=(1, 2)) + aim.margin) / np.sqrt(2 * variance / readers)
    limit = stats.t.ppf(1 - aim.alpha / 2, variance**2 / (square**2 / df))
    return float(np.mean(t_of > limit if aim.margin else np.abs(t_of) > limit))


@pytest.mark.parametrize(
    "aim",
    [
        Aim(0.06),
        Aim(0.0),
        Aim(0.0, margin=0.05),
        Aim(-0.05, margin=0.05),
        Aim(0.05, groups=3),
        Aim(0.01, margin=0.05, groups=2, alpha=0.1),
    ],
    ids=str,
)
def test_the_power_is_that_of_simulated_studies(aim: Aim) -> None:
    readers, cases = 12, 150 * aim.groups
    said = power(STATED, 100, readers, cases, aim)
    assert said == pytest.approx(_rejected(aim, readers, 100 / 150, 5), abs=0.025)


def test_readers_who_share_no_case_are_as_good_as_independent() -> None:
    each = power(STATED, 100, 6, 600, Aim(0.06, groups=6))
    variance = STATED.arm_reader + STATED.error - STATED.cov1
    limit = stats.t.ppf(0.975, 5)
    away = 0.06 / np.sqrt(2 * variance / 6)
    expected = stats.nct.sf(limit, 5, away) + stats.nct.cdf(-limit, 5, away)
    assert each == pytest.approx(expected, abs=1e-6)


def test_stated_components_give_a_grid_and_a_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["power", "--components", "0.0004,0.002,0.0009,0.0008,0.0005", "--component-cases", "100"]
    assert run([*words, "--margin", "0.05", "--effect", "0", "--readers", "6,12", "--cases", "100,300"]) == 0
    said = capsys.readouterr().out
    assert "Power to show non-inferiority (margin 0.05, true difference 0 AUC, one-sided)" in said
    assert "12 readers and 300 cases give a power of" in said
    assert "for 100 cases of the same mix, an arm × reader variance of 0.0004" in said


def test_a_split_plot_tries_equal_groups_alone(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["power", "--published", "van-dyke", "--groups", "4"]
    assert run([*words, "--readers", "6,8", "--cases", "400,800"]) == 0
    said = capsys.readouterr().out
    assert "Van Dyke et al. 1993" in said
    assert "4 groups of readers, each with its part of the cases" in said
    assert "\n              6" not in said
    assert run([*words, "--readers", "6,7"]) == 2
    assert "can be divided into 4 equal groups" in capsys.readouterr().err


def test_components_that_cannot_be_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["power", "--components", "1,2,3"])
    assert "five numbers" in capsys.readouterr().err
    assert run(["power", "--components", "0.1,0.2,0.1,0.1,0.1"]) == 2
    assert "--component-cases" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(["power"])


def test_published_components_are_those_of_van_dyke() -> None:
    """RJafroc prints them for its data set 02."""
    stated, cases, _ = PUBLISHED["van-dyke"]
    assert (cases, stated.error, stated.excess) == (114, 0.0008022883, pytest.approx(0.0001050464))
