from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.settings import RECENT_STUDIES, ROWS, SettingKind, Settings, SettingsStore, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_without_a_file_the_defaults_are_in_use_and_nothing_is_said(file: Path) -> None:
    assert read_settings(file) == (Settings(), ())
    assert not file.exists()


def test_what_is_changed_is_there_the_next_time(file: Path) -> None:
    SettingsStore(file).change(theme="light", scale_percent=150, keys={"submit": ("Ctrl+S",)})
    current = SettingsStore(file).current
    assert (current.theme, current.scale_percent, current.keys) == ("light", 150, {"submit": ("Ctrl+S",)})


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", "\x00\x01", '"dark"', "[" * 100_000])
def test_a_damaged_file_gives_the_defaults_says_so_and_is_kept(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    store = SettingsStore(file)
    assert store.current == Settings()
    assert "damaged" in store.problems[0]
    assert file.with_name("settings.json.bad").read_text() == text


def test_a_file_that_is_not_text_gives_the_defaults(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x80settings")
    assert SettingsStore(file).current == Settings()


def test_one_bad_value_costs_only_itself_and_is_said_once(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"theme": "pink", "scale_percent": 140, "unheard_of": 1}), encoding="utf-8")
    store = SettingsStore(file)
    assert (store.current.theme, store.current.scale_percent) == ("dark", 140)
    assert "Theme" in store.problems[0]
    assert SettingsStore(file).problems == ()


@given(
    st.dictionaries(
        st.sampled_from([row.key for row in ROWS]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_whatever_stands_in_the_file_every_setting_in_use_is_valid(
    tmp_path_factory: pytest.TempPathFactory, stored: dict[str, object]
) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.json"
    file.write_text(json.dumps(stored))
    current, _ = read_settings(file)
    assert all(row.accepts(getattr(current, row.key)) for row in ROWS)


def test_a_value_that_is_not_possible_is_refused_and_changes_nothing(file: Path) -> None:
    store = SettingsStore(file)
    with pytest.raises(AppError, match="Size of text"):
        store.change(scale_percent=900)
    assert store.current == Settings()


def test_settings_that_cannot_be_saved_stay_as_they_were(tmp_path: Path) -> None:
    blocked = tmp_path / "not a folder"
    blocked.write_text("")
    store = SettingsStore(blocked / "settings.json")
    with pytest.raises(AppError, match="could not be saved"):
        store.change(theme="light")
    assert store.current.theme == "dark"


def test_everybody_who_listens_hears_of_a_change(file: Path) -> None:
    store = SettingsStore(file)
    heard: list[str] = []
    store.on_change(lambda settings: heard.append(settings.theme))
    store.change(theme="light")
    assert heard == ["light"]


def test_recent_studies_are_few_and_each_stands_once_with_the_latest_first(
    file: Path, tmp_path: Path
) -> None:
    store = SettingsStore(file)
    for number in range(RECENT_STUDIES + 3):
        store.remember_study(tmp_path / f"study{number}")
    store.remember_study(tmp_path / "study5")
    names = [Path(name).name for name in store.current.recent_studies]
    assert names[0] == "study5"
    assert len(names) == len(set(names)) == RECENT_STUDIES


def test_a_recent_study_is_found_from_any_folder_and_stands_once_however_it_was_named(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study").mkdir()
    monkeypatch.chdir(tmp_path)
    store = SettingsStore(file)
    store.remember_study(Path("study"))
    store.remember_study(tmp_path / "study")
    assert store.current.recent_studies == (str(tmp_path / "study"),)


def test_every_default_is_possible_and_every_shown_row_has_words() -> None:
    assert all(row.accepts(row.default) for row in ROWS)
    assert all(row.label for row in ROWS)
    assert all(row.choices for row in ROWS if row.kind is SettingKind.CHOICE)
