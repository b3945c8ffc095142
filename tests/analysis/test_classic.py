"""Published data sets with published answers; read where they are at hand, never copied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.analysis.agreement import pair_agreement
from app.analysis.delong import compare
from app.analysis.ingest.assemble import assemble, read_readings
from app.analysis.ingest.marks import read_free_response
from app.analysis.mrmc import MrmcResult
from app.analysis.options import AnalysisOptions
from app.analysis.sections.free_response import free_response
from app.analysis.study import analyse_study
from app.plan import CovarianceMethod
from app.tables.read import read_table


def _main(path: Path, method: CovarianceMethod = CovarianceMethod.JACKKNIFE) -> MrmcResult:
    found = analyse_study(
        read_readings(path), options=AnalysisOptions(bootstrap=10, covariance=method)
    ).mrmc.main
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["vandyke.csv", "vandyke.imrmc"])
def test_van_dyke_as_ordbm_mrmcaov_and_rjafroc_print_it(classic: Path, name: str) -> None:
    found = _main(classic / name)
    parts = found.components
    published = [0.0015349993, 0.0002004025, 0.0008022883, 0.0003466137, 0.0003440748, 0.0002390284]
    np.testing.assert_allclose(
        [parts.reader_raw, parts.arm_reader_raw, parts.error, parts.cov1, parts.cov2, parts.cov3],
        published,
        rtol=1e-6,
    )
    both = found.random_readers_random_cases
    assert both is not None and found.fixed_readers is not None and found.fixed_cases is not None
    np.testing.assert_allclose([both.f, both.df2, both.p], [4.456319, 15.25967, 0.05166569], rtol=1e-6)
    np.testing.assert_allclose(
        [found.fixed_readers.chi2, found.fixed_readers.p], [5.475953, 0.01927984], rtol=1e-6
    )
    np.testing.assert_allclose([found.fixed_cases.f, found.fixed_cases.p], [8.704000, 0.04195875], rtol=1e-6)
    difference = found.differences[0]
    assert difference.estimate == pytest.approx(0.04380032, rel=1e-6)
    assert difference.se == pytest.approx(0.02074862, rel=1e-6)
    assert not found.components.floor_active


def test_per_arm_components_of_van_dyke(classic: Path) -> None:
    first, second = _main(classic / "vandyke.csv").components.per_arm
    np.testing.assert_allclose(
        [first.ms_reader, first.error, first.cov2], [0.003082629, 0.0010141028, 0.0004839618], rtol=1e-6
    )
    np.testing.assert_allclose(
        [second.ms_reader, second.error, second.cov2], [0.001304602, 0.0005904738, 0.0002041879], rtol=1e-6
    )


def test_franken_has_its_floor_and_its_negative_variance_reported(classic: Path) -> None:
    found = _main(classic / "franken.csv")
    assert found.components.floor_active
    assert found.components.arm_reader_raw < 0
    assert len(found.notes) == 2


def test_three_partially_paired_arms_keep_their_own_standard_errors(classic: Path) -> None:
    found = _main(classic / "kundel.csv")
    assert [arm.arm for arm in found.arms] == ["1", "2", "3"]
    assert len(found.differences) == 3
    for arm, own in zip(found.arms, found.components.per_arm, strict=True):
        assert arm.se == pytest.approx(np.sqrt((own.ms_reader + 4 * max(own.cov2, 0)) / 4))


@pytest.mark.parametrize(
    ("data", "first", "f", "df2", "p"),
    [
        ("01", 0.7602704, 10.298825, 24.702758, 0.003668578),
        ("04", 0.7792667, 7.8003, 36.79334, 0.0001171050),
    ],
)
def test_wafroc_with_jackknife(
    classic: Path, data: str, first: float, f: float, df2: float, p: float
) -> None:
    study = read_free_response(
        classic / f"froc_dataset{data}_marks.csv", classic / f"froc_dataset{data}_truth.csv"
    )
    rows, family = free_response(study, AnalysisOptions())
    assert rows[0].wafroc == pytest.approx(first, abs=5e-8)
    assert family.main is not None and family.main.random_readers_random_cases is not None
    test = family.main.random_readers_random_cases
    np.testing.assert_allclose([test.f, test.df2, test.p], [f, df2, p], rtol=2e-6)


def test_subarachnoid_haemorrhage_markers_as_proc_compares_them(classic: Path) -> None:
    table = read_table(classic / "aSAH.csv")
    truth = table.flags("truth") == 1.0
    found = compare(table.numbers("", "wfns"), table.numbers("", "s100b"), truth)
    assert found.difference == pytest.approx(0.8236789 - 0.7313686, abs=1e-7)
    assert found.z == pytest.approx(2.209, abs=5e-4)
    assert found.p == pytest.approx(0.02718, abs=5e-6)


def test_weighted_kappa_of_the_anxiety_ratings(classic: Path) -> None:
    table = read_table(classic / "anxiety.csv")
    found = pair_agreement(table.numbers("", "rater1"), table.numbers("", "rater2"))
    assert found.n == 20
    assert found.quadratic == pytest.approx(0.297, abs=5e-4)


IMRMC = "forDebugging_test{}.imrmc"


def test_imrmc_example_has_its_published_areas(classic: Path) -> None:
    found = _main(classic / "imrmc_debug" / "test.imrmc", CovarianceMethod.UNBIASED)
    assert [round(arm.estimate, 3) for arm in found.arms] == [0.757, 0.716]
    assert round(abs(found.differences[0].estimate), 3) == 0.041


def test_the_order_of_rows_does_not_matter(classic: Path) -> None:
    folder = classic / "imrmc_debug"
    one, two = (read_readings(folder / IMRMC.format(name)) for name in ("", "-reorder-data"))
    assert (one.readers, one.arms) == (two.readers, two.arms)
    order = [two.cases.index(case) for case in one.cases]
    np.testing.assert_array_equal(one.rating, two.rating[:, :, order])


def test_missing_reads_are_counted_and_used_as_missing(classic: Path) -> None:
    found = analyse_study(read_readings(classic / "imrmc_debug" / IMRMC.format("-missing-data")))
    assert found.readings.missing == 3
    assert any("3 of" in note for note in found.notes)
    assert found.mrmc.main is not None


def test_a_reader_of_one_arm_is_left_out_of_the_comparison_and_named(classic: Path) -> None:
    found = analyse_study(read_readings(classic / "imrmc_debug" / IMRMC.format("-mixed-design")))
    assert found.mrmc.main is not None
    assert found.mrmc.main.readers == ("2", "3", "4")
    assert any("reader1" in note for note in found.mrmc.notes)


def test_one_reader_against_many_others_is_answered(classic: Path) -> None:
    found = analyse_study(read_readings(classic / "imrmc_debug" / IMRMC.format("-one-versus-many")))
    assert found.mrmc.main is None
    (only,) = found.mrmc.unpaired
    assert np.isfinite(only.estimate)
    assert "1 reader(s) against 3 other(s)" in only.notes[0]


def test_four_arms_that_each_miss_another_reader_are_compared_two_by_two(classic: Path) -> None:
    name = IMRMC.format("-multiple-modalities-and-missing-reader")
    found = analyse_study(read_readings(classic / "imrmc_debug" / name))
    assert found.mrmc.main is not None and found.mrmc.main.readers == ("reader1",)
    assert len(found.mrmc.pairs) == 6
    assert all(len(pair.readers) == 3 for pair in found.mrmc.pairs)


def test_the_nico_cad_ratings_give_one_arm_of_ten_readers(classic: Path) -> None:
    table = read_table(classic / "dataset09_nico_cad.csv")
    found = analyse_study(assemble(table), options=AnalysisOptions(bootstrap=10))
    assert found.mrmc.main is not None
    assert len(found.mrmc.main.readers) == 10
    assert not found.mrmc.main.differences
