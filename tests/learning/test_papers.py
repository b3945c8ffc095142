"""The tables of what the papers print name constants of the program: they are what the program has."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "papers.md"
ROOMS = (
    "app.learning.recipes",
    "app.learning.architectures",
    "app.learning",
    "app.quantification",
    "app.scan",
    "app.workflows",
)
NAMED = re.compile(r"`([\w.\[\]]+) = ([^`]+)`")
TEMPLATES = "Liu 2022, report templates"
SENTENCE = re.compile(r"\*\*(\w+)\.(\w+)\*\*: (.+)")
STEP = re.compile(r"\w+|\[\d+\]")


def tables() -> dict[str, list[dict[str, str]]]:
    """The rows of each paper's table by its column names; a last cell may be left out."""
    papers: dict[str, list[dict[str, str]]] = {}
    heads: list[str] = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            rows, heads = papers.setdefault(line[3:], []), []
        elif line.startswith("|") and papers:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not heads:
                heads = cells
            elif set("".join(cells)) - set("-: "):
                rows.append(dict(zip(heads, cells, strict=False)))
    return papers


def value_of(name: str) -> Any:
    """What a dotted name stands for, `[n]` taking a place; its first word is a module of one of the rooms."""
    first, *steps = STEP.findall(name)
    module = next(f"{room}.{first}" for room in ROOMS if find_spec(f"{room}.{first}"))
    found: Any = import_module(module)
    while hasattr(found, "__path__"):  # a room of the workflows
        module = f"{module}.{steps.pop(0)}"
        found = import_module(module)
    for step in steps:
        found = found[int(step[1:-1])] if step.startswith("[") else getattr(found, step)
    return found


CONSTANTS = [
    pytest.param(name, told, id=f"{paper}: {name}")
    for paper, rows in tables().items()
    for row in rows
    for name, told in NAMED.findall(row.get("constant", ""))
]


@pytest.mark.parametrize(("name", "told"), CONSTANTS)
def test_a_constant_is_what_its_paper_s_table_says(name: str, told: str) -> None:
    wanted = ast.literal_eval(told)
    assert value_of(name) == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)


def test_the_sentences_of_reports_beside_the_paper_s_are_those_that_the_program_says() -> None:
    wording = tomllib.loads((PAGE.parents[1] / "resources/report/bone_scan.toml").read_text(encoding="utf-8"))
    rows = tables()[TEMPLATES]
    said = [SENTENCE.fullmatch(row["here"]) for row in rows]
    assert all(said)
    for each in said:
        assert each is not None
        section, name, words = each.groups()
        assert wording[section][name] == words


def test_every_row_says_what_is_printed_and_what_is_done() -> None:
    papers = tables()
    assert {"Liu 2022", "Double U-Net", "Hsieh 2021", "Magboo", "Ibrahim 2023"} <= set(papers)
    for paper, rows in papers.items():
        assert rows
        if paper == TEMPLATES:
            continue
        assert all(row["as printed"] and row["here"] and "why" in row for row in rows)
        assert all(row["here"] != row["as printed"] or not row["why"] for row in rows)
        assert all(row["why"] or row["here"].startswith(("the same", "Youden", "`")) for row in rows)
    named = [
        cell for rows in papers.values() for row in rows for cell in row.get("constant", "").split("` `")
    ]
    assert all(NAMED.fullmatch(f"`{cell.strip('`')}`") for cell in named if cell)
