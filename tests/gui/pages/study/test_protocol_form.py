"""The protocol form shows every field, changes what a person changes, and says what is wrong where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from app.gui.pages.study.protocol_form import ProtocolForm
from app.study.protocol import AiRules, Allocation, AnswerRules, Mode, Protocol, Requirement, Scale
from app.study.protocol_fields import FIELDS, FieldKind, value_of, with_value
from app.study.protocol_problems import protocol_problems


@pytest.fixture
def form(qtbot: QtBot) -> ProtocolForm:
    form = ProtocolForm()
    qtbot.addWidget(form)
    form.resize(700, 600)
    form.show_protocol(Protocol(title="Bone study", code="BONE", readers=("R1", "R2")))
    form.show()
    qtbot.waitExposed(form)
    return form


def editor(form: ProtocolForm, path: str):
    return form.rows[path].editor.widget


def test_a_protocol_that_is_shown_and_not_touched_stays_the_same(form: ProtocolForm) -> None:
    protocol = Protocol(
        title="Ü", code="X-1", mode=Mode.CROSSOVER, readers=("A", "B"), seed=99, repeats=3, washout_days=14.5,
        allocation=Allocation.SPLIT_PLOT, split_plot_groups=2, warm_up_cases=("c1",),
        answer=AnswerRules(scale=Scale.SIX, marks=Requirement.REQUIRED, comment=False),
        ai=AiRules(model="m", threshold=0.35, wrong_cases=("c9", "c8")), hypothesis="two\nlines",
    )  # fmt: skip
    form.show_protocol(protocol)
    assert form.protocol == protocol
    assert all(row.editor.read() == value_of(protocol, path) for path, row in form.rows.items())


def test_typing_a_title_changes_the_title(form: ProtocolForm, qtbot: QtBot) -> None:
    title = editor(form, "title")
    assert isinstance(title, QLineEdit)
    title.selectAll()
    with qtbot.waitSignal(form.edited):
        qtbot.keyClicks(title, "Whole body")
    assert form.protocol.title == "Whole body"


def test_readers_are_typed_one_per_line_or_with_commas(form: ProtocolForm, qtbot: QtBot) -> None:
    readers = editor(form, "readers")
    assert isinstance(readers, QPlainTextEdit)
    readers.selectAll()
    qtbot.keyClicks(readers, "R1")
    qtbot.keyClick(readers, Qt.Key.Key_Return)
    qtbot.keyClicks(readers, " R2, R3 ")
    assert form.protocol.readers == ("R1", "R2", "R3")


def test_a_tick_box_is_toggled_with_the_space_key(form: ProtocolForm, qtbot: QtBot) -> None:
    comment = editor(form, "answer.comment")
    assert isinstance(comment, QCheckBox)
    comment.setFocus()
    qtbot.keyClick(comment, Qt.Key.Key_Space)
    assert form.protocol.answer.comment is False


def test_choosing_crossover_by_key_brings_up_the_washout(form: ProtocolForm, qtbot: QtBot) -> None:
    assert not form.rows["washout_days"].isVisible()
    mode = editor(form, "mode")
    assert isinstance(mode, QComboBox)
    mode.setFocus()
    qtbot.keyClicks(mode, "Cross")
    assert form.protocol.mode is Mode.CROSSOVER
    assert form.rows["washout_days"].isVisible()
    assert form.rows["ai.threshold"].isVisible()


def test_a_number_keeps_to_its_bounds(form: ProtocolForm, qtbot: QtBot) -> None:
    editor(form, "allocation").setCurrentIndex(1)
    groups = editor(form, "split_plot_groups")
    assert isinstance(groups, QSpinBox)
    groups.setFocus()
    groups.selectAll()
    qtbot.keyClicks(groups, "0")
    qtbot.keyClick(groups, Qt.Key.Key_Tab)
    assert form.protocol.split_plot_groups == 1


def test_a_frozen_protocol_takes_no_change(form: ProtocolForm, qtbot: QtBot) -> None:
    form.show_protocol(form.protocol, frozen=True)
    qtbot.keyClicks(editor(form, "title"), "other")
    qtbot.mouseClick(editor(form, "answer.skip"), Qt.MouseButton.LeftButton)
    assert form.protocol == Protocol(title="Bone study", code="BONE", readers=("R1", "R2"))


def test_the_wheel_over_a_number_without_focus_changes_nothing(form: ProtocolForm) -> None:
    seed = editor(form, "seed")
    form.ensureWidgetVisible(seed)
    place = QPointF(seed.rect().center())
    turn = QWheelEvent(
        place, seed.mapToGlobal(place), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(seed, turn)
    assert form.protocol.seed == 1


def test_a_problem_stands_under_its_field_and_goes_when_it_is_solved(form: ProtocolForm) -> None:
    form.show_problems({"code": "Only letters and digits."})
    assert form.rows["code"].problem.isVisible()
    assert form.rows["code"].problem.text().endswith("Only letters and digits.")
    form.show_problems({})
    assert not form.rows["code"].problem.isVisible()


def test_going_to_a_field_gives_it_the_keyboard(form: ProtocolForm, qtbot: QtBot) -> None:
    form.go_to("screen.keep_levels")
    qtbot.waitUntil(lambda: editor(form, "screen.keep_levels").hasFocus())


def test_every_editor_has_a_name_for_screen_readers(form: ProtocolForm) -> None:
    assert [row.path for row in FIELDS if not editor(form, row.path).accessibleName()] == []


def test_a_choice_question_and_a_case_with_a_comma_are_typed_as_they_are(
    form: ProtocolForm, qtbot: QtBot
) -> None:
    lines = {
        "questionnaire.first": "specialty | Specialty | choice nuclear medicine, radiology, both",
        "warm_up_cases": "Fall, Nr. 3",
    }
    for path, typed in lines.items():
        box = editor(form, path)
        box.setFocus()
        qtbot.keyClicks(box, typed)
        assert value_of(form.protocol, path) == (typed,)
    assert not protocol_problems(form.protocol)


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("repeat_distance", 0, "0 cases apart"),
        ("seed", 2**40 + 1, "1099511627777"),
        ("washout_days", 5000.25, "5000.25 days"),
        ("washout_days", 28.0, "28.0 days"),
        ("clock.still_reading_minutes", 600.0, "600.0 minutes"),
        ("ai.threshold", 0.4372, "0.4372"),
        ("ai.threshold", 0.5, "0.50"),
        ("split_plot_groups", 150, "150"),
    ],
)
def test_the_form_shows_the_value_that_is_frozen(
    form: ProtocolForm, path: str, value: float, shown: str
) -> None:
    frozen = with_value(form.protocol, path, value)
    form.show_protocol(frozen, frozen=True)
    box = editor(form, path)
    assert isinstance(box, QAbstractSpinBox)
    assert box.text() == shown
    assert form.protocol == frozen


def test_what_the_form_offers_is_what_the_file_allows(form: ProtocolForm) -> None:
    kinds = (FieldKind.WHOLE, FieldKind.DECIMAL)
    numbers = {path: row for path, row in form.rows.items() if row.row.kind in kinds}
    assert {"seed", "repeats", "washout_days", "ai.threshold"} <= set(numbers)
    for row in numbers.values():
        box = row.editor.widget
        assert isinstance(box, QSpinBox | QDoubleSpinBox)
        assert (box.minimum(), box.maximum()) == row.row.bounds
