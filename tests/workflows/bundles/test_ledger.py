"""The ledger says where every bundle is, who is late, and what to write; it sends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.bundles.ledger import BundleState
from app.cli import run
from app.errors import AppError
from app.workflows.bundles.ledger import bundle_ledger, invitation_for, mark_sent, reminder_for
from app.workflows.bundles.make import make_all_bundles, make_bundle
from app.workflows.bundles.merge import merge_bundles
from app.workflows.study.life import Decided, withdraw_reader
from tests.workflows import bundle_studies as bundles

DUE = "2026-03-20"
AFTER = date(2026, 3, 23)
SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def made(folder: Path) -> Path:
    rules = replace(bundles.rules(), deadline=DUE, contact="office 2")
    study = bundles.make_study(folder, rules)
    make_all_bundles(study, folder, assurance=bundles.LOOKED)
    return study


def states(study: Path) -> list[tuple[str, BundleState, int]]:
    return [(row.reader, row.state, row.overdue(AFTER)) for row in bundle_ledger(study)]


def test_a_bundle_goes_from_made_to_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = made(tmp_path)
    assert states(study) == [("R1", BundleState.MADE, 3), ("R2", BundleState.MADE, 3)]
    assert mark_sent(study, ["R1"], SENT)[0].sent == SENT
    bundles.read(tmp_path / "OFF-R1.scintiread", tmp_path / "home", monkeypatch, 2)
    merge_bundles(study, [tmp_path / "OFF-R1.scintiread"])
    first = bundle_ledger(study)[0]
    assert (first.state, first.readings, first.left, first.version) == (BundleState.RETURNED, 4, 1, 1)
    assert first.opened is not None and first.returned is not None
    make_bundle(study, "R1", tmp_path / "again.scintiread", assurance=bundles.LOOKED)
    bundles.read(tmp_path / "again.scintiread", tmp_path / "home 2", monkeypatch, 1)
    merge_bundles(study, [tmp_path / "again.scintiread"])
    withdraw_reader(study, "R2", Decided("A", "ill"))
    assert states(study) == [
        ("R1", BundleState.REPLACED, 0),
        ("R1", BundleState.DONE, 0),
        ("R2", BundleState.WITHDRAWN, 0),
    ]
    assert run(["study", "ledger", str(study)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("reader\tbundle") and len(lines) == 4
    assert "2026-03-01" in lines[1] and lines[2].endswith("everything returned")


def test_the_command_is_1_while_one_is_overdue_and_notes_what_was_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = made(tmp_path)
    assert run(["study", "ledger", str(study), "--sent", "R1,R2"]) == 1
    assert capsys.readouterr().out.count("sent, overdue by") == 2
    with pytest.raises(AppError, match="No bundle of R9"):
        mark_sent(study, ["R9"])


def test_the_texts_say_what_is_left_and_until_when_and_tell_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = made(tmp_path)
    invitation = invitation_for(study, "R1")
    for words in ("“Offline”", "reader R1", "3 cases", "OFF-R1.scintiread", DUE, "Questions: office 2"):
        assert words in invitation
    bundles.read(tmp_path / "OFF-R1.scintiread", tmp_path / "home", monkeypatch, 2)
    merge_bundles(study, [tmp_path / "OFF-R1.scintiread"])
    reminder = reminder_for(study, "R1", AFTER)
    assert "1 case of yours has not come back yet" in reminder and "which was 3 days ago" in reminder
    for text in (invitation, reminder):
        assert not any(secret in text for secret in ("R2", "C1", "C2", bundles.HYPOTHESIS))
    assert run(["study", "ledger", str(study), "--remind", "R2"]) == 0
    assert "3 cases of yours have not come back" in capsys.readouterr().out
    assert run(["study", "ledger", str(study), "--invite", "R9"]) == 2
