"""ICU without the tables of single languages still sorts; a small library stands in for OpenBLAS."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installer.small_libraries import make_small
from tests.installer.test_shrink import library

PySide6 = pytest.importorskip("PySide6")
QT = Path(PySide6.__file__).parent / "Qt" / "lib"
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, ("cc", "gcc", "nm", "objdump"))),
    reason="needs a C compiler and binutils on Linux",
)

_SORT = """
import ctypes, sys
from pathlib import Path
folder = Path(sys.argv[1])
data, uc, i18n = (next(folder.glob(f"libicu{name}.so.*")) for name in ("data", "uc", "i18n"))
number = data.name.rsplit(".", 1)[1]
for each in (data, uc):
    ctypes.CDLL(str(each), mode=ctypes.RTLD_GLOBAL)
icu = ctypes.CDLL(str(i18n))
error = ctypes.c_int(0)
opened = getattr(icu, f"ucol_open_{number}")
opened.restype = ctypes.c_void_p
collator = opened(b"de_DE", ctypes.byref(error))
assert collator and error.value <= 0, error.value
less = getattr(icu, f"ucol_strcollUTF8_{number}")
words = [word.encode() for word in ("Ähre", "Zebra", "ähre", "a")]
def compare(one, other):
    return less(ctypes.c_void_p(collator), one, len(one), other, len(other), ctypes.byref(error))
from functools import cmp_to_key
print(" ".join(word.decode() for word in sorted(words, key=cmp_to_key(compare))))
"""


@pytest.mark.skipif(not list(QT.glob("libicudata.so.*")), reason="this build of Qt has no ICU of its own")
def test_icu_sorts_without_the_tables_of_single_languages(tmp_path: Path) -> None:
    qt = tmp_path / "PySide6" / "Qt" / "lib"
    qt.mkdir(parents=True)
    for path in QT.glob("libicu*"):
        shutil.copy(path, qt)
    (data,) = qt.glob("libicudata.so.*")
    before = data.stat().st_size
    make_small(tmp_path)
    assert data.stat().st_size < before / 5
    command = [sys.executable, "-X", "utf8", "-c", _SORT, str(qt)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    assert run.stdout.split() == ["a", "ähre", "Ähre", "Zebra"]


def frozen_scipy(folder: Path, functions: int) -> Path:
    """A module that names so many functions of a large library; gives the large one."""
    names = [f"scipy_f{number}_" for number in range(functions)]
    large = library(
        folder / "scipy.libs" / "libscipy_openblas-1.so",
        "\n".join(f"int {name}(void) {{ return 1; }}" for name in [*names, "scipy_other_"]),
    )
    calls = " + ".join(f"{name}()" for name in names)
    declared = "\n".join(f"int {name}(void);" for name in names)
    made = library(
        folder / "scipy.libs" / "module.so",
        f"{declared}\nint used(void) {{ return {calls}; }}\nint fine(void) {{ return 7; }}",
        large.name,
    )
    (folder / "scipy").mkdir()
    shutil.move(made, folder / "scipy" / "module.so")
    library(folder / "scipy.libs" / "libonlyblas.so.1", "int only(void) { return 1; }")
    return large


_CALL = """
import ctypes, sys
ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
module = ctypes.CDLL(sys.argv[2])
print(module.fine(), flush=True)
module.used()
"""


def test_a_stand_in_loads_and_says_so_when_it_is_called_after_all(tmp_path: Path) -> None:
    large = frozen_scipy(tmp_path, 1)
    make_small(tmp_path)
    assert not list(large.parent.glob("libonlyblas*"))
    command = [sys.executable, "-c", _CALL, str(large), str(tmp_path / "scipy" / "module.so")]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.stdout.strip() == "7"
    assert run.returncode != 0
    assert "no linear algebra of scipy" in run.stderr


def test_a_library_of_which_much_is_used_stays(tmp_path: Path) -> None:
    large = frozen_scipy(tmp_path, 5)
    before = large.read_bytes()
    make_small(tmp_path)
    assert large.read_bytes() == before
