"""What is on record of an annotator's cases: kept whole, read again, and never in the way of the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.workflows.annotation.desk_record import CaseStatus, read_record, summary


def test_what_was_said_and_the_time_come_back(tmp_path: Path) -> None:
    record, told = read_record(tmp_path, {"b"})
    assert told == ""
    assert [record.status(case) for case in "ab"] == [CaseStatus.UNTOUCHED, CaseStatus.IN_WORK]
    record.say("a", CaseStatus.EMPTY)
    record.spend("a", 61.04)
    record.spend("a", 2.0)
    record.last = "a"
    record.save()
    again, _ = read_record(tmp_path, {"b"})
    assert again.status("a") is CaseStatus.EMPTY
    assert again.work("a").seconds == pytest.approx(63.0)
    assert again.last == "a"
    again.say("a", None)
    assert again.status("a") is CaseStatus.UNTOUCHED


@pytest.mark.parametrize("content", ["", "[]", "{", '{"cases": {"a": {"status": "lost", "seconds": 1}}}'])
def test_a_damaged_record_is_set_aside_and_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "desk.json").write_text(content)
    record, told = read_record(tmp_path, {"a"})
    assert "desk.json.bad" in told
    assert (tmp_path / "desk.json.bad").read_text() == content
    assert record.status("a") is CaseStatus.IN_WORK
    record.save()
    assert read_record(tmp_path, ())[1] == ""


def test_the_summary_counts_in_the_order_of_the_work() -> None:
    statuses = [CaseStatus.DONE, CaseStatus.UNTOUCHED, CaseStatus.DONE]
    assert summary(statuses) == "1 untouched, 2 done"
