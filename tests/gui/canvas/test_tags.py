"""Numbers of lesions cover no lesion and no other number."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.gui.canvas.tags import tag_places

SIZE = (14.0, 12.0)
outlines = st.lists(
    st.tuples(st.floats(0, 300), st.floats(0, 300), st.floats(2, 60), st.floats(2, 60)),
    min_size=1,
    max_size=40,
)


def boxes(drawn: list[tuple[float, float, float, float]]) -> np.ndarray:
    return np.array([(x, y, x + width, y + height) for x, y, width, height in drawn])


def overlap(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


@given(outlines)
@settings(max_examples=80, deadline=None)
def test_a_number_covers_no_outline_and_no_other_number(
    drawn: list[tuple[float, float, float, float]],
) -> None:
    there = boxes(drawn)
    places = tag_places(there, np.array([SIZE] * len(there)))
    tags = [np.array((*place, place[0] + SIZE[0], place[1] + SIZE[1])) for place in places if place]
    for at, tag in enumerate(tags):
        assert not any(overlap(tag, outline) for outline in there)
        assert not any(overlap(tag, other) for other in tags[:at])


def test_a_lesion_alone_has_its_number_above_on_the_right() -> None:
    (place,) = tag_places(boxes([(100, 100, 20, 20)]), np.array([SIZE]))
    assert place is not None
    assert place[0] > 120
    assert place[1] < 100


def test_what_is_taken_is_not_covered() -> None:
    wall = np.array([(118.0, 60.0, 400.0, 400.0)])
    (place,) = tag_places(boxes([(100, 100, 15, 20)]), np.array([SIZE]), wall)
    assert place is not None
    assert place[0] + SIZE[0] <= 118
