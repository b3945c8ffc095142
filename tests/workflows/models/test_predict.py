"""`predict` from files to the table: complete, readable by the analysis, honest about what was left out."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import paths
from app.cli import run
from app.errors import AppError
from app.learning.predict import open_predictor
from app.learning.recipe import Input
from app.learning.shelf import choose_default
from app.learning.weights import find_model
from app.progress import Cancelled, NoProgress
from app.scan.scan import Scan
from app.workflows.analysis.input import AnalysisRequest, load
from app.workflows.models.evaluation import evaluate, sentence
from app.workflows.models.predict import PredictRequest, predict
from app.workflows.models.score import score
from tests.learning.tiny import Tiny, install_tiny, tiny_recipes
from tests.scan.nm_files import write_nm

ILL = {"C01": True, "C02": False, "C03": True, "C04": False, "C05": False}


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_recipes(monkeypatch)
    choose_default(install_tiny())


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    for number, (case, ill) in enumerate(ILL.items()):
        front, back = np.full((2, 512, 128), 20.0)
        front[number, 0] = 21.0  # no two scans are the same
        if ill:
            front[150:180, 50:70] = 300.0
        write_nm(folder / f"{case}.dcm", front, back)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_scan_has_one_line_with_all_that_belongs_to_a_probability(scans: Path, tmp_path: Path) -> None:
    made = predict(PredictRequest((scans,), tmp_path / "predictions.csv", batch=2))
    rows = rows_of(made.out)
    assert {row["case"]: row["call"] == "1" for row in rows} == ILL
    assert {(row["model"], row["version"], row["device"], row["training_data"]) for row in rows} == {
        ("tiny", "1", "cpu", "nothing (tests)")
    }
    assert all(0 <= float(row["probability"]) <= 1 and float(row["seconds"]) > 0 for row in rows)
    assert (made.count, made.calls, made.left_out, made.left_out_file) == (5, 2, (), None)


def test_the_analysis_takes_the_table_as_it_is(scans: Path, tmp_path: Path) -> None:
    made = predict(PredictRequest((scans,), tmp_path / "predictions.csv"))
    readings = tmp_path / "readings.csv"
    lines = [f"R1,{case},{int(ill)},{60 if ill else 20}" for case, ill in ILL.items()]
    readings.write_text("\n".join(["reader,case,truth,rating", *lines]) + "\n")
    loaded = load(AnalysisRequest(source=readings, predictions=(made.out,)))
    assert loaded.predictions.models == ("tiny",)
    assert not np.isnan(loaded.predictions.score).any()
    np.testing.assert_array_equal(loaded.predictions.call[0] == 1, loaded.readings.truth)


def test_heat_maps_are_numbers_and_labelled_pictures_of_each_view(scans: Path, tmp_path: Path) -> None:
    predict(PredictRequest((scans,), tmp_path / "p.csv", heatmaps=tmp_path / "maps"))
    with np.load(tmp_path / "maps" / "C01.npz", allow_pickle=False) as archive:
        front = archive["attention_anterior"]
        assert (front.shape, str(archive["model"]), str(archive["case"])) == ((512, 128), "tiny", "C01")
        row, col = np.unravel_index(int(front.argmax()), front.shape)
    assert (140 <= row < 190, 40 <= col < 80) == (True, True)
    picture = Image.open(tmp_path / "maps" / "C01_anterior.png")
    pixels = np.asarray(picture).astype(int)
    assert picture.text["training_data"] == "nothing (tests)"  # type: ignore[attr-defined]
    reddish = pixels[..., 0] - pixels[..., 2] > 60
    ys, xs = np.nonzero(reddish)
    assert (280 <= ys.mean() < 380, 80 <= xs.mean() < 160) == (True, True)  # small views are doubled
    assert len(list((tmp_path / "maps").iterdir())) == 15


def test_what_cannot_be_read_or_used_is_told_and_the_rest_goes_on(scans: Path, tmp_path: Path) -> None:
    (scans / "notes.txt").write_text("no scan")
    write_nm(scans / "D1.dcm", np.full((512, 128), 20.0))
    made = predict(PredictRequest((scans,), tmp_path / "p.csv", batch=3))
    left = {row["file"]: row["reason"] for row in rows_of(tmp_path / "p.left_out.csv")}
    assert set(left) == {"notes.txt", "D1.dcm"}
    assert "D1 has one view only" in left["D1.dcm"]
    assert (made.count, len(made.left_out)) == (5, 2)
    for name in left:
        (scans / name).unlink()
    again = predict(PredictRequest((scans,), tmp_path / "p.csv"))
    assert again.left_out_file is None
    assert not (tmp_path / "p.left_out.csv").exists()


def test_a_view_with_next_to_no_counts_is_left_out_and_the_rest_goes_on(scans: Path, tmp_path: Path) -> None:
    dust = np.zeros((512, 128))
    dust[::32, ::32] = 3.0
    write_nm(scans / "D1.dcm", np.full((512, 128), 20.0), dust)
    made = predict(PredictRequest((scans,), tmp_path / "p.csv", batch=3))
    assert made.count == 5
    assert made.left_out == (
        (
            "D1.dcm",
            "The posterior view of D1 holds counts in less than a hundredth of its pixels: no body is to be "
            "seen. Choose another scan.",
        ),
    )


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program that shows on one scan only."""
    prepare = Tiny.prepare

    def failing(recipe: Tiny, scan: Scan) -> Input:
        if scan.case == "C02":
            raise IndexError("index 7 is out of bounds")
        return prepare(recipe, scan)

    monkeypatch.setattr(Tiny, "prepare", failing)


