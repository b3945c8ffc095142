"""What can be done to an annotation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotation import edits
from app.annotation.annotation import Annotation
from app.annotation.geometry import area, to_mask
from app.annotation.region import Region, RegionSource
from app.errors import AppError
from app.scan.scan import ViewName

SIZE = (256, 1024)
ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SQUARE = np.array([[100, 100], [120, 100], [120, 120], [100, 120]], np.float64)


@pytest.fixture
def one() -> Annotation:
    return edits.add(Annotation("c1", "R1"), Region(ANT, SQUARE, rating=80), SIZE)


def test_an_edit_leaves_the_annotation_it_started_from(one: Annotation) -> None:
    uuid = one.regions[0].uuid
    moved = edits.move(one, uuid, 5, 7, SIZE)
    assert np.array_equal(one.regions[0].vertices, SQUARE)
    assert np.array_equal(moved.regions[0].vertices, SQUARE + np.array([5, 7]))
    assert moved.regions[0].uuid == uuid
    assert moved.case == "c1"


def test_a_region_drawn_over_the_edge_ends_at_the_edge() -> None:
    drawn = edits.add(Annotation(), Region(ANT, SQUARE + np.array([146, 0])), SIZE)
    assert drawn.regions[0].vertices.max(axis=0).tolist() == [256, 120]


def test_a_point_is_added_as_a_point() -> None:
    drawn = edits.add(Annotation(), Region(ANT, [[300, 5]]), SIZE)
    assert drawn.regions[0].vertices.tolist() == [[256, 5]]
    assert drawn.regions[0].is_point


def test_a_bad_outline_is_refused() -> None:
    with pytest.raises(AppError, match="three vertices"):
        edits.add(Annotation(), Region(ANT, SQUARE[:2]), SIZE)


def test_a_region_can_be_removed_and_changed(one: Annotation) -> None:
    uuid = one.regions[0].uuid
    assert edits.remove(one, uuid).regions == ()
    changed = edits.change(one, uuid, label="fracture", rating=20.0)
    assert (changed.regions[0].label, changed.regions[0].rating) == ("fracture", 20.0)
    for edit in (edits.remove, edits.change):
        with pytest.raises(KeyError):
            edit(one, "no such region")


@given(st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_a_moved_region_keeps_its_shape_and_stays_on_the_image(dx: float, dy: float) -> None:
    start = edits.add(Annotation(), Region(ANT, SQUARE), SIZE)
    moved = edits.move(start, start.regions[0].uuid, dx, dy, SIZE).regions[0].vertices
    assert np.allclose(np.ptp(moved, axis=0), 20)
    assert (moved >= -1e-9).all()
    assert (moved <= np.array(SIZE) + 1e-9).all()


def test_vertices_can_be_moved_added_and_removed(one: Annotation) -> None:
    uuid = one.regions[0].uuid
    assert edits.move_vertex(one, uuid, 2, 130, 125, SIZE).regions[0].vertices[2].tolist() == [130, 125]
    more = edits.insert_vertex(one, uuid, 3, 95, 110, SIZE)
    assert more.regions[0].vertices[4].tolist() == [95, 110]
    triangle = edits.remove_vertex(one, uuid, 0, SIZE)
    assert len(triangle.regions[0].vertices) == 3
    with pytest.raises(AppError, match="three vertices"):
        edits.remove_vertex(triangle, uuid, 0, SIZE)


def test_a_vertex_pulled_through_the_other_side_is_refused(one: Annotation) -> None:
    with pytest.raises(AppError, match="crosses itself"):
        edits.move_vertex(one, one.regions[0].uuid, 0, 140, 111, SIZE)


def test_an_accepted_ai_region_is_remembered_as_edited() -> None:
    start = edits.add(Annotation(), Region(ANT, SQUARE, source=RegionSource.AI_ACCEPTED), SIZE)
    uuid = start.regions[0].uuid
    assert edits.change(start, uuid, label="fracture").regions[0].source is RegionSource.AI_ACCEPTED
    assert edits.move(start, uuid, 1, 0, SIZE).regions[0].source is RegionSource.AI_EDITED


def test_the_mirrored_copy_is_the_same_lesion_on_the_other_view(one: Annotation) -> None:
    both = edits.mirror(one, one.regions[0].uuid, SIZE, SIZE)
    first, copy = both.regions
    assert copy.view is POST
    assert copy.lesion == first.lesion
    assert copy.uuid != first.uuid
    assert sorted(copy.vertices[:, 0]) == sorted(256 - first.vertices[:, 0])
    assert both.lesion_numbers == {first.lesion: 1}
    back = edits.mirror(both, copy.uuid, SIZE, SIZE).regions[-1]
    assert np.allclose(back.vertices, first.vertices)


def test_a_split_region_leaves_no_pixel_out(one: Annotation) -> None:
    uuid = one.regions[0].uuid
    parts = edits.split(one, uuid, (90, 105), (130, 111)).regions
    assert len(parts) == 2
    assert {part.lesion for part in parts} == {one.regions[0].lesion}
    assert sum(area(part.vertices) for part in parts) == pytest.approx(400)
    masks = [to_mask(part.vertices, (1024, 256)).astype(int) for part in parts]
    assert np.array_equal(sum(masks), to_mask(SQUARE, (1024, 256)))


def test_a_line_that_misses_does_not_split(one: Annotation) -> None:
    with pytest.raises(AppError, match="does not cut"):
        edits.split(one, one.regions[0].uuid, (0, 0), (50, 50))


def test_lesions_are_numbered_in_the_order_they_were_found() -> None:
    regions = tuple(
        Region(view, SQUARE, lesion=name) for view, name in [(ANT, "a"), (POST, "b"), (POST, "a")]
    )
    annotation = Annotation(regions=regions)
    assert annotation.lesion_numbers == {"a": 1, "b": 2}
    assert annotation.on(POST) == regions[1:]
    assert regions[0].uuid in annotation
    assert "nobody" not in annotation
