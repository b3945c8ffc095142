"""Where resources, weights and the user's own files are, installed, frozen or from a checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

_HERE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller
    candidates = [Path(frozen) / name] if frozen else [_HERE.parent / name, _HERE / "_bundled" / name]
    return next((path for path in candidates if path.is_dir()), candidates[0])


def checkout() -> Path:
    """The folder that holds the package, from which `python -m app` starts without an installation."""
    return _HERE.parent


def resources() -> Path:
    """Icons, colour tables, report templates and the demo protocol."""
    return _shipped("resources")


def model_weights() -> Path:
    """Weights with their cards and `registry.json`."""
    return _shipped("model_weights")


def user_config() -> Path:
    """The user's settings; `SCINTIREAD_HOME` moves it (and `user_data`, `user_logs`) into one folder."""
    home = os.environ.get("SCINTIREAD_HOME")
    return Path(home) / "config" if home else Path(platformdirs.user_config_dir("scintiread"))


def user_data() -> Path:
    """What the program keeps for the user: demo studies, thumbnails, recovery files."""
    home = os.environ.get("SCINTIREAD_HOME")
    return Path(home) / "data" if home else Path(platformdirs.user_data_dir("scintiread"))


def user_logs() -> Path:
    """Log files; never a patient's name or a secret in them."""
    home = os.environ.get("SCINTIREAD_HOME")
    return Path(home) / "logs" if home else Path(platformdirs.user_log_dir("scintiread"))
