"""A folder of scans is quantified at once, and compared with alkaline phosphatase."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.each_scan import processes
from app.workflows.reports.quantify_cohort import TABLE, quantify_cohort
from tests.learning.toy_cohort import toy_cohort


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six scans; of each the lesions are another part of what is drawn."""
    made = toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 6, labels=True)
    for number, file in enumerate(sorted((made / "labels").iterdir())):
        maps = dict(np.load(file))
        maps["lesion"][:, : 100 + 150 * number] = 0
        np.savez_compressed(file, **maps, finding=maps["lesion"])
    return made


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_indices_of_a_cohort_stand_in_a_table_and_go_with_alp(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "alone"
    assert main(["quantify", str(cohort), "--out", str(out)]) == 0
    rows = table_of(out / "quantification.csv")
    assert [row["case"] for row in rows] == [f"T00{number}" for number in range(6)]
    assert not (out / "correlations.csv").exists()
    for row in rows:
        frames = [
            float(row[f"bstbi_{view}_{shade}"])
            for view in ("anterior", "posterior")
            for shade in ("light", "dark")
        ]
        assert float(row["bstbi_four_frames"]) == pytest.approx(np.mean(frames), rel=1e-4)
    ill = next(row for row in rows if float(row["bstbi_count"]) > 0)
    assert ill["bstbi_anterior_light"] != ill["bstbi_anterior_dark"]

    alp = tmp_path / "labor.csv"
    values = [60 + 400 * float(row["bstbi_four_frames"]) for row in rows]
    lines = [f"{row['case']};{value:.4f}".replace(".", ",") for row, value in zip(rows, values, strict=True)]
    alp.write_text("case_id;ALP (U/L)\n" + "\n".join([*lines[:5], "T0077;99,5"]) + "\n", encoding="utf-8")
    both = tmp_path / "both"
    capsys.readouterr()
    assert main(["quantify", str(cohort), "--out", str(both), "--clinical", str(alp)]) == 0
    said = capsys.readouterr().out
    assert "ALP and BSTBI (displayed, mean of four frames), all, n = 5: r 1.00" in said
    assert "labor.csv: 1 case without a scan here, the first is T0077" in said
    assert "1 scan without alp, the first is T005" in said
    found = {(row["index"], row["scans"]): row for row in table_of(both / "correlations.csv")}
    published = found["bstbi_four_frames", "all"]
    assert (float(published["pearson"]), published["n"]) == (pytest.approx(1.0, abs=1e-4), "5")
    assert int(found["bstbi_four_frames", "with lesions"]["n"]) < 5
    assert table_of(both / "quantification.csv")[5]["alp"] == ""
    assert (both / "alp.png").stat().st_size > 0
    assert (both / "alp.svg").is_file()


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("case,value\nT000,3\n", (), "no column “alp”"),
        ("case,alp\nT000,-3\nT001,4\n", (), "alp is -3"),
        ("case,alp\nT000,80\nT000,90\n", (), "T000 has another alp than on a line before"),
        ("case,alp\nT000,80\nX1,90\n", (), "has alp of 1 of the 6 scans of toys"),
        ("case,alp\nT000,80\n", ("--json",), "toys is a folder of scans"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    cohort: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    more: tuple[str, ...],
    said: str,
) -> None:
    alp = tmp_path / "alp.csv"
    alp.write_text(text, encoding="utf-8")
    words = ["quantify", str(cohort), "--out", str(tmp_path / "out"), "--clinical", str(alp), *more]
    assert main(words) == 2
    told = capsys.readouterr().err.strip()
    assert said in told
    assert "\n" not in told


def test_one_scan_has_no_clinical_table(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = next((cohort / "scans").iterdir())
    assert main(["quantify", str(scan), "--clinical", str(tmp_path / "a.csv")]) == 2
    assert "are for a folder of scans" in capsys.readouterr().err
    assert main(["quantify", str(scan), "--masks", str(cohort / "labels")]) == 0
    said = capsys.readouterr().out
    assert "BSTBI (displayed, four frames): anterior light" in said
    assert "BSTBI (counts)" in said


def test_the_scans_may_be_shared_out_over_processes(cohort: Path, tmp_path: Path) -> None:
    with processes(2) as executor:
        for name, shared in (("here", None), ("shared", executor)):
            quantify_cohort(cohort, tmp_path / name, bone_map=False, executor=shared)
    here, shared_out = (tmp_path / name / TABLE for name in ("here", "shared"))
    assert here.read_bytes() == shared_out.read_bytes()
