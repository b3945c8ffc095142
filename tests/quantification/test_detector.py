"""The detector without a model finds what is hot for its place, and leaves normal bodies mostly alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.annotation.geometry import contains
from app.quantification.bone_atlas import COLS, ROWS
from app.quantification.detector import detect, look
from app.quantification.usual_uptake import encoded, usual_on, usual_uptake
from app.scan.scan import Scan, View, ViewName
from tests.learning.toy_scans import SPOTS, toy_scan

ANT = ViewName.ANTERIOR


def test_hot_spots_are_found_and_those_seen_from_both_sides_are_one_lesion() -> None:
    regions = detect(toy_scan(1, ill=True))
    for row, col in SPOTS:
        holding = [r for r in regions if r.view is ANT and contains(r.vertices, col + 0.5, row + 0.5)]
        assert len(holding) == 1
    lesions = [{r.view for r in regions if r.lesion == one.lesion} for one in regions]
    assert set(ViewName) in lesions
    assert {region.label for region in regions} == {"equivocal"}


def test_counts_ten_times_as_high_are_the_same_scan() -> None:
    scan = toy_scan(1, ill=True)
    assert scan.anterior is not None
    brighter = replace(scan.anterior, counts=scan.anterior.counts * np.float32(10))
    few = detect(Scan("a", scan.anterior))
    many = detect(Scan("b", brighter))
    assert len(many) >= len(few) >= 3  # the noise is less, what stands out is the same
    for row, col in SPOTS:
        assert any(contains(region.vertices, col + 0.5, row + 0.5) for region in many)


def test_an_empty_view_and_a_missing_one_have_nothing() -> None:
    assert detect(Scan("none")) == []
    assert detect(Scan("air", View(ANT, np.zeros((1024, 256), np.float32)))) == []
    assert look(View(ANT, np.zeros((64, 64), np.float32))) is None


def test_the_table_of_usual_uptake_keeps_its_values_within_3_percent() -> None:
    ratios = np.array([0.06, 0.5, 1.0, 7.0, 50.0], np.float32)
    back = np.exp2((encoded(ratios).astype(np.float32) - 110) / 25)
    assert back == pytest.approx(ratios, rel=0.03)
    assert usual_uptake().shape == (2, ROWS, COLS)


def test_the_table_lies_on_the_body_alone() -> None:
    body = np.zeros((1024, 256), np.bool_)
    body[100:900, 60:200] = True
    laid = usual_on(ANT, body, 130.0)
    assert (laid[~body] == 1).all()
    assert laid[body].max() > 2
