"""Families of scans that look otherwise than the usual ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.errors import AppError
from app.simulator.appearance import APPEARANCES, WideGenerator
from app.simulator.body import CaseSeed, lay_down
from app.simulator.difficulty import PRESETS, Difficulty
from tests.simulator.coarse import DENSITY


def bodies(name: str, count: int = 12) -> list:
    return [lay_down(CaseSeed(3, i, False, PRESETS[name], density=DENSITY)) for i in range(count)]


def test_the_wide_family_varies_more_than_the_usual_one() -> None:
    for value in (
        lambda body: np.log(body.patient.bone_to_soft),
        lambda body: body.camera.hole,
        lambda body: body.patient.vertebral_fill,
    ):
        usual, wide = (np.std([value(body) for body in bodies(name, 30)]) for name in ("trial", "wide"))
        assert wide > 1.15 * usual


def test_the_unfamiliar_family_is_blurred_thin_and_has_another_anatomy_table() -> None:
    usual, strange = bodies("trial"), bodies("unfamiliar")
    for before, after in zip(usual, strange, strict=True):
        assert after.camera.fwhm(10) > before.camera.fwhm(10)
        assert after.camera.counts == pytest.approx(before.camera.counts / 2)
        assert after.patient.vertebral_fill < before.patient.vertebral_fill
        ratio = after.skeleton.activity / before.skeleton.activity
        assert np.std(np.log(ratio)) > 0.1


def test_wider_deviates_keep_their_middle_and_stay_positive_where_they_were() -> None:
    wide = WideGenerator(np.random.default_rng(1), 2.0)
    normal = wide.normal(5.0, 1.0, 20_000)
    assert np.mean(normal) == pytest.approx(5.0, abs=0.05)
    assert np.std(normal) == pytest.approx(2.0, rel=0.05)
    uniform = [wide.uniform(1.0, 3.0) for _ in range(2000)]
    assert min(uniform) > 0
    assert max(uniform) > 3.5


def test_the_usual_family_is_untouched_by_the_others() -> None:
    rng = np.random.default_rng(1)
    assert APPEARANCES["usual"].varied(rng) is rng
    assert APPEARANCES["usual"].uptake(3) == 1.0


def test_an_unknown_appearance_is_refused_by_name() -> None:
    with pytest.raises(AppError, match="martian"):
        replace(Difficulty(), appearance="martian")
