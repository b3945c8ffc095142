"""AI results come into a study whole, reach aided readings only, and are what the protocol plans."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.scan.scan import ViewName
from app.store.heatmaps import packed
from app.store.opening import OpenStudy, open_study
from app.study.ai_result import AiResult
from app.study.assignment import Assignment
from app.study.clock import SimulatedClock
from app.study.findings import Severity
from app.study.protocol import AiRules, Arm, Mode
from app.workflows.study.ai_import import import_ai
from app.workflows.study.ai_results import StudyAi, ai_results_for, ai_state, clear_ai, plan_errors
from app.workflows.study.check import study_check
from app.workflows.study.export import study_export
from app.workflows.study.protocol import set_protocol, study_facts
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.scan.nm_files import COLUMNS, ROWS
from tests.store.studies import readings
from tests.study.helpers import DISPLAY, START, YES, protocol
from tests.workflows.studies import make_study, read_all, read_one

HEAD = "case,probability,model,version,threshold,training_data\n"


def table(folder: Path, rows: Sequence[tuple[str, object]], head: str = HEAD) -> Path:
    """A CSV of net 2.0's probabilities."""
    file = folder / "ai.csv"
    lines = [f"{case},{probability},net,2.0,0.4,simulated scans" for case, probability in rows]
    file.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return file


ALL = [("C1", 0.9), ("C2", 0.2), ("C3", 0.7)]
SHAPE = (ROWS, COLUMNS)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path, protocol(mode=Mode.SEQUENTIAL), truth=True).path


def heatmaps(folder: Path, cases: Sequence[str], shape: tuple[int, int] = SHAPE) -> Path:
    folder.mkdir()
    for case in cases:
        maps = {view.value: np.full(shape, 0.5, np.float32) for view in ViewName}
        np.savez(folder / f"{case}.npz", **maps)  # type: ignore[arg-type]
    return folder


