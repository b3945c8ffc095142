"""The window: it places pages, banners, menus and sheets, and knows no feature."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.gui.action_binder import ActionBinder, WindowActions
from app.gui.actions import ACTIONS
from app.gui.key_positions import KeysByPlace
from app.gui.log import LogMemory
from app.gui.menus import fill_menus
from app.gui.messages import Banners
from app.gui.page import Page, PageContext
from app.gui.pages import PAGES
from app.gui.rail import Rail
from app.gui.research_use import ResearchUseGate, acknowledgement_now
from app.gui.sheets.sheet import Sheet
from app.gui.tasks import Tasks
from app.gui.widgets.hanging import Hanging
from app.gui.widgets.labels import plain
from app.gui.window_place import WindowPlace
from app.language import tr
from app.settings import Settings, SettingsStore
from app.window_request import WindowRequest

log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """One window with one page at a time."""

    def __init__(self, settings: SettingsStore, memory: LogMemory, place: WindowPlace) -> None:
        super().__init__()
        self.setWindowTitle("ScintiRead")
        self.settings = settings
        self.tasks = Tasks(self)
        self.banners = Banners()
        self.pages: dict[str, Page] = {}
        self.sheet: Sheet | None = None
        self._memory = memory
        self._window_place = place
        self._binders: dict[str, ActionBinder] = {}
        self._shown = ""
        self._waiting: WindowRequest | None = None
        self._closed = False
        self._asking = True
        self.actions_of_window = WindowActions(self, settings.current)
        self._keys_by_place = KeysByPlace(self, self.actions_of_window)
        self._place()
        self._bind()
        fill_menus(self.menuBar(), self.actions_of_window)
        self.tasks.failed_unheard.connect(lambda error: self.banners.error(error))
        settings.on_change(self._settings_changed)

    def open_page(self, request: WindowRequest) -> None:
        """Show the page that `request` names, unless the page shown cannot be left now."""
        if self.gate is not None:
            self._waiting = request
            return
        if self._shown and request.page != self._shown and not self.pages[self._shown].can_leave():
            self.rail.show_page(self._shown)
            return
        page = self._page(request.page)
        if page is None:
            self.rail.show_page(self._shown)
            return
        if self._shown and request.page != self._shown:
            self.pages[self._shown].left()
            self._set_quiet(self._shown, False)
            self.status.setText("")
        self._shown = request.page
        self._stack.setCurrentWidget(page)
        self.rail.show_page(request.page)
        self.setWindowTitle(f"{tr(page.title)} – ScintiRead")
        self._use_actions()
        if request.study is not None:
            self._guarded(partial(self.settings.remember_study, request.study))
        self._guarded(partial(page.opened, request))

    def trigger(self, action_id: str) -> None:
        """Do an action as if its key had been pressed."""
        self.actions_of_window.trigger(action_id)

    def unexpected(self) -> None:
        """Tell that something went wrong that nobody foresaw; the log has the details."""
        self.banners.error(
            tr("Something unexpected happened."),
            tr("Submitted answers are safe. The log says more."),
            action=(tr("Show the log"), partial(self.trigger, "log")),
            key="unexpected",
        )

    def close_for_good(self) -> None:
        """Close without asking: the program ends, whatever is on the screen."""
        self._asking = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is open, stop the background, and go; the page on the screen may ask first, once."""
        if not self._closed and self._asks_first():
            event.ignore()
            return
        if not self._closed:
            self._closed = True
            self._window_place.keep(self)
            for page in self.pages.values():
                self._guarded(page.close_page)
            if not self.tasks.close():
                log.warning("Work in the background did not stop in time")
        event.accept()

    def _asks_first(self) -> bool:
        """Never while the computer shuts down: nobody may be there to answer."""
        application = QApplication.instance()
        ending = isinstance(application, QApplication) and application.isSavingSession()
        page = self.pages.get(self._shown)
        return self._asking and not ending and page is not None and not page.can_close()

    def _place(self) -> None:
        self.rail = Rail(PAGES, self.actions_of_window)
        self._stack = QStackedWidget()
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        shell = QWidget()
        row = QHBoxLayout(shell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        pane = QWidget()
        pane.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        Hanging(self.banners, pane)
        row.addWidget(pane, 1)
        self._root = QStackedWidget()
        self._root.addWidget(shell)
        self.setCentralWidget(self._root)
        self.status = plain(wraps=False)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.gate: ResearchUseGate | None = None
        if not self.settings.current.research_use_acknowledged:
            self.gate = ResearchUseGate()
            self.gate.acknowledged.connect(self._acknowledged)
            self.gate.quit_requested.connect(self.close)
            self._root.addWidget(self.gate)
            self._root.setCurrentWidget(self.gate)
            self.menuBar().hide()
            self.actions_of_window.lock(True)
        self._window_place.restore(self)

    def _bind(self) -> None:
        binder = self.actions_of_window.window_binder
        for entry in PAGES:
            binder.bind(entry.action, partial(self.open_page, WindowRequest(page=entry.page_id)))
        for action in ACTIONS:
            if action.home:
                binder.bind(action.id, partial(self._go_and_do, action.home, action.id))
        binder.bind("quit", self._quit)
        binder.bind("keys_sheet", self._toggle_keys)
        binder.bind("log", self._toggle_log)
        binder.bind("about", self._show_about)

    def _quit(self) -> None:
        self.close()

    def _page(self, page_id: str) -> Page | None:
        if page_id in self.pages:
            return self.pages[page_id]
        entry = next(entry for entry in PAGES if entry.page_id == page_id)
        module, _, name = entry.where.partition(":")
        binder = self.actions_of_window.binder()
        context = PageContext(
            settings=self.settings,
            tasks=self.tasks,
            banners=self.banners,
            actions=binder,
            open_page=self.open_page,
            set_quiet=partial(self._set_quiet, page_id),
            set_status=partial(self._set_status, page_id),
        )
        try:
            page: Page = getattr(importlib.import_module(module), name)()
            page.build(context)
        except Exception as error:  # a page that cannot be made must not take the others along
            log.error("The page %s cannot be made", page_id, exc_info=error)
            self.unexpected()
            return None
        self.pages[page_id] = page
        self._binders[page_id] = binder
        self._stack.addWidget(page)
        return page

    def _go_and_do(self, page_id: str, action_id: str) -> None:
        self.open_page(WindowRequest(page=page_id))
        if self._shown == page_id and self._binders[page_id].offers(action_id):
            self.trigger(action_id)

    def _set_quiet(self, page_id: str, quiet: bool) -> None:
        if page_id == self._shown:
            for around in (self.rail, self.menuBar(), self.statusBar()):
                around.setVisible(not quiet)

    def _set_status(self, page_id: str, text: str) -> None:
        if page_id == self._shown:
            self.status.setText(text)

    def _settings_changed(self, settings: Settings) -> None:
        self.actions_of_window.use_keys(settings)

    def _acknowledged(self) -> None:
        self._guarded(partial(self.settings.change, research_use_acknowledged=acknowledgement_now()))
        if self.gate is None or not self.settings.current.research_use_acknowledged:
            return
        self._root.removeWidget(self.gate)
        self.gate.deleteLater()
        self.gate = None
        self.menuBar().show()
        self.actions_of_window.lock(False)
        self.open_page(self._waiting or WindowRequest())

    def _guarded(self, call: Callable[[], object]) -> None:
        try:
            call()
        except AppError as error:
            self.banners.error(error)

    def _toggle_keys(self) -> None:
        from app.gui.sheets.keys_sheet import KeysSheet

        page = self._binders.get(self._shown, self.actions_of_window.window_binder)
        here = {*page.calls, *page.holds}
        self._show_sheet(KeysSheet, lambda: KeysSheet(self.settings.current.keys, self._root, here))

    def _toggle_log(self) -> None:
        from app.gui.sheets.log_sheet import LogSheet

        self._show_sheet(LogSheet, lambda: LogSheet(self._memory, self._root))

    def _show_about(self) -> None:
        from app.gui.sheets.about_sheet import AboutSheet

        acknowledged = self.settings.current.research_use_acknowledged
        self._show_sheet(AboutSheet, lambda: AboutSheet(acknowledged, self._root))

    def _show_sheet(self, kind: type[Sheet], make: Callable[[], Sheet]) -> None:
        """Show a sheet; the same again takes it away, another one replaces it."""
        old = self.sheet
        if old is not None:
            old.close_sheet()
        if type(old) is kind:
            return
        sheet = make()
        self.sheet = sheet
        sheet.closed.connect(self._sheet_closed)
        self._use_actions()
        sheet.open_sheet()

    def _sheet_closed(self) -> None:
        self.sheet = None
        self._use_actions()

    def _use_actions(self) -> None:
        """Keys and menus work for the page shown, or, under a sheet, for the window alone."""
        window = self.actions_of_window.window_binder
        page = self._binders.get(self._shown, window)
        self.actions_of_window.show_for(window if self.sheet is not None else page)
