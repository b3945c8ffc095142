"""A simulated scan with its own truth, through every kind of labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.annotation.annotation import Annotation
from app.annotation.class_names import class_names
from app.annotation.formats import format_named, native, simulator_labels
from app.annotation.label_set import LabelSet, MadeBy, sizes_of
from app.annotation.region import Region
from app.cli.reports.quantify import lines
from app.errors import AppError
from app.model_identity import ModelIdentity
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.workflows.reports.quantify import Facts, LesionFinder, facts, quantify
from app.workflows.simulator.simulate import make_cohort
from tests.annotation.conftest import disc
from tests.quantification.indices import bstbi_count


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cohort")
    make_cohort(Cohort(2, preset("trial", 1.0), 3, "trial", False), out)
    return out


def results(cohort: Path, labels: Path, **more: float) -> Facts:
    scan = next((cohort / "scans").glob("*.dcm"))
    return facts(*quantify((scan,), labels, **more))  # type: ignore[arg-type]


def test_every_promised_number_is_there(cohort: Path) -> None:
    found = results(cohort, cohort / "labels")
    for name in ("bstbi_count", "bstbi_display"):
        assert set(found[name]) >= {"anterior", "posterior", "mean"}
    assert set(found["bstbi_display"]) >= {"lower_level", "upper_level"}
    for name in ("k", "bsi_percent", "pabs_percent", "bsla_cm2", "bslai", "eod"):
        assert found[name] is not None, name
    assert found["lesions"]
    for row in found["lesions"]:
        assert set(row) >= {"view", "region", "counts", "max", "area_cm2", "ratio_contralateral"}
    assert any("simulated" in doubt for doubt in found["validity"])


def test_the_numbers_are_those_of_the_label_maps(cohort: Path) -> None:
    scan_file = next((cohort / "scans").glob("*.dcm"))
    maps = np.load(cohort / "labels" / f"{scan_file.stem}.npz")
    scan = read_scan(scan_file)
    found = results(cohort, cohort / "labels")
    ill, bladder = maps["lesion"] == 1, maps["organ"] == 4
    for place, view in enumerate(ViewName):
        image = scan.view(view)
        assert image is not None
        wanted = bstbi_count(image.counts, ill[place], bladder[place])
        assert found["bstbi_count"][view.value] == pytest.approx(wanted)
    assert found["pabs_percent"] == pytest.approx(100 * ill.sum() / (maps["region"] > 0).sum())
    assert scan.anterior is not None
    assert scan.anterior.spacing_mm is not None
    row, column = scan.anterior.spacing_mm
    assert found["bsla_cm2"] == pytest.approx(ill.sum() * row * column / 100)
    assert found["lesion_count"] == len(np.unique(maps["finding"][ill]))


@pytest.mark.parametrize("name", ["png", "labelme", "coco", "dicom-seg", "scintiread"])
def test_all_formats_give_the_same_burden(name: str, cohort: Path, tmp_path: Path) -> None:
    scan_file = next((cohort / "scans").glob("*.dcm"))
    case = scan_file.stem
    labels = simulator_labels.read(case, (cohort / "labels" / f"{case}.npz",))
    format_named(name).write(tmp_path, labels, read_scan(scan_file))
    truth, found = results(cohort, cohort / "labels"), results(cohort, tmp_path)
    for index in ("bstbi_count", "bstbi_display"):
        assert found[index]["mean"] == pytest.approx(truth[index]["mean"])
    assert found["bsla_cm2"] == pytest.approx(truth["bsla_cm2"])
    assert any("fitted to the scan, not drawn" in doubt for doubt in found["validity"])
    without = results(cohort, tmp_path, bone_map=False)
    assert without["bsi_percent"] is None
    assert any("no bone region map" in doubt for doubt in without["validity"])


def test_labels_with_a_bone_map_keep_it(cohort: Path) -> None:
    found = results(cohort, cohort / "labels")
    assert not any("fitted" in doubt for doubt in found["validity"])


def test_lesions_may_come_from_a_finder_instead_of_masks(cohort: Path) -> None:
    scan_file = next((cohort / "scans").glob("*.dcm"))
    labels = cohort / "labels" / f"{scan_file.stem}.npz"
    found = facts(
        *quantify((scan_file,), lesions_of=lambda scan: simulator_labels.read(scan.case, (labels,)))
    )
    assert found == results(cohort, cohort / "labels")


def test_without_masks_and_finder_it_says_what_is_missing(cohort: Path) -> None:
    scan_file = next((cohort / "scans").glob("*.dcm"))
    with pytest.raises(AppError, match="Nothing says where the lesions"):
        quantify((scan_file,))


def test_levels_of_the_displayed_form_can_be_chosen(cohort: Path) -> None:
    shown = results(cohort, cohort / "labels", lower=5.0, upper=60.0)["bstbi_display"]
    assert (shown["lower_level"], shown["upper_level"]) == (5.0, 60.0)


def test_labels_of_other_cases_are_refused(cohort: Path, tmp_path: Path) -> None:
    first, second = sorted((cohort / "scans").glob("*.dcm"))
    for name in ("x", "y"):
        (tmp_path / f"{name}.npz").write_bytes((cohort / "labels" / f"{second.stem}.npz").read_bytes())
    with pytest.raises(AppError, match=f"no labels of {first.stem}"):
        quantify((first,), tmp_path)


def drawn(cohort: Path, folder: Path, *regions: Region) -> Path:
    case = next((cohort / "scans").glob("*.dcm")).stem
    native.write(folder, LabelSet(Annotation(case, "R1", regions), dict.fromkeys(ViewName, (256, 1024))))
    return folder


def test_the_bone_that_a_person_named_wins(cohort: Path, tmp_path: Path) -> None:
    focus = Region(ViewName.ANTERIOR, disc(128, 250, 6), bone="femur left")
    told = results(cohort, drawn(cohort, tmp_path / "told", focus))
    assert [row["region"] for row in told["lesions"]] == ["femur left"]
    assert [row["region"] for row in told["bsi_regions"]] == ["femur left"]
    suggested = replace(focus, bone_suggested=True)
    fitted = results(cohort, drawn(cohort, tmp_path / "suggested", suggested))
    assert [row["region"] for row in fitted["lesions"]] != ["femur left"]
    beside = results(cohort, drawn(cohort, tmp_path / "beside", replace(focus, bone="7th rib")))
    assert [row["region"] for row in beside["lesions"]] == ["7th rib"]


def test_every_doubt_about_the_number_is_listed(cohort: Path, tmp_path: Path) -> None:
    front = Region(ViewName.ANTERIOR, disc(60, 300, 6))
    again = replace(front, lesion="again", uuid="again")
    back = Region(ViewName.POSTERIOR, disc(196, 300, 6), lesion="back")
    found = results(cohort, drawn(cohort, tmp_path, front, again, back), bone_map=False)
    assert found["lesion_count"] == 2
    said = " ".join(found["validity"])
    assert "1 outline drawn twice at the same place: counted once" in said
    assert "1 lesion instead of 2" in said


def test_labels_of_which_nothing_counts_are_no_scan_without_lesions(cohort: Path, tmp_path: Path) -> None:
    folder = drawn(cohort, tmp_path, Region(ViewName.ANTERIOR, disc(60, 300, 6), label="hot spot"))
    with pytest.raises(AppError, match="though 1 region was drawn"):
        results(cohort, folder)
    scan = next((cohort / "scans").glob("*.dcm"))
    (tmp_path / "map.toml").write_text('"hot spot" = "metastasis"')
    names = class_names(tmp_path / "map.toml")
    assert facts(*quantify((scan,), folder, names=names, bone_map=False))["lesion_count"] == 1


def by_model(regions: tuple[Region, ...], withheld: tuple[Region, ...] = ()) -> LesionFinder:
    made = MadeBy(ModelIdentity("m", "1", "simulated scans only"), 0.5)
    return lambda scan: LabelSet(
        Annotation(scan.case, "m", regions),
        sizes_of(scan),
        made_by=made,
        withheld=withheld,
        left_out=len(withheld),
    )


@pytest.mark.parametrize("withheld", [False, True])
def test_a_drawing_that_cannot_be_right_gives_no_figures(withheld: bool, cohort: Path) -> None:
    scan = next((cohort / "scans").glob("*.dcm"))
    legs = tuple(
        Region(view, np.array([(20, 400), (236, 400), (236, 1020), (20, 1020)])) for view in ViewName
    )
    finder = by_model((), legs) if withheld else by_model(legs)
    with pytest.raises(AppError, match=r"not believable: an area of \d+ % of the skeleton"):
        quantify((scan,), lesions_of=finder)


def test_foci_that_the_model_itself_denies_are_no_zero(cohort: Path) -> None:
    scan = next((cohort / "scans").glob("*.dcm"))
    finder = by_model((), (Region(ViewName.ANTERIOR, disc(128, 300, 5)),))
    found = facts(*quantify((scan,), lesions_of=finder, bone_map=False))
    assert found["left_out"] == 1
    assert lines(found)[0].endswith("no lesion is counted, 1 region left out")
