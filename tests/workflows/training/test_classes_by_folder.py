"""Folders that name the class are the truth of a training when that is asked for, and only then."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from app.cli.training.arguments import training_of
from app.cli.training.train import configure
from app.errors import AppError
from app.workflows.training.cohort import open_cohort
from app.workflows.training.train import Training, command_of
from tests.scan.nm_files import write_nm


def scan(path: Path, seed: int) -> None:
    counts = np.random.default_rng(seed).poisson(20, (2, 64, 32)).astype(float)
    write_nm(path, *counts)


def test_the_nearest_folder_that_names_a_class_is_the_truth(tmp_path: Path) -> None:
    for number, name in enumerate(
        ("metastasis/site1/1.dcm", "metastasis/site2/2.dcm", "No metastasis/1.dcm")
    ):
        scan(tmp_path / name, number)
    cohort = open_cohort(tmp_path, classes_by_folder=True)
    truths = {case.files[0].relative_to(tmp_path).as_posix(): case.truth for case in cohort.cases}
    assert truths == {
        "metastasis/site1/1.dcm": True,
        "metastasis/site2/2.dcm": True,
        "No metastasis/1.dcm": False,
    }
    assert not any("metasta" in case.case.lower() for case in cohort.cases)
    with pytest.raises(AppError, match=r"no truth\.csv"):
        open_cohort(tmp_path)


def test_a_scan_in_no_class_and_a_class_alone_are_refused(tmp_path: Path) -> None:
    scan(tmp_path / "normal" / "1.dcm", 1)
    with pytest.raises(AppError, match="no two folders that name classes"):
        open_cohort(tmp_path, classes_by_folder=True)
    scan(tmp_path / "more" / "2.dcm", 2)
    with pytest.raises(AppError, match=r"2\.dcm lies in no folder that names a class"):
        open_cohort(tmp_path, classes_by_folder=True)


def test_train_takes_the_option_and_says_it_again() -> None:
    parser = argparse.ArgumentParser()
    configure(parser)
    words = ["cnn", "--data", "scans", "--out", "run", "--classes-by-folder"]
    training = training_of(parser.parse_args(words))
    assert training.classes_by_folder
    assert "--classes-by-folder" in command_of("train", "cnn", training)
    assert "--classes-by-folder" not in command_of("train", "cnn", Training(Path("a"), Path("b")))
