"""How often a report names the right regions, measured as Liu S et al. measured theirs, on simulated scans.

python -m benchmarks.report_accuracy COHORT               lesions as the truth has them
python -m benchmarks.report_accuracy COHORT --model NAME  and as an installed model draws them
python -m benchmarks.report_accuracy COHORT --regions model  and with the regions that the installed net names
python -m benchmarks.report_accuracy                      makes 60 scans of its own (seed 7707) first

A region is right when the report names it exactly when the truth has a metastasis in it. A whole report is
right when it calls the scan normal or abnormal rightly and all six regions are right. The paper reached
78.05 % of 123 reports: 59 of 63 normal ones, 37 of 60 abnormal ones with every location right. Its location
accuracy counts patients with metastases: all six regions right in 40 of 54, and for each region how often it
is named of those who have one there (spine 42 of 44, scapula 4 of 9).
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.annotation.formats import simulator_labels
from app.annotation.label_set import LabelSet
from app.report.bone_scan.facts import REGIONS, ReportFacts
from app.workflows.reports.bone_scan import report_of
from app.workflows.reports.located_regions import regions_by_model
from app.workflows.reports.model import finder_of, installed_model
from benchmarks.table import Row, print_table

SCANS, SEED = 60, 7707


@dataclass
class Tally:
    """What was right of how many."""

    regions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REGIONS, 0))
    there: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REGIONS, 0))
    named: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REGIONS, 0))
    calls: int = 0
    whole: int = 0
    ill: int = 0
    ill_whole: int = 0
    reports: int = 0
    lesions: int = 0
    placed: int = 0
    seconds: float = 0.0

    def add(self, true: frozenset[str], facts: ReportFacts) -> None:
        """Count one report."""
        said = frozenset(facts.regions)
        right = [region for region in REGIONS if (region in said) == (region in true)]
        for region in right:
            self.regions[region] += 1
        for region in true:
            self.there[region] += 1
            self.named[region] += region in said
        call = bool(said) == bool(true)
        whole = call and len(right) == len(REGIONS) and said <= frozenset(REGIONS)
        self.reports += 1
        self.calls += call
        self.whole += whole
        self.ill += bool(true)
        self.ill_whole += whole and bool(true)

    def rows(self, name: str) -> list[Row]:
        """The figures as rows of a table."""
        number = self.reports
        rows = [
            Row(f"{name}: whole report right", _share(self.whole, number), "78.05 % in the paper"),
            Row(f"{name}: normal or abnormal right", _share(self.calls, number)),
            Row(
                f"{name}: location, every region right",
                _share(self.ill_whole, self.ill),
                "74.07 % in the paper",
            ),
        ]
        rows += [
            Row(f"{name}: {region} right", _share(right, number)) for region, right in self.regions.items()
        ]
        rows += [
            Row(f"{name}: {region} named of those that have one there", _share(self.named[region], number))
            for region, number in self.there.items()
        ]
        if self.lesions:
            rows.append(Row(f"{name}: lesions in the right region", _share(self.placed, self.lesions)))
        rows.append(Row(f"{name}: seconds for one report, without PDF", f"{self.seconds / number:.2f} s"))
        return rows


def measure(
    cohort: Path, labels_of: Callable[[Path, LabelSet], dict[str, object]], by_finding: bool
) -> Tally:
    """Write a report of each scan; `labels_of` says where its lesions come from."""
    true = _true_regions(cohort)
    tally = Tally()
    for case, files in simulator_labels.cases(cohort / "labels").items():
        scan = cohort / "scans" / f"{case}.dcm"
        truth = simulator_labels.read(case, files)
        begun = time.perf_counter()
        facts = report_of((scan,), **labels_of(scan, truth)).document.content.facts  # type: ignore[arg-type]
        tally.seconds += time.perf_counter() - begun
        tally.add(frozenset(true[case].values()), facts)
        if by_finding:
            for lesion in facts.lesions:
                finding = int(lesion.key.rsplit("-", 1)[-1])
                if finding in true[case]:
                    tally.lesions += 1
                    tally.placed += lesion.regions[0] == true[case][finding]
    return tally


def _true_regions(cohort: Path) -> dict[str, dict[int, str]]:
    """For each case the report region of each metastasis that shows on a view, by its number."""
    found: dict[str, dict[int, str]] = {}
    with (cohort / "truth.csv").open(encoding="utf-8") as table:
        found = {row["case"]: {} for row in csv.DictReader(table)}
    with (cohort / "lesions.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            seen = int(row["pixels_anterior"] or 0) + int(row["pixels_posterior"] or 0)
            if row["malignant"] == "1" and seen:
                found[row["case"]][int(row["finding"])] = row["report_region"]
    return found


def _share(right: int, number: int) -> str:
    return f"{right / number:.1%} ({right} of {number})" if number else "none"


def run(cohort: Path, model: str, by_net: bool) -> list[Row]:
    """Measure with every source of lesions that there is, and with every namer of regions."""
    namer = regions_by_model() if by_net else None

    def with_map(_scan: Path, truth: LabelSet) -> dict[str, object]:
        return {"labels": truth}

    def fitted(_scan: Path, truth: LabelSet) -> dict[str, object]:
        return {"labels": LabelSet(truth.annotation, truth.sizes)}

    rows = measure(cohort, with_map, by_finding=True).rows("True masks, true bone map")
    rows += measure(cohort, fitted, by_finding=True).rows("True masks, fitted bone map")
    if namer is not None:

        def named(_scan: Path, truth: LabelSet) -> dict[str, object]:
            return {"labels": truth, "regions_by": namer}

        rows += measure(cohort, named, by_finding=False).rows("True masks, regions by the net")
    if model or installed_model():
        finder = finder_of(model)

        def by_model(_scan: Path, _truth: LabelSet) -> dict[str, object]:
            return {"lesions_of": finder}

        name = f"Model {model or installed_model()}, fitted bone map"
        rows += measure(cohort, by_model, by_finding=False).rows(name)
        if namer is not None:

            def both(_scan: Path, _truth: LabelSet) -> dict[str, object]:
                return {"lesions_of": finder, "regions_by": namer}

            name = f"Model {model or installed_model()}, regions by the net"
            rows += measure(cohort, both, by_finding=False).rows(name)
    return rows


def main() -> None:
    """Measure a cohort, or one made for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cohort", type=Path, nargs="?")
    parser.add_argument("--model", default="")
    parser.add_argument("--regions", choices=("map", "model"), default="map")
    chosen = parser.parse_args()
    by_net = chosen.regions == "model"
    if chosen.cohort is not None:
        print_table(run(chosen.cohort, chosen.model, by_net))
        return
    from app.simulator.cohort import Cohort
    from app.simulator.difficulty import preset
    from app.workflows.simulator.simulate import make_cohort

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        make_cohort(Cohort(SCANS, preset("trial"), SEED, "trial", False), made)
        print_table(run(made, chosen.model, by_net))


if __name__ == "__main__":
    main()
