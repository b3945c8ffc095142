"""What each edition of the installer holds; building one is tested by tests/e2e/test_frozen.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import __version__
from build_installer import main
from installer.desktop import ENTRY, MIME_TYPE
from installer.editions import FULL, READER, requirements, version
from installer.trim import chosen, kept
from installer.windows import make_msi


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
        ("torch/bin/torch_shm_manager", True),
        ("torch/bin/protoc", False),
        ("pydicom/data/palettes/hotiron.dcm", True),
        ("pydicom/data/test_files/CT_small.dcm", False),
        ("scipy/stats/tests/data/levy.npz", False),
        ("resources/bone_weights.toml", True),
        ("skimage/measure/__init__.pyi", True),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf", True),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSerif.ttf", False),
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


def test_the_source_of_the_windows_installer_is_well_formed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from xml.etree import ElementTree

    monkeypatch.setenv("PATH", "")
    source = make_msi(tmp_path / "scintiread", READER, tmp_path, tmp_path)
    assert ElementTree.parse(source).getroot().tag.endswith("Wix")
    assert "WiX 4 is not installed" in capsys.readouterr().out


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--target", "floppy"])
