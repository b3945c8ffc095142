"""Clocks that were set between sittings: told by status, verify and export, wherever the study lies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.cli import run
from app.store.opening import open_study
from app.study.clock import SimulatedClock
from app.study.protocol import Mode
from tests.store.studies import make_study, sit
from tests.study.helpers import DISPLAY, START, YES, protocol


def read_one(path: Path, days: float) -> None:
    """One case, so many days after the first one by the reader's clock."""
    study = open_study(path)
    clock = SimulatedClock(START + timedelta(days=days))
    session = sit(study, clock)
    assert session.open_next() is not None
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    clock.advance(5)
    session.submit(YES, DISPLAY)
    session.close()
    study.close()


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run(["study", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("days", "doubt"),
    [
        ((0, 29, 1), "was set back by 28 days or more before the sitting of 2026-03-03 08:00"),
        ((0, -3), "days before the protocol was frozen"),
        ((0, 20_000), "ahead of now"),
    ],
    ids=["a washout skipped", "behind the freeze", "far ahead"],
)
def test_a_clock_that_cannot_have_been_right_is_told_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], days: tuple[float, ...], doubt: str
) -> None:
    path = make_study(tmp_path / "study", protocol(mode=Mode.UNAIDED))
    for each in days:
        read_one(path, each)
    out = ["--out", str(tmp_path / "out"), "--formats", "csv"]
    for words in (["status", str(path)], ["verify", str(path)], ["export", str(path), *out]):
        told = said(words, capsys)
        assert "note: The clock of reader R1" in told and doubt in told
    assert "Everything holds." in said(["verify", str(path)], capsys)


def test_clocks_that_went_on_by_themselves_are_not_mentioned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_study(tmp_path / "study")
    for each in (0, 1, 30):
        read_one(path, each)
    assert "clock" not in said(["status", str(path)], capsys)
