"""The protocol as rows: what each field is called, what it means, and how it is filled in.

One row per field of `Protocol` and its parts; the form is drawn from this table and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.gui.pages.study.fields import FieldRow, Kind
from app.study.protocol import Allocation, Arm, Enforcement, Mode, OnFocusLoss, Protocol, Requirement, Scale


def with_ai(protocol: Protocol) -> bool:
    """The field matters when readers see an AI."""
    return Arm.AIDED in protocol.arms


def crossover(protocol: Protocol) -> bool:
    """The field matters in a crossover."""
    return protocol.mode is Mode.CROSSOVER


MODES: Mapping[StrEnum, str] = {
    Mode.UNAIDED: "Unaided: the image only",
    Mode.SEQUENTIAL: "Sequential: answer, lock it, see the AI, answer again",
    Mode.CROSSOVER: "Crossover: unaided and aided in separate visits",
    Mode.CONCURRENT: "Concurrent: the AI is visible from the start",
    Mode.TRAINING: "Training: the truth is shown after each case; never analysed",
    Mode.PANEL: "Truth panel: read alone, disagreements are adjudicated",
}
ALLOCATIONS: Mapping[StrEnum, str] = {
    Allocation.CROSSED: "Crossed: every reader reads every case",
    Allocation.SPLIT_PLOT: "Split-plot: groups of readers, each with its own cases",
}
ENFORCEMENTS: Mapping[StrEnum, str] = {
    Enforcement.HARD: "Hard: an early visit is refused",
    Enforcement.SOFT: "Soft: an early visit is recorded as a deviation",
}
SCALES: Mapping[StrEnum, str] = {
    Scale.PROBABILITY: "0–100: probability of metastasis",
    Scale.FIVE: "1–5: five steps",
    Scale.SIX: "1–6: six steps",
}
MARKS: Mapping[StrEnum, str] = {
    Requirement.OFF: "Off: no marks",
    Requirement.OPTIONAL: "Optional: marks may be set",
    Requirement.REQUIRED: "Required: a mark with each yes, “I see no lesion” with each no",
}
FOCUS_LOSS: Mapping[StrEnum, str] = {
    OnFocusLoss.LOG: "Log it only",
    OnFocusLoss.BLANK: "Blank the images and pause",
}

_STUDY, _READERS, _ANSWER = "Study", "Readers and cases", "What is asked"
_CLOCK, _SCREEN, _AI = "Clock", "Screen", "AI"
_SHORT_CODE = "Letters, digits, dash and underscore"

FIELDS: tuple[FieldRow, ...] = (
    FieldRow("title", _STUDY, "Title", "What readers see at the top of the window.", Kind.TEXT),
    FieldRow("code", _STUDY, "Short name", f"Stands in every record. {_SHORT_CODE}.", Kind.TEXT),
    FieldRow("mode", _STUDY, "Mode", "How the readings are taken.", Kind.CHOICE, MODES),
    FieldRow(
        "hypothesis",
        _STUDY,
        "Hypothesis",
        "What the study is to show, fixed before it begins.",
        Kind.LONG_TEXT,
    ),
    FieldRow("notes", _STUDY, "Notes", "For you; readers never see them.", Kind.LONG_TEXT),
    FieldRow(
        "version", _STUDY, "Version", "Counts up when cases or readers join a frozen study.", Kind.SHOWN
    ),
    FieldRow(
        "readers", _READERS, "Readers", "One code per line, such as R1; never a person's name.", Kind.LIST
    ),
    FieldRow(
        "panel.adjudicator",
        _READERS,
        "Adjudicator",
        "The reader who decides where the others disagree.",
        Kind.TEXT,
        matters=lambda p: p.mode is Mode.PANEL,
    ),
    FieldRow(
        "allocation", _READERS, "Who reads what", "Which cases each reader gets.", Kind.CHOICE, ALLOCATIONS
    ),
    FieldRow(
        "split_plot_groups",
        _READERS,
        "Groups",
        "Into how many groups readers and cases are divided.",
        Kind.WHOLE,
        matters=lambda p: p.allocation is Allocation.SPLIT_PLOT,
    ),
    FieldRow(
        "seed",
        _READERS,
        "Seed",
        "Fixes each reader's random order; keep it to draw the same order again.",
        Kind.WHOLE,
    ),
    FieldRow(
        "warm_up_cases",
        _READERS,
        "Warm-up cases",
        "Read first, recorded, never analysed. One case per line.",
        Kind.LINES,
    ),
    FieldRow(
        "allow_missing_view",
        _READERS,
        "One view is enough",
        "Scans of which only the anterior or the posterior view exists may be read.",
        Kind.YES_NO,
    ),
    FieldRow(
        "repeats",
        _READERS,
        "Hidden repeats",
        "So many cases are shown a second time, unannounced.",
        Kind.WHOLE,
    ),
    FieldRow(
        "repeat_distance",
        _READERS,
        "Repeats at least",
        "So many other cases lie between a case and its repeat.",
        Kind.WHOLE,
        unit="cases apart",
        matters=lambda p: p.repeats > 0,
    ),
    FieldRow(
        "washout_days",
        _READERS,
        "Washout",
        "Days between the two visits; four weeks are customary (FDA).",
        Kind.DECIMAL,
        unit="days",
        matters=crossover,
    ),
    FieldRow(
        "washout",
        _READERS,
        "Early visits",
        "What happens when a reader comes back too soon.",
        Kind.CHOICE,
        ENFORCEMENTS,
        matters=crossover,
    ),
    FieldRow(
        "answer.scale",
        _ANSWER,
        "Rating scale",
        "0–100 is the probability of metastasis.",
        Kind.CHOICE,
        SCALES,
    ),
    FieldRow(
        "answer.marks",
        _ANSWER,
        "Lesion marks",
        "Whether lesions are marked on the image.",
        Kind.CHOICE,
        MARKS,
    ),
    FieldRow(
        "answer.mark_rating",
        _ANSWER,
        "Rate each mark",
        "Each mark carries a rating of its own (for FROC).",
        Kind.YES_NO,
        matters=lambda p: p.answer.marks is not Requirement.OFF,
    ),
    FieldRow(
        "answer.checklist",
        _ANSWER,
        "Region checklist",
        "Spine, pelvis, scapula, rib, femur, other.",
        Kind.YES_NO,
    ),
    FieldRow("answer.comment", _ANSWER, "Comment", "A free text per case.", Kind.YES_NO),
    FieldRow(
        "questionnaire.first",
        _ANSWER,
        "Questions before",
        "Asked once: “standard”, or lines such as “years | Years of experience | number 0-60”.",
        Kind.LINES,
    ),
    FieldRow(
        "questionnaire.last",
        _ANSWER,
        "Questions after",
        "Asked after the last case. Kinds: text, number 0-60, scale 1-5, choice a, b, and yes/no.",
        Kind.LINES,
    ),
    FieldRow("answer.skip", _ANSWER, "Skipping", "A case may be skipped with a reason.", Kind.YES_NO),
    FieldRow(
        "clock.on_focus_loss",
        _CLOCK,
        "Other window in front",
        "It is always logged; it may also blank the images.",
        Kind.CHOICE,
        FOCUS_LOSS,
    ),
    FieldRow(
        "clock.blank_after_seconds",
        _CLOCK,
        "Blank after",
        "How long another window may be in front.",
        Kind.DECIMAL,
        unit="seconds",
        matters=lambda p: p.clock.on_focus_loss is OnFocusLoss.BLANK,
    ),
    FieldRow(
        "clock.still_reading_minutes",
        _CLOCK,
        "“Still reading?” after",
        "Without any input the images blank; only the blanked time counts as a pause.",
        Kind.DECIMAL,
        unit="minutes",
    ),
    FieldRow(
        "screen.inversion",
        _SCREEN,
        "Inversion",
        "Readers may switch between inverse and plain grey.",
        Kind.YES_NO,
    ),
    FieldRow(
        "screen.curves",
        _SCREEN,
        "Display curves",
        "Readers may choose square root, logarithm or gamma.",
        Kind.YES_NO,
    ),
    FieldRow(
        "screen.palettes",
        _SCREEN,
        "Colour tables",
        "Readers may choose colours; grey is customary.",
        Kind.YES_NO,
    ),
    FieldRow(
        "screen.dual_intensity",
        _SCREEN,
        "Dark copies",
        "Each view is also shown darker (dual intensity).",
        Kind.YES_NO,
    ),
    FieldRow(
        "screen.keep_levels", _SCREEN, "Keep levels", "Levels and zoom stay from case to case.", Kind.YES_NO
    ),
    FieldRow(
        "screen.clinical_information",
        _SCREEN,
        "Clinical information",
        "The text of the case is shown to readers.",
        Kind.YES_NO,
    ),
    FieldRow(
        "ai.model", _AI, "Model", "Name of the model whose results are shown.", Kind.TEXT, matters=with_ai
    ),
    FieldRow(
        "ai.threshold",
        _AI,
        "Threshold",
        "From this probability on the AI says yes.",
        Kind.DECIMAL,
        matters=with_ai,
    ),
    FieldRow(
        "ai.heatmap",
        _AI,
        "Attention map",
        "Shown beside and over the image, labelled “model attention”.",
        Kind.YES_NO,
        matters=with_ai,
    ),
    FieldRow(
        "ai.familiarity",
        _AI,
        "Familiarity",
        "Readers are told when a scan is unlike those that the model knows.",
        Kind.YES_NO,
        matters=with_ai,
    ),
    FieldRow(
        "ai.wrong_cases",
        _AI,
        "Planned wrong",
        "The AI is wrong here by plan, to measure reliance; hidden from readers.",
        Kind.LINES,
        matters=with_ai,
    ),
    FieldRow(
        "ai.absent_cases",
        _AI,
        "Planned absent",
        "The AI is missing here by plan; hidden from readers.",
        Kind.LINES,
        matters=with_ai,
    ),
)

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(row.group for row in FIELDS))
