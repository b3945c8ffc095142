"""The coordinator imports AI results, sees how far they are, and what a bad table is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.gui.pages.study.steps import Step
from app.store.opening import open_study
from app.study.protocol import Mode
from tests.gui.pages.study.conftest import PROTOCOL, Sit

AIDED = replace(PROTOCOL, mode=Mode.SEQUENTIAL)


def test_results_are_imported_shown_and_removed(
    sit: Sit, make_study: Callable[..., Path], tmp_path: Path
) -> None:
    study = make_study(protocol=AIDED)
    me = sit(study)
    me.settle()
    me.go(Step.PREFLIGHT)
    assert me.page.ai.state.text() == "No AI result is kept."
    cases = _cases(study)
    table = tmp_path / "ai.csv"
    table.write_text("case,probability,model\n" + "".join(f"{case},0.4,net\n" for case in cases), "utf-8")
    me.type(me.page.ai.table.line, str(table))
    me.click(me.page.ai.take)
    assert f"net: {len(cases)} new AI results" in me.told
    assert me.page.ai.state.text() == f"{len(cases)} of {len(cases)} cases: net."
    me.click(me.page.preflight.check_button)
    assert "no AI result" not in " ".join(me.words(me.page.preflight))
    me.click(me.page.ai.clear)
    assert me.page.ai.state.text() == "No AI result is kept."


def test_a_bad_table_is_named_and_changes_nothing(
    sit: Sit, make_study: Callable[..., Path], tmp_path: Path
) -> None:
    me = sit(make_study(protocol=AIDED))
    me.settle()
    me.go(Step.PREFLIGHT)
    me.click(me.page.ai.take)
    assert "Choose the table" in me.told
    table = tmp_path / "ai.csv"
    table.write_text("case,probability\nnobody,0.4\n", "utf-8")
    me.type(me.page.ai.table.line, str(table))
    me.click(me.page.ai.take)
    assert "line 2: the study has no case “nobody”" in me.told
    assert me.page.ai.state.text() == "No AI result is kept."


def _cases(study: Path) -> list[str]:
    opened = open_study(study)
    try:
        return [case.code for case in opened.studies.cases()]
    finally:
        opened.close()
