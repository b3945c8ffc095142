"""A STARD / STARD-AI and CLAIM checklist: filled where the program knows the answer, visibly open where not.

Item numbers are those of STARD 2015 (Cohen et al.) and CLAIM 2024 (Tejani et al.); “AI” marks what STARD-AI
adds. The wording of the topics is this program's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from app import __version__
from app.analysis.flow import flow
from app.analysis.study import Analysis
from app.cells import markdown_table
from app.report.analysis.design import designed
from app.report.analysis.facts import ReportedStudy
from app.report.analysis.planned import planned_sentence
from app.report.numbers import fixed, interval
from app.study.asides import HELP, asides_of
from app.study.protocol import Mode
from app.wording import counted

GUIDELINES = (("STARD", "STARD 2015"), ("CLAIM", "CLAIM 2024"))
OPEN = "OPEN – to be written by the authors"
Answer = Callable[[Analysis, ReportedStudy], str]


@dataclass(frozen=True)
class ChecklistItem:
    """One item with the program's answer, "" when it is open."""

    guideline: str
    number: str
    topic: str
    answer: str

    @property
    def shown(self) -> str:
        """The answer, or that it is open."""
        return self.answer or OPEN


def checklist(analysis: Analysis, facts: ReportedStudy) -> tuple[ChecklistItem, ...]:
    """All items in the order of the guidelines; what a training says of itself fills what else is open."""
    told = dict(facts.training)
    return tuple(
        ChecklistItem(
            guideline,
            number,
            topic,
            answer(analysis, facts) if answer else told.get(f"{guideline} {number}", ""),
        )
        for guideline, number, topic, answer in _ITEMS
    )


@dataclass(frozen=True)
class ChecklistScore:
    """How many items of a guideline are answered, of how many it has."""

    guideline: str
    filled: int
    items: int

    @property
    def sentence(self) -> str:
        """As papers print it."""
        return f"{self.guideline}: {self.filled} of {self.items} items ({self.filled / self.items:.0%})"


def scores(items: tuple[ChecklistItem, ...]) -> tuple[ChecklistScore, ...]:
    """The score of STARD and of CLAIM; an item with parts counts when all of them are answered."""
    made = []
    for guideline, title in GUIDELINES:
        answered: dict[int, bool] = {}
        for one in items:
            if one.guideline == guideline:
                for number in _numbers(one.number):
                    answered[number] = answered.get(number, True) and bool(one.answer)
        made.append(ChecklistScore(title, sum(answered.values()), len(answered)))
    return tuple(made)


def _numbers(told: str) -> range:
    """Which items a row is about: 7, 10a, 14–17."""
    ends = [int(end.rstrip("ab")) for end in told.split("–")]
    return range(ends[0], ends[-1] + 1)


def checklist_markdown(items: tuple[ChecklistItem, ...]) -> str:
    """The checklist as a Markdown table that says how much of it is open."""
    opened = sum(not item.answer for item in items)
    lines = [
        "# Reporting checklist (STARD 2015 with STARD-AI topics, CLAIM 2024)",
        "",
        f"{len(items) - opened} of {len(items)} rows were filled by the program from protocol and data; "
        f"{opened} are "
        "open. Check every answer before you submit it.",
        "",
        "Filled so far, "
        + "; ".join(one.sentence for one in scores(items))
        + ". An item with parts counts when all of them are answered. That the program can say something is "
        "no verdict on how well it is reported.",
        "",
        *markdown_table(
            ("Guideline", "Item", "Topic", "Answer"),
            [(one.guideline, one.number, one.topic, one.shown) for one in items],
        ),
    ]
    return "\n".join(lines) + "\n"


def _objective(_: Analysis, facts: ReportedStudy) -> str:
    if facts.protocol is None:
        return ""
    tested = "; ".join(facts.protocol.analysis.hypotheses)
    return " ".join(filter(None, (facts.protocol.hypothesis, f"Tested: {tested}." if tested else "")))


def _timing(_: Analysis, facts: ReportedStudy) -> str:
    if facts.protocol is None:
        return ""
    frozen = f"frozen {facts.frozen_utc}" if facts.frozen_utc else "not frozen"
    said = f"Protocol version {facts.protocol.version} {frozen}, SHA-256 {facts.protocol_sha256[:16]}…"
    versions = ", ".join(f"{count} under version {number}" for number, count in facts.versions)
    return f"{said}; readings: {versions}." if len(facts.versions) > 1 else said


def _readers(analysis: Analysis, facts: ReportedStudy) -> str:
    design = f", {facts.protocol.mode.value} design" if facts.protocol else ""
    said = f"{len(analysis.readings.readers)} readers, arms: {', '.join(analysis.readings.arms)}{design}."
    return " ".join([said, *designed(analysis.readings)])


