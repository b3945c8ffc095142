"""The columns of `readings.csv`: one row per presentation and arm, with the answer that stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial

from app.cells import Cell
from app.exports.table import Column, ExportTable
from app.study.aside_rules import ClinicalField
from app.study.canonical import utc_text
from app.study.clock import Instant
from app.study.life import Retired
from app.study.planned_ai import plan_name
from app.study.protocol import AiRules, Arm
from app.study.question import Question, recorded
from app.study.reading import Outcome, Reading
from app.study.truth import CaseTruth

Answers = Callable[[], Iterable[Reading]]
Standing = Sequence[Answers]
"""For each reader what gives the answers that stand."""
Value = Callable[[Reading], Cell]
Rows = tuple[tuple[str, str, str, str | Value], ...]
"""Name, unit, meaning, and where the value is: a path of attributes and keys, or a function."""


def _marks(reading: Reading) -> Cell:
    return len(reading.answer.regions)


def _said(question: Question, reading: Reading) -> Cell:
    return recorded(question, reading.answer.answers)


def could_not_be_read(reading: Reading) -> bool:
    """Whether the reader or the program found it unreadable."""
    return reading.flags.outcome is Outcome.TECHNICAL or reading.answer.technical_problem


def was_skipped(reading: Reading) -> bool:
    """Whether the reader left the case out."""
    return reading.flags.outcome is Outcome.SKIPPED


def _edited(reading: Reading) -> Cell:
    return bool(reading.flags.amends)


_WHO: Rows = (
    ("study", "", "short name of the study", "identity.study"),
    ("protocol_version", "", "version of the protocol it was read by", "identity.protocol_version"),
    ("protocol_sha256", "", "hash of protocol and case list", "identity.protocol_sha256"),
    ("reader", "", "pseudonymous reader code", "identity.reader"),
    ("arm", "", "unaided, aided or training", "identity.arm"),
    ("visit", "", "visit of a crossover, from 1", "identity.visit"),
    ("case", "", "case code", "identity.case"),
)
_ANSWER: Rows = (
    ("call", "", "bone metastasis: 1 yes, 0 no, empty when not answered", "answer.call"),
    ("rating", "scale", "probability of metastasis on the scale", "answer.rating"),
    ("scale", "", "lowest and highest rating", "identity.scale"),
    ("rating_touched", "", "1 when the reader set the rating", "flags.rating_touched"),
    ("contradiction", "", "1 when call and rating disagree", "flags.contradiction"),
    ("no_lesion", "", '1 when the reader confirmed "I see no lesion"', "answer.no_lesion"),
    ("marks", "", "number of marks, see marks", _marks),
    ("checklist", "", "ticked report regions, separated by ; and a space", "answer.checklist"),
    ("comment", "", "free text of the reader", "answer.comment"),
)
_TIMES: Rows = (
    ("load_seconds", "s", "reading and decoding the images", "times.load_seconds"),
    ("wait_seconds", "s", "requested to first painted frame", "times.wait_seconds"),
    (
        "raw_seconds",
        "s",
        "first painted frame (second answer: AI revealed) to submit key",
        "times.raw_seconds",
    ),
    ("active_seconds", "s", "raw without pauses", "times.active_seconds"),
    ("classify_seconds", "s", "start to first call, without pauses", "times.classify_seconds"),
    ("annotate_seconds", "s", "first call to submit, without pauses", "times.annotate_seconds"),
    ("ai_seconds", "s", "AI revealed to submit, without pauses", "times.ai_seconds"),
    ("pauses", "", "how often both views were blanked", "times.pauses"),
    ("pause_seconds", "s", "how long in all", "times.pause_seconds"),
    ("automatic_pauses", "", "pauses that the program began", "times.automatic_pauses"),
    ("focus_losses", "", "how often another window had the keyboard", "times.focus_losses"),
    ("focus_lost_seconds", "s", "how long in all; never taken off", "times.focus_lost_seconds"),
    ("suspends", "", "how often the program did not run (sleep)", "times.suspends"),
    ("suspend_seconds", "s", "how long in all", "times.suspend_seconds"),
    ("longest_gap_seconds", "s", "longest time without input", "times.longest_gap_seconds"),
    ("clock_jump_seconds", "s", "UTC minus monotonic clock over the case", "times.clock_jump_seconds"),
    ("earlier_attempts", "", "interrupted attempts before this one", "times.earlier_attempts"),
    (
        "earlier_active_seconds",
        "s",
        "active time of the interrupted attempts",
        "times.earlier_active_seconds",
    ),
    ("requested_utc", "", "case chosen", "times.requested"),
    ("displayed_utc", "", "both views painted", "times.displayed"),
    ("first_input_utc", "", "first key or mouse action", "times.first_input"),
    ("first_mark_utc", "", "first mark", "times.first_mark"),
    ("call_utc", "", "first call", "times.call"),
    ("revealed_utc", "", "AI shown", "times.revealed"),
    ("submitted_utc", "", "submit key pressed", "times.submitted"),
)
_PLACE: Rows = (
    ("read_position", "", "place in the reader's list, from 1", "identity.position"),
    ("attempt", "", "attempt at this presentation, from 1", "identity.attempt"),
    ("repeat_of", "", "place of the first presentation of a hidden repeat", "identity.repeat_of"),
    ("warm_up", "", "1 for warm-up cases, which are not analysed", "identity.warm_up"),
    ("seed", "", "seed of the reading order", "identity.seed"),
    ("site", "", "where it was read", "identity.site"),
    ("session", "", "sitting", "identity.session"),
    ("days_since_last_session", "d", "since the reader's sitting before", "identity.days_since_last_session"),
    (
        "clinical_information_shown",
        "",
        "1 when clinical information was shown",
        "identity.clinical_information_shown",
    ),
    ("anterior_sha256", "", "hash of the anterior counts", "identity.image_hashes.anterior"),
    ("posterior_sha256", "", "hash of the posterior counts", "identity.image_hashes.posterior"),
)
_AI: Rows = (
    ("ai_model", "", "model whose result was shown", "ai.shown.model"),
    ("ai_version", "", "its version", "ai.shown.version"),
    ("ai_weights_sha256", "", "its weights", "ai.shown.weights_sha256"),
    ("ai_probability", "0-1", "its probability", "ai.shown.probability"),
    ("ai_threshold", "0-1", "its threshold", "ai.shown.threshold"),
    ("ai_heatmap", "", "its heat-map method", "ai.shown.heatmap_method"),
    (
        "ai_familiarity",
        "0-100",
        "how familiar the scan was to it, where readers are told",
        "ai.shown.familiarity",
    ),
    ("ai_seconds_visible", "s", "how long it was on screen", "ai.seconds_visible"),
    ("ai_toggles", "", "how often it was switched on or off", "ai.toggles"),
    ("ai_last_opacity", "0-1", "opacity of the overlay at the end", "ai.last_opacity"),
    ("call_before_ai", "", "locked first call", "ai.call_before"),
    ("rating_before_ai", "scale", "locked first rating", "ai.rating_before"),
    ("changed_by_ai", "", "1 when call or rating changed", "ai.changed"),
)
_DISPLAY: Rows = (
    ("screen", "", "name of the screen", "display.screen.name"),
    ("screen_width", "px", "its width", "display.screen.width"),
    ("screen_height", "px", "its height", "display.screen.height"),
    ("device_pixel_ratio", "", "device pixels per logical pixel", "display.screen.device_pixel_ratio"),
    ("palette", "", "colour table at submit", "display.at_submit.palette"),
    ("curve", "", "transfer curve at submit", "display.at_submit.curve"),
    ("inverted", "", "1 for black bone", "display.at_submit.inverted"),
    ("cropped", "", "1 where the films fit the patient, not the whole frame", "display.at_submit.cropped"),
    (
        "lower_level_at_display",
        "counts",
        "lower display level at the first frame",
        "display.at_display.lower_level",
    ),
    (
        "upper_level_at_display",
        "counts",
        "upper display level at the first frame",
        "display.at_display.upper_level",
    ),
    ("lower_level_at_submit", "counts", "lower display level at submit", "display.at_submit.lower_level"),
    ("upper_level_at_submit", "counts", "upper display level at submit", "display.at_submit.upper_level"),
    ("level_changes", "", "how often the levels were changed", "display.level_changes"),
    ("largest_zoom", "px/px", "screen pixels per image pixel", "display.largest_zoom"),
)
_FLAGS: Rows = (
    ("recognised", "", "1 when the reader knew the patient", "answer.recognised"),
    ("technical_problem", "", "1 when it could not be read", could_not_be_read),
    ("skipped", "", "1 when the reader skipped it", was_skipped),
    ("reason", "", "of the problem, the skipping or the change", "flags.reason"),
    ("edited", "", "1 when the answer was changed after submit", _edited),
    ("edited_utc", "", "when it was changed", "flags.amended_utc"),
    ("locked", "", "1 for the locked first answer of sequential mode", "flags.locked"),
    ("resumed", "", "1 when an earlier attempt was interrupted", "flags.resumed"),
    ("deviations", "", "what departed from the protocol", "flags.deviations"),
    ("app_version", "", "version of this program", "identity.app_version"),
    ("previous_hash", "", "hash of the reader's reading before", "previous_sha256"),
    ("hash", "", "hash of this reading, see verify", "sha256"),
)


@dataclass(frozen=True)
class OwnColumns:
    """What a study has columns of its own for.

    `questions`: what it asks. `asides`: what it shows beside the scan, with what that is. `fields`: clinical
    facts of the cases, whose values `known` has by case and key.
    """

    questions: Sequence[Question] = ()
    asides: Mapping[str, str] = field(default_factory=dict)
    fields: Sequence[ClinicalField] = ()
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def readings_table(
    standing: Standing,
    truths: Mapping[str, CaseTruth],
    simulated: Collection[str] = (),
    rules: AiRules | None = None,
    study: OwnColumns | None = None,
    gone: Retired | None = None,
) -> ExportTable:
    """All readings with the answer that stands; without truths there is no truth column.

    `simulated` names the cases whose scans were made by a simulator, `rules` what was planned of the AI.
    `study`: what has columns in this study alone. `gone`: readers and cases that are out of the study.
    """
    left = gone or Retired()

    own = study or OwnColumns()

    def fact(each: ClinicalField, reading: Reading) -> Cell:
        return own.known.get(reading.identity.case, {}).get(each.key)

    def made(reading: Reading) -> Cell:
        return reading.identity.case in simulated

    def known(reading: Reading) -> Cell:
        entry = truths.get(reading.identity.case)
        return entry.truth if entry else None

    def plan(reading: Reading) -> Cell:
        aided = reading.identity.arm is Arm.AIDED and rules is not None
        return plan_name(rules, reading.identity.case) if aided and rules else None

    def reader_left(reading: Reading) -> Cell:
        return reading.identity.reader in left.readers

    def case_left(reading: Reading) -> Cell:
        return reading.identity.case in left.cases

    out: Rows = (
        ("reader_withdrawn", "", "1 when the reader was withdrawn from the study", reader_left),
        ("case_excluded", "", "1 when the case was excluded from the study", case_left),
    )
    planned: Rows = (("ai_plan", "", "aided: AI as computed, planned wrong, planned absent", plan),)
    truth: Rows = (("truth", "", "reference standard: 1 metastasis, 0 none", known),) if truths else ()
    facts: Rows = tuple(
        (f"field_{each.key}", each.unit, f"{each.name} of the patient", partial(fact, each))
        for each in own.fields
    )
    asked: Rows = tuple(
        (f"answer_{each.key}", each.unit, each.dictionary, partial(_said, each)) for each in own.questions
    )
    seen: Rows = tuple(
        (f"seen_{name}_seconds", "s", f"how long {what} stood beside the scan", f"display.seen.{name}")
        for name, what in own.asides.items()
    )
    origin: Rows = (("simulated", "", "1 when the scan is SIMULATED, not of a patient", made),)
    before = (*_WHO, *truth, *origin, *facts, *_ANSWER, *asked)
    rows = (*before, *_TIMES, *_PLACE, *_AI, *planned, *_DISPLAY, *seen, *out, *_FLAGS)
    columns = tuple(Column(name, meaning, unit) for name, unit, meaning, _ in rows)
    values = tuple(_at(value) if isinstance(value, str) else value for *_, value in rows)

    def part(share: Answers) -> Iterator[tuple[Cell, ...]]:
        return (tuple([value(reading) for value in values]) for reading in share())

    return ExportTable("readings", columns, tuple(partial(part, share) for share in standing))


def _at(path: str) -> Value:
    """Follows a path of attributes and keys; whatever is missing on the way leaves the cell empty."""
    names = path.split(".")

    def value(reading: Reading) -> Cell:
        found: object = reading
        for name in names:
            if found is None:
                return None
            found = found.get(name) if isinstance(found, dict) else getattr(found, name)
        return _cell(found)

    return value


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float):
        return str(value.value) if isinstance(value, Enum) else value
    if isinstance(value, Instant):
        return utc_text(value.utc)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return "; ".join(str(item) for item in value)
    raise TypeError(f"{type(value).__name__} does not fit into a cell")
