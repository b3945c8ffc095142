"""Pauses of all kinds: the reader's own, another window's, and the question after a long stillness. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.pages.reading import screens
from app.gui.pages.reading.curtain import Choice, Curtain, CurtainPhase
from app.gui.pages.reading.open_desk import OpenDesk
from app.language import in_use, tr
from app.study.protocol import OnFocusLoss
from app.study.reader_texts import TextKind, paragraphs
from app.study.snapshot import PauseCause


class Breaks:
    """Blanks both views and stops the clock, and brings both back."""

    def __init__(self, desk: OpenDesk) -> None:
        self._desk = desk
        self._asked_to_close = False

    def toggle_pause(self) -> None:
        """The pause key."""
        if self._desk.session.snapshot.paused:
            self.resume()
        else:
            self._pause(PauseCause.READER)

    def resume(self) -> None:
        """Go on reading."""
        desk = self._desk
        if desk.phase is not CurtainPhase.ANSWERING or not desk.session.snapshot.paused:
            return
        self._asked_to_close = False
        desk.view.lift_curtain()
        desk.session.resume()
        desk.refresh()
        desk.view.focus_images()

    def leave_session(self) -> None:
        """The reader wants to stop for now: with a case open, ask once, with the clock stopped."""
        if self.must_ask:
            self._ask(self._desk.view.leave)
        else:
            self._desk.view.leave()

    @property
    def must_ask(self) -> bool:
        """Whether the reader is asked before the page is left."""
        return self._desk.active or self._desk.entered or self._desk.saving.unsaved

    def may_close(self, close: Callable[[], object]) -> bool:
        """Whether the window may close now; else the reader is asked, and closing once more closes."""
        if self._asked_to_close or not (self._desk.entered or self._desk.saving.unsaved):
            return True
        self._asked_to_close = True
        self._ask(close)
        return False

    def _ask(self, leave: Callable[[], object]) -> None:
        """What becomes of the open case, with the images hidden and the clock stopped."""
        desk = self._desk

        def go() -> None:
            leave()

        if desk.saving.unsaved:
            choices = Choice(tr("Go back"), self._go_back), Choice(tr("Leave without this answer"), go)
            curtain = screens.leaving_unsaved(*choices)
        else:
            back = (
                tr("Back to the correction") if desk.phase is CurtainPhase.AMENDING else tr("Go on reading")
            )
            choices = Choice(back, self._go_back), Choice(tr("Finish for now"), go)
            curtain = screens.leaving(desk.phase, desk.entered, desk.session.snapshot.stage, *choices)
        if desk.active:
            self._stop(PauseCause.READER, curtain)
        else:
            desk.view.show_curtain(curtain)

    def _go_back(self) -> None:
        self._asked_to_close = False
        if self._desk.session.snapshot.paused and self._desk.phase is CurtainPhase.ANSWERING:
            self.resume()
        else:
            self._desk.view.lift_curtain()
            self._desk.view.focus_images()

    def focus_lost(self) -> None:
        """Another window took the keyboard."""
        self._desk.session.focus_lost()

    def focus_gained(self) -> None:
        """The keyboard is back."""
        self._desk.session.focus_gained()
        self._desk.stillness.stir()

    def focus_long_lost(self) -> None:
        """The keyboard has been away for as long as the protocol allows."""
        if self._desk.session.protocol.clock.on_focus_loss is OnFocusLoss.BLANK:
            self._pause(PauseCause.FOCUS)

    def stirred(self) -> None:
        """The reader did something, anything."""
        self._desk.stillness.stir()

    def tick(self, in_focus: bool) -> None:
        """About once a second: keep what was noted, and look for stillness."""
        if self._desk.active and in_focus and self._desk.stillness.too_long:
            self._pause(PauseCause.STILL_READING)
        self._desk.saving.quietly(self._desk.session.tick)

    def _pause(self, cause: PauseCause) -> None:
        if self._desk.active:
            choices = [
                Choice(tr("Go on reading"), self.resume),
                Choice(tr("Finish for now"), self.leave_session),
            ]
            texts = self._desk.session.protocol.texts
            if instructions := texts.of(TextKind.INSTRUCTIONS, in_use()):
                choices.append(Choice(tr("Show the instructions"), lambda: self._instruct(instructions)))
            self._stop(cause, screens.paused(cause, tuple(choices)))

    def _instruct(self, text: str) -> None:
        """The clock stands already."""
        back = (Choice(tr("Go on reading"), self.resume),)
        self._desk.view.show_curtain(screens.reader_text(TextKind.INSTRUCTIONS, paragraphs(text), back))

    def _stop(self, cause: PauseCause, curtain: Curtain) -> None:
        self._desk.settle_display()
        self._desk.view.show_curtain(curtain)
        self._desk.session.pause(cause)
        self._desk.refresh()
