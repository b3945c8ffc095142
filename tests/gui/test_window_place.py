from __future__ import annotations

from pathlib import Path

import pytest

from app.window_request import WindowRequest
from tests.gui.conftest import OpenProgram


def test_the_window_comes_back_as_large_as_it_was_left(open_program: OpenProgram) -> None:
    first = open_program()
    first.resize(780, 640)  # smaller than the offscreen screen
    left = first.size().toTuple()
    first.close()
    assert left[1] == 640
    assert open_program().size().toTuple() == left


def test_at_the_first_start_the_window_fits_the_screen(open_program: OpenProgram) -> None:
    window = open_program()
    room = window.screen().availableGeometry()
    assert window.width() <= room.width()
    assert window.height() <= room.height()


def test_a_damaged_file_costs_nothing_but_the_place(open_program: OpenProgram, home: Path) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "window").write_bytes(b"not a place")
    window = open_program()
    assert window.width() > 600
    assert window.banners.shown() == ()


def test_a_place_that_cannot_be_kept_keeps_nobody_from_leaving(open_program: OpenProgram, home: Path) -> None:
    window = open_program()
    (home / "config" / "window").mkdir()
    assert window.close()
    assert "could not be kept" in (home / "logs" / "scintiread.log").read_text()


@pytest.mark.parametrize("page", ["library", "reading", "settings"])
def test_the_title_names_the_page_and_nothing_of_what_is_open(
    open_program: OpenProgram, tmp_path: Path, page: str
) -> None:
    study = tmp_path / "Doe^Jane"
    study.mkdir()
    window = open_program(WindowRequest(page=page, study=study))
    assert window.windowTitle() == f"{page.capitalize()} – ScintiRead"
