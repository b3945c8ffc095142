"""Each field of the protocol in words: what it is called and means, what it may be, and when it matters.

Whoever shows, checks or describes a protocol takes it from here: the file's check, the coordinator's form and
the table in docs/study.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.plan import EXAMPLE
from app.study import protocol_words as words
from app.study.aside_rules import Moment
from app.study.protocol import Allocation, Arm, Mode, OnFocusLoss, Protocol, Requirement
from app.study.question import KINDS
from app.subgroup import EXAMPLE as SUBGROUP_EXAMPLE


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG_TEXT = "long text"
    WHOLE = "whole number"
    DECIMAL = "number"
    YES_NO = "yes or no"
    CHOICE = "choice"
    LIST = "list"
    """Several codes, one per line or comma."""
    LINES = "lines"
    """Several texts, one per line; a comma belongs to its text."""
    SHOWN = "shown"
    """Kept by the program, shown only."""


FieldValue = str | int | float | bool | StrEnum | tuple[str, ...]
_KIND_OF: Mapping[type, FieldKind] = {
    str: FieldKind.TEXT,
    int: FieldKind.WHOLE,
    float: FieldKind.DECIMAL,
    bool: FieldKind.YES_NO,
    tuple: FieldKind.LINES,
}


def _always(_: Protocol) -> bool:
    return True


def _with_ai(protocol: Protocol) -> bool:
    return Arm.AIDED in protocol.arms


def _crossover(protocol: Protocol) -> bool:
    return protocol.mode is Mode.CROSSOVER


@dataclass(frozen=True)
class ProtocolField:
    """One field; `path` leads to it through the parts, as in `answer.scale`."""

    path: str
    label: str
    meaning: str
    choices: Mapping[StrEnum, str] = field(default_factory=dict)
    """For a choice: each value with its meaning in words."""
    bounds: tuple[float, float] = (0, 1_000_000)
    """The least and the greatest value of a number."""
    unit: str = ""
    matters: Callable[[Protocol], bool] = _always
    filled_in: FieldKind | None = None
    """How, where the type of the value does not say it."""

    @property
    def kind(self) -> FieldKind:
        """How it is filled in."""
        plain = FieldKind.CHOICE if self.choices else _KIND_OF[type(value_of(DEFAULTS, self.path))]
        return self.filled_in or plain


DEFAULTS = Protocol(title="", code="")
"""What stands in each field that nobody fills in."""
GROUPS: Mapping[str, tuple[ProtocolField, ...]] = {
    "Study": (
        ProtocolField("title", "Title", "What readers see at the top of the window."),
        ProtocolField(
            "code", "Short name", "Stands in every record. Letters, digits, dash and underscore."
        ),
        ProtocolField("mode", "Mode", "How the readings are taken.", words.MODES),
        ProtocolField(
            "hypothesis", "Hypothesis", "What the study is to show, fixed before it begins.",
            filled_in=FieldKind.LONG_TEXT,
        ),
        ProtocolField(
            "notes", "Notes", "For you; readers never see them.", filled_in=FieldKind.LONG_TEXT
        ),
        ProtocolField("contact", "Contact", "Whom readers ask; stands in invitations and reminders."),
        ProtocolField(
            "deadline", "Deadline", "Until when readers are asked to finish, as 2026-12-31."
        ),
        ProtocolField(
            "version", "Version", "Counts up when cases or readers join a frozen study.",
            bounds=(1, 1_000_000), filled_in=FieldKind.SHOWN,
        ),
    ),
    "Readers and cases": (
        ProtocolField(
            "readers", "Readers", "One code per line, such as R1; never a person's name.",
            filled_in=FieldKind.LIST,
        ),
        ProtocolField(
            "panel.adjudicator", "Adjudicator", "The reader who decides where the others disagree.",
            matters=lambda p: p.mode is Mode.PANEL,
        ),
        ProtocolField("allocation", "Who reads what", "Which cases each reader gets.", words.ALLOCATIONS),
        ProtocolField(
            "split_plot_groups", "Groups", "Into how many groups readers and cases are divided.",
            bounds=(1, 1_000_000), matters=lambda p: p.allocation is Allocation.SPLIT_PLOT,
        ),
        ProtocolField(
            "seed", "Seed", "Fixes each reader's random order; keep it to draw the same order again.",
            bounds=(0, 2**53),
        ),
        ProtocolField(
            "warm_up_cases", "Warm-up cases", "Read first, recorded, never analysed. One case per line."
        ),
        ProtocolField(
            "allow_missing_view", "One view is enough",
            "Scans of which only the anterior or the posterior view exists may be read.",
        ),
        ProtocolField(
            "repeats", "Hidden repeats", "So many cases are shown a second time, unannounced."
        ),
        ProtocolField(
            "repeat_distance", "Repeats at least", "So many other cases lie between a case and its repeat.",
            unit="cases apart", matters=lambda p: p.repeats > 0,
        ),
        ProtocolField(
            "washout_days", "Washout", "Days between the two visits; four weeks are customary (FDA).",
            unit="days", matters=_crossover,
        ),
        ProtocolField(
            "washout", "Early visits", "What happens when a reader comes back too soon.", words.ENFORCEMENTS,
            matters=_crossover,
        ),
    ),
    "What is asked": (
        ProtocolField(
            "answer.call", "Call", "Bone metastasis, yes or no. Without it, questions have to be asked."
        ),
        ProtocolField(
            "answer.rating", "Rating",
            "How probable that is. Without it, a question is analysed instead: --rating answer_KEY.",
        ),
        ProtocolField(
            "answer.scale", "Rating scale", "0–100 is the probability of metastasis.", words.SCALES,
            matters=lambda p: p.answer.rating,
        ),
        ProtocolField(
            "answer.marks", "Lesion marks", "Whether lesions are marked on the image.",
            words.MARKS,
        ),
        ProtocolField(
            "answer.mark_rating", "Rate each mark", "Each mark carries a rating of its own (for FROC).",
            matters=lambda p: p.answer.marks is not Requirement.OFF,
        ),
        ProtocolField("answer.checklist", "Region checklist", "Spine, pelvis, scapula, rib, femur, other."),
        ProtocolField(
            "answer.regions", "Own regions",
            "One per line, instead of these six: in the checklist, and of each mark.",
            matters=lambda p: p.answer.checklist or p.answer.marks is not Requirement.OFF,
        ),
        ProtocolField("answer.comment", "Comment", "A free text per case."),
        ProtocolField(
            "answer.questions", "Questions per case",
            "Lines such as “quality | How good is the scan? | scale 1-5”; a fourth part says when: “aided”, "
            "“unaided”, “if quality is 1”.",
        ),
        ProtocolField(
            "answer.mark_questions", "Questions per lesion", "The same lines, asked of each lesion marked.",
            matters=lambda p: p.answer.marks is not Requirement.OFF,
        ),
        ProtocolField(
            "texts.consent", "Consent", "Readers agree to it before their first case, or do not take part.",
            filled_in=FieldKind.LONG_TEXT,
        ),
        ProtocolField(
            "texts.instructions", "Instructions",
            "Readers confirm before their first case that they have read them; a pause shows them again.",
            filled_in=FieldKind.LONG_TEXT,
        ),
        ProtocolField(
            "texts.help", "Reading help",
            "Readers show it beside the images with a key and hide it again; how long is on record.",
            filled_in=FieldKind.LONG_TEXT,
        ),
        ProtocolField(
            "texts.translations", "In other languages",
            "Lines such as “de | How good is the scan? | Wie gut ist die Aufnahme?”; of consent, "
            "instructions and help “de | consent | a paragraph”.",
        ),
        ProtocolField(
            "questionnaire.first", "Questions before",
            "Asked once: “standard”, or lines such as “years | Years of experience | number 0-60”.",
        ),
        ProtocolField(
            "questionnaire.last", "Questions after", f"Asked after the last case. Kinds: {KINDS}."
        ),
        ProtocolField("answer.skip", "Skipping", "A case may be skipped with a reason."),
    ),
    "Clock": (
        ProtocolField(
            "clock.on_focus_loss", "Other window in front",
            "It is always logged; it may also blank the images.", words.FOCUS_LOSS,
        ),
        ProtocolField(
            "clock.blank_after_seconds", "Blank after", "How long another window may be in front.",
            bounds=(0, 100_000), unit="seconds", matters=lambda p: p.clock.on_focus_loss is OnFocusLoss.BLANK,
        ),
        ProtocolField(
            "clock.still_reading_minutes", "“Still reading?” after",
            "Without any input the images blank; only the blanked time counts as a pause.",
            bounds=(0.1, 10_000), unit="minutes",
        ),
    ),
    "Screen": (
        ProtocolField(
            "screen.inversion", "Inversion", "Readers may switch between inverse and plain grey."
        ),
        ProtocolField(
            "screen.curves", "Display curves", "Readers may choose square root, logarithm or gamma."
        ),
        ProtocolField(
            "screen.palettes", "Colour tables", "Readers may choose colours; grey is customary."
        ),
        ProtocolField(
            "screen.dual_intensity", "Dark copies", "Each view is also shown darker (dual intensity)."
        ),
        ProtocolField(
            "screen.fit_patient", "Fit the patient",
            "Films begin without the air around the patient; a key shows all of it. New studies have this.",
        ),
        ProtocolField("screen.keep_levels", "Keep levels", "Levels and zoom stay from case to case."),
        ProtocolField(
            "screen.clinical_information", "Clinical information",
            "The text of the case is shown to readers.",
        ),
    ),
    "Beside the scan": (
        ProtocolField(
            "beside.fields", "Clinical fields",
            "Lines such as “psa | PSA | ng/ml”, with columns of the clinical table as keys; “after” behind a "
            "line: shown with the second answer only.",
        ),
        ProtocolField("beside.prior", "Prior scan", "An earlier scan, laid on this one.", words.MOMENTS),
        ProtocolField(
            "beside.series", "Further series",
            "Lines such as “ct | CT of the pelvis”: tabs beside the scan, of the files with these keys.",
        ),
        ProtocolField(
            "beside.prior_interval", "Interval", "Readers are told how many days before it was made.",
            matters=lambda p: p.beside.prior is not Moment.OFF,
        ),
    ),
    "AI": (
        ProtocolField(
            "ai.model", "Model", "Name of the model whose results are shown.", matters=_with_ai
        ),
        ProtocolField(
            "ai.threshold", "Threshold", "From this probability on the AI says yes.",
            bounds=(0, 1), matters=_with_ai,
        ),
        ProtocolField(
            "ai.heatmap", "Attention map", "Shown beside and over the image, labelled “model attention”.",
            matters=_with_ai,
        ),
        ProtocolField(
            "ai.familiarity", "Familiarity",
            "Readers are told when a scan is unlike those that the model knows.", matters=_with_ai,
        ),
        ProtocolField(
            "ai.wrong_cases", "Planned wrong",
            "The AI is wrong here by plan, to measure reliance; hidden from readers.", matters=_with_ai,
        ),
        ProtocolField(
            "ai.absent_cases", "Planned absent", "The AI is missing here by plan; hidden from readers.",
            matters=_with_ai,
        ),
    ),
    "Analysis": (
        ProtocolField(
            "analysis.planned_cases", "Cases planned wrong or absent",
            "Whether the analysis leaves them out.", words.PLANNED_CASES, matters=_with_ai,
        ),
        ProtocolField(
            "analysis.interim", "Interim analyses", "Whether an unfinished study may be analysed.",
            words.INTERIM,
        ),
        ProtocolField(
            "analysis.hypotheses", "Hypotheses to test",
            f"One per line in their order, as “{EXAMPLE}”; everything else is exploratory.",
        ),
        ProtocolField(
            "analysis.multiplicity", "Several hypotheses", "How they share one error.", words.MULTIPLICITY
        ),
        ProtocolField(
            "analysis.alpha", "Alpha", "Two-sided level of the hypotheses; a one-sided test has half of it.",
            bounds=(0.0001, 0.5),
        ),
        ProtocolField(
            "analysis.inference", "Inference", "What the hypotheses are generalised to.", words.INFERENCE
        ),
        ProtocolField(
            "analysis.covariance", "Covariance", "How that of two AUCs is estimated.",
            words.COVARIANCE,
        ),
        ProtocolField(
            "analysis.analysis_set", "Analysis set",
            "The reads on which everything is computed; the other set is reported beside it.", words.SETS,
        ),
        ProtocolField(
            "analysis.subgroups", "Subgroups",
            "One per line: cases by a column of the truth table, readers by a question, as "
            f"“{SUBGROUP_EXAMPLE}”.",
        ),
    ),
}  # fmt: skip
"""All fields, in the order and under the headings under which a person fills them in."""
FIELDS = tuple(each for group in GROUPS.values() for each in group)


def value_of(protocol: Protocol, path: str) -> FieldValue:
    """The value that stands at `path`."""
    value: object = protocol
    for name in path.split("."):
        value = getattr(value, name)
    if not isinstance(value, str | int | float | tuple):
        raise TypeError(f"{path} is no single field")
    return value


def with_value(protocol: Protocol, path: str, value: FieldValue) -> Protocol:
    """The protocol with another value at `path`."""
    part, _, name = path.rpartition(".")
    if not part:
        return replace(protocol, **{name: value})  # type: ignore[arg-type]  # the field's kind fits it
    return replace(protocol, **{part: replace(getattr(protocol, part), **{name: value})})
