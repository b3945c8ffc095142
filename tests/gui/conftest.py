"""What every test of the window stands on."""

from __future__ import annotations

import pyqtgraph
import pytest


@pytest.fixture(autouse=True, scope="session")
def every_mouse_move_counts() -> None:
    """Let all moves through: pyqtgraph's limit of 100 a second swallows those of a test."""
    pyqtgraph.setConfigOption("mouseRateLimit", -1)
