"""The readings of a study as the cube that is analysed, straight from what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from app.analysis.ingest.records import HIDDEN_REPEAT, LEFT_OUT, Records, cube_of
from app.analysis.ingest.shown import RecordedAdvice, plan_called
from app.analysis.placements import Floats
from app.analysis.readings import Readings
from app.analysis.shown import AiPlan
from app.cells import Cell
from app.errors import AppError
from app.exports.readings_table import OwnColumns, could_not_be_read, readings_table, was_skipped
from app.study.life import Retired
from app.study.planned_ai import plan_name
from app.study.protocol import AiRules, AnswerRules, Arm
from app.study.question import ORDERED, Question
from app.study.reading import Reading
from app.study.truth import CaseTruth
from app.tables.names import spelled

SOURCE = "readings of the study"
_REASONS = tuple(LEFT_OUT[flag] for flag in ("skipped", "technical_problem", "warm_up"))


def study_reads(
    standing: Iterable[Reading],
    truths: Mapping[str, CaseTruth],
    rating: str | None = None,
    rules: AiRules | None = None,
    questions: Sequence[Question] = (),
    gone: Retired | None = None,
) -> Readings:
    """The cube of the answers that stand; `rating` names the column of readings.csv that is analysed, also of
    one of the study's own `questions`; `rules` say what was planned of the AI, `gone` who and what left.

    Raises AppError when there is no truth or no reading, for a column that is not there or holds texts, and
    as `cube_of` does.
    """
    if not truths:
        raise AppError(
            "The study has no truth, without which no reading is right or wrong.",
            "Put truth.csv (case,truth) into its folder “coordinator”.",
        )
    readings = list(standing)
    if not readings:
        raise AppError("Nobody has read anything in this study yet.", "Read some cases first.")
    who = [reading.identity for reading in readings]
    cases = [truths.get(each.case) for each in who]
    scales = {each.scale for each in who}
    column, values = (
        _column(readings, rating, questions) if rating else ("rating", [r.answer.rating for r in readings])
    )
    flags = (
        [was_skipped(reading) for reading in readings],
        [could_not_be_read(reading) for reading in readings],
        [each.warm_up for each in who],
        [each.repeat_of is not None for each in who],
    )
    return cube_of(
        Records(
            source=SOURCE,
            lines=range(1, len(readings) + 1),
            readers=[each.reader for each in who],
            arms=[each.arm.value for each in who],
            cases=[each.case for each in who],
            truth=_numbers([case.truth if case else None for case in cases]),
            rating=_numbers(values),
            call=_numbers([reading.answer.call for reading in readings]),
            seconds=_numbers([reading.times.active_seconds for reading in readings]),
            position=_numbers([each.position for each in who]),
            locked=np.array([reading.flags.locked for reading in readings]),
            attempt=_numbers([each.attempt for each in who]),
            flagged=tuple(zip((*_REASONS, HIDDEN_REPEAT), map(np.array, flags), strict=True)),
            advice=_advice(readings, rules or AiRules()),
            ticked=[frozenset(reading.answer.checklist) for reading in readings],
            visit=_numbers([each.visit for each in who]),
            departed=np.array([bool(reading.flags.deviations) for reading in readings]),
            withdrawn=gone.readers if gone else frozenset(),
            excluded=gone.cases if gone else frozenset(),
            rating_column=column,
            scale=scales.pop().value if len(scales) == 1 else "",
        )
    )


def require_rating(rules: AnswerRules, asked: Sequence[Question]) -> None:
    """Raise AppError where a study asks for no rating, with the questions that may be analysed as one."""
    if not rules.rating:
        ordered = [f"answer_{each.key}" for each in asked if each.kind in ORDERED]
        could = f"Name one of its questions: --rating {' or '.join(ordered)}." if ordered else ""
        raise AppError(
            "This study asks for no rating.", could or "None of its questions has numbers to be analysed."
        )


def _advice(readings: Sequence[Reading], rules: AiRules) -> RecordedAdvice:
    """What each reader was shown, by the record, and what was planned for the case."""
    shown = [reading.ai.shown if reading.ai else None for reading in readings]
    return RecordedAdvice(
        models=[f"{one.model} {one.version}".strip() if one else "" for one in shown],
        probability=_numbers([one.probability if one else None for one in shown]),
        threshold=_numbers([one.threshold if one else None for one in shown]),
        plans=[
            plan_called(plan_name(rules, reading.identity.case))
            if reading.identity.arm is Arm.AIDED
            else AiPlan.COMPUTED
            for reading in readings
        ],
    )


def _numbers(values: Sequence[float | None]) -> Floats:
    """Numbers, yes and no as float64 (records,), NaN where there is none."""
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _column(
    readings: Sequence[Reading], wanted: str, questions: Sequence[Question]
) -> tuple[str, list[float | None]]:
    """A column of the readings table under its name there, however a person spells it."""
    table = readings_table([lambda: readings], {}, study=OwnColumns(questions))
    names = [column.name for column in table.columns]
    place = next((place for place, name in enumerate(names) if spelled(name) == spelled(wanted)), None)
    if place is None:
        raise AppError(f"{SOURCE}: there is no column “{wanted}”.", f"There are: {', '.join(names)}.")
    return names[place], [_number(names[place], row[place]) for row in table.rows()]


def _number(column: str, cell: Cell) -> float | None:
    if isinstance(cell, str):
        raise AppError(f"{SOURCE}: {column} holds texts.", "Choose a column of numbers.")
    return cell
