"""`analysis.json`: everything, for other programs; the keys are described in `docs/analysis.md`.

NaN and infinity become null (a null `df` means the normal distribution, a null `p` that there is no test).
"""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeAlias

import numpy as np

from app import __version__
from app.analysis.benefit import THRESHOLDS, treat_all
from app.analysis.components import Components
from app.analysis.flow import flow
from app.analysis.mrmc import MrmcResult
from app.analysis.options import AnalysisOptions
from app.analysis.readings import Readings
from app.analysis.results import MrmcFamily, RaterAuc, ReadingTimes
from app.analysis.study import Analysis
from app.analysis.timing import TimeSpan
from app.plan import Generalise
from app.report.analysis.facts import ReportedStudy
from app.study.conduct import Conduct

SCHEMA = "scintiread.analysis"
SCHEMA_VERSION = 2

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


def document(analysis: Analysis, facts: ReportedStudy) -> dict[str, Plain]:
    """The whole analysis as plain values, ready for `json.dump`."""
    readings, options = analysis.readings, analysis.options
    return {
        "schema": {"name": SCHEMA, "version": SCHEMA_VERSION},
        "program": {"name": "ScintiRead", "version": __version__},
        "software": software(),
        "study": {
            "title": facts.title,
            "source": readings.source,
            "protocol_sha256": facts.protocol_sha256,
            "mode": facts.protocol.mode.value if facts.protocol else None,
            "conduct": _conduct(facts.conduct),
            "life": list(facts.life),
            "versions": [{"version": number, "readings": count} for number, count in facts.versions],
            "washout": plain(facts.washout),
            "simulated": facts.simulated,
            "simulated_readers": facts.simulated_readers,
            "warning": facts.warning,
            "inputs": plain(facts.inputs),
            "mark_radius_pixels": facts.mark_radius_pixels,
        },
        "options": _options(options),
        "plan": _plan(analysis),
        "subsets": plain(analysis.subsets),
        "subgroup_contrasts": plain(analysis.subgroup_contrasts),
        "design": {
            "arms": list(readings.arms),
            "readers": list(readings.readers),
            "models": list(analysis.predictions.models),
            "n_cases": len(readings.cases),
            "n_positive": int(readings.truth.sum()),
            "n_negative": int((~readings.truth).sum()),
            "n_reads": readings.reads,
            "n_missing": readings.missing,
            "groups": _groups(readings),
            "readers_nested_in_arms": readings.nested,
            "rating_column": readings.rating_column,
            "scale": readings.scale or None,
        },
        "flow": plain(flow(readings)),
        "exclusions": plain(readings.exclusions),
        "notes": list(analysis.notes),
        "auc": [_auc(row) for row in analysis.auc],
        "models": [_auc(row) for row in analysis.models],
        "paired": plain(analysis.paired),
        "mrmc": _family(analysis.mrmc),
        "mrmc_sensitivity": _family(analysis.mrmc_sensitivity),
        "mrmc_specificity": _family(analysis.mrmc_specificity),
        "ai_vs_readers": plain(analysis.ai_vs_readers),
        "operating": [
            {"arm": row.arm, "reader": row.reader, **_fields(row.point)} for row in analysis.operating
        ],
        "mcnemar": plain(analysis.mcnemar),
        "two_proportions": plain(analysis.two_proportions),
        "gee": [
            {
                "measure": row.measure,
                "first": row.first,
                "second": row.second,
                **{key: value for key, value in _fields(row.odds).items() if key != "arm"},
            }
            for row in analysis.call_odds
        ],
        "agreement": {
            "cohen": plain(analysis.agreement.cohen),
            "fleiss": [
                {
                    "arm": row.arm,
                    "what": row.what,
                    **_fields(row.agreement),
                    "fleiss_ci": plain(row.fleiss.ci),
                    "gwet_ac1": plain(row.gwet.estimate),
                    "gwet_ac1_se": plain(row.gwet.se),
                    "gwet_ac1_ci": plain(row.gwet.ci),
                }
                for row in analysis.agreement.fleiss
            ],
            "weighted": plain(analysis.agreement.weighted),
            "intra_reader": plain(analysis.agreement.intra_reader),
            "intraclass": [{"arm": row.arm, **_fields(row.ratings)} for row in analysis.agreement.intraclass],
        },
        "froc": [
            {**_fields(row), "curve": _points(row.curve.false_marks_per_image, row.curve.lesion_fraction)}
            for row in analysis.froc
        ],
        "mrmc_wafroc": _family(analysis.mrmc_wafroc),
        "time": _time(analysis.time),
        "reliance": [
            {
                "reader": row.reader,
                "model": row.model or None,
                "before": row.before,
                "after": row.after,
                "cases": row.cases,
                "on_record": row.on_record,
                **_fields(row.switches),
            }
            for row in analysis.reliance
        ],
        "planned_ai": [
            {
                "plan": row.plan,
                "arm": row.arm,
                "reader": row.reader,
                "n": row.n,
                "auc": plain(row.auc),
                **_fields(row.point),
            }
            for row in analysis.planned
        ],
        "calibration": [
            {"arm": row.arm, "reader": row.reader, **_fields(row.calibration)} for row in analysis.calibration
        ],
        "high_specificity": plain(analysis.high_specificity),
        "decision_curves": {
            "thresholds": plain(THRESHOLDS),
            "all_called_diseased": plain(treat_all(analysis.readings.truth)),
            "raters": plain(analysis.decision_curves),
        },
        "regions": plain(analysis.regions),
        "time_model": plain(analysis.time_model),
        "accuracy_model": plain(analysis.accuracy_model),
        "f1_readers": [
            {
                "group": row.group,
                "raters": row.raters,
                "median": plain(row.f1_median),
                "pooled": plain(row.f1_pooled),
            }
            for row in analysis.groups
        ],
        "iqr": plain(analysis.groups),
    }


