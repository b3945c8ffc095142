"""Somebody edits the study's file behind the program's back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.__main__ import main
from app.workflows.study.verify import study_verify
from tests.study.helpers import NO
from tests.workflows.studies import make_study, read_all


@pytest.fixture
def study(tmp_path: Path) -> Path:
    made = make_study(tmp_path)
    read_all(made.path, NO)
    return made.path


def test_an_event_whose_moment_names_no_zone_is_named_and_stops_no_command(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(study / "study.db") as database:
        database.execute("UPDATE events SET utc = '2020-01-01 00:00:00' WHERE sequence = 3")
    found = study_verify(study)
    (chain,) = found.chains
    assert not found.ok and chain.broken is not None
    assert chain.broken.sentence == "reader R1, position 1: event 3 cannot be read (events)"
    assert main(["study", "verify", str(study)]) == 1
    capsys.readouterr()
    for command in (["status", str(study)], ["export", str(study), "--out", str(study / "out")]):
        assert main(["study", *command]) == 2
        assert "in the records of reader R1 is no moment" in capsys.readouterr().err
