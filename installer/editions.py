"""The editions: what is installed for them, and what stays out of the frozen folder."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "scintiread"
TITLE = "ScintiRead"
PURPOSE = "Reader studies and annotation on whole-body bone scans; for research, not a medical device"
LARGEST_READER_MB = 270
SLOWEST_START_S = 0.8


@dataclass(frozen=True)
class Edition:
    """One edition: extras of pyproject.toml that come with it, and modules that must not get in."""

    name: str
    extras: tuple[str, ...]
    excluded: tuple[str, ...]


_NEVER = (
    "tkinter", "IPython", "pytest", "setuptools", "pip", "pandas", "PySide6.QtQml", "PySide6.QtQuick",
    "PySide6.QtNetwork", "PySide6.QtSql", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest",
    "PIL.ImageQt", "PIL.ImageTk", "pyqtgraph.opengl", "pyqtgraph.examples", "pyqtgraph.jupyter",
    "matplotlib.backends.backend_qtagg", "matplotlib.backends.backend_tkagg", "scipy.datasets",
    "torch.utils.tensorboard", "numpy.f2py.tests", "skimage.data",
    "PIL.AvifImagePlugin", "PIL._avif", "PIL.WebPImagePlugin", "PIL._webp", "pydoc_data",
    "pygments", "readline",
    "sqlalchemy.dialects.mssql", "sqlalchemy.dialects.mysql", "sqlalchemy.dialects.oracle",
    "matplotlib.sphinxext", "matplotlib.testing", "fontTools.feaLib", "fontTools.ufoLib",
    "fontTools.designspaceLib", "fontTools.voltLib", "fontTools.mtiLib",
)  # fmt: skip

_SCIPY_UNUSED = tuple(
    f"scipy.{name}" for name in (
        "cluster", "constants", "datasets", "differentiate", "fftpack", "integrate", "interpolate", "io",
        "linalg", "misc", "odr", "optimize", "signal", "sparse", "spatial", "stats",
    )
)  # fmt: skip
"""Ours are ndimage, special and fft, which need no linear algebra; 60 MB with its library."""
_SKIMAGE_UNUSED = tuple(
    f"skimage.{name}" for name in (
        "color", "data", "draw", "exposure", "feature", "filters", "future", "graph", "io", "metrics",
        "morphology", "registration", "restoration", "segmentation", "transform", "util",
    )
)  # fmt: skip
"""Ours is `find_contours`."""

READER = Edition(
    "reader",
    ("postgres",),
    (*_NEVER, *_SCIPY_UNUSED, *_SKIMAGE_UNUSED, "torch", "monai", "lightning", "safetensors", "onnx", "umap",
     "numba", "llvmlite", "sklearn", "tensorboard", "captum", "nibabel"),
)  # fmt: skip
FULL = Edition("full", ("learning", "postgres"), (*_NEVER, "lightning"))
EDITIONS = {edition.name: edition for edition in (READER, FULL)}


def version() -> str:
    """The program's version."""
    text = (ROOT / "app" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.M)
    assert found is not None, "app/__init__.py has no version"
    return found.group(1)


def requirements(edition: Edition, cpu: bool) -> list[str]:
    """What is installed for an edition; with `cpu`, torch without the libraries of graphics cards."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = list(project["dependencies"])
    for extra in edition.extras:
        listed += project["optional-dependencies"][extra]
    if cpu:
        listed = [_cpu_torch() if line.startswith("torch") else line for line in listed]
    return listed


def _cpu_torch() -> str:
    """The tested version of torch in its build for processors; pip must know an index that has it."""
    pinned = re.search(r"^torch==([0-9.]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    return f"torch=={pinned.group(1)}+cpu" if pinned else "torch"