def _options(options: AnalysisOptions) -> Plain:
    """The choices; the plan has a key of its own, subgroups are their lines."""
    bare = replace(options, plan=None, subgroups=(), planned_subgroups=())
    lines: dict[str, Plain] = {
        "planned_subgroups": [str(one) for one in options.planned_subgroups],
        "subgroups": [str(one) for one in options.subgroups],
    }
    return {**_fields(bare), **lines}


def _groups(readings: Readings) -> Plain:
    """The groups of a split plot as lists of readers; one group of all otherwise."""
    group = readings.reader_groups
    return [
        [reader for reader, own in zip(readings.readers, group, strict=True) if own == one]
        for one in np.unique(group)
    ]


def _plan(analysis: Analysis) -> Plain:
    plan = analysis.options.plan
    if plan is None:
        return None
    return {
        "multiplicity": plan.multiplicity.value,
        "alpha": plan.alpha,
        "generalise": plan.generalise.value,
        "covariance": plan.covariance.value,
        "tests": plain(analysis.planned_tests),
    }


def _conduct(conduct: Conduct | None) -> Plain:
    if conduct is None:
        return None
    return {
        "planned": conduct.planned,
        "read": conduct.read,
        "interim": conduct.interim,
        "closed": conduct.closed,
        "readers": plain(conduct.readers),
    }


def software() -> dict[str, Plain]:
    """The versions that the numbers depend on."""
    import scipy

    return {
        "scintiread": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def plain(value: object) -> Plain:
    """Plain values of dataclasses, arrays, enums, tuples and numbers."""
    if value is None or isinstance(value, bool | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return _fields(value)


def _fields(value: object) -> dict[str, Plain]:
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} has no place in the document")
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}


