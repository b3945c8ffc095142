"""A cohort: which patients, who is ill, what the cases are called. Everything follows from seed and index."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.simulator.body import CaseSeed
from app.simulator.difficulty import Difficulty
from app.simulator.labels import label_codes
from app.simulator.seeds import Purpose, stream

SIMULATOR_VERSION = "2.0"
"""Part of every file; changes when the same seed gives another scan."""
BLOCK = 20
"""The prevalence is kept exactly, up to rounding, in every run of so many patients."""
NOTICE = (
    "SIMULATED - NOT PATIENTS. Scores on simulated scans are no clinical evidence; "
    "a few real scans were the anchors of the simulator, not norms."
)


@dataclass(frozen=True)
class Cohort:
    """A cohort of simulated scans; a case is its index, so any part can be made anywhere."""

    scans: int
    difficulty: Difficulty
    seed: int = 1
    preset: str = "trial"
    follow_up: bool = False
    """Cases 2k and 2k+1 are the same patient, months apart."""

    def patient_of(self, index: int) -> int:
        """The patient of a case."""
        return index // 2 if self.follow_up else index

    def visit_of(self, index: int) -> int:
        """0, or 1 for a follow-up scan."""
        return index % 2 if self.follow_up else 0

    def case_name(self, index: int) -> str:
        """Name of a case and its files; tells seed and place in the cohort, never the truth."""
        return f"SIM-{self.seed}-{index:07d}"

    def patient_id(self, index: int) -> str:
        """The DICOM Patient ID."""
        return f"SIM-{self.seed}-P{self.patient_of(index):07d}"

    def case_seed(self, index: int) -> CaseSeed:
        """What the case is simulated from."""
        patient = self.patient_of(index)
        return CaseSeed(self.seed, patient, self.is_ill(patient), self.difficulty, self.visit_of(index))

    def is_ill(self, patient: int) -> bool:
        """Whether the patient has metastases: drawn within a block, as many as the prevalence says."""
        block, place = divmod(patient, BLOCK)
        offset = stream(self.seed, 0, Purpose.TRUTH).random()
        edges = np.floor(self.difficulty.prevalence * BLOCK * np.array([block, block + 1]) + offset)
        order = stream(self.seed, block + 1, Purpose.TRUTH).permutation(BLOCK)
        return bool(order[place] < edges[1] - edges[0])

    def manifest(self) -> dict[str, Any]:
        """What `cohort.json` says: every parameter, the versions, the codes of the label maps."""
        return {
            "format": "scintiread simulated cohort",
            "notice": NOTICE,
            "simulator_version": SIMULATOR_VERSION,
            "numpy_version": np.__version__,
            "platform": f"{platform.system()} {platform.machine()}",  # another C library's exp ends otherwise
            "seed": self.seed,
            "scans": self.scans,
            "preset": self.preset,
            "follow_up": self.follow_up,
            "difficulty": asdict(self.difficulty),
            "labels": label_codes(),
            "label_maps": {
                "shape": "(2, 1024, 256) uint8: anterior, posterior, in image orientation",
                "finding": "number of the finding in lesions.csv",
            },
        }
