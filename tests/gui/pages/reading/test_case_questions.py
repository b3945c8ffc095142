"""A study's own questions on each case: by keys alone, as far as the answers lead, and into the record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from app.analysis.options import AnalysisOptions
from app.gui.pages.reading.curtain import CurtainPhase
from app.study.protocol import AnswerRules, Arm, Mode
from app.workflows.analysis.analyse import compute
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.study.export import study_export
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, protocol
from tests.store.studies import readings

ASKED = (
    "quality | How good is the scan? | scale 1-3 (bad, fair, good)",
    "why | Why is it bad? | several motion, few counts | if quality is 1",
    "size | Largest focus | optional number 0-300 mm",
    "trust | Did you follow the AI? | yes/no | aided",
)
RULES = AnswerRules(questions=ASKED)


def shown(person: Person) -> list[str]:
    return [key for key, field in person.panel.questions.fields.items() if field.isVisible()]


def test_a_case_is_answered_by_keys_alone_and_every_question_has_its_column(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = study(protocol(answer=RULES))
    person = sit(folder)
    person.start()
    assert shown(person) == ["quality", "size"], "the others are not asked, or not yet"
    person.answer("y", "8")
    assert "1 question" in person.panel.missing.text()
    person.type("q")
    person.type("1")  # in the question a digit is its answer, no rating
    assert shown(person) == ["quality", "why", "size"]
    person.key(Qt.Key.Key_Return)
    person.type("m")
    person.type("f")
    person.key(Qt.Key.Key_Return)
    person.type("42")
    person.key(Qt.Key.Key_Return)  # past the last one: back to the images
    assert person.canvas.hasFocus()
    assert person.session.snapshot.assignment is not None
    person.type("n")
    assert person.panel.call.no.isChecked(), "letters are the images' again"
    person.submit()
    person.wait_for_case()
    (reading,) = readings(folder)
    assert (reading.answer.call, reading.answer.rating) == (False, 80)
    assert reading.answer.answers == {"quality": "1", "why": "motion; few counts", "size": "42"}
    assert all(field.answer == "" for field in person.panel.questions.fields.values()), "the next one is new"
    person.leave()
    assert study_verify(folder).ok
    study_export(folder, tmp_path / "out", ("csv",))
    table = (tmp_path / "out" / "readings.csv").read_text(encoding="utf-8").splitlines()
    head, row = table[0].split(","), table[1].split(",")
    said = dict(zip(head, row, strict=False))
    assert [said[f"answer_{key}"] for key in ("quality", "why", "size", "trust")] == [
        "1", "motion; few counts", "42", ""
    ]  # fmt: skip
    assert "1 bad, 2 fair, 3 good" in (tmp_path / "out" / "data_dictionary.csv").read_text(encoding="utf-8")


def test_what_is_missing_or_wrong_is_pointed_at_and_keeps_the_case_open(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study(protocol(answer=RULES))
    person = sit(folder)
    person.start()
    person.answer()
    person.submit()
    quality, size = (person.panel.questions.fields[key] for key in ("quality", "size"))
    assert quality.has_keyboard and quality.problem.text() == "⚠ Please answer."
    person.type("3")
    assert quality.problem.isHidden(), "it is answered now"
    person.key(Qt.Key.Key_Return)
    person.type("900")
    person.submit()
    assert size.problem.text() == "⚠ A whole number from 0 to 300."
    assert readings(folder) == []
    person.key(Qt.Key.Key_Escape)
    assert person.canvas.hasFocus()


def test_a_click_chooses_and_leaves_the_keyboard_at_the_images(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study(protocol(answer=RULES)))
    person.start()
    good = person.panel.questions.fields["quality"].choices["3"]
    person.click(good)
    assert good.isChecked() and person.canvas.hasFocus()
    person.type("n2")
    assert person.panel.rating.isVisible() and "question" not in person.panel.missing.text()


def test_a_question_about_the_ai_is_asked_with_the_second_answer_only(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study(protocol(answer=RULES, mode=Mode.SEQUENTIAL))
    person = sit(folder)
    person.start()
    person.type("q")
    person.type("2")
    person.key(Qt.Key.Key_Escape)
    person.answer("n", "1")
    person.submit()
    person.wait(lambda: person.session.arm is Arm.AIDED and person.panel.submit.isEnabled())
    assert shown(person) == ["quality", "size", "trust"]
    person.submit()
    trust = person.panel.questions.fields["trust"]
    person.wait(lambda: trust.has_keyboard)
    person.type("n")
    person.submit()
    person.wait(lambda: len(readings(folder)) == 2)
    assert [reading.answer.answers for reading in readings(folder)] == [
        {"quality": "2"},
        {"quality": "2", "trust": "no"},
    ]


def test_a_question_of_the_study_is_analysed_as_the_rating_is(study: Callable[..., Path], sit: Sit) -> None:
    sure = "sure | How sure are you of metastasis? | scale 0-9"
    truth = "case,truth\n" + "".join(f"scan{n:03d},{n % 2}\n" for n in range(6))
    folder = study(protocol(answer=AnswerRules(questions=(sure,))), truth)
    person = sit(folder)
    person.start()
    for _ in range(6):
        ill = int(person.session.snapshot.assignment.case.removeprefix("scan")) % 2
        person.answer("y" if ill else "n", "5")  # the rating tells nothing
        person.type("q")
        person.type("8" if ill else "1")
        person.submit()
        person.wait(lambda: person.curtain == "Thank you" or person.phase is CurtainPhase.ANSWERING)
    person.leave()
    request = AnalysisRequest(folder, rating="answer sure", options=AnalysisOptions(bootstrap=10))
    assert [each.auc for each in compute(request)[0].auc] == [1.0]
