"""Rows that were put past the door, by who owns the database: told in a sentence, never parsed blindly."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from app.cli import run
from tests.store.server.shared_study import Shared

EVENT = "INSERT INTO events VALUES ('R1',1,'x',1,{0},1,1,'c',0,{1},{2},'x')"
READING = (
    "INSERT INTO readings VALUES ('R1',1,1,'C001','unaided',1,{0},false,'',{1},0,"
    "{2},{2},{2},{2},{2},'null','{{}}',0,'x','x','y')"
)
MOMENT = "'2026-01-01T00:00:00.000000Z'"
ROWS = {
    "kind": EVENT.format("'nonsense'", MOMENT, "'{}'"),
    "moment": EVENT.format("'displayed'", "'yesterday'", "'{}'"),
    "payload": EVENT.format("'displayed'", MOMENT, "'{'"),
    "nested": EVENT.format("'displayed'", MOMENT, "repeat('[', 200000)"),
    "answer": READING.format("'answered'", MOMENT, "'{'"),
    "outcome": READING.format("'zzz'", MOMENT, "'{}'"),
    "submitted": READING.format("'answered'", "'yesterday'", "'{}'"),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_verify_status_and_export_say_what_cannot_be_read(
    shared: Shared, tmp_path: Path, row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(shared.url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(row)  # type: ignore[call-overload]
    assert run(["study", "verify", str(shared.path)]) == 1
    assert "BROKEN reader R1" in capsys.readouterr().out
    for words in (["status"], ["export", "--out", str(tmp_path / "out"), "--formats", "csv"]):
        assert run(["study", words[0], str(shared.path), *words[1:]]) in (0, 2)
        assert "fault of the program" not in capsys.readouterr().err
