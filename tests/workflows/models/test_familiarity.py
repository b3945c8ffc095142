"""How familiar a scan is to a model: beside every answer, and before readers where it is planned."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from app import paths
from app.cli import run
from app.errors import AppError
from app.learning.cards import card_text
from app.learning.familiarity import ScanMeasures, reference_of
from app.learning.familiarity_file import read_reference, reference_bytes
from app.learning.picture_measures import MEASURES
from app.learning.predict import open_predictor
from app.learning.shelf import choose_default, give_familiarity
from app.learning.weights import FAMILIARITY, find_model
from app.scan.read import read_scan
from app.scan.scan import View, ViewName
from app.store.opening import open_study
from app.study.findings import Severity
from app.study.protocol import AiRules, Mode
from app.workflows.models.familiarity import Usual, usual_for
from app.workflows.models.lesions import lesions_by
from app.workflows.reports.bone_scan import report_of
from app.workflows.study.ai_compute import compute_ai
from app.workflows.study.ai_results import StudyAi
from app.workflows.study.check import study_check
from app.workflows.study.new import Ingredients, new_study
from app.workflows.training.cohort import open_cohort
from benchmarks.familiarity_faults import FAULTS
from tests.learning.tiny import install_tiny, tiny_recipes
from tests.learning.toy_cohort import toy_cohort
from tests.scan.nm_files import toy_counts, write_nm
from tests.study.helpers import protocol

SAID = "the scan is unlike those that the model knows (familiarity "


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("toys") / "toys", scans=50)


@pytest.fixture(autouse=True)
def model(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("shipped")
    monkeypatch.setattr(paths, "model_weights", lambda: folder)
    tiny_recipes(monkeypatch)
    choose_default(install_tiny(as_recipe="tiny-drawing-either"))


@cache
def usual_of(cohort: Path) -> Usual:
    return usual_for(open_predictor(find_model("tiny")), open_cohort(cohort))


@pytest.fixture
def familiar(cohort: Path) -> None:
    """The tiny model, told what is usual."""
    usual = usual_of(cohort)
    give_familiarity(find_model("tiny"), usual.content, usual.facts, card_text)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A usual scan, one of its views alone, and one that stands on its head."""
    folder = tmp_path / "scans"
    front, back = toy_counts(np.random.default_rng(900))
    write_nm(folder / "USUAL.dcm", front, back)
    write_nm(folder / "ALONE.dcm", toy_counts(np.random.default_rng(901))[0])
    write_nm(folder / "HEAD.dcm", front[::-1], back[::-1])
    return folder


def test_one_command_tells_a_model_what_is_usual(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "familiarity", "tiny", str(cohort)]) == 0
    assert "compared with 50 scans of toys, by ratios of the picture alone" in capsys.readouterr().out
    assert find_model("tiny").path(FAMILIARITY).read_bytes() == usual_of(cohort).content
    assert run(["models", "check"]) == 0


def test_features_of_the_net_count_where_its_graph_tells_them_from_both_views_or_one(
    cohort: Path, scans: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    telling = install_tiny("telling", kind="telling", as_recipe="tiny-telling-either")
    few = replace(open_cohort(cohort), cases=open_cohort(cohort).cases[:40])
    usual = usual_for(open_predictor(telling), few)
    model = give_familiarity(telling, usual.content, usual.facts, card_text)
    assert "by features of the net and ratios of the picture" in model.card.read_text()
    reference = read_reference(model.path(FAMILIARITY), model.weights_sha256)
    assert set(reference.features) == {"both", "anterior", "posterior"}
    assert not np.isnan(reference.usual["anterior"]).any()
    predictor = open_predictor(model)
    both = read_scan(scans / "USUAL.dcm")
    for scan in (both, replace(both, posterior=None), replace(both, anterior=None)):
        told = predictor.predict(scan).familiarity
        assert told is not None
        assert told > 5
    ten_times = [View(view.name, view.counts * np.float32(10), view.spacing_mm) for view in both.views]
    strange = predictor.predict(replace(both, anterior=ten_times[0], posterior=ten_times[1])).familiarity
    assert strange is not None
    assert strange < 5


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["case"]: row for row in csv.DictReader(file)}


@pytest.mark.usefixtures("familiar")
def test_every_prediction_carries_its_familiarity_and_strange_scans_are_named(
    scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(["predict", str(scans), "--out", str(tmp_path / "p.csv"), "--heatmaps", str(tmp_path / "m")]) == 0
    )
    told = {case: float(row["familiarity"]) for case, row in rows_of(tmp_path / "p.csv").items()}
    assert {case: value < 5 for case, value in told.items()} == {"USUAL": False, "ALONE": False, "HEAD": True}
    assert max(told.values()) <= 100
    assert "1 scan is unlike those that the model knows" in capsys.readouterr().err
    with np.load(tmp_path / "m" / "HEAD.npz", allow_pickle=False) as archive:
        assert float(str(archive["familiarity"])) == told["HEAD"]
    assert run(["segment", str(scans / "HEAD.dcm"), "--out", str(tmp_path / "d"), "--format", "npz"]) == 0
    assert float(rows_of(tmp_path / "d" / "segmentation.csv")["HEAD"]["familiarity"]) == told["HEAD"]
    with np.load(tmp_path / "d" / "HEAD.npz", allow_pickle=False) as archive:
        assert json.loads(str(archive["made_by"]))["familiarity"] == pytest.approx(told["HEAD"], abs=0.05)


