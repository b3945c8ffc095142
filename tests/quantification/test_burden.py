from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.annotation.annotation import Annotation
from app.annotation.region import Region
from app.quantification.burden import burden_of
from app.scan.scan import Scan, View, ViewName
from app.scan.window import Levels
from tests.quantification.indices import bstbi_count

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
LEVELS = Levels(0, 100)


def box(view: ViewName, x: int, y: int, side: int, label: str = "metastasis", lesion: str = "a") -> Region:
    corners = np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], float)
    return Region(view, corners, label=label, lesion=lesion)


def a_scan(**fields: object) -> Scan:
    counts = np.zeros((120, 80), np.float32)
    counts[10:110, 15:65] = 20
    views = [View(view, counts.copy(), (2.0, 2.0)) for view in ViewName]
    return Scan("case-1", *views, **fields)  # type: ignore[arg-type]


MARKED = Annotation(
    "case-1",
    "R1",
    (
        box(ANT, 20, 20, 6),
        box(POST, 54, 20, 6),
        box(ANT, 30, 60, 4, lesion="b"),
        box(ANT, 36, 90, 8, "bladder", "c"),
        box(POST, 36, 90, 8, "bladder", "d"),
        box(ANT, 50, 40, 5, "degenerative", "e"),
    ),
)


def test_only_metastases_are_burden_and_a_lesion_on_both_views_counts_once() -> None:
    burden = burden_of(a_scan(), MARKED, LEVELS)
    assert burden.lesion_count == 2
    assert burden.eod == 1
    assert [(row.lesion, row.view) for row in burden.lesions] == [(1, ANT), (2, ANT), (1, POST)]
    assert burden.values["bsla_cm2"] == pytest.approx((36 + 16 + 36) * 0.04)


def test_each_view_has_its_index_and_the_patient_their_mean() -> None:
    scan = a_scan()
    burden = burden_of(scan, MARKED, LEVELS)
    masks = {view: np.zeros((120, 80), bool) for view in ("lesion", "bladder")}
    masks["lesion"][20:26, 20:26] = masks["lesion"][60:64, 30:34] = True
    masks["bladder"][90:98, 36:44] = True
    assert scan.anterior is not None
    expected = bstbi_count(scan.anterior.counts, masks["lesion"], masks["bladder"])
    assert burden.bstbi_count.anterior == pytest.approx(expected)
    assert burden.bstbi_count.posterior is not None
    assert burden.bstbi_count.mean == pytest.approx((expected + burden.bstbi_count.posterior) / 2)
    assert min(expected, burden.bstbi_count.posterior) < burden.bstbi_count.pooled < expected


def test_without_a_bone_map_bsi_is_absent_and_says_why() -> None:
    burden = burden_of(a_scan(), MARKED, LEVELS)
    assert burden.index is None
    assert burden.values["pabs_percent"] is None
    assert any("no bone region map" in doubt for doubt in burden.validity)


def test_with_a_bone_map_bones_are_named_and_weighed() -> None:
    bones = {view: np.full((120, 80), 5, np.uint8) for view in ViewName}
    burden = burden_of(a_scan(), MARKED, LEVELS, bones)
    assert burden.index is not None
    assert burden.index.percent == pytest.approx(2.7 * (36 + 16 + 36) / (2 * 120 * 80))
    assert all(row.regions == ("lumbar spine",) for row in burden.lesions)


@pytest.mark.parametrize("flag", ["lossy", "display_only"])
def test_what_is_no_count_is_not_measured(flag: str) -> None:
    burden = burden_of(a_scan(**{flag: True}), MARKED, LEVELS)
    assert burden.bstbi_count.mean is None
    assert burden.bstbi_display.mean is None
    assert burden.values["bslai"] is None
    assert all(row.statistics is None for row in burden.lesions)
    assert burden.values["bsla_cm2"] is not None
    assert any("no count is measured" in doubt for doubt in burden.validity)


def test_a_missing_bladder_spacing_or_view_is_told() -> None:
    scan = a_scan()
    assert scan.anterior is not None
    alone = replace(scan, posterior=None, anterior=View(ANT, scan.anterior.counts))
    without = Annotation("case-1", "", (box(ANT, 20, 20, 6),))
    burden = burden_of(alone, without, LEVELS)
    said = " ".join(burden.validity)
    assert "no posterior view" in said
    assert "no spacing" in said
    assert "no bladder mask on the anterior view" in said
    assert burden.values["bsla_cm2"] is None
    assert burden.bstbi_count.posterior is None


def test_a_point_is_a_lesion_without_area() -> None:
    point = Annotation("case-1", "", (Region(ANT, np.array([[30.0, 30.0]]), lesion="p"),))
    burden = burden_of(a_scan(), point, LEVELS)
    assert burden.lesion_count == 1
    assert burden.lesions[0].statistics is None
    assert any("points" in doubt for doubt in burden.validity)


def test_a_clean_scan_has_no_burden() -> None:
    burden = burden_of(a_scan(), Annotation("case-1"), LEVELS)
    assert (burden.bstbi_count.mean, burden.eod, burden.lesion_count, burden.values["bslai"]) == (0, 0, 0, 0)
