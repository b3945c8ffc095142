"""The answers inside a bundle: sent back alone it merges, and whatever goes wrong on the way loses none."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import cli
from app.bundles.archive import opened_bundle
from app.bundles.writer import RESULTS
from app.errors import AppError
from app.store.opening import open_study
from app.study.clock import SimulatedClock
from app.study.merge_report import MergeOutcome, MergeReport
from app.workflows.bundles.inside import answers_inside
from app.workflows.bundles.merge import merge_bundles
from app.workflows.bundles.open import OpenBundle, check_bundle, open_bundle, open_bundle_session
from app.workflows.study.read import OpenedSession
from app.workflows.study.verify import study_verify
from tests.study.helpers import NO, START
from tests.workflows.bundle_studies import PASSPHRASE, copy_of, make_bundles, read, sit
from tests.workflows.studies import read_one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study and its bundles, one of them once more with a passphrase."""
    return make_bundles(tmp_path_factory.mktemp("made"))


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    """The study that made them."""
    for part in ("study", "scans"):
        shutil.copytree(made / part, tmp_path / part)
    return tmp_path / "study"


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    """The bundle of R1, as it was sent."""
    return copy_of(made / "OFF-R1.scintiread", tmp_path / "stick")


@pytest.fixture(params=["OFF-R1.scintiread", "locked.scintiread"])
def either(request: pytest.FixtureRequest, made: Path, tmp_path: Path) -> tuple[Path, str | None]:
    """A bundle with its passphrase, if it has one."""
    secret = PASSPHRASE if request.param.startswith("locked") else None
    return copy_of(made / request.param, tmp_path / "stick"), secret


def beside(bundle: Path) -> Path:
    return bundle.with_suffix(".scintiread-results")


def inside(bundle: Path) -> bytes:
    with zipfile.ZipFile(bundle) as archive:
        return archive.read(RESULTS) if RESULTS in archive.namelist() else b""


def sealed(bundle: Path) -> dict[str, bytes]:
    """All members that the coordinator sealed, byte by byte."""
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != RESULTS}


def carried(bundle: Path, secret: str | None = None) -> int:
    return answers_inside(bundle, check_bundle(bundle, passphrase=secret))


def hashes(study: Path) -> list[str]:
    opened = open_study(study)
    try:
        return [reading.sha256 for reading in opened.readings.all("R1")]
    finally:
        opened.close()


def refused(report: MergeReport) -> str:
    (file,) = report.files
    assert file.outcome is MergeOutcome.REFUSED and file.added == 0
    return file.text


def read_more(
    bundle: Path, home: Path, monkeypatch: pytest.MonkeyPatch, count: int, secret: str | None = None
) -> int:
    """Read so many more there; gives how many cases had been done before."""
    session, clock = sit(bundle, home, monkeypatch, secret)
    done = session.session.snapshot.done
    for _ in range(count):
        read_one(session, clock, NO)
    session.close()
    return done


def replaced(bundle: Path, results: bytes) -> None:
    """Put other results into the bundle, as somebody with a zip program does."""
    members = sealed(bundle)
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(RESULTS, results)


def sit_at(opened: OpenBundle) -> tuple[OpenedSession, SimulatedClock]:
    """Sit down at a bundle that was opened before."""
    clock = SimulatedClock(START)
    return open_bundle_session(opened, clock=clock), clock


