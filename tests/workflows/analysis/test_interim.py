"""An unfinished study is analysed by word only, says so everywhere, and puts it on record."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from app.cli import run
from app.study.analysis_rules import AnalysisRules, Interim
from app.study.protocol import Allocation
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.analysis.pictures import save_figure, view_analysis
from app.workflows.study.verify import study_verify
from tests.workflows.analysis.sequential_study import SequentialStudy, read, sequential_study

WORDS = "24 presentations planned, 8 read by 1 of 2 readers"


def _half_read(folder: Path, **changes: object) -> SequentialStudy:
    made = sequential_study(folder, **changes)
    read(made, "R1", most=8)
    return made


def _events(study: Path, out: Path) -> list[dict[str, str]]:
    assert run(["study", "export", str(study), "--out", str(out), "--formats", "csv"]) == 0
    with (out / "events.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] in ("interim_analysis", "study_closed")]


def test_without_the_word_an_unfinished_study_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _half_read(tmp_path)
    assert run(["analyse", str(made.path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert WORDS in said
    assert "--interim" in said
    assert not (tmp_path / "out").exists()
    assert _events(made.path, tmp_path / "csv") == []


def drawn_words(svg: Path) -> str:
    """All words of a vector figure, lines that were broken joined again."""
    return " ".join(" ".join(ElementTree.parse(svg).getroot().itertext()).split())


def test_an_interim_analysis_is_stamped_on_every_page_and_recorded_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, out = _half_read(tmp_path), tmp_path / "out"
    words = ["analyse", str(made.path), "--out", str(out), "--bootstrap", "20", "--interim"]
    assert run(words) == 0
    assert run(words) == 0
    stamp = f"INTERIM ANALYSIS: {WORDS}."
    assert stamp in capsys.readouterr().out
    assert stamp in (out / "report.html").read_text("utf-8")
    for name in ("methods.md", "checklist.md"):
        assert f"{WORDS} (unfinished: R1 8 of 12, R2 0 of 12). This is an interim analysis." in (
            out / name
        ).read_text("utf-8")
    figures = list((out / "figures").glob("*.svg"))
    assert figures
    assert all(stamp in drawn_words(figure) for figure in figures)
    book = load_workbook(out / "tables.xlsx")
    assert {sheet.oddHeader.center.text for sheet in book} == {stamp}
    found = json.loads((out / "analysis.json").read_text("utf-8"))["study"]["conduct"]
    assert (found["planned"], found["read"], found["interim"]) == (24, 8, True)
    (event,) = _events(made.path, tmp_path / "csv")
    assert event["reader"] == "(coordinator)"
    assert json.loads(event["payload"]) == {"planned": 24, "read": 8, "reason": ""}
    assert study_verify(made.path).ok


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils reads the PDF back")
def test_every_page_of_the_paper_is_stamped(tmp_path: Path) -> None:
    made, out = _half_read(tmp_path), tmp_path / "out"
    assert run(["analyse", str(made.path), "--out", str(out), "--bootstrap", "20", "--interim"]) == 0
    read_back = subprocess.run(["pdftotext", str(out / "report.pdf"), "-"], capture_output=True, check=True)
    pages = read_back.stdout.decode().split("\f")[:-1]
    assert len(pages) > 2
    assert all(f"INTERIM ANALYSIS: {WORDS}." in page for page in pages)


def test_a_figure_saved_from_the_window_is_stamped_too(tmp_path: Path) -> None:
    made = _half_read(tmp_path)
    view = view_analysis(AnalysisRequest(made.path, interim=True), dpi=40)
    svg, _ = save_figure(view, "roc_readers", tmp_path / "roc")
    assert WORDS in drawn_words(svg)


def test_the_protocol_may_forbid_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = _half_read(tmp_path, analysis=AnalysisRules(interim=Interim.FORBIDDEN))
    words = ["analyse", str(made.path), "--out", str(tmp_path / "out"), "--bootstrap", "20"]
    assert run([*words, "--interim"]) == 2
    assert "The protocol forbids interim analyses" in capsys.readouterr().err
    assert _events(made.path, tmp_path / "csv") == []
    assert run([*words, "--final", "R2 has left"]) == 0
    text = (tmp_path / "out" / "methods.md").read_text("utf-8")
    assert "The study was closed: R2 has left." in text
    assert "INTERIM" not in (tmp_path / "out" / "report.html").read_text("utf-8")
    (event,) = _events(made.path, tmp_path / "csv2")
    assert (event["kind"], json.loads(event["payload"])["reason"]) == ("study_closed", "R2 has left")


def test_a_finished_study_needs_no_word_and_says_that_it_is_finished(tmp_path: Path) -> None:
    made = sequential_study(tmp_path)
    for reader in ("R1", "R2"):
        read(made, reader)
    assert run(["analyse", str(made.path), "--out", str(tmp_path / "out"), "--bootstrap", "20"]) == 0
    assert "All 24 planned presentations were read." in (tmp_path / "out" / "methods.md").read_text("utf-8")
    assert _events(made.path, tmp_path / "csv") == []


def test_the_methods_tell_the_days_between_visits_and_the_readings_of_each_version(tmp_path: Path) -> None:
    table = tmp_path / "readings.csv"
    rows = [
        f"R{reader},{arm},c{k},{k % 2},{10 * k + visit},{visit},{version},2026-0{month}-{day:02d}T0{k}:00:00Z"
        for reader, day in ((1, 1), (2, 3))
        for visit, arm, month, version in ((1, "unaided", 3, 1), (2, "aided", 4, 2))
        for k in range(6)
    ]
    head = "reader,arm,case,truth,rating,visit,protocol_version,submitted_utc"
    table.write_text("\n".join([head, *rows]), encoding="utf-8")
    out = tmp_path / "out"
    assert run(["analyse", str(table), "--out", str(out), "--bootstrap", "20"]) == 0
    text = (out / "methods.md").read_text("utf-8")
    assert "Between a reader's visits lay 30.8 days; between" in text
    assert "31.0 to 31.0 days (median 31.0)" in text
    assert "Readings by version of the protocol: version 1: 12, version 2: 12." in text
    found = json.loads((out / "analysis.json").read_text("utf-8"))["study"]
    assert found["washout"]["visits"] == pytest.approx([31 - 5 / 24] * 2)
    assert found["versions"] == [{"version": 1, "readings": 12}, {"version": 2, "readings": 12}]


def test_the_protocol_says_which_readers_share_their_cases(tmp_path: Path) -> None:
    split = {"allocation": Allocation.SPLIT_PLOT, "split_plot_groups": 2, "seed": 3}
    made = sequential_study(tmp_path / "split", cases=16, **split)
    crossed = sequential_study(tmp_path / "crossed")
    for reader in ("R1", "R2"):
        read(made, reader)
    read(crossed, "R1", most=7)
    read(crossed, "R2", most=7)
    for study, words, groups in (
        (made, [], [["R1"], ["R2"]]),
        (crossed, ["--interim"], [["R1", "R2"]]),
    ):
        out = study.path.parent / "out"
        assert run(["analyse", str(study.path), "--out", str(out), "--bootstrap", "20", *words]) == 0
        design = json.loads((out / "analysis.json").read_text("utf-8"))["design"]
        assert design["groups"] == groups
        if not words:
            assert (design["n_reads"], design["n_missing"]) == (32, 0)