@pytest.mark.usefixtures("familiar")
def test_the_report_and_the_card_say_it_in_a_sentence(scans: Path) -> None:
    reports = {
        case: report_of((scans / f"{case}.dcm",), lesions_of=lesions_by("tiny")) for case in ("HEAD", "USUAL")
    }
    said = {
        case: any(SAID in note for note in one.document.content.facts.validity)
        for case, one in reports.items()
    }
    assert said == {"HEAD": True, "USUAL": False}
    assert (
        "Says how familiar a scan is | compared with 50 scans of toys" in find_model("tiny").card.read_text()
    )
    assert run(["models", "check"]) == 0


@pytest.mark.usefixtures("familiar")
def test_preflight_lists_strange_cases_and_readers_are_told_only_where_the_protocol_says_so(
    scans: Path, tmp_path: Path
) -> None:
    for told in (False, True):
        rules = protocol(mode=Mode.CONCURRENT, allow_missing_view=True, ai=AiRules(familiarity=told))
        study = new_study(tmp_path / f"study{told}", scans, Ingredients(rules)).path
        assert compute_ai(study, "tiny").failed == ()
        notes = [f for f in study_check(study).findings if "unlike the scans that the model knows" in f.text]
        assert [(f.case, f.severity) for f in notes] == [("HEAD", Severity.NOTE)]
        opened = open_study(study)
        kept = opened.studies.current().protocol
        shown = {item.case: StudyAi(opened, kept).result(item) for item in opened.studies.plan("R1")}
        opened.close()
        assert [SAID in doubt for doubt in shown["HEAD"].doubts] == [True] * told
        assert (shown["HEAD"].shown.familiarity is not None) == told
        assert shown["USUAL"].doubts == ()


@pytest.mark.usefixtures("familiar")
@pytest.mark.parametrize("fault", list(FAULTS))
def test_gross_faults_are_unfamiliar(fault: str, scans: Path, tmp_path: Path) -> None:
    how, change = FAULTS[fault]
    scan = read_scan(scans / "USUAL.dcm")
    made = how(scan, change, np.random.default_rng(3))
    told = open_predictor(find_model("tiny")).predict(made).familiarity
    assert told is not None
    assert told < 5


def test_without_the_file_nothing_is_said(scans: Path, tmp_path: Path) -> None:
    assert run(["predict", str(scans), "--out", str(tmp_path / "p.csv")]) == 0
    assert {row["familiarity"] for row in rows_of(tmp_path / "p.csv").values()} == {""}


@pytest.mark.usefixtures("familiar")
def test_a_file_that_was_changed_is_noticed_before_anything_is_answered(
    scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = find_model("tiny").path(FAMILIARITY)
    content = file.read_bytes()
    file.write_bytes(content[:-8])
    assert run(["predict", str(scans), "--out", str(tmp_path / "p.csv")]) == 2
    assert "not the file that the registry knows" in capsys.readouterr().err


def test_too_few_scans_tell_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = toy_cohort(tmp_path / "small", scans=6)
    assert run(["models", "familiarity", "tiny", str(small)]) == 2
    assert "6 scans of small can be used, but what is usual takes 40" in capsys.readouterr().err


def made_up(scans: int, seed: int, features: int = 0) -> list[ScanMeasures]:
    """Scans whose measures and features are drawn from one distribution."""
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(0).normal(size=(features, features)) if features else None
    found = []
    for _ in range(scans):
        measures = {view: rng.normal(size=len(MEASURES)).astype(np.float32) for view in ViewName}
        told = {} if mix is None else {"both": (rng.normal(size=features) @ mix).astype(np.float32)}
        found.append(ScanMeasures(measures, told))
    return found


@pytest.mark.parametrize("features", [0, 112])
def test_five_of_a_hundred_usual_scans_are_below_five(features: int) -> None:
    reference = reference_of(made_up(400, 1, features))
    others = made_up(1000, 2, features)
    told = [reference.percentile(one.measures, one.features.get("both")) for one in others]
    assert np.mean(np.array(told) < 5) == pytest.approx(0.05, abs=0.025)
    assert np.median(told) == pytest.approx(50, abs=8)


def test_the_features_of_the_net_alone_make_a_scan_strange() -> None:
    reference = reference_of(made_up(200, 1, 20))
    usual = made_up(1, 2, 20)[0]
    strange = usual.features["both"] + np.float32(40)
    assert reference.percentile(usual.measures, usual.features["both"]) > 5
    assert reference.percentile(usual.measures, strange) < 5
    assert reference.percentile(usual.measures, None) > 5


def test_the_file_is_safetensors_and_says_the_same_again(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    looked = made_up(60, 4, 10)
    reference = reference_of(looked)
    file = tmp_path / "a.familiarity.safetensors"
    file.write_bytes(reference_bytes(reference, {"weights_sha256": "abc"}))
    again = read_reference(file, "abc")
    for one in looked[:5]:
        told = [each.percentile(one.measures, one.features["both"]) for each in (reference, again)]
        assert told[0] == told[1]
    arrays = load_file(file)
    np.testing.assert_array_equal(arrays["usual.both"], reference.usual["both"])
    np.testing.assert_array_equal(arrays["picture.anterior.axes"], reference.pictures[ViewName.ANTERIOR].axes)
    with pytest.raises(AppError, match="belongs to other weights"):
        read_reference(file, "abd")
    for damage in (b"", file.read_bytes()[:40], b"\x80\x04pickle"):
        file.write_bytes(damage)
        with pytest.raises(AppError, match="holds no familiarity"):
            read_reference(file, "abc")
