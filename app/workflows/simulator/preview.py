"""One simulated patient to look at: the scan as a reader would get it, and the truth as marks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.annotation.geometry import from_mask
from app.annotation.region import Region
from app.quantification.bones import bone_table
from app.scan.scan import Acquisition, Scan, View, ViewName
from app.simulator.cohort import Cohort
from app.simulator.dicom import MANUFACTURER
from app.simulator.field import PIXEL_CM
from app.simulator.simulate import SimulatedScan, simulate

_VIEWS = (ViewName.ANTERIOR, ViewName.POSTERIOR)


@dataclass(frozen=True, eq=False)
class Preview:
    """A simulated scan, its true findings as regions (metastases last), and what it is in a few words."""

    scan: Scan
    truth: tuple[Region, ...]
    words: str


def simulated_preview(cohort: Cohort, index: int, ill: bool | None = None) -> Preview:
    """Simulate one case of a cohort; `ill` shows the same patient with (True) or without metastases."""
    seed = cohort.case_seed(index)
    made = simulate(seed if ill is None else replace(seed, ill=ill))
    return Preview(scan_of(made, cohort.case_name(index)), truth_regions(made), describe(made))


def scan_of(made: SimulatedScan, case: str) -> Scan:
    """The simulated counts as a scan, as if read from its file."""
    anterior, posterior = (
        View(
            name,
            counts.astype(np.float32),
            (PIXEL_CM * 10, PIXEL_CM * 10),
            counts_accumulated=int(counts.sum()),
        )
        for name, counts in zip(_VIEWS, made.counts, strict=True)
    )
    facts = Acquisition(manufacturer=MANUFACTURER, activity_mbq=made.record.activity_mbq)
    return Scan(case, anterior, posterior, acquisition=facts, simulated=True)


def truth_regions(made: SimulatedScan) -> tuple[Region, ...]:
    """The outline of every finding in every view that shows it; linked across the views."""
    found = []
    for finding in sorted(made.findings, key=lambda item: item.malignant):
        for name, shadow in zip(_VIEWS, finding.shadows, strict=True):
            if shadow is None or not shadow.mask.any():
                continue
            corner = np.array([shadow.patch.cols.start, shadow.patch.rows.start], dtype=np.float64)
            label = finding.focus.plan.lesion_class.title
            bone = bone_table().of(finding.focus.region).title
            found += [
                Region(name, outline + corner, label, lesion=f"finding {finding.number}", bone=bone)
                for outline in from_mask(shadow.mask)
            ]
    return tuple(found)


def describe(made: SimulatedScan) -> str:
    """Sex, age, what there is, and how visible it is."""
    person = f"{'Woman' if made.patient.sex == 'F' else 'Man'}, {int(made.patient.age)} years"
    number = len(made.metastases)
    benign = len(made.findings) - number
    others = f"{benign} benign finding{'s' * (benign != 1)}"
    counts = f"{made.counts[0].sum() / 1e6:.1f} million counts in front"
    if made.superscan:
        return f"{person}; superscan; {others}; {counts}"
    if not number:
        return f"{person}; no metastasis; {others}; {counts}"
    what = (
        f"{number} metastas{'es' if number > 1 else 'is'}, the most visible with a CNR of {made.max_cnr:.0f}"
    )
    return f"{person}; {what}; {others}; {counts}"
