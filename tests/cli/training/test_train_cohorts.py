"""What a training takes a cohort for: whose scans, which masks, which parts; and what it is bound to."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.workflows.training.cohort import open_cohort
from app.workflows.training.labels import label_maps
from tests.learning.small_recipes import use_small_recipes
from tests.learning.toy_cohort import toy_cohort
from tests.learning.toy_scans import SPOTS
from tests.scan.nm_files import toy_counts, write_nm

CNN = "hsieh2021-cnn-supervised"
QUICK = ("--threads", "1", "--workers", "1", "--device", "cpu")
FORMATS = ("scintiread", "labelme", "coco", "dicom-seg", "png", "png-three", "png-binary")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    use_small_recipes(monkeypatch)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 16, per_patient=2)


def train(recipe: str, data: Path, out: Path, *more: str, epochs: str = "1") -> int:
    words = ["train", recipe, "--data", str(data), "--out", str(out), *QUICK, *more]
    return main([*words, "--epochs", epochs] if epochs else words)


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err.strip()
    assert said.startswith("scintiread: ")
    assert "\n" not in said
    return said


def draw(folder: Path, scan: Path) -> Path:
    """One square around the first hot spot, as the program's own annotation file."""
    case, (row, col) = scan.stem, SPOTS[0]
    square = np.array([[-6, -6], [6, -6], [6, 6], [-6, 6]], np.float64) + np.array([col, row])
    views = read_scan(scan).views
    sizes = {view.name: (view.counts.shape[1], view.counts.shape[0]) for view in views}
    region = Region(ViewName.ANTERIOR, square, label="metastasis")
    return native.write(folder, LabelSet(Annotation(case, "reader", (region,)), sizes))[0]


def ill_of(cohort: Path) -> list[Path]:
    return [case.files[0] for case in open_cohort(cohort).cases if case.truth]


@pytest.mark.parametrize("kind", FORMATS)
def test_labels_of_every_format_that_can_be_written_are_found_and_read(kind: str, tmp_path: Path) -> None:
    cohort = toy_cohort(tmp_path / "toys", 4)
    drawn = tmp_path / "drawn"
    for scan in ill_of(cohort):
        draw(drawn, scan)
    scans = ["--scans", str(cohort / "scans")]
    assert main(["masks", "convert", str(drawn), str(cohort / "labels"), "--to", kind, *scans]) == 0
    for case in open_cohort(cohort).cases:
        assert bool(case.labels) is case.truth
        lesion = label_maps(case, read_scan(*case.files, case=case.case)).lesion[ViewName.ANTERIOR]
        assert bool(lesion[SPOTS[0]] == 1) is case.truth


def test_healthy_scans_need_no_mask_diseased_ones_do_unless_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = toy_cohort(tmp_path / "toys", 16)
    ill = ill_of(cohort)
    for scan in ill[1:]:
        draw(cohort / "labels", scan)
    assert train("unet", cohort, tmp_path / "run") == 2
    said = refused(capsys)
    assert f"1 diseased scan of 8 in toys has no mask in labels, the first is {ill[0].stem}" in said
    assert "--allow-missing-masks" in said
    assert train("unet", cohort, tmp_path / "run", "--allow-missing-masks", "--held-out", "0.25") == 0
    told = capsys.readouterr().out
    assert "Masks of 7 of 16 scans (ScintiRead annotation, one file per case)." in told
    assert "8 healthy scans without a mask: nothing is to be drawn there." in told
    assert "1 diseased scan without a mask" in told
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert ill[0].stem not in run["cases"]["train"]
    assert "Masks of 7 of 16" in run["cohort_facts"]["masks"]
    assert "--allow-missing-masks" in (tmp_path / "run" / "card.md").read_text(encoding="utf-8")


def test_labels_of_other_cases_and_files_that_are_no_labels_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = toy_cohort(tmp_path / "toys", 4)
    (cohort / "labels").mkdir()
    (cohort / "labels" / "notes.txt").write_text("nothing", encoding="utf-8")
    assert train("unet", cohort, tmp_path / "run") == 2
    assert "toys/labels holds files, and none is one of labels" in refused(capsys)
    draw(cohort / "labels", ill_of(toy_cohort(tmp_path / "others", 2, first=50))[0])
    assert train("unet", cohort, tmp_path / "run") == 2
    assert "none of them is a case of the cohort" in refused(capsys)