@contextmanager
def a_full_disk(most: int) -> Iterator[None]:
    """No file can grow past so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_bundle_that_is_sent_back_alone_merges(
    either: tuple[Path, str | None], study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, secret = either
    before = sealed(bundle)
    assert read_more(bundle, tmp_path / "home", monkeypatch, 2, secret) == 0
    assert carried(bundle, secret) == 4, "two locked first answers and two final ones"
    assert read_more(bundle, tmp_path / "home", monkeypatch, 1, secret) == 2
    assert sealed(bundle) == before and inside(bundle) == beside(bundle).read_bytes()
    alone = copy_of(bundle, tmp_path / "mail")
    report = merge_bundles(study, [alone])
    assert report.ok and (report.files[0].file, report.files[0].added) == (bundle.name, 6)
    again = merge_bundles(study, [alone, beside(bundle), bundle])
    assert {file.outcome for file in again.files} == {MergeOutcome.NOTHING_NEW}
    assert len(hashes(study)) == 6 and study_verify(study).ok


def test_read_check_says_how_many_answers_a_bundle_carries(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["read", str(bundle), "--check"]) == 0
    assert "It carries no answers yet." in capsys.readouterr().out
    read(bundle, tmp_path / "home", monkeypatch, 1)
    assert cli.run(["read", str(bundle), "--check"]) == 0
    assert "whole and unaltered\nIt carries 2 answers." in capsys.readouterr().out


def test_a_bundle_that_was_only_looked_at_is_not_written(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bundle.read_bytes()
    read_more(bundle, tmp_path / "home", monkeypatch, 0)
    assert bundle.read_bytes() == before


def test_reading_goes_on_elsewhere_with_the_bundle_alone(
    either: tuple[Path, str | None], study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, secret = either
    read_more(bundle, tmp_path / "home A", monkeypatch, 1, secret)
    there = copy_of(bundle, tmp_path / "other computer")
    assert read_more(there, tmp_path / "home B", monkeypatch, 1, secret) == 1
    back = copy_of(there, tmp_path / "stick")  # over the older one, whose file of results is still there
    assert read_more(back, tmp_path / "home A", monkeypatch, 1, secret) == 2
    assert carried(back, secret) == 6
    assert merge_bundles(study, [copy_of(back, tmp_path / "mail")]).files[0].added == 6
    assert study_verify(study).ok


@pytest.mark.parametrize("before", [0, 1])
def test_a_window_that_was_opened_and_closed_here_does_not_stand_against_answers_from_elsewhere(
    bundle: Path, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    if before:
        read_more(bundle, tmp_path / "home A", monkeypatch, before)
    there = copy_of(bundle, tmp_path / "other computer")
    read_more(bundle, tmp_path / "home A", monkeypatch, 0)
    later = SimulatedClock(START)
    later.advance(3600)
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home B"))
    session = open_bundle_session(open_bundle(there), clock=later)
    read_one(session, later, NO)
    session.close()
    shutil.copy(there, bundle)  # the file beside it is still the one of the first computer
    assert read_more(bundle, tmp_path / "home A", monkeypatch, 1) == before + 1
    merged = merge_bundles(study, [copy_of(bundle, tmp_path / "mail"), beside(bundle)])
    assert [file.added for file in merged.files] == [2 * before + 4, 0] and merged.ok
    assert study_verify(study).ok


def test_a_file_beside_of_a_window_that_was_opened_elsewhere_gives_way_to_the_answers_of_this_computer(
    bundle: Path, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = bundle.read_bytes()
    other = copy_of(bundle, tmp_path / "other computer")
    read_more(bundle, tmp_path / "home A", monkeypatch, 1)
    later = SimulatedClock(START)
    later.advance(3600)
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home B"))
    open_bundle_session(open_bundle(other), clock=later).close()
    bundle.write_bytes(sent)
    shutil.copy(beside(other), beside(bundle))
    assert read_more(bundle, tmp_path / "home A", monkeypatch, 1) == 1
    assert inside(bundle) == beside(bundle).read_bytes()
    assert merge_bundles(study, [bundle]).files[0].added == 4 and study_verify(study).ok


@pytest.mark.parametrize("home", ["home A", "home B"])
def test_a_lost_file_beside_comes_back(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    whole = read(bundle, tmp_path / "home A", monkeypatch, 2).read_bytes()
    beside(bundle).unlink()
    assert read_more(bundle, tmp_path / home, monkeypatch, 1) == 2
    assert beside(bundle).read_bytes().startswith(whole) and carried(bundle) == 6


def test_a_kill_between_the_answer_and_the_writing_is_made_good_at_the_next_opening(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from app.workflows.bundles.open import open_bundle, open_bundle_session\n"
        "from app.study.clock import SimulatedClock\n"
        "from tests.study.helpers import START, YES\n"
        "from tests.workflows.studies import read_one\n"
        f"session = open_bundle_session(open_bundle(Path({str(bundle)!r})), clock=SimulatedClock(START))\n"
        "read_one(session, SimulatedClock(START), YES)\n"
        "print('saved', flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = os.environ | {"SCINTIREAD_HOME": str(tmp_path / "home")}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as child:
        assert child.stdout is not None and child.stdout.readline().strip() == "saved"
        child.send_signal(signal.SIGKILL)
    half = bundle.with_name(f".{bundle.name}.with-answers")
    half.write_bytes(bundle.read_bytes()[:1000])  # and a computer that stopped while it wrote the new file
    assert inside(bundle) == b""
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    open_bundle(bundle).close()
    assert carried(bundle) == 2 and not half.exists()


@pytest.mark.parametrize("how", ["full disk", "no new file"])
def test_where_the_bundle_cannot_be_written_the_old_one_stays_and_the_file_beside_has_all(
    bundle: Path, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "no new file":  # the name leaves no room for a new file; a read-only folder answers in this way
        bundle = bundle.rename(bundle.with_name("x" * 231 + ".scintiread"))
    before = bundle.read_bytes()
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    opened = open_bundle(bundle)
    session, clock = sit_at(opened)
    read_one(session, clock, NO)
    if how == "full disk":
        with a_full_disk(len(before) - 1):
            session.close()
    else:
        session.close()
    assert opened.problem is not None
    assert f"The answers could not be written into {bundle.name} (" in str(opened.problem)
    assert "They are in the file beside it: send that one." in str(opened.problem)
    assert bundle.read_bytes() == before and carried(bundle) == 0
    assert sorted(bundle.parent.iterdir()) == sorted([bundle, beside(bundle)]), "nothing half-written"
    assert merge_bundles(study, [beside(bundle)]).files[0].added == 2
    if how == "full disk":  # there is room again
        open_bundle(bundle).close()
        assert carried(bundle) == 2


def altered(lines: list[bytes]) -> bytes:
    body = json.loads(lines[2])
    body["events_before"] += 1
    return b"".join([*lines[:2], json.dumps(body).encode() + b"\n", *lines[3:]])


SPOILT: dict[str, tuple[Callable[[list[bytes]], bytes], str]] = {
    "altered": (altered, r"results\.jsonl in OFF-R1\.scintiread, line 3, was altered"),
    "removed": (
        lambda lines: b"".join([*lines[:1], *lines[2:]]),
        r"results\.jsonl in OFF-R1\.scintiread, line \d+, does not fit the chain",
    ),
    "cut": (
        lambda lines: b"".join(lines)[:-20],
        r"results\.jsonl in OFF-R1\.scintiread is cut off in its last line",
    ),
    "rubbish": (lambda _lines: b"no results\n", r"results\.jsonl in OFF-R1\.scintiread"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_answers_inside_that_were_tampered_with_are_refused_by_what_is_wrong(
    bundle: Path, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    read(bundle, tmp_path / "home", monkeypatch, 2)
    spoil, said = SPOILT[how]
    replaced(bundle, spoil(inside(bundle).splitlines(keepends=True)))
    kept = beside(bundle).read_bytes()
    for look in (check_bundle, open_bundle):
        with pytest.raises(AppError, match=said):
            look(bundle)
    with pytest.raises(AppError, match=said):
        raise AppError(refused(merge_bundles(study, [bundle])))
    assert beside(bundle).read_bytes() == kept and hashes(study) == []
    assert merge_bundles(study, [beside(bundle)]).files[0].added == 4


def test_a_damaged_member_and_a_member_more_are_refused_by_name(
    bundle: Path, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(bundle, tmp_path / "home", monkeypatch, 1)
    sound = bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        place = archive.getinfo(RESULTS).header_offset + 60
    bundle.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
    with pytest.raises(AppError, match=r"results\.jsonl in OFF-R1\.scintiread was altered or cut off"):
        check_bundle(bundle)
    assert "was altered or cut off" in refused(merge_bundles(study, [bundle]))
    for name in ("more.jsonl", "results2.jsonl", "scans/00009.dcm"):
        bundle.write_bytes(sound)
        with zipfile.ZipFile(bundle, "a") as archive:
            archive.writestr(name, b"more")
        with pytest.raises(AppError, match=rf"do not belong into a bundle \({name}\)"):
            open_bundle(bundle)


def test_a_member_more_beside_the_lock_is_refused_by_name(made: Path, tmp_path: Path) -> None:
    locked = copy_of(made / "locked.scintiread", tmp_path)
    with zipfile.ZipFile(locked, "a") as archive:
        archive.writestr("more.txt", b"more")
    with pytest.raises(AppError, match=r"do not belong into a bundle \(more.txt\)"):
        check_bundle(locked, passphrase=PASSPHRASE)


def test_inside_and_beside_that_contradict_each_other_are_both_kept(
    bundle: Path, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_of(bundle, tmp_path / "mail")
    read(bundle, tmp_path / "home A", monkeypatch, 1)
    read(other, tmp_path / "home B", monkeypatch, 2, NO)
    shutil.copy(other, bundle)
    before = bundle.read_bytes(), beside(bundle).read_bytes()
    for home in ("home A", "home B", "home C"):
        monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / home))
        with pytest.raises(
            AppError, match=r"in OFF-R1\.scintiread and those in OFF-R1\.scintiread-results .* contradict"
        ):
            open_bundle(bundle)
    assert (bundle.read_bytes(), beside(bundle).read_bytes()) == before
    report = merge_bundles(study, [bundle])
    assert [file.outcome for file in report.files] == [MergeOutcome.MERGED, MergeOutcome.CONFLICT]
    assert not report.ok and len(list((study / "coordinator" / "bundles" / "returned").iterdir())) == 2


def test_the_longer_of_inside_and_beside_is_merged(
    bundle: Path, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = read(bundle, tmp_path / "home", monkeypatch, 1).read_bytes()
    older = copy_of(bundle, tmp_path / "older")
    read_more(bundle, tmp_path / "home", monkeypatch, 1)
    beside(older).write_bytes(beside(bundle).read_bytes())
    assert merge_bundles(study, [older]).files[0].added == 4, "beside goes further than inside"
    read_more(bundle, tmp_path / "home", monkeypatch, 1)
    beside(bundle).write_bytes(short + b'{"half')  # a copy of the day before yesterday
    report = merge_bundles(study, [bundle])
    assert report.ok and (report.files[0].added, report.files[0].known) == (2, 4)


def test_answers_that_were_put_into_the_bundle_meanwhile_are_not_overwritten(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_of(bundle, tmp_path / "mail")
    read(other, tmp_path / "home B", monkeypatch, 2, NO)
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home A"))
    opened = open_bundle(bundle)
    session, clock = sit_at(opened)
    read_one(session, clock, NO)
    shutil.copy(other, bundle)  # by a program that keeps folders the same on two computers
    theirs = bundle.read_bytes()
    session.close()
    assert "was changed by another program" in str(opened.problem)
    assert bundle.read_bytes() == theirs


def test_the_signature_of_the_coordinator_stays_valid(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_bundle(bundle) as archive:
        before = archive.manifest
    sent = bundle.read_bytes()
    read(bundle, tmp_path / "home", monkeypatch, 3)
    assert check_bundle(bundle) == before
    with zipfile.ZipFile(bundle) as archive:
        end = archive.getinfo(RESULTS).header_offset
    assert bundle.read_bytes()[:end] == sent[:end], "the sealed part is the same, byte by byte"
