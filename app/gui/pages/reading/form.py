"""Questions on the screen before or after the cases; a plain description, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.gui.pages.reading.curtain import Choice
from app.language import for_later, tr
from app.study.question import Question, QuestionKind

PASSPHRASE = "passphrase"


@dataclass(frozen=True)
class ReaderForm:
    """Some lines and questions; `send` gets the answers by key and gives what is wrong with them."""

    heading: str
    lines: tuple[str, ...]
    questions: tuple[Question, ...]
    send: Callable[[Mapping[str, str]], Mapping[str, str]]
    button: str = for_later("Continue")
    choices: tuple[Choice, ...] = ()
    secret: frozenset[str] = frozenset()
    """Keys of the questions whose answers are not shown while they are typed."""


def passphrase_form(name: str, open_with: Callable[[str], None], back: Choice, wrong: str = "") -> ReaderForm:
    """Ask for the passphrase of a bundle; `wrong` says why it is asked again."""

    def send(answers: Mapping[str, str]) -> Mapping[str, str]:
        said = answers[PASSPHRASE]
        if not said:
            return {PASSPHRASE: tr("Type the passphrase that came with the file, by another way.")}
        open_with(said)
        return {}

    lines = (tr("{file} is behind a passphrase.", file=name), *((wrong,) if wrong else ()))
    question = Question(PASSPHRASE, tr("Passphrase"), QuestionKind.TEXT)
    return ReaderForm(
        tr("Open a bundle"), lines, (question,), send, tr("Open"), (back,), frozenset({PASSPHRASE})
    )
