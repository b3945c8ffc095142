"""What PyInstaller collects and nobody needs: test programs, headers, translations, other displays."""

from __future__ import annotations

import posixpath
import re

from app.language import LANGUAGES

_QT = "PySide6/Qt/"
DROPPED = (
    "torch/bin/", "torch/test/", "torch/include/", "torch/share/", "torch/testing/",
    "torch/utils/benchmark", "torch/lib/libtorchbind_test", "torch/lib/libjitbackend_test",
    "torch/lib/libbackend_with_compiler", "torch/lib/libaoti_custom_ops",
    f"{_QT}translations/", f"{_QT}plugins/platformthemes/libqgtk3", f"{_QT}plugins/egldeviceintegrations",
    f"{_QT}plugins/networkinformation", f"{_QT}plugins/tls", f"{_QT}plugins/sqldrivers",
    f"{_QT}plugins/qmltooling", f"{_QT}plugins/wayland", f"{_QT}plugins/platforms/libqeglfs",
    f"{_QT}plugins/platforms/libqlinuxfb", f"{_QT}plugins/platforms/libqvnc",
    f"{_QT}plugins/platforms/libqvkkhr", f"{_QT}plugins/platforms/libqminimal",
    f"{_QT}plugins/imageformats/libqpdf", f"{_QT}plugins/imageformats/libqtiff",
    f"{_QT}plugins/imageformats/libqwebp", f"{_QT}plugins/platforminputcontexts/libqtvirtualkeyboard",
    f"{_QT}lib/libQt6Quick", f"{_QT}lib/libQt6Qml", f"{_QT}lib/libQt6VirtualKeyboard", f"{_QT}lib/libQt6Pdf",
    f"{_QT}lib/libQt6Wayland", f"{_QT}lib/libQt6EglFS", f"{_QT}lib/libQt6EglFs", f"{_QT}lib/libQt6WlShell",
    f"{_QT}lib/libQt6Network.", f"{_QT}lib/libQt6Sql", f"{_QT}lib/libQt6OpenGL",
    f"{_QT}plugins/xcbglintegrations",
    "libgtk", "libgdk-3", "libgdk_pixbuf", "libcups", "libatk", "libcairo-gobject",
    "matplotlib/mpl-data/sample_data/", "matplotlib/mpl-data/fonts/afm",
    "matplotlib/mpl-data/fonts/pdfcorefonts",
    "matplotlib/mpl-data/images/", "matplotlib/_qhull.", "matplotlib/_tri.", "reportlab/fonts/",
    "skimage/data/", "pydicom/data/test_files/",
    "pydicom/data/charset_files/", "onnxruntime/tools/",
    "onnxruntime/transformers/", "onnxruntime/quantization/", "onnxruntime/datasets/",
    "skimage/measure/_marching_cubes", "skimage/measure/_moments", "skimage/measure/_pnpoly",
    "numpy/_core/_simd.", "numpy/_core/_multiarray_tests.",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSerif", "matplotlib/mpl-data/fonts/ttf/DejaVuSansMono-",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSans-Oblique",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSans-BoldOblique",
    "matplotlib/mpl-data/fonts/ttf/STIXGeneralBol", "matplotlib/mpl-data/fonts/ttf/STIXGeneralItalic",
    "pyqtgraph/colors/maps/", "pyqtgraph/icons/peegee/", f"{_QT}plugins/generic/",
    f"{_QT}plugins/imageformats/libqjpeg", f"{_QT}plugins/imageformats/libqgif",
    f"{_QT}plugins/imageformats/libqicns", f"{_QT}plugins/imageformats/libqtga",
    f"{_QT}plugins/imageformats/libqwbmp",
)  # fmt: skip
"""Beginnings of places in the frozen folder, as Linux has them."""
_WINDOWS_DROPPED = ("PySide6/opengl32sw.dll",)
"""A renderer in software for desks without OpenGL: the window draws without it."""

_COLLECTED = re.compile(r"[^/]+\.dist-info/(licenses/.+|RECORD)")
"""Licences stand in LICENSES.txt, and nobody takes out a single package."""

KEPT = ("torch/bin/torch_shm_manager", *(f"{_QT}translations/qtbase_{code}.qm" for code in LANGUAGES))
"""Exceptions: `import torch` fails without its helper; Qt's words in the languages of the window."""

_ENDINGS = (
    ".pyi", ".pxd", ".h", ".hpp", ".c", ".cpp", ".pyx", ".f90", ".lib", ".a", ".cmake", ".pfb", ".sfd",
)  # fmt: skip


def as_on_linux(place: str) -> str:
    """Where the same part of Qt lies on Linux; other places stay as they are.

    Windows has the libraries as PySide6/Qt6Core.dll, and plugins and translations without the folder Qt.
    """
    if library := re.fullmatch(r"PySide6/(Qt6\w+)\.dll", place):
        return f"{_QT}lib/lib{library[1]}.so"
    if plugin := re.fullmatch(r"PySide6/(plugins/\w+)/(\w+)\.dll", place):
        return f"{_QT}{plugin[1]}/lib{plugin[2]}.so"
    if place.startswith(("PySide6/translations/", "PySide6/plugins/")):
        return place.replace("PySide6/", _QT, 1)
    return place


def kept(place: str) -> bool:
    """Whether a collected file belongs into the program."""
    place = as_on_linux(place.replace("\\", "/"))
    if place.startswith(_WINDOWS_DROPPED):
        return False
    if place.startswith("skimage/") and place.endswith(".pyi"):
        return not place.startswith(DROPPED)  # it finds its own parts by them
    if place.startswith(KEPT):
        return True
    if "/tests/" in place or place.endswith(_ENDINGS) or _COLLECTED.fullmatch(place):
        return False
    return not place.startswith(DROPPED)


def chosen(entries: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The entries of a PyInstaller list that belong into the program, without links to what does not."""
    return [entry for entry in entries if kept(entry[0]) and (entry[2] != "SYMLINK" or kept(_target(entry)))]


def _target(entry: tuple[str, str, str]) -> str:
    """Where a link leads, seen from the top of the folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(entry[0]), entry[1]))
