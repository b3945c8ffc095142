"""Asking for files and folders without blocking: the answer arrives later, or never."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_files(
    parent: QWidget,
    title: str,
    done: Callable[[tuple[Path, ...]], None],
    filters: str = "",
    start: Path | None = None,
) -> None:
    """Ask for one or more files that exist; the search begins in the folder `start`, if one is given."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.ExistingFiles, start)
    if filters:
        dialog.setNameFilter(filters)
    dialog.filesSelected.connect(lambda names: done(tuple(Path(name) for name in names)))
    dialog.open()


def choose_folder(
    parent: QWidget, title: str, done: Callable[[Path], None], start: Path | None = None
) -> None:
    """Ask for one folder that exists; the search begins in the folder `start`, if one is given."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.Directory, start)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
    dialog.filesSelected.connect(lambda names: done(Path(names[0])))
    dialog.open()


def open_folder(folder: Path) -> None:
    """Show a folder in the system's own window."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _dialog(parent: QWidget, title: str, mode: QFileDialog.FileMode, start: Path | None) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(start) if start else "")
    dialog.setFileMode(mode)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
