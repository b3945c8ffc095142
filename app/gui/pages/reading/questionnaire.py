"""Asks a reader what is to be asked beside the cases, once; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from app.errors import AppError
from app.gui.pages.reading.curtain import Choice
from app.gui.pages.reading.form import ReaderForm
from app.gui.pages.reading.question_words import in_language
from app.language import for_later, in_use, tr
from app.study.question import problems
from app.study.questionnaire import Occasion
from app.workflows.study.read import OpenedSession

_HEADINGS = {
    Occasion.FIRST: for_later("Before the first case"),
    Occasion.LAST: for_later("After the last case"),
}
_LINES = {
    Occasion.FIRST: for_later(
        "A few questions about you, asked once; kept under your reader code, never your name."
    ),
    Occasion.LAST: for_later("All cases are read. A few last questions, asked once."),
}


class FormView(Protocol):
    """Shows a form."""

    def show_form(self, form: ReaderForm) -> None:
        """Some questions."""


def ask(view: FormView, opened: OpenedSession, occasion: Occasion, then: Callable[[], None]) -> None:
    """Ask what is due, and go on with `then`, at once when nothing is."""
    due = opened.questions(occasion)
    if not due:
        then()
        return

    def send(answers: Mapping[str, str]) -> Mapping[str, str]:
        wrong = problems(due, answers)
        if wrong:
            return wrong
        try:
            opened.answer_questions(occasion, {question.key: answers[question.key] for question in due})
        except AppError as error:
            return {due[-1].key: tr("NOT SAVED. {error}", error=error)}
        then()
        return {}

    words = opened.session.protocol.texts.words(in_use())
    shown = tuple(in_language(question, words) for question in due)
    later = Choice(tr("Not now; ask again next time"), then)
    view.show_form(
        ReaderForm(tr(_HEADINGS[occasion]), (tr(_LINES[occasion]),), shown, send, choices=(later,))
    )
