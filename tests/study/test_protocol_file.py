"""Protocols survive the file, and mistakes are named with what would be right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import paths
from app.errors import AppError
from app.study.protocol import (
    AiRules,
    Allocation,
    AnswerRules,
    ClockRules,
    Enforcement,
    Mode,
    OnFocusLoss,
    Protocol,
    Requirement,
    Scale,
    ScreenRules,
)
from app.study.protocol_file import parse_protocol, protocol_text, read_protocol
from app.study.protocol_problems import protocol_problems

MINIMAL = 'title = "Trial"\ncode = "T1"\n'
WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


@given(
    st.builds(
        Protocol,
        title=WORDS.filter(str.strip),
        code=st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True),
        mode=st.sampled_from(Mode),
        readers=st.lists(st.from_regex(r"[A-Z][0-9]{1,3}", fullmatch=True), min_size=1, unique=True).map(
            tuple
        ),
        seed=st.integers(0, 2**40),
        allocation=st.just(Allocation.CROSSED),
        washout_days=st.floats(0, 1000),
        washout=st.sampled_from(Enforcement),
        answer=st.builds(AnswerRules, scale=st.sampled_from(Scale), marks=st.sampled_from(Requirement)),
        clock=st.builds(ClockRules, on_focus_loss=st.sampled_from(OnFocusLoss)),
        screen=st.builds(ScreenRules, palettes=st.booleans()),
        ai=st.builds(AiRules, threshold=st.floats(0, 1), wrong_cases=st.lists(WORDS).map(tuple)),
        notes=st.text(st.characters(exclude_categories=("Cs",)), max_size=80),
    )
)
def test_a_protocol_survives_its_file(protocol: Protocol) -> None:
    assert parse_protocol(protocol_text(protocol)) == protocol


def test_what_the_file_does_not_say_takes_its_default() -> None:
    assert parse_protocol(MINIMAL) == Protocol(title="Trial", code="T1")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('code = "T1"\n', ['"title" is missing']),
        (MINIMAL + 'mode = "sequental"\n', ["mode", '"sequental"', '"unaided", "sequential", "crossover"']),
        (MINIMAL + "washout = true\n", ["washout", '"hard", "soft"']),
        (MINIMAL + "seeed = 3\n", ['unknown key "seeed"', 'Did you mean "seed"']),
        (MINIMAL + "[answer]\nscal = 5\n", ['unknown key "answer.scal"', 'Did you mean "answer.scale"']),
        (MINIMAL + "answer = 5\n", ["answer is a table", "[answer]"]),
        (MINIMAL + 'seed = "one"\n', ["seed", "whole number"]),
        (MINIMAL + "seed = true\n", ["seed", "true", "whole number"]),
        (MINIMAL + "washout_days = nan\n", ["washout_days", "a number"]),
        (MINIMAL + 'readers = "R1"\n', ["readers", "list of texts"]),
        (MINIMAL + "readers = []\n", ["readers is empty"]),
        (MINIMAL + 'readers = ["R1", "r1"]\n', ["readers", "twice"]),
        (MINIMAL + 'readers = ["Dr. Müller"]\n', ["readers", "letters, digits"]),
        (MINIMAL + "repeats = -1\n", ["repeats", "at least 0"]),
        (MINIMAL + "[ai]\nthreshold = 1.5\n", ["ai.threshold", "at most 1"]),
        (MINIMAL + "[clock]\nstill_reading_minutes = 0\n", ["clock.still_reading_minutes", "at least 0.1"]),
        (MINIMAL + "split_plot_groups = 2\n", ["split_plot_groups", "split-plot"]),
        (MINIMAL + "mode = unaided\n", ["not valid TOML", "line 3"]),
        ('title = ""\ncode = "T1"\n', ["title is empty"]),
        ('title = "T"\ncode = "T 1"\n', ["code", "letters, digits"]),
        ('title = "T"\ncode = "NUL"\n', ["code", "is a device on Windows"]),
        (MINIMAL + 'readers = ["com1"]\n', ["readers", "is a device on Windows"]),
        (MINIMAL + 'readers = ["R\u202e1"]\n', ["readers", r"R\u202e1", "letters, digits"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_would_be_right(text: str, names: list[str]) -> None:
    with pytest.raises(AppError) as caught:
        parse_protocol(text, "protocol.toml")
    said = str(caught.value)
    assert "protocol.toml" in said
    for name in names:
        assert name in said


def test_more_split_plot_groups_than_readers_are_refused() -> None:
    odd = replace(parse_protocol(MINIMAL), allocation=Allocation.SPLIT_PLOT, split_plot_groups=3)
    assert any(problem.path == "split_plot_groups" for problem in protocol_problems(odd))


def test_a_missing_or_strange_file_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="cannot be opened"):
        read_protocol(tmp_path / "nothing.toml")
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b'title = "\xff\xfe"')
    with pytest.raises(AppError, match="UTF-8"):
        read_protocol(odd)


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "protocol.toml"
    file.write_text(MINIMAL, encoding="utf-8-sig")
    assert read_protocol(file).title == "Trial"


def test_the_demo_protocol_is_valid() -> None:
    assert read_protocol(paths.resources() / "demo" / "protocol.toml").code == "DEMO"
