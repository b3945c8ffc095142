"""A model goes with the widget that shows it: what Python alone owned might go in another thread."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView

from app.gui.main_window import MainWindow
from app.gui.pages import PAGES
from app.window_request import WindowRequest
from tests.gui.conftest import OpenProgram


def models_of(window: MainWindow) -> list[QAbstractItemModel]:
    views = window.findChildren(QAbstractItemView)
    return [model for view in views if (model := view.model()) is not None]


def test_every_model_of_every_page_has_a_parent(open_program: OpenProgram) -> None:
    window = open_program()
    for entry in PAGES:
        window.open_page(WindowRequest(page=entry.page_id))
    orphans = [type(model).__name__ for model in models_of(window) if model.parent() is None]
    assert orphans == []
