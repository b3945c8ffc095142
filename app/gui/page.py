"""What a page is, and what a page is given; pages know the window only through this.

A page is a QWidget that is made when it is first shown::

    class LibraryPage(Page):
        page_id = "library"
        title = "Library"

        def build(self, context: PageContext) -> None:
            self._context = context
            context.actions.bind("open_files", self._choose_files)
            context.actions.bind_hold("hide_marks", self._canvas.hide_marks)

        def opened(self, request: WindowRequest) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from app.errors import AppError
from app.gui.action_binder import ActionBinder
from app.gui.file_dialogs import open_folder
from app.gui.messages import Banners
from app.gui.tasks import Tasks
from app.language import tr
from app.settings import SettingsStore
from app.window_request import WindowRequest


@dataclass(frozen=True)
class PageContext:
    """Everything a page may use of the program around it.

    `settings`: `settings.current`, `settings.change(...)`, `settings.on_change(listener)`.
    `tasks`: the one door to the background.
    `banners`: what the user is told.
    `actions`: this page's own bindings, at work while the page is shown.
    `open_page`: shows another page, or this one with another request; asks `can_leave` first.
    `set_quiet`: hides (True) or shows (False) navigation and menus; a reading session is quiet.
    `set_status`: writes one line into the status bar; "" clears it.
    """

    settings: SettingsStore
    tasks: Tasks
    banners: Banners
    actions: ActionBinder
    open_page: Callable[[WindowRequest], None]
    set_quiet: Callable[[bool], None]
    set_status: Callable[[str], None]


class Page(QWidget):
    """One page of the window."""

    page_id: ClassVar[str]
    title: ClassVar[str]
    _context: PageContext

    def build(self, context: PageContext) -> None:
        """Make the widgets; called once, before the page is first shown."""
        raise NotImplementedError

    def opened(self, request: WindowRequest) -> None:
        """The page is now shown, with what the user asked for; called every time."""

    def can_leave(self) -> bool:
        """Whether another page may be shown now; a page that says no has told the user why."""
        return True

    def can_close(self) -> bool:
        """Whether the window may be closed now; a page that says no has asked the user, and only once."""
        return True

    def left(self) -> None:
        """Another page is shown now."""

    def close_page(self) -> None:
        """The window is closing: end what is open; tasks have been asked to stop."""

    # what its presenters say (Speaker)

    def info(self, text: str, hint: str = "") -> None:
        """Tell something good to know."""
        self._context.banners.info(text, hint, key=self.page_id)

    def warn(self, text: str, hint: str = "") -> None:
        """Tell something to look at."""
        self._context.banners.warn(text, hint, key=self.page_id)

    def error(self, text: AppError | str, hint: str = "") -> None:
        """Tell what did not work."""
        self._context.banners.error(text, hint, key=self.page_id)

    def wrote(self, text: str, folder: Path) -> None:
        """Tell what was written, with a button to its folder."""
        action = (tr("Open the folder"), lambda: open_folder(folder))
        self._context.banners.info(text, action=action, key=self.page_id)
