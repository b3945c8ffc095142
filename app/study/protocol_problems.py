"""What is wrong with a protocol, each problem with the field that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.names import unusable, visible
from app.plan import AnalysisSet, Endpoint, hypothesis
from app.study.aside_rules import Moment, further_series
from app.study.case_questions import case_questions, mark_questions
from app.study.protocol import Allocation, Arm, Mode, Protocol, Requirement
from app.study.protocol_fields import FIELDS, value_of
from app.study.questionnaire import Occasion, questions
from app.subgroup import SubgroupOf, subgroup

CODE = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True)
class Problem:
    """What is wrong at one field; `text` goes on after the field's name, or is a sentence (`whole`)."""

    path: str
    text: str
    whole: bool = False

    def named(self, name: str) -> str:
        """The sentence that names the field."""
        return f"{name}{':' if self.whole else ''} {self.text}"

    def __str__(self) -> str:
        """The sentence under the key of the file."""
        return self.named(self.path)


def protocol_problems(protocol: Protocol) -> tuple[Problem, ...]:
    """What the type of no single value shows, in the order of the fields; empty when nothing is wrong."""
    return tuple(_problems(protocol))


def _problems(protocol: Protocol) -> Iterator[Problem]:
    if not protocol.title.strip():
        yield Problem("title", "is empty.")
    if not protocol.code:
        yield Problem("code", "is empty; give the study a short name without blanks.")
    elif why := _no_code(protocol.code):
        yield Problem("code", f'= "{visible(protocol.code)}" {why}.')
    if protocol.deadline and not _is_day(protocol.deadline):
        yield Problem("deadline", f'= "{visible(protocol.deadline)}" is no day; write it as 2026-12-31.')
    yield from _reader_problems(protocol.readers)
    for each in FIELDS:
        value, (least, most) = value_of(protocol, each.path), each.bounds
        if isinstance(value, int | float) and value < least:
            yield Problem(each.path, f"= {value:g} is too small; at least {least:g}.")
        elif isinstance(value, int | float) and value > most:
            yield Problem(each.path, f"= {value:g} is too large; at most {most:.16g}.")
    groups = protocol.split_plot_groups
    if protocol.allocation is Allocation.SPLIT_PLOT and groups > len(protocol.readers):
        yield Problem("split_plot_groups", f"= {groups} is more than there are readers.")
    if protocol.allocation is Allocation.CROSSED and groups != 1:
        yield Problem("split_plot_groups", 'needs allocation = "split-plot".')
    for occasion in Occasion:
        try:
            questions(protocol.questionnaire, occasion, Arm.AIDED in protocol.arms)
        except ValueError as error:
            yield Problem(f"questionnaire.{occasion.value}", str(error), whole=True)
    yield from _answer_problems(protocol)
    try:
        if protocol.beside.later and protocol.mode is not Mode.SEQUENTIAL:
            path = "beside.prior" if protocol.beside.prior is Moment.AFTER else "beside.fields"
            yield Problem(path, 'shows something “after” the first answer, which needs mode = "sequential".')
    except ValueError as error:
        yield Problem("beside.fields", str(error), whole=True)
    try:
        further_series(protocol.beside)
    except ValueError as error:
        yield Problem("beside.series", str(error), whole=True)
    if why := protocol.texts.problem(_texts(protocol)):
        yield Problem("texts.translations", why, whole=True)
    adjudicator = protocol.panel.adjudicator
    if adjudicator and protocol.mode is not Mode.PANEL:
        yield Problem("panel.adjudicator", 'needs mode = "panel".')
    elif adjudicator and adjudicator not in protocol.readers:
        yield Problem("panel.adjudicator", f'= "{adjudicator}" is not among the readers.')
    yield from _plan_problems(protocol)
    if len(protocol.warm_up_cases) != len(set(protocol.warm_up_cases)):
        yield Problem("warm_up_cases", "names a case twice.")


