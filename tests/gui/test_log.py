from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gui.log import LogMemory, start_logging, stop_logging
from app.redaction import describe, without_names

log = logging.getLogger("app.test")
PATIENT = "Mustermann"
PICTURE = f"/nowhere/{PATIENT} Erika.dcm"
NAMES = st.from_regex(r"[A-ZÄÖÜ][a-zäöüß]{3,9}( [A-ZÄÖÜ][a-zäöüß]{3,9})?", fullmatch=True)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[LogMemory]:
    memory, problem = start_logging(tmp_path / "logs")
    assert problem == ""
    yield memory
    stop_logging()


@given(NAMES, st.sampled_from(["/data/{}/scan.dcm", "C:\\Scans\\{}\\a.ima", "\\\\server\\{}", "/mnt/{}"]))
def test_a_path_leaves_no_name_behind(name: str, shape: str) -> None:
    for text in (f"cannot open {shape}", f"cannot open '{shape}'", f'[Errno 2] No such file: "{shape}"'):
        assert name not in without_names(text.format(name))


@given(NAMES, st.sampled_from(["dcm", "IMA", "tif", "png", "xlsx"]))
def test_a_file_name_leaves_no_name_behind(name: str, ending: str) -> None:
    assert name not in without_names(f"reading failed: {name}.{ending} is broken")


def test_plain_words_and_numbers_stay() -> None:
    text = "division by zero at row 12 of 256, 3/4 done, and/or index 7 out of bounds"
    assert without_names(text) == text


def test_an_exception_and_its_cause_are_told_by_place_and_kind_without_their_words_in_quotes() -> None:
    def fail() -> None:
        raise KeyError(f"{PATIENT}^Erika")

    try:
        try:
            fail()
        except KeyError as error:
            raise RuntimeError(f"cannot read {PICTURE}") from error
    except RuntimeError as error:
        text = describe(error)
    assert PATIENT not in text
    assert "nowhere" not in text
    assert "KeyError" in text
    assert "RuntimeError" in text
    assert f"{Path(__file__).name}:" in text


def test_the_file_and_the_sheet_hold_the_same_redacted_lines(memory: LogMemory, tmp_path: Path) -> None:
    try:
        Path(PICTURE).read_bytes()
    except OSError:
        log.exception("Opening %s", PICTURE)
    written = (tmp_path / "logs" / "scintiread.log").read_text(encoding="utf-8")
    assert PATIENT not in written + memory.details()
    assert "FileNotFoundError" in written
    assert "FileNotFoundError" in memory.details()


def test_details_name_version_and_system(memory: LogMemory) -> None:
    assert memory.details().startswith("ScintiRead 0.")
    assert "PySide6" in memory.details()


def test_a_folder_that_cannot_be_written_is_said_and_the_memory_still_works(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    memory, problem = start_logging(blocked / "logs")
    log.warning("still here")
    stop_logging()
    assert "cannot be written" in problem
    assert "still here" in memory.details()


def test_other_libraries_do_not_reach_the_log(memory: LogMemory) -> None:
    logging.getLogger("pydicom").warning("Invalid value %s^Erika", PATIENT)
    assert PATIENT not in memory.details()
