"""One row per question that a reader answered beside the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.cells import Cell
from app.exports.table import Column, ExportTable
from app.study.canonical import utc_text
from app.study.events import Event
from app.study.protocol import Arm, Protocol
from app.study.questionnaire import Occasion, questions

_COLUMNS = (
    Column("reader", "pseudonymous reader code"),
    Column(
        "occasion",
        "first: before the first case; last: after the last; else the text that was confirmed",
    ),
    Column("key", "short name of the question"),
    Column("answer", "what was answered; empty where the question was optional; of a text its SHA-256"),
    Column("question", "what was asked, with the range or the answers to choose from"),
    Column("answered_utc", "when it was answered"),
    Column("session", "sitting"),
)


def questionnaire_table(
    protocol: Protocol, answered: Callable[[], Iterator[tuple[str, Event]]]
) -> ExportTable:
    """The answers of all readers; `answered` gives readers and their questionnaire events."""
    aided = Arm.AIDED in protocol.arms
    asked = {
        occasion.value: {
            question.key: question.dictionary
            for question in questions(protocol.questionnaire, occasion, aided)
        }
        for occasion in Occasion
    }

    def rows() -> Iterator[tuple[Cell, ...]]:
        for reader, event in answered():
            occasion, answers = str(event.payload.get("occasion")), event.payload.get("answers")
            for key, answer in (answers if isinstance(answers, Mapping) else {}).items():
                words = asked.get(occasion, {}).get(key, "")
                yield reader, occasion, key, str(answer), words, utc_text(event.at.utc), event.session

    return ExportTable("questionnaires", _COLUMNS, (rows,))
