"""Undo and redo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotation.annotation import Annotation
from app.annotation.history import History


def test_undo_and_redo_walk_the_steps_by_name() -> None:
    start, first, second = Annotation("a"), Annotation("b"), Annotation("c")
    history = History(start)
    history.record("Add polygon", first)
    history.record("Move mark", second)
    assert history.undo_name == "Move mark"
    assert history.undo() is first
    assert (history.undo_name, history.redo_name) == ("Add polygon", "Move mark")
    assert history.redo() is second
    assert history.redo_name == ""


def test_nothing_happens_at_either_end() -> None:
    start = Annotation()
    history = History(start)
    assert history.undo() is start
    assert history.redo() is start
    assert history.undo_name == ""


def test_a_new_step_forgets_what_was_undone() -> None:
    history = History(Annotation())
    history.record("one", Annotation())
    history.undo()
    other = Annotation()
    history.record("two", other)
    assert history.redo() is other
    assert history.undo_name == "two"
    history.undo()
    assert history.undo_name == ""


def test_a_step_without_a_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="name"):
        History(Annotation()).record("", Annotation())


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=40))
def test_undo_then_redo_is_always_where_it_was(moves: list[str]) -> None:
    history = History(Annotation())
    for move in moves:
        if move == "do":
            history.record("step", Annotation())
        else:
            getattr(history, move)()
        here = history.current
        if history.undo_name:
            history.undo()
            assert history.redo() is here
        elif history.redo_name:
            history.redo()
            assert history.undo() is here


def test_long_work_keeps_the_last_ten_thousand_steps() -> None:
    history = History(Annotation())
    for number in range(10_100):
        history.record("step", Annotation(str(number)))
    for _ in range(10_100):
        history.undo()
    assert history.current.case == "99"
