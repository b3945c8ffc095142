"""The frozen program, where one is built: SCINTIREAD_FROZEN is the path of its executable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.server.passwords import VARIABLE
from app.workflows.bundles.make import make_bundle
from tests.postgres_server import WHY_NOT, Server, available
from tests.workflows import bundle_studies as bundles
from tests.workflows.studies import make_study, write_scans

FROZEN = os.environ.get("SCINTIREAD_FROZEN", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FROZEN, reason="SCINTIREAD_FROZEN names no built program"),
]


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


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan that the frozen program has simulated."""
    folder = tmp_path_factory.mktemp("scan")
    frozen(folder, "simulate", str(folder / "cohort"), "--scans", "1", "--seed", "3")
    (made,) = (folder / "cohort").rglob("*.dcm")
    return made


def test_it_says_its_version(home: Path) -> None:
    from app import __version__

    assert __version__ in frozen(home, "--version").stdout


def shows_a_window(home: Path, *arguments: str) -> bool:
    """Whether it paints a window; it is closed then."""
    environment = {**os.environ, "SCINTIREAD_HOME": str(home), "SCINTIREAD_SAY_WHEN_SHOWN": "1"}
    command = [FROZEN, *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        line = window.stdout.readline().strip()
        window.kill()
    return line == "shown"


def test_its_window_comes_up(home: Path) -> None:
    assert shows_a_window(home)


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


def test_it_checks_a_bundle_and_opens_its_window_on_it(home: Path, tmp_path: Path) -> None:
    study = bundles.make_study(tmp_path, bundles.rules())
    file = tmp_path / "R1.scintiread"
    make_bundle(study, "R1", file, assurance=bundles.LOOKED)
    assert "whole and unaltered" in frozen(home, "read", str(file), "--check").stdout
    assert shows_a_window(home, "read", str(file))


def test_it_runs_a_whole_study_over_bundles_and_reports_it(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "rehearsal"
    run = frozen(home, "rehearse", "--readers", "2", "--scans", "8", "--bundles", "--out", str(out))
    assert "merged" in run.stdout
    assert list(out.rglob("report.html")) and list(out.rglob("*.pdf"))


@pytest.mark.skipif(not available(), reason=WHY_NOT)
def test_it_runs_a_study_on_a_server(home: Path, tmp_path: Path) -> None:
    server = Server()
    try:
        database = server.make("frozen")
        size = ("--readers", "2", "--scans", "6")
        asked = ("rehearse", *size, "--database", database, "--out", str(tmp_path / "served"))
        run = frozen(home, *asked, **{VARIABLE: "owner"})  # where a computer has no key ring
    finally:
        server.stop()
    assert "report" in run.stdout


@pytest.mark.skipif(not Path(FROZEN).parent.joinpath("_internal", "torch").exists(), reason="has no torch")
def test_the_full_edition_trains(home: Path, tmp_path: Path) -> None:
    cohort, run = str(tmp_path / "cohort"), str(tmp_path / "run")
    frozen(home, "simulate", cohort, "--scans", "16", "--seed", "3")
    few = ("--epochs", "1", "--threads", "1", "--workers", "1", "--held-out", "0.3")
    frozen(home, "train", "hsieh2021-cnn-supervised", "--data", cohort, "--out", run, *few)
    frozen(home, "train", "scintiread", "--data", cohort, "--out", run + "-ours", *few)
    frozen(home, "models", "add", run + "-ours", "--name", "trained-here", expect=(0, 1))
    assert (tmp_path / "run" / "weights.safetensors").is_file()
    assert frozen(home, "models", "show", "trained-here").stdout.startswith("# trained-here")


@pytest.mark.parametrize("format", ["png", "labelme", "seg"])
def test_it_draws_on_a_scan(home: Path, tmp_path: Path, scan: Path, format: str) -> None:
    frozen(home, "segment", str(scan), "--out", str(tmp_path / "drawn"), "--format", format, expect=(0, 1))
    assert (tmp_path / "drawn" / "segmentation.csv").is_file()


@pytest.mark.parametrize("ending", ["pdf", "html", "sr.dcm", "epdf.dcm"])
def test_it_reports_a_scan(home: Path, tmp_path: Path, scan: Path, ending: str) -> None:
    report, format = tmp_path / f"report.{ending}", ending.split(".")[0]
    frozen(home, "report", str(scan), "--format", format, "--out", str(report), expect=(0, 1))
    assert report.stat().st_size > 5_000


def test_it_speaks_to_a_pacs(home: Path) -> None:
    run = frozen(home, "pacs", "add", "away", "--host", "127.0.0.1", "--port", "9", "--aet", "AWAY")
    assert "is entered" in run.stdout
    assert "Nothing listens" in frozen(home, "pacs", "echo", "away", expect=(2,)).stderr


def test_it_predicts_with_the_shipped_model(home: Path, tmp_path: Path, scan: Path) -> None:
    frozen(home, "predict", str(scan), "--out", str(tmp_path / "predictions.csv"))
    assert "scintiread" in (tmp_path / "predictions.csv").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into the folder of a Linux build")
def test_neither_torch_in_the_reader_edition_nor_a_pickle_is_in_the_folder() -> None:
    inside = Path(FROZEN).parent / "_internal"
    assert (inside / "torch").exists() == ("full" in str(inside))
    assert (Path(FROZEN).parent / "LICENSES.txt").stat().st_size > 50_000
    assert not list(inside.rglob("*.pkl"))
