"""The box of the patient: what can be seen is never outside, air is."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scan.body_box import WHOLE, body_box
from app.scan.scan import View, ViewName

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


def body(rows: int = 400, cols: int = 200) -> np.ndarray:
    image = np.zeros((rows, cols), np.float32)
    image[80:240, 60:140] = 20
    return image


def test_the_air_around_the_patient_is_outside() -> None:
    box = body_box([View(ANT, body()), View(POST, body())], upper=100)
    assert 0.1 < box.left < 0.3
    assert 0.7 < box.right < 0.9
    assert 0.1 < box.top < 0.2
    assert 0.6 < box.bottom < 0.7


def test_a_scan_without_counts_is_shown_whole() -> None:
    assert body_box([View(ANT, np.zeros((400, 200), np.float32))], upper=1) == WHOLE


@given(st.integers(4, 395), st.integers(4, 195), st.sampled_from((ANT, POST)))
@settings(max_examples=60, deadline=None)
def test_a_focus_that_can_be_seen_is_inside_on_either_view(row: int, col: int, side: ViewName) -> None:
    views = {ANT: body(), POST: body()}
    views[side][row - 4 : row + 4, col - 4 : col + 4] = 30
    box = body_box([View(name, counts) for name, counts in views.items()], upper=100)
    across = col / 200 if side is ANT else 1 - col / 200
    assert box.left <= across <= box.right
    assert box.top <= row / 400 <= box.bottom
