"""Files for iMRMC, RJafroc and MRMCaov say the same as the study, and can be read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from app.analysis.ingest.assemble import assemble, read_readings
from app.analysis.ingest.imrmc import read_readings_table
from app.analysis.ingest.marks import read_free_response
from app.analysis.readings import Readings
from app.errors import AppError
from app.exports import EXPORTS, imrmc, mrmcaov, rjafroc
from app.exports.companions import IdMap, id_map
from app.exports.export import StudyExport
from app.exports.reads import study_reads

REFERENCE = Path(__file__).parent.parent / "data" / "reference"
CLASSIC = Path(__file__).parents[3] / "shared" / "classic"


def _export(name: str = "study134_readers.csv", rename: dict[str, str] | None = None) -> StudyExport:
    table = read_readings_table(REFERENCE / name)
    columns = {
        header: [(rename or {}).get(cell, cell) for cell in cells] for header, cells in table.columns.items()
    }
    return StudyExport((), lambda: assemble(replace(table, columns=columns)), (("code", "STUDY-134"),))


def _same_numbers(one: Readings, two: Readings) -> None:
    np.testing.assert_array_equal(one.rating, two.rating)
    np.testing.assert_array_equal(one.truth, two.truth)


def test_the_formats_of_peers_can_be_chosen() -> None:
    assert {"imrmc", "rjafroc", "mrmcaov"} <= {each.name for each in EXPORTS}


@pytest.mark.parametrize("name", ["study134_readers.csv", "study134_missing.csv"])
def test_an_imrmc_file_reads_back_to_the_same_cube(name: str, tmp_path: Path) -> None:
    paths = imrmc.write(_export(name), tmp_path)
    assert [path.name for path in paths] == ["readings.imrmc", "imrmc_ids.csv", "imrmc_preflight.md"]
    _same_numbers(_export(name).reads(), _by_number(read_readings(paths[0])))


def _by_number(found: Readings) -> Readings:
    """The readings with the cases in the order of their numbers, arms unaided first."""
    order = np.argsort([int(case) for case in found.cases])
    rating = found.rating[:, :, order]
    cases = tuple(found.cases[k] for k in order)
    return replace(found, cases=cases, truth=found.truth[order], rating=rating)


def test_an_imrmc_file_keeps_to_the_rules_of_its_reader(tmp_path: Path) -> None:
    odd = {"R1": 'Dr. "A", North', "unaided": "without aid", "C001": "case one"}
    text = imrmc.write(_export(rename=odd), tmp_path)[0].read_text(encoding="utf-8")
    head, data = text.split("BEGIN DATA:\n")
    title = head.splitlines()[0]
    assert len(title) > 1
    assert ",," not in head
    assert {"N0:76", "N1:58", "NR:5", "NM:2"} <= set(head.splitlines())
    rows = [line.split(",") for line in data.splitlines()]
    assert all(len(row) == 4 for row in rows)
    assert " " not in data
    assert '"' not in data
    truth = [row for row in rows if row[0] == "-1"]
    assert len(truth) == len({row[1] for row in truth}) == 134
    assert all(row[1].isdecimal() for row in rows)
    assert len(rows) == 134 + 1340


def test_missing_reads_are_absent_rows_and_named_in_the_preflight(tmp_path: Path) -> None:
    paths = imrmc.write(_export("study134_missing.csv"), tmp_path)
    rows = paths[0].read_text(encoding="utf-8").split("BEGIN DATA:\n")[1].splitlines()
    assert len(rows) == 134 + 1340 - 72
    assert "has no rating for" in paths[2].read_text(encoding="utf-8")


def test_the_long_table_of_mrmcaov_reads_back(tmp_path: Path) -> None:
    path = mrmcaov.write(_export(), tmp_path)[0]
    assert path.read_text(encoding="utf-8").splitlines()[0] == "reader,treatment,case,truth,rating"
    _same_numbers(_export().reads(), _by_number(read_readings(path)))


def test_an_rjafroc_workbook_has_exactly_its_three_sheets(tmp_path: Path) -> None:
    path = rjafroc.write(_export(), tmp_path)[0]
    book = load_workbook(path)
    assert book.sheetnames == ["TRUTH", "FP", "TP"]
    truth = list(book["TRUTH"].values)
    assert truth[0] == ("CaseID", "LesionID", "Weight", "ReaderID", "ModalityID", "Paradigm")
    assert [row[5] for row in truth[1:4]] == ["ROC", "FCTRL", None]
    assert {row[3:5] for row in truth[1:]} == {("1,2,3,4,5", "1,2")}
    assert all(row[1:3] in ((0, 0), (1, 1)) for row in truth[1:])
    assert book["FP"].max_row - 1 == 10 * 76
    assert book["TP"].max_row - 1 == 10 * 58


def test_cases_that_not_everybody_read_are_left_out_for_rjafroc_and_listed(tmp_path: Path) -> None:
    paths = rjafroc.write(_export("study134_missing.csv"), tmp_path)
    kept = load_workbook(paths[0])["TRUTH"].max_row - 1
    assert 0 < kept < 134
    assert f"{134 - kept} records were left out: not read by everybody" in paths[2].read_text(
        encoding="utf-8"
    )


def _sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(path)
    return {
        name: sorted([tuple(float(cell) if isinstance(cell, int | float) else cell for cell in row)
                      for row in list(book[name].values)[1:]], key=str)
        for name in ("TRUTH", "FP", "TP")
    }  # fmt: skip


@pytest.mark.skipif(not CLASSIC.is_dir(), reason="the published data sets are not at hand")
def test_van_dyke_becomes_the_workbook_that_rjafroc_ships(tmp_path: Path) -> None:
    readings = read_readings(CLASSIC / "vandyke.csv")
    ids = IdMap(readings.readers, readings.arms, tuple(int(case) for case in readings.cases))
    rjafroc.write_roc(tmp_path / "made.xlsx", readings, ids)
    assert _sheets(tmp_path / "made.xlsx") == _sheets(CLASSIC / "vandyke_rjafroc.xlsx")


@pytest.mark.skipif(not CLASSIC.is_dir(), reason="the published data sets are not at hand")
def test_a_free_response_study_becomes_an_froc_workbook(tmp_path: Path) -> None:
    study = read_free_response(CLASSIC / "froc_dataset04_marks.csv", CLASSIC / "froc_dataset04_truth.csv")
    rjafroc.write_froc(tmp_path / "made.xlsx", study)
    made, shipped = _sheets(tmp_path / "made.xlsx"), _sheets(CLASSIC / "froc_dataset04_rjafroc.xlsx")
    assert [len(made[name]) for name in made] == [len(shipped[name]) for name in shipped]
    assert sorted(str(row[-1]) for row in made["FP"]) == sorted(str(row[-1]) for row in shipped["FP"])
    assert sorted(str(row[-1]) for row in made["TP"]) == sorted(str(row[-1]) for row in shipped["TP"])


def test_ids_that_become_equal_are_kept_apart() -> None:
    export = _export(rename={"R1": "A B", "R2": "A,B"})
    ids = id_map(export.reads(), numbers=False)
    assert len(set(ids.readers)) == 5


def test_a_study_without_truth_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="no truth"):
        imrmc.write(StudyExport((), lambda: study_reads([], {})), tmp_path)
