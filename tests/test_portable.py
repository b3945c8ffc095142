"""What runs on Linux alone stays out: Windows and macOS have other calls, code pages and rules for files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app

ROOT = Path(app.__file__).parents[1]
PROGRAM = [*sorted((ROOT / "app").rglob("*.py")), *sorted((ROOT / "installer").rglob("*.py"))]
GUARDED = {"app/scan/isolation.py": {"resource"}}
"""Behind a question for the system."""
POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"}
POSIX_NAMES = {
    "os.fork",
    "os.getuid",
    "os.geteuid",
    "os.killpg",
    "os.setsid",
    "signal.SIGKILL",
    "signal.SIGHUP",
}


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {each.name.partition(".")[0] for each in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.partition(".")[0]}
    return set()


def test_nothing_of_the_program_needs_a_call_that_only_one_system_has() -> None:
    found = {}
    for file in PROGRAM:
        used = set[str]()
        for node in nodes(file):
            used |= (imported(node) & POSIX_MODULES) | ({dotted(node)} & POSIX_NAMES)
        if used - GUARDED.get(name_of(file), set()):
            found[name_of(file)] = used
    assert found == {}


TEXT_MODE = re.compile(r"[rwax]\+?t?")


def without_encoding(node: ast.AST) -> bool:
    """Whether a call opens a text in whatever code page the system has."""
    if not isinstance(node, ast.Call) or any(word.arg in ("encoding", None) for word in node.keywords):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("write_text", "read_text"):
        return len(node.args) < (2 if node.func.attr == "write_text" else 1)
    if dotted(node.func) == "os.open" or not isinstance(node.func, ast.Attribute) or node.func.attr != "open":
        return False
    mode = node.args[0] if node.args else None
    return isinstance(mode, ast.Constant) and TEXT_MODE.fullmatch(str(mode.value)) is not None


def test_every_text_file_says_its_encoding() -> None:
    silent = [
        f"{name_of(file)}:{node.lineno}"
        for file in PROGRAM
        for node in nodes(file)
        if isinstance(node, ast.Call) and without_encoding(node)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "file", [file for file in PROGRAM if ".rename(" in file.read_text(encoding="utf-8")], ids=name_of
)
def test_a_file_is_renamed_only_onto_a_name_that_is_free(file: Path) -> None:
    """`Path.rename` replaces on Linux and refuses on Windows; `replace` says what is meant."""
    assert name_of(file) in RENAMES


RENAMES = {
    "app/workflows/annotation/annotate.py",  # to a name that was just looked for
    "app/workflows/analysis/analyse.py",  # a folder, onto a place that is refused when it is there
    "app/workflows/study/reader_set.py",  # the same
}
