"""`scintiread demo`: the window on a ready study, or the whole way without a display."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.workflows.window_request import WindowRequest


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


def test_the_window_opens_on_a_ready_study(tmp_path: Path) -> None:
    outcome = cli.run(["demo", "--out", str(tmp_path / "demo"), "--scans", "1"])
    assert isinstance(outcome, WindowRequest)
    assert (outcome.page, outcome.reader) == ("reading", "R1")
    assert outcome.study is not None
    assert (outcome.study / "protocol.toml").is_file()
