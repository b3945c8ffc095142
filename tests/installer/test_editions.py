"""What each edition of the installer holds; building one is tested by tests/e2e/test_frozen.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app import __version__
from build_installer import main
from installer.desktop import ENTRY, MIME_TYPE
from installer.editions import FULL, READER, requirements, version
from installer.trim import chosen, kept


def names(listed: list[str]) -> set[str]:
    return {line.replace(">", "=").replace("[", "=").split("=")[0] for line in listed}


def test_the_installer_has_the_version_of_the_program() -> None:
    assert version() == __version__


def test_the_reader_edition_installs_onnxruntime_and_no_torch_and_the_full_one_both() -> None:
    reader, full = names(requirements(READER, cpu=False)), names(requirements(FULL, cpu=False))
    assert {"onnxruntime", "psycopg"} <= reader  # readers log in to a server
    assert {"torch", "monai", "SimpleITK"} & reader == set()
    assert {"torch", "monai", "onnxruntime", "psycopg"} <= full
    assert "SimpleITK" not in full


def test_torch_for_processors_is_the_tested_version() -> None:
    (torch,) = [line for line in requirements(FULL, cpu=True) if line.startswith("torch")]
    assert torch.endswith("+cpu")


@pytest.mark.parametrize(
    ("place", "stays"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
        ("PySide6/Qt/translations/qt_de.qm", False),
        (r"PySide6\Qt6Core.dll", True),
        (r"PySide6\plugins\platforms\qwindows.dll", True),
        (r"PySide6\plugins\platforms\qoffscreen.dll", True),
        (r"PySide6\Qt6Network.dll", False),
        (r"PySide6\opengl32sw.dll", False),
        (r"PySide6\plugins\tls\qschannelbackend.dll", False),
        (r"PySide6\plugins\imageformats\qwebp.dll", False),
        (r"PySide6\translations\qt_de.qm", False),
        (r"PySide6\translations\qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_ja.qm", True),
        ("PySide6/Qt/translations/qtbase_fi.qm", False),
        ("torch/bin/torch_shm_manager", True),
        ("torch/bin/protoc", False),
        ("pydicom/data/palettes/hotiron.dcm", True),
        ("pydicom/data/test_files/CT_small.dcm", False),
        ("scipy/stats/tests/data/levy.npz", False),
        ("resources/bone_weights.toml", True),
        ("skimage/measure/__init__.pyi", True),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf", True),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSerif.ttf", False),
        ("PySide6/Qt/lib/libQt6OpenGL.so.6", False),
        ("reportlab/fonts/Vera.ttf", False),
        ("numpy-2.4.6.dist-info/METADATA", True),
        ("numpy-2.4.6.dist-info/RECORD", False),
        ("numpy-2.4.6.dist-info/licenses/LICENSE.txt", False),
    ],
)
def test_what_nobody_needs_is_left_out_and_what_is_needed_stays(place: str, stays: bool) -> None:
    assert kept(place) is stays


def test_a_link_goes_with_what_it_leads_to() -> None:
    sql, gui = "PySide6/Qt/lib/libQt6Sql.so.6", "PySide6/Qt/lib/libQt6Gui.so.6"
    entries = [
        ("libQt6Sql.so.6", sql, "SYMLINK"),
        ("libQt6Gui.so.6", gui, "SYMLINK"),
        (gui, "/any", "BINARY"),
    ]
    assert [entry[0] for entry in chosen(entries)] == ["libQt6Gui.so.6", gui]


def test_files_of_the_program_are_opened_with_it() -> None:
    assert "MimeType=application/x-scintiread;" in ENTRY
    assert 'pattern="*.scintiread"' in MIME_TYPE


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--target", "floppy"])


def test_a_target_of_another_system_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    folders = ["--build", str(tmp_path / "build"), "--dist", str(tmp_path / "dist")]
    away = "dmg" if sys.platform == "win32" else "exe"
    for python in ([], ["--python", sys.executable]):
        with pytest.raises(SystemExit, match=rf"--target {away} is made by a Python of .* --python\."):
            main(["--target", away, *folders, *python])
    assert not list(tmp_path.rglob("*.exe"))


def test_a_python_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit, match="no program that can be started"):
        main(["--python", "no-such-program"])


def test_a_certificate_without_its_password_or_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="needs --password-file"):
        main(["--certificate", str(tmp_path / "own.pfx")])
    with pytest.raises(SystemExit, match=r"own\.pfx is not there"):
        main(["--certificate", str(tmp_path / "own.pfx"), "--password-file", str(tmp_path / "word")])
