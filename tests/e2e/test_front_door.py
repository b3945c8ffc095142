"""The program as a person starts it: a process, a screen, keys and a mouse, and a database afterwards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.study.protocol import AnswerRules
from app.workflows.study.verify import study_verify
from tests.e2e.conftest import Program, Screen, wait
from tests.gui.pages.reading.driver import freeze
from tests.study.helpers import protocol
from tests.workflows.studies import make_study

ON_THE_FIRST_FILM = (150, 400)


def asked(study: Path, sql: str) -> list[tuple[object, ...]]:
    """What the study's database says, while the program has it open."""
    connection = sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def happened(study: Path, kind: str) -> int:
    return len(asked(study, f"SELECT 1 FROM events WHERE kind = '{kind}'"))


def begin(screen: Screen, study: Path, displayed: int) -> None:
    """Press Enter until the case is there: the study is opened beside the window, and Start comes then."""

    def done() -> bool:
        screen.keys("Return")
        return happened(study, "displayed") == displayed

    wait(done, "the case")


def acknowledge(screen: Screen, home: Path) -> None:
    screen.window("ScintiRead")

    def done() -> bool:
        screen.keys("Return")
        settings = home / "config" / "settings.json"
        return settings.exists() and bool(json.loads(settings.read_text())["research_use_acknowledged"])

    wait(done, "the acknowledgement")


def test_one_case_is_read_with_real_keys_and_mouse_and_the_next_start_goes_on(
    screen: Screen, start: Callable[..., Program], home: Path, tmp_path: Path
) -> None:
    rules = replace(protocol(), answer=AnswerRules(mark_rating=False))
    study = make_study(tmp_path, rules, count=2).path
    freeze(study)  # whether it may begin is asked before, and never answered by Enter
    program = start("study", "read", str(study), "--reader", "R1")
    acknowledge(screen, home)
    screen.window("Reading – ScintiRead")
    begin(screen, study, 1)
    screen.keys("m")
    screen.click(*ON_THE_FIRST_FILM)
    screen.keys("y", "8")
    wait(lambda: happened(study, "rating") == 1, "the rating")
    screen.keys("ctrl+Return")
    wait(lambda: happened(study, "displayed") == 2, "the second case")
    screen.keys("ctrl+q")
    status, said = program.leave()
    assert (status, said) == (0, "")

    [(answer, seconds)] = asked(study, "SELECT answer, active_seconds FROM readings")
    given = json.loads(str(answer))
    assert (given["call"], given["rating"]) == (True, 80)
    assert len(given["regions"]) == 1
    assert given["regions"][0]["view"] == "anterior"
    assert float(str(seconds)) > 0
    assert study_verify(study).ok

    again = start(str(study))
    screen.window("Reading – ScintiRead")
    begin(screen, study, 3)  # the case that was left without an answer
    screen.keys("ctrl+q")
    assert again.leave()[0] == 0
    cases = asked(study, "SELECT case_code, attempt FROM events WHERE kind = 'displayed' ORDER BY sequence")
    assert cases[1][0] == cases[2][0] != cases[0][0]
    assert cases[2][1] == 2, "a second attempt, the first one's time is kept"
