"""Ticked regions are set against where the disease is, as a hand would count them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import run
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.study.protocol import Mode
from app.workflows.study.read import open_session
from tests.study.helpers import START, protocol
from tests.workflows.studies import DISPLAY, make_study

WHERE = {1: "spine; rib", 3: "rib", 5: "Spine", 7: "pelvis", 9: "spine, rib", 11: ""}
"""The regions of the diseased cases, odd ones of twelve."""


def ticks(reader: str, number: int) -> tuple[str, ...]:
    """What a simulated person ticks: the truth's own regions, and errors by a rule."""
    right = [part.strip().casefold() for part in WHERE.get(number, "").replace(",", ";").split(";") if part]
    if (number + int(reader[1:])) % 3 == 0:
        right = right[1:]
    if number % 4 == 0:
        right.append("spine")
    return tuple(right)


def test_regions_are_counted_reader_by_reader(tmp_path: Path) -> None:
    path = make_study(tmp_path, protocol(mode=Mode.UNAIDED, readers=("R1", "R2", "R3")), 12, truth=True).path
    lines = ["case,truth,regions", *(f'C{n},{n % 2},"{WHERE.get(n, "")}"' for n in range(1, 13))]
    (path / "coordinator" / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for reader in ("R1", "R2", "R3"):
        clock = SimulatedClock(START)
        sitting = open_session(path, reader, clock=clock)
        while sitting.session.snapshot.done < sitting.session.snapshot.total:
            assignment = sitting.session.open_next()
            assert assignment is not None
            number = int(assignment.case[1:])
            sitting.session.displayed(DISPLAY, sitting.load(assignment).image_hashes, 0.1)
            clock.advance(5)
            chosen = ticks(reader, number)
            ill = number % 2 == 1
            sitting.session.submit(
                Answer(ill, 80 if ill else 10 + number, no_lesion=True, checklist=chosen), DISPLAY
            )
        sitting.close()
    assert run(["analyse", str(path), "--out", str(tmp_path / "out"), "--bootstrap", "20"]) == 0
    found = json.loads((tmp_path / "out" / "analysis.json").read_text("utf-8"))["regions"]
    assert [row["region"] for row in found] == ["pelvis", "rib", "spine"]
    for row in found:
        name = row["region"]
        there = [name in WHERE.get(n, "").casefold() for n in range(1, 13)]
        said = np.array([[name in ticks(f"R{j}", n) for n in range(1, 13)] for j in (1, 2, 3)])
        assert (row["diseased"], row["normal"]) == (sum(there), 12 - sum(there))
        assert row["specificity"] == pytest.approx((~said[:, ~np.array(there)]).mean())
        if sum(there) > 1:
            assert row["sensitivity"] == pytest.approx(said[:, np.array(there)].mean())
        else:  # one case has no variance over cases
            assert row["sensitivity"] is None
    assert "Region by region of the checklist" in (tmp_path / "out" / "report.html").read_text("utf-8")
