"""kill -9 at random moments of merging, restoring and unpacking: the same again ends as if nothing had been.

A few kills each here; SCINTIREAD_KILLS=100 pytest tests/attacks/test_kills.py for many.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store.opening import open_study
from app.workflows.bundles.make import make_all_bundles, make_bundle
from app.workflows.bundles.merge import merge_bundles
from app.workflows.bundles.open import open_bundle
from app.workflows.study.restore import study_restore
from app.workflows.study.verify import study_verify
from tests.study.helpers import YES, protocol
from tests.workflows import studies
from tests.workflows.bundle_studies import LOOKED, PASSPHRASE, make_study, read, rules

KILLS = int(os.environ.get("SCINTIREAD_KILLS", "4"))
LONGEST_SECONDS = 0.5

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a Unix thing"),
    pytest.mark.timeout(60 + 20 * KILLS),
]


def killed(work: Callable[[], object], chance: random.Random) -> None:
    """Begin the work in a process of its own, and kill that."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(chance.uniform(0.0, LONGEST_SECONDS))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def forget_locks(folder: Path) -> None:
    """One that was just being written when its holder was killed counts as taken for five seconds."""
    for lock in folder.glob("*.lock"):
        lock.unlink()


def hashes(study: Path, reader: str) -> list[str]:
    opened = open_study(study)
    try:
        return [reading.sha256 for reading in opened.readings.all(reader)]
    finally:
        opened.close()


def test_kills_of_a_merge_lose_and_double_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_study(tmp_path / "made", rules())
    make_all_bundles(made, tmp_path, assurance=LOOKED)
    results = [read(tmp_path / f"OFF-{who}.scintiread", tmp_path / who, monkeypatch) for who in ("R1", "R2")]
    whole = shutil.copytree(made, tmp_path / "whole")
    assert merge_bundles(whole, results).ok
    wanted = [hashes(whole, who) for who in ("R1", "R2")]
    chance = random.Random(1)
    for number in range(KILLS):
        study = shutil.copytree(made, tmp_path / f"study{number}")
        killed(lambda study=study: merge_bundles(study, results), chance)  # type: ignore[misc]
        forget_locks(study / "locks")
        assert merge_bundles(study, results).ok
        assert [hashes(study, who) for who in ("R1", "R2")] == wanted
        assert study_verify(study).ok
        shutil.rmtree(study)


def test_kills_of_a_restore_lose_nothing_that_the_backup_or_the_copy_has(tmp_path: Path) -> None:
    made = studies.make_study(tmp_path / "made", protocol(), second_copy=str(tmp_path / "copies")).path
    studies.read_all(made, YES)
    wanted = hashes(made, "R1")
    chance = random.Random(2)
    for number in range(KILLS):
        study = shutil.copytree(made, tmp_path / f"study{number}")
        (study / "study.db").write_bytes(b"x" * 5000)
        for beside in study.glob("study.db-*"):
            beside.unlink()
        killed(lambda study=study: study_restore(study), chance)  # type: ignore[misc]
        forget_locks(study / "locks")
        study_restore(study)
        assert hashes(study, "R1") == wanted
        assert study_verify(study).ok
        shutil.rmtree(study)


def test_kills_while_a_locked_bundle_is_unpacked_leave_no_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_study(tmp_path, rules())
    bundle = make_bundle(
        study, "R1", tmp_path / "R1.scintiread", passphrase=PASSPHRASE, assurance=LOOKED
    ).file
    chance = random.Random(3)
    for number in range(KILLS):
        home = tmp_path / f"home{number}"
        monkeypatch.setenv("SCINTIREAD_HOME", str(home))
        killed(lambda: open_bundle(bundle, passphrase=PASSPHRASE), chance)
        forget_locks(tmp_path)
        open_bundle(bundle, passphrase=PASSPHRASE).close()
        assert [file.name for file in home.rglob("*.dcm")] == []
        shutil.rmtree(home)
