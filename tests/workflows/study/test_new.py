"""Making a study: whole or not at all, truth apart, nothing used in silence."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.store.folder import StudyFolder
from app.store.opening import open_study
from app.study.protocol import AiRules, Mode
from app.study.protocol_file import read_protocol
from app.study.truth import read_truth
from app.workflows.study.add import add_to_study
from app.workflows.study.check import study_check
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.truth import has_pseudonyms, kept_key
from app.workflows.study.verify import study_verify
from tests.scan.nm_files import toy_counts, write_nm
from tests.study.helpers import YES, protocol
from tests.workflows.studies import make_study, read_all, write_scans, write_truth


def test_a_study_refers_to_its_scans_by_relative_path_and_knows_their_hashes(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    opened = open_study(made.path)
    cases = opened.studies.cases()
    opened.close()
    assert [case.files for case in cases] == [
        ("../scans/C1.dcm",),
        ("../scans/C2.dcm",),
        ("../scans/C3.dcm",),
    ]
    assert all(set(case.image_hashes) == {"anterior", "posterior"} for case in cases)
    assert read_protocol(made.path / "protocol.toml") == made.protocol


def test_truth_lies_apart_where_only_its_owner_can_look(tmp_path: Path) -> None:
    made = make_study(tmp_path, truth=True)
    truth = StudyFolder(made.path).truth
    assert {code: entry.truth for code, entry in read_truth(truth).items()} == {
        "C1": True,
        "C2": False,
        "C3": True,
    }
    assert stat.S_IMODE(truth.stat().st_mode) == 0o600
    assert stat.S_IMODE(truth.parent.stat().st_mode) == 0o700
    database = (made.path / "study.db").read_bytes()
    assert b"spine" not in database
    assert b"truth" not in database


def test_files_that_cannot_be_used_are_listed_with_their_reason(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    (scans / "notes.txt").write_text("hello")
    (scans / "copy.dcm").write_bytes((scans / "C1.dcm").read_bytes())
    made = new_study(tmp_path / "study", scans)
    assert made.cases == 2
    assert len(made.unused) == 2
    assert all(row.reason for row in made.unused)


def test_lines_of_the_truth_without_a_scan_and_scans_without_truth_are_told(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 3)
    truth = tmp_path / "truth.csv"
    truth.write_text("case,truth\nC1,1\nC9,0\n")
    made = new_study(tmp_path / "study", scans, Ingredients(truth=truth))
    assert any("2 cases have no truth" in note for note in made.notes)
    assert any("C9" in note for note in made.notes)


def test_a_file_name_that_tells_the_class_reaches_no_code_and_still_matches_the_truth(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 4)
    names = ("metastasis_03", "normal-7", "malignant 2", "P4")
    for number, name in enumerate(names, 1):
        (scans / f"C{number}.dcm").rename(scans / f"{name}.dcm")
    truth = tmp_path / "truth.csv"
    truth.write_text("case,truth\nmetastasis_03,1\nnormal-7,0\nmalignant 2,1\nP4,0\n")
    rules = replace(protocol(), warm_up_cases=("normal-7",))
    made = new_study(tmp_path / "study", scans, Ingredients(rules, truth=truth))
    assert made.notes == ()
    assert made.told == (
        "3 file names tell the class of their scans: the case codes leave it out, and coordinator/key.csv "
        "says whose they are.",
    )
    opened = open_study(made.path)
    try:
        codes = {Path(case.files[0]).stem: case.code for case in opened.studies.cases()}
        (warm_up,) = opened.studies.current().protocol.warm_up_cases
        key = kept_key(opened.folder)
        assert not has_pseudonyms(opened.folder), "what is left of a name may still tell the patient"
    finally:
        opened.close()
    assert [codes[name].split("-")[0] for name in names] == ["03", "7", "2", "P4"]
    assert key == {name: codes[name] for name in names[:3]}
    assert warm_up == codes["normal-7"]
    kept = read_truth(made.path / "coordinator" / "truth.csv")
    assert {codes[name]: name[0] == "m" for name in names} == {
        case: bool(t.truth) for case, t in kept.items()
    }

    more = write_scans(tmp_path / "more", 6)
    (more / "C5.dcm").rename(more / "normal_03.dcm")
    (more / "C6.dcm").rename(more / "normal-7.dcm")
    added = add_to_study(made.path, [more / "normal_03.dcm", more / "normal-7.dcm"])
    assert added.cases == 5
    assert [row.reason for row in added.unused] == [
        "The study has another case normal-7. Give the file another name."
    ]
    assert added.told[0].startswith("1 file name tells the class of its scan")


def clinical(study: Path) -> list[str]:
    opened = open_study(study)
    try:
        return [case.clinical_information for case in opened.studies.cases()]
    finally:
        opened.close()


@pytest.mark.parametrize(
    "text",
    [
        "case,clinical_information\nC1,prostate\nC2,breast\n",
        "Case;Clinical information\r\nC1;prostate\r\nC2;breast\r\n",
        "case, clinical_information\nC1, prostate\nC2, breast\n",
        "case_id\tclinical history\nC1\tprostate\nC2\tbreast\nC2\tbreast\n",
    ],
)
def test_clinical_information_is_taken_from_any_table(tmp_path: Path, text: str) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    (tmp_path / "clinical.csv").write_text(text, encoding="utf-8-sig")
    made = new_study(tmp_path / "study", scans, Ingredients(clinical=tmp_path / "clinical.csv"))
    assert clinical(made.path) == ["prostate", "breast"]
    assert made.notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C1,prostate, PSA 12\n", "line 2: 3 values where line 1 names 2"),
        ("C1,prostate\nC1,breast\n", "line 3: case C1 has another text on line 2"),
        (
            "C01,prostate\nC02,breast\n",
            "none of its 2 cases is in the study: “C01”, probably “C1” .leading zeros",
        ),
        ("C1.dcm,prostate\n", "none of its 1 case is in the study: “C1.dcm”, probably “C1” .*ending"),
    ],
)
def test_clinical_information_is_never_lost_without_a_word(tmp_path: Path, text: str, words: str) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    (tmp_path / "clinical.csv").write_text(f"case,clinical_information\n{text}")
    with pytest.raises(AppError, match=words):
        new_study(tmp_path / "study", scans, Ingredients(clinical=tmp_path / "clinical.csv"))


def test_a_truth_of_other_cases_is_refused_and_a_stray_line_told_with_its_cause(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    truth = tmp_path / "truth.csv"
    truth.write_text("case,truth\nC01,1\nC02,0\n")
    with pytest.raises(AppError, match="none of its 2 cases is in the study: “C01”, probably “C1”"):
        new_study(tmp_path / "study", scans, Ingredients(truth=truth))
    truth.write_text("case,truth\nC1,1\nc2,0\n")
    made = new_study(tmp_path / "study", scans, Ingredients(truth=truth))
    assert any("“c2”, probably “C2” (capitals)" in note for note in made.notes)
    assert any("1 case has no truth: C2" in note for note in made.notes)


@pytest.mark.parametrize("key", ["wrong_cases", "absent_cases"])
def test_a_planned_ai_error_on_a_case_that_is_not_there_is_refused(tmp_path: Path, key: str) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    rules = protocol(mode=Mode.CONCURRENT, ai=AiRules(**{key: ("C1", "c2")}))
    with pytest.raises(AppError, match=f"ai.{key} names cases .*: “c2”, probably “C2”"):
        new_study(tmp_path / "study", scans, Ingredients(rules))


@pytest.mark.parametrize("problem", ["protocol", "truth", "nothing usable", "repeats"])
def test_when_anything_is_wrong_nothing_is_left_behind(tmp_path: Path, problem: str) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    ingredients = Ingredients()
    if problem == "protocol":
        ingredients = Ingredients(replace(protocol(), code="a b"))
    if problem == "repeats":
        ingredients = Ingredients(protocol(repeats=5))
    if problem == "truth":
        (tmp_path / "truth.csv").write_text("case,truth\nC1,maybe\n")
        ingredients = Ingredients(truth=tmp_path / "truth.csv")
    if problem == "nothing usable":
        for file in scans.iterdir():
            file.write_bytes(b"nothing")
    with pytest.raises(AppError):
        new_study(tmp_path / "study", scans, ingredients)
    left = {path.name for path in tmp_path.iterdir()} - {"scans", "truth.csv"}
    assert left == set()


def test_an_existing_study_and_a_folder_with_files_are_left_alone(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    with pytest.raises(AppError, match="is a study already"):
        new_study(made.path, tmp_path / "scans")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(AppError, match="cannot be made"):
        new_study(tmp_path / "full", tmp_path / "scans")
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"


def test_pseudonyms_hide_file_names_and_keep_the_key_with_the_coordinator(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 3)
    truth = write_truth(tmp_path / "truth.csv")
    made = new_study(tmp_path / "study", scans, Ingredients(truth=truth, pseudonyms=True))
    opened = open_study(made.path)
    codes = {case.code: case.files[0] for case in opened.studies.cases()}
    opened.close()
    assert set(codes) == {"C0001", "C0002", "C0003"}
    truths = read_truth(StudyFolder(made.path).truth)
    for code, file in codes.items():
        assert truths[code].truth == (int(Path(file).stem[1:]) % 2 == 1)
    assert (made.path / "coordinator" / "key.csv").read_text().count("\n") == 4


def test_copies_are_de_identified_and_make_the_study_independent_of_the_archive(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    made = new_study(tmp_path / "study", scans, Ingredients(copy=True, no_burned_in_text=True))
    for file in scans.iterdir():
        file.unlink()
    read_all(made.path, YES, "R1")
    assert study_verify(made.path).ok
    assert {file.name for file in (made.path / "scans").iterdir()} == {"C1.dcm", "C2.dcm"}


def test_the_protocol_can_be_edited_until_the_first_read_and_not_after(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    file = made.path / "protocol.toml"
    file.write_text(file.read_text().replace('mode = "unaided"', 'mode = "sequential"'))
    read_all(made.path, YES)
    opened = open_study(made.path)
    assert opened.studies.current().protocol.mode is Mode.SEQUENTIAL
    assert opened.studies.current().frozen_utc is not None
    opened.close()
    file.write_text(file.read_text().replace("seed = 1", "seed = 2"))
    with pytest.raises(AppError, match="changed afterwards"):
        read_all(made.path, YES)
    assert not study_verify(made.path).ok


def test_what_was_left_out_is_kept_by_its_reason_and_without_a_name(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    (scans / "Muster^Erika.dcm").write_text("Dear colleague", encoding="utf-8")
    (scans / "Muster^Hans.txt").write_text("Dear colleague", encoding="utf-8")
    (scans / "Muster^Otto.dcm").write_bytes((scans / "C1.dcm").read_bytes())
    made = new_study(tmp_path / "study", scans, Ingredients(pseudonyms=True))
    kept = (made.path / "left_out.csv").read_text(encoding="utf-8")
    assert "Muster" not in kept
    findings = study_check(made.path).findings
    notes = [finding.text for finding in findings if "left out" in finding.text]
    assert sum(note.startswith("2 files were left out") for note in notes) == 1
    assert sum("same image as case C000" in note for note in notes) == 1


def test_a_blank_view_does_not_keep_a_scan_out_of_a_study(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    anterior, _ = toy_counts(np.random.default_rng(1))
    write_nm(tmp_path / "scans" / "C1.dcm", anterior, np.zeros_like(anterior))
    made = new_study(tmp_path / "study", tmp_path / "scans")
    opened = open_study(made.path)
    (case,) = opened.studies.cases()
    opened.close()
    assert set(case.image_hashes) == {"anterior", "posterior"}
