"""`scintiread deidentify`: copies, the reason for what is left out, and the exit status."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from app import cli
from tests.scan.nm_files import toy_counts, write_nm

ANTERIOR, _ = toy_counts(np.random.default_rng(15))


def test_a_folder_is_done_after_a_person_confirmed_that_no_text_is_burned_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uncounted = {"PatientName": "Quillfeather", "PatientID": "7", "CountsAccumulated": None}
    write_nm(tmp_path / "in" / "x.dcm", ANTERIOR, **uncounted)
    command = ["deidentify", str(tmp_path / "in"), str(tmp_path / "out")]
    assert cli.run(command) == 1
    assert "--no-burned-in-text" in capsys.readouterr().err
    assert cli.run([*command, "--no-burned-in-text"]) == 0
    assert "1 of 1 file written, 1 patient" in capsys.readouterr().out
    (copy,) = (tmp_path / "out").rglob("*.dcm")
    assert b"Quillfeather" not in copy.read_bytes()
    assert (tmp_path / "out-key.json").exists()


def test_options_reach_the_copy(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR + 1, PatientAge="061Y", SeriesDescription="WB ANT Odo")
    out = tmp_path / "y.dcm"
    options = ["--blank", "0,0,10,20", "--keep-characteristics", "--keep-descriptions", "--remove-dates"]
    assert cli.run(["deidentify", str(path), str(out), "--key", str(tmp_path / "k.json"), *options]) == 0
    copy = dcmread(out)
    assert copy.PatientAge == "061Y"
    assert copy.SeriesDescription == "WB ANT"
    assert copy.StudyDate == ""
    assert not copy.pixel_array[:10, :20].any()


@pytest.mark.parametrize("rectangle", ["1,2,3", "a,b,c,d", "-1,0,5,5", "0,0,0,5"])
def test_a_rectangle_that_is_none_is_refused(rectangle: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(["deidentify", str(tmp_path), str(tmp_path / "out"), f"--blank={rectangle}"])
    assert caught.value.code == 2
