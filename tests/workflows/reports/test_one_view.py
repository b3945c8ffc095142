"""A scan with one view alone: answered where the recipe can do with it, and everywhere said so."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from app import paths
from app.annotation.classes import class_table
from app.annotation.formats import format_named
from app.cli import run
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.store.opening import open_study
from app.study.protocol import Mode
from app.workflows.annotation.propose import propose
from app.workflows.models.evaluation import evaluate
from app.workflows.models.lesions import lesions_by
from app.workflows.models.predict import PredictRequest, predict
from app.workflows.models.score import look_at, score
from app.workflows.models.segment import FORMATS, segment
from app.workflows.reports.bone_scan import report_of
from app.workflows.study.ai_compute import compute_ai
from app.workflows.study.ai_import import import_ai
from app.workflows.study.new import Ingredients, new_study
from tests.learning.tiny import install_tiny, tiny_recipes
from tests.scan.nm_files import POSTERIOR_CODE, toy_counts, write_nm
from tests.study.helpers import protocol

A, P = ViewName.ANTERIOR, ViewName.POSTERIOR
SAID = "the {} view was missing: the model saw one view only"


@pytest.fixture(autouse=True)
def nothing_shipped(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the models that a test installs are there; the tiny one draws what is hot."""
    folder = tmp_path_factory.mktemp("shipped")
    monkeypatch.setattr(paths, "model_weights", lambda: folder)
    tiny_recipes(monkeypatch)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """FRONT and BACK have one view each, BOTH has two; a block of each is hot."""
    folder = tmp_path / "scans"
    front, back = toy_counts(np.random.default_rng(4))
    front[300:360, 100:160] = back[300:360, 100:160] = 300
    write_nm(folder / "FRONT.dcm", front)
    write_nm(folder / "BACK.dcm", back, view_codes=(POSTERIOR_CODE,))
    write_nm(folder / "BOTH.dcm", front + 1, back + 1)
    return folder


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["case"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("kind", ["pooled", "hidden", "drawing"])
def test_predictions_and_heat_maps_are_of_the_view_there_is(kind: str, scans: Path, tmp_path: Path) -> None:
    install_tiny(kind=kind, as_recipe=f"tiny-{kind}-either")
    made = predict(PredictRequest((scans,), tmp_path / "p.csv", model="tiny", heatmaps=tmp_path / "maps"))
    rows = rows_of(made.out)
    assert {case: row["missing_view"] for case, row in rows.items()} == {
        "FRONT": "posterior", "BACK": "anterior", "BOTH": "",
    }  # fmt: skip
    assert made.notes == ("2 scans had one view only; the column missing_view names the other.",)
    with np.load(tmp_path / "maps" / "FRONT.npz", allow_pickle=False) as archive:
        assert archive["attention_anterior"].shape == (1024, 256)
        assert (str(archive["missing_view"]), "attention_posterior" in archive) == ("posterior", False)
    assert not (tmp_path / "maps" / "BACK_anterior.png").exists()
    assert (tmp_path / "maps" / "BACK_posterior.png").exists()


def test_a_recipe_that_needs_both_leaves_it_out(scans: Path, tmp_path: Path) -> None:
    install_tiny()
    made = predict(PredictRequest((scans,), tmp_path / "p.csv"))
    assert [name for name, _ in made.left_out] == ["BACK.dcm", "FRONT.dcm"]


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_of_masks_holds_the_view_there_is(name: str, scans: Path, tmp_path: Path) -> None:
    install_tiny(as_recipe="tiny-drawing-either")
    made = segment((scans / "BACK.dcm",), tmp_path / "out", format_name=name)
    assert (made.cases, made.left_out) == (1, ())
    row = rows_of(tmp_path / "out" / "segmentation.csv")["BACK"]
    assert (row["missing_view"], row["lesions"] == "0") == ("anterior", False)
    assert f"BACK: {SAID.format('anterior')}" in made.notes
    if name == "npz":
        with np.load(tmp_path / "out" / "BACK.npz", allow_pickle=False) as archive:
            assert json.loads(str(archive["made_by"]))["missing_view"] == "anterior"
            assert archive["posterior_metastasis_mask"][330, 130]
            assert "anterior_metastasis" not in archive
        return
    known = format_named(FORMATS[name])
    labels = known.read("BACK", known.cases(tmp_path / "out")["BACK"])
    assert {region.view for region in labels.annotation.regions} == {P}


def test_quantification_report_and_proposals_say_that_a_view_was_missing(
    scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install_tiny(as_recipe="tiny-drawing-either")
    assert run(["quantify", str(scans / "FRONT.dcm"), "--model", "tiny", "--json"]) == 0
    assert SAID.format("posterior") in json.loads(capsys.readouterr().out)["validity"]
    report = report_of((scans / "BACK.dcm",), lesions_of=lesions_by("tiny"))
    assert SAID.format("anterior") in report.document.content.facts.validity
    proposed = propose(read_scan(scans / "BACK.dcm"), class_table())
    assert {region.view for region in proposed.regions} == {P}
    assert SAID.format("anterior") in proposed.notes


def test_scores_and_measures_take_scans_with_one_view(scans: Path) -> None:
    install_tiny(as_recipe="tiny-drawing-either")
    scored = {one.row.case: one.answer for one in score((scans,), "tiny")}
    assert scored["BACK"] is not None
    assert scored["BACK"].missing_view is A
    looked = look_at(score((scans,), "tiny")[0].row, "tiny")
    assert (looked.result.missing_view, set(looked.result.heatmaps)) == ("anterior", {P})
    (scans / "truth.csv").write_text("case,truth\nFRONT,1\nBACK,0\nBOTH,1\n")
    from app.learning.predict import open_predictor
    from app.learning.weights import find_model

    assert evaluate(open_predictor(find_model("tiny")), scans, attention=True).left_out == ()


def test_a_study_keeps_it_computed_or_imported_and_older_results_stay_as_they_are(
    scans: Path, tmp_path: Path
) -> None:
    install_tiny(as_recipe="tiny-drawing-either")
    rules = protocol(mode=Mode.SEQUENTIAL, allow_missing_view=True)
    study = new_study(tmp_path / "study", scans, Ingredients(rules)).path
    assert compute_ai(study, "tiny").failed == ()
    assert kept(study) == {"FRONT": "posterior", "BACK": "anterior", "BOTH": ""}
    table = predict(PredictRequest((scans,), tmp_path / "p.csv", heatmaps=tmp_path / "maps")).out
    import_ai(study, table, tmp_path / "maps")
    assert kept(study) == {"FRONT": "posterior", "BACK": "anterior", "BOTH": ""}
    opened = open_study(study)
    both = opened.ai.get("BOTH")
    opened.close()
    assert both is not None
    assert "missing_view" not in both.words


def kept(study: Path) -> dict[str, str]:
    opened = open_study(study)
    try:
        results = {case: opened.ai.get(case) for case in ("FRONT", "BACK", "BOTH")}
        return {case: result.missing_view for case, result in results.items() if result is not None}
    finally:
        opened.close()
