"""The library page: what was found as cards, the chosen one in words, recent studies, and a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from app import paths
from app.errors import AppError
from app.gui.actions import Fact
from app.gui.file_dialogs import choose_files, choose_folder
from app.gui.page import Page, PageContext
from app.gui.pages.scans.filters import ShownScans
from app.gui.pages.scans.follow_up_presenter import Comparison, FollowUpPresenter
from app.gui.pages.scans.presenter import LibraryPresenter
from app.gui.pages.scans.shelf import Shelf
from app.gui.thumbnails import Thumbnails
from app.settings import Settings
from app.window_request import DemoWish, WindowRequest
from app.workflows.scans.confirmed_views import confirmed_views
from app.workflows.scans.scan_row import ScanRow

if TYPE_CHECKING:
    from app.gui.canvas.prepared import PreparedScan
    from app.gui.pages.scans.demo_guide import DemoGuide
    from app.gui.pages.scans.demo_presenter import DemoPresenter
    from app.gui.pages.scans.follow_up_view import FollowUpView
    from app.gui.pages.scans.viewer import Viewer


class LibraryPage(Page):
    """Finds scans, shows their doubts, opens them; file names are shown, patients' names never."""

    page_id = "library"
    title = "Library"

    def build(self, context: PageContext) -> None:
        self._context = context
        self.presenter = LibraryPresenter(self, context.tasks, confirmed_views())
        self.thumbnails = Thumbnails(context.tasks, lambda files: self.shelf.model.redraw(files))
        self.shelf = Shelf(self.thumbnails)
        self.follow_up = FollowUpPresenter(self, context.tasks)
        self.viewer: Viewer | None = None
        self.comparison: FollowUpView | None = None
        self.guide: DemoGuide | None = None
        self.demo: DemoPresenter | None = None
        self._row: ScanRow | None = None
        self._open_first = False
        self._stack = QStackedWidget()
        self._stack.addWidget(self.shelf)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.setAcceptDrops(True)
        self._connect()
        context.settings.on_change(self._follow_settings)
        self._follow_settings(context.settings.current)

    def opened(self, request: WindowRequest) -> None:
        if request.paths:
            self._open_first = len(request.paths) == 1 and request.paths[0].is_file()
            self._to_list()
            self.presenter.add(request.paths)
        if request.demo is not None:
            self.show_demo(request.demo)
        if self._stack.currentWidget() is self.shelf:
            self.shelf.take_keyboard()
        elif self.guide is not None and self._stack.currentWidget() is self.guide:
            self.guide.take_keyboard()

    def show_demo(self, wish: DemoWish) -> None:
        """Explain the demo while it is prepared."""
        if self.guide is None or self.demo is None:
            self.guide, self.demo = self._demo()
        self._stack.setCurrentWidget(self.guide)
        self._state_facts()
        self.demo.prepare(wish)
        self.guide.take_keyboard()

    def close_page(self) -> None:
        self.presenter.stop()
        self.follow_up.stop()
        if self.demo is not None:
            self.demo.stop()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped anywhere on the page."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Search what was dropped."""
        dropped = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self._to_list()
        self.presenter.add(dropped)

    def show_rows(self, rows: Sequence[ScanRow], numbers: dict[ShownScans, int]) -> None:
        self.shelf.show_rows(rows, numbers)
        if self._open_first and rows:
            self._open_first = False
            self.presenter.open(rows[0])

    def show_progress(self, fraction: float, message: str) -> None:
        self.shelf.search.show_progress(fraction, message)

    def hide_progress(self) -> None:
        self.shelf.search.hide()

    def show_scan(self, prepared: PreparedScan, row: ScanRow) -> None:
        if self.viewer is None:
            self.viewer = self._viewer()
        self._row = row
        self.shelf.choose(row)
        self._stack.setCurrentWidget(self.viewer)
        self.viewer.bind(self._context.actions)
        self.viewer.show_scan(prepared, row, self._context.settings.current)
        for step, button in ((-1, self.viewer.previous_button), (1, self.viewer.next_button)):
            button.setEnabled(self.presenter.neighbour(row, step) is not None)
        self._state_facts()

    def show_comparison(self, comparison: Comparison) -> None:
        if self.comparison is None:
            self.comparison = self._comparison()
        self.comparison.bind(self._context.actions)
        self._stack.setCurrentWidget(self.comparison)
        self.comparison.show_comparison(comparison, self._context.settings.current)
        self._state_facts()

    def show_comparing(self, message: str) -> None:
        self._context.set_status(message)
        if self.viewer is not None:
            self.viewer.compare_button.setEnabled(not message)
        if self.comparison is not None:
            self.comparison.lesions_button.setEnabled(not message)

    def show_summary(self, text: str) -> None:
        self._context.set_status(text)

    def _viewer(self) -> Viewer:
        from app.gui.pages.scans.viewer import Viewer  # the canvas is not needed to start

        viewer = Viewer()
        viewer.bind(self._context.actions)
        viewer.back_requested.connect(self._to_list)
        viewer.step_requested.connect(self._step)
        viewer.confirm_requested.connect(self._confirm)
        viewer.compare_requested.connect(self._choose_prior)
        self._stack.addWidget(viewer)
        return viewer

    def _comparison(self) -> FollowUpView:
        from app.gui.pages.scans.follow_up_view import FollowUpView  # few need it, and not at the start

        comparison = FollowUpView()
        comparison.back_requested.connect(self._to_viewer)
        comparison.lesions_requested.connect(self._compare_lesions)
        self._stack.addWidget(comparison)
        return comparison

    def _choose_prior(self) -> None:
        filters = "Scans (*.dcm *.ima);;All files (*)"
        title = "Choose the earlier scan of this patient"
        choose_files(self, title, self._compare, filters, self._folder_of_scan())

    def _compare(self, files: tuple[Path, ...]) -> None:
        if self.viewer is not None and self.viewer.canvas.scan is not None:
            self.follow_up.compare(self.viewer.canvas.scan, files)

    def _folder_of_scan(self) -> Path | None:
        """Where the scan on the screen lies: the earlier one is seldom far."""
        scan = self.viewer.canvas.scan if self.viewer is not None else None
        return scan.files[0].parent if scan is not None and scan.files else None

    def _compare_lesions(self, drawn: bool) -> None:
        if drawn:
            title = "Choose the folder with the lesions of both scans"
            choose_folder(self, title, self._with_lesions, self._folder_of_scan())
        else:
            self._with_lesions(None)

    def _with_lesions(self, folder: Path | None) -> None:
        if self.comparison is not None and self.comparison.shown is not None:
            self.follow_up.with_lesions(self.comparison.shown, folder)

    def _to_viewer(self) -> None:
        self.follow_up.stop()
        if self.comparison is not None:
            self.comparison.close_comparison()
        if self.viewer is not None:
            self.viewer.bind(self._context.actions)
            self._stack.setCurrentWidget(self.viewer)
            self.viewer.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self._state_facts()

    def _demo(self) -> tuple[DemoGuide, DemoPresenter]:
        from app.gui.pages.scans.demo_guide import DemoGuide  # few need it, and not at the start
        from app.gui.pages.scans.demo_presenter import DemoPresenter

        guide = DemoGuide()
        guide.read_requested.connect(lambda: self._go_to_demo("reading"))
        guide.coordinate_requested.connect(lambda: self._go_to_demo("coordinator"))
        guide.left.connect(self._leave_demo)
        self._stack.addWidget(guide)
        return guide, DemoPresenter(guide, self._context.tasks, paths.user_data() / "demo")

    def _go_to_demo(self, page: str) -> None:
        from app.workflows.rehearsal.demo import READER

        if self.demo is not None and self.demo.study is not None:
            self._to_list()
            reader = READER if page == "reading" else ""
            self._context.open_page(WindowRequest(page=page, study=self.demo.study, reader=reader))

    def _leave_demo(self) -> None:
        if self.demo is not None:
            self.demo.stop()
        self._to_list()

    def _connect(self) -> None:
        actions = self._context.actions
        actions.bind("open_files", self._choose_files)
        actions.bind("open_folder", self._choose_folder)
        actions.bind("open_study", self._choose_study)
        actions.bind("clear_library", self._clear)
        shelf = self.shelf
        shelf.filter_changed.connect(self.presenter.filter)
        shelf.chosen.connect(self._chosen)
        shelf.opened.connect(self.presenter.open)
        shelf.details.confirm_requested.connect(self._confirm)
        shelf.search.stop_requested.connect(self.presenter.stop)
        for button, call in (
            (shelf.files_button, self._choose_files),
            (shelf.folder_button, self._choose_folder),
            (shelf.welcome.files_button, self._choose_files),
            (shelf.welcome.folder_button, self._choose_folder),
            (shelf.welcome.study_button, self._choose_study),
            (shelf.welcome.demo_button, lambda: self.show_demo(DemoWish())),
            (shelf.recent.open_button, self._choose_study),
        ):
            button.clicked.connect(call)
        shelf.recent.read_requested.connect(lambda study: self._go("reading", study))
        shelf.recent.coordinate_requested.connect(lambda study: self._go("coordinator", study))

    def _go(self, page: str, study: Path) -> None:
        self._context.open_page(WindowRequest(page=page, study=study))

    def _choose_files(self) -> None:
        filters = "Scans (*.dcm *.ima *.tif *.tiff *.png *.jpg *.jpeg *.bmp);;All files (*)"
        choose_files(self, "Open scans", self.presenter.add, filters)

    def _choose_folder(self) -> None:
        choose_folder(self, "Open a folder of scans", lambda folder: self.presenter.add((folder,)))

    def _choose_study(self) -> None:
        choose_folder(self, "Open a study", self._open_study)

    def _open_study(self, folder: Path) -> None:
        if not (folder / "protocol.toml").is_file():
            self.error(
                AppError(
                    f"{folder.name} is not a study: it has no protocol.toml.", "Choose a study's folder."
                )
            )
            return
        try:
            self._context.settings.remember_study(folder)
        except AppError as error:
            self.error(error)
        self._to_list()
        self.shelf.recent.read_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        self.presenter.clear()
        self.thumbnails.forget()
        self._context.set_status("")

    def _chosen(self, row: ScanRow | None) -> None:
        self._row = row
        self._state_facts()

    def _confirm(self, as_shown: bool) -> None:
        if self._row is not None:
            self.presenter.confirm(self._row, as_shown)

    def _step(self, step: int) -> None:
        if self._row is not None and (row := self.presenter.neighbour(self._row, step)) is not None:
            self.presenter.open(row)

    def _to_list(self) -> None:
        self.follow_up.stop()
        if self.comparison is not None:
            self.comparison.close_comparison()
        if self.viewer is not None:
            self.viewer.close_scan()
        self._stack.setCurrentWidget(self.shelf)
        self.shelf.take_keyboard()
        self._state_facts()

    def _state_facts(self) -> None:
        on_screen = self.viewer is not None and self._stack.currentWidget() is self.viewer
        compared = self.comparison is not None and self._stack.currentWidget() is self.comparison
        self._context.actions.state(Fact.SCAN, on_screen or compared)
        self._context.actions.state(Fact.PRIOR, compared)
        self._context.actions.state(Fact.ROW, on_screen and self._row is not None)

    def _follow_settings(self, settings: Settings) -> None:
        self.shelf.show_pictures(settings.thumbnails)
        if settings.recent_studies != self.shelf.recent.folders:
            self._show_recent(settings.recent_studies)

    def _show_recent(self, folders: tuple[str, ...]) -> None:
        recent = self.shelf.recent
        recent.show_studies(folders)
        if folders:
            from app.workflows.study.titles import study_titles

            self._context.tasks.run(
                lambda progress: study_titles([Path(folder) for folder in folders], progress),
                recent.show_titles,
                title="Looking for recent studies",
                owner=recent,
            )
