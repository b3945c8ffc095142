"""The net that names the regions of a report: from readers' outlines to a model, and into a report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.annotation.report_regions import REPORT_REGIONS
from app.report.bone_scan.document_file import read_document
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.workflows.training.cohort import open_cohort
from app.workflows.training.labels import label_maps_with_bones
from tests.learning.small_recipes import use_small_recipes
from tests.learning.toy_scans import SPOTS
from tests.report.bone_scan.made import labels_file, lesion
from tests.scan.nm_files import toy_counts, write_nm

BONES = ("femur left", "rib", "pelvis")


@pytest.fixture
def cohort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three ill patients, of each of whom a reader has outlined one lesion and named its bone."""
    use_small_recipes(monkeypatch)
    made = tmp_path / "toys"
    for number, bone in enumerate(BONES):
        pair = toy_counts(np.random.default_rng(number), SPOTS)
        write_nm(made / "scans" / f"R{number}.dcm", *pair, PatientID=f"P{number}")
        row, col = SPOTS[number]
        labels_file(made / "labels", lesion("a", col, row, bone), f"R{number}")
    (made / "truth.csv").write_text("case,truth\nR0,1\nR1,1\nR2,1\n", encoding="utf-8")
    split = "case,part\nR0,train\nR1,train\nR2,test\n"
    (tmp_path / "split.csv").write_text(split, encoding="utf-8")
    return made


def test_it_learns_from_readers_regions_becomes_a_model_and_names_the_regions_of_a_report(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan, labels, run = cohort / "scans" / "R0.dcm", cohort / "labels", tmp_path / "run"
    report = ["report", str(scan), "--masks", str(labels), "--no-bone-map"]
    assert main([*report, "--regions", "model", "--out", str(tmp_path / "no.report.json")]) == 2
    assert "No installed model names the regions of lesions" in capsys.readouterr().err
    words = ["train", "liu2022-location", "--data", str(cohort), "--split", str(tmp_path / "split.csv")]
    quick = ["--epochs", "1", "--threads", "1", "--workers", "1", "--device", "cpu"]
    assert main([*words, "--out", str(run), *quick]) == 0
    assert main(["models", "add", str(run), "--name", "where"]) == 0
    assert "--regions model" in capsys.readouterr().out
    assert main(["models"]) == 0
    assert "regions" in capsys.readouterr().out
    assert main(["predict", str(scan), "--out", str(tmp_path / "p.csv"), "--model", "where"]) == 2
    assert "somebody has drawn" in capsys.readouterr().err

    assert main([*report, "--out", str(tmp_path / "map.report.json")]) == 0
    by_map = read_document(tmp_path / "map.report.json")
    assert by_map.content.facts.regions == ("femur",)
    assert main([*report, "--regions", "model", "--out", str(tmp_path / "r.report.json")]) == 0
    document = read_document(tmp_path / "r.report.json")
    facts = document.content.facts
    assert facts.located
    assert set(facts.regions) <= set(REPORT_REGIONS)
    assert facts.placed == ("femur",)
    assert "regions named by the model where 1" in document.text("findings")
    assert any("not by the bones (spine 0." in note for note in facts.validity)
    said_otherwise = any(
        "the bones under the lesions say otherwise: femur" in note for note in facts.validity
    )
    assert said_otherwise is (facts.regions != ("femur",))

    kept = json.loads((tmp_path / "map.report.json").read_text(encoding="utf-8"))
    del kept["content"]["facts"]["located"]  # as a report was kept before there was such a model
    (tmp_path / "old.report.json").write_text(json.dumps(kept), encoding="utf-8")
    assert read_document(tmp_path / "old.report.json").content == by_map.content


def test_the_bone_that_a_reader_named_is_the_answer_and_others_are_fitted(cohort: Path) -> None:
    case = open_cohort(cohort).cases[0]
    maps = label_maps_with_bones(case, read_scan(*case.files, case=case.case))
    drawn = maps.lesion[ViewName.ANTERIOR] == 1
    assert len(set(maps.region[ViewName.ANTERIOR][drawn].tolist())) == 1
    assert len(set(maps.region[ViewName.ANTERIOR].ravel().tolist())) > 10
