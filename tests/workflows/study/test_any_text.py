"""Whatever a text field can hold survives from the answer to the analysis."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QLineEdit

from app.analysis.options import AnalysisOptions
from app.bundles.results import _line
from app.cells import printable
from app.gui.pages.reading.comment_field import CommentField
from app.store.opening import open_study
from app.study.canonical import lines_of
from app.study.clock import SimulatedClock
from app.study.protocol import Mode
from app.study.questionnaire import Occasion, QuestionnaireRules
from app.tables.read import read_table
from app.workflows.analysis.analyse import compute
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.bundles.make import make_bundle
from app.workflows.bundles.merge import merge_bundles
from app.workflows.study.export import study_export
from app.workflows.study.read import open_session
from app.workflows.study.restore import study_restore
from app.workflows.study.verify import study_verify
from tests.study.helpers import NO, START, YES, protocol
from tests.workflows.bundle_studies import LOOKED, sit
from tests.workflows.studies import make_study, read_one

ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
ODD = f'{"".join(f"old{sign}fracture" for sign in ENDS)}\0\x1b\ufffe\U0001f9b4 "quoted", =1+1;\t骨'
TEXTS = st.text(
    st.one_of(st.sampled_from(ENDS + ",;\"\t\0='"), st.characters(exclude_categories=("Cs",))), max_size=40
)
RULES = protocol(
    mode=Mode.UNAIDED,
    readers=("R1", "R2"),
    questionnaire=QuestionnaireRules(first=("site | Where do you work? | optional text",)),
)


def comments(study: Path, reader: str) -> list[str]:
    """The comments of all readings as the database has them."""
    opened = open_study(study)
    try:
        return [reading.answer.comment for reading in opened.readings.all(reader)]
    finally:
        opened.close()


@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(ODD)
@given(TEXTS)
def test_any_text_of_a_field_survives_from_answer_to_analysis(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    field, line = CommentField(), QLineEdit()
    field.setPlainText(text)
    line.setText(text)
    comment, typed = field.toPlainText(), line.text().strip()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        study = make_study(folder, RULES, truth=True, second_copy=str(folder / "copy")).path
        bundle = folder / "R1.scintiread"
        make_bundle(study, "R1", bundle, assurance=LOOKED)

        away, clock = sit(bundle, folder / "home", monkeypatch)
        away.answer_questions(Occasion.FIRST, {"site": typed})
        for _ in range(3):
            read_one(away, clock, replace(YES, comment=comment))
        away.close()
        again, _ = sit(bundle, folder / "home", monkeypatch)
        assert again.session.snapshot.done == 3, "the reader's own bundle opens again"
        again.close()
        assert merge_bundles(study, [bundle.with_suffix(".scintiread-results")]).ok

        clock = SimulatedClock(START)
        desk = open_session(study, "R2", clock=clock)
        for _ in range(3):
            read_one(desk, clock, replace(NO, comment=comment))
        desk.close()
        assert comments(study, "R1") == comments(study, "R2") == [comment] * 3

        (study / "study.db").write_bytes(b"damaged" * 1000)
        study_restore(study)
        assert comments(study, "R1") == comments(study, "R2") == [comment] * 3
        assert study_verify(study).ok

        study_export(study, folder / "out", ("csv",))
        shown = read_table(folder / "out" / "readings.csv")
        assert len(shown.lines) == 6
        assert {cell.removeprefix("'").strip() for cell in shown.columns["comment"]} == {
            printable(comment).removeprefix("'").strip()
        }
        request = AnalysisRequest(folder / "out", options=AnalysisOptions(bootstrap=10))
        assert compute(request)[0].readings.reads == 6


@given(st.lists(TEXTS, max_size=4))
def test_any_text_stays_within_its_line_of_results_and_second_copy(texts: list[str]) -> None:
    lines = [_line({"text": text, "events": [], "reading": None}, lambda digest: "") for text in texts]
    lines += [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
    read = lines_of("".join(line + "\n" for line in lines).encode())
    assert [json.loads(line)["text"] for line in read] == texts + texts


def test_a_last_line_that_was_cut_off_is_still_there() -> None:
    assert lines_of(b"one\ntwo") == ["one", "two"]
    assert lines_of(b"one\ntwo\n") == ["one", "two"]
    assert lines_of(b"") == []
