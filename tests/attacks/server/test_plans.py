"""What is planned for a reader stands nowhere that the reader can look: wrong and absent AI, repeats."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from app.store.folder import StudyFolder
from app.store.server.seats import write_seat
from app.study.protocol import AiRules, Mode
from app.study.protocol_file import protocol_text, read_protocol
from app.workflows.study.export import study_export
from app.workflows.study.verify import study_verify
from tests.attacks.server.conftest import Serve
from tests.store.server.shared_study import AI, Shared, read_one
from tests.study.helpers import cases, protocol

RULES = protocol(
    mode=Mode.SEQUENTIAL, readers=("R1", "R2"), repeats=1, repeat_distance=1, hypothesis="AI helps",
    notes="seeds of doubt", ai=AiRules(model="net", wrong_cases=("C002",), absent_cases=("C003",)),
)  # fmt: skip


def read_all(shared: Shared, reader: str) -> None:
    seat = shared.seat(reader)
    for _ in seat.studies.plan(reader):
        read_one(seat, reader)
    seat.close()


def test_the_protocol_of_a_reader_tells_nothing_of_the_plan(serve: Serve) -> None:
    shared = serve(RULES, 4)
    whole = shared.owner.studies.current()
    seat = shared.seat("R1")
    told = seat.studies.current()
    plan = seat.studies.plan("R1")
    seat.close()
    assert told.sha256 == whole.sha256
    assert (told.protocol.ai.wrong_cases, told.protocol.ai.absent_cases) == ((), ())
    assert (told.protocol.hypothesis, told.protocol.notes, told.protocol.repeats) == ("", "", 0)
    assert told.protocol.readers == ("R1",)
    assert [item.repeat_of for item in plan] == [None] * 5
    with shared.client("R1") as client:
        (body,) = client.execute("SELECT body FROM protocols").fetchall()
    assert not any(word in str(body) for word in ("C002", "C003", "AI helps", "R2", "seeds of doubt"))


def test_the_folder_of_a_reader_tells_nothing_of_the_plan(serve: Serve, tmp_path: Path) -> None:
    shared = serve(RULES, 4)
    write_seat(StudyFolder(shared.path), shared.logins["R1"], tmp_path / "seat")
    text = (tmp_path / "seat" / "protocol.toml").read_text(encoding="utf-8")
    assert not any(word in text for word in ("C002", "C003", "AI helps", "R2", "seeds of doubt"))
    seat = shared.seat("R1")
    assert read_protocol(tmp_path / "seat" / "protocol.toml") == seat.studies.current().protocol
    seat.close()


def test_what_is_planned_wrong_is_shown_wrong_and_what_is_absent_is_nowhere(
    serve: Serve, tmp_path: Path
) -> None:
    shared = serve(RULES, 4)
    read_all(shared, "R1")
    seat = shared.seat("R1")
    found = {code: seat.ai.get(code) for code in cases(4)}
    seat.close()
    assert found["C003"] is None
    told = {code: result.probability for code, result in found.items() if result is not None}
    assert told["C001"] == AI.probability and told["C002"] < AI.threshold
    assert study_verify(shared.path).ok
    study_export(shared.path, tmp_path / "out", ("csv",))
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8", newline="") as file:
        repeats = [row for row in csv.DictReader(file) if row["repeat_of"]]
    assert len(repeats) == 2, "the analysis knows the repeats that the reader was not told"


def test_a_plan_that_changes_before_the_freeze_is_told_anew(serve: Serve) -> None:
    shared = serve(RULES, 4)
    owner = shared.owner
    rules = replace(RULES, ai=replace(RULES.ai, wrong_cases=("C001",), absent_cases=()))
    owner.studies.define(rules, owner.studies.cases(), owner.studies.plan("R1"))
    owner.folder.protocol.write_text(protocol_text(rules), encoding="utf-8")
    read_all(shared, "R1")
    seat = shared.seat("R1")
    wrong, right = seat.ai.get("C001"), seat.ai.get("C002")
    seat.close()
    assert wrong is not None and wrong.probability < AI.threshold
    assert right is not None and right.probability == AI.probability
