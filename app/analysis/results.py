"""The rows of an analysis; their field names are the keys of `analysis.json`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.analysis.agreement import GroupAgreement
from app.analysis.bootstrap import BootstrapSummary
from app.analysis.calibration import Calibration
from app.analysis.froc import FrocCurve
from app.analysis.gee import ArmOdds
from app.analysis.mrmc import MrmcResult
from app.analysis.operating import OperatingPoint
from app.analysis.placements import Floats
from app.analysis.reliability import ChanceCorrected, Intraclass
from app.analysis.reliance import Reliance
from app.analysis.roc import Band, Curve
from app.analysis.timing import (
    AdditiveTimeModel,
    CrossedTimeRatio,
    OrderEffect,
    TimeRatio,
    TimeSpan,
    TimeSummary,
)
from app.analysis.unpaired import NonInferiority


@dataclass(frozen=True, eq=False)
class RaterAuc:
    """One rater's AUC; `arm` is empty for an algorithm, whose name is in `reader`.

    Where all pairs of cases are ranked alike (an AUC of 0 or 1, or nothing but ties) there is no variance:
    `ci_exact` is filled then, and `ci_delong` and `ci_bootstrap` are NaN. One case of a class gives none.
    """

    arm: str
    reader: str
    n_positive: int
    n_negative: int
    auc: float
    variance_delong: float
    ci_delong: tuple[float, float]
    ci_exact: tuple[float, float]
    ci_bootstrap: tuple[float, float]
    bootstrap: BootstrapSummary
    curve: Curve
    distribution: Floats

    @property
    def label(self) -> str:
        """“R1 (aided)”, or the algorithm's name."""
        return rater_label(self.arm, self.reader)

    @property
    def exact(self) -> bool:
        """Whether the interval is the exact one."""
        return not math.isnan(self.ci_exact[0])

    @property
    def ci(self) -> tuple[float, float]:
        """The exact interval where there is no variance, otherwise DeLong's."""
        return self.ci_exact if self.exact else self.ci_delong


@dataclass(frozen=True)
class PairedAuc:
    """First minus second on the same cases: DeLong's test, and a percentile interval from shared
    resamples. `exact`: no variance could be estimated, and `ci` is an exact interval.
    """

    first: str
    second: str
    difference: float
    se: float
    z: float
    p: float
    ci: tuple[float, float]
    ci_bootstrap: tuple[float, float]
    exact: bool = False


@dataclass(frozen=True)
class AgainstReaders:
    """Algorithm minus the mean reader of one arm, generalised to readers and cases."""

    model: str
    arm: str
    effect: float
    se: float
    t: float
    df: float
    p: float
    ci: tuple[float, float]
    non_inferiority: NonInferiority
    notes: tuple[str, ...]


@dataclass(frozen=True)
class RaterOperating:
    """One rater's calls against the truth; `arm` is empty for an algorithm."""

    arm: str
    reader: str
    point: OperatingPoint


@dataclass(frozen=True)
class PairedCalls:
    """McNemar's test of two raters on the cases both called; `n10`: only the first was right."""

    first: str
    second: str
    measure: str
    n10: int
    n01: int
    p_exact: float
    p_mid: float
    p_chi2: float


@dataclass(frozen=True)
class UnpairedCalls:
    """Pearson's χ² of two raters' rates as if on different cases, without continuity correction."""

    first: str
    second: str
    measure: str
    first_count: int
    first_total: int
    second_count: int
    second_total: int
    chi2_uncorrected: float
    p_chi2_uncorrected: float


@dataclass(frozen=True)
class CallOdds:
    """The odds of a right call in `first` against those in `second`, readers fixed and cases random."""

    measure: str
    first: str
    second: str
    odds: ArmOdds


@dataclass(frozen=True)
class PairKappa:
    """Agreement of two raters on calls or ratings; `kappa` has no weights."""

    first: str
    second: str
    what: str
    n: int
    kappa: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class WeightedKappa:
    """Weighted agreement of two raters on ratings, weights by distance on the scale."""

    first: str
    second: str
    n: int
    linear: float
    linear_ci: tuple[float, float]
    quadratic: float
    quadratic_ci: tuple[float, float]


@dataclass(frozen=True)
class GroupKappa:
    """All readers of one arm, on calls or ratings."""

    arm: str
    what: str
    agreement: GroupAgreement
    gwet: ChanceCorrected
    fleiss: ChanceCorrected


@dataclass(frozen=True)
class ArmIntraclass:
    """The intraclass correlations of the ratings of one arm's readers."""

    arm: str
    ratings: Intraclass


