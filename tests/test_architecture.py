"""Rules of the house that a type checker cannot see."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "app").rglob("*.py"))
HOMES = {
    "PySide6": "app/gui",
    "pyqtgraph": "app/gui",
    "sqlalchemy": "app/store",
    "matplotlib": "app/figures",
    "torch": "app/learning",
    "pynetdicom": "app/pacs",
}


def imported_roots(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0] for name in names}


def modules_after(statement: str) -> set[str]:
    """The top-level modules in a fresh interpreter after one statement."""
    code = f"{statement}; import sys; print(' '.join({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_heavy_library_is_imported_in_its_one_home_only(library: str) -> None:
    strangers = [
        str(module.relative_to(ROOT))
        for module in MODULES
        if library in imported_roots(module) and HOMES[library] not in module.as_posix()
    ]
    assert strangers == []


def test_no_file_outgrows_its_room() -> None:
    long = {str(m.relative_to(ROOT)): n for m in MODULES if (n := m.read_text(encoding="utf-8").count("\n")) > 400}
    assert long == {}


def test_presenters_know_no_qt() -> None:
    with_qt = [str(m.relative_to(ROOT)) for m in MODULES if m.name == "presenter.py" and "PySide6" in imported_roots(m)]
    assert with_qt == []


def test_the_command_line_starts_without_the_window() -> None:
    assert modules_after("import app.cli").isdisjoint({"PySide6", "numpy", "torch", "pydicom", "sqlalchemy"})


def test_the_window_starts_without_the_heavy_libraries() -> None:
    heavy = {"torch", "monai", "sklearn", "matplotlib", "pandas", "lightning", "scipy", "skimage", "pydicom", "openpyxl"}
    assert modules_after("import app.gui.application") & heavy == set()


def test_every_module_says_what_it_is() -> None:
    silent = [str(m.relative_to(ROOT)) for m in MODULES if not ast.get_docstring(ast.parse(m.read_text(encoding="utf-8")))]
    assert silent == []


def test_nothing_is_unpickled_and_no_shell_string_is_run() -> None:
    assert [str(m) for m in MODULES if {"pickle", "shelve", "marshal", "dill", "joblib"} & imported_roots(m)] == []
    assert [str(m) for m in MODULES if "shell=True" in m.read_text(encoding="utf-8")] == []
