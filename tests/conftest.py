"""What every test stands on: no display, a home of its own, properties that always give the same verdict."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # without a platform Qt aborts the interpreter
_FIRST_HOME = tempfile.TemporaryDirectory(prefix="scintiread-tests-")
os.environ["SCINTIREAD_HOME"] = _FIRST_HOME.name  # never the home of the person who runs the tests
os.environ["LANGUAGE"] = "en"  # the window speaks the system's language
os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests share the cores: threads of tiny nets only wait in line

import pytest  # noqa: E402  (the environment has to be set first)
from hypothesis import HealthCheck, settings  # noqa: E402

settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings, data and logs of this test alone."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SCINTIREAD_HOME", str(folder))
    yield folder