@pytest.mark.usefixtures("fragile")
def test_a_fault_of_the_program_on_one_scan_does_not_take_the_others_along(
    scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["predict", str(scans), "--out", str(tmp_path / "p.csv"), "--batch", "5"]) == 1
    assert run(["segment", str(scans), "--out", str(tmp_path / "drawn")]) == 1
    assert [row["case"] for row in rows_of(tmp_path / "p.csv")] == ["C01", "C03", "C04", "C05"]
    assert [row["case"] for row in rows_of(tmp_path / "drawn" / "segmentation.csv")] == [
        "C01", "C03", "C04", "C05",
    ]  # fmt: skip
    scored = score((scans,), "tiny")
    assert [one.row.case for one in scored if one.answer is None] == ["C02"]
    assert capsys.readouterr().err.count("C02: a fault of the program (IndexError)") == 2
    assert "Tiny" not in scored[1].reason
    assert (paths.user_logs() / "scintiread.log").read_text().count(
        "IndexError: index 7 is out of bounds"
    ) == 3


@pytest.mark.usefixtures("fragile")
def test_a_scan_of_a_cohort_that_cannot_be_used_is_named_beside_the_measures(
    scans: Path, tmp_path: Path
) -> None:
    lines = [f"{case},{case},{int(ill)}" for case, ill in ILL.items()]
    (scans / "truth.csv").write_text("\n".join(["case,patient,truth", *lines]) + "\n")
    made = evaluate(open_predictor(find_model("tiny")), scans)
    facts = made.facts(0.5)
    assert (facts["n"], facts["auc"][0]) == (4, 1.0)
    assert facts["left_out"][0].startswith("C02: a fault of the program (IndexError)")
    assert "1 scan left out, the first: C02" in sentence(facts)


def test_what_was_reached_is_kept_when_somebody_stops(scans: Path, tmp_path: Path) -> None:
    class Impatient(NoProgress):
        @property
        def cancelled(self) -> bool:  # type: ignore[override]
            self.asked = getattr(self, "asked", 0) + 1
            return self.asked > 2

    with pytest.raises(Cancelled):
        predict(PredictRequest((scans,), tmp_path / "p.csv", batch=1), Impatient())
    assert [row["case"] for row in rows_of(tmp_path / "p.csv")] == ["C01", "C02"]


def test_nothing_is_written_where_there_is_nothing_to_predict(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(AppError, match="no scan to predict in empty"):
        predict(PredictRequest((tmp_path / "empty",), tmp_path / "p.csv"))
    with pytest.raises(AppError, match="is a folder"):
        predict(PredictRequest((tmp_path,), tmp_path / "empty"))
    with pytest.raises(AppError, match="at least 1 scan"):
        predict(PredictRequest((tmp_path,), tmp_path / "p.csv", batch=0))
    assert not (tmp_path / "p.csv").exists()
