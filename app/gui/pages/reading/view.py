"""The reading page: opens a session, and puts on the screen what its presenter decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout

from app.annotation.region import Region
from app.gui.file_dialogs import choose_files
from app.gui.page import Page, PageContext
from app.gui.pages.reading import screens
from app.gui.pages.reading.bundle_closing import BundleClosing
from app.gui.pages.reading.bundle_opening import BundleOpening
from app.gui.pages.reading.confirming import confirm
from app.gui.pages.reading.curtain import Choice, Curtain, Desk, Notice, Prompt
from app.gui.pages.reading.curtain_screen import CurtainScreen
from app.gui.pages.reading.desk_actions import bind_actions, state_facts, withdraw_facts
from app.gui.pages.reading.desk_widget import DeskWidget
from app.gui.pages.reading.form import ReaderForm
from app.gui.pages.reading.form_screen import FormScreen
from app.gui.pages.reading.header import ReadingHeader
from app.gui.pages.reading.key_names import key_name
from app.gui.pages.reading.load_ahead import ReadyCase
from app.gui.pages.reading.notice_bar import NoticeBar
from app.gui.pages.reading.presenter import ReadingPresenter
from app.gui.pages.reading.questionnaire import ask
from app.gui.pages.reading.saving import Saving
from app.gui.pages.reading.screen_record import screen_record
from app.gui.pages.reading.server_closing import ServerClosing
from app.gui.pages.reading.study_opening import Sit, StudyOpening
from app.gui.pages.reading.wiring import connect_desk
from app.gui.widgets.hanging import Hanging
from app.language import for_later, tr
from app.study.answer import Answer, AnswerProblem, DisplayState
from app.study.canonical import JsonValue
from app.study.clock import Clock, SystemClock
from app.study.questionnaire import Occasion
from app.window_request import WindowRequest
from app.workflows.study.read import OpenedSession, open_session

if TYPE_CHECKING:
    from app.workflows.bundles.open import OpenBundle

_TICK_MS = 1000
_WARM_MS = 50
"""After this the start screen is painted."""


class ReadingPage(Page):
    """One reader, one study, one case at a time; no identity, file name, truth or score is ever shown."""

    page_id = "reading"
    title = for_later("Reading")

    def build(self, context: PageContext) -> None:
        self._context = context
        self.clock: Clock = SystemClock()
        self.presenter: ReadingPresenter | None = None
        self.desk: DeskWidget | None = None
        self._described: Desk | None = None
        self._stating = True
        self._mouse = QCursor.pos()
        self.header = ReadingHeader(self._key("pause"))
        self.header.hide()
        self.notice = NoticeBar()
        self.curtain = CurtainScreen()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.curtain)
        self.form = FormScreen()
        self._stack.addWidget(self.form)
        self._closing = BundleClosing(self.show_curtain, context.banners, context.tasks)
        self._sending = ServerClosing(self.show_curtain, context.banners, context.tasks)
        self._studies = StudyOpening(self, context.tasks, self._sit_at_study, self._begin)
        self._bundles = BundleOpening(self, context.tasks, self._sit_at_bundle, self._begin, self._closing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._stack, stretch=1)
        Hanging(self.notice, self)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._second_passed)
        self._blur = QTimer(self, singleShot=True)
        self._blur.timeout.connect(self._long_blurred)
        context.actions.bind("open_bundle", self._choose_bundle)
        self.header.pause_requested.connect(lambda: self._with_presenter("pause"))
        self.header.edit_last_requested.connect(lambda: self._with_presenter("edit_last"))
        self.header.leave_requested.connect(lambda: self._with_presenter("leave"))

    def opened(self, request: WindowRequest) -> None:
        same_bundle = request.bundle in (None, self._bundles.file)
        there = self.presenter is not None or self._studies.busy or self._bundles.busy
        if there and request.study in (None, self._studies.study) and same_bundle:
            return
        self._close_session()
        if request.bundle is not None:
            self._bundles.open(request.bundle, request.passphrase)
        elif request.study is None:
            another = Choice(tr("Open a bundle…"), self._choose_bundle)
            self._show_screen(screens.no_study(another, Choice(tr("Go to the library"), self._to_library)))
        else:
            self._studies.open(request.study, request.reader)

    def can_leave(self) -> bool:
        presenter = self.presenter
        if presenter is None or not presenter.breaks.must_ask:
            return True
        presenter.breaks.leave_session()
        return False

    def can_close(self) -> bool:
        close = self.window().close
        if self.presenter is not None and not self.presenter.breaks.may_close(close):
            return False
        if self._bundles.file is not None or (self.presenter is not None and self.presenter.far):
            self._close_session()
        return self._closing.may_close(close) and self._sending.may_close(close)

    def left(self) -> None:
        self._close_session()

    def close_page(self) -> None:
        self._close_session()
        self._closing.wait()
        self._sending.wait()

    def _sit_at_study(self, study: Path, reader: str) -> Sit:
        """What sits a reader down, on any thread: all that it needs of the window is known now."""
        copies = self._context.settings.current.second_copy_folder
        screen, second_copy = screen_record(self), Path(copies) if copies else None

        def sit(begin: bool) -> OpenedSession:
            self._sending.wait()  # the same reader may have left a moment ago
            return open_session(
                study, reader, screen=screen, clock=self.clock, second_copy=second_copy, begin=begin
            )

        return sit

    def _choose_bundle(self) -> None:
        def chosen(files: tuple[Path, ...]) -> None:
            self._context.open_page(WindowRequest(page="reading", bundle=files[0]))

        if self.can_leave():
            choose_files(self, tr("Open a bundle"), chosen, tr("Bundles") + " (*.scintiread)")

    def _sit_at_bundle(self) -> Callable[[OpenBundle], OpenedSession]:
        """The same of a bundle, once it is open."""
        screen = screen_record(self)

        def sit(bundle: OpenBundle) -> OpenedSession:
            from app.workflows.bundles.open import open_bundle_session

            put_back = partial(self._closing.put_back, bundle)
            return open_bundle_session(bundle, screen=screen, clock=self.clock, left=put_back)

        return sit

    def _begin(self, opened: OpenedSession, reader: str) -> None:
        protocol = opened.session.protocol
        self.desk = DeskWidget(protocol, self._key, self.clock)
        self.desk.canvas.films.set_smooth(self._context.settings.current.smooth_pixels)
        self._stack.addWidget(self.desk)
        self._described = None
        saving = Saving(self, self.clock, protocol.code, reader)
        self.presenter = ReadingPresenter(self, opened, self._run, self.clock, saving)
        connect_desk(self.desk, self.presenter, self.clock)
        bind_actions(self._context.actions, self.desk, self.presenter, self.clock)
        for changed in (self.desk.canvas.marks.drawing_changed, self.desk.canvas.marks.selection_changed):
            changed.connect(lambda _value: self._state_facts())
        self.desk.canvas.marks.can_undo_changed.connect(self._state_facts)
        self.header.show_study(opened.title, reader)
        snapshot = opened.session.snapshot
        self.header.show_progress(snapshot.done, snapshot.total)
        self.header.show_kept(self.presenter.kept)
        saving.tell_of_copy(opened.copy_problem)
        if not opened.session.upcoming(1):
            self._start()  # nothing is left in this visit: that is what has to be said
            return
        self.presenter.prepare_ahead()
        go, back = Choice(tr("Start"), self._start), Choice(tr("Back to the library"), self._to_library)
        start = screens.start(opened.title, reader, protocol, snapshot, self._key, go, back)
        begin = partial(ask, self, opened, Occasion.FIRST, partial(self.show_curtain, start))
        confirm(self, opened, begin)
        QTimer.singleShot(_WARM_MS, self.desk, self._warm_desk)

    def _warm_desk(self) -> None:
        """Dress and lay out the desk while the start screen is read: Start then only has to paint."""
        if self.desk is not None and self._stack.currentWidget() is not self.desk:
            self.desk.resize(self._stack.size())
            self.desk.grab()

    def _start(self) -> None:
        if self.presenter is not None:
            self._context.set_quiet(True)
            self.header.show()
            self._tick.start()
            self.presenter.next_case()

    def _close_session(self) -> None:
        self._tick.stop()
        self._blur.stop()
        presenter, self.presenter = self.presenter, None
        desk, self.desk = self.desk, None
        self._studies.forget()
        self._bundles.forget()
        self.header.hide()
        self.notice.show_notice(None)
        withdraw_facts(self._context.actions)
        if desk is not None:
            desk.blank()
            self._stack.setCurrentWidget(self.curtain)
            self._stack.removeWidget(desk)
            desk.deleteLater()
        self._context.set_quiet(False)
        if presenter is not None:
            presenter.close(self._sending.let_go)

    def show_curtain(self, curtain: Curtain) -> None:
        self._show_screen(curtain)
        self._state_facts()

    def show_rehearsal(self, on: bool) -> None:
        self.header.show_rehearsal(on)

    def show_form(self, form: ReaderForm) -> None:
        self.form.show_form(form)
        self._stack.setCurrentWidget(self.form)
        self.form.take_keyboard()

    def lift_curtain(self) -> None:
        if self.desk is not None and self._stack.currentWidget() is not self.desk:
            self._stack.setCurrentWidget(self.desk)
            self._state_facts()

    def blank(self, text: str = "") -> None:
        if self.desk is not None:
            # What can be done now is stated when the presenter describes the desk, once for every step.
            self._stating = False
            self.desk.blank(text)
            self._stating = True

    def expect_case(self, case: ReadyCase) -> None:
        if self.desk is not None:
            self.desk.canvas.films.expect(case.prepared)

    def show_case(self, case: ReadyCase, display: DisplayState | None, marks: tuple[Region, ...]) -> None:
        if self.desk is not None:
            self._stating = False
            self.desk.show_case(case, display, marks)
            self._stating = True
            self.header.show_case(case.loaded.scan.simulated, case.warm_up)

    def show_answer(self, answer: Answer, problems: tuple[AnswerProblem, ...], asked: frozenset[str]) -> None:
        if self.desk is not None:
            self.desk.panel.show_answer(answer, problems, asked)

    def show_desk(self, desk: Desk) -> None:
        if self.desk is not None and desk != self._described:
            self._described = desk
            self.desk.show_desk(desk)
            self.header.show_desk(desk)
            if desk.feedback:
                self.desk.panel.submit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._state_facts()

    def show_progress(self, done: int, total: int) -> None:
        self.header.show_progress(done, total)

    def show_notice(self, notice: Notice | None) -> None:
        self.notice.show_notice(notice)

    def show_prompt(self, prompt: Prompt | None) -> None:
        if self.desk is not None:
            self.desk.panel.prompt.show_prompt(prompt)
            self.desk.panel.submit.setVisible(prompt is None)  # it would do nothing now

    def point_at(self, field: str) -> None:
        if self.desk is not None:
            self.desk.panel.point_at(field)

    def series_stands(self) -> Mapping[str, JsonValue]:
        return self.desk.series.stands() if self.desk is not None else {}

    def advise(self, text: str) -> None:
        if self.desk is not None:
            self.desk.advise(text)

    def focus_images(self) -> None:
        if self.desk is not None:
            self.desk.series.take_keyboard()

    def display_state(self) -> DisplayState:
        assert self.desk is not None, "asked only while a session is open"
        return self.desk.canvas.films.display_state()

    def ask_file(self, title: str, name: str) -> None:
        dialog = QFileDialog(self, title, str(Path.home() / name), "JSON (*.json)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_copy)
        dialog.open()

    def save_copy(self, path: str) -> None:
        """Write the unsaved answer to this file."""
        if self.presenter is not None:
            self.presenter.desk.saving.save_copy(Path(path))

    def leave(self) -> None:
        self._close_session()
        self._to_library()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate:
            self._focus_gained()
        elif event.type() is QEvent.Type.WindowDeactivate:
            self._focus_lost()
        return super().event(event)

    def _focus_gained(self) -> None:
        if self.presenter is not None:
            self._blur.stop()
            self.presenter.breaks.focus_gained()

    def _focus_lost(self) -> None:
        if self.presenter is not None:
            rules = self.presenter.desk.session.protocol.clock
            self._blur.start(round(rules.blank_after_seconds * 1000))
            self.presenter.breaks.focus_lost()

    def _second_passed(self) -> None:
        if self.presenter is None:
            return
        mouse = QCursor.pos()
        if mouse != self._mouse:
            self._mouse = mouse
            self.presenter.breaks.stirred()
        self.presenter.breaks.tick(self.isActiveWindow())
        self.header.show_kept(self.presenter.kept)

    def _long_blurred(self) -> None:
        if self.presenter is not None:
            self.presenter.breaks.focus_long_lost()

    def _with_presenter(self, wish: str) -> None:
        if self.presenter is None:
            return
        match wish:
            case "pause":
                self.presenter.breaks.toggle_pause()
            case "edit_last":
                self.presenter.amending.begin()
            case "leave":
                self.presenter.breaks.leave_session()

    def _run(self, work, done, failed, /, *, priority):  # type: ignore[no-untyped-def]  # see Background
        return self._context.tasks.run(
            work, done, failed, title=tr("Loading a case"), owner=self.desk, priority=priority
        )

    def _show_screen(self, curtain: Curtain) -> None:
        self.curtain.show_curtain(curtain)
        self._stack.setCurrentWidget(self.curtain)

    def _state_facts(self) -> None:
        if not self._stating or self._described is None:
            return
        if self.presenter is not None and self.desk is not None and not self.header.isHidden():
            covered = self._stack.currentWidget() is not self.desk
            rules = self.presenter.desk.session.protocol.answer
            state_facts(self._context.actions, self._described, self.desk, covered=covered, marks=rules.marks)

    def _key(self, action_id: str) -> str:
        return key_name(action_id, self._context.settings.current.keys)

    def _to_library(self) -> None:
        self._context.open_page(WindowRequest(page="library"))
