"""The tables of a cohort, as every system lets files be replaced."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from app.files import write_whole
from app.simulator import cohort_tables
from app.simulator.cohort_tables import CohortTables
from app.simulator.export import LESION_COLUMNS, TRUTH_COLUMNS


def row(columns: tuple[str, ...], case: str) -> dict[str, str]:
    return dict.fromkeys(columns, "") | {"case": case}


def test_a_table_is_held_by_nobody_while_it_is_put_into_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that is open, by whomever."""
    held: dict[str, bool] = {}

    def watched(path: Path, content: bytes, hint: str) -> None:
        held[path.name] = str(path) in {each.path for each in psutil.Process().open_files()}
        write_whole(path, content, hint)

    monkeypatch.setattr(cohort_tables, "write_whole", watched)
    with CohortTables(tmp_path) as tables:
        for case in ("2", "1"):
            tables.add(row(TRUTH_COLUMNS, case), [row(LESION_COLUMNS, case)])
        tables.sort()
        tables.add(row(TRUTH_COLUMNS, "3"), [])
    assert held == {"truth.csv": False, "lesions.csv": False}
    lines = (tmp_path / "truth.csv").read_text(encoding="utf-8").split()
    assert [line.partition(",")[0] for line in lines] == ["case", "1", "2", "3"]
