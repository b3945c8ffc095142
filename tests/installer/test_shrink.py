"""What is taken out of a frozen folder after it has been made."""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installer.shrink import elf, shrink
from installer.standard import keep_own_objects

needs_compiler = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, ("gcc", "strip", "objdump"))),
    reason="needs gcc and binutils on Linux",
)


def library(path: Path, code: str, *needs: str) -> Path:
    """A shared library of this C code, with debugging symbols, that needs the others beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = path.with_suffix(".c")
    source.write_text(code, encoding="utf-8")
    links = [
        "-Wl,--no-as-needed",
        f"-Wl,-soname,{path.name}",
        "-L",
        str(path.parent),
        *(f"-l:{name}" for name in needs),
    ]
    command = ["gcc", "-g3", "-shared", "-fPIC", "-o", str(path), str(source), *links]
    subprocess.run(command, check=True)
    source.unlink()
    return path


@needs_compiler
def test_libraries_lose_their_symbols_and_still_load_and_orphans_go(tmp_path: Path) -> None:
    inside = tmp_path / "_internal"
    helper = library(inside / "libhelper.so.1", "int helper(void) { return 40; }")
    orphan = library(inside / "liborphan.so.1", "int orphan(void) { return 1; }")
    python = library(inside / "libpython3.so.1", "int python(void) { return 1; }")
    code = "int helper(void); int answer(void) { return helper() + 2; }"
    module = library(inside / "module.so", code, "libhelper.so.1")
    assert "libhelper.so.1" in elf(module).needs
    (inside / "link.so").symlink_to(orphan)
    before = module.stat().st_size
    shrink(tmp_path)
    assert module.stat().st_size < before
    ctypes.CDLL(str(helper), mode=ctypes.RTLD_GLOBAL)
    assert ctypes.CDLL(str(module)).answer() == 42
    assert python.exists()
    assert not orphan.exists()
    assert not (inside / "link.so").is_symlink()
    assert not list(inside.glob("*.stripped"))


def test_the_standard_keeps_scans_masks_and_reports_and_loses_the_rest(tmp_path: Path) -> None:
    objects = {
        "segmentation": [{"key": "patient"}, {"key": "segmentation-image"}],
        "nuclear-medicine-image": [{"key": "patient"}, {"key": "nm-image"}],
        "ct-image": [{"key": "patient"}, {"key": "ct-image"}],
    }
    known = {name: [{"keyword": name}] for name in ("patient", "segmentation-image", "nm-image", "ct-image")}
    (tmp_path / "iod_module_map.json").write_text(json.dumps(objects), encoding="utf-8")
    (tmp_path / "module_attribute_map.json").write_text(json.dumps(known), encoding="utf-8")
    keep_own_objects(tmp_path)
    kept = json.loads((tmp_path / "module_attribute_map.json").read_text(encoding="utf-8"))
    assert set(kept) == {"patient", "segmentation-image", "nm-image"}
    keep_own_objects(tmp_path / "elsewhere")
