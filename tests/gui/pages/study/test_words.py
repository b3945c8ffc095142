"""What is said of progress and findings reads like a sentence and promises nothing that is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.gui.pages.study import commands
from app.gui.pages.study.findings import ShownFindings, finding_rows, findings_words
from app.gui.pages.study.words import percent, reader_words, study_words, verdict_words
from app.study.findings import Finding, Severity
from app.study.status import ReaderProgress, forecast

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
BEGUN = ReaderProgress("R1", 100, 50, mean_seconds=72, first_utc=NOW - timedelta(days=10), last_utc=NOW)


def test_a_reader_at_work_has_a_date_a_pace_and_what_is_left() -> None:
    assert reader_words(BEGUN, NOW) == "done about 30 May 2026 · 72 s per case · 1.0 h left"


def test_what_is_left_of_a_short_study_is_said_in_minutes() -> None:
    short = ReaderProgress("R1", 12, 4, mean_seconds=13)
    assert reader_words(short, NOW) == "13 s per case · 2 min left"
    almost = ReaderProgress("R1", 12, 11, mean_seconds=3)
    assert reader_words(almost, NOW).endswith("1 min left")


def test_a_reader_who_has_not_begun_has_no_date() -> None:
    assert reader_words(ReaderProgress("R1", 100, 0), NOW) == "not begun"


def test_skipped_cases_problems_and_deviations_are_counted() -> None:
    reader = ReaderProgress("R1", 10, 10, skipped=1, technical=2, deviations=1, last_utc=NOW)
    assert (
        reader_words(reader, NOW) == "finished 20 May 2026 · 1 skipped · 2 technical problems · 1 deviation"
    )


def test_no_finishing_date_is_promised_before_every_reader_has_a_pace() -> None:
    readers = (BEGUN, ReaderProgress("R2", 100, 0))
    assert "once every reader has read for a day" in study_words(readers, forecast(readers, NOW))


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_hundred_percent_means_that_nothing_is_left(done: int, total: int) -> None:
    reader = ReaderProgress("R1", total, min(done, total))
    assert (percent((reader,)) == "100 %") == (reader.left == 0)


def test_blocking_findings_come_first_and_are_counted() -> None:
    findings = (
        Finding(Severity.NOTE, "n"),
        Finding(Severity.WARNING, "w", case="c2"),
        Finding(Severity.BLOCKING, "b", "repair it", "c1"),
    )
    rows = finding_rows(findings, ShownFindings.EVERYTHING, "")
    assert [row[1] for row in rows] == ["c1", "c2", "whole study"]
    assert finding_rows(findings, ShownFindings.EVERYTHING, "REPAIR") == [rows[0]]
    assert finding_rows(findings, ShownFindings.NOTES, "") == [rows[2]]
    assert findings_words(findings) == (
        "1 finding keeps the study from being read; 1 warning and 1 note.",
        "1 blocking",
    )


def test_a_clean_preflight_says_that_reading_may_begin() -> None:
    assert findings_words(()) == ("Nothing blocks: reading may begin.", "passed")


def test_a_study_nobody_has_read_is_not_called_verified() -> None:
    assert "nothing to verify" in verdict_words(True, (), (), 0)


def test_commands_are_quoted_for_the_shell_they_are_pasted_into() -> None:
    assert commands.as_typed(["scintiread", "my study"], windows=False) == "scintiread 'my study'"
    assert commands.as_typed(["scintiread", "my study"], windows=True) == 'scintiread "my study"'
