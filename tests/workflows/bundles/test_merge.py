"""What comes back from readers: merged once, checked line by line, and never over anything."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.opening import open_study
from app.study.merge_report import MergeOutcome, MergeReport
from app.workflows.bundles.make import make_all_bundles
from app.workflows.bundles.merge import merge_bundles
from app.workflows.study.add import add_to_study
from app.workflows.study.export import study_export
from app.workflows.study.status import study_status
from app.workflows.study.verify import study_verify
from tests.study.helpers import NO
from tests.workflows.bundle_studies import LOOKED, copy_of, make_study, read, rules, sit
from tests.workflows.studies import read_one


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study whose bundles went out, and what both readers sent back."""
    folder = tmp_path_factory.mktemp("sent")
    make_all_bundles(make_study(folder, rules()), folder, assurance=LOOKED)
    copy_of(folder / "OFF-R1.scintiread", folder / "as sent")
    with pytest.MonkeyPatch.context() as patch:
        read(folder / "OFF-R1.scintiread", folder / "home 1", patch)
        read(folder / "OFF-R2.scintiread", folder / "home 2", patch, 2, NO)
    return folder


@pytest.fixture
def folder(sent: Path, tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    shutil.copytree(sent, tmp_path / "sent", ignore=shutil.ignore_patterns("home *"))
    return tmp_path / "sent"


def refused(report: MergeReport) -> str:
    """What was said of the one file, of which nothing was taken."""
    (file,) = report.files
    assert file.outcome is MergeOutcome.REFUSED and not report.ok and file.added == 0
    return file.text


def hashes(study: Path) -> list[str]:
    """All readings of a study."""
    opened = open_study(study)
    try:
        return [reading.sha256 for reader in ("R1", "R2") for reading in opened.readings.all(reader)]
    finally:
        opened.close()


def test_two_readers_come_home_and_stand_in_status_verify_and_export(folder: Path, tmp_path: Path) -> None:
    study, files = folder / "study", sorted(folder.glob("*.scintiread-results"))
    report = merge_bundles(study, files)
    assert report.ok and [file.added for file in report.files] == [6, 4]
    with study_status(study) as status:
        assert [(each.reader, each.done) for each in status.readers] == [("R1", 3), ("R2", 2)]
    assert study_verify(study).ok
    study_export(study, tmp_path / "out", ("csv",))
    table = (tmp_path / "out" / "readings.csv").read_text(encoding="utf-8")
    assert table.count("bundle ") == 10, "every reading tells where it comes from"
    kept = sorted((study / "coordinator" / "bundles" / "returned").iterdir())
    assert [file.read_bytes() for file in kept] == [file.read_bytes() for file in files]


def test_merging_again_changes_nothing_whether_by_results_or_by_bundle(folder: Path) -> None:
    study, files = folder / "study", sorted(folder.glob("*.scintiread-results"))
    merge_bundles(study, files)
    before = hashes(study)
    for again in (files, sorted(folder.glob("*.scintiread"))):
        report = merge_bundles(study, again)
        assert report.ok
        assert {file.outcome for file in report.files} == {MergeOutcome.NOTHING_NEW}
        assert [file.known for file in report.files] == [6, 4]
    assert hashes(study) == before


def test_more_of_the_same_reader_is_added_to_what_is_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = folder / "study"
    assert merge_bundles(study, [folder / "OFF-R2.scintiread"]).ok
    results = read(folder / "OFF-R2.scintiread", tmp_path / "home", monkeypatch, 1)
    report = merge_bundles(study, [results])
    assert report.ok and (report.files[0].added, report.files[0].known) == (2, 4)
    assert study_verify(study).ok


def test_the_same_cases_read_on_two_computers_are_a_conflict_and_nothing_is_overwritten(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = folder / "study"
    other = copy_of(folder / "as sent" / "OFF-R1.scintiread", tmp_path / "mail")
    theirs = read(other, tmp_path / "home", monkeypatch, 2, NO)
    assert merge_bundles(study, [folder / "OFF-R1.scintiread-results"]).ok
    before = hashes(study)
    report = merge_bundles(study, [theirs])
    assert not report.ok and report.files[0].outcome is MergeOutcome.CONFLICT
    assert [(each.position, each.arm, each.what) for each in report.conflicts] == [
        (1, "unaided", "read twice"),
        (1, "aided", "read twice"),
        (2, "unaided", "read twice"),
        (2, "aided", "read twice"),
    ]
    assert hashes(study) == before and study_verify(study).ok
    assert len(list((study / "coordinator" / "bundles" / "returned").iterdir())) == 2, "both are kept"
    rows = report.rows()
    assert len(rows) == 6 and rows[2][:4] == ("conflict", theirs.name, "R1", "read twice")


def test_a_window_opened_elsewhere_without_an_answer_is_no_conflict(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_of(folder / "as sent" / "OFF-R1.scintiread", tmp_path / "mail")
    session, _ = sit(other, tmp_path / "home", monkeypatch)
    session.close()
    study = folder / "study"
    first = merge_bundles(study, [other])
    assert first.ok and "holds no answer yet" in first.files[0].text
    assert merge_bundles(study, [folder / "OFF-R1.scintiread"]).files[0].added == 6


@pytest.mark.parametrize("line", [1, 3, 5])
def test_an_altered_line_is_refused_by_its_number(folder: Path, line: int) -> None:
    file = folder / "OFF-R1.scintiread-results"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    body = json.loads(lines[line - 1])
    body["events_before"] += 1
    lines[line - 1] = json.dumps(body) + "\n"
    file.write_text("".join(lines), encoding="utf-8")
    said = refused(merge_bundles(folder / "study", [file]))
    where = "OFF-R1.scintiread-results" + ("" if line == 1 else f", line {line},")  # line 1 is the heading
    assert f"{where}{':' if line == 1 else ''} was altered" in said
    assert hashes(folder / "study") == []


def test_removed_lines_and_lines_of_another_bundle_are_refused(folder: Path) -> None:
    mine, theirs = (folder / f"OFF-{reader}.scintiread-results" for reader in ("R1", "R2"))
    lines = mine.read_text(encoding="utf-8").splitlines(keepends=True)
    mine.write_text("".join([*lines[:2], *lines[3:]]), encoding="utf-8")
    assert "does not fit the chain" in refused(merge_bundles(folder / "study", [mine]))
    foreign = theirs.read_text(encoding="utf-8").splitlines(keepends=True)
    mine.write_text("".join([*lines[:3], *foreign[3:]]), encoding="utf-8")
    assert "was altered" in refused(merge_bundles(folder / "study", [mine]))
    assert hashes(folder / "study") == []


def test_results_that_were_cut_off_anywhere_lose_nothing_that_was_there(folder: Path) -> None:
    file, study = folder / "OFF-R1.scintiread-results", folder / "study"
    whole = file.read_bytes()
    for part in range(1, 12):
        cut = whole[: len(whole) * part // 12]
        file.write_bytes(cut)
        said = refused(merge_bundles(study, [file]))
        assert "is cut off in its last line" in said
    assert hashes(study) == []
    file.write_bytes(b"\n".join(whole.splitlines()[:4]) + b"\n")  # cut between two lines: that much is whole
    first = merge_bundles(study, [file])
    assert first.ok and "more may be missing" in first.files[0].text
    file.write_bytes(whole)
    assert merge_bundles(study, [file]).ok and len(hashes(study)) == 6


def test_foreign_studies_unknown_bundles_and_other_protocols_are_refused_by_name(
    folder: Path, tmp_path: Path
) -> None:
    file = folder / "OFF-R1.scintiread-results"
    other = make_study(tmp_path / "other", rules(readers=("R1", "R9")))
    assert "belongs to another study (OFF)" in refused(merge_bundles(other, [file]))
    study = folder / "study"
    (noted,) = (
        each
        for each in (study / "coordinator" / "bundles").glob("*.json")
        if '"R1"' in each.read_text(encoding="utf-8")
    )
    kept = noted.read_text(encoding="utf-8")
    noted.unlink()
    assert "knows nothing of" in refused(merge_bundles(study, [file]))
    body = json.loads(kept)
    noted.write_text(json.dumps(body | {"protocol_sha256": "0" * 64}), encoding="utf-8")
    assert "its first line is not that" in refused(merge_bundles(study, [file]))
    assert "is no bundle" in refused(merge_bundles(study, [_zip(folder / "x.scintiread")]))
    assert "no file of results" in refused(merge_bundles(study, [study / "protocol.toml"]))


def _zip(file: Path) -> Path:
    shutil.make_archive(str(file), "zip", file.parent / "study" / "coordinator" / "bundles")
    return file.with_name(file.name + ".zip").rename(file)


def test_readings_of_an_earlier_version_of_the_protocol_are_merged_and_say_so(
    folder: Path, tmp_path: Path
) -> None:
    study = folder / "study"
    add_to_study(study, readers=["R3"])
    report = merge_bundles(study, [folder / "OFF-R1.scintiread"])
    assert report.ok
    assert "read by version 1 of the protocol; the study is at 2" in report.files[0].text
    assert study_verify(study).ok


def test_kill_while_reading_loses_no_acknowledged_answer(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = copy_of(folder / "as sent" / "OFF-R1.scintiread", tmp_path / "stick")
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from app.workflows.bundles.open import open_bundle, open_bundle_session\n"
        "from app.study.clock import SimulatedClock\n"
        "from tests.study.helpers import START, YES\n"
        "from tests.workflows.studies import read_one\n"
        f"session = open_bundle_session(open_bundle(Path({str(bundle)!r})), clock=SimulatedClock(START))\n"
        "clock = SimulatedClock(START)\n"
        "for _ in range(2):\n"
        "    read_one(session, clock, YES)\n"
        "    print('saved', flush=True)\n"
        "session.session.open_next()\n"
        "session.session.tick()\n"
        "print('open', flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = os.environ | {"SCINTIREAD_HOME": str(tmp_path / "home")}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as child:
        assert child.stdout is not None
        for expected in ("saved", "saved", "open"):
            assert child.stdout.readline().strip() == expected
        child.send_signal(signal.SIGKILL)
    results = bundle.with_suffix(".scintiread-results")
    with results.open("a", encoding="utf-8") as file:
        file.write('{"half')  # what a power cut leaves of a line
    session, clock = sit(bundle, tmp_path / "home", monkeypatch)
    assert session.session.snapshot.done == 2
    read_one(session, clock, NO)
    session.close()
    report = merge_bundles(folder / "study", [results])
    assert report.ok and report.files[0].added == 6
    assert study_verify(folder / "study").ok
