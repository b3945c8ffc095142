"""The bending of one picture onto another, beside ITK's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.quantification.registration.demons import BODY_LEVELS, displacement, warped
from app.quantification.registration.frame import BodyFrame
from app.quantification.registration.picture import resampled
from app.quantification.registration.templates import templates
from app.scan.scan import ViewName

Image = NDArray[np.float32]


def two_bodies(number: int) -> tuple[Image, Image]:
    known = templates()
    return known.picture(number, ViewName.ANTERIOR), known.picture(number + 10, ViewName.ANTERIOR)


def itk(fixed: Image, moving: Image) -> Image:
    """ITK's fast symmetric forces demons at the same levels."""
    sitk = pytest.importorskip("SimpleITK")
    still, other = sitk.GetImageFromArray(fixed), sitk.GetImageFromArray(moving)

    def on(grid: object, field: object) -> object:
        return sitk.Resample(
            field, grid, sitk.Transform(), sitk.sitkLinear, 0.0, sitk.sitkVectorFloat64, True
        )

    field = None
    for shrink, iterations, smoothing in BODY_LEVELS:
        pair = [
            sitk.Shrink(sitk.SmoothingRecursiveGaussian(each, shrink / 2), [shrink, shrink])
            for each in (still, other)
        ]
        demons = sitk.FastSymmetricForcesDemonsRegistrationFilter()
        demons.SetNumberOfIterations(iterations)
        demons.SetSmoothDisplacementField(True)
        demons.SetStandardDeviations(smoothing)
        field = demons.Execute(*pair) if field is None else demons.Execute(*pair, on(pair[0], field))
    return np.asarray(sitk.GetArrayFromImage(on(still, field)), np.float32)


@pytest.mark.parametrize("number", [0, 3, 7])
def test_one_body_is_bent_onto_another_as_itk_bends_it(number: int) -> None:
    fixed, moving = two_bodies(number)
    ours, theirs = displacement(fixed, moving), itk(fixed, moving)
    for axis in (0, 1):
        assert np.corrcoef(ours[..., axis].ravel(), theirs[..., axis].ravel())[0, 1] > 0.98
    unlike = [float(((fixed - each) ** 2).mean()) for each in (moving, warped(moving, theirs))]
    left = float(((fixed - warped(moving, ours)) ** 2).mean())
    assert left < 0.9 * unlike[0]
    assert left < 1.15 * unlike[1]


def test_a_body_stays_where_it_is_on_itself() -> None:
    body, _ = two_bodies(1)
    assert np.abs(displacement(body, body)).max() < 1e-6


def test_a_moved_body_is_moved_back() -> None:
    body, _ = two_bodies(2)
    steps = displacement(np.roll(body, (3, -2), axis=(0, 1)), body)
    inside = np.roll(body, (3, -2), axis=(0, 1)) > 0
    assert np.median(steps[inside], axis=0) == pytest.approx((2, -3), abs=0.3)


def test_an_image_brought_into_a_frame_and_back_is_the_image() -> None:
    body, _ = two_bodies(4)
    frame = BodyFrame(np.array([[0.5, 0.02], [0.0, 0.5]]), np.array([1.5, 2.25]))
    fine = resampled(body, frame, (440, 180))
    back = resampled(fine, frame.inverse, (200, 80))
    assert np.abs(back[5:, 5:] - body[:200, :80][5:, 5:]).mean() < 0.02
