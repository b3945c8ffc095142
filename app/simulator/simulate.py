"""One simulated scan from its seed: body, activity, camera, noise and truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.simulator.artefacts import Artefacts, moved, sample_artefacts, sample_prostheses, transmission
from app.simulator.benign import sample_benign
from app.simulator.camera import Camera, Seen, primary_image, scattered, see, soft_image
from app.simulator.course import Course, evolve, months_between, sample_course
from app.simulator.difficulty import Difficulty
from app.simulator.field import Image, Placement
from app.simulator.focus import Focus, render
from app.simulator.labels import Organ
from app.simulator.metastases import Disease, eod_grade, sample_disease, superscan_foci
from app.simulator.noise import poisson_counts, recounted
from app.simulator.patches import Shadow, cast, make_patch
from app.simulator.patient import Patient, Pose
from app.simulator.physiology import Source, sample_sources
from app.simulator.record import Record, sample_record
from app.simulator.regions import codes_named
from app.simulator.seeds import Purpose, stream
from app.simulator.skeleton import Skeleton, build_skeleton
from app.simulator.tissue import LEFT_ARM, RIGHT_ARM, Tissue, shape_tissue
from app.simulator.truth import Finding, LabelMaps, involvement_percent, lesion_maps, organ_maps, region_maps

_TRIES = 8
_SOFT_IN_SUPERSCAN, _KIDNEYS_IN_SUPERSCAN = 0.3, 0.1


@dataclass(frozen=True)
class CaseSeed:
    """Everything that one scan follows from."""

    seed: int
    patient: int
    ill: bool
    difficulty: Difficulty
    visit: int = 0
    density: float = 1.0
    """Points of the body relative to normal; lower is faster and coarser."""

    def stream(self, purpose: Purpose, *, visit: bool = True) -> np.random.Generator:
        """The generator for one purpose; `visit` False for what stays the same at every visit."""
        return stream(self.seed, self.patient, purpose, self.visit if visit else 0)


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
    labels: LabelMaps
    findings: tuple[Finding, ...]
    superscan: bool
    involvement_percent: float

    @property
    def metastases(self) -> tuple[Finding, ...]:
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


@dataclass(frozen=True, eq=False)
class _Body:
    """A posed patient before the camera; images are per unit of activity, before the count scale."""

    patient: Patient
    skeleton: Skeleton
    place: Placement
    tissue: Tissue
    camera: Camera
    sources: tuple[Source, ...]
    benign: tuple[Focus, ...]
    bones_seen: Seen
    primary: Image
    """float32 (2, rows, cols): bone, organs and soft tissue without scatter and without metastases."""
    total: Image
    scale: float
    """Counts per unit; from the lesion-free body, so that disease does not darken the rest."""

    def expected(self, view: int) -> Image:
        """Expected counts of one view without metastases and background, float32 (rows, cols)."""
        return np.asarray(self.total[view] * np.float32(self.scale))


def simulate(case: CaseSeed) -> SimulatedScan:
    """Simulate one scan; the same seed gives the same scan."""
    body = _lay_down(case)
    disease, course = _disease(case, body)
    metastases, foci_superscan = _rendered(disease, body, case)
    return _expose(case, body, (*metastases, *foci_superscan), disease.superscan > 0, course)


def twin(case: CaseSeed) -> SimulatedScan:
    """The same patient on the same day without metastases: outside the lesions, count for count the same."""
    return _expose(case, _lay_down(case), (), superscan=False, course=Course.STABLE)


def _lay_down(case: CaseSeed) -> _Body:
    patient = Patient.sample(case.stream(Purpose.BODY, visit=False))
    pose = Pose.sample(case.stream(Purpose.POSE))
    bones = case.stream(Purpose.BONES, visit=False)
    skeleton = build_skeleton(patient, pose, bones, density=case.density)
    place = Placement.of(patient, pose)
    camera = Camera.sample(case.stream(Purpose.CAMERA), case.difficulty.counts)
    tissue = shape_tissue(patient, skeleton, place, camera.mu, case.stream(Purpose.TISSUE))
    sources = sample_sources(patient, skeleton, case.difficulty, case.stream(Purpose.SOURCES))
    rng = case.stream(Purpose.BENIGN, visit=False)
    plans = sample_benign(patient, skeleton, case.difficulty, rng)
    plans = (*plans, *sample_prostheses(patient, skeleton, case.difficulty, rng))
    benign = tuple(focus for plan in plans if (focus := render(skeleton, plan)))
    seen = see(camera, tissue, place, skeleton.xyz, _parts(skeleton))
    primary, total = _images(camera, tissue, place, seen, _with(skeleton, benign), sources)
    return _Body(
        patient, skeleton, place, tissue, camera, sources, benign, seen, primary, total,
        scale=camera.counts / float(total[0].sum()),
    )  # fmt: skip


def _images(
    camera: Camera,
    tissue: Tissue,
    place: Placement,
    bones: Seen,
    activity: NDArray[np.float32],
    sources: Sequence[Source],
) -> tuple[Image, Image]:
    organs = [see(camera, tissue, place, source.xyz, source.part) for source in sources]
    seen = Seen.joined([bones, *organs])
    weight = np.concatenate([activity, *(source.activity for source in sources)])
    primary = np.stack(
        [primary_image(camera, seen, weight, view) + soft_image(camera, tissue, view) for view in (0, 1)]
    )
    total = np.stack([primary[view] + scattered(camera, tissue, primary[view], view) for view in (0, 1)])
    return primary, total


def _with(skeleton: Skeleton, foci: Sequence[Focus]) -> NDArray[np.float32]:
    activity = skeleton.activity.copy()
    for focus in foci:
        activity[focus.points] += focus.excess
    return np.asarray(np.maximum(activity, np.float32(0.02) * skeleton.activity))


def _parts(skeleton: Skeleton) -> NDArray[np.uint8]:
    part_of = np.zeros(256, np.uint8)
    for name in ("humerus", "forearm", "hand"):
        right, left = codes_named(name)
        part_of[right], part_of[left] = RIGHT_ARM, LEFT_ARM
    return part_of[skeleton.region]


def _disease(case: CaseSeed, body: _Body) -> tuple[Disease, Course]:
    """The disease of this visit; its lesions are redrawn until one can be seen, its body is not."""
    course = (
        sample_course(case.ill, case.stream(Purpose.COURSE, visit=False)) if case.visit else Course.STABLE
    )
    if not case.ill:
        return Disease(), course
    if case.visit:
        first = CaseSeed(case.seed, case.patient, case.ill, case.difficulty, 0, case.density)
        before, _ = _disease(first, _lay_down(first))
        rng = case.stream(Purpose.DISEASE)
        return evolve(before, course, body.skeleton, case.difficulty, rng), course
    rng = case.stream(Purpose.DISEASE)
    best, best_cnr = Disease(), -1.0
    for _ in range(_TRIES):
        drawn = sample_disease(body.skeleton, case.difficulty, rng)
        foci, diffuse = _rendered(drawn, body, case)
        if diffuse:
            return drawn, course
        cnr = max((finding.best_cnr for finding in _findings(body, foci)), default=0.0)
        if cnr > best_cnr:
            best, best_cnr = drawn, cnr
        if cnr >= case.difficulty.least_cnr:
            break
    return best, course


def _rendered(disease: Disease, body: _Body, case: CaseSeed) -> tuple[tuple[Focus, ...], tuple[Focus, ...]]:
    foci = tuple(focus for plan in disease.plans if (focus := render(body.skeleton, plan)))
    if not disease.superscan:
        return foci, ()
    rng = stream(case.seed, case.patient, Purpose.DISEASE, 99)  # the pattern is the same at every visit
    return foci, superscan_foci(body.skeleton, disease.superscan, rng)


def _findings(body: _Body, foci: Sequence[Focus], first: int = 1) -> list[Finding]:
    found = []
    for number, focus in enumerate(foci, first):
        seen = body.bones_seen.part(focus.points)
        shadows = []
        for view in (0, 1):
            patch = make_patch(body.camera, seen, focus.excess, view)
            shadows.append(cast(patch, body.expected(view), body.scale) if patch else None)
        found.append(Finding(number, focus, (shadows[0], shadows[1])))
    return found


def _organs(body: _Body) -> list[tuple[Organ, int, Shadow]]:
    shown = []
    for source in body.sources:
        seen = see(body.camera, body.tissue, body.place, source.xyz, source.part)
        for view in (0, 1):
            patch = make_patch(body.camera, seen, source.activity, view)
            if patch is not None:
                others = body.expected(view)
                others[patch.window] -= patch.excess * np.float32(body.scale)
                shown.append((source.organ, view, cast(patch, others, body.scale)))
    return shown


def _expose(
    case: CaseSeed, body: _Body, metastases: Sequence[Focus], superscan: bool, course: Course
) -> SimulatedScan:
    malignant = _findings(body, metastases)
    benign = _findings(body, body.benign, first=len(malignant) + 1)
    findings = (*malignant, *benign)
    organs = _organs(body)
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
        labels=LabelMaps(
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
    body: _Body, malignant: Sequence[Finding], organs: Sequence[tuple[Organ, int, Shadow]], superscan: bool
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
            if organ in (Organ.KIDNEY_LEFT, Organ.KIDNEY_RIGHT):
                change[view][shadow.patch.window] -= (1 - _KIDNEYS_IN_SUPERSCAN) * shadow.patch.excess
    glow = np.stack([scattered(body.camera, body.tissue, change[view], view) for view in (0, 1)])
    total = np.maximum(body.total + change + glow, 0)
    if superscan:  # the same activity in the body, only elsewhere
        scale *= float(body.total[0].sum()) / float(total[0].sum())
    return np.asarray(total * np.float32(scale), dtype=np.float32)
