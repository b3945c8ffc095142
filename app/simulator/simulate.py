"""One simulated scan from its seed: body, activity, camera, noise and truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.label_codes import OrganCode
from app.simulator.artefacts import Artefacts, moved, sample_artefacts, transmission
from app.simulator.body import Body, CaseSeed, findings_of, lay_down, organs_of
from app.simulator.camera import Camera, scattered, soft_image
from app.simulator.course import Course, evolve, months_between, sample_course
from app.simulator.field import Image
from app.simulator.focus import Focus, render
from app.simulator.metastases import Disease, eod_grade, sample_disease, superscan_foci
from app.simulator.noise import poisson_counts, recounted
from app.simulator.patches import Shadow
from app.simulator.patient import Patient
from app.simulator.record import Record, sample_record
from app.simulator.seeds import Purpose, stream
from app.simulator.truth import (
    SimulatedFinding,
    TrueMaps,
    involvement_percent,
    lesion_maps,
    organ_maps,
    region_maps,
)

_TRIES = 8
_ROUNDING = 2e-3
"""Expected counts per pixel that no scan could tell from nothing."""
_SOFT_IN_SUPERSCAN, _KIDNEYS_IN_SUPERSCAN = 0.3, 0.1


@dataclass(frozen=True, eq=False)
class SimulatedScan:
    """One scan with its truth.

    `counts` is uint16 (2, rows, cols), anterior first, the posterior view seen from behind. `expected` is
    float32 of the same shape: the mean of the noise.
    """

    seed: CaseSeed
    patient: Patient
    camera: Camera
    artefacts: Artefacts
    record: Record
    course: Course
    counts: NDArray[np.uint16]
    expected: Image
    labels: TrueMaps
    findings: tuple[SimulatedFinding, ...]
    superscan: bool
    involvement_percent: float

    @property
    def metastases(self) -> tuple[SimulatedFinding, ...]:
        """The malignant findings."""
        return tuple(finding for finding in self.findings if finding.malignant)

    @property
    def eod(self) -> int:
        """Extent of disease, 0-4."""
        return eod_grade(len(self.metastases), self.superscan)

    @property
    def max_cnr(self) -> float:
        """Contrast-to-noise ratio of the most visible metastasis, 0 without any."""
        return max((finding.best_cnr for finding in self.metastases), default=0.0)


def simulate(case: CaseSeed) -> SimulatedScan:
    """Simulate one scan; the same seed gives the same scan."""
    body = lay_down(case)
    disease, course = _disease(case, body)
    metastases, foci_superscan = _rendered(disease, body, case)
    return _expose(case, body, (*metastases, *foci_superscan), disease.superscan > 0, course)


def _disease(case: CaseSeed, body: Body) -> tuple[Disease, Course]:
    """The disease of this visit; its lesions are redrawn until one can be seen, its body is not."""
    course = (
        sample_course(case.ill, case.stream(Purpose.COURSE, visit=False)) if case.visit else Course.STABLE
    )
    if not case.ill:
        return Disease(), course
    if case.visit:
        first = CaseSeed(case.seed, case.patient, case.ill, case.difficulty, 0, case.density)
        before, _ = _disease(first, lay_down(first))
        rng = case.stream(Purpose.DISEASE)
        return evolve(before, course, body.skeleton, case.difficulty, rng), course
    rng = case.stream(Purpose.DISEASE)
    best, best_cnr = Disease(), -1.0
    for _ in range(_TRIES):
        drawn = sample_disease(body.skeleton, case.difficulty, rng)
        foci, diffuse = _rendered(drawn, body, case)
        if diffuse:
            return drawn, course
        cnr = max((finding.best_cnr for finding in findings_of(body, foci)), default=0.0)
        if cnr > best_cnr:
            best, best_cnr = drawn, cnr
        if cnr >= case.difficulty.least_cnr:
            break
    return best, course


def _rendered(disease: Disease, body: Body, case: CaseSeed) -> tuple[tuple[Focus, ...], tuple[Focus, ...]]:
    foci = tuple(focus for plan in disease.plans if (focus := render(body.skeleton, plan)))
    if not disease.superscan:
        return foci, ()
    rng = stream(case.seed, case.patient, Purpose.DISEASE, 99)  # the pattern is the same at every visit
    return foci, superscan_foci(body.skeleton, disease.superscan, rng)


def _expose(
    case: CaseSeed, body: Body, metastases: Sequence[Focus], superscan: bool, course: Course
) -> SimulatedScan:
    malignant = findings_of(body, metastases)
    benign = findings_of(body, body.benign, first=len(malignant) + 1)
    findings = (*malignant, *benign)
    organs = organs_of(body)
    artefacts = sample_artefacts(body.skeleton, body.place, case.difficulty, case.stream(Purpose.ARTEFACTS))
    healthy = body.total * np.float32(body.scale)
    ill = healthy if not malignant else _diseased(body, malignant, organs, superscan)
    through = [transmission(artefacts.metal, view) for view in (0, 1)]
    before, after = (
        np.stack([_finish(lam[view], view, through, artefacts, body.camera) for view in (0, 1)])
        for lam in (healthy, ill)
    )
    counts = poisson_counts(before, case.stream(Purpose.NOISE))
    if malignant:
        counts = recounted(counts, before, after, case.stream(Purpose.LESION_NOISE))
    classes, numbers = lesion_maps(findings)
    months = months_between(case.stream(Purpose.RECORD)) if case.visit else 0.0
    return SimulatedScan(
        seed=case,
        patient=body.patient,
        camera=body.camera,
        artefacts=artefacts,
        record=sample_record(body.camera, months, case.stream(Purpose.RECORD, visit=False)),
        course=course,
        counts=counts,
        expected=after,
        labels=TrueMaps(
            lesion=classes,
            region=region_maps(body.skeleton, body.bones_seen),
            organ=organ_maps(body.tissue, organs, through),
            finding=numbers,
        ),
        findings=findings,
        superscan=superscan,
        involvement_percent=involvement_percent(body.skeleton, metastases),
    )


def _finish(
    lam: Image, view: int, through: Sequence[Image | None], artefacts: Artefacts, camera: Camera
) -> Image:
    covered = through[view]
    shaded = lam if covered is None else lam * covered
    return np.asarray(moved(shaded, artefacts.motion, view) + np.float32(camera.background))


def _diseased(
    body: Body,
    malignant: Sequence[SimulatedFinding],
    organs: Sequence[tuple[OrganCode, int, Shadow]],
    superscan: bool,
) -> Image:
    """Expected counts with the metastases, float32 (2, rows, cols)."""
    change = np.zeros_like(body.primary)
    for finding in malignant:
        for view, shadow in enumerate(finding.shadows):
            if shadow is not None:
                change[view][shadow.patch.window] += shadow.patch.excess
    scale = body.scale
    if superscan:
        for view in (0, 1):
            change[view] -= (1 - _SOFT_IN_SUPERSCAN) * soft_image(body.camera, body.tissue, view)
        for organ, view, shadow in organs:
            if organ in (OrganCode.KIDNEY_LEFT, OrganCode.KIDNEY_RIGHT):
                change[view][shadow.patch.window] -= (1 - _KIDNEYS_IN_SUPERSCAN) * shadow.patch.excess
    glow = np.stack([scattered(body.camera, body.tissue, change[view], view) for view in (0, 1)])
    change += glow
    change[np.abs(change) * body.scale < _ROUNDING] = 0  # so that a twin is the same there, bit for bit
    total = np.maximum(body.total + change, 0)
    if superscan:  # the same activity in the body, only elsewhere
        scale *= float(body.total[0].sum()) / float(total[0].sum())
    return np.asarray(total * np.float32(scale), dtype=np.float32)
