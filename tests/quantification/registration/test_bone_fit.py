from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.quantification.bones import bone_table
from app.quantification.bsi import BoneMap
from app.quantification.registration.bone_fit import fit_bones
from app.scan.scan import Scan, View, ViewName
from tests.quantification.registration.simulated import SPACING, ill_patient

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
Change = Callable[[NDArray[np.generic]], NDArray[np.generic]]


def overlap(found: BoneMap, truth: BoneMap, view: ViewName) -> float:
    """Mean Dice of the larger regions that count on the view."""
    each = []
    for bone in bone_table().bones:
        ours, theirs = found == bone.code, truth == bone.code
        if view in bone.views and theirs.sum() > 150:
            each.append(2 * (ours & theirs).sum() / (ours.sum() + theirs.sum()))
    return float(np.mean(each))


def changed(
    how: Change, spacing: tuple[float, float] | None = SPACING
) -> tuple[Scan, dict[ViewName, BoneMap]]:
    scan, truth = ill_patient()
    views = [
        View(view.name, np.ascontiguousarray(how(view.counts), np.float32), spacing) for view in scan.views
    ]
    return replace(scan, anterior=views[0], posterior=views[1]), {
        view: np.ascontiguousarray(how(codes), np.uint8) for view, codes in truth.items()
    }


def tilted(image: NDArray[np.generic]) -> NDArray[np.generic]:
    """Sheared: six columns to the side for every hundred rows."""
    return np.stack([np.roll(row, round(0.06 * (number - 512))) for number, row in enumerate(image)])


CHANGES: dict[str, tuple[Change, float]] = {
    "as it is": (lambda image: image, 0.8),
    "half the matrix": (lambda image: image[::2, ::2], 0.8),
    "without the head": (lambda image: image[150:], 0.75),
    "without the legs": (lambda image: image[:600], 0.75),
    "arms cut off": (lambda image: image[:, 60:196], 0.75),
    "tilted": (tilted, 0.75),
}


@pytest.mark.parametrize("name", CHANGES)
def test_bones_are_found(name: str) -> None:
    how, least = CHANGES[name]
    scan, truth = changed(how, (4.52, 4.52) if name == "half the matrix" else SPACING)
    fitted = fit_bones(scan)
    for view in ViewName:
        assert overlap(fitted.maps[view], truth[view], view) >= least
        assert fitted.quality[view] > 0.9


def test_one_view_is_enough_and_nothing_is_said_of_the_other() -> None:
    scan, truth = ill_patient()
    fitted = fit_bones(replace(scan, anterior=None))
    assert set(fitted.maps) == {POST}
    assert overlap(fitted.maps[POST], truth[POST], POST) > 0.75


def test_a_scan_without_spacing_has_the_same_bones() -> None:
    scan, _ = ill_patient()
    without, _ = changed(lambda image: image, None)
    with_, found = fit_bones(scan), fit_bones(without)
    assert all(np.array_equal(with_.maps[view], found.maps[view]) for view in ViewName)


def test_left_and_right_are_the_patients_on_both_views() -> None:
    scan, _ = ill_patient()
    fitted = fit_bones(scan)
    right = next(bone.code for bone in bone_table().bones if bone.title == "femur right")
    middle = {view: np.nonzero(codes)[1].mean() for view, codes in fitted.maps.items()}
    columns = {view: np.nonzero(codes == right)[1].mean() for view, codes in fitted.maps.items()}
    assert columns[ANT] < middle[ANT]
    assert columns[POST] > middle[POST]


def test_the_notes_say_that_it_was_fitted_and_how_well() -> None:
    fitted = fit_bones(ill_patient()[0])
    assert len(fitted.notes) == 1
    assert fitted.notes[0].startswith("bone regions fitted to the scan, not drawn: likeness 0.9")
    assert "simulated templates" in fitted.notes[0]


def noise(image: NDArray[np.generic]) -> NDArray[np.generic]:
    return np.random.default_rng(1).poisson(5, image.shape)


@pytest.mark.parametrize(
    "how", [lambda image: image[::-1], noise, lambda image: image * 0], ids=["upside down", "noise", "blank"]
)
def test_what_is_no_upright_body_gets_no_map_and_a_note(how: Change) -> None:
    fitted = fit_bones(changed(how)[0])
    assert not fitted.maps
    assert fitted.notes == tuple(
        f"no bone regions on the {view.value} view: no body is recognised on it" for view in ViewName
    )
