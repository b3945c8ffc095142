"""What each choice in a protocol means, in the words of the coordinator's form."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.plan import AnalysisSet, CovarianceMethod, Generalise, Multiplicity, PlannedCases
from app.study.analysis_rules import Interim
from app.study.aside_rules import Moment
from app.study.protocol import Allocation, Enforcement, Mode, OnFocusLoss, Requirement, Scale

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
MOMENTS: Mapping[StrEnum, str] = {
    Moment.OFF: "Off: not shown",
    Moment.START: "Start: beside the scan from the first frame on",
    Moment.AFTER: "After: with the second answer",
}
FOCUS_LOSS: Mapping[StrEnum, str] = {
    OnFocusLoss.LOG: "Log it only",
    OnFocusLoss.BLANK: "Blank the images and pause",
}
PLANNED_CASES: Mapping[StrEnum, str] = {
    PlannedCases.LEFT_OUT: "Left out: reported apart",
    PlannedCases.KEPT: "Kept: analysed with the others, and reported apart too",
}
INTERIM: Mapping[StrEnum, str] = {
    Interim.ALLOWED: "Allowed: asked for by word, stamped and recorded",
    Interim.FORBIDDEN: "Forbidden: refused until everything was read",
}
MULTIPLICITY: Mapping[StrEnum, str] = {
    Multiplicity.SEQUENCE: "Fixed sequence: in their order, until one is not shown",
    Multiplicity.HOLM: "Holm: all at once, p-values adjusted",
    Multiplicity.NONE: "None: the first is primary, the others are exploratory",
}
INFERENCE: Mapping[StrEnum, str] = {
    Generalise.BOTH: "Both random: readers and cases like these",
    Generalise.CASES: "Readers fixed: cases like these, for these readers",
    Generalise.READERS: "Cases fixed: readers like these, for these cases",
}
COVARIANCE: Mapping[StrEnum, str] = {
    CovarianceMethod.JACKKNIFE: "Jackknife: each case left out once",
    CovarianceMethod.DELONG: "DeLong: placement values",
    CovarianceMethod.UNBIASED: "Unbiased: Gallas 2006",
}
SETS: Mapping[StrEnum, str] = {
    AnalysisSet.ALL: "All: every read",
    AnalysisSet.PER_PROTOCOL: "Per protocol: without deviations, withdrawn readers and excluded cases",
}