def test_an_imported_table_fills_the_study_and_names_the_model_in_the_protocol(
    study: Path, tmp_path: Path
) -> None:
    assert ai_state(study).without == ("C1", "C2", "C3")
    made = import_ai(study, table(tmp_path, ALL), heatmaps(tmp_path / "maps", ["C1", "C2", "C3"]))
    assert (made.model, made.made, made.failed) == ("net 2.0", 3, ())
    assert ai_state(study).sentence == "3 of 3 cases: net 2.0."
    rules = study_facts(study).protocol.ai
    assert (rules.model, rules.threshold) == ("net", 0.4)
    assert study_check(study).ok
    assert not [finding for finding in study_check(study).findings if "AI" in finding.text]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([*ALL, ("C9", 0.4)], "line 5: the study has no case “C9”"),
        ([*ALL, ("C1", 0.4)], "line 5: case C1 stands there twice"),
        ([("C1", "nan")], "line 2: probability “nan” is not a number"),
        ([("C1", 1.2)], "line 2: probability 1.2 is not between 0 and 1"),
        ([("C1", "high")], "line 2: probability “high” is not a number"),
        ([("C1", "")], "line 2: probability is empty"),
        ([("C1", "0.1,0.2")], "line 2: 7 values where line 1 names 6 columns"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_taken_over(
    study: Path, tmp_path: Path, rows: list[tuple[str, object]], words: str
) -> None:
    with pytest.raises(AppError, match=r"ai\.csv") as refused:
        import_ai(study, table(tmp_path, rows))
    assert words in refused.value.message
    assert not ai_state(study).source
    assert study_facts(study).protocol.ai.model == ""


def test_two_models_in_one_table_and_a_heat_map_of_another_size_are_refused(
    study: Path, tmp_path: Path
) -> None:
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("case,probability,model\nC1,0.2,a\nC2,0.2,b\n", encoding="utf-8")
    with pytest.raises(AppError, match="mixes 2 models"):
        import_ai(study, mixed)
    with pytest.raises(AppError, match="heat map of case C1 is 8 × 4"):
        import_ai(study, table(tmp_path, ALL), heatmaps(tmp_path / "maps", ["C1"], (8, 4)))
    assert not ai_state(study).source


def test_a_second_import_replaces_and_another_model_never_mixes(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    import_ai(study, table(tmp_path, [("C1", 0.1)]))
    assert ai_state(study).sentence == "3 of 3 cases: net 2.0."
    other = tmp_path / "other.csv"
    other.write_text("case,probability,model\nC1,0.2,other\n", encoding="utf-8")
    import_ai(study, other)
    assert ai_state(study).sentence == "1 of 3 cases: other."
    assert study_facts(study).protocol.ai.model == "other"
    assert clear_ai(study) == 1


def test_once_somebody_has_read_another_model_and_clearing_are_refused(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    read_all(study, YES)
    other = tmp_path / "other.csv"
    other.write_text("case,probability,model\nC1,0.2,other\n", encoding="utf-8")
    for change in (lambda: import_ai(study, other), lambda: clear_ai(study)):
        with pytest.raises(AppError, match="Readers have begun"):
            change()
    assert ai_state(study).sentence == "3 of 3 cases: net 2.0."


def test_the_preflight_blocks_only_the_cases_without_a_result_and_warns_of_doubtful_ones(
    study: Path, tmp_path: Path
) -> None:
    nothing = study_check(study)
    assert [finding.case for finding in nothing.blocking] == [""]
    import_ai(study, table(tmp_path, ALL[:2]), heatmaps(tmp_path / "maps", ["C1"]))
    found = study_check(study)
    assert [(finding.case, finding.text) for finding in found.blocking] == [("C3", "It has no AI result.")]
    warned = {finding.case: finding.text for finding in found.findings if "heat map" in finding.text}
    assert warned == {"C2": "Its AI result has no heat map."}
    opened = open_study(study)
    result = opened.ai.get("C1")
    assert result is not None
    opened.ai.keep({"C1": (result, {"anterior": "another image"})})
    opened.close()
    stale = [finding for finding in study_check(study).findings if "other images" in finding.text]
    assert [(finding.case, finding.severity) for finding in stale] == [("C1", Severity.WARNING)]
    kept = study_facts(study).protocol
    set_protocol(study, replace(kept, ai=replace(kept.ai, absent_cases=("C3",))))
    assert study_check(study).ok


def test_an_unaided_study_asks_for_no_ai_and_gets_none(tmp_path: Path) -> None:
    study = make_study(tmp_path).path
    import_ai(study, table(tmp_path, ALL))
    opened = open_study(study)
    ai = StudyAi(opened, opened.studies.current().protocol)
    assert ai.result(Assignment("R1", 1, "C1", Arm.UNAIDED)) is None
    assert ai.shown(Assignment("R1", 1, "C1", Arm.UNAIDED)) is None
    opened.close()
    read_all(study, YES)
    assert all(reading.ai is None for reading in readings(study))
    assert "shows no AI" in ai_state(study).sentence


def test_a_crossover_shows_the_ai_in_its_aided_arm_only(tmp_path: Path) -> None:
    study = make_study(tmp_path, protocol(mode=Mode.CROSSOVER)).path
    import_ai(study, table(tmp_path, ALL))
    opened = open_study(study)
    ai = StudyAi(opened, opened.studies.current().protocol)
    given = {item.arm: ai.result(item) is not None for item in opened.studies.plan("R1")}
    opened.close()
    assert given == {Arm.UNAIDED: False, Arm.AIDED: True}


def test_a_sequential_reading_records_what_was_shown_and_nothing_of_it_before(
    study: Path, tmp_path: Path
) -> None:
    import_ai(study, table(tmp_path, ALL), heatmaps(tmp_path / "maps", ["C1", "C2", "C3"]))
    read_all(study, YES)
    for reading in readings(study):
        if reading.identity.arm is Arm.UNAIDED:
            assert reading.ai is None
            continue
        assert reading.ai is not None
        shown = reading.ai.shown
        assert shown is not None
        assert shown.probability == dict(ALL)[reading.identity.case]
        assert (shown.model, shown.version, shown.threshold) == ("net", "2.0", 0.4)
        assert shown.heatmap_method == "unknown method"
        assert reading.ai.seconds_visible == 2.0
        assert reading.ai.last_opacity == 0.4, "the overlay as it is revealed"
    opened = open_study(study)
    payloads = [str(dict(stored.event.payload)) for stored in opened.readings.events("R1")]
    opened.close()
    assert not [text for text in payloads if any(number in text for number in ("0.9", "0.2,", "0.7"))]


def test_planned_wrong_and_absent_cases_are_drawn_shown_and_exported_but_never_told(
    study: Path, tmp_path: Path
) -> None:
    import_ai(study, table(tmp_path, ALL))
    plan_errors(study, 1, 1)
    rules = study_facts(study).protocol.ai
    (wrong,), (absent,) = rules.wrong_cases, rules.absent_cases
    assert wrong != absent
    opened = open_study(study)
    said = ai_results_for(opened, "R1", ["C1", "C2", "C3"])
    opened.close()
    assert absent not in said
    assert (said[wrong].probability >= 0.4) != (dict(ALL)[wrong] >= 0.4)
    assert study_check(study).ok
    read_all(study, YES)
    out = study_export(study, tmp_path / "out", ("csv",))
    with (out.files[0].parent / "readings.csv").open(encoding="utf-8", newline="") as file:
        told = {row["case"]: row["ai_plan"] for row in csv.DictReader(file) if row["arm"] == "aided"}
    assert (told[wrong], told[absent]) == ("wrong", "absent")
    with pytest.raises(AppError, match="frozen"):
        plan_errors(study, 0, 0)


def test_the_preflight_says_when_a_planned_wrong_result_would_be_right(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, [("C1", 0.1), ("C2", 0.2), ("C3", 0.7)]))
    kept = study_facts(study).protocol
    set_protocol(study, replace(kept, ai=AiRules("net", 0.4, wrong_cases=("C1",))))
    assert any("would be right" in finding.text for finding in study_check(study).findings)


def test_more_wrong_cases_than_the_model_calls_rightly_are_refused(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    with pytest.raises(AppError, match="only 3 can be"):
        plan_errors(study, 4, 0)


def test_the_same_case_says_the_same_until_the_answer_is_kept(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    clock = SimulatedClock(START)
    sitting = open_session(study, "R1", clock=clock)
    read_one(sitting, clock, YES)
    sitting.close()
    aided = [reading for reading in readings(study) if reading.identity.arm is Arm.AIDED]
    assert len(aided) == 1


def test_a_result_that_was_changed_after_it_was_shown_is_found(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    read_all(study, YES)
    assert study_verify(study).ok
    with sqlite3.connect(study / "study.db") as database:
        (words,) = database.execute("SELECT result FROM ai_results WHERE case_code = 'C2'").fetchone()
        assert "0.2" in words
        changed = words.replace("0.2", "0.3", 1)
        database.execute("UPDATE ai_results SET result = ? WHERE case_code = 'C2'", (changed,))
    found = study_verify(study)
    assert found.problems == ("The AI result of case C2 is not the one that reader R1 was shown.",)


def test_what_was_planned_wrong_or_absent_is_what_was_shown(tmp_path: Path) -> None:
    plan = AiRules(wrong_cases=("C1",), absent_cases=("C3",), threshold=0.4)
    study = make_study(tmp_path, protocol(mode=Mode.SEQUENTIAL, ai=plan), truth=True).path
    import_ai(study, table(tmp_path, ALL))
    read_all(study, YES)
    assert study_verify(study).ok


def test_results_that_a_study_does_not_keep_are_no_change_and_are_said(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    read_all(study, YES)
    with sqlite3.connect(study / "study.db") as database:
        database.execute("DELETE FROM ai_results")
    found = study_verify(study)
    assert found.ok
    assert "Of 3 cases the AI result that readers were shown is not kept here." in found.remarks


def with_heat_maps(study: Path) -> None:
    opened = open_study(study)
    heat = np.linspace(0, 1, 1024 * 256, dtype=np.float32).reshape(1024, 256)
    maps = {ViewName.ANTERIOR: heat, ViewName.POSTERIOR: heat[::-1].copy()}
    results = {
        case: (replace(known(opened, case), heatmaps=maps, heatmap_method="drawn"), {}) for case, _ in ALL
    }
    opened.ai.keep(results)
    opened.close()


def known(study: OpenStudy, case: str) -> AiResult:
    found = study.ai.get(case)
    assert found is not None
    return found


def test_heat_maps_that_were_changed_after_they_were_shown_are_found(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    with_heat_maps(study)
    read_all(study, YES)
    assert study_verify(study).ok
    with sqlite3.connect(study / "study.db") as database:
        (maps,) = database.execute("SELECT heatmaps FROM ai_results WHERE case_code = 'C1'").fetchone()
        forged = packed({ViewName.ANTERIOR: np.zeros((1024, 256), np.float32)})
        assert forged != maps
        database.execute("UPDATE ai_results SET heatmaps = ? WHERE case_code = 'C2'", (forged,))
        database.execute("UPDATE ai_results SET heatmaps = ? WHERE case_code = 'C3'", (b"",))
    assert study_verify(study).problems == (
        "The AI result of case C2 is not the one that reader R1 was shown.",
        "The AI result of case C3 is not the one that reader R1 was shown.",
    )


def test_a_planned_wrong_map_is_on_record_as_the_one_that_it_was_made_of(tmp_path: Path) -> None:
    plan = AiRules(wrong_cases=("C1",), absent_cases=("C3",), threshold=0.4)
    study = make_study(tmp_path, protocol(mode=Mode.SEQUENTIAL, ai=plan), truth=True).path
    import_ai(study, table(tmp_path, ALL))
    with_heat_maps(study)
    read_all(study, YES)
    assert study_verify(study).ok
    shown = [reading.ai.shown for reading in readings(study) if reading.ai and reading.ai.shown]
    assert len({one.heatmaps_sha256 for one in shown}) == 1 and all(one.heatmaps_sha256 for one in shown)


def test_a_record_of_other_images_than_the_frozen_ones_is_named(study: Path, tmp_path: Path) -> None:
    import_ai(study, table(tmp_path, ALL))
    clock = SimulatedClock(START)
    sitting = open_session(study, "R1", clock=clock)
    assignment = sitting.session.open_next()
    assert assignment is not None
    sides = sitting.load(assignment).image_hashes
    other = {"anterior": sides["posterior"], "posterior": sides["anterior"]}
    sitting.session.displayed(DISPLAY, other, 0.1, clock.advance(0.1))
    sitting.session.lock(YES, DISPLAY)
    sitting.close()
    (said,) = study_verify(study).problems
    assert said.startswith(f"Reader R1 was shown other images of case {assignment.case}")
