"""The frozen program, where one is built: SCINTIREAD_FROZEN is the path of its executable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.studies import make_study, write_scans

FROZEN = os.environ.get("SCINTIREAD_FROZEN", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FROZEN, reason="SCINTIREAD_FROZEN names no built program"),
]
ROOT = Path(__file__).resolve().parent.parent.parent


def frozen(
    home: Path, *arguments: str, expect: tuple[int, ...] = (0,), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the frozen program without the Python of the tests."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "SCINTIREAD_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        **more,
    }
    run = subprocess.run(
        [FROZEN, *arguments], env=environment, capture_output=True, text=True, timeout=500, check=False
    )
    assert "Traceback" not in run.stderr, run.stderr
    assert run.returncode in expect, run.stderr
    return run


def test_it_says_its_version(home: Path) -> None:
    from app import __version__

    assert __version__ in frozen(home, "--version").stdout


def test_its_window_comes_up(home: Path) -> None:
    environment = {**os.environ, "SCINTIREAD_HOME": str(home), "SCINTIREAD_SAY_WHEN_SHOWN": "1"}
    with subprocess.Popen([FROZEN], env=environment, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline().strip() == "shown"
        window.kill()


def test_it_rehearses_the_demo_without_a_display(home: Path, tmp_path: Path) -> None:
    run = frozen(home, "demo", "--headless", "--out", str(tmp_path / "demo"), "--scans", "3")
    assert run.stdout


def test_it_reads_compressed_scans_and_writes_every_export(home: Path, tmp_path: Path) -> None:
    study = make_study(tmp_path, count=2, truth=True).path
    frozen(home, "study", "check", str(study), expect=(0, 1))
    frozen(home, "study", "export", str(study), "--out", str(tmp_path / "out"), "--formats", "csv,xlsx")
    assert list((tmp_path / "out").iterdir())
    frozen(home, "info", str(write_scans(tmp_path / "more", 1) / "C1.dcm"))
    lossless = Path(str(_lossless()))
    if lossless.exists():
        assert "anterior" in frozen(home, "info", str(lossless)).stdout.lower()


def _lossless() -> object:
    from pydicom.data import get_testdata_file

    return get_testdata_file("JPEG-LL.dcm", download=False)


def test_it_speaks_to_a_pacs(home: Path) -> None:
    run = frozen(home, "pacs", "add", "away", "--host", "127.0.0.1", "--port", "9", "--aet", "AWAY")
    assert "is entered" in run.stdout
    assert "Nothing listens" in frozen(home, "pacs", "echo", "away", expect=(2,)).stderr


def test_it_predicts_on_a_simulated_scan_where_a_model_is_installed(home: Path, tmp_path: Path) -> None:
    if not (ROOT / "model_weights" / "registry.json").exists():
        pytest.skip("no model is shipped")
    frozen(home, "simulate", str(tmp_path / "cohort"), "--scans", "1")
    (scan,) = (tmp_path / "cohort").rglob("*.dcm")
    run = frozen(home, "predict", str(scan), "--out", str(tmp_path / "predictions.csv"), expect=(0, 1))
    assert run.stdout or run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="looks into the folder of a Linux build")
def test_neither_torch_in_the_reader_edition_nor_a_pickle_is_in_the_folder() -> None:
    inside = Path(FROZEN).parent / "_internal"
    edition_has_torch = (inside / "torch").exists()
    assert not edition_has_torch or "full" in str(inside)
    assert (Path(FROZEN).parent / "LICENSES.txt").stat().st_size > 50_000
    assert not list(inside.rglob("*.pkl"))
