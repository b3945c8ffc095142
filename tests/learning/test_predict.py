"""Predictions through an installed model's graph: right, the same in any batch, refused in one sentence."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.learning.predict import DRAWN, open_predictor
from app.scan.scan import Scan, View, ViewName
from tests.learning.tiny import install_tiny, tiny_recipes
from tests.learning.toy_scans import SPOTS, toy_scan

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def known_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_recipes(monkeypatch)


def block_scan(ill: bool) -> Scan:
    """Both views even, the anterior one of an ill patient with a hot block."""
    front, back = np.full((2, 1024, 256), 20.0, np.float32)
    if ill:
        front[300:340, 100:120] = 400.0
    views = (View(name, counts, (2.26, 2.26)) for name, counts in zip(ViewName, (front, back), strict=True))
    return Scan("BLOCK", *views)


def with_counts(scan: Scan, counts: np.ndarray) -> Scan:
    assert scan.anterior is not None
    return replace(scan, anterior=View(ViewName.ANTERIOR, counts.astype(np.float32), (2.26, 2.26)))


def test_an_ill_scan_is_called_and_the_attention_lies_on_its_lesions() -> None:
    predictor = open_predictor(install_tiny())
    ill, healthy = predictor.predict(block_scan(ill=True)), predictor.predict(block_scan(ill=False))
    assert (ill.call, healthy.call) == (True, False)
    assert (ill.device, ill.model.training_data, ill.attention_method) == ("cpu", "nothing (tests)", DRAWN)
    front = ill.attention[ViewName.ANTERIOR]
    assert front.shape == (1024, 256)
    assert 0.0 <= front.min() <= front.max() <= 1.0
    row, col = np.unravel_index(int(front.argmax()), front.shape)
    assert (290 <= row < 350, 90 <= col < 130) == (True, True)
    assert len(ill.model.weights_sha256) == 64
    assert ill.seconds > 0


def test_a_batch_says_what_single_scans_say_in_their_order() -> None:
    predictor = open_predictor(install_tiny())
    scans = [toy_scan(seed, seed % 2 == 1) for seed in range(5)]
    single = [predictor.predict(scan, attention=False, planes=False) for scan in scans]
    ready = [predictor.ready(scan) for scan in scans]
    many = predictor.answer(ready, attention=False, planes=False)
    assert [one.case for one in many] == [scan.case for scan in scans]
    assert [one.probability for one in many] == pytest.approx([one.probability for one in single], abs=1e-6)
    assert not any(one.attention or one.planes for one in many)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (np.where(np.arange(256) < 3, np.nan, toy_scan(1, True).views[0].counts), "no numbers"),
        (np.zeros((1024, 256)), "is empty"),
        (np.ones((32, 20)), "32 × 20 pixels: too small"),
    ],
)
def test_counts_that_no_model_can_use_are_one_sentence(counts: np.ndarray, said: str) -> None:
    predictor = open_predictor(install_tiny())
    with pytest.raises(AppError, match=f"anterior view of TOY-1 .*{said}"):
        predictor.predict(with_counts(toy_scan(1, True), counts))


def test_a_scan_without_any_view_is_refused() -> None:
    with pytest.raises(AppError, match="TOY-1 has no view"):
        open_predictor(install_tiny()).predict(Scan("TOY-1"))


def test_a_recipe_that_needs_both_views_says_which_is_missing() -> None:
    from app.learning.recipes.pair_input import hsieh2021_input

    with pytest.raises(AppError, match=r"TOY-1 has no posterior view"):
        hsieh2021_input(replace(toy_scan(1, True), posterior=None))


def test_a_net_without_a_map_of_its_own_is_explained_by_gradients_on_demand() -> None:
    predictor = open_predictor(install_tiny(kind="hidden"))
    plain = predictor.predict(toy_scan(1, True), attention=False)
    shown = predictor.predict(toy_scan(1, True))
    assert (plain.attention_method, shown.attention_method) == ("", "Grad-CAM, layer body")
    assert shown.probability == pytest.approx(plain.probability, abs=1e-6)
    assert max(float(maps.max()) for maps in shown.attention.values()) == pytest.approx(1.0, abs=0.05)
    assert predictor.notes == []


def test_hiding_parts_of_a_scan_points_at_what_the_answer_rests_on() -> None:
    predictor = open_predictor(install_tiny())
    hidden = predictor.occlusion(toy_scan(1, True), size=6, step=3)
    row, col = np.unravel_index(int(hidden[ViewName.ANTERIOR].argmax()), (1024, 256))
    assert min(np.hypot(row - r, col - c) for r, c in (*SPOTS, (500, 128))) < 90


def test_an_input_of_another_size_than_the_models_is_one_sentence() -> None:
    model = replace(install_tiny(), input=(1, 512, 512))
    with pytest.raises(AppError, match=r"takes 1 × 512 × 512.*train it again"):
        open_predictor(model).predict(toy_scan(1, True))


def test_a_device_that_is_not_there_is_named() -> None:
    model = install_tiny()
    with pytest.raises(AppError, match=r"There is no|no cuda device"):
        open_predictor(model, "cuda")
    with pytest.raises(AppError, match="tpu is no device"):
        open_predictor(model, "tpu")


def test_a_prediction_loads_neither_torch_nor_monai(tmp_path: Path) -> None:
    install_tiny(as_recipe="scintiread", size=(480, 128))
    code = (
        "import sys, numpy as np\n"
        "from app.learning.predict import open_predictor\n"
        "from app.learning.weights import find_model\n"
        "from app.scan.scan import Scan, View, ViewName\n"
        "counts = np.ones((1024, 256), np.float32)\n"
        "scan = Scan('x', View(ViewName.ANTERIOR, counts), View(ViewName.POSTERIOR, counts.copy()))\n"
        "open_predictor(find_model('tiny')).predict(scan)\n"
        "print(sorted({'torch', 'monai', 'onnx', 'lightning'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr


def test_no_recipe_loads_torch_before_it_builds_a_net() -> None:
    code = (
        "import sys\nfrom app.learning.recipes import RECIPES, recipe_named\n"
        "[recipe_named(name) for name, _ in RECIPES]\n"
        "print(sorted({'torch', 'monai'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
