"""Region by region of the checklist: what was ticked against where the disease is."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from app.analysis.model_rows import RegionRow
from app.analysis.options import AnalysisOptions
from app.analysis.readings import Readings
from app.analysis.reliability import gwet_ac1
from app.analysis.results import MrmcFamily
from app.analysis.sections.arms import call_family
from app.analysis.traits import Traits

REGIONS = "regions"
"""The column of the truth table that says where the disease is."""
_NAN = float("nan")


def region_rows(readings: Readings, traits: Traits, options: AnalysisOptions) -> tuple[RegionRow, ...]:
    """Sensitivity and specificity of each ticked region by the same model as those of calls.

    Nothing where the truth table does not say where the disease is. A case without regions has none.
    """
    told = traits.cases.get(REGIONS, {})
    if not any(told.values()):
        return ()
    where = [frozenset(_named(told.get(case, ""))) for case in readings.cases]
    rows = []
    for region, ticked in readings.ticked.items():
        diseased = np.array([region.casefold() in each for each in where])
        part = replace(readings, truth=diseased, call=ticked)
        found = {
            name: call_family(part, options, diseased=name == "sensitivity")
            for name in ("sensitivity", "specificity")
        }
        for place, arm in enumerate(readings.arms):
            if np.isnan(ticked[place]).all():
                continue
            agreed = gwet_ac1(ticked[place])
            rows.append(
                RegionRow(
                    region,
                    arm,
                    int(diseased.sum()),
                    int((~diseased).sum()),
                    *_mean(found["sensitivity"], arm),
                    *_mean(found["specificity"], arm),
                    agreed.estimate,
                    agreed.ci,
                )
            )
    return tuple(rows)


def _named(text: str) -> list[str]:
    return [part.strip().casefold() for part in re.split("[;,]", text) if part.strip()]


def _mean(family: MrmcFamily | None, arm: str) -> tuple[float, tuple[float, float]]:
    for result in family.means if family else ():
        for one in result.arms:
            if one.arm == arm:
                return one.estimate, one.ci
    return _NAN, (_NAN, _NAN)
