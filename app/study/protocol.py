"""The protocol of a reader study: everything that is decided before reading begins, frozen by its hash.

What each field and each choice means is told once, in `protocol_fields`.

Rules follow the FDA guidance on clinical performance assessment of computer-assisted detection (MRMC
design, prespecified analysis, sessions at least four weeks apart) and Rockette & Gur 2008 (101-point scale).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.annotation.report_regions import REPORT_REGIONS
from app.model_identity import ModelIdentity
from app.study.analysis_rules import AnalysisRules
from app.study.aside_rules import AsideRules
from app.study.questionnaire import QuestionnaireRules
from app.study.reader_texts import ReaderTexts

FROZEN = "The protocol is frozen since the first reading session was opened."
"""What is said wherever somebody would change it afterwards."""


class Mode(StrEnum):
    """How the readings are taken."""

    UNAIDED = "unaided"
    SEQUENTIAL = "sequential"
    CROSSOVER = "crossover"
    CONCURRENT = "concurrent"
    TRAINING = "training"
    PANEL = "panel"


class Arm(StrEnum):
    """Reading condition."""

    UNAIDED = "unaided"
    AIDED = "aided"
    TRAINING = "training"


class Scale(StrEnum):
    """The scale of the rating."""

    PROBABILITY = "0-100"
    FIVE = "1-5"
    SIX = "1-6"

    @property
    def bounds(self) -> tuple[int, int]:
        """Lowest and highest rating."""
        low, high = self.value.split("-")
        return int(low), int(high)


class Enforcement(StrEnum):
    """What a broken rule does."""

    HARD = "hard"
    SOFT = "soft"


class Requirement(StrEnum):
    """Whether lesion marks are asked for."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


class OnFocusLoss(StrEnum):
    """What happens when another window takes the keyboard."""

    LOG = "log"
    BLANK = "blank"


class Allocation(StrEnum):
    """Which cases a reader gets."""

    CROSSED = "crossed"
    SPLIT_PLOT = "split-plot"


@dataclass(frozen=True)
class AnswerRules:
    """What is asked of a reader on each case."""

    call: bool = True
    """Metastasis, yes or no."""
    rating: bool = True
    scale: Scale = Scale.PROBABILITY
    marks: Requirement = Requirement.OPTIONAL
    mark_rating: bool = True
    checklist: bool = True
    comment: bool = True
    skip: bool = True
    questions: tuple[str, ...] = ()
    """Questions of this study's own, one line each."""
    mark_questions: tuple[str, ...] = ()
    """The same, asked of each lesion that is marked."""
    regions: tuple[str, ...] = ()
    """Those of the checklist and of marks, where they are not the report's."""

    @property
    def places(self) -> tuple[str, ...]:
        """The regions that can be ticked, and named of a mark."""
        return self.regions or REPORT_REGIONS


@dataclass(frozen=True)
class ClockRules:
    """When the clock pauses by itself."""

    on_focus_loss: OnFocusLoss = OnFocusLoss.LOG
    blank_after_seconds: float = 2.0
    still_reading_minutes: float = 5.0


@dataclass(frozen=True)
class ScreenRules:
    """What the reader may see and use."""

    palettes: bool = False
    curves: bool = True
    inversion: bool = True
    dual_intensity: bool = True
    keep_levels: bool = False
    fit_patient: bool = False
    """The films fit the patient instead of the whole frame, which stays one key away."""
    clinical_information: bool = False


@dataclass(frozen=True)
class AiRules:
    """Which AI results aided readers see."""

    model: str = ""
    threshold: float = 0.5
    heatmap: bool = True
    familiarity: bool = False
    """Readers are told when a scan is unlike those that the model knows."""
    wrong_cases: tuple[str, ...] = ()
    """Cases where the AI is planned to be wrong, to measure reliance; hidden from readers."""
    absent_cases: tuple[str, ...] = ()
    """Cases where the AI is planned to be absent; hidden from readers."""

    def names(self, model: ModelIdentity) -> bool:
        """Whether that model is the one named here, by its name alone or with its version."""
        name, version = model.name, model.version
        return self.model.strip() in (name, f"{name}-{version}", f"{name} {version}")


@dataclass(frozen=True)
class PanelRules:
    """The truth panel; the adjudicator is one of the readers and reads only what the others disagree on."""

    adjudicator: str = ""


@dataclass(frozen=True)
class Protocol:
    """One version of a study's protocol."""

    title: str
    code: str
    mode: Mode = Mode.UNAIDED
    readers: tuple[str, ...] = ("R1",)
    seed: int = 1
    version: int = 1
    allocation: Allocation = Allocation.CROSSED
    split_plot_groups: int = 1
    warm_up_cases: tuple[str, ...] = ()
    repeats: int = 0
    repeat_distance: int = 10
    washout_days: float = 28.0
    washout: Enforcement = Enforcement.HARD
    answer: AnswerRules = field(default_factory=AnswerRules)
    clock: ClockRules = field(default_factory=ClockRules)
    screen: ScreenRules = field(default_factory=ScreenRules)
    beside: AsideRules = field(default_factory=AsideRules)
    """What is shown of a case beside its views."""
    ai: AiRules = field(default_factory=AiRules)
    allow_missing_view: bool = False
    questionnaire: QuestionnaireRules = field(default_factory=QuestionnaireRules)
    texts: ReaderTexts = field(default_factory=ReaderTexts)
    panel: PanelRules = field(default_factory=PanelRules)
    analysis: AnalysisRules = field(default_factory=AnalysisRules)
    """How the readings will be analysed."""
    hypothesis: str = ""
    notes: str = ""
    contact: str = ""
    """Whom readers ask."""
    deadline: str = ""
    """Until when readers are asked to finish, as 2026-12-31; empty: no such day."""

    @property
    def adjudicator(self) -> str:
        """Who decides on a truth panel's disagreements; empty in every other mode."""
        return self.panel.adjudicator if self.mode is Mode.PANEL else ""

    @property
    def reveals_ai(self) -> bool:
        """Whether aided readings show an AI: a sequential study may reveal something else, and no model."""
        elsewise = self.mode is Mode.SEQUENTIAL and self.beside.later and not self.ai.model.strip()
        return Arm.AIDED in self.arms and not elsewise

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The reading conditions of this mode."""
        match self.mode:
            case Mode.UNAIDED | Mode.PANEL:
                return (Arm.UNAIDED,)
            case Mode.CONCURRENT:
                return (Arm.AIDED,)
            case Mode.TRAINING:
                return (Arm.TRAINING,)
            case Mode.SEQUENTIAL | Mode.CROSSOVER:
                return (Arm.UNAIDED, Arm.AIDED)
