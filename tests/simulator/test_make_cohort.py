"""A cohort folder: the same bytes however it is made, resumable, and never half-written."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.progress import Cancelled
from app.simulator.cohort import SIMULATOR_VERSION, Cohort
from app.simulator.difficulty import Difficulty
from app.simulator.export import labels_path, make_case, scan_path
from app.workflows.simulator.simulate import make_cohort

COHORT = Cohort(5, Difficulty(), seed=3)


def bytes_of(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    make_cohort(COHORT, folder)
    return folder


class StopAfter:
    """A user who stops after some cases."""

    def __init__(self, cases: int) -> None:
        self.left = cases
        self.said: list[float] = []

    @property
    def cancelled(self) -> bool:
        return self.left <= 0

    def report(self, fraction: float, message: str) -> None:
        self.left -= 1
        self.said.append(fraction)


def test_the_folder_holds_what_the_contract_says(whole: Path) -> None:
    truth, lesions = (table(whole / name) for name in ("truth.csv", "lesions.csv"))
    assert [row["case"] for row in truth] == [COHORT.case_name(i) for i in range(5)]
    assert list(truth[0])[:9] == [
        "case",
        "patient",
        "truth",
        "eod",
        "n_lesions",
        "regions",
        "max_cnr",
        "age",
        "sex",
    ]
    manifest = json.loads((whole / "cohort.json").read_text(encoding="utf-8"))
    for row in truth:
        case = row["case"]
        assert scan_path(whole, case).exists()
        with np.load(labels_path(whole, case)) as maps:
            for name in ("lesion", "region", "organ", "finding"):
                assert maps[name].shape == (2, 1024, 256)
                assert maps[name].dtype == np.uint8
            assert maps["lesion"].max() <= max(manifest["labels"]["lesion"].values())
        malignant = [les for les in lesions if les["case"] == case and les["malignant"] == "1"]
        assert len(malignant) == int(row["n_lesions"])
        assert (row["truth"] == "1") == bool(malignant)
        assert (row["eod"] == "0") == (row["truth"] == "0")


def test_the_number_of_workers_changes_no_byte(whole: Path, tmp_path: Path) -> None:
    make_cohort(COHORT, tmp_path, workers=2)
    assert bytes_of(tmp_path) == bytes_of(whole)


def test_parts_in_any_order_make_the_whole(whole: Path, tmp_path: Path) -> None:
    make_cohort(COHORT, tmp_path, first=3, last=5)
    made = make_cohort(COHORT, tmp_path, first=0, last=4)
    assert (made.made, made.kept) == (3, 1)
    assert bytes_of(tmp_path) == bytes_of(whole)


def test_a_stopped_cohort_goes_on_where_it_stopped(whole: Path, tmp_path: Path) -> None:
    user = StopAfter(2)
    with pytest.raises(Cancelled):
        make_cohort(COHORT, tmp_path, progress=user)
    assert user.said == pytest.approx([0.0, 0.2])
    assert len(list((tmp_path / "scans").iterdir())) == 2
    made = make_cohort(COHORT, tmp_path)
    assert (made.made, made.kept) == (3, 2)
    assert bytes_of(tmp_path) == bytes_of(whole)


def test_a_killed_run_leaves_nothing_that_confuses_the_next(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        make_cohort(COHORT, tmp_path, progress=StopAfter(2))
    with (tmp_path / "truth.csv").open("ab") as file:
        file.write(b"SIM-3-0000002,SIM-3-P00")
    with (tmp_path / "lesions.csv").open("ab") as file:
        file.write(b"SIM-3-0000002,1,knee\nhalf")
    (tmp_path / "scans" / ".SIM-3-0000002.dcm.77.part").write_bytes(b"half")
    scan_path(tmp_path, COHORT.case_name(0)).unlink()
    make_cohort(COHORT, tmp_path)
    assert bytes_of(tmp_path) == bytes_of(whole)


def test_another_cohort_s_folder_is_refused_and_left_alone(whole: Path) -> None:
    before = bytes_of(whole)
    with pytest.raises(AppError, match="other parameters"):
        make_cohort(Cohort(5, Difficulty(), seed=4), whole)
    assert bytes_of(whole) == before


def test_a_folder_of_another_version_is_not_continued(whole: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    shutil.copytree(whole, made)
    manifest = made / "cohort.json"
    content = manifest.read_text(encoding="utf-8")
    manifest.write_text(content.replace(SIMULATOR_VERSION, "1.0"), encoding="utf-8")
    before = bytes_of(made)
    with pytest.raises(AppError, match="another version"):
        make_cohort(COHORT, made)
    assert bytes_of(made) == before


def test_an_impossible_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="not a part"):
        make_cohort(COHORT, tmp_path, first=4, last=9)
    assert not list(tmp_path.iterdir())


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from app.errors import AppError
from app.simulator.cohort import Cohort
from app.simulator.difficulty import Difficulty
from app.workflows.simulator.simulate import make_cohort
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
try:
    make_cohort(Cohort(5, Difficulty(), seed=3), Path(sys.argv[1]))
except AppError as error:
    print(error)
    sys.exit(2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as a full disk would")
def test_a_disk_that_refuses_stops_it_with_one_sentence_and_no_half_file(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "could not be written" in run.stdout
    assert "goes on where it stopped" in run.stdout
    assert not list((tmp_path / "scans").iterdir())
    assert not list((tmp_path / "labels").iterdir())


def test_a_case_can_be_made_alone(whole: Path, tmp_path: Path) -> None:
    for folder in ("scans", "labels"):
        (tmp_path / folder).mkdir()
    row, _ = make_case(tmp_path, COHORT, 4)
    assert row["case"] == "SIM-3-0000004"
    assert scan_path(tmp_path, row["case"]).read_bytes() == scan_path(whole, row["case"]).read_bytes()
