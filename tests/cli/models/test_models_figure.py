"""`scintiread models figure`: one case of each outcome, chosen by nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.__main__ import main
from tests.learning.tiny import install_tiny, tiny_recipes
from tests.learning.toy_cohort import toy_cohort


def test_every_outcome_has_a_line_and_the_middle_case_stands_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_recipes(monkeypatch)
    install_tiny()  # it calls whatever is hot, the bladder too
    cohort = toy_cohort(tmp_path / "toys", 4)
    table = cohort / "truth.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([*lines[:4], lines[4][:-1] + "0"]) + "\n", encoding="utf-8")
    words = ["models", "figure", "tiny", str(cohort), "--out", str(tmp_path / "fig" / "outcomes.png")]
    assert main([*words, "--device", "cpu"]) == 0
    said = capsys.readouterr().out
    assert "True positive: T001, probability 1.000" in said
    assert "False positive: T002, probability 1.000" in said  # in the middle of T000, T002 and T003
    assert "True negative: no case" in said
    assert "False negative: no case" in said
    with Image.open(tmp_path / "fig" / "outcomes.png") as picture:
        assert picture.height > picture.width
    assert (tmp_path / "fig" / "outcomes.svg").is_file()
