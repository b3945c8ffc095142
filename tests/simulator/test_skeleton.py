"""The skeleton is complete, two-sided, as tall as its patient, and no two patients share a number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.quantification.bones import bone_table
from app.simulator.patient import Patient, Pose
from app.simulator.regions import codes_named
from app.simulator.skeleton import Skeleton, build_skeleton


def person(seed: int) -> tuple[Patient, Pose]:
    rng = np.random.default_rng(seed)
    return Patient.sample(rng), Pose.sample(rng)


def built(seed: int, pose_seed: int | None = None, density: float = 0.3) -> Skeleton:
    patient, pose = person(seed)
    if pose_seed is not None:
        pose = person(pose_seed)[1]
    return build_skeleton(patient, pose, np.random.default_rng([seed, 1]), density=density)


def test_every_region_has_bone_and_every_point_a_host() -> None:
    skeleton = built(1)
    assert set(np.unique(skeleton.region).tolist()) == {region.code for region in bone_table().bones}
    covered = np.concatenate([np.arange(part.start, part.stop) for part in skeleton.hosts.values()])
    assert np.array_equal(np.sort(covered), np.arange(len(skeleton.xyz)))
    for part in skeleton.hosts.values():
        assert len(np.unique(skeleton.region[part])) == 1


@pytest.mark.parametrize("seed", range(4))
def test_paired_bones_lie_on_their_sides_and_weigh_nearly_the_same(seed: int) -> None:
    skeleton = built(seed)
    for name in ("clavicle", "scapula", "ribs", "humerus", "hemipelvis", "femur", "lower leg", "foot"):
        right, left = (skeleton.region == code for code in codes_named(name))
        assert np.median(skeleton.xyz[right, 0]) < 0 < np.median(skeleton.xyz[left, 0])
        assert skeleton.volume[left].sum() == pytest.approx(skeleton.volume[right].sum(), rel=0.15)
        assert skeleton.activity[left].sum() == pytest.approx(skeleton.activity[right].sum(), rel=0.3)


@pytest.mark.parametrize("seed", range(6))
def test_the_body_is_about_as_tall_as_the_patient(seed: int) -> None:
    patient, _ = person(seed)
    skeleton = built(seed)
    tall = np.ptp(skeleton.xyz[:, 1])
    assert 0.9 * patient.height < tall < 1.08 * patient.height
    assert skeleton.xyz[:, 1].min() == pytest.approx(0.0, abs=2.5)


def test_the_same_bones_lie_in_another_pose() -> None:
    first, second = built(3), built(3, pose_seed=8)
    assert np.array_equal(first.volume, second.volume)
    assert np.array_equal(first.activity, second.activity)
    pelvis = first.slices(codes_named("hemipelvis"))[0]
    hand = first.slices(codes_named("hand"))[0]
    assert np.allclose(first.xyz[pelvis], second.xyz[pelvis])
    assert np.abs(first.xyz[hand] - second.xyz[hand]).max() > 1.0


def test_no_length_and_no_activity_is_the_same_in_two_patients_of_one_size() -> None:
    patient, pose = person(5)
    other = replace(patient)
    one = build_skeleton(patient, pose, np.random.default_rng(1), density=0.3)
    two = build_skeleton(other, pose, np.random.default_rng(2), density=0.3)
    for key, place in one.landmarks.items():
        if key[0] != "head":
            assert not np.allclose(place, two.landmarks[key], atol=1e-3), key
    assert not np.isclose(one.vertebra_size, two.vertebra_size).any()
    for host, part in one.hosts.items():
        mine, theirs = one.activity[part].sum(), two.activity[two.hosts[host]].sum()
        assert abs(mine - theirs) > 1e-4 * mine, host


def test_the_spread_of_activities_is_wide_enough_to_train_on() -> None:
    samples = [built(seed, density=0.15) for seed in range(24)]
    for name in ("lumbar spine", "skull", "ribs", "femur"):
        values = []
        for skeleton in samples:
            inside = np.isin(skeleton.region, codes_named(name))
            values.append(skeleton.activity[inside].sum() / skeleton.volume[inside].sum())
        assert 0.06 < np.std(np.log(values)) < 0.5, name


def test_vertebrae_follow_each_other_and_older_patients_have_more_kyphosis() -> None:
    assert (np.diff(built(2).vertebrae[:, 1]) > 0.8).all()
    patients = [Patient.sample(np.random.default_rng(seed)) for seed in range(400)]
    young = np.mean([p.kyphosis for p in patients if p.age < 55])
    old = np.mean([p.kyphosis for p in patients if p.age > 70])
    assert old > young + 0.1


def test_patients_are_adults_of_possible_size() -> None:
    for seed in range(300):
        patient, _ = person(seed)
        assert 22 <= patient.age <= 92
        assert 145 <= patient.height <= 195
        assert 0.8 < patient.vertebral_fill < 1.05
        assert (patient.breast > 0) == (patient.sex == "F")
