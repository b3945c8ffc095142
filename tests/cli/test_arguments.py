"""What stands on the command line before any command runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.window_request import WindowRequest
from tests.workflows.studies import make_study


def test_scans_and_folders_open_the_library_on_them(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"")
    names = (tmp_path / "a.dcm", tmp_path)
    assert cli.run([str(name) for name in names]) == WindowRequest(page="library", paths=names)


def test_a_study_opens_to_be_read(tmp_path: Path) -> None:
    study = make_study(tmp_path, count=1).path
    assert cli.run([str(study)]) == WindowRequest(page="reading", study=study)


def test_a_command_goes_before_a_folder_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "study").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        cli.run(["study"])
    assert capsys.readouterr().err.startswith("scintiread study: ")
    assert isinstance(cli.run(["./study"]), WindowRequest)


@pytest.mark.parametrize(
    "wrong",
    [
        ["nonsense"],
        ["--nonsense"],
        ["info"],
        ["info", "a", "b", "c"],
        ["info", "not-there.dcm"],
        ["study"],
        ["study", "nonsense"],
        ["study", "new", "S"],
        ["study", "new", "S", "--scans", "D", "--mode", "nonsense"],
        ["study", "status", "not-there"],
        ["study", "read", "not-there", "--reader", "R1"],
        ["demo", "--seed", "x"],
        ["deidentify", "not-there", "out"],
    ],
)
def test_bad_arguments_give_one_sentence_and_status_two(
    wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = cli.run(wrong)
    except SystemExit as leaving:
        status = leaving.code  # type: ignore[assignment]
    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("scintiread")
    assert "Traceback" not in said.err


@pytest.mark.parametrize("verb", [verb for verb, _, _ in cli.COMMANDS])
def test_every_command_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.run([verb, "--help"])
    assert leaving.value.code == 0
    purpose = next(words for name, words, _ in cli.COMMANDS if name == verb)
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(f"usage: scintiread {verb} ")
    assert purpose[1:] in said


def test_every_command_stands_beside_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.run(["--help"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    for verb, purpose, _ in cli.COMMANDS:
        assert any(words[:4] == [verb, *purpose.split()][:4] for words in lines)


def test_a_fault_of_the_program_is_one_sentence_and_its_details_are_in_the_log_without_names(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    patient = "Mustermann^Erika"

    def broken(*_: object, **__: object) -> None:
        raise KeyError(patient)

    monkeypatch.setattr("app.workflows.study.status.study_status", broken)
    study = make_study(tmp_path, count=1).path
    assert cli.run(["study", "status", str(study)]) == 3
    said = capsys.readouterr().err
    assert said.startswith("scintiread: a fault of the program stopped the command (KeyError)")
    assert "Traceback" not in said
    assert "scintiread.log" in said
    (log,) = home.rglob("scintiread.log")
    written = log.read_text(encoding="utf-8")
    assert "in broken" in written
    assert "Mustermann" not in written
