"""What runs on Linux alone stays out: Windows and macOS have other calls, code pages and rules for files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app

ROOT = Path(app.__file__).parents[1]
APP = sorted((ROOT / "app").rglob("*.py"))
PROGRAM = [*APP, *sorted((ROOT / "installer").rglob("*.py")), ROOT / "build_installer.py"]
GUARDED = {"app/scan/isolation.py": {"resource"}}
"""Behind a question for the system."""
POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"}
POSIX_NAMES = {
    *(
        f"os.{name}"
        for name in ("fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getpgid", "killpg")
    ),
    *(
        f"os.{name}"
        for name in ("setsid", "setuid", "setpgid", "mkfifo", "chown", "lchown", "chroot", "nice")
    ),
    *(
        f"os.{name}"
        for name in ("getloadavg", "sched_getaffinity", "uname", "wait", "waitid", "sync", "fchmod")
    ),
    *(
        f"signal.SIG{name}"
        for name in ("KILL", "HUP", "USR1", "USR2", "CHLD", "ALRM", "QUIT", "STOP", "CONT")
    ),
    *(f"signal.{name}" for name in ("alarm", "setitimer", "pause", "pthread_kill", "sigwait")),
    "time.tzset",
    "socket.AF_UNIX",
    "Path.owner",
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
OF_A_CHILD = {"run", "Popen", "check_output", "check_call", "call"}
OPENERS = {"open", "fdopen", "NamedTemporaryFile", "TemporaryFile", "TextIOWrapper"}
MODE_COMES_SECOND = {"open", "os.fdopen", "io.open", "codecs.open", "gzip.open"}


def without_encoding(node: ast.AST) -> bool:
    """Whether a call opens a text, or hears a child, in whatever code page the system has."""
    if not isinstance(node, ast.Call) or any(word.arg in ("encoding", None) for word in node.keywords):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called in ("write_text", "read_text"):
        return len(node.args) < (2 if called == "write_text" else 1)
    if called in OF_A_CHILD:
        return any(word.arg in ("text", "universal_newlines") for word in node.keywords)
    if called not in OPENERS or dotted(node.func) == "os.open":
        return False
    if called == "TextIOWrapper":
        return len(node.args) < 2
    place = 1 if (dotted(node.func) or called) in MODE_COMES_SECOND else 0
    given = [word.value for word in node.keywords if word.arg == "mode"] or node.args[place : place + 1]
    return any(isinstance(mode, ast.Constant) and TEXT_MODE.fullmatch(str(mode.value)) for mode in given)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("path.write_text(words)", True),
        ("path.write_text(words, encoding='utf-8')", False),
        ("path.read_text('utf-8')", False),
        ("path.open('w')", True),
        ("path.open('wb')", False),
        ("path.open(mode='a')", True),
        ("open(path, 'w')", True),
        ("open(path, 'rb')", False),
        ("os.fdopen(handle, 'w')", True),
        ("os.open(path, flags)", False),
        ("io.TextIOWrapper(stream)", True),
        ("subprocess.run(words, text=True)", True),
        ("subprocess.run(words, text=True, encoding='utf-8')", False),
        ("subprocess.run(words, capture_output=True)", False),
        ("tempfile.NamedTemporaryFile('w')", True),
    ],
)
def test_a_text_without_an_encoding_is_found(code: str, found: bool) -> None:
    assert without_encoding(ast.parse(code, mode="eval").body) is found


def test_every_text_file_says_its_encoding() -> None:
    silent = [
        f"{name_of(file)}:{node.lineno}"
        for file in PROGRAM
        for node in nodes(file)
        if isinstance(node, ast.Call) and without_encoding(node)
    ]
    assert silent == []


MOVES = {"os.replace", "os.rename", "os.renames", "shutil.move"}
WHERE_FILES_MOVE = "app/files.py"


def moves(node: ast.AST) -> bool:
    """Whether a call gives a file another name: `replace` with one word is a path's, with two a text's."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    alone = len(node.args) == 1 and not node.keywords
    return dotted(node.func) in MOVES or (node.func.attr in ("rename", "replace") and alone)


def test_a_file_takes_the_place_of_another_in_one_way_that_waits_for_who_holds_it() -> None:
    """Windows refuses while a virus scanner looks at it, and `rename` where the name is taken."""
    found = [
        f"{name_of(file)}:{getattr(node, 'lineno', 0)}"
        for file in APP
        for node in nodes(file)
        if moves(node) and name_of(file) != WHERE_FILES_MOVE
    ]
    assert found == []


def test_rights_are_set_in_one_way_that_windows_knows_too() -> None:
    """A mode says nothing there: `chmod` hides no key from anybody."""
    found = [
        f"{name_of(file)}:{node.lineno}"
        for file in APP
        for node in nodes(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "chmod"
    ]
    assert [place.partition(":")[0] for place in found] == ["app/private.py"]


def test_a_folder_for_its_owner_alone_is_made_in_one_way() -> None:
    found = [
        f"{name_of(file)}:{node.lineno}"
        for file in APP
        for node in nodes(file)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "mkdir"
        and any(word.arg == "mode" for word in node.keywords)
    ]
    assert [place.partition(":")[0] for place in found] == ["app/private.py"]
