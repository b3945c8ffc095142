from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence

from app import paths
from app.gui.actions import ACTIONS, BY_ID, NEEDS_MODIFIER, Context, conflicts, is_plain, keys_of

EXPECTED = {
    "call_yes": "Y",
    "call_no": "N",
    "rating_down": "[",
    "rating_up": "]",
    "submit": "Ctrl+Return",
    "polygon_tool": "P",
    "close_polygon": "Return",
    "remove_vertex": "Backspace",
    "cancel_drawing": "Esc",
    "delete_mark": "Del",
    "undo": "Ctrl+Z",
    "invert": "I",
    "reset_display": "R",
    "fit": "F",
    "hide_marks": "H",
    "toggle_ai": "A",
    "pause": "Pause",
    "keys_sheet": "F1",
    **{f"rating_{digit}": str(digit) for digit in range(10)},
}
"""The keys that readers are taught."""


def test_every_action_has_a_name_of_its_own() -> None:
    assert len(BY_ID) == len(ACTIONS)


def test_no_two_actions_that_can_be_meant_together_share_a_key() -> None:
    clashes = [(a.id, key, b.id) for a in ACTIONS for key in a.keys for b in conflicts(a, key, {})]
    assert clashes == []


@pytest.mark.parametrize(("action_id", "key"), EXPECTED.items())
def test_the_keys_that_readers_are_taught_are_the_defaults(action_id: str, key: str) -> None:
    assert key in BY_ID[action_id].keys


def test_redo_has_both_of_its_usual_keys() -> None:
    assert set(BY_ID["redo"].keys) == {"Ctrl+Y", "Ctrl+Shift+Z"}


def test_nothing_that_ends_a_reading_lies_on_a_single_key() -> None:
    assert not [key for name in NEEDS_MODIFIER for key in BY_ID[name].keys if is_plain(key)]


def test_plain_keys_never_work_everywhere() -> None:
    everywhere = [key for action in ACTIONS if action.context is Context.GLOBAL for key in action.keys]
    assert {key for key in everywhere if is_plain(key)} == {"F1", "F5"}, "keys that write nothing"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_key_is_one_that_qt_knows_and_every_icon_is_drawn(action) -> None:
    for key in action.keys:
        assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key
    if action.icon:
        assert (paths.resources() / "icons" / f"{action.icon}.svg").is_file()


def test_a_remapped_key_takes_the_place_of_the_default() -> None:
    own = {"invert": ("Ctrl+I",)}
    assert keys_of(BY_ID["invert"], own) == ("Ctrl+I",)
    assert [other.id for other in conflicts(BY_ID["fit"], "Ctrl+I", own)] == ["invert"]
    assert list(conflicts(BY_ID["fit"], "I", own)) == []


def test_library_and_reading_may_use_the_same_key() -> None:
    assert not Context.LIBRARY.meets(Context.READING)
    assert Context.IMAGES.meets(Context.READING)
    assert Context.GLOBAL.meets(Context.LIBRARY)
