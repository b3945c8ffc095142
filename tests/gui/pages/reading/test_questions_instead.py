"""Questions instead of call and rating, questions about each lesion, and regions of a study's own."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.analysis.options import AnalysisOptions
from app.errors import AppError
from app.gui.pages.reading.curtain import CurtainPhase
from app.scan.scan import ViewName
from app.study.protocol import AnswerRules, Mode, Requirement
from app.study.protocol_problems import protocol_problems
from app.workflows.analysis.analyse import compute
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.rehearsal.readers import rehearse_copy
from app.workflows.study.export import study_export
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import protocol
from tests.store.studies import readings

SURE = "sure | How sure are you of metastasis? | scale 0-9"
OF_A_LESION = (
    "kind | What is it? | choice sclerotic, lytic",
    "size | Its size | optional number 0-300 mm | if kind is lytic",
)
TRUTH = "case,truth\n" + "".join(f"scan{n:03d},{n % 2}\n" for n in range(6))


def test_a_study_may_ask_its_own_question_instead_of_call_and_rating(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study(protocol(answer=AnswerRules(call=False, rating=False, questions=(SURE,))), TRUTH)
    person = sit(folder)
    told = person.page.curtain.curtain
    assert told is not None and not any("metastasis yes, no" in meaning for _, meaning in told.table)
    person.start()
    assert not person.panel.call.isVisible() and not person.panel.rating.isVisible()
    for _ in range(6):
        ill = int(person.session.snapshot.assignment.case.removeprefix("scan")) % 2
        person.type("y5")  # keys of questions that are not asked do nothing
        person.submit()
        assert person.panel.questions.fields["sure"].has_keyboard, "the one thing that is missing"
        person.type("8" if ill else "1")
        person.submit()
        person.wait(lambda: person.curtain == "Thank you" or person.phase is CurtainPhase.ANSWERING)
    person.leave()
    assert {(one.answer.call, one.answer.rating) for one in readings(folder)} == {(None, None)}
    assert study_verify(folder).ok
    with pytest.raises(AppError, match="no rating") as refused:
        compute(AnalysisRequest(folder, options=AnalysisOptions(bootstrap=10)))
    assert "--rating answer_sure" in refused.value.hint
    request = AnalysisRequest(folder, rating="answer_sure", options=AnalysisOptions(bootstrap=10))
    assert [each.auc for each in compute(request)[0].auc] == [1.0]


def test_a_call_alone_is_locked_and_shown_without_a_rating(study: Callable[..., Path], sit: Sit) -> None:
    rules = AnswerRules(rating=False, questions=(SURE,))
    folder = study(protocol(answer=rules, mode=Mode.SEQUENTIAL))
    person = sit(folder)
    person.start()
    person.type("yq")
    person.type("3")
    person.submit()
    person.wait(lambda: person.panel.first_answer.isVisible())
    assert person.panel.first_answer.text() == "First answer, locked: yes"


def test_each_lesion_is_asked_about_by_key_and_its_answers_go_with_the_mark(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    rules = AnswerRules(
        mark_questions=OF_A_LESION, mark_rating=False, regions=("skull", "ribs & sternum"), checklist=True
    )
    folder = study(protocol(answer=rules), TRUTH)
    person = sit(folder)
    person.start()
    assert list(person.panel.checklist.boxes) == ["skull", "ribs & sternum"]
    questions = person.panel.lesions.questions
    assert not questions.isVisible(), "nothing is marked"
    person.type("m")
    person.click_image(ViewName.ANTERIOR, 100, 300)
    person.click_image(ViewName.ANTERIOR, 120, 400)
    person.answer("y", "9")
    person.submit()
    fields = questions.fields
    assert fields["kind"].has_keyboard and questions.isVisible()
    assert "2 questions" in person.panel.missing.text()
    person.type("l")
    assert fields["size"].isVisible()
    person.key(Qt.Key.Key_Return)
    person.type("12")
    person.key(Qt.Key.Key_Return)
    assert person.canvas.hasFocus()
    person.submit()
    assert fields["kind"].has_keyboard and not fields["size"].isVisible(), "now of the other one"
    person.type("s")
    person.key(Qt.Key.Key_Escape)
    person.click(person.panel.checklist.boxes["skull"])
    person.submit()
    person.wait_for_case()
    assert not questions.isVisible()
    (reading,) = readings(folder)
    said = [reading.answer.mark_answers[region.lesion] for region in reading.answer.regions]
    assert sorted(map(sorted, (one.items() for one in said))) == [
        [("kind", "lytic"), ("size", "12")],
        [("kind", "sclerotic")],
    ]
    assert reading.answer.checklist == ("skull",)
    person.leave()
    assert study_verify(folder).ok
    study_export(folder, tmp_path / "out", ("csv",))
    with (tmp_path / "out" / "marks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted((row["answer_kind"], row["answer_size"]) for row in rows) == [
        ("lytic", "12"),
        ("sclerotic", ""),
    ]
    assert "What is it? (sclerotic, lytic)" in (tmp_path / "out" / "data_dictionary.csv").read_text("utf-8")


def test_a_mark_that_is_deleted_takes_its_answers_with_it(study: Callable[..., Path], sit: Sit) -> None:
    folder = study(protocol(answer=AnswerRules(mark_questions=OF_A_LESION, mark_rating=False)))
    person = sit(folder)
    person.start()
    person.type("m")
    person.click_image(ViewName.ANTERIOR, 100, 300)
    person.key(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    person.type("s")
    person.key(Qt.Key.Key_Escape)
    person.key(Qt.Key.Key_Delete)
    person.answer("n", "1")
    person.submit()
    person.wait_for_case()
    (reading,) = readings(folder)
    assert dict(reading.answer.mark_answers) == {} and reading.answer.regions == ()


def test_simulated_readers_answer_about_lesions_too(study: Callable[..., Path], tmp_path: Path) -> None:
    rules = AnswerRules(call=False, rating=False, questions=(SURE,), mark_questions=OF_A_LESION)
    rehearsed = rehearse_copy(study(protocol(answer=rules), TRUTH), tmp_path / "copy").path
    answers = [one.answer for one in readings(rehearsed)]
    assert all(one.call is None and "sure" in one.answers for one in answers)
    assert any(one.regions for one in answers)
    assert all("kind" in one.mark_answers[region.lesion] for one in answers for region in one.regions)


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        (AnswerRules(call=False), "answer.call"),
        (AnswerRules(rating=False), "answer.rating"),
        (AnswerRules(mark_questions=("kind",)), "answer.mark_questions"),
        (AnswerRules(mark_questions=OF_A_LESION, marks=Requirement.OFF), "answer.mark_questions"),
        (AnswerRules(regions=("rib", "rib")), "answer.regions"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(rules: AnswerRules, path: str) -> None:
    assert [problem.path for problem in protocol_problems(protocol(answer=rules))] == [path]
