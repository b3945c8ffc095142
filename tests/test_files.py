"""A write that is cut leaves the file that was there, and a disk that refuses says why."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import AppError
from app.files import append_lines, csv_records, csv_text, refusal, whole, write_whole

CUT = """
import os, resource, signal, sys
from pathlib import Path
from app.errors import AppError
from app.files import write_whole
import numpy as np
from app.scan.scan import Scan, View, ViewName
from app.settings import SettingsStore
from app.store.folder import StudyFolder
from app.study.protocol import Protocol
from app.study.truth import CaseTruth
from app.workflows.scans.confirmed_views import ConfirmedViews
from app.workflows.scans.scan_row import ScanRow
from app.workflows.study.left_out import keep_left_out
from app.workflows.study.protocol import write_protocol
from app.workflows.study.truth import keep_key, keep_truth

def scan_of(n):
    counts = np.arange(n, dtype=np.float32).reshape(n, 1)
    return Scan("a", View(ViewName.ANTERIOR, counts), View(ViewName.POSTERIOR, counts + 1))

study = StudyFolder(Path(sys.argv[1]))
study.path.mkdir()
WRITERS = {
    "protocol.toml": lambda n: write_protocol(study.protocol, Protocol("Title" * n, "CODE")),
    "left_out.csv": lambda n: keep_left_out(study, [ScanRow("", (), reason=f"Reason {n}.")], {}),
    "coordinator/truth.csv": lambda n: keep_truth(study, [CaseTruth(f"C{n}", True)] * n),
    "coordinator/key.csv": lambda n: keep_key(study, {f"file {n}": f"C{n}"}),
    "sides.json": lambda n: ConfirmedViews(study.path / "sides.json").remember(scan_of(n), True),
    "settings.json": lambda n: SettingsStore(study.path / "settings.json").change(recent_studies=("x" * n,)),
    "anything": lambda n: write_whole(study.path / "anything", "x" * n),
}

def killed_before_the_rename():
    sys.addaudithook(lambda event, _: os.kill(os.getpid(), signal.SIGKILL) if event == "os.rename" else None)

def no_byte_more():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3, resource.RLIM_INFINITY))

for name, write in WRITERS.items():
    write(7)
    before = (study.path / name).read_bytes()
    for cut in (killed_before_the_rename, no_byte_more):
        child = os.fork()
        if child == 0:
            cut()
            try:
                write(9)
            except AppError:
                os._exit(2)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(name, cut.__name__, ended, (study.path / name).read_bytes() == before)
    write(9)
    print(name, "whole", (study.path / name).read_bytes() != before, 9)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kills and limits a process as Linux does")
def test_a_write_that_is_cut_leaves_the_old_file_whole(tmp_path: Path) -> None:
    script = [sys.executable, "-c", CUT, str(tmp_path / "study")]
    run = subprocess.run(script, capture_output=True, text=True, timeout=120)
    assert run.stderr == ""
    lines = run.stdout.splitlines()
    assert len(lines) == 3 * 7
    for killed, full, after in zip(lines[0::3], lines[1::3], lines[2::3], strict=True):
        assert killed.endswith(" killed_before_the_rename -9 True")
        assert full.endswith(" no_byte_more 2 True")
        assert after.endswith(" whole True 9")


def test_the_old_file_is_whole_while_the_new_one_is_being_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, "old")
    with pytest.raises(RuntimeError), whole(file) as out:
        out.write(b"half of the n")
        out.flush()
        assert file.read_text() == "old"
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["file"], "no draft stays"
    with whole(file) as out:
        out.write(b"new")
    assert file.read_text() == "new"


@pytest.mark.skipif(os.name != "posix", reason="needs the device that is always full")
def test_a_full_disk_is_called_full(tmp_path: Path) -> None:
    with pytest.raises(OSError) as refused, Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")
    assert refusal(refused.value) == "the disk is full"
    (tmp_path / "list").symlink_to("/dev/full")
    with pytest.raises(OSError) as refused:
        append_lines(tmp_path / "list", ["x"])
    assert refusal(refused.value) == "the disk is full"
    assert refusal(OSError(errno.EACCES, os.strerror(errno.EACCES))) == "Permission denied"


def test_a_path_that_is_too_long_for_windows_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows says of such a file that it is not there; as if it did so here."""
    deep = tmp_path / "a folder" / ("x" * 200) / ("y" * 100)
    monkeypatch.setattr("app.files._LONGEST_PATH", 259)
    with pytest.raises(OSError) as missing:
        deep.read_bytes()
    assert refusal(missing.value) == f"its path has {len(str(deep))} letters, and Windows takes 259"
    with pytest.raises(OSError) as missing:
        (tmp_path / "short").read_bytes()
    assert refusal(missing.value) == "No such file or directory"


def test_a_file_that_a_virus_scanner_holds_for_a_moment_is_replaced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a file that is in use cannot be replaced; as if it was so twice here."""
    file, replace, refusals = tmp_path / "answers.csv", Path.replace, [PermissionError(), PermissionError()]
    write_whole(file, "old")

    def held(draft: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr("app.files._WHILE_HELD_SECONDS", (0.0, 0.0, 0.0))
    write_whole(file, "new")
    assert file.read_text(encoding="utf-8") == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["answers.csv"]


def test_a_file_where_a_folder_should_be_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(AppError) as refused:
        write_whole(tmp_path / "folder" / "file.csv", "x", "Choose another place.")
    assert refused.value.message.startswith("file.csv could not be written: ")
    assert refused.value.hint == "Choose another place."


@pytest.mark.skipif(os.name != "posix", reason="rights are a Unix thing")
def test_what_is_private_is_so_from_its_first_byte(tmp_path: Path) -> None:
    with whole(tmp_path / "secret", private=True) as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
    append_lines(tmp_path / "list", ["x"], private=True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    write_whole(tmp_path / "open", b"")
    (tmp_path / "usual").touch()
    assert (tmp_path / "open").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    rows = [("a", "b"), ("1,2", 'say "x"\nü'), ("", "=1")]
    write_whole(tmp_path / "t.csv", csv_text(rows))
    assert csv_records(tmp_path / "t.csv") == [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert csv_text([("a", 1)], "\r\n") == "a,1\r\n"
