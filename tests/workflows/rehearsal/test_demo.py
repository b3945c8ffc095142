"""The demo makes a study of simulated scans and the real sample, and reads it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.errors import AppError
from app.progress import Cancelled, Progress
from app.window_request import DemoWish
from app.workflows.rehearsal.demo import ScanSet, demo_scans, demo_study, ready_demo, run_demo, window_demo
from tests.study.helpers import YES
from tests.workflows.studies import read_all, write_scans, write_truth


def toy_source(folder: Path, seed: int, progress: Progress) -> ScanSet:
    return ScanSet(write_scans(folder / "scans", 2), write_truth(folder / "truth.csv", 2))


def test_without_a_display_everything_is_read_verified_and_exported(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "demo", demo_scans(2), seed=4)
    assert done.verification.ok
    assert done.study.cases == 3
    with (tmp_path / "demo" / "results" / "readings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    warm_up = [row for row in rows if row["warm_up"] == "1"]
    assert {row["case"] for row in warm_up} == {"SAMPLE"}
    assert len([row for row in rows if row["arm"] == "unaided"]) == 6
    assert all(row["call"] for row in rows)
    assert (tmp_path / "demo" / "results" / "results.xlsx").is_file()
    ill = {row["case"] for row in rows if row["truth"] == "1"}
    masks = tmp_path / "demo" / "study" / "coordinator" / "lesions"
    assert {file.stem for file in masks.glob("*.npz")} >= ill != set()


def test_the_demo_replaces_only_what_a_demo_made(tmp_path: Path) -> None:
    demo_study(tmp_path / "demo", toy_source)
    demo_study(tmp_path / "demo", toy_source)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(AppError, match="not empty"):
        demo_study(tmp_path / "thesis", toy_source)
    assert (tmp_path / "thesis" / "chapter.txt").exists()


def test_the_window_gets_the_unfinished_demo_again_and_a_fresh_one_when_it_is_done(tmp_path: Path) -> None:
    first = ready_demo(tmp_path, "R1", toy_source)
    assert ready_demo(tmp_path, "R1", toy_source) == first
    read_all(first, YES)
    second = ready_demo(tmp_path, "R1", toy_source)
    assert second != first
    assert first.exists()


def test_answers_of_a_person_are_never_replaced_by_another_demo(tmp_path: Path) -> None:
    wish = DemoWish(tmp_path / "mine", scans=1)
    study = window_demo(wish, tmp_path / "home")
    read_all(study, YES)
    before = (study / "study.db").read_bytes()
    assert window_demo(wish, tmp_path / "home") == study
    with pytest.raises(AppError, match="a person may have read"):
        run_demo(tmp_path / "mine", toy_source)
    assert (study / "study.db").read_bytes() == before


def test_a_demo_that_was_interrupted_is_begun_again(tmp_path: Path) -> None:
    def interrupted(folder: Path, seed: int, progress: Progress) -> ScanSet:
        write_scans(folder / "scans", 1)
        raise Cancelled

    with pytest.raises(Cancelled):
        ready_demo(tmp_path, "R1", interrupted)
    assert (ready_demo(tmp_path, "R1", toy_source) / "protocol.toml").is_file()
    assert len(list(tmp_path.iterdir())) == 1
