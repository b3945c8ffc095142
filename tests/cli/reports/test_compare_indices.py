"""Two tables of indices of the same scans are compared, by the front door."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main

FIRST = [("A", 1.0, 2), ("B", 2.5, 4), ("C", 0.5, 1), ("D", 4.0, 9), ("E", 3.0, 3)]


def table(path: Path, rows: list[tuple[str, float | str, int]]) -> Path:
    text = ["case,bsi_percent,lesion_count", *(f"{case},{bsi},{count}" for case, bsi, count in rows)]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def test_limits_of_agreement_are_written_and_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = [("B", 2.0, 4), ("A", 1.1, 3), ("C", 0.5, 1), ("D", 3.2, 8), ("E", "", 3), ("F", 1.0, 1)]
    words = [str(table(tmp_path / "anna.csv", FIRST)), str(table(tmp_path / "net.csv", second))]  # type: ignore[arg-type]
    assert main(["compare-indices", *words, "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "4 scans: difference 0.3" in said
    assert "net.csv: 1 scan not in the other, the first is F" in said
    with (tmp_path / "out" / "bland_altman.csv").open(encoding="utf-8", newline="") as file:
        found = {row["index"]: row for row in csv.DictReader(file)}
    difference = np.array([-0.1, 0.5, 0.0, 0.8])
    assert float(found["bsi_percent"]["bias"]) == pytest.approx(difference.mean())
    assert float(found["bsi_percent"]["upper_limit"]) == pytest.approx(
        difference.mean() + 1.96 * difference.std(ddof=1), rel=1e-5
    )
    assert found["lesion_count"]["n"] == "5"
    assert {path.suffix for path in (tmp_path / "out").glob("bland_altman_bsi_percent.*")} == {".svg", ".png"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("A", 1.0, 1), ("A", 2.0, 1)], "A stands there twice"),
        ([("X", 1.0, 1), ("Y", 2.0, 1)], "tell no index of 3 scans in common"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    rows: list[tuple[str, float | str, int]], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(table(tmp_path / "a.csv", FIRST)), str(table(tmp_path / "b.csv", rows))]  # type: ignore[arg-type]
    assert main(["compare-indices", *words, "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
