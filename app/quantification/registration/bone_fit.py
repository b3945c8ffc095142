"""Fits the bone regions to a scan: the templates most like it, bent until they lie on it, vote.

Both views choose the same templates, so what one view hides the other settles.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.registration.demons import displacement
from app.quantification.registration.fitted import FittedBones
from app.quantification.registration.frame import BodyFrame, body_of, frames_of
from app.quantification.registration.picture import FramedView, Picture, framed
from app.quantification.registration.templates import Templates, templates
from app.quantification.registration.voting import BoneVote, Voice, vote
from app.scan.scan import Scan, View, ViewName

_CHOSEN = 4
"""Templates that vote."""
_CORES = 2
POOR_FIT = 0.8
"""Likeness under which a fit is called poor; simulated scans have 0.96, five real ones 0.88 to 0.94."""
NO_SKELETON = 0.5
"""Likeness under which nothing is mapped; noise, a disc and a body upside down stay below 0.2."""
_PLAINLY_BETTER = 0.85
"""A body is taken to run out of the image when that brings the templates so much nearer."""


@dataclass(frozen=True, eq=False)
class _Framed:
    view: View
    body: Mask
    frame: BodyFrame
    look: FramedView
    away: NDArray[np.float64]


def fit_bones(scan: Scan) -> FittedBones:
    """The bone regions of every view on which a body is seen; `notes` say what to take with care."""
    known = templates()
    placed = _placed(scan, known)
    with ThreadPoolExecutor(_CORES) as pool:
        chosen = _nearest(placed)
        jobs = {
            name: [pool.submit(_voice, each, known, number) for number in chosen]
            for name, each in placed.items()
        }
        votes = {
            name: pool.submit(_vote, placed[name], [job.result() for job in jobs[name]]) for name in jobs
        }
        found = {name: job.result() for name, job in votes.items()}
    return _fitted(scan, known, found)


def _placed(scan: Scan, known: Templates) -> dict[ViewName, _Framed]:
    """Each view in its best frame; those without a body are left out."""
    ways: dict[tuple[float, float], dict[ViewName, _Framed]] = {}
    for view in scan.views:
        body = body_of(view)
        if body is None:
            continue
        for key, frame in frames_of(view, body):
            look = framed(view.counts, body.mask, frame)
            way = _Framed(view, body.mask, frame, look, known.distances(view.name, look))
            ways.setdefault(key, {})[view.name] = way
    if not ways:
        return {}
    whole = ways.pop((1.0, 0.0))
    best = min((way for way in ways.values() if len(way) == len(whole)), key=_least, default=whole)
    return best if _least(best) < _PLAINLY_BETTER * _least(whole) else whole


def _least(way: Mapping[ViewName, _Framed]) -> float:
    return float(np.sum([each.away for each in way.values()], axis=0).min())


def _nearest(placed: Mapping[ViewName, _Framed]) -> list[int]:
    if not placed:
        return []
    away = np.sum([each.away for each in placed.values()], axis=0)
    numbers: list[int] = away.argsort(kind="stable")[:_CHOSEN].tolist()
    return numbers


def _voice(each: _Framed, known: Templates, number: int) -> Voice:
    picture = known.picture(number, each.view.name)
    # what the camera did not see pulls nowhere
    fixed: Picture = np.where(each.look.seen, each.look.picture, picture)
    return Voice.of(picture, displacement(fixed, picture), known.label(number, each.view.name))


def _vote(each: _Framed, voices: list[Voice]) -> BoneVote:
    return vote(each.look, voices, each.frame, each.body)


def _fitted(scan: Scan, known: Templates, found: Mapping[ViewName, BoneVote]) -> FittedBones:
    """Keep what looks like a skeleton, and say how well it fits."""
    good = {name: each for name, each in found.items() if each.likeness >= NO_SKELETON}
    said = ", ".join(f"{each.likeness:.2f} {name.value}" for name, each in good.items())
    notes = (
        [f"bone regions fitted to the scan, not drawn: likeness {said}; from {known.title}"] if good else []
    )
    for view in scan.views:
        if view.name not in good:
            notes.append(f"no bone regions on the {view.name.value} view: no body is recognised on it")
        elif (likeness := good[view.name].likeness) < POOR_FIT:
            notes.append(
                f"poor fit of the bone regions on the {view.name.value} view ({likeness:.2f}): "
                "BSI, PABS and the regions of its lesions are doubtful"
            )
    return FittedBones(
        {name: each.codes for name, each in good.items()},
        {name: each.likeness for name, each in good.items()},
        tuple(notes),
    )
