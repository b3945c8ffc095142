"""A screen of its own, and the real program on it: started as a process, driven by real X events."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import app
from tests.patience import PATIENCE_S
from tests.patience import until as wait

ROOT = Path(app.__file__).parents[1]
PROBE = "from PySide6.QtWidgets import QApplication; QApplication([])"


class Screen:
    """One X display, with keyboard and mouse."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    def xdotool(self, *words: str) -> str:
        """Press, type, move, click or look for windows; empty when there is nothing to do it to."""
        run = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S
        )
        return run.stdout.strip()

    def keys(self, *names: str) -> None:
        """Real key presses, one after the other."""
        for name in names:
            self.xdotool("key", "--delay", "40", name)

    def click(self, x: int, y: int) -> None:
        """The left button at a place of the screen."""
        self.xdotool("mousemove", str(x), str(y), "sleep", "0.1", "click", "1")

    def window(self, title: str) -> str:
        """Wait for a window of that title and give it the keyboard, as a window manager would."""
        wait(lambda: bool(self._find(title)), f"a window called {title}")
        found = self._find(title)
        self.xdotool("windowfocus", "--sync", found)
        return found

    def _find(self, title: str) -> str:
        return self.xdotool("search", "--onlyvisible", "--name", f"^{title}$").partition("\n")[0]


class Program:
    """`scintiread` as a process."""

    def __init__(self, screen: Screen, home: Path, *arguments: str) -> None:
        environment = {**screen.environment, "SCINTIREAD_HOME": str(home)}
        command = [sys.executable, "-m", "app", *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def leave(self) -> tuple[int, str]:
        """Wait for its end: status, and what it printed."""
        said, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A virtual screen of 1440 × 960 that nobody else uses."""
    missing = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed: the window cannot be driven from outside")
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1440x960x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    try:
        number = server.stdout.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        found = Screen(f":{number}")
        probe = subprocess.run([sys.executable, "-c", PROBE], env=found.environment, capture_output=True)
        if probe.returncode != 0:
            pytest.skip("Qt's libraries for X are not all installed: the README names them")
        yield found
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE_S)


@pytest.fixture
def start(screen: Screen, home: Path) -> Iterator[Callable[..., Program]]:
    """Starts the program; what is still running after the test is ended."""
    started: list[Program] = []

    def begin(*arguments: str) -> Program:
        started.append(Program(screen, home, *arguments))
        return started[-1]

    yield begin
    for program in started:
        if program.process.poll() is None:
            program.process.kill()
            program.process.communicate(timeout=PATIENCE_S)
