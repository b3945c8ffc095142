"""Training tells the truth afterwards, sequential locks before the AI, crossover says when to come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt

from app.gui.pages.reading.curtain import CurtainPhase
from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.study.ai_result import AiResult
from app.study.protocol import Arm, Mode
from app.study.snapshot import Stage
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, protocol

TRUTH = "case,truth\n" + "".join(f"scan{number:03d},{(number + 1) % 2}\n" for number in range(6))


def test_training_shows_the_truth_after_the_answer_and_not_before(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study(protocol(mode=Mode.TRAINING), TRUTH))
    person.start()
    assert person.panel.feedback.isHidden()
    person.answer("y", "8")
    person.submit()
    assert person.phase is CurtainPhase.FEEDBACK
    assert person.panel.feedback.isVisible()
    assert person.panel.feedback.text().startswith("Bone metastasis:")
    assert person.canvas.scan is not None, "the images stay to be looked at again"
    assert person.session.snapshot.stage is Stage.BETWEEN, "the answer is durable before the truth is told"
    person.type("n")
    assert person.panel.call.yes.isChecked(), "nothing can be changed any more"
    assert not person.page.header.edit_last.isEnabled()
    person.submit()
    person.wait_for_case()
    assert person.panel.feedback.isHidden()
    assert person.page.header.count.text() == "2 / 6"
    assert not person.page.header.edit_last.isEnabled(), "its truth is known"


def test_sequential_locks_the_first_answer_then_shows_the_ai_and_takes_a_second_one(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study(protocol(mode=Mode.SEQUENTIAL)))
    person.start()
    assert person.panel.ai.isHidden()
    assert "Lock" in person.panel.submit.text()
    person.type("a")
    assert person.panel.ai.isHidden(), "no key shows the AI before its time"
    person.answer("n", "3")
    person.submit()
    person.wait(lambda: person.session.snapshot.stage is Stage.AI)
    person.wait_for_case()
    assert person.panel.ai.isVisible()
    assert person.panel.ai.text.text() == "No AI result for this case."
    assert person.panel.first_answer.text() == "First answer, locked: no, 30 of 100"
    assert person.session.snapshot.locked_answer.rating == 30
    assert not person.page.header.edit_last.isEnabled(), "a locked answer is not edited"
    person.type("a")
    assert not person.panel.ai.text.isVisible()
    person.type("a")
    person.type("y9")
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 1)
    person.wait_for_case()
    reading = person.session.last_reading()
    assert reading.identity.arm is Arm.AIDED
    assert (reading.ai.call_before, reading.ai.rating_before, reading.ai.changed) == (False, 30, True)
    assert reading.ai.toggles == 2
    assert person.panel.ai.isHidden()


def test_an_interrupted_sequential_case_goes_on_with_the_second_answer(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study(protocol(mode=Mode.SEQUENTIAL))
    person = sit(folder)
    person.start()
    person.answer("n", "3")
    person.submit()
    person.wait(lambda: person.session.snapshot.stage is Stage.AI)
    person.leave()
    again = sit(folder)
    again.start()
    assert again.session.snapshot.stage is Stage.AI
    assert again.panel.first_answer.text() == "First answer, locked: no, 30 of 100"
    again.answer("y", "6")
    again.submit()
    again.wait(lambda: again.session.snapshot.done == 1)


def read_all(person: Person) -> None:
    while person.curtain != "Thank you":
        person.answer("n", "1")
        person.submit()
        person.wait(lambda: person.curtain == "Thank you" or person.phase is CurtainPhase.ANSWERING)


def test_a_crossover_says_before_the_first_case_that_each_comes_twice(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study(protocol(mode=Mode.CROSSOVER, washout_days=28.0)))
    person.wait(lambda: bool(person.page.curtain.buttons))
    assert person.page.curtain.curtain is not None
    told = " ".join(person.page.curtain.curtain.lines)
    assert "Each case comes twice, in two visits" in told
    assert "Days between the visits: 28." in told
    assert "with the AI beside the images" in told


def test_the_end_of_a_crossover_visit_says_when_to_come_back_and_nothing_is_shown_before(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study(protocol(mode=Mode.CROSSOVER, washout_days=28.0))
    person = sit(folder)
    person.start()
    read_all(person)
    lines = " ".join(person.page.curtain.curtain.lines)  # type: ignore[union-attr]
    when = person.session.snapshot.next_visit_utc.astimezone()
    assert "come back" in lines
    assert f"{when.day} {when:%B %Y}" in lines
    assert "score" not in lines.casefold()
    person.leave()
    again = sit(folder)
    assert "come back" in " ".join(again.page.curtain.curtain.lines)  # type: ignore[union-attr]
    assert again.canvas.scan is None


def test_the_end_of_a_study_says_thank_you_and_gives_no_score(study: Callable[..., Path], sit: Sit) -> None:
    folder = study(truth=TRUTH)
    person = sit(folder)
    person.start()
    read_all(person)
    curtain = person.page.curtain.curtain
    assert curtain is not None
    text = " ".join(curtain.lines).casefold()
    assert "6 cases" in text
    for word in ("correct", "right", "score", "sensitivity", "truth"):
        assert word not in text
    person.key(Qt.Key.Key_Return)
    assert person.page.presenter is None
    assert person.window.pages["library"].isVisible()


def test_an_ai_result_stands_with_model_version_training_data_and_threshold(qtbot) -> None:  # type: ignore[no-untyped-def]
    from app.gui.pages.reading.ai_panel import AiPanel

    panel = AiPanel("A")
    qtbot.addWidget(panel)
    heatmap = np.linspace(0, 1, 64 * 16, dtype=np.float32).reshape(64, 16)
    panel.show_result(
        AiResult(
            ModelIdentity("scintiread", "1.0", "simulated scans"),
            0.82,
            0.5,
            heatmaps={ViewName.ANTERIOR: heatmap},
        )
    )
    panel.show_place(True, True)
    text = " ".join(label.text() for label in (panel.number, panel.verdict, panel.text))
    for part in ("0.82", "0.50", "scintiread 1.0", "trained on simulated scans"):
        assert part in text
    assert not panel.slider.isHidden()
    panel.show_result(None)
    assert panel.text.text() == "No AI result for this case."
    assert panel.number.text() == ""
