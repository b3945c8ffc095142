"""`scintiread analyse` and `scintiread power`, by the front door."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.__main__ import main

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
CLASSIC = Path(__file__).parents[4] / "shared" / "classic"
READERS, AI = REFERENCE / "study134_readers.csv", REFERENCE / "study134_ai.csv"
TRAINING = REFERENCE.parent / "run"
"""A small training on toys, as `train` left it, without its weights."""
WRITTEN = {
    "analysis.json",
    "report.html",
    "report.pdf",
    "tables.xlsx",
    "methods.md",
    "results.md",
    "checklist.md",
    "figures",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("analysed") / "out"
    words = ["analyse", str(READERS), "--predictions", str(AI), "--out", str(out), "--seed", "7"]
    assert main([*words, "--run", str(TRAINING)]) == 0
    return out


@pytest.fixture(scope="module")
def document(results: Path) -> dict[str, Any]:
    return json.loads((results / "analysis.json").read_text(encoding="utf-8"))


def test_everything_is_written_and_nothing_else(results: Path) -> None:
    assert {path.name for path in results.iterdir()} == WRITTEN
    assert not [path for path in results.parent.iterdir() if path != results]
    stems = {path.stem for path in (results / "figures").iterdir()}
    assert all(
        (results / "figures" / f"{stem}.{kind}").is_file() for stem in stems for kind in ("svg", "png")
    )
    assert (results / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_document_has_the_keys_of_its_schema(document: dict[str, Any]) -> None:
    assert document["schema"] == {"name": "scintiread.analysis", "version": 2}
    row = document["auc"][0]
    assert set(row) >= {"arm", "reader", "n_positive", "n_negative", "auc", "variance_delong", "ci_delong",
                        "ci_bootstrap", "bootstrap"}  # fmt: skip
    assert set(row["bootstrap"]) >= {"resamples", "stratified", "seed", "median"}
    assert row["bootstrap"]["seed"] == 7
    mrmc = document["mrmc"]
    assert mrmc["floor_active"] is True
    assert set(mrmc["components"]) >= {"reader", "arm_reader", "error", "cov1", "cov2", "cov3", "reader_raw",
                                       "arm_reader_raw"}  # fmt: skip
    assert mrmc["random_readers_random_cases"]["p"] == pytest.approx(0.0509031113202134, rel=1e-6)
    assert mrmc["differences"][0]["first"] == "aided"
    assert document["mrmc_sensitivity"]["measure"] == "sensitivity"
    assert document["ai_vs_readers"][0]["non_inferiority"]["margin"] == 0.05
    operating = set(document["operating"][0])
    assert operating >= {"tp", "fp", "fn", "tn", "sensitivity", "specificity", "ppv", "npv",
                                             "accuracy", "f1"}  # fmt: skip
    assert set(document["mcnemar"][0]) == {
        "first",
        "second",
        "measure",
        "n10",
        "n01",
        "p_exact",
        "p_mid",
        "p_chi2",
    }
    assert "p_chi2_uncorrected" in document["two_proportions"][0]
    assert set(document["agreement"]) == {"cohen", "fleiss", "weighted", "intra_reader", "intraclass"}
    assert set(document["time"]["ratio_aided_to_unaided"]) >= {"estimate", "ci", "p_t", "p_wilcoxon"}
    assert set(document["reliance"][0]) >= {"reader", "helpful_switches", "harmful_switches", "over_reliance",
                                            "under_reliance"}  # fmt: skip
    assert document["f1_readers"]
    assert document["iqr"]


def test_the_document_is_strict_json(results: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads((results / "analysis.json").read_text(encoding="utf-8"), parse_constant=refuse)


def test_every_key_of_the_document_is_described(document: dict[str, Any]) -> None:
    text = (Path(__file__).parents[3] / "docs" / "analysis.md").read_text(encoding="utf-8")

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*(keys(inner) for inner in value.values()))
        return set().union(*(keys(inner) for inner in value)) if isinstance(value, list) else set()

    assert {key for key in keys(document) if f"`{key}`" not in text} == set()


def test_the_same_input_gives_the_same_bytes(results: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    words = ["analyse", str(READERS), "--predictions", str(AI), "--out", str(again), "--seed", "7"]
    assert main([*words, "--run", str(TRAINING)]) == 0
    for name in ("analysis.json", "methods.md", "report.html", "report.pdf"):
        assert (again / name).read_bytes() == (results / name).read_bytes(), name


def test_the_workbook_has_full_precision(results: Path, document: dict[str, Any]) -> None:
    book = load_workbook(results / "tables.xlsx", read_only=True)
    assert book.sheetnames[0] == "summary"
    header, first = list(book["auc"].values)[:2]
    row = dict(zip(header, first, strict=True))
    assert row["auc"] == document["auc"][0]["auc"]
    assert row["ci_delong.low"] == document["auc"][0]["ci_delong"][0]
    assert {"mrmc.differences", "mcnemar", "operating", "time.readers"} <= set(book.sheetnames)


def test_the_methods_name_numbers_estimators_versions_seeds_and_floors(results: Path) -> None:
    text = (results / "methods.md").read_text(encoding="utf-8")
    stated = (
        "134 cases",
        "58 with",
        "jackknife",
        "Obuchowski",
        "seed 7",
        "numpy",
        "SHA-256",
    )
    for words in stated:
        assert words in text
    came_out = (results / "results.md").read_text(encoding="utf-8")
    for words in ("set to zero", "negative", "0.058", "with 1340 of 1340 reads of the design"):
        assert words in came_out
        assert words not in text


def test_the_checklist_leaves_open_what_the_program_cannot_know(results: Path) -> None:
    text = (results / "checklist.md").read_text(encoding="utf-8")
    assert "OPEN" in text
    assert "58 diseased, 76 normal" in text


def test_the_checklist_tells_its_scores_and_a_training_fills_what_it_knows(results: Path) -> None:
    text = (results / "checklist.md").read_text(encoding="utf-8")
    found = re.search(r"STARD 2015: (\d+) of 30 items .* CLAIM 2024: (\d+) of 44 items", text)
    assert found
    assert 5 <= int(found[1]) < 15
    assert 15 <= int(found[2]) < 30
    assert "| CLAIM | 26 | How the final model was chosen | Weights of the last epoch. |" in text
    assert "10 scans of toys, SIMULATED. No case of the study has the code" in text
    assert "| CLAIM | 36 | Demographics | OPEN" in text


def test_the_page_needs_no_other_file(results: Path) -> None:
    text = (results / "report.html").read_text(encoding="utf-8")
    assert "http://" not in text
    assert "https://" not in text
    assert text.count("data:image/svg+xml;base64,") == len(list((results / "figures").glob("*.svg")))


def test_the_summary_is_readable(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert (
        main(
            ["analyse", str(READERS), "--out", str(tmp_path / "o"), "--bootstrap", "50", "--readers", "fixed"]
        )
        == 0
    )
    out = capsys.readouterr().out
    assert "aided − unaided" in out
    assert "fixed readers, random cases" in out
    assert max(map(len, out.splitlines()[:12])) < 120


def test_a_study_without_an_error_prints_exact_intervals_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["reader,arm,case,truth,rating,call,seconds"]
    rows += [
        f"R{reader},{arm},c{case},{case % 2},{20 + case % 2},{case % 2},{20 + 3 * case + reader + later}"
        for reader in (1, 2)
        for later, arm in enumerate(("unaided", "aided"))
        for case in range(24)
    ]
    (tmp_path / "r.csv").write_text("\n".join(rows), encoding="utf-8")
    out = tmp_path / "o"
    assert main(["analyse", str(tmp_path / "r.csv"), "--out", str(out), "--bootstrap", "20"]) == 0
    said = capsys.readouterr().out
    assert "0.735–1.000 †" in said  # Clopper and Pearson, 12 of 12
    assert "1.000–1.000" not in said
    assert "exact interval of Clopper and Pearson" in said
    page = (out / "report.html").read_text(encoding="utf-8")
    both = page.split("all, readers and cases random")[1].split("</tr>")[0]
    assert both.count("<td>–</td>") == 1  # no Wilcoxon test that knows readers
    assert "all, readers fixed" in page
    summary = [cell for row in load_workbook(out / "tables.xlsx")["summary"].values for cell in row if cell]
    assert "0.735–1.000 †" in summary
    assert "Clopper and Pearson" in (out / "methods.md").read_text(encoding="utf-8")
    assert ", exact)" in (out / "checklist.md").read_text(encoding="utf-8")
    found = json.loads((out / "analysis.json").read_text(encoding="utf-8"))
    assert found["auc"][0]["ci_exact"][0] == pytest.approx(0.735, abs=1e-3)
    assert found["auc"][0]["ci_delong"] == [None, None]
    assert found["time"]["arms"][0]["p_wilcoxon_generalise"] == "fixed readers, random cases"


def test_simulated_scans_are_named_on_every_page(tmp_path: Path) -> None:
    out = tmp_path / "o"
    assert main(["analyse", str(READERS), "--out", str(out), "--bootstrap", "20", "--simulated"]) == 0
    assert "SIMULATED" in (out / "methods.md").read_text(encoding="utf-8")
    assert "SIMULATED" in (out / "report.html").read_text(encoding="utf-8")
    assert json.loads((out / "analysis.json").read_text(encoding="utf-8"))["study"]["simulated"] == 1.0


def test_marks_and_lesions_give_wafroc(tmp_path: Path) -> None:
    lines = ["reader,arm,case,mark,lesion_id,rating"]
    for reader in ("R1", "R2"):
        for arm in ("unaided", "aided"):
            lines += [
                f"{reader},{arm},C{case:03},{'LL' if case % 2 else 'NL'},1,{case % 60 + 20}"
                for case in range(1, 40)
            ]
    (tmp_path / "m.csv").write_text("\n".join(lines), encoding="utf-8")
    truth = [f"C{case:03},{case % 2},{1 if case % 2 else 0},{case % 2}" for case in range(1, 60)]
    (tmp_path / "l.csv").write_text("case,truth,lesion_id,weight\n" + "\n".join(truth), encoding="utf-8")
    out = tmp_path / "o"
    words = ["--marks", str(tmp_path / "m.csv"), "--lesions", str(tmp_path / "l.csv"), "--bootstrap", "20"]
    assert main(["analyse", str(READERS), "--out", str(out), *words]) == 0
    found = json.loads((out / "analysis.json").read_text(encoding="utf-8"))
    assert len(found["froc"]) == 4
    assert found["mrmc_wafroc"]["measure"] == "wAFROC"
    assert (out / "figures" / "froc.svg").is_file()


def _refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(words) == 2
    error = capsys.readouterr().err.strip()
    assert error.count("\n") == 0
    assert "Traceback" not in error
    return error


def test_bad_input_leaves_nothing_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("reader,case,truth,rating\nR1,a,1,2\nR1,b,0,x\n", encoding="utf-8")
    error = _refused(["analyse", str(bad), "--out", str(tmp_path / "out")], capsys)
    assert "bad.csv, line 3" in error
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


@pytest.mark.skipif(not CLASSIC.is_dir(), reason="the published data sets are not at hand")
@pytest.mark.parametrize(
    "kind", ["NR-not-a-number", "duplicate-truth", "no-truth-observation", "replicate-observation"]
)
def test_the_broken_imrmc_files_end_with_status_two(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = CLASSIC / "imrmc_debug" / f"forDebugging_test-ERROR-{kind}.imrmc"
    assert "line " in _refused(["analyse", str(path), "--out", str(tmp_path / "out")], capsys)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_refused_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    target.write_text("mine", encoding="utf-8")
    error = _refused(["analyse", str(READERS), "--out", str(target), "--bootstrap", "20"], capsys)
    assert "cannot be written" in error
    assert target.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_second_analysis_replaces_the_first_and_spares_other_files(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(results, out)
    (out / "my notes.txt").write_text("keep", encoding="utf-8")
    assert main(["analyse", str(READERS), "--out", str(out), "--bootstrap", "20"]) == 0
    assert (out / "my notes.txt").read_text(encoding="utf-8") == "keep"
    assert json.loads((out / "analysis.json").read_text(encoding="utf-8"))["options"]["bootstrap"] == 20


def test_nothing_random_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["analyse", str(READERS), "--out", str(tmp_path / "o"), "--readers", "fixed", "--cases", "fixed"]
    assert "nothing is random" in _refused(words, capsys)


def test_marks_without_lesions_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["analyse", str(READERS), "--out", str(tmp_path / "o"), "--marks", str(AI)]
    assert "belong together" in _refused(words, capsys)


def test_power_prints_a_grid_and_the_smallest_study(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["power", "--pilot", str(READERS), "--readers", "4,8", "--cases", "100,400", "--effect", "0.06"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "readers \\ cases" in out
    assert "0.06 AUC" in out


def test_power_needs_two_arms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pilot.csv"
    path.write_text("reader,case,truth,rating\nA,x,1,2\nA,y,0,1\nA,z,1,3\nA,w,0,0\n", encoding="utf-8")
    assert "two arms" in _refused(["power", "--pilot", str(path)], capsys)


def test_marks_and_lesions_need_no_table_of_readings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"R{r},{arm},c{c},{'LL,1' if c < 4 else 'NL,'},{50 + 7 * c % 40 + r}"
            for r in (1, 2) for arm in ("unaided", "aided") for c in (0, 1, 2, 5, 6)]  # fmt: skip
    (tmp_path / "m.csv").write_text(
        "reader,arm,case,mark,lesion_id,rating\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    lesions = [f"c{c},{int(c < 4)},{'1' if c < 4 else ''}" for c in range(8)]
    (tmp_path / "l.csv").write_text("case,truth,lesion_id\n" + "\n".join(lesions) + "\n", encoding="utf-8")
    words = ["--marks", str(tmp_path / "m.csv"), "--lesions", str(tmp_path / "l.csv"), "--bootstrap", "20"]
    assert main(["analyse", *words, "--out", str(tmp_path / "o")]) == 0
    said = capsys.readouterr().out
    assert "2 readers · 8 cases (4 diseased) · unaided and aided · 32 reads" in said
    assert "Ratings of cases are inferred from the marks" in said
    document = json.loads((tmp_path / "o" / "analysis.json").read_text(encoding="utf-8"))
    assert document["mrmc_wafroc"]
    assert [one["role"] for one in document["study"]["inputs"]] == ["marks", "lesions"]


def test_nothing_to_analyse_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", "--out", str(tmp_path / "o")]) == 2
    assert "There is nothing to analyse." in capsys.readouterr().err
