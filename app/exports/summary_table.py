"""One row per reader and arm: how much was read, how long it took, and the counts against truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from statistics import median

from app.cells import Cell
from app.exports.readings_table import Answers, Standing
from app.exports.table import Column, ExportTable
from app.study.reading import Outcome
from app.study.truth import CaseTruth

_COUNTS = (
    Column("reader", "pseudonymous reader code"),
    Column("arm", "unaided, aided or training"),
    Column("readings", "presentations that ended, warm-up and repeats included"),
    Column("answered", "with an answer, without warm-up and hidden repeats; the columns below count these"),
    Column("skipped", "skipped by the reader"),
    Column("technical_problems", "could not be read"),
    Column("yes", "calls that were yes"),
    Column("no", "calls that were no"),
    Column("contradictions", "call and rating disagree"),
    Column("marks", "lesion marks"),
    Column("median_active_seconds", "median time per case", "s"),
    Column("total_active_minutes", "time for all cases", "min"),
)
_AGAINST_TRUTH = (
    Column("true_positive", "yes, and there is a metastasis"),
    Column("false_positive", "yes, and there is none"),
    Column("false_negative", "no, and there is a metastasis"),
    Column("true_negative", "no, and there is none"),
    Column("sensitivity", "true positive / all with metastasis", "0-1"),
    Column("specificity", "true negative / all without", "0-1"),
)


def summary_table(standing: Standing, truths: Mapping[str, CaseTruth]) -> ExportTable:
    """The summary per reader and arm; without truths only counts and times."""
    columns = (*_COUNTS, *(_AGAINST_TRUTH if truths else ()))
    return ExportTable("summary", columns, tuple(partial(_rows, share, truths) for share in standing))


def _rows(share: Answers, truths: Mapping[str, CaseTruth]) -> Iterator[tuple[Cell, ...]]:
    groups: dict[tuple[str, str], list[tuple[Outcome, bool, bool | None, bool, int, float | None, str]]] = {}
    for reading in share():
        who, flags = reading.identity, reading.flags
        counted = not who.warm_up and who.repeat_of is None
        entry = (
            flags.outcome,
            counted,
            reading.answer.call,
            flags.contradiction,
            len(reading.answer.regions),
            reading.times.active_seconds,
            who.case,
        )
        groups.setdefault((who.reader, who.arm.value), []).append(entry)
    for (reader, arm), entries in sorted(groups.items()):
        counted_entries = [entry for entry in entries if entry[0] is Outcome.ANSWERED and entry[1]]
        seconds = [entry[5] for entry in counted_entries if entry[5] is not None]
        calls = [(entry[2], truths[entry[6]].truth) for entry in counted_entries if entry[6] in truths]
        yield (
            reader,
            arm,
            len(entries),
            len(counted_entries),
            sum(entry[0] is Outcome.SKIPPED for entry in entries),
            sum(entry[0] is Outcome.TECHNICAL for entry in entries),
            sum(entry[2] is True for entry in counted_entries),
            sum(entry[2] is False for entry in counted_entries),
            sum(entry[3] for entry in counted_entries),
            sum(entry[4] for entry in counted_entries),
            median(seconds) if seconds else None,
            sum(seconds) / 60,
            *(_against_truth(calls) if truths else ()),
        )


def _against_truth(calls: list[tuple[bool | None, bool]]) -> tuple[Cell, ...]:
    tp = sum(call is True and truth for call, truth in calls)
    fp = sum(call is True and not truth for call, truth in calls)
    fn = sum(call is False and truth for call, truth in calls)
    tn = sum(call is False and not truth for call, truth in calls)
    sensitivity = tp / (tp + fn) if tp + fn else None
    specificity = tn / (tn + fp) if tn + fp else None
    return tp, fp, fn, tn, sensitivity, specificity
