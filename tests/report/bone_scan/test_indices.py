"""One table of indices: a row more stands everywhere, and reports of before it stay whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.reports import quantify as command
from app.quantification import burden
from app.quantification.indices import INDICES, BurdenIndex
from app.report.bone_scan import dicom_sr, tables
from app.report.bone_scan.document_file import document_bytes, read_document
from app.workflows.reports import follow_up
from app.workflows.reports.quantify import facts, quantify
from tests.report.bone_scan.conftest import Reporter
from tests.report.bone_scan.made import labels_file, lesion, scan_file
from tests.report.bone_scan.test_dicom import structured

WIDTH = BurdenIndex(
    "widest",
    "Widest lesion",
    "",
    lambda marked: float(max(mask.any(axis=0).sum() for mask in marked.lesions.values())),
    "columns with a lesion on one view",
    ("widest", "Columns with a lesion on one view"),
)


@pytest.fixture
def a_row_more(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (burden, tables, dicom_sr, follow_up, command):
        monkeypatch.setattr(module, "INDICES", (*INDICES, WIDTH))


@pytest.mark.usefixtures("a_row_more")
def test_a_row_of_the_table_is_enough_for_command_report_and_dicom(
    reported: Reporter, tmp_path: Path
) -> None:
    regions = lesion("a", 128, 300)
    report = reported(*regions)
    shown = {row[0]: row[3:] for row in tables.index_table(report.document.content.facts).rows}
    width = shown["Widest lesion"][0]
    assert float(width) > 5
    assert shown["Widest lesion"][1] == "columns with a lesion on one view"
    file = tmp_path / "case-7.report.json"
    file.write_bytes(document_bytes(report.document))
    kept = read_document(file).content.facts.indices
    assert f"{kept.value('widest'):g}" == width.rstrip("0").rstrip(".")
    assert "Columns with a lesion on one view" in str(structured(report.document, report.scan))
    found = facts(*quantify((scan_file(tmp_path),), labels_file(tmp_path / "again", regions), bone_map=False))
    assert any(line.startswith("  Widest lesion ") for line in command.lines(found))


def test_a_report_of_before_the_table_grew_is_not_taken_for_an_altered_one(
    reported: Reporter, tmp_path: Path
) -> None:
    kept = json.loads(document_bytes(reported(*lesion("a", 128, 300)).document))
    del kept["content"]["facts"]["indices"]["more"]
    file = tmp_path / "case-7.report.json"
    file.write_text(json.dumps(kept), encoding="utf-8")
    assert read_document(file).content.facts.indices.value("widest") is None
