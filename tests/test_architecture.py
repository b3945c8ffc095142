"""Rules of the house that a type checker cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import grimp
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


def text_of(module: Path) -> str:
    return module.read_text(encoding="utf-8")


def name_of(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def imported_roots(module: Path) -> set[str]:
    tree = ast.parse(text_of(module))
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
        name_of(module)
        for module in MODULES
        if library in imported_roots(module) and HOMES[library] not in module.as_posix()
    ]
    assert strangers == []


def test_no_file_outgrows_its_room() -> None:
    long = {name_of(m): lines for m in MODULES if (lines := text_of(m).count("\n")) > 400}
    assert long == {}


def rooms_in(place: str) -> set[str]:
    """The folders with modules below a folder of the program."""
    return {
        name_of(module).removeprefix(place + "/").partition("/")[0]
        for module in MODULES
        if name_of(module).startswith(place + "/") and name_of(module).count("/") > place.count("/") + 1
    }


def test_the_command_line_starts_without_the_window() -> None:
    assert modules_after("import app.cli").isdisjoint({"PySide6", "numpy", "torch", "pydicom", "sqlalchemy"})


def test_the_window_starts_without_the_heavy_libraries() -> None:
    heavy = {"torch", "monai", "sklearn", "matplotlib", "pandas", "lightning", "scipy", "skimage"}
    heavy |= {"pydicom", "openpyxl", "xlsxwriter", "nibabel", "shapely"}
    assert modules_after("import app.gui.application") & heavy == set()


def test_every_module_says_what_it_is() -> None:
    silent = [name_of(module) for module in MODULES if not ast.get_docstring(ast.parse(text_of(module)))]
    assert silent == []


def test_nothing_is_unpickled_and_no_shell_string_is_run() -> None:
    picklers = {"pickle", "shelve", "marshal", "dill", "joblib"}
    assert [name_of(module) for module in MODULES if picklers & imported_roots(module)] == []
    assert [name_of(module) for module in MODULES if "shell=True" in text_of(module)] == []


def test_a_line_ends_at_a_line_feed_and_nowhere_else() -> None:
    """`str.splitlines` also ends lines at U+0085, U+2028 and their like, which texts may hold."""
    assert [name_of(module) for module in MODULES if "splitlines" in text_of(module)] == []


def test_tables_that_people_bring_are_read_in_one_place() -> None:
    readers = {name_of(m) for m in MODULES if "csv.reader(" in text_of(m) or "load_workbook" in text_of(m)}
    assert readers == {"app/tables/delimited.py", "app/tables/workbook.py"}


@pytest.mark.parametrize(
    ("what", "home"),
    [
        ("fsync", "app/files.py"),
        ('rfind(b"\\n")', "app/study/chain.py"),
        ("json.loads", "app/bounded.py"),
        ("tomllib.load", "app/bounded.py"),
        ("Image.open(", "app/scan/opened_picture.py"),
    ],
    ids=["disk", "chain", "json", "toml", "pictures"],
)
def test_what_must_not_go_wrong_is_said_once(what: str, home: str) -> None:
    assert [name_of(module) for module in MODULES if what in text_of(module)] == [home]


ROOMS = {
    "analysis", "annotation", "bundles", "models", "pacs", "rehearsal", "reports", "scans", "simulator",
    "study", "training",
}  # fmt: skip
"""What a person comes for: the same name in the window, on the command line and among the workflows."""
PAGES_OF_THEIR_OWN = {"reading", "settings"}


def test_a_task_is_found_under_one_name_in_window_command_line_and_workflows() -> None:
    inside = {place: rooms_in(place) for place in ("app/workflows", "app/cli", "app/gui/pages")}
    assert inside["app/workflows"] == inside["app/cli"] == ROOMS
    assert inside["app/gui/pages"] - PAGES_OF_THEIR_OWN <= ROOMS


def test_pages_share_widgets_and_not_each_others_files() -> None:
    graph = grimp.build_graph("app", cache_dir=None)
    pages = graph.find_descendants("app.gui.pages")
    across = {
        f"{module} imports {other}"
        for module in pages
        for other in graph.find_modules_directly_imported_by(module) & pages
        if module.split(".")[3] != other.split(".")[3]
    }
    assert across == set()


BESIDE = {
    "annotation.counted_labels", "scans.key_file", "study.case_scan", "study.copies",
    "study.lesion_masks", "study.marks", "study.record", "study.truth", "training.cohort",
    "training.labels",
}  # fmt: skip
"""What several rooms of the workflows need, and nobody asks for by itself."""


def test_what_is_no_task_lies_beside_the_task_that_it_serves() -> None:
    graph = grimp.build_graph("app", cache_dir=None)
    astray = set()
    for module in graph.find_descendants("app.workflows"):
        room, _, name = module.removeprefix("app.workflows.").partition(".")
        importers = graph.find_modules_that_directly_import(module)
        asked_for = any(importer.startswith(("app.gui.", "app.cli.")) for importer in importers)
        if name and not asked_for and any(room != importer.split(".")[2] for importer in importers):
            astray.add(f"{room}.{name}")
    assert astray == BESIDE


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_leads_to_is_there(page: str) -> None:
    named = set(re.findall(r"`((?:app|tests|docs|resources)/[\w./-]+\.\w+)`", text_of(ROOT / page)))
    assert named
    assert {place for place in named if not (ROOT / place).is_file()} == set()


MADE_PLAIN = {"app/gui/widgets/labels.py", "app/gui/widgets/elided_label.py"}


def test_labels_show_words_as_they_are() -> None:
    """Qt follows tags in a label's text unless it is told not to, and words of strangers stand in them."""
    made = {name_of(module) for module in MODULES if re.search(r"\bQLabel\(", text_of(module))}
    assert made <= MADE_PLAIN


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Also where the import is for the type checker alone."""
    graph = grimp.build_graph("app", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    def reached(module: str) -> set[str]:
        found, ahead = set[str](), [module]
        while ahead:
            new = imports[ahead.pop()] - found
            found |= new
            ahead += new
        return found

    assert {module for module in imports if module in reached(module)} == set()


def test_comments_say_why_and_are_no_rulers() -> None:
    rulers = [
        name_of(module)
        for module in MODULES
        if re.search(r"^\s*# (-{3}|={3}|inside$)", text_of(module), re.M)
    ]
    assert rulers == []


def takes_arrays(node: ast.FunctionDef) -> bool:
    annotations = [each.annotation for each in (*node.args.args, *node.args.kwonlyargs)] + [node.returns]
    return any("NDArray" in ast.unparse(each) for each in annotations if each is not None)


def test_public_functions_say_what_their_arrays_are() -> None:
    """A type or a shape, or whose arrays they are like."""
    told = re.compile(
        r"\b(float|bool|u?int)(ing|egers?|8|16|32|64|p)?\b"
        r"|\((n|k|rows|cases|\d)[,) ]|arrays (are )?as|any shape"
    )
    silent = [
        f"{name_of(module)}:{node.lineno} {node.name}"
        for module in MODULES
        for holder in ast.walk(ast.parse(text_of(module)))
        if isinstance(holder, ast.Module | ast.ClassDef)
        for node in holder.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and takes_arrays(node)
        if not told.search(ast.get_docstring(node) or "")
    ]
    assert silent == []


def test_no_two_public_classes_share_a_name() -> None:
    names = Counter(
        node.name
        for module in MODULES
        for node in ast.parse(text_of(module)).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert not {name for name, times in names.items() if times > 1}
