"""A study on a disc or a share where nobody can write: looked at as it lies there, and never read into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import AppError
from app.workflows.study.check import study_check
from app.workflows.study.export import study_export
from app.workflows.study.read import open_session
from app.workflows.study.status import study_status
from app.workflows.study.verify import study_verify
from tests.study.helpers import NO
from tests.workflows.studies import make_study, read_all


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What the system says of a folder that is mounted for reading only, also to an administrator."""
    study = make_study(tmp_path, truth=True).path
    read_all(study, NO)
    asked = os.access

    def access(path: os.PathLike[str] | str, mode: int, **more: object) -> bool:
        inside = Path(path) == study or study in Path(path).parents
        return not (inside and mode & os.W_OK) and asked(path, mode)

    monkeypatch.setattr(os, "access", access)
    yield study


def everything(study: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted(study.rglob("*")) if file.is_file()}


def test_an_archive_is_followed_verified_and_exported_and_stays_as_it_is(
    archive: Path, tmp_path: Path
) -> None:
    before = everything(archive)
    with study_status(archive) as status:
        assert [reader.done for reader in status.readers] == [3]
    assert study_verify(archive).ok
    assert study_export(archive, tmp_path / "out", ("csv",)).readings == 3
    assert everything(archive) == before


def test_nobody_reads_in_an_archive_and_the_check_says_so_first(archive: Path) -> None:
    assert "nobody can write" in str(study_check(archive).findings[0])
    with pytest.raises(AppError, match=r"read-only|cannot be"):
        open_session(archive, "R1")


def test_records_that_still_wait_in_a_journal_are_not_passed_over(archive: Path) -> None:
    (archive / "study.db-wal").write_bytes(b"frames")
    with pytest.raises(AppError, match=r"last records wait in study\.db-wal"):
        study_verify(archive)
