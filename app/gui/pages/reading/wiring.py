"""Connects the desk's widgets with the presenter: what a reader does there, and who hears of it."""

from __future__ import annotations

from app.gui.pages.reading.desk_widget import DeskWidget
from app.gui.pages.reading.presenter import ReadingPresenter
from app.study.clock import Clock
from app.study.events import EventKind


def connect_desk(widget: DeskWidget, presenter: ReadingPresenter, clock: Clock) -> None:
    """Connect every signal of the desk. The sheet is looked up anew each time: every case has its own."""
    canvas, panel, desk = widget.canvas, widget.panel, presenter.desk
    canvas.first_painted.connect(presenter.painted)
    canvas.input.first_input.connect(lambda _instant: desk.note(EventKind.FIRST_INPUT))
    canvas.films.display_changed.connect(presenter.display_changed)
    canvas.input.cursor_moved.connect(lambda _text: presenter.breaks.stirred())
    canvas.marks.changed.connect(lambda: desk.sheet.mark(canvas.marks.regions))
    canvas.marks.tool_changed.connect(lambda tool: desk.note(EventKind.TOOL, value=tool))
    widget.display_settled.connect(desk.settle_display)

    panel.call.called.connect(lambda value: desk.sheet.call(value))
    panel.rating.rated.connect(lambda value: desk.sheet.rate(value))
    panel.lesions.no_lesion.connect(lambda value: desk.sheet.confirm_no_lesion(value))
    panel.checklist.ticked.connect(lambda regions: desk.sheet.tick(regions))
    panel.lesions.answered.connect(
        lambda lesion, key, said, chosen: desk.sheet.say_of(lesion, key, said, chosen=chosen)
    )
    panel.lesions.finished.connect(lambda lesion, key: desk.sheet.leave_question_of(lesion, key))
    panel.questions.answered.connect(lambda key, said, chosen: desk.sheet.say(key, said, chosen=chosen))
    panel.questions.finished.connect(lambda key: desk.sheet.leave_question(key))
    widget.series.chosen.connect(presenter.beside.show_series)
    widget.series.view.touched.connect(presenter.breaks.stirred)
    panel.beside.asked.connect(presenter.beside.toggle)
    panel.beside.flipped.connect(presenter.beside.flip)
    panel.comment.commented.connect(lambda text: desk.write(text))
    panel.comment.finished.connect(lambda: desk.sheet.leave_comment())
    panel.recognised.connect(lambda value: desk.sheet.recognise(value))
    panel.technical.connect(lambda value: desk.sheet.report_technical(value))
    panel.decline_requested.connect(presenter.decline)
    panel.keep_old_requested.connect(presenter.amending.cancel)
    panel.submit.submitted.connect(lambda pressed: presenter.submit(pressed) if widget.whole() else None)
    panel.prompt.given_up.connect(desk.stop_asking)
    panel.ai.opacity_changed.connect(presenter.ai.set_opacity)
    panel.ai.opacity_settled.connect(presenter.ai.settle)
    reveals_ai = desk.session.protocol.reveals_ai  # the last to be painted, of both
    (panel.ai if reveals_ai else panel.later).revealed.connect(lambda: presenter.ai_painted(clock.now()))