def without_patients(cohort: Path) -> Path:
    with (cohort / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = ["case,truth", *(f"{row['case']},{row['truth']}" for row in rows)]
    (cohort / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return cohort


def test_without_a_column_patient_the_scans_say_whose_they_are(tmp_path: Path) -> None:
    cohort = without_patients(toy_cohort(tmp_path / "toys", 16, per_patient=2))
    assert train(CNN, cohort, tmp_path / "run", "--held-out", "0.25") == 0
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    of_part = {name: {int(case[1:]) // 2 for case in cases} for name, cases in run["cases"].items()}
    assert sum(len(patients) for patients in of_part.values()) == len(set.union(*of_part.values())) == 8
    card = (tmp_path / "run" / "card.md").read_text(encoding="utf-8")
    assert "patients by the Patient ID of the scans, none in two parts" in card


def test_who_knows_no_patient_has_to_say_that_each_scan_is_another_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "toys"
    for number in range(8):
        pair = toy_counts(np.random.default_rng(number), SPOTS if number % 2 else ())
        write_nm(cohort / "scans" / f"N{number}.dcm", *pair, PatientID="")
    rows = [f"N{number},{number % 2}" for number in range(8)]
    (cohort / "truth.csv").write_text("case,truth\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert train(CNN, cohort, tmp_path / "run", "--held-out", "0.25") == 2
    said = refused(capsys)
    assert "say whose 8 scans are, the first is N0" in said
    assert "--patients-are-cases" in said
    assert train(CNN, cohort, tmp_path / "run", "--held-out", "0.25", "--patients-are-cases") == 0
    card = (tmp_path / "run" / "card.md").read_text(encoding="utf-8")
    assert "each scan taken for another one's (--patients-are-cases)" in card


def table(path: Path, column: str, told: dict[str, str]) -> Path:
    rows = [f"case,{column}", *(f"{case},{part}" for case, part in told.items())]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def names() -> list[str]:
    return [f"T{number:03}" for number in range(16)]


def test_a_split_of_ones_own_is_taken_as_it_is_and_a_leak_in_it_refused(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = dict(zip(names(), ["train"] * 8 + ["val"] * 4 + ["test"] * 4, strict=True))
    split = table(tmp_path / "parts.csv", "part", parts)
    assert train(CNN, cohort, tmp_path / "run", "--split", str(split)) == 0
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert run["cases"] == {"train": names()[:8], "validation": names()[8:12], "test": names()[12:]}
    capsys.readouterr()
    for told, said in (
        ({**parts, "T008": "train"}, "Patient P004 is in training and in validation"),
        ({case: part for case, part in parts.items() if case != "T003"}, "says nothing of T003"),
        ({**parts, "T099": "test"}, "names T099, which is not in the cohort"),
        ({**parts, "T003": "dev"}, "puts T003 into “dev”"),
    ):
        assert train(CNN, cohort, tmp_path / "no", "--split", str(table(split, "part", told))) == 2
        assert said in refused(capsys)
    assert not (tmp_path / "no").exists()


def test_folds_of_ones_own(cohort: Path, tmp_path: Path) -> None:
    folds = {case: str(place // 4 % 4 + 1) for place, case in enumerate(names())}
    split = table(tmp_path / "folds.csv", "fold", folds)
    words = ["crossval", CNN, "--data", str(cohort), "--out", str(tmp_path / "cv"), *QUICK]
    assert main([*words, "--epochs", "1", "--split", str(split)]) == 0
    run = json.loads((tmp_path / "cv" / "fold-2" / "run.json").read_text(encoding="utf-8"))
    assert run["cases"]["test"] == names()[4:8]
    assert run["cases"]["validation"] == names()[8:12]


def test_a_run_goes_on_only_as_what_it_is(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert train(CNN, cohort, run, "--held-out", "0.25") == 0
    before = (run / "weights.safetensors").read_bytes()
    told = (run / "metrics.json").read_bytes()
    config = tmp_path / "c.toml"
    config.write_text('[[phases]]\nname = "cross-entropy"\nrate = 0.5\n', encoding="utf-8")
    capsys.readouterr()
    same = ("--held-out", "0.25", "--resume")
    for recipe, more, said in (
        (CNN, ("--held-out", "0.4", "--resume"), "its split"),
        (CNN, (*same, "--seed", "2"), "seed (1, not 2)"),
        (CNN, (*same, "--config", str(config)), "its hyper-parameters"),
        (CNN, (*same, "--scans", "14"), "its cohort"),
        (CNN, (*same, "--init", f"run:{run}"), "its first weights (random, not run:run"),
        ("hsieh2021-cnn-supcon", same, f"its recipe ({CNN}, not hsieh2021-cnn-supcon)"),
    ):
        assert train(recipe, cohort, run, *more) == 2
        assert said in refused(capsys)
    assert train(CNN, cohort, run, *same, epochs="2") == 2
    assert "its epochs (1, not 2)" in refused(capsys)
    assert train(CNN, cohort, run, *same) == 0
    assert (run / "weights.safetensors").read_bytes() == before
    assert (run / "metrics.json").read_bytes() == told


def test_folds_of_another_length_are_not_mixed(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["crossval", CNN, "--data", str(cohort), "--out", str(tmp_path / "cv"), "--folds", "2", *QUICK]
    assert main([*words, "--epochs", "1"]) == 0
    capsys.readouterr()
    assert main([*words, "--epochs", "3"]) == 2
    assert "fold-1 holds another training: its epochs (1, not 3)" in refused(capsys)


def test_simulated_scans_are_known_without_a_manifest_and_the_run_tells_how_it_is_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "toys"
    for number in range(8):
        pair = toy_counts(np.random.default_rng(number), SPOTS if number % 2 else ())
        write_nm(cohort / "scans" / f"S{number}.dcm", *pair, PatientID=f"SIM-{number}")
    rows = [f"S{number},{number % 2}" for number in range(8)]
    (cohort / "truth.csv").write_text("case,truth\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert train(CNN, cohort, tmp_path / "run", "--held-out", "0.25") == 0
    assert "SIMULATED" in capsys.readouterr().out.upper()
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert run["simulated"] is True
    assert run["program"]
    assert run["init"] == ""
    assert run["hyper_parameters"]["phases"][0]["rate"] == 1e-3
    card = (tmp_path / "run" / "card.md").read_text(encoding="utf-8")
    command = "scintiread train hsieh2021-cnn-supervised --data toys --out run --epochs 1 --device cpu "
    assert f"{command}--threads 1 --held-out 0.25 --seed 1\n" in card


def test_hyper_parameters_come_from_a_file_and_go_back_into_one(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "mine.toml"
    config.write_text(
        'recipe = "magboo"\n[geometry]\ndegrees = 3\n'
        '[[phases]]\nname = "cross-entropy"\nrate = 0.01\nepochs = 1\noptimiser = "sgd"\nfrozen = ["body"]\n'
        '[[phases]]\nname = "cross-entropy"\nrate = 0.001\nepochs = 2\nbatch = 3\n',
        encoding="utf-8",
    )
    run = tmp_path / "run"
    assert train("magboo", cohort, run, "--config", str(config), epochs="") == 0
    told = tomllib.loads((run / "config.toml").read_text(encoding="utf-8"))
    assert told["geometry"]["degrees"] == 3.0
    assert told["geometry"]["zoom"] == 0.1
    assert [(phase["rate"], phase["epochs"]) for phase in told["phases"]] == [(0.01, 1), (0.001, 2)]
    assert told["phases"][0]["frozen"] == ["body"]
    with (run / "log.csv").open(encoding="utf-8", newline="") as file:
        assert [float(row["rate"]) for row in csv.DictReader(file)] == [0.01, 0.001, 0.001]
    again = tmp_path / "again"
    assert train("magboo", cohort, again, "--config", str(run / "config.toml"), epochs="") == 0
    assert (again / "weights.safetensors").read_bytes() == (run / "weights.safetensors").read_bytes()
    assert (again / "config.toml").read_bytes() == (run / "config.toml").read_bytes()
    capsys.readouterr()
    for text, said in (
        ("size = 64\n", "size of magboo is nothing that can be set"),
        ('recipe = "ibrahim2023"\n', "is for ibrahim2023, not for magboo"),
        ("[geometry]\nwobble = 1\n", "geometry has no wobble"),
        ('[geometry]\nzoom = "much"\n', "zoom is 'much'"),
        ("[[phases]]\nrate = -1\n", "a number that is not above 0"),
        ('[[phases]]\noptimiser = "lion"\n', "lion is no optimiser"),
        ('[[phases]]\nname = "contrast"\n', "magboo has no phase “contrast”"),
        ('[[phases]]\nfrozen = ["tail"]\n', "magboo has no parameters that begin with tail"),
        ("phases = [\n", "is no TOML"),
    ):
        config.write_text(text, encoding="utf-8")
        assert train("magboo", cohort, tmp_path / "no", "--config", str(config)) == 2
        assert said in refused(capsys)
