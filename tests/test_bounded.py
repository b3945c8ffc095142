from __future__ import annotations

import json

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from app.bounded import MOST_DEPTH, MOST_TOML, json_in, toml_in

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_what_json_says_comes_back(value: object) -> None:
    text = json.dumps(value)
    assert json_in(text) == json_in(text.encode()) == value


@given(st.dictionaries(st.text(min_size=1), st.integers(-(2**62), 2**62) | st.text() | st.booleans()))
def test_what_toml_says_comes_back(table: dict[str, object]) -> None:
    assert toml_in(tomli_w.dumps(table)) == table


@pytest.mark.parametrize("depth", [MOST_DEPTH + 1, 900, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_depth_that_breaks_whoever_walks_it_is_no_json(depth: int, opening: str, closing: str) -> None:
    for text in (opening * depth, opening * depth + "1" + closing * depth):
        with pytest.raises(ValueError):
            json_in(text)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a" + ".a" * 500 + " = 1", "#" * (MOST_TOML + 1), "="])
def test_a_toml_that_is_deep_long_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        toml_in(text)
