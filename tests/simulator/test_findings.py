"""Findings stay in their bone, change it as planned, and are as frequent as the literature says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from app.annotation.label_codes import FindingCode
from app.quantification.bones import bone_table
from app.simulator.benign import sample_benign
from app.simulator.course import Course, evolve
from app.simulator.difficulty import Difficulty
from app.simulator.focus import FocusPlan, render
from app.simulator.metastases import Disease, eod_grade, sample_disease, superscan_foci
from app.simulator.regions import codes_named
from app.simulator.skeleton.builder import Skeleton, vertebra_host
from tests.simulator.coarse import body


def skeleton() -> Skeleton:
    return body(1).skeleton


def plan(**changes: object) -> FocusPlan:
    x, y, z = skeleton().vertebrae[21]
    base = FocusPlan(
        "metastasis", FindingCode.METASTASIS, (x, y, z), 1.2, 4.0, (vertebra_host(21),), irregular=False
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_focus_multiplies_its_bone_and_nothing_else() -> None:
    bones = skeleton()
    focus = render(bones, plan(radius=12.0))
    assert focus is not None
    host = bones.hosts[vertebra_host(21)]
    assert ((focus.points >= host.start) & (focus.points < host.stop)).all()
    gain = focus.excess / bones.activity[focus.points]
    assert gain == pytest.approx(np.full(len(gain), 4.0), rel=0.1)
    assert focus.region == codes_named("lumbar spine")[0]
    assert focus.volume_cm3 == pytest.approx(bones.volume[host].sum(), rel=0.02)


def test_a_larger_radius_takes_more_bone() -> None:
    volumes = []
    for radius in (0.6, 1.0, 1.6):
        focus = render(skeleton(), plan(radius=radius))
        assert focus is not None
        volumes.append(focus.volume_cm3)
    assert volumes == sorted(volumes)
    assert volumes[2] > 3 * volumes[0]


def test_a_cold_focus_takes_activity_away_and_may_have_a_rim() -> None:
    cold = render(skeleton(), plan(contrast=-0.8, radius=1.0))
    rimmed = render(skeleton(), plan(contrast=-0.8, radius=1.0, rim=1.5))
    assert cold is not None
    assert rimmed is not None
    assert cold.cold
    assert (cold.excess < 0).all()
    assert (rimmed.excess > 0).any()
    assert (rimmed.excess < 0).any()


def test_no_focus_where_the_host_has_no_bone() -> None:
    assert render(skeleton(), plan(centre=(0.0, 400.0, 0.0))) is None


def test_metastases_are_distributed_over_the_regions_as_published() -> None:
    rng, bones = np.random.default_rng(2), skeleton()
    diseases = [sample_disease(bones, Difficulty(), rng) for _ in range(500)]
    involved = Counter[str]()
    ill = [d for d in diseases if not d.superscan]
    for disease in ill:
        regions = {bone_table().of(int(bones.region[p.anchor])).report for p in disease.plans}
        involved.update(regions)
    published = {"spine": 220, "pelvis": 196, "rib": 184, "femur": 98, "scapula": 57, "other": 78}
    total = sum(involved.values())
    for name, number in published.items():
        share = number / sum(published.values())
        assert involved[name] / total == pytest.approx(share, rel=0.4), name
    assert 0.02 < 1 - len(ill) / len(diseases) < 0.10
    numbers = np.array([len(d.plans) for d in ill])
    assert 5 < numbers.mean() < 9
    assert 0.07 < (numbers > 20).mean() < 0.17
    cold = [p for d in ill for p in d.plans if p.contrast < 0]
    assert 0.02 < len(cold) / numbers.sum() < 0.07


def test_long_bones_are_mostly_struck_in_their_upper_part() -> None:
    rng, bones = np.random.default_rng(3), skeleton()
    plans = [p for _ in range(300) for p in sample_disease(bones, Difficulty(), rng).plans]
    heights = [p.centre[1] for p in plans if int(bones.region[p.anchor]) in codes_named("femur")]
    assert len(heights) > 20
    upper = np.array(heights) < bones.landmark("hip", 1)[1] + 28
    assert 0.7 < upper.mean() < 0.98


def test_old_patients_have_more_degenerative_findings() -> None:
    def mean_number(age: float) -> float:
        patient, rng = replace(body(1).patient, age=age), np.random.default_rng(7)
        return float(
            np.mean([len(sample_benign(patient, skeleton(), Difficulty(), rng)) for _ in range(150)])
        )

    assert mean_number(80) > 1.8 * mean_number(35)
    none = sample_benign(body(1).patient, skeleton(), Difficulty(mimics=0.0), np.random.default_rng(1))
    assert none == ()


def test_benign_and_malignant_contrasts_overlap() -> None:
    rng, bones = np.random.default_rng(5), skeleton()
    metastases = [p.contrast for _ in range(80) for p in sample_disease(bones, Difficulty(), rng).plans]
    benign = [p.contrast for _ in range(80) for p in sample_benign(body(1).patient, bones, Difficulty(), rng)]
    hot = np.array([c for c in metastases if c > 0])
    assert np.median(hot) > np.median(benign)
    assert np.percentile(benign, 95) > np.percentile(hot, 25)


@pytest.mark.parametrize(("lesions", "grade"), [(0, 0), (1, 1), (5, 1), (6, 2), (20, 2), (21, 3)])
def test_extent_of_disease_is_graded_by_number(lesions: int, grade: int) -> None:
    assert eod_grade(lesions, superscan=False) == grade
    assert eod_grade(lesions, superscan=True) == 4


def test_a_superscan_takes_the_whole_axial_skeleton() -> None:
    bones = skeleton()
    foci = superscan_foci(bones, 4.0, np.random.default_rng(1))
    regions = {bone_table().of(focus.region).name for focus in foci}
    assert {"lumbar spine", "thoracic spine", "hemipelvis", "ribs", "sternum"} <= regions
    assert "femur" not in regions
    assert all((focus.excess > 0).all() for focus in foci)


@pytest.mark.parametrize("course", list(Course))
def test_the_second_visit_shows_what_the_course_says(course: Course) -> None:
    bones, rng = skeleton(), np.random.default_rng(6)
    plans = (p for _ in range(6) for p in sample_disease(bones, Difficulty(), rng).plans[:3])
    before = Disease(plans=tuple(plans))
    after = evolve(before, course, bones, Difficulty(), np.random.default_rng(1))
    hot = [p.contrast for p in before.plans if p.contrast > 0]
    then = [p.contrast for p in after.plans if p.contrast > 0]
    match course:
        case Course.PROGRESSION:
            assert len(after.plans) > len(before.plans)
        case Course.RESPONSE:
            assert np.median(then) < 0.8 * np.median(hot)
        case Course.FLARE:
            assert len(after.plans) == len(before.plans)
            assert np.median(then) > 1.2 * np.median(hot)
        case Course.STABLE:
            assert len(after.plans) == len(before.plans)
            assert np.median(then) == pytest.approx(np.median(hot), rel=0.15)
