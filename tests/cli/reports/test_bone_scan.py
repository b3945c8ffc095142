"""`scintiread report`, as people type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import paths
from app.cli import run
from app.report.bone_scan.document_file import read_document
from tests.learning.toy_model import TRAINED_ON, install_toy_model
from tests.report.bone_scan.made import labels_file, lesion, scan_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    scan_file(tmp_path)
    labels_file(tmp_path / "labels", lesion("a", 128, 300))
    monkeypatch.chdir(tmp_path)
    return tmp_path


NEW = ["report", "case-7.dcm", "--masks", "labels", "--no-bone-map"]


def test_a_report_is_written_edited_signed_and_exported_step_by_step(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*NEW, "--question", "Metastases?", "--out", "r.pdf"]) == 0
    assert "DRAFT" in capsys.readouterr().out
    (folder / "text.txt").write_text("Große Läsion.", encoding="utf-8")
    assert run(["report", "r.report.json", "--edit", "findings=@text.txt", "--editor", "Dr. Ö"]) == 0
    assert run(["report", "r.report.json", "--sign", "Dr. Ö", "--out", "r.html"]) == 0
    assert run(["report", "r.report.json", "case-7.dcm", "--out", "r.sr.dcm"]) == 0
    assert "Signed by Dr. Ö" in capsys.readouterr().out
    document = read_document(folder / "r.report.json")
    assert document.text("findings") == "Große Läsion."
    assert document.text("question") == "Metastases?"
    assert [event.kind.value for event in document.events] == ["edit", "signature"]
    assert {path.name for path in folder.glob("r*")} >= {"r.pdf", "r.html", "r.sr.dcm", "r.report.json"}


def test_an_edit_and_the_signature_may_come_with_the_first_call(folder: Path) -> None:
    assert run([*NEW, "--edit", "interpretation=Mine = mine.", "--sign", "A", "--format", "json"]) == 0
    document = read_document(folder / "case-7.report.json")
    assert document.text("interpretation") == "Mine = mine."
    assert document.signature is not None


def test_after_the_signature_an_edit_is_an_addendum(folder: Path) -> None:
    run([*NEW, "--sign", "A", "--out", "r.pdf"])
    run(["report", "r.report.json", "--edit", "findings=Late.", "--editor", "B", "--out", "r.pdf"])
    assert read_document(folder / "r.report.json").addenda[0].text == "Late."


def test_the_advice_for_tomography_can_be_left_out(folder: Path) -> None:
    run([*NEW, "--no-spect-ct", "--format", "json", "--out", "r.report.json"])
    assert "SPECT/CT" not in read_document(folder / "r.report.json").text("interpretation")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "none.dcm", "--masks", "labels"], "none.dcm"),
        (["report", "case-7.dcm", "--masks", "none"], "none"),
        ([*NEW, "--out", "r.doc"], "r.doc does not tell the form"),
        ([*NEW, "--edit", "findings"], "is no edit"),
        ([*NEW, "--edit", "findings=x"], "An edit needs a name"),
        ([*NEW, "--edit", "summary=x", "--editor", "A"], "no section “summary”"),
        ([*NEW, "--edit", "findings=@gone.txt", "--editor", "A"], "gone.txt cannot be read"),
        ([*NEW, "--prior-report", "case-7.dcm"], "case-7.dcm cannot be used"),
        (["report", "case-7.dcm", "--model", "none-such"], "odel"),
    ],
)
def test_bad_input_gives_one_sentence_and_writes_nothing(
    arguments: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.iterdir())
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert len(printed.err.strip().splitlines()) == 1
    assert "Traceback" not in printed.err
    assert sorted(folder.iterdir()) == before


def test_a_written_report_is_not_begun_again_with_other_lesions(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*NEW, "--out", "r.pdf"])
    assert run(["report", "r.report.json", "--masks", "labels"]) == 2
    assert "written already" in capsys.readouterr().err


def test_lesions_come_from_an_installed_model_when_no_file_names_them(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "model_weights", lambda: folder / "none")
    install_toy_model()
    assert run(["report", "case-7.dcm", "--no-bone-map", "--out", "r.pdf"]) == 0
    assert run(["report", "case-7.dcm", "--no-bone-map", "--model", "toy", "--out", "m.pdf"]) == 0
    assert "model toy 1: probability of metastasis" in capsys.readouterr().out
    model = read_document(folder / "m.report.json").content.facts.model
    assert model is not None
    assert model == read_document(folder / "r.report.json").content.facts.model
    assert (model.name, model.training_data) == ("toy", TRAINED_ON)
    assert run([*NEW, "--model", "toy"]) == 2
    assert "--masks or --model" in capsys.readouterr().err