def _blinding(_: Analysis, facts: ReportedStudy) -> str:
    if facts.protocol is None:
        return ""
    shown = "shown" if facts.protocol.screen.clinical_information else "not shown"
    later = (
        " The algorithm was revealed after the unaided answer was locked."
        if facts.protocol.mode is Mode.SEQUENTIAL
        else ""
    )
    beside = ", ".join(what for name, what in asides_of(facts.protocol).items() if name != HELP)
    also = f" Shown beside the scan: {beside}." if beside else ""
    return f"Truth and file names never reach a reader's screen; clinical information {shown}.{also}{later}"


def _index_cutoff(analysis: Analysis, facts: ReportedStudy) -> str:
    if not analysis.readings.has_calls:
        return ""
    threshold = (
        f" Algorithm threshold {facts.protocol.ai.threshold:g}."
        if facts.protocol and facts.protocol.ai.model
        else ""
    )
    return f"Readers gave a yes/no call beside the rating.{threshold}"


def _estimation(analysis: Analysis, _: ReportedStudy) -> str:
    options = analysis.options
    return (
        f"Obuchowski-Rockette MRMC ({options.generalise.value}, {options.covariance.value} covariance), "
        "DeLong, "
        f"{options.bootstrap} bootstrap resamples (seed {options.seed}); see methods.md."
    )


def _missing(analysis: Analysis, facts: ReportedStudy) -> str:
    readings = analysis.readings
    unread = f"{facts.conduct.sentence} " if facts.conduct and not facts.conduct.finished else ""
    unread += "".join(f"{said} " for said in facts.life)
    return unread + (
        f"{readings.missing} of {readings.expected} reads missing, {len(readings.exclusions)} records "
        "left out "
        "(listed); covariances use the shared cases, nothing is imputed."
    )


def _variability(analysis: Analysis, _: ReportedStudy) -> str:
    groups = analysis.agreement.fleiss
    said = [f"Fleiss' kappa of {row.what}s ({row.arm}) {_kappa(row.agreement.fleiss)}" for row in groups]
    said += [
        f"{row.reader} with themselves ({row.arm}, {row.n} hidden repeats): quadratic kappa of ratings "
        f"{_kappa(row.quadratic)}"
        for row in analysis.agreement.intra_reader
    ]
    return "; ".join(said)


def _kappa(value: float) -> str:
    return "missing (all answers are the same)" if math.isnan(value) else fixed(value, 2)


def _participants(analysis: Analysis, _: ReportedStudy) -> str:
    truth = analysis.readings.truth
    return f"{len(truth)} cases: {int(truth.sum())} diseased, {int((~truth).sum())} normal."


def _flow(analysis: Analysis, facts: ReportedStudy) -> str:
    said = f"{_participants(analysis, facts)} {len(analysis.readings.exclusions)} records left out (listed)."
    return f"{said} {planned_sentence(analysis)}".strip()


def _flow_diagram(analysis: Analysis, _: ReportedStudy) -> str:
    found = flow(analysis.readings)
    cases = f"{found.diseased + found.normal} of {counted(found.cases, 'case')}"
    return f"Figure “Flow of cases and reads”: {cases} and {found.reads} of {found.planned} reads analysed."


def _cross_table(analysis: Analysis, _: ReportedStudy) -> str:
    return (
        "Table “Calls against the reference standard” and confusion matrices." if analysis.operating else ""
    )


def _precision(analysis: Analysis, _: ReportedStudy) -> str:
    return "; ".join(
        f"{one.arm}: mean AUC {fixed(one.estimate)} ({interval(one.ci)}{', exact' if one.exact else ''})"
        for result in analysis.mrmc.means
        for one in result.arms
    )


def _data_source(_: Analysis, facts: ReportedStudy) -> str:
    return facts.warning


def _files(_: Analysis, facts: ReportedStudy) -> str:
    return "; ".join(f"{one.name} (SHA-256 {one.sha256[:16]}…)" for one in facts.inputs)


def _model(_: Analysis, facts: ReportedStudy) -> str:
    return (
        f"Algorithm shown to readers: {facts.protocol.ai.model}."
        if facts.protocol and facts.protocol.ai.model
        else ""
    )


def _trained(_: Analysis, facts: ReportedStudy) -> str:
    return dict(facts.training).get("STARD-AI", "")


def _explain(_: Analysis, facts: ReportedStudy) -> str:
    if facts.protocol is None or not facts.protocol.ai.model:
        return ""
    return "A heat map labelled as model attention was " + (
        "shown." if facts.protocol.ai.heatmap else "not shown."
    )


def _failures(analysis: Analysis, _: ReportedStudy) -> str:
    if not analysis.reliance:
        return ""
    return f"Table of switches and of wrong advice that was followed. {planned_sentence(analysis)}".strip()


