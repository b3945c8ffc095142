from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import AppError
from app.gui.pages.settings.presenter import KeyTable
from app.settings import SettingsStore


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.json")


@pytest.fixture
def table(store: SettingsStore) -> KeyTable:
    return KeyTable(store)


def keys(table: KeyTable, action_id: str) -> tuple[str, ...]:
    return next(row.keys for row in table.rows() if row.action_id == action_id)


def test_a_free_key_is_taken_over_and_saved(table: KeyTable, store: SettingsStore) -> None:
    table.replace("call_yes", "J")
    assert keys(table, "call_yes") == ("J",)
    assert store.current.keys == {"call_yes": ("J",)}


def test_a_key_in_use_is_refused_with_the_name_of_what_has_it(table: KeyTable, store: SettingsStore) -> None:
    with pytest.raises(AppError, match="Polygon"):
        table.replace("call_yes", "P")
    assert store.current.keys == {}


def test_a_key_that_was_given_up_is_free(table: KeyTable) -> None:
    table.clear("polygon_tool")
    table.replace("call_yes", "P")
    assert keys(table, "call_yes") == ("P",)


def test_a_default_that_is_in_use_elsewhere_by_now_is_not_restored(table: KeyTable) -> None:
    table.replace("call_yes", "J")
    table.replace("call_no", "Y")
    with pytest.raises(AppError, match="Metastasis: no"):
        table.restore("call_yes")
    table.restore("call_no")
    table.restore("call_yes")
    assert keys(table, "call_yes") == ("Y",)


@pytest.mark.parametrize("key", ["S", "Return", "Space", "Shift+S"])
def test_submitting_never_lies_on_a_single_key(table: KeyTable, key: str) -> None:
    with pytest.raises(AppError, match="single key"):
        table.replace("submit", key)


@pytest.mark.parametrize("key", ["Up", "Space", "Tab"])
def test_what_the_images_need_is_not_given_away(table: KeyTable, key: str) -> None:
    with pytest.raises(AppError, match="belongs to the images"):
        table.replace("invert", key)


def test_what_works_everywhere_takes_no_plain_key(table: KeyTable) -> None:
    with pytest.raises(AppError, match="Ctrl, Alt"):
        table.replace("log", "W")
    table.replace("log", "F8")
    assert keys(table, "log") == ("F8",)


def test_an_action_may_have_two_keys_and_all_defaults_come_back(
    table: KeyTable, store: SettingsStore
) -> None:
    table.add("call_yes", "J")
    assert keys(table, "call_yes") == ("Y", "J")
    table.restore_all()
    assert store.current.keys == {}


def test_the_default_chosen_again_is_no_change(table: KeyTable, store: SettingsStore) -> None:
    table.replace("call_yes", "J")
    table.replace("call_yes", "Y")
    assert store.current.keys == {}
