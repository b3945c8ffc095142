"""The truth file: read as people write it, refused with line and remedy where it cannot be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import AppError
from app.study.truth import CaseTruth, read_truth, write_truth


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_survives_being_written(tmp_path: Path) -> None:
    truths = [
        CaseTruth("C1", True, "2", "spine;pelvis", {"eod": "3"}),
        CaseTruth("C2", False, "", "", {"eod": ""}),
        CaseTruth("Fall, Nr. 3", True, more={"eod": "1\n2"}),
    ]
    path = tmp_path / "truth.csv"
    write_truth(path, truths)
    assert list(read_truth(path).values())[:2] == truths[:2]
    assert read_truth(path)["Fall, Nr. 3"].truth


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_excel_s_separators_words_and_byte_order_mark_are_understood(tmp_path: Path, separator: str) -> None:
    lines = ["\ufeffCase,Truth", "C1,yes", "C2,Negative", "C3,1", "", "C4,0"]
    found = read_truth(file(tmp_path, "\n".join(lines).replace(",", separator)))
    assert {code: entry.truth for code, entry in found.items()} == {
        "C1": True,
        "C2": False,
        "C3": True,
        "C4": False,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("case,label\nC1,1\n", "no column “truth”"),
        ("case,truth\nC1,maybe\n", "line 2"),
        ("case,truth\nC1,1\nC1,0\n", "line 3"),
        ("case,truth\nC1,1,extra\n", "line 2"),
        ("case,truth\n,1\n", "line 2"),
        ("case,truth\nC1,1\nC2,-\n", "line 3: truth “-” is neither"),
        ("case,truth\nC1,1\nC2,NA\n", "line 3: the truth of case C2 is not there"),
        (
            "case,truth,lesions\nC1,1,2\nC1,1,3\n",
            "line 3: case C1 is there twice; the other stands on line 2",
        ),
        ("case,truth\n001,1\n1,0\n", "line 3: case “1” is “001” on line 2"),
    ],
)
def test_what_cannot_be_right_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AppError, match=said):
        read_truth(file(tmp_path, text))


def test_feedback_names_what_is_known() -> None:
    assert (
        CaseTruth("C1", True, "2", "spine").sentence == "Bone metastasis: yes · lesions: 2 · regions: spine"
    )
    assert CaseTruth("C1", False).sentence == "Bone metastasis: no"