def _software(_: Analysis, __: ReportedStudy) -> str:
    return f"Readings and analysis: ScintiRead {__version__} (Apache-2.0)."


_ITEMS: tuple[tuple[str, str, str, Answer | None], ...] = (
    ("STARD", "1", "Title names it a study of diagnostic accuracy", None),
    ("STARD", "2", "Structured abstract", None),
    ("STARD", "3", "Background and intended use", None),
    ("STARD", "4", "Objectives and hypotheses", _objective),
    ("STARD", "5", "Data collected before or after the index test was planned", _timing),
    ("STARD", "6", "Eligibility", None),
    ("STARD", "7–9", "How, where and when participants were found; sampling", None),
    ("STARD", "10a", "Index test: readers and reading conditions", _readers),
    ("STARD", "10b–11", "Reference standard and why it was chosen", None),
    ("STARD", "12a", "Cut-offs of the index test", _index_cutoff),
    ("STARD", "12b", "Cut-offs of the reference standard", None),
    ("STARD", "13a", "What the readers knew", _blinding),
    ("STARD", "13b", "What the assessors of the reference standard knew", None),
    ("STARD", "14", "How accuracy was estimated and compared", _estimation),
    ("STARD", "15", "Indeterminate results", None),
    ("STARD", "16", "Missing results", _missing),
    ("STARD", "17", "Variability between and within readers", _variability),
    ("STARD", "18", "Sample size and how it was found", None),
    ("STARD", "19", "Flow of participants", _flow_diagram),
    ("STARD", "20", "Characteristics of the participants", None),
    ("STARD", "21", "Distribution of disease", _participants),
    ("STARD", "22", "Time between index test and reference standard", None),
    ("STARD", "23", "Cross tabulation", _cross_table),
    ("STARD", "24", "Accuracy with its precision", _precision),
    ("STARD", "25", "Adverse events", None),
    ("STARD", "26–27", "Limitations; implications for practice", None),
    ("STARD", "28–30", "Registration, protocol, funding", None),
    ("STARD-AI", "AI", "Origin of the images; real or simulated", _data_source),
    ("STARD-AI", "AI", "Algorithm, version, and what it takes and gives", _model),
    ("STARD-AI", "AI", "Training data and their separation from the test cases", _trained),
    ("STARD-AI", "AI", "Errors of the algorithm and what they do to readers", _failures),
    ("STARD-AI", "AI", "Fairness across groups of patients", None),
    ("STARD-AI", "AI", "Availability of data, code and model; commercial interests", None),
    ("CLAIM", "1–3", "Title, abstract and background", None),
    ("CLAIM", "4", "Study objectives", _objective),
    ("CLAIM", "5–6", "Prospective or retrospective; goal", None),
    ("CLAIM", "7", "Data sources", _data_source),
    ("CLAIM", "8", "Eligibility", None),
    ("CLAIM", "9", "Preprocessing", None),
    ("CLAIM", "10", "Selection of subsets", None),
    ("CLAIM", "11", "De-identification", None),
    ("CLAIM", "12", "Missing data", _missing),
    ("CLAIM", "13", "How the images were acquired", None),
    ("CLAIM", "14–17", "Reference standard and annotation", None),
    ("CLAIM", "18", "Inter- and intra-rater variability", _variability),
    ("CLAIM", "19–20", "Partitions and the level of their separation", None),
    ("CLAIM", "21", "Intended sample size", None),
    ("CLAIM", "22", "Model", None),
    ("CLAIM", "23", "Software of the training", None),
    ("CLAIM", "24", "First weights", None),
    ("CLAIM", "25", "Training", None),
    ("CLAIM", "26", "How the final model was chosen", None),
    ("CLAIM", "27", "Ensembles", None),
    ("CLAIM", "28–29", "Metrics; uncertainty and significance", _estimation),
    ("CLAIM", "30", "Robustness", None),
    ("CLAIM", "31", "Explainability", _explain),
    ("CLAIM", "32", "Internal testing", None),
    ("CLAIM", "33", "External testing", None),
    ("CLAIM", "34", "Registration of a trial", None),
    ("CLAIM", "35", "Included and excluded cases", _flow),
    ("CLAIM", "36", "Demographics", None),
    ("CLAIM", "37–38", "Performance with precision", _precision),
    ("CLAIM", "39", "Failure analysis", _failures),
    ("CLAIM", "40–41", "Limitations; implications", None),
    ("CLAIM", "42", "Registration and full protocol", _timing),
    ("CLAIM", "43", "Software, model and data availability", _software),
    ("CLAIM", "43", "Inputs of this analysis", _files),
    ("CLAIM", "44", "Funding", None),
)
