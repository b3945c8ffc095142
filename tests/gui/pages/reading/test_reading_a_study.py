"""A whole study is read through the window with keys and mouse, and its export says exactly what was done."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from app import paths
from app.gui.pages.reading.curtain import CurtainPhase
from app.scan.scan import ViewName
from app.settings import SettingsStore
from app.study.events import EventKind
from app.study.protocol import AnswerRules
from app.window_request import WindowRequest
from app.workflows.rehearsal.readers import rehearse_copy
from app.workflows.study.export import study_export
from app.workflows.study.protocol import study_facts
from app.workflows.study.read import OpenedSession, open_session
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, make_study, protocol

OUTLINE = ((90, 320), (125, 320), (125, 345), (90, 345))
POINT = (140, 300)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def vertices(cell: str) -> list[tuple[float, ...]]:
    return [tuple(float(number) for number in pair.split()) for pair in cell.split(";")]


def draw_outline(person: Person) -> None:
    person.type("p")
    for x, y in OUTLINE:
        person.click_image(ViewName.ANTERIOR, x, y)
    person.key(Qt.Key.Key_Return)


def rate_mark(person: Person, rating: str) -> None:
    field = person.panel.lesions.list.rating_field
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    person.type(rating)
    person.key(Qt.Key.Key_Return)


def test_six_cases_are_read_with_keys_and_mouse_and_exported_as_they_were_read(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = study()
    person = sit(folder)
    person.start()

    draw_outline(person)
    rate_mark(person, "90")
    person.type("m")
    person.click_image(ViewName.POSTERIOR, *POINT)
    rate_mark(person, "65")
    person.answer("y", "9")
    person.submit()
    person.wait_for_case()
    for number in range(2, 7):
        assert person.panel.call.yes.isChecked() is person.panel.call.no.isChecked() is False
        assert person.panel.rating.field.text() == "", "the answer of the case before must not stay"
        assert person.canvas.marks.regions == ()
        person.answer("n", str(number))
        person.click(person.panel.lesions.box)
        person.submit()
        if number < 6:
            person.wait_for_case()
    assert person.curtain == "Thank you"
    lines = " ".join(person.page.curtain.curtain.lines)  # type: ignore[union-attr]
    assert "6 cases" in lines
    assert "Median time" in lines
    order = [item.case for item in person.page.presenter._opened._study.studies.plan("R1")]  # type: ignore[union-attr]
    person.leave()

    study_export(folder, tmp_path / "out", ("csv",))
    readings = rows(tmp_path / "out" / "readings.csv")
    assert [row["case"] for row in readings] == order
    assert [row["call"] for row in readings] == ["1"] + ["0"] * 5
    assert [float(row["rating"]) for row in readings] == [90, 20, 30, 40, 50, 60]
    assert all(float(row["raw_seconds"]) > 0 for row in readings)
    assert all(float(row["active_seconds"]) <= float(row["raw_seconds"]) for row in readings)
    marks = rows(tmp_path / "out" / "marks.csv")
    assert len(marks) == 2
    outline, point = (vertices(mark["vertices"]) for mark in marks)
    assert [pytest.approx(vertex, abs=1.0) for vertex in OUTLINE] == outline
    assert point == [pytest.approx(POINT, abs=1.0)], "marks are in pixels of the image"
    assert [float(mark["rating"]) for mark in marks] == [90, 65]
    assert not study_verify(folder).problems


def test_nothing_identifying_is_on_the_screen(study: Callable[..., Path], sit: Sit) -> None:
    from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

    person = sit(study(truth="case,truth\n" + "".join(f"scan{n:03d},{n % 2}\n" for n in range(6))))
    person.start()
    texts = [
        getattr(widget, name)()
        for widget in person.window.findChildren(QWidget)
        if widget.isVisible()
        for name in ("text", "toolTip", "accessibleName", "windowTitle")
        if hasattr(widget, name) and isinstance(widget, QLabel | QLineEdit | QWidget)
    ]
    shown = " ".join(text for text in texts if isinstance(text, str))
    for secret in (*(f"scan{number:03d}" for number in range(6)), "T0", "T1", ".dcm"):
        assert secret not in shown
    assert "truth" not in shown.casefold()


def test_what_is_missing_stands_beside_submit_and_nothing_is_submitted(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    assert person.panel.missing.text() == "Still needed: yes or no, probability"
    person.submit()
    assert person.session.snapshot.done == 0
    assert person.panel.call.yes.hasFocus(), "the keyboard goes to what is missing"
    person.type("y")
    assert person.panel.missing.text() == "Still needed: probability"
    person.submit()
    assert person.panel.rating.field.hasFocus()
    person.type("73")
    assert person.panel.missing.isHidden()
    person.submit()
    person.wait_for_case()
    assert person.session.last_reading().answer.rating == 73


def test_a_contradiction_is_said_and_never_in_the_way(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    person.answer("y", "2")
    assert "yes" in person.panel.odd.text()
    assert person.panel.odd.isVisible()
    person.submit()
    person.wait_for_case()
    reading = person.session.last_reading()
    assert (reading.answer.call, reading.answer.rating, reading.flags.contradiction) == (True, 20, True)
    assert person.panel.odd.isHidden()


def test_letters_and_digits_in_the_comment_change_neither_call_nor_rating(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    person.type("yn 09 [] pmhsirf")
    sheet = person.page.presenter.desk.sheet  # type: ignore[union-attr]
    assert sheet.answer.comment == "yn 09 [] pmhsirf"
    assert (sheet.answer.call, sheet.answer.rating) == (None, None)
    assert person.canvas.marks.tool.id == "select"
    person.key(Qt.Key.Key_Escape)
    assert person.canvas.hasFocus(), "Escape goes back to the images"
    person.answer("n", "1")
    person.submit()
    person.wait_for_case()
    assert person.session.last_reading().answer.comment == "yn 09 [] pmhsirf"
    assert person.panel.comment.toPlainText() == ""


def test_neither_a_single_key_nor_a_double_press_submits_twice(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    person.answer()
    person.panel.submit.setFocus()
    person.key(Qt.Key.Key_Space)
    person.key(Qt.Key.Key_Return)
    assert person.session.snapshot.done == 0
    person.submit()
    person.submit()  # the next case is not even painted
    person.wait_for_case()
    assert person.session.snapshot.done == 1


def test_a_click_on_submit_counts_from_the_press_and_not_from_the_release(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.answer()
    button = person.panel.submit
    QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    pressed = person.page.clock.now().monotonic_ns
    QTest.qWait(120)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    person.wait_for_case()
    submitted = person.session.last_reading().times.submitted
    assert submitted is not None
    assert submitted.monotonic_ns <= pressed


def test_a_remapped_key_works_and_stands_on_its_button(study: Callable[..., Path], sit: Sit) -> None:
    from app import paths
    from app.settings import SettingsStore

    SettingsStore(paths.user_config() / "settings.json").change(keys={"call_yes": ("J",)})
    person = sit(study())
    person.start()
    assert person.panel.call.yes.text().endswith("J")
    person.type("y")
    assert person.page.presenter.desk.sheet.answer.call is None  # type: ignore[union-attr]
    person.type("j")
    assert person.page.presenter.desk.sheet.answer.call is True  # type: ignore[union-attr]


def test_the_whole_answer_can_be_given_without_a_mouse(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    person.key(Qt.Key.Key_Tab)  # away from the images
    person.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    person.type("m")
    for _ in range(5):
        person.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    person.key(Qt.Key.Key_Space)
    assert len(person.canvas.marks.regions) == 1
    person.answer("y", "9")
    person.submit()  # refused: the mark has no rating; the keyboard is in its field now
    assert person.panel.lesions.list.rating_field.hasFocus()
    person.type("88")
    person.submit()
    person.wait_for_case()
    (mark,) = person.session.last_reading().answer.regions
    assert mark.rating == 88


def test_enter_goes_from_mark_to_mark_and_only_after_the_last_to_the_images(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.type("m")
    for y in (250, 300, 350):
        person.click_image(ViewName.POSTERIOR, 140, y)
    field, marks = person.panel.lesions.list.rating_field, person.panel.lesions.list
    first, second, third = (mark.uuid for mark in person.canvas.marks.regions)
    assert marks.chosen() == third
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    person.type("70")
    person.key(Qt.Key.Key_Return)
    assert (marks.chosen(), field.hasFocus()) == (first, True)
    person.type("90")
    person.key(Qt.Key.Key_Return)
    assert (marks.chosen(), field.hasFocus()) == (second, True)
    assert person.canvas.marks.selected == second
    person.type("0")
    assert person.panel.rating.field.text() == "", "a number typed for a mark is never the case's"
    person.key(Qt.Key.Key_Return)
    assert person.canvas.hasFocus()
    assert [mark.rating for mark in person.canvas.marks.regions] == [90, 0, 70]
    person.type("y3")
    assert person.panel.rating.field.text() == "30"


def test_an_answer_does_not_go_without_the_outline_that_is_half_drawn(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.answer("y", "9")
    person.type("p")
    for x, y in OUTLINE[:3]:
        person.click_image(ViewName.ANTERIOR, x, y)
    person.submit()
    assert "half drawn" in person.page.desk.readout.text()
    person.type("s")
    assert person.canvas.marks.tool.id == "polygon"
    person.click(person.panel.submit)
    assert person.canvas.marks.drawing
    person.click_image(ViewName.ANTERIOR, *OUTLINE[3])
    person.key(Qt.Key.Key_Return)
    rate_mark(person, "80")
    person.submit()
    person.wait_for_case()
    (mark,) = person.session.last_reading().answer.regions
    assert len(mark.vertices) == 4


def test_class_and_region_of_a_mark_are_those_of_its_lesion(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    draw_outline(person)
    person.type("v")
    box = person.panel.lesions.list.label_box
    box.setFocus()
    person.key(Qt.Key.Key_Down)
    labels = [mark.label for mark in person.canvas.marks.regions]
    assert labels == [box.currentText()] * 2
    assert labels[0] != "metastasis"


def test_nobody_freezes_a_study_without_being_asked(scans: Path, tmp_path: Path, sit: Sit) -> None:
    folder = make_study(tmp_path / "fresh", scans, begun=False)
    person = sit(folder)
    person.wait(lambda: bool(person.page.curtain.buttons))
    assert not any("Enter" in button.text() for button in person.page.curtain.buttons)
    person.key(Qt.Key.Key_Return)  # a habit decides nothing
    person.choose("Back to the library")
    assert study_facts(folder).frozen is None
    person.window.open_page(WindowRequest(page="reading", study=folder, reader="R1"))
    person.wait_to_be_seated()
    person.key(Qt.Key.Key_Tab)
    person.key(Qt.Key.Key_Space)
    person.wait_to_be_seated()
    person.key(Qt.Key.Key_Return)
    person.wait_for_case()
    assert study_facts(folder).frozen is not None


def test_a_rehearsal_says_so_while_it_is_read(study: Callable[..., Path], sit: Sit, tmp_path: Path) -> None:
    folder = study()
    rehearse_copy(folder, tmp_path / "rehearsal")
    person = sit(tmp_path / "rehearsal")
    person.wait(lambda: bool(person.page.curtain.buttons))
    assert not person.page.header.rehearsal.isHidden()
    other = sit(folder)
    other.start()
    assert other.page.header.rehearsal.isHidden()


def test_the_five_point_scale_takes_its_digits(study: Callable[..., Path], sit: Sit) -> None:
    from app.study.protocol import AnswerRules, Scale

    person = sit(study(protocol(answer=AnswerRules(scale=Scale.FIVE))))
    person.start()
    person.type("y9")
    assert person.page.presenter.desk.sheet.answer.rating is None  # type: ignore[union-attr]
    person.type("4")
    person.submit()
    person.wait_for_case()
    assert person.session.last_reading().answer.rating == 4


def test_the_screen_shows_only_what_the_protocol_allows(study: Callable[..., Path], sit: Sit) -> None:
    from app.study.protocol import AnswerRules, Requirement, ScreenRules

    rules = ScreenRules(curves=False, inversion=False, dual_intensity=False)
    answer = AnswerRules(marks=Requirement.OFF, checklist=False, comment=False, skip=False)
    person = sit(study(protocol(screen=rules, answer=answer)))
    person.start()
    before = person.canvas.films.display_state()
    person.type("idcl")
    assert person.canvas.films.display_state() == before
    for part in (person.panel.lesions, person.panel.checklist, person.panel.comment):
        assert part.isHidden()
    person.type("p")
    assert person.canvas.marks.tool.id == "select"


def test_levels_stay_only_when_the_protocol_says_so(study: Callable[..., Path], sit: Sit) -> None:
    from app.study.protocol import ScreenRules

    person = sit(study(protocol(screen=ScreenRules(keep_levels=True))))
    person.start()
    person.canvas.display.set_levels(3, 40)
    person.answer()
    person.submit()
    person.wait_for_case()
    assert (
        person.canvas.films.display_state().lower_level,
        person.canvas.films.display_state().upper_level,
    ) == (3, 40)


def test_the_images_are_gone_before_the_next_ones_come(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    seen: list[object] = []
    canvas = person.canvas
    canvas.input.cursor_moved.connect(lambda _text: seen.append(canvas.scan))
    person.answer()
    person.submit()
    assert seen[0] is None
    person.wait_for_case()


def test_every_reading_has_its_clock_started_by_the_paint(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    painted: list[int] = []
    person.wait(lambda: person.page.desk is not None)
    person.canvas.first_painted.connect(lambda instant: painted.append(instant.monotonic_ns))
    person.start()
    person.answer()
    person.submit()
    person.wait_for_case()
    times = person.session.last_reading().times
    assert times.displayed is not None
    assert times.displayed.monotonic_ns == painted[0]
    assert times.requested is not None
    assert times.requested.monotonic_ns < painted[0]


def test_what_the_reader_does_to_the_images_is_in_the_events(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    person.type("i")
    for _ in range(3):
        person.type(",")
    draw_outline(person)
    person.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.answer("n", "1")
    person.submit()
    person.wait_for_case()
    person.leave()
    study_export(folder, tmp_path / "out", ("csv",))
    kinds = [row["kind"] for row in rows(tmp_path / "out" / "events.csv")]
    for kind in (
        EventKind.DISPLAYED,
        EventKind.INVERTED,
        EventKind.TOOL,
        EventKind.MARK_ADDED,
        EventKind.UNDO,
        EventKind.MARK_REMOVED,
        EventKind.CALL,
        EventKind.RATING,
        EventKind.SUBMITTED,
        EventKind.SESSION_CLOSED,
    ):
        assert kind.value in kinds, kind
    assert kinds.count(EventKind.LEVEL_CHANGED.value) == 1, "one line per gesture"


def test_the_window_shows_where_the_reader_is(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    assert person.page.header.count.text() == "1 / 6"
    assert "R1" in person.page.header.study.text()
    person.answer()
    person.submit()
    person.wait_for_case()
    assert person.page.header.count.text() == "2 / 6"
    assert person.phase is CurtainPhase.ANSWERING
    assert not person.window.menuBar().isVisible()


def test_images_have_at_least_seventy_per_cent_of_the_width(
    study: Callable[..., Path], sit: Sit, letters: int
) -> None:
    person = sit(study())
    person.start()
    for width, height in ((1280, 800), (1400, 1000), (1920, 1080)):
        person.window.resize(width, height)
        person.wait(lambda wide=width: person.page.width() == wide <= person.canvas.width() / 0.7)


def test_a_reader_is_chosen_from_the_protocol_and_never_by_habit(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study(protocol(readers=("R1", "R2"))), "")
    assert [button.text() for button in person.page.curtain.buttons] == ["R1", "R2"]
    person.key(Qt.Key.Key_Return)
    assert person.page.presenter is None, "Enter takes no reader that nobody chose"
    person.key(Qt.Key.Key_Tab)
    person.key(Qt.Key.Key_Tab)
    person.key(Qt.Key.Key_Return)
    person.wait_to_be_seated()
    assert "R2" in person.page.header.study.text()
    person.start()
    assert person.session.snapshot.assignment.reader == "R2"


def test_a_study_is_opened_beside_the_window_and_closed_again_when_nobody_waits_for_it(
    study: Callable[..., Path], sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, server = study(), Event()
    person = sit(folder)
    person.choose("Back to the library")

    def slow(*args: Any, **options: Any) -> OpenedSession:
        server.wait()
        return open_session(*args, **options)

    monkeypatch.setattr("app.gui.pages.reading.view.open_session", slow)
    person.window.open_page(WindowRequest(page="reading", study=folder, reader="R1"))
    assert person.curtain == "Opening study"
    person.key(Qt.Key.Key_Return)
    person.window.open_page(WindowRequest(page="reading"))
    assert person.curtain == "Opening study", "no habit gives it up, nor another wish for this page"
    person.choose("Cancel")
    assert person.window.pages["library"].isVisible()
    server.set()
    person.wait(lambda: not person.window.tasks.running)
    assert person.page.presenter is None
    sit(folder).start()


def test_opening_a_session_shows_no_window_but_the_one(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study(protocol(readers=("R1", "R2"))), "")
    person.choose("R1")
    person.wait_to_be_seated()
    person.wait(person.window.isActiveWindow)
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [person.window]
    assert person.window.isActiveWindow(), "a window that came and went would have taken the keyboard"
    person.start()
    assert person.canvas.hasFocus()


def test_magnifier_mirrored_mark_and_skipping_have_keys(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study(protocol(answer=AnswerRules(skip=True))))
    person.start()
    person.type("z")
    assert person.canvas.magnifier
    person.type("z")
    assert not person.canvas.magnifier
    smooth = person.canvas.films.smooth
    person.type("w")
    assert person.canvas.films.smooth is not smooth
    person.type("v")
    assert person.canvas.marks.regions == (), "there is nothing to mirror yet"
    person.type("m")
    person.click_image(ViewName.ANTERIOR, 60, 200)
    person.type("v")
    assert [mark.view for mark in person.canvas.marks.regions] == [ViewName.ANTERIOR, ViewName.POSTERIOR]
    person.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert person.panel.prompt.isVisible()
    assert person.session.snapshot.done == 0, "a reason is asked for first"


def test_nothing_of_the_answer_is_cut_off_with_large_text(
    study: Callable[..., Path], sit: Sit, letters: int
) -> None:
    SettingsStore(paths.user_config() / "settings.json").change(scale_percent=200)
    person = sit(study(), size=(1280, 800))
    person.start()
    panel = person.panel
    shown = [panel.lesions.list, *panel.findChildren(QAbstractButton)]
    for widget in (each for each in shown if each.isVisible()):
        right = widget.mapTo(panel, widget.rect().topRight()).x()
        assert right < panel.width(), type(widget).__name__
        assert widget.width() >= widget.minimumSizeHint().width(), type(widget).__name__
        assert widget.height() >= widget.heightForWidth(widget.width()), type(widget).__name__
    assert person.canvas.width() > person.window.width() / 2


def test_a_warm_up_case_is_called_one_and_the_cases_that_count_are_not(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study(protocol(warm_up_cases=("scan000",))))
    person.start()
    assert person.session.snapshot.assignment.warm_up
    assert person.page.header.warm_up.isVisible()
    person.answer()
    person.submit()
    person.wait_for_case()
    assert not person.session.snapshot.assignment.warm_up
    assert not person.page.header.warm_up.isVisible()
