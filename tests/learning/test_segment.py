"""From drawn planes to labels: classes, thresholds, bones, and agreement with the model's own call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app import paths
from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.masks import label_mask
from app.annotation.region import RegionSource
from app.errors import AppError
from app.learning.frame import Floats
from app.learning.prediction import Prediction
from app.learning.recipe import Task
from app.learning.segment import drawing_model, drawn_threshold, segmented
from app.learning.weights import InstalledModel
from app.model_identity import ModelIdentity
from app.scan.scan import Scan, ViewName
from tests.learning.toy_scans import SPOTS, toy_scan

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


@pytest.fixture(autouse=True)
def nothing_shipped(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the models that a test installs are there."""
    folder = tmp_path_factory.mktemp("shipped")
    monkeypatch.setattr(paths, "model_weights", lambda: folder)


MODEL = InstalledModel(
    "toy", "3", "", "unet", Task.SEGMENT, Path(), {}, (1, 8, 8), 0.4, "simulated scans", "", (METASTASIS,),
    facts={"weights": 1},
)  # fmt: skip


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> InstalledModel:
    monkeypatch.setattr(InstalledModel, "weights_sha256", "abc")
    return MODEL


@pytest.fixture
def scan() -> Scan:
    return toy_scan(1, ill=True)


def spots(value: float, radius: float = 6, view: ViewName = ANT) -> Floats:
    plane = np.zeros((1024, 256), np.float32)
    rows, cols = np.mgrid[0:1024, 0:256]
    for row, col in SPOTS:
        at = col if view is ANT else 255 - col
        plane[np.hypot(rows - row, cols - at) < radius] = value
    return plane


def said(probability: float = 0.9, **planes: dict[ViewName, Floats]) -> Prediction:
    return Prediction(
        "TOY-1",
        ModelIdentity("toy", "3", "simulated scans", "abc"),
        probability,
        0.4,
        0.1,
        "cpu",
        planes=planes,
    )


def test_each_focus_is_a_region_with_its_bone_and_both_views_are_one_lesion(
    model: InstalledModel, scan: Scan
) -> None:
    labels = segmented(said(metastasis={ANT: spots(0.8), POST: spots(0.7, view=POST)}), scan, model)
    regions = labels.annotation.regions
    assert len(regions) == 6
    assert len({region.lesion for region in regions}) == 3
    assert {region.source for region in regions} == {RegionSource.AI}
    assert all(region.bone for region in regions)
    mask = label_mask(labels.annotation, ANT, METASTASIS, (1024, 256))
    assert np.array_equal(mask, spots(0.8) > 0.5)
    assert labels.made_by is not None
    assert labels.made_by.model.simulated
    assert "trained on simulated scans" in labels.notes[0]


def test_what_two_planes_claim_goes_to_the_likelier_one(model: InstalledModel, scan: Scan) -> None:
    labels = segmented(said(metastasis={ANT: spots(0.6)}, benign={ANT: spots(0.8)}), scan, model)
    assert {region.label for region in labels.annotation.regions} == {"other benign"}
    labels = segmented(said(metastasis={ANT: spots(0.8)}, benign={ANT: spots(0.6)}), scan, model)
    assert {region.label for region in labels.annotation.regions} == {METASTASIS}


def test_a_gated_drawing_agrees_with_the_models_call(model: InstalledModel, scan: Scan) -> None:
    normal = said(0.1, metastasis={ANT: spots(0.8)}, bladder={ANT: spots(0.9)})
    gated = segmented(normal, scan, model, gated=True)
    assert {region.label for region in gated.annotation.regions} == {BLADDER}
    assert "called the scan normal" in gated.notes[1]
    free = segmented(normal, scan, model)
    assert {region.label for region in free.annotation.regions} == {BLADDER, METASTASIS}
    drawing_only = segmented(normal, scan, replace(model, classifies=False), gated=True)
    assert METASTASIS in {region.label for region in drawing_only.annotation.regions}


def test_the_registry_may_say_from_which_probability_on_pixels_are_drawn(
    model: InstalledModel, scan: Scan
) -> None:
    strict = replace(model, facts={"drawn_thresholds": {"metastasis": 0.85}})
    assert drawn_threshold(strict) == 0.85
    assert drawn_threshold(strict, "bladder") == 0.5
    assert not segmented(said(metastasis={ANT: spots(0.8)}), scan, strict).annotation.regions
    assert drawn_threshold(replace(model, facts={"drawn_thresholds": {"metastasis": "x"}})) == 0.5


def test_without_a_model_that_draws_the_sentence_says_what_to_do() -> None:
    with pytest.raises(AppError, match="models add"):
        drawing_model()
