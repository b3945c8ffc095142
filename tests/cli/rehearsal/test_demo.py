"""`scintiread demo`: the window on a ready study, or the whole way without a display."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.window_request import DemoWish, WindowRequest


def test_headless_reads_verifies_exports_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        cli.run(["demo", "--headless", "--out", str(tmp_path / "demo"), "--scans", "1", "--seed", "2"]) == 0
    )
    said = capsys.readouterr().out
    assert "holds" in said
    assert str(tmp_path / "demo" / "results" / "results.xlsx") in said
    assert "simulated" in said


def test_the_window_opens_at_once_and_prepares_the_demo_itself(tmp_path: Path) -> None:
    outcome = cli.run(["demo", "--out", str(tmp_path / "demo"), "--scans", "1", "--seed", "3"])
    assert outcome == WindowRequest(demo=DemoWish(tmp_path / "demo", 1, 3))
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("wrong", [["--scans", "0"], ["--seed", "-1"]])
def test_numbers_that_cannot_be_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["demo", *wrong]) == 2
    assert "at least" in capsys.readouterr().err
