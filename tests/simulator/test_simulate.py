"""A scan follows from its seed; only the lesions tell the ill from the healthy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from app.annotation.label_codes import FindingCode, OrganCode
from app.quantification.bones import bone_table
from app.simulator.artefacts import Metal, Motion, moved, transmission
from app.simulator.body import CaseSeed, lay_down
from app.simulator.cohort import Cohort
from app.simulator.dicom import dicom_bytes
from app.simulator.difficulty import PRESETS, Difficulty
from app.simulator.field import PIXEL_CM
from app.simulator.focus import Focus, FocusPlan
from app.simulator.regions import codes_named
from app.simulator.simulate import simulate
from app.simulator.truth import involvement_percent
from tests.simulator.coarse import body, case, scan

ILL = (1, 2, 3, 4)


def auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    wins = score[truth][:, None] - score[~truth][None, :]
    return float(np.mean((wins > 0) + 0.5 * (wins == 0)))


def test_the_same_seed_gives_the_same_scan_and_another_seed_another() -> None:
    again = simulate(case(1, True))
    assert np.array_equal(again.counts, scan(1, True).counts)
    assert np.array_equal(again.labels.finding, scan(1, True).labels.finding)
    assert not np.array_equal(simulate(case(1, True, seed=6)).counts, again.counts)


def test_views_are_counts_of_the_whole_field() -> None:
    shown = scan(2)
    assert shown.counts.shape == (2, 1024, 256)
    assert shown.counts.dtype == np.uint16
    assert shown.counts[0].sum() == pytest.approx(shown.camera.counts, rel=0.05)
    assert 0.8 < shown.counts[1].sum() / shown.counts[0].sum() < 1.25


@pytest.mark.parametrize("patient", ILL)
def test_a_twin_without_lesions_is_the_same_count_for_count_elsewhere(patient: int) -> None:
    ill, healthy = scan(patient, True), scan(patient)
    same = np.abs(ill.expected - healthy.expected) < 1e-4
    assert same.mean() > 0.1
    assert np.array_equal(ill.counts[same], healthy.counts[same])
    assert ill.counts.sum() != healthy.counts.sum()
    assert healthy.metastases == ()
    assert np.array_equal(ill.labels.region, healthy.labels.region)


@pytest.mark.parametrize("patient", ILL)
def test_nothing_but_the_lesions_depends_on_the_disease(patient: int) -> None:
    """Exact proof against shortcuts: the same seed, once ill and once healthy."""
    ill, healthy = scan(patient, True), scan(patient, False)
    assert ill.patient == healthy.patient
    assert ill.camera == healthy.camera
    assert ill.record == healthy.record
    assert ill.artefacts == healthy.artefacts
    benign = [f.focus.plan for f in ill.findings if not f.malignant]
    assert benign == [f.focus.plan for f in healthy.findings]
    cohort = Cohort(10, Difficulty(), seed=5)
    files = [dicom_bytes(cohort, patient, shown) for shown in (ill, healthy)]
    assert len(files[0]) == len(files[1])


def test_label_independent_statistics_do_not_predict_the_label() -> None:
    cohort, truth, table = Cohort(80, Difficulty(), seed=31), [], []
    for index in range(cohort.scans):
        seed = replace(cohort.case_seed(index), density=0.08)
        here = lay_down(seed)
        counts = here.expected(0)
        truth.append(seed.ill)
        table.append(
            (
                here.patient.age,
                here.patient.height,
                here.patient.bmi,
                here.camera.counts,
                float(here.total[0].sum() / here.total[1].sum()),
                float(np.percentile(counts, 30)),
                float(len(here.benign)),
                float(len(here.sources)),
                float(index),
            )
        )
    ill, values = np.array(truth), np.array(table)
    noise = 3.0 * np.sqrt((len(ill) + 1) / (12 * ill.sum() * (~ill).sum()))
    for column in values.T:
        assert abs(auc(ill, column) - 0.5) < noise


@pytest.mark.parametrize("patient", ILL)
def test_a_mask_lies_where_its_lesion_projects(patient: int) -> None:
    shown, here = scan(patient, True), body(patient)
    for finding in shown.findings:
        x, y, _ = here.place.lay(here.skeleton.xyz[finding.focus.points[finding.focus.core]])
        for view, shadow in enumerate(finding.shadows):
            if shadow is None or not shadow.mask.any():
                continue
            rows, cols = np.nonzero(shadow.mask)
            rows, cols = rows + shadow.patch.rows.start, cols + shadow.patch.cols.start
            across = x if view == 0 else -x
            low, high = np.min(across) / PIXEL_CM + 128, np.max(across) / PIXEL_CM + 128
            assert np.min(y) / PIXEL_CM - 4 <= rows.mean() <= np.max(y) / PIXEL_CM + 4
            assert low - 4 <= cols.mean() <= high + 4


@pytest.mark.parametrize("patient", ILL)
def test_a_visible_metastasis_is_brighter_in_its_mask_than_in_the_twin(patient: int) -> None:
    ill, healthy = scan(patient, True), scan(patient)
    for finding in ill.metastases:
        for view, shadow in enumerate(finding.shadows):
            if shadow is not None and shadow.cnr > 8 and not finding.focus.cold:
                window = shadow.patch.window
                more = ill.expected[view][window][shadow.mask] - healthy.expected[view][window][shadow.mask]
                assert more.mean() > 0


@pytest.mark.parametrize("patient", ILL)
def test_every_positive_shows_a_lesion_as_its_difficulty_demands(patient: int) -> None:
    shown = scan(patient, True)
    assert shown.max_cnr >= Difficulty().least_cnr
    assert 1 <= shown.eod <= 4
    assert shown.involvement_percent > 0
    assert scan(patient).eod == 0
    assert scan(patient).involvement_percent == 0


def test_region_maps_name_the_bone_that_is_seen() -> None:
    shown = scan(1)
    codes = {region.code for region in bone_table().bones}
    assert set(np.unique(shown.labels.region[0]).tolist()) - {0} >= codes - {16, 17, 18, 19}
    anterior, posterior = shown.labels.region
    for name in ("femur", "humerus"):
        right, left = codes_named(name)
        assert np.median(np.nonzero(anterior == right)[1]) < np.median(np.nonzero(anterior == left)[1])
        assert np.median(np.nonzero(posterior == left)[1]) < np.median(np.nonzero(posterior == right)[1])
    skull, foot = codes_named("skull")[0], codes_named("foot")[0]
    assert np.nonzero(anterior == skull)[0].mean() < np.nonzero(anterior == foot)[0].mean()


def test_organ_maps_hold_the_bladder_in_the_pelvis_and_the_kidneys_behind() -> None:
    found = 0
    for patient in range(1, 9):
        organs, regions = scan(patient).labels.organ, scan(patient).labels.region
        bladder = organs[0] == OrganCode.BLADDER
        if bladder.sum() > 30:
            rows = np.nonzero(np.isin(regions[0], codes_named("hemipelvis")))[0]
            assert rows.min() < np.nonzero(bladder)[0].mean() < rows.max()
            found += 1
        left = organs[1] == OrganCode.KIDNEY_LEFT
        if left.any():
            assert np.nonzero(left)[1].mean() < 128 + 30  # the patient's left is on image left behind
    assert found >= 4


def test_the_true_involvement_is_the_share_of_mass_that_is_ill() -> None:
    here = body(1)
    code = codes_named("lumbar spine")[0]
    part = here.skeleton.slices(code)
    points = np.concatenate([np.arange(p.start, p.stop) for p in part])
    everything = np.ones(len(points), dtype=bool)
    plan = FocusPlan("metastasis", FindingCode.METASTASIS, (0.0, 0.0, 0.0), 1.0, 1.0, ())
    focus = Focus(plan, points, np.ones(len(points), np.float32), everything, 1.0, code)
    assert involvement_percent(here.skeleton, [focus]) == pytest.approx(2.7)
    assert involvement_percent(here.skeleton, [focus, focus]) == pytest.approx(2.7)


def test_a_superscan_hides_kidneys_and_soft_tissue_and_keeps_the_counts() -> None:
    for patient in range(200):
        seed = CaseSeed(5, patient, True, replace(Difficulty(), extent=16.0), density=0.15)
        shown = simulate(seed)
        if shown.superscan:
            break
    assert shown.eod == 4
    plain = simulate(replace(seed, ill=False))
    assert shown.expected[0].sum() == pytest.approx(plain.expected[0].sum(), rel=0.05)
    legs = slice(int(plain.expected.shape[1] * 0.5), int(plain.expected.shape[1] * 0.6))
    assert shown.expected[0, legs].sum() < 0.7 * plain.expected[0, legs].sum()
    spine = np.isin(shown.labels.region[1], codes_named("lumbar spine"))
    assert shown.expected[1][spine].mean() > plain.expected[1][spine].mean()


def test_a_follow_up_is_the_same_person_another_day() -> None:
    first = scan(3, True)
    second = simulate(replace(first.seed, visit=1))
    assert first.patient == second.patient
    assert second.record.started > first.record.started
    assert first.record.days == 0
    assert 90 <= second.record.days <= 430
    assert second.record.days == (second.record.injected - first.record.injected).days
    assert not np.array_equal(first.counts, second.counts)
    hosts = {f.focus.plan.hosts for f in first.metastases}
    assert hosts & {f.focus.plan.hosts for f in second.metastases}
    kinds = sorted(f.focus.plan.kind for f in first.findings if not f.malignant)
    assert kinds == sorted(f.focus.plan.kind for f in second.findings if not f.malignant)


def test_metal_in_front_keeps_photons_from_the_anterior_view_only() -> None:
    coin = (Metal("coin", 0, 3.0, 80.0, 1.1, 1.1, 0.4),)
    through = transmission(coin, 0)
    assert through is not None
    assert transmission(coin, 1) is None
    assert through[int(80 / PIXEL_CM), int(3 / PIXEL_CM) + 128] == pytest.approx(0.4, abs=0.03)
    assert through[100, 100] == pytest.approx(1.0)


def test_motion_doubles_edges_within_its_band_and_keeps_the_counts() -> None:
    image = scan(1).expected[0]
    shaken = moved(image, Motion(300, 480, 5.0, 0.5), 0)
    assert np.array_equal(shaken[:300], image[:300])
    assert np.array_equal(shaken[480:], image[480:])
    assert shaken[300:480].sum() == pytest.approx(image[300:480].sum(), rel=0.02)
    sharp = ndimage.sobel(image[300:480], axis=1).std()
    assert ndimage.sobel(shaken[300:480], axis=1).std() < 0.9 * sharp


def test_a_prosthesis_is_labelled_and_cold() -> None:
    for patient in range(300):
        here = lay_down(CaseSeed(5, patient, False, replace(Difficulty(), mimics=3.0), density=0.1))
        cold = [focus for focus in here.benign if focus.plan.lesion_class is FindingCode.ARTEFACT]
        if cold:
            break
    assert cold
    assert all(focus.excess.sum() < 0 for focus in cold)


def test_presets_differ_as_their_names_say() -> None:
    assert PRESETS["screening"].prevalence == 0.08
    assert PRESETS["easy"].contrast > PRESETS["trial"].contrast > PRESETS["hard"].contrast
    assert PRESETS["easy"].mimics < PRESETS["trial"].mimics < PRESETS["hard"].mimics