@dataclass(frozen=True)
class IntraReader:
    """One reader's first and hidden second answers in one arm.

    `n` cases were rated twice, `n_calls` called twice. `call_agreement` is the share of equal calls,
    `call_kappa` Cohen's; `linear` and `quadratic` are weighted kappas of the ratings. Differences are second
    minus first, in units of the rating.
    """

    arm: str
    reader: str
    n: int
    n_calls: int
    call_agreement: float
    call_kappa: float
    linear: float
    quadratic: float
    mean_absolute_difference: float
    mean_difference: float


@dataclass(frozen=True)
class Agreement:
    """Inter-reader agreement within arms, each reader with themselves between arms and in hidden repeats."""

    cohen: tuple[PairKappa, ...]
    fleiss: tuple[GroupKappa, ...]
    weighted: tuple[WeightedKappa, ...]
    intra_reader: tuple[IntraReader, ...] = ()
    intraclass: tuple[ArmIntraclass, ...] = ()


@dataclass(frozen=True)
class ReaderTime:
    """One reader's active seconds in one arm, and what they measure."""

    arm: str
    reader: str
    seconds: TimeSummary
    span: TimeSpan


@dataclass(frozen=True)
class ReaderRatio:
    """One reader's time ratio between two arms, `first` over `second`, and which times these are."""

    reader: str
    first: str
    second: str
    ratio: TimeRatio
    spans: tuple[TimeSpan, TimeSpan]


@dataclass(frozen=True)
class ArmTimeRatio:
    """All readers' time ratio between two arms, `first` over `second`, by both models.

    `by_case` compares each case's geometric mean over the readers who timed it in both arms.
    """

    first: str
    second: str
    crossed: CrossedTimeRatio | None
    additive: AdditiveTimeModel | None
    by_case: TimeRatio
    spans: tuple[TimeSpan, TimeSpan]


@dataclass(frozen=True)
class ReaderOrder:
    """How one reader's times changed along the list in one arm."""

    arm: str
    reader: str
    effect: OrderEffect


@dataclass(frozen=True)
class ReadingTimes:
    """Reading times."""

    readers: tuple[ReaderTime, ...]
    ratios: tuple[ReaderRatio, ...]
    arms: tuple[ArmTimeRatio, ...]
    order: tuple[ReaderOrder, ...]


@dataclass(frozen=True)
class ReaderReliance:
    """One reader's switches between two arms, with the advice of `model` ("" when unknown).

    `cases`: "all", or those of a plan; `on_record`: the advice is what this reader was shown.
    """

    reader: str
    model: str
    before: str
    after: str
    switches: Reliance
    cases: str = "all"
    on_record: bool = False


@dataclass(frozen=True, eq=False)
class ReaderFroc:
    """One reader's free-response figures of merit in one arm."""

    arm: str
    reader: str
    wafroc: float
    afroc: float
    wafroc1: float
    afroc1: float
    hr_auc: float
    curve: FrocCurve


@dataclass(frozen=True)
class RaterCalibration:
    """How one rater's ratings match the observed share of disease."""

    arm: str
    reader: str
    calibration: Calibration


@dataclass(frozen=True, eq=False)
class ArmCurve:
    """The mean ROC curve of one arm with its band."""

    arm: str
    band: Band


@dataclass(frozen=True)
class GroupSummary:
    """Readers of one arm, or one algorithm, as papers print them: median and IQR of AUC, F1, minutes.

    `auc_iqr` is over readers, `bootstrap_*` over the pooled bootstrap distributions of the group.
    """

    group: str
    raters: int
    auc_median: float
    auc_iqr: float
    bootstrap_median: float
    bootstrap_iqr: float
    f1_median: float
    f1_pooled: float
    minutes_per_reader: float
    seconds_per_case: float


@dataclass(frozen=True)
class MrmcFamily:
    """The analyses of one figure of merit: the main one, and pairs of arms whose readers differ from it.

    Where no reader read all arms there is no main one, and each arm stands alone.
    """

    main: MrmcResult | None
    pairs: tuple[MrmcResult, ...]
    unpaired: tuple[PairedArms, ...]
    notes: tuple[str, ...]
    alone: tuple[MrmcResult, ...] = ()

    @property
    def means(self) -> tuple[MrmcResult, ...]:
        """Where the mean of each arm stands."""
        return (self.main,) if self.main else self.alone


@dataclass(frozen=True)
class PairedArms:
    """Two arms without a common reader, first minus second."""

    first: str
    second: str
    estimate: float
    se: float
    t: float
    df: float
    p: float
    ci: tuple[float, float]
    notes: tuple[str, ...]


def rater_label(arm: str, reader: str) -> str:
    """“R1 (aided)”; an algorithm and a study without arms have no brackets."""
    return f"{reader} ({arm})" if arm and arm != "all" else reader
