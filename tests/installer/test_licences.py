"""What ships, and its licences; told by the Python that freezes, whatever its code page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from installer.editions import READER, ROOT
from installer.environment import Environment
from installer.licences import shipped, write_licences

pytest.importorskip("packaging")


def test_what_is_needed_in_turn_ships_too_and_nothing_else() -> None:
    found = shipped(["pydicom>=3", "matplotlib"])
    assert {"pydicom", "matplotlib", "pyparsing", "fonttools"} <= set(found)
    assert "pytest" not in found


def test_an_extra_brings_its_own() -> None:
    assert "psycopg-binary" in shipped(["psycopg[binary]"])
    assert "psycopg-binary" not in shipped(["psycopg"])


def test_an_environment_that_lacks_something_or_has_it_too_old_is_refused() -> None:
    with pytest.raises(SystemExit, match="no-such-package is not installed"):
        shipped(["no-such-package"])
    with pytest.raises(SystemExit, match="numpy>=99 is wanted by the program, and"):
        shipped(["numpy>=99"])


def test_licences_are_read_whatever_code_page_the_other_python_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Windows Python speaks cp1252 into a pipe, in which names of authors are no UTF-8."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    target = tmp_path / "LICENSES.txt"
    write_licences(Environment(sys.executable, sys.platform), READER, False, ROOT / "LICENSE", target)
    text = target.read_text(encoding="utf-8")
    assert "Apache License" in text and "GNU Lesser General Public License" in text
    assert "\nnumpy " in text and "\nPython 3." in text
    assert "©" in text
