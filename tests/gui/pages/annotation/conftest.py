"""A folder with three small scans to annotate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.gui.main_window import MainWindow
from app.gui.pages.annotation.view import AnnotatePage
from tests.scan.nm_files import toy_counts, write_nm


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    rng = np.random.default_rng(3)
    for name in ("a", "b", "c"):
        write_nm(folder / f"{name}.dcm", *toy_counts(rng, hot_spots=((400, 100),)))
    return folder


@pytest.fixture
def page(window: MainWindow) -> AnnotatePage:
    """The annotate page of the window that the tests of a file open."""
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    return page