def _auc(row: RaterAuc) -> dict[str, Plain]:
    summary = row.bootstrap
    return {
        "arm": row.arm,
        "reader": row.reader,
        "n_positive": row.n_positive,
        "n_negative": row.n_negative,
        "auc": plain(row.auc),
        "variance_delong": plain(row.variance_delong),
        "ci_delong": plain(row.ci_delong),
        "ci_exact": plain(row.ci_exact),
        "ci_bootstrap": plain(row.ci_bootstrap),
        "bootstrap": {
            "resamples": summary.resamples,
            "stratified": summary.stratified,
            "seed": summary.seed,
            "median": plain(summary.median),
            "quartiles": plain(summary.quartiles),
        },
        "curve": _points(row.curve.false_positive, row.curve.true_positive),
    }


def _points(
    x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], y: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> Plain:
    return [[plain(a), plain(b)] for a, b in zip(x.tolist(), y.tolist(), strict=True)]


def _family(family: MrmcFamily | None) -> Plain:
    """The main analysis at the top, as the schema says; what does not fit into it beside it."""
    if family is None:
        return None
    return {
        **(_mrmc(family.main) if family.main else {"components": None, "notes": []}),
        "alone": [_mrmc(one) for one in family.alone],
        "pairs": [_mrmc(one) for one in family.pairs],
        "unpaired": plain(family.unpaired),
        "design_notes": list(family.notes),
    }


def _mrmc(result: MrmcResult) -> dict[str, Plain]:
    return {
        "measure": result.measure,
        "covariance": result.covariance,
        "generalise": result.generalise.value,
        "readers": list(result.readers),
        "floor_active": result.components.floor_active,
        "components": _components(result.components),
        "arms": [
            {
                "arm": one.arm,
                "auc": plain(one.estimate),
                "se": plain(one.se),
                "df": plain(one.df),
                "ci": plain(one.ci),
                "exact": one.exact,
            }
            for one in result.arms
        ],
        "random_readers_random_cases": plain(result.random_readers_random_cases),
        "fixed_readers": plain(result.fixed_readers),
        "fixed_cases": plain(result.fixed_cases),
        "differences": plain(result.differences),
        "notes": list(result.notes),
    }


def _components(found: Components) -> dict[str, Plain]:
    names = (
        "reader",
        "arm_reader",
        "error",
        "cov1",
        "cov2",
        "cov3",
        "reader_raw",
        "arm_reader_raw",
        "ms_arm",
        "ms_reader",
        "ms_arm_reader",
    )
    return {name: plain(getattr(found, name)) for name in names}


def _time(times: ReadingTimes | None) -> Plain:
    if times is None:
        return None
    overall = []
    for row in times.arms:
        crossed, additive = row.crossed, row.additive
        overall.append(
            {
                "first": row.first,
                "second": row.second,
                **_spans(row.spans),
                "estimate": plain(crossed.estimate if crossed else row.by_case.estimate),
                "ci": plain(crossed.ci if crossed else row.by_case.ci),
                "p_t": plain(crossed.p if crossed else row.by_case.p_t),
                "generalise": (Generalise.BOTH if crossed else Generalise.CASES).value,
                "p_wilcoxon": plain(row.by_case.p_wilcoxon),
                "p_wilcoxon_generalise": Generalise.CASES.value,
                "by_case": plain(row.by_case),
                "crossed": plain(crossed),
                "additive": plain(additive),
            }
        )
    aided = [row for row in overall if (row["first"], row["second"]) == ("aided", "unaided")]
    return {
        "readers": [
            {"arm": row.arm, "reader": row.reader, "span": row.span.value, **_fields(row.seconds)}
            for row in times.readers
        ],
        "ratios": [
            {
                "reader": row.reader,
                "first": row.first,
                "second": row.second,
                **_spans(row.spans),
                **_fields(row.ratio),
            }
            for row in times.ratios
        ],
        "ratio_aided_to_unaided": plain(aided[0]) if aided else None,
        "arms": plain(overall),
        "order": [{"arm": row.arm, "reader": row.reader, **_fields(row.effect)} for row in times.order],
    }


def _spans(spans: tuple[TimeSpan, TimeSpan]) -> dict[str, Plain]:
    return {"first_span": spans[0].value, "second_span": spans[1].value}
