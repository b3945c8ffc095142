"""The AI in the reading room: nothing of it before its time, everything that was seen of it in the record."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app.gui.pages.reading.curtain import CurtainPhase
from app.scan.scan import ViewName
from app.study.protocol import AiRules, Arm, Mode, ScreenRules
from app.study.snapshot import Stage
from app.workflows.study.ai_compute import compute_ai
from app.workflows.study.ai_import import import_ai
from app.workflows.study.new import Ingredients, new_study
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, protocol
from tests.learning.tiny import install_tiny, tiny_recipes
from tests.scan.nm_files import toy_counts, write_nm
from tests.store.studies import readings

CASES = [f"scan{number:03d}" for number in range(6)]
PROBABILITY = {case: 0.8317 if number % 2 == 0 else 0.1317 for number, case in enumerate(CASES)}
SHOWN = ("0.83", "0.13", "0.8317", "0.1317")
SHAPE = (1024, 256)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def aided(study: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """Makes a study with the results of a model that was trained on simulated scans."""

    def make(maps: bool = True, cases: list[str] | None = None, heat: float = 1.0, **fields: object) -> Path:
        folder = study(protocol(**{"mode": Mode.SEQUENTIAL, **fields}))
        table = tmp_path / "ai.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["case", "probability", "model", "version", "threshold", "training_data"])
            for case in cases or CASES:
                writer.writerow([case, PROBABILITY[case], "toynet", "3.1", 0.42, "simulated scans"])
        warm = np.zeros(SHAPE, np.float32)
        warm[300:400, 90:160] = heat
        for case in CASES if maps else ():
            arrays = {f"attention_{view.value}": warm for view in ViewName}
            np.savez(tmp_path / f"{case}.npz", method=np.array("class activation map"), **arrays)  # type: ignore[arg-type]
        import_ai(folder, table, tmp_path if maps else None)
        return folder

    return make


def written(window: QWidget) -> str:
    """Everything that stands in the window, also on what is hidden, and what a screen reader is told."""
    words = [widget.text() for widget in window.findChildren(QLabel)]
    words += [widget.text() for widget in window.findChildren(QAbstractButton)]
    for widget in window.findChildren(QWidget):
        words += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    return "\n".join(words)


def recorded(study: Path) -> str:
    """All that the event log and the readings hold, as it lies in the database."""
    with sqlite3.connect(study / "study.db") as database:
        events = database.execute("SELECT kind, payload FROM events").fetchall()
        readings = database.execute("SELECT answer, ai, flags FROM readings").fetchall()
    return str(events) + str(readings)


def lock(person: Person) -> None:
    person.submit()
    person.wait(lambda: person.session.snapshot.stage is Stage.AI)
    person.wait_for_case()


def test_nothing_of_the_ai_can_be_found_before_the_first_answer_is_locked(
    aided: Callable[..., Path], sit: Sit
) -> None:
    folder = aided()
    person = sit(folder)
    person.start()
    person.answer("n", "3")
    person.type("a")
    person.key(Qt.Key.Key_BracketRight, CONTROL)
    person.session.tick()
    assert person.panel.ai.isHidden()
    assert person.canvas.films.attention is None
    assert [panel.title for panel in person.canvas.films.panels] == ["ANT", "POST", "ANT dark", "POST dark"]
    assert not [number for number in (*SHOWN, "toynet", "0.42") if number in written(person.window)]
    # the record keeps every digit, and seconds of its own that may well begin with 0.13
    assert not [number for number in (*SHOWN[2:], "toynet") if number in recorded(folder)]


def test_after_the_lock_everything_stands_there_and_the_record_says_what_was_seen(
    aided: Callable[..., Path], sit: Sit
) -> None:
    folder = aided()
    person = sit(folder)
    person.start()
    case = person.session.snapshot.assignment.case
    person.answer("n", "3")
    lock(person)
    said = written(person.panel.ai)
    for part in (f"{PROBABILITY[case]:.2f}", "0.42", "toynet 3.1", "trained on simulated scans"):
        assert part in said
    assert [panel.title for panel in person.canvas.films.panels][2:] == ["ANT attention", "POST attention"]
    assert person.panel.ai.slider.value() == 40
    person.key(Qt.Key.Key_BracketRight, CONTROL)
    person.key(Qt.Key.Key_BracketRight, CONTROL)
    assert person.canvas.films.attention_opacity == pytest.approx(0.6)
    assert person.panel.ai.percent.text() == "60 %"
    person.type("a")
    assert person.canvas.films.attention is None
    assert not person.panel.ai.number.isVisible()
    person.key(Qt.Key.Key_BracketLeft, CONTROL)
    person.type("a")
    assert person.canvas.films.attention_opacity == pytest.approx(0.6), "while hidden the keys do nothing"
    person.type("y9")
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 1)
    person.wait_for_case()
    assert person.canvas.films.attention is None
    assert not [number for number in SHOWN if number in written(person.window)], "the next case begins anew"
    unaided, second = readings(folder)
    assert (unaided.identity.arm, unaided.ai) == (Arm.UNAIDED, None)
    assert second.ai is not None
    shown = second.ai.shown
    assert shown is not None
    assert (shown.model, shown.version, shown.probability) == ("toynet", "3.1", PROBABILITY[case])
    assert (shown.threshold, shown.heatmap_method) == (0.42, "class activation map")
    assert (second.ai.toggles, second.ai.last_opacity) == (2, 0.6)
    assert (second.ai.call_before, second.ai.rating_before, second.ai.changed) == (False, 30, True)
    assert second.ai.seconds_visible > 0
    assert second.times.revealed is not None


def test_the_slider_changes_the_overlay_and_one_line_is_kept_per_gesture(
    aided: Callable[..., Path], sit: Sit
) -> None:
    folder = aided()
    person = sit(folder)
    person.start()
    person.answer("y", "7")
    lock(person)
    slider = person.panel.ai.slider
    slider.setFocus()
    for _ in range(4):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert person.canvas.films.attention_opacity == pytest.approx(0.2)
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 1)
    assert recorded(folder).count("'ai_opacity'") == 1
    assert readings(folder)[1].ai.last_opacity == 0.2  # type: ignore[union-attr]


def test_in_a_concurrent_study_the_ai_is_there_with_the_first_frame(
    aided: Callable[..., Path], sit: Sit
) -> None:
    folder = aided(mode=Mode.CONCURRENT)
    person = sit(folder)
    person.start()
    assert person.panel.ai.number.isVisible()
    assert person.canvas.films.attention is not None
    for number in range(1, 4):
        assert f"{PROBABILITY[person.session.snapshot.assignment.case]:.2f}" == person.panel.ai.number.text()
        person.answer("n", "2")
        person.submit()
        person.wait(lambda done=number: person.session.snapshot.done == done)  # type: ignore[misc]
        person.wait_for_case()
    for reading in readings(folder):
        assert reading.ai is not None
        assert reading.ai.shown is not None
        assert reading.ai.seconds_visible == pytest.approx(reading.times.raw_seconds, abs=0.2)


def test_correcting_the_last_answer_hides_the_ai_and_the_open_case_gets_it_back(
    aided: Callable[..., Path], sit: Sit
) -> None:
    person = sit(aided(mode=Mode.CONCURRENT))
    person.start()
    person.answer("n", "2")
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 1)
    person.wait_for_case()
    person.click(person.page.header.edit_last)
    person.wait(lambda: person.phase is CurtainPhase.AMENDING and person.canvas.scan is not None)
    assert person.panel.ai.isHidden()
    assert person.canvas.films.attention is None
    person.choose("Keep the old answer")
    person.wait(lambda: person.phase is CurtainPhase.ANSWERING)
    assert person.panel.ai.number.isVisible()
    assert person.canvas.films.attention is not None


def test_a_crossover_shows_the_ai_in_the_aided_arm_only(aided: Callable[..., Path], sit: Sit) -> None:
    person = sit(aided(mode=Mode.CROSSOVER))
    person.start()
    seen = []
    while person.curtain != "Thank you":
        arm = person.session.snapshot.assignment.arm
        seen.append(arm)
        assert (person.canvas.films.attention is not None) == (arm is Arm.AIDED)
        assert bool([number for number in SHOWN if number in written(person.window)]) == (arm is Arm.AIDED)
        person.answer("n", "2")
        person.submit()
        person.wait(lambda: person.curtain == "Thank you" or person.phase is CurtainPhase.ANSWERING)
    assert set(seen) == {Arm.UNAIDED, Arm.AIDED}


def test_a_case_without_a_result_says_so_and_one_without_maps_keeps_the_dark_copies(
    aided: Callable[..., Path], sit: Sit
) -> None:
    person = sit(aided(maps=False, cases=CASES[:1]))
    person.start()
    while person.curtain != "Thank you":
        case = person.session.snapshot.assignment.case
        person.answer("n", "2")
        lock(person)
        assert [panel.title for panel in person.canvas.films.panels][2:] == ["ANT dark", "POST dark"]
        if case == CASES[0]:
            assert person.panel.ai.map_words.text() == "This model shows no heat map."
        else:
            assert person.panel.ai.text.text() == "No AI result for this case."
        person.submit()
        person.wait(lambda: person.curtain == "Thank you" or person.phase is CurtainPhase.ANSWERING)


def test_a_map_without_any_colour_says_so(aided: Callable[..., Path], sit: Sit) -> None:
    person = sit(aided(heat=0.05))
    person.start()
    person.answer("n", "2")
    lock(person)
    assert person.panel.ai.map_words.text().startswith("No colour: the model's map of this case is empty.")


def test_a_damaged_result_becomes_a_technical_problem_after_the_safe_first_answer(
    aided: Callable[..., Path], sit: Sit
) -> None:
    folder = aided()
    person = sit(folder)
    person.start()
    with sqlite3.connect(folder / "study.db") as database:
        database.execute("UPDATE ai_results SET heatmaps = x'00ff'")
    person.answer("n", "2")
    person.submit()
    person.wait(lambda: person.curtain == "The AI result cannot be shown")
    person.choose("Record technical problem")
    person.wait_for_case()
    assert [reading.flags.outcome.value for reading in readings(folder)] == ["answered", "technical problem"]


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_the_ai_fits_beside_the_films_and_the_images_keep_their_share(
    aided: Callable[..., Path], sit: Sit, size: tuple[int, int]
) -> None:
    person = sit(aided(screen=ScreenRules()), size=size)
    person.start()
    before = person.canvas.width()
    zoom = person.canvas.films.display_state().zoom
    person.answer("n", "2")
    lock(person)
    assert person.canvas.width() == before
    assert person.canvas.films.display_state().zoom == zoom
    ai = person.panel.ai
    assert ai.visibleRegion().boundingRect() == ai.rect(), "nothing of it has to be scrolled to"
    place = ai.mapTo(person.window, QPoint(0, 0))
    assert place.x() + ai.width() <= size[0]
    if size[0] > 1400:
        assert person.canvas.width() >= 0.7 * size[0]


def test_the_ai_panel_says_that_the_model_saw_one_view_only(
    tmp_path: Path, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_recipes(monkeypatch)
    install_tiny(as_recipe="tiny-drawing-either")
    front, back = toy_counts(np.random.default_rng(5))
    write_nm(tmp_path / "scans" / "front.dcm", front)
    write_nm(tmp_path / "scans" / "both.dcm", front + 1, back)
    rules = protocol(mode=Mode.CONCURRENT, allow_missing_view=True)
    folder = new_study(tmp_path / "study", tmp_path / "scans", Ingredients(rules)).path
    assert compute_ai(folder, "tiny").failed == ()
    person = sit(folder)
    person.start()
    for _ in range(2):
        case = person.session.snapshot.assignment.case
        said = "The posterior view was missing: the model saw one view only." if case == "front" else ""
        assert (person.panel.ai.doubts.text(), person.panel.ai.doubts.isVisible()) == (said, bool(said))
        views = {ViewName.ANTERIOR} if case == "front" else set(ViewName)
        assert person.canvas.films.attention.views == views
        person.answer("n", "3")
        person.submit()
        if person.session.snapshot.done < 2:
            person.wait_for_case()


@pytest.mark.parametrize("told", [True, False])
def test_readers_learn_that_a_scan_is_strange_to_the_model_where_the_protocol_says_so_and_not_before(
    study: Callable[..., Path], sit: Sit, tmp_path: Path, told: bool
) -> None:
    folder = study(protocol(mode=Mode.SEQUENTIAL, ai=AiRules(familiarity=told)))
    lines = [f"{case},0.8,toynet,{2.5 if case == CASES[0] else 60}" for case in CASES]
    (tmp_path / "ai.csv").write_text("\n".join(["case,probability,model,familiarity", *lines]) + "\n")
    import_ai(folder, tmp_path / "ai.csv")
    person = sit(folder)
    person.start()
    strange = "unlike those that the model knows (familiarity 2.5 of 100)"
    while True:
        case = person.session.snapshot.assignment.case
        assert strange not in written(person.window)
        person.answer("n", "3")
        lock(person)
        assert (strange in person.panel.ai.doubts.text()) == (told and case == CASES[0])
        person.submit()
        if case == CASES[0]:
            break
        person.wait_for_case()
    person.wait(lambda: len(readings(folder)) >= 2)
    shown = readings(folder)[-1].ai.shown
    assert shown.familiarity == (2.5 if told else None)
