"""The randomisation list and the signed audit trail, as they lie in the investigator's file."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.cli import run
from app.errors import AppError
from app.store.opening import open_study
from app.study.events import REHEARSED
from app.workflows.rehearsal.readers import rehearse_copy
from app.workflows.study.export import study_export
from app.workflows.study.life import Decided, withdraw_reader
from app.workflows.study.papers import check_paper, write_papers
from app.workflows.study.truth_record import correct_case
from app.workflows.study.verify import study_verify
from tests.study.helpers import YES, protocol
from tests.workflows.studies import make_study, read_all

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils reads the PDF back")


def pages_of(file: Path) -> list[str]:
    run = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True)
    return [" ".join(page.split()) for page in run.stdout.decode("utf-8").split("\f")[:-1]]


def text_of(file: Path) -> str:
    return " ".join(pages_of(file))


def test_the_list_says_who_reads_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = protocol(readers=("R1", "R2"), warm_up_cases=("C1",))
    study = make_study(tmp_path, rules, 4, truth=True).path
    read_all(study, YES, "R1")
    assert run(["study", "papers", str(study), "--out", str(tmp_path / "papers")]) == 0
    names = [Path(line).name for line in capsys.readouterr().out.split()]
    assert names == ["randomisation.csv", "randomisation.pdf", "audit.pdf", "audit.pdf.sig"]
    opened = open_study(study)
    with (tmp_path / "papers" / "randomisation.csv").open(encoding="utf-8", newline="") as file:
        listed = [
            (row["reader"], int(row["place"]), row["case"], row["warm_up"]) for row in csv.DictReader(file)
        ]
    plans = [item for reader in rules.readers for item in opened.studies.plan(reader)]
    assert listed == [(i.reader, i.position, i.case, "1" if i.warm_up else "") for i in plans]
    opened.close()
    assert (tmp_path / "papers" / "audit.pdf").read_bytes().startswith(b"%PDF")


@poppler
def test_the_trail_says_what_was_decided_and_tells_no_truth(tmp_path: Path) -> None:
    study = make_study(tmp_path, protocol(readers=("R1", "R2")), 4, truth=True).path
    read_all(study, YES, "R1")
    withdraw_reader(study, "R2", Decided("A. Coordinator", "moved away"))
    correct_case(study, "C2", "1", "A. Coordinator", "biopsy")
    write_papers(study, tmp_path / "papers")
    opened = open_study(study)
    head = opened.readings.head("R1")
    sha256 = opened.studies.current().sha256
    opened.close()
    audit = text_of(tmp_path / "papers" / "audit.pdf")
    assert "Everything holds." in audit and "moved away" in audit and "REHEARSAL" not in audit
    assert head is not None
    for whole in (head.readings_sha256, head.events_sha256, sha256):
        assert whole in audit.replace(" ", "")
    assert "biopsy" not in audit and "from 0 to 1" not in audit  # it tells no truth
    assert "research" in text_of(tmp_path / "papers" / "randomisation.pdf")


def test_the_signature_is_of_this_paper_and_this_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = make_study(tmp_path).path
    read_all(study, YES)
    *_, audit, signature = write_papers(study, tmp_path / "papers")
    assert run(["study", "papers", str(study), "--check", str(audit)]) == 0
    assert "as the study signed it" in capsys.readouterr().out
    other = make_study(tmp_path / "other").path
    with pytest.raises(AppError, match="not as this study's key signed it"):
        check_paper(other, audit)
    audit.write_bytes(audit.read_bytes() + b" ")
    with pytest.raises(AppError, match="not as this study's key signed it"):
        check_paper(study, audit)
    signature.unlink()
    with pytest.raises(AppError, match="cannot be read"):
        check_paper(study, audit)


@poppler
def test_papers_of_a_rehearsal_say_so_on_every_page(tmp_path: Path) -> None:
    study = make_study(tmp_path, truth=True).path
    copy = tmp_path / "rehearsal"
    rehearse_copy(study, copy, 1)
    files = write_papers(copy, tmp_path / "papers")
    for file in (file for file in files if file.suffix == ".pdf"):
        assert all("REHEARSAL" in page for page in pages_of(file))


def test_the_export_of_a_rehearsal_says_so_and_its_truth_is_sealed(tmp_path: Path) -> None:
    study = make_study(tmp_path, truth=True).path
    copy = tmp_path / "rehearsal"
    rehearse_copy(study, copy, 1)
    found = study_export(copy, tmp_path / "out", ("xlsx",))
    assert found.remarks[0] == REHEARSED
    about = load_workbook(tmp_path / "out" / "results.xlsx")["about"]
    assert ("rehearsal", REHEARSED) in [tuple(row[:2]) for row in about.iter_rows(values_only=True)]
    verified = study_verify(copy)
    assert verified.ok and not any("on no record" in remark for remark in verified.remarks)
    read_all(study, YES)
    assert REHEARSED not in study_export(study, tmp_path / "real", ("csv",)).remarks