def _answer_problems(protocol: Protocol) -> Iterator[Problem]:
    rules = protocol.answer
    for path, read in (("answer.questions", case_questions), ("answer.mark_questions", mark_questions)):
        try:
            read(rules)
        except ValueError as error:
            yield Problem(path, str(error), whole=True)
    if rules.mark_questions and rules.marks is Requirement.OFF:
        yield Problem("answer.mark_questions", "asks of lesions, and answer.marks is off.")
    for path, asked in (("answer.call", rules.call), ("answer.rating", rules.rating)):
        if not asked and not rules.questions:
            yield Problem(path, "is off: ask at least one question instead (answer.questions).")
    if not rules.call and protocol.mode is Mode.PANEL:
        yield Problem("answer.call", "is off, and a truth panel agrees or disagrees by the call.")
    places = [place.strip() for place in rules.regions]
    if len(set(places)) < len(places) or any(not place or ";" in place for place in places):
        yield Problem("answer.regions", "names each region once, in letters and without a semicolon.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _texts(protocol: Protocol) -> frozenset[str]:
    """What the study asks in its own words: questions, their answers and the words of their scales."""
    try:
        rules = protocol.questionnaire
        asked = (
            *case_questions(protocol.answer),
            *mark_questions(protocol.answer),
            *(each for occasion in Occasion for each in questions(rules, occasion, True)),
        )
    except ValueError:  # told at the questions themselves
        return frozenset()
    said = (text for one in asked for text in (one.text, one.unit, *one.choices, *one.words))
    return frozenset(said)


def _plan_problems(protocol: Protocol) -> Iterator[Problem]:
    per_protocol = protocol.analysis.analysis_set is AnalysisSet.PER_PROTOCOL
    for line in protocol.analysis.hypotheses:
        try:
            tested = hypothesis(line)
        except ValueError as error:
            yield Problem("analysis.hypotheses", str(error), whole=True)
        else:
            arms = [arm.value for arm in protocol.arms]
            if not {tested.first, tested.second} <= set(arms):
                read = f'mode = "{protocol.mode}" reads {" and ".join(arms)} only.'
                yield Problem("analysis.hypotheses", f"“{line}”: {read}", whole=True)
            if per_protocol and tested.endpoint is Endpoint.WAFROC:
                why = "marks are of all reads and cannot be tested per protocol."
                yield Problem("analysis.hypotheses", f"“{line}”: {why}", whole=True)
    yield from _subgroup_problems(protocol)


def _subgroup_problems(protocol: Protocol) -> Iterator[Problem]:
    try:
        asked = {one.key for one in questions(protocol.questionnaire, Occasion.FIRST, True)}
    except ValueError:  # told at the questionnaire itself
        return
    for line in protocol.analysis.subgroups:
        try:
            part = subgroup(line)
        except ValueError as error:
            yield Problem("analysis.subgroups", str(error), whole=True)
            continue
        if part.of is SubgroupOf.READERS and part.attribute not in asked:
            known = f"it asks {', '.join(sorted(asked))}" if asked else "it asks nothing"
            why = f"the first questionnaire has no question {part.attribute}; {known}."
            yield Problem("analysis.subgroups", f"“{line}”: {why}", whole=True)


def _no_code(code: str) -> str:
    """Why this cannot be a code, which names files on every system; "" where it can."""
    if not CODE.fullmatch(code):
        return "may have letters, digits, dash and underscore, up to 32"
    return unusable(code)


def _reader_problems(readers: tuple[str, ...]) -> Iterator[Problem]:
    if not readers:
        yield Problem("readers", 'is empty; give at least one code, as in readers = ["R1"].')
    for reader in readers:
        if why := _no_code(reader):
            yield Problem("readers", f'"{visible(reader)}" {why}.', whole=True)
    folded = [reader.casefold() for reader in readers]
    for code in sorted({code for code in folded if folded.count(code) > 1}):
        yield Problem("readers", f'"{code}" stands there twice (capitals make no difference).', whole=True)
