"""A case follows from its index: who is ill, what it is called, and nothing gives the truth away."""

from __future__ import annotations

import platform

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import AppError
from app.quantification.bones import bone_table
from app.simulator.cohort import BLOCK, Cohort
from app.simulator.difficulty import Difficulty, preset
from app.simulator.labels import label_codes
from app.simulator.regions import region_code


def ill(cohort: Cohort) -> np.ndarray:
    return np.array([cohort.case_seed(index).ill for index in range(cohort.scans)])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), prevalence=st.floats(0.0, 1.0))
def test_the_prevalence_is_kept_in_every_run_of_blocks(seed: int, prevalence: float) -> None:
    cohort = Cohort(5 * BLOCK, Difficulty(prevalence=prevalence), seed)
    number = ill(cohort).reshape(5, BLOCK).sum(axis=1)
    assert abs(number.sum() - prevalence * 5 * BLOCK) <= 1
    assert np.abs(number - prevalence * BLOCK).max() < 1 + 1e-9


def test_a_patient_s_truth_does_not_depend_on_the_size_of_the_cohort() -> None:
    small, large = (Cohort(n, Difficulty(), seed=4) for n in (30, 1000))
    assert np.array_equal(ill(small), ill(large)[:30])


def test_names_and_order_tell_nothing_about_the_truth() -> None:
    cohort = Cohort(2000, Difficulty(), seed=11)
    truth, index = ill(cohort), np.arange(2000)
    assert abs(np.corrcoef(truth, index)[0, 1]) < 0.07
    assert abs(np.corrcoef(truth[1:], truth[:-1])[0, 1]) < 0.1  # a block of 20 is drawn without replacement
    assert abs(np.corrcoef(truth, index % 2)[0, 1]) < 0.07
    assert cohort.case_name(7) == "SIM-11-0000007"
    assert len({cohort.case_name(i) for i in index}) == 2000


def test_follow_up_cases_come_in_pairs_of_one_patient() -> None:
    cohort = Cohort(6, Difficulty(), seed=2, follow_up=True)
    assert [cohort.patient_of(i) for i in range(6)] == [0, 0, 1, 1, 2, 2]
    assert [cohort.visit_of(i) for i in range(6)] == [0, 1, 0, 1, 0, 1]
    assert cohort.patient_id(0) == cohort.patient_id(1) != cohort.patient_id(2)
    assert cohort.case_seed(0).ill == cohort.case_seed(1).ill


def test_the_manifest_says_everything_and_nothing_that_changes() -> None:
    manifest = Cohort(3, preset("hard", 0.3), seed=9, preset="hard").manifest()
    assert manifest == Cohort(3, preset("hard", 0.3), seed=9, preset="hard").manifest()
    assert manifest["difficulty"]["prevalence"] == 0.3
    assert manifest["seed"] == 9
    assert manifest["labels"]["lesion"]["metastasis"] == 1
    assert "SIMULATED" in manifest["notice"]


def test_a_cohort_says_on_which_system_its_bytes_came_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another C library ends an exponential in other digits; such a folder is not gone on with."""
    cohort = Cohort(3, preset("hard", 0.3), seed=9, preset="hard")
    here = cohort.manifest()
    monkeypatch.setattr(platform, "system", lambda: "Elsewhere")
    assert here["platform"] != cohort.manifest()["platform"] == f"Elsewhere {platform.machine()}"


def test_label_codes_are_small_and_unique() -> None:
    for codes in label_codes().values():
        assert sorted(codes.values()) == list(range(1, len(codes) + 1))
    assert bone_table().of(region_code("femur", "left")).title == "femur left"
    assert sum(region.mass_percent for region in bone_table().bones) == pytest.approx(100.1)


@pytest.mark.parametrize("prevalence", [-0.1, 1.5])
def test_an_impossible_prevalence_is_refused(prevalence: float) -> None:
    with pytest.raises(AppError, match="prevalence"):
        preset("trial", prevalence)


def test_an_unknown_preset_and_a_negative_scale_are_refused() -> None:
    with pytest.raises(AppError, match="no preset"):
        preset("heroic")
    with pytest.raises(AppError, match="too small"):
        Difficulty(mimics=-1)
