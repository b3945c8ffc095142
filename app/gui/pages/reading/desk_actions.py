"""What the reading page's keys and menus do, and when they are grey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from app.gui.action_binder import ActionBinder
from app.gui.actions import ACTIONS, Fact
from app.gui.canvas.looking_keys import bind_looking
from app.gui.pages.reading.curtain import Desk
from app.gui.pages.reading.desk_widget import DeskWidget
from app.gui.pages.reading.presenter import ReadingPresenter
from app.study.aside_rules import Moment
from app.study.asides import HELP, PRIOR
from app.study.clock import Clock
from app.study.events import EventKind
from app.study.protocol import Requirement


def bind_actions(binder: ActionBinder, desk: DeskWidget, presenter: ReadingPresenter, clock: Clock) -> None:
    """Bind every action of a reading session."""
    canvas, panel, note = desk.canvas, desk.panel, presenter.desk.note

    def hide_marks(hidden: bool) -> None:
        canvas.hide_marks(hidden)
        note(EventKind.HIDDEN_MARKS, value=hidden)

    def reset() -> None:
        canvas.films.reset()
        note(EventKind.DISPLAY_RESET)

    def undo() -> None:
        note(EventKind.UNDO)
        canvas.marks.undo()

    def redo() -> None:
        note(EventKind.REDO)
        canvas.marks.redo()

    def magnify() -> None:
        canvas.toggle_magnifier()
        note(EventKind.TOOL, value="magnifier", on=canvas.magnifier)

    # The instant is taken before anything else: it is where the reading time ends.
    binder.bind("submit", lambda: panel.submit.submitted.emit(clock.now()))
    rules = presenter.desk.session.protocol.answer
    if rules.call:
        binder.bind("call_yes", lambda: presenter.desk.sheet.call(True))
        binder.bind("call_no", lambda: presenter.desk.sheet.call(False))
    if rules.rating:
        for digit in range(10):
            binder.bind(f"rating_{digit}", lambda digit=digit: presenter.desk.sheet.digit(digit))  # type: ignore[misc]
        binder.bind("rating_down", lambda: presenter.desk.sheet.nudge(-1))
        binder.bind("rating_up", lambda: presenter.desk.sheet.nudge(1))
    binder.bind("decline_case", presenter.decline)
    if panel.questions.fields:
        binder.bind("questions", panel.questions.take_keyboard)
    if panel.lesions.questions.fields:
        binder.bind("mark_questions", panel.lesions.questions.take_keyboard)
    binder.bind("comment", panel.comment.setFocus)
    binder.bind("pause", presenter.breaks.toggle_pause)
    binder.bind("edit_last", presenter.amending.begin)
    binder.bind("leave_session", presenter.breaks.leave_session)
    if presenter.desk.session.protocol.texts.help.strip():
        binder.bind("reading_help", partial(presenter.beside.toggle, HELP))
    if presenter.desk.session.protocol.beside.prior is not Moment.OFF:
        binder.bind("toggle_prior", partial(presenter.beside.toggle, PRIOR))
        binder.bind("flip_prior", presenter.beside.flip)
    binder.bind("toggle_ai", presenter.ai.toggle)
    binder.bind("ai_overlay_less", lambda: presenter.ai.step_opacity(-1))
    binder.bind("ai_overlay_more", lambda: presenter.ai.step_opacity(1))
    for tool in ("select", "point", "polygon"):
        binder.bind(f"{tool}_tool", partial(canvas.marks.set_tool, tool))
    binder.bind("close_polygon", canvas.input.confirm)
    binder.bind("remove_vertex", canvas.marks.remove_last_vertex)
    binder.bind("cancel_drawing", canvas.marks.cancel)
    binder.bind("delete_mark", canvas.marks.delete_selected)
    binder.bind("mirror_mark", canvas.marks.mirror_selected)
    binder.bind("undo", undo)
    binder.bind("redo", redo)
    bind_looking(binder, canvas)
    binder.bind("reset_display", reset)
    binder.bind("magnifier", magnify)
    if presenter.desk.session.protocol.beside.series:
        binder.bind("next_series", presenter.beside.next_series)
        _share_with_series(binder, desk)
    binder.bind_hold("hide_marks", hide_marks)


def _share_with_series(binder: ActionBinder, desk: DeskWidget) -> None:
    """While a further series is seen, the keys for looking are its own, and nothing happens to the films."""
    view = desk.series.view
    own: Mapping[str, Callable[[], object]] = {
        "upper_level_up": partial(view.step_upper, 1),
        "upper_level_down": partial(view.step_upper, -1),
        "lower_level_up": partial(view.step_lower, 1),
        "lower_level_down": partial(view.step_lower, -1),
        "reset_display": view.reset,
    }

    def shared(name: str, of_films: Callable[[], object]) -> None:
        if not desk.series.open:
            of_films()
        elif name in own:
            own[name]()

    for action in ACTIONS:
        if action.group == "Images" and action.id in binder.calls:
            binder.bind(action.id, partial(shared, action.id, binder.calls[action.id]))


def state_facts(
    binder: ActionBinder, desk: Desk, widget: DeskWidget, *, covered: bool, marks: Requirement
) -> None:
    """State what holds on the page now; a curtain leaves only pausing and leaving."""
    canvas = widget.canvas
    marking = desk.answering and not covered and marks is not Requirement.OFF
    facts = {
        Fact.READING: True,
        Fact.SCAN: canvas.scan is not None and not covered,
        Fact.ANSWERING: desk.answering and not covered,
        Fact.MARKING: marking,
        Fact.DRAWING: marking and canvas.marks.drawing,
        Fact.SELECTION: marking and bool(canvas.marks.selected),
        Fact.UNDO: marking and canvas.marks.can_undo,
        Fact.REDO: marking and canvas.marks.can_redo,
        Fact.AI: desk.ai_place and not covered,
        Fact.LAST_ANSWER: desk.can_edit_last,
    }
    for fact, holds in facts.items():
        binder.state(fact, holds)


def withdraw_facts(binder: ActionBinder) -> None:
    """No session is open: every action of it is grey."""
    for fact in Fact:
        binder.state(fact, False)
