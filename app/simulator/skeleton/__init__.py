"""The skeleton of one patient as weighted points, built from the tables in `resources/skeleton`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.simulator.patient import Patient, Pose
from app.simulator.skeleton.bones import add_bones
from app.simulator.skeleton.builder import Builder, Skeleton, Uptake, as_in_table
from app.simulator.skeleton.frames import SIDES, Frames, Side, body_frames
from app.simulator.skeleton.ribs import add_ribs
from app.simulator.skeleton.spine import FIRST_THORACIC, add_spine, shape_spine

__all__ = ["Skeleton", "build_skeleton"]

LANDMARKS: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    # name, frame, place on the left side
    ("head", "head", (0, 0, 0)),
    ("sternal notch", "chest", (0, 3.5, -7.6)),
    ("sternoclavicular", "chest", (2.6, 3.9, -7.0)),
    ("acromioclavicular", "chest", (15.2, 0.6, 2.1)),
    ("shoulder", "upper arm", (0, 0, 0)),
    ("elbow", "forearm", (0, 0, 0)),
    ("wrist", "hand", (0, 0, 0)),
    ("thumb", "hand", (-1.9, 2.2, 0)),
    ("hand", "hand", (0, 5, 0)),
    ("finger tips", "hand", (0, 15, 0)),
    ("sacral base", "pelvis", (0, 0, 2.6)),
    ("sacroiliac", "pelvis", (4.9, 3, 6.2)),
    ("acetabulum", "pelvis", (9.0, 9.2, -0.4)),
    ("symphysis", "pelvis", (0.9, 12.2, -4.6)),
    ("hip", "thigh", (0, 0, 0)),
    ("trochanter", "thigh", (4.9, 1.9, 0.9)),
    ("knee", "shank", (0, 0, 0)),
    ("ankle", "foot", (0, 0, 0)),
    ("midfoot", "foot", (0, 6, 0.5)),
    ("first toe", "foot", (-1.7, 13.5, 0.5)),
    ("toes", "foot", (0, 18.5, 0.5)),
)


def build_skeleton(
    patient: Patient,
    pose: Pose,
    rng: np.random.Generator,
    *,
    density: float = 1.0,
    uptake: Uptake = as_in_table,
) -> Skeleton:
    """Build the posed skeleton; `density` scales the number of points (less is faster and coarser).

    `uptake` gives the factor on the uptake of each material of the anatomy table.

    The generator draws the individual spread of every length, profile and activity: the same generator state
    gives the same bones in any pose.
    """
    builder = Builder(patient, rng, density, uptake)
    spine = shape_spine(patient, rng)
    frames = body_frames(patient, pose, spine.centre[FIRST_THORACIC], spine.sacral_base, rng)
    add_spine(builder, spine)
    ribs = add_ribs(builder, spine, frames)
    add_bones(builder, frames)
    xyz, volume, activity, region, hosts = builder.arrays()
    along, across = patient.stretch
    scale = np.array([across, along, across])
    return Skeleton(
        xyz=xyz,
        volume=volume,
        activity=activity,
        region=region,
        hosts=hosts,
        landmarks={key: place * scale for key, place in _landmarks(frames).items()},
        vertebrae=spine.centre * scale,
        vertebra_size=spine.size * scale,
        ribs={key: line * scale for key, line in ribs.items()},
    )


def _landmarks(frames: Frames) -> dict[tuple[str, Side], NDArray[np.float64]]:
    return {
        (name, side): np.asarray(frames[frame, side].place(np.array(place, dtype=np.float64)))
        for name, frame, place in LANDMARKS
        for side in SIDES
    }
