"""The matrix asks the database only for what stands on the screen, by an index."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event, text

from app.store.folder import StudyFolder
from app.store.opening import create_study
from app.store.progress import StudyProgress
from app.study.case import StudyCase
from app.study.protocol import Arm, Mode, Protocol
from app.study.status import StatusColumn
from app.workflows.study_protocol import draw_plan


def test_a_page_of_the_matrix_is_found_by_case_and_position_without_reading_a_whole_table(
    tmp_path: Path,
) -> None:
    protocol = Protocol("Plan", "PLAN", mode=Mode.CROSSOVER)
    cases = [StudyCase(f"c{number}", (f"{number}.dcm",)) for number in range(40)]
    study = create_study(StudyFolder(tmp_path / "study"))
    study.studies.define(protocol, cases, draw_plan(protocol, cases))
    progress = StudyProgress(study.database, sequential=False)
    asked: list[tuple[str, object]] = []

    with study.database.reading() as connection:
        engine = connection.engine
    event.listen(
        engine, "before_cursor_execute", lambda _c, _k, sql, values, _x, _m: asked.append((sql, values))
    )
    progress.rows([StatusColumn("R1", Arm.UNAIDED), StatusColumn("R1", Arm.AIDED)], 10, 5)
    queries = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
    assert queries
    with study.database.reading() as connection:
        for sql, values in queries:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            steps = [row[3] for row in plan]
            assert not [step for step in steps if step.startswith("SCAN")]
            by_readings = [step for step in steps if " readings " in step]
            assert all("reader=? AND position=?" in step for step in by_readings)
        assert connection.execute(text("SELECT COUNT(*) FROM cases")).scalar() == 40
    study.close()
