"""The colours of the standard palettes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from app.scan.palettes import PALETTES, palette


@pytest.mark.parametrize("name", PALETTES)
def test_every_palette_has_256_colours_from_black_to_white(name: str) -> None:
    colours = palette(name)
    assert colours.shape == (256, 3)
    assert colours.dtype == np.uint8
    assert colours[0].tolist() == [0, 0, 0]
    assert colours[-1].tolist() == [255, 255, 255]


def test_hot_iron_is_red_in_the_middle() -> None:
    assert palette("hot iron")[128].tolist() == [255, 0, 0]


def test_pet_20_step_has_twenty_colours() -> None:
    assert len(np.unique(palette("PET 20 step"), axis=0)) == 20


def test_a_palette_cannot_be_changed_by_who_uses_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        palette("grey")[0] = 7


def test_an_unknown_palette_is_an_error() -> None:
    with pytest.raises(KeyError):
        palette("rainbow")


def test_grey_needs_no_dicom_library() -> None:
    code = "import sys; import app.scan.palettes as p; p.palette('grey'); sys.exit('pydicom' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
