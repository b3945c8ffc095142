"""What docs/security.md promises and no other test shows: rules of the source, and files made to do harm."""

from __future__ import annotations

import ast
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.annotation.formats import simulator_labels
from app.errors import AppError
from app.scan.read import read_scan
from tests.scan.nm_files import nm_dataset
from tests.test_architecture import MODULES, name_of, text_of


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module with the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def said(call: ast.Call, keyword: str) -> str:
    return next((ast.unparse(each.value) for each in call.keywords if each.arg == keyword), "")


def test_no_array_is_read_as_a_pickle_and_no_weights_as_code() -> None:
    bad = []
    for module in MODULES:
        for name, call in calls(ast.parse(text_of(module))):
            if name in ("np.load", "numpy.load") and said(call, "allow_pickle") not in ("", "False"):
                bad.append(name_of(module))
            if name == "torch.load" and said(call, "weights_only") != "True":
                bad.append(name_of(module))
    assert bad == []


def test_nothing_is_evaluated_and_no_archive_is_unpacked_unseen() -> None:
    forbidden = {"eval", "exec", "compile", "os.system", "os.popen", "shutil.unpack_archive", "yaml.load"}
    bad = []
    for module in MODULES:
        for name, _ in calls(ast.parse(text_of(module))):
            if name in forbidden or name.endswith(".extractall"):
                bad.append(f"{name_of(module)}: {name}")
    assert bad == []


def test_no_connection_is_left_unverified() -> None:
    words = ("CERT_NONE", "_create_unverified_context", "verify=False", "check_hostname = False")
    bad = [f"{name_of(module)}: {word}" for module in MODULES for word in words if word in text_of(module)]
    assert bad == []


def test_no_password_is_an_argument_of_a_command() -> None:
    bad = []
    for module in MODULES:
        if not name_of(module).startswith("app/cli/"):
            continue
        for name, call in calls(ast.parse(text_of(module))):
            if name in ("add", "add_argument", "parser.add_argument") and call.args:
                option = ast.unparse(call.args[0]).strip("'\"")
                if option in ("--password", "--passphrase", "--secret"):
                    bad.append(f"{name_of(module)}: {option}")
    assert bad == []


def deep_file(path: Path, depth: int) -> Path:
    """A DICOM file whose sequences lie in one another `depth` times."""
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    sequence = struct.pack("<HH2sHI", 0x0054, 0x0022, b"SQ", 0, 0xFFFFFFFF)
    ends = struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    scan = nm_dataset(np.ones((32, 32)), np.ones((32, 32)), DetectorInformationSequence=[])
    buffer = io.BytesIO()
    scan.save_as(buffer, enforce_file_format=True)
    content = buffer.getvalue()
    empty = struct.pack("<HH2sHI", 0x0054, 0x0022, b"SQ", 0, 0)
    assert empty in content
    path.write_bytes(content.replace(empty, (sequence + item) * depth + ends * depth))
    return path


@pytest.mark.parametrize("depth", [50, 500, 50_000])
def test_sequences_in_sequences_are_read_or_refused_in_a_sentence(depth: int, tmp_path: Path) -> None:
    path = deep_file(tmp_path / "deep.dcm", depth)
    try:
        scan = read_scan(path)
    except AppError as error:
        assert "deep.dcm" in str(error)
        return
    assert scan.views


def test_an_element_that_claims_gigabytes_costs_no_memory(tmp_path: Path) -> None:
    scan = nm_dataset(np.ones((32, 32)), np.ones((32, 32)))
    scan.add_new(0x00091010, "OB", b"\x00\x00\x00\x00")
    buffer = io.BytesIO()
    scan.save_as(buffer, enforce_file_format=True)
    short = struct.pack("<HH2sHI", 0x0009, 0x1010, b"OB", 0, 4)
    assert short in buffer.getvalue()
    claimed = struct.pack("<HH2sHI", 0x0009, 0x1010, b"OB", 0, 0xF0000000)
    path = tmp_path / "claims.dcm"
    path.write_bytes(buffer.getvalue().replace(short, claimed))
    with pytest.raises(AppError, match=r"claims\.dcm"):
        read_scan(path)


def test_a_mask_file_that_holds_a_pickle_is_refused_and_nothing_in_it_runs(tmp_path: Path) -> None:
    flag = tmp_path / "it-ran"

    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (flag,)  # type: ignore[return-value]  # runs when it is unpickled

    folder = tmp_path / "masks"
    folder.mkdir()
    payload = np.empty(1, dtype=object)
    payload[0] = Harm()
    np.savez(folder / "C1.npz", anterior=payload)
    with zipfile.ZipFile(folder / "C1.npz") as archive:
        assert archive.namelist() == ["anterior.npy"]
    with pytest.raises(AppError, match="C1"):
        simulator_labels.read("C1", (folder / "C1.npz",))
    assert not flag.exists()


def test_every_test_that_the_security_page_names_exists() -> None:
    root = Path(__file__).resolve().parent.parent
    page = (root / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    written = "\n".join(path.read_text(encoding="utf-8") for path in (root / "tests").rglob("test_*.py"))
    assert len(named) > 30
    assert {name for name in named if f"def {name}(" not in written} == set()
