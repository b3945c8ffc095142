"""What a study or a table says of its cases and readers, for subgroups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.analysis.traits import Traits
from app.errors import AppError
from app.study.case import StudyCase
from app.study.events import Event
from app.study.questionnaire import Occasion
from app.study.truth import CaseTruth
from app.subgroup import Subgroup, SubgroupOf
from app.tables.table import Table


def study_traits(
    truths: Mapping[str, CaseTruth], known: Iterable[StudyCase], answered: Iterable[tuple[str, Event]]
) -> Traits:
    """Cases by their clinical fields and the further columns of the truth table, which goes before; readers
    by their answers before the first case."""
    cases: dict[str, dict[str, str]] = {}
    for one in known:
        for name, value in one.beside.fields.items():
            cases.setdefault(name, {})[one.code] = value
    for case, truth in truths.items():
        for name, value in {"lesions": truth.lesions, "regions": truth.regions, **truth.more}.items():
            cases.setdefault(name, {})[case] = value
    readers: dict[str, dict[str, str]] = {}
    for reader, event in answered:
        answers = event.payload.get("answers")
        if event.payload.get("occasion") == Occasion.FIRST.value and isinstance(answers, Mapping):
            for name, answer in answers.items():
                readers.setdefault(name, {})[reader] = str(answer)
    return Traits(cases, readers)


def table_traits(table: Table, asked: Iterable[Subgroup]) -> Traits:
    """The columns that subgroups name; raises AppError for one that is not there or contradicts itself."""
    found: dict[SubgroupOf, dict[str, dict[str, str]]] = {of: {} for of in SubgroupOf}
    for part in asked:
        who = table.ids("case" if part.of is SubgroupOf.CASES else "reader")
        values = table.columns[table.named(part.attribute)]
        known: dict[str, str] = {}
        for row, (name, value) in enumerate(zip(who, values, strict=True)):
            if known.setdefault(name, value) != value:
                before = f"and “{known[name][:40]}” on a line before"
                raise AppError(
                    f"{table.at(row)}: {part.attribute} of {name} is “{value[:40]}”, {before}.",
                    f"A subgroup of {part.of.value} needs one value for each.",
                )
        found[part.of][part.attribute] = known
    return Traits(found[SubgroupOf.CASES], found[SubgroupOf.READERS])


def require_known(asked: Iterable[Subgroup], traits: Traits) -> None:
    """Raise AppError for a subgroup by something that a study does not tell."""
    for part in asked:
        known = traits.cases if part.of is SubgroupOf.CASES else traits.readers
        if part.attribute.casefold() not in {name.casefold() for name in known}:
            where = (
                "truth.csv with the clinical fields"
                if part.of is SubgroupOf.CASES
                else "the first questionnaire"
            )
            listed = ", ".join(sorted(known)) or "nothing"
            raise AppError(
                f"“{part}”: {where} tells no {part.attribute} of the {part.of.value}.",
                f"It tells: {listed}.",
            )
