"""A posed patient before the camera, without metastases: what every scan of the case starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.label_codes import OrganCode
from app.simulator.artefacts import sample_prostheses
from app.simulator.benign import sample_benign
from app.simulator.camera import Camera, SeenPoints, primary_image, scattered, see, soft_image
from app.simulator.difficulty import Difficulty
from app.simulator.field import Image, Placement
from app.simulator.focus import Focus, render
from app.simulator.patches import Shadow, cast, make_patch
from app.simulator.patient import Patient, Pose
from app.simulator.physiology import UptakeSource, sample_sources
from app.simulator.regions import codes_named
from app.simulator.seeds import Purpose, stream
from app.simulator.skeleton import Skeleton, build_skeleton
from app.simulator.tissue import LEFT_ARM, RIGHT_ARM, Tissue, shape_tissue
from app.simulator.truth import SimulatedFinding


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
class Body:
    """A posed patient before the camera; images are per unit of activity, before the count scale."""

    patient: Patient
    skeleton: Skeleton
    place: Placement
    tissue: Tissue
    camera: Camera
    sources: tuple[UptakeSource, ...]
    benign: tuple[Focus, ...]
    bones_seen: SeenPoints
    primary: Image
    """float32 (2, rows, cols): bone, organs and soft tissue without scatter and without metastases."""
    total: Image
    scale: float
    """Counts per unit; from the lesion-free body, so that disease does not darken the rest."""

    def expected(self, view: int) -> Image:
        """Expected counts of one view without metastases and background, float32 (rows, cols)."""
        return np.asarray(self.total[view] * np.float32(self.scale))


def lay_down(case: CaseSeed) -> Body:
    look = case.difficulty.look
    patient = look.patient(Patient.sample(look.varied(case.stream(Purpose.BODY, visit=False))))
    pose = Pose.sample(case.stream(Purpose.POSE))
    bones = look.varied(case.stream(Purpose.BONES, visit=False))
    skeleton = build_skeleton(patient, pose, bones, density=case.density, uptake=look.uptake)
    place = Placement.of(patient, pose)
    camera = look.camera(Camera.sample(look.varied(case.stream(Purpose.CAMERA)), case.difficulty.counts))
    tissue = shape_tissue(patient, skeleton, place, camera.mu, look.varied(case.stream(Purpose.TISSUE)))
    sources = sample_sources(patient, skeleton, case.difficulty, case.stream(Purpose.SOURCES))
    rng = case.stream(Purpose.BENIGN, visit=False)
    plans = sample_benign(patient, skeleton, case.difficulty, rng)
    plans = (*plans, *sample_prostheses(patient, skeleton, case.difficulty, rng))
    benign = tuple(focus for plan in plans if (focus := render(skeleton, plan)))
    seen = see(camera, tissue, place, skeleton.xyz, _parts(skeleton))
    primary, total = _images(camera, tissue, place, seen, _with(skeleton, benign), sources)
    return Body(
        patient, skeleton, place, tissue, camera, sources, benign, seen, primary, total,
        scale=camera.counts / float(total[0].sum()),
    )  # fmt: skip


def _images(
    camera: Camera,
    tissue: Tissue,
    place: Placement,
    bones: SeenPoints,
    activity: NDArray[np.float32],
    sources: Sequence[UptakeSource],
) -> tuple[Image, Image]:
    organs = [see(camera, tissue, place, source.xyz, source.part) for source in sources]
    seen = SeenPoints.joined([bones, *organs])
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


def findings_of(body: Body, foci: Sequence[Focus], first: int = 1) -> list[SimulatedFinding]:
    found = []
    for number, focus in enumerate(foci, first):
        seen = body.bones_seen.part(focus.points)
        shadows = []
        for view in (0, 1):
            patch = make_patch(body.camera, seen, focus.excess, view)
            shadows.append(cast(patch, body.expected(view), body.scale) if patch else None)
        found.append(SimulatedFinding(number, focus, (shadows[0], shadows[1])))
    return found


def organs_of(body: Body) -> list[tuple[OrganCode, int, Shadow]]:
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
