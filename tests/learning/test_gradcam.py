"""Grad-CAM against captum and by hand; which nets need no gradient; what hiding and random weights show."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam

from app.errors import AppError
from app.learning.cam import constant_slope
from app.learning.gradcam import Method, attention_of, layer_of
from app.learning.occlusion import occlusion_map
from app.learning.recipe import Recipe
from app.learning.sanity import randomisation
from app.learning.torch_engine import TorchEngine
from app.learning.weight_files import save_weights
from tests.learning.tiny import COLS, ROWS, Tiny, inputs, net_of

KINDS: list[Recipe] = [Tiny("pooled"), Tiny("hidden")]


@pytest.mark.parametrize("recipe", KINDS, ids=lambda each: each.kind)
def test_grad_cam_is_captums(recipe: Tiny) -> None:
    net, images = net_of(recipe), torch.from_numpy(inputs())
    ours = attention_of(recipe, net, images)[:, 0].numpy()
    theirs = LayerGradCam(lambda shown: net(shown)[:, 0], net.body).attribute(images, relu_attributions=True)
    theirs = theirs.detach().numpy()[:, 0]
    assert ours.max() > 0
    np.testing.assert_allclose(ours, theirs, atol=1e-5 * theirs.max())


def test_grad_cam_plus_plus_and_the_element_wise_map_follow_their_formulas() -> None:
    recipe = Tiny("hidden")
    net, images = net_of(recipe), torch.from_numpy(inputs(1))
    with torch.enable_grad():
        maps = net.body(images)
        slope = torch.autograd.grad(net.head(maps.mean(dim=(2, 3))).sum(), maps)[0][0].double()
    seen = maps.detach()[0].double()
    element = (slope * seen).sum(0).clamp_min(0)
    weights = []
    for channel in range(len(seen)):  # Chattopadhay 2018, equation 19, channel by channel
        g, a = slope[channel], seen[channel]
        below = 2 * g**2 + a.sum() * g**3
        alpha = torch.where(below != 0, g**2 / below, torch.zeros(()).double())
        weights.append(float((alpha * g.clamp_min(0)).sum()))
    plus = sum(w * a for w, a in zip(weights, seen, strict=True)).clamp_min(0)
    for method, wanted in ((Method.ELEMENTWISE, element), (Method.GRAD_CAM_PLUS, plus)):
        made = attention_of(recipe, net, images, method)[0, 0]
        np.testing.assert_allclose(made.numpy(), wanted.numpy(), rtol=1e-4, atol=1e-5)


def test_what_speaks_against_metastasis_is_another_map() -> None:
    recipe = Tiny("pooled")
    net, images = net_of(recipe), torch.from_numpy(inputs(1))
    for_it = attention_of(recipe, net, images)
    against = attention_of(recipe, net, images, positive=False)
    assert float((for_it * against).max()) == 0.0
    assert float(against.max()) > 0.0


def test_a_saturated_answer_still_has_a_map() -> None:
    recipe = Tiny("pooled")
    net, images = net_of(recipe), torch.from_numpy(inputs(1))
    with torch.no_grad():
        net.head.bias += 25.0
        assert float(recipe.score((net(images),))) == 1.0
    assert float(attention_of(recipe, net, images).max()) > 0.0


def test_only_behind_average_pooling_and_one_linear_layer_is_the_slope_constant() -> None:
    example = torch.from_numpy(inputs())
    pooled = net_of(Tiny("pooled"))
    slope = constant_slope(Tiny("pooled"), pooled, example, "body")
    assert slope is not None
    np.testing.assert_allclose(
        slope.detach().numpy(), pooled.head.weight.detach()[0].numpy() / (ROWS * COLS / 4), rtol=1e-4
    )
    assert constant_slope(Tiny("hidden"), net_of(Tiny("hidden")), example, "body") is None


def test_an_unknown_layer_is_one_sentence_with_layers_there_are() -> None:
    recipe = Tiny("pooled")
    with pytest.raises(AppError, match=r"no layer nothing.*body"):
        layer_of(recipe, net_of(recipe), "nothing")
    with pytest.raises(AppError, match="names no layer"):
        attention_of(Tiny("drawing"), net_of(Tiny("drawing")), torch.from_numpy(inputs(1)))


def test_hiding_the_only_thing_that_counts_is_what_the_occlusion_map_shows(tmp_path) -> None:
    recipe = Tiny("drawing")
    net = net_of(recipe)
    with torch.no_grad():  # the answer is the hottest pixel of the first view
        for parameter in net.parameters():
            parameter.zero_()
        net.body.weight[0, 0, 1, 1] = 1.0
    save_weights(net, tmp_path / "w.safetensors", {})
    image = np.ones((2, ROWS, COLS), np.float32)
    image[0, 30:33, 8:11] = 4.0
    found = occlusion_map(TorchEngine(recipe, tmp_path / "w.safetensors"), image, size=6, step=3)
    row, col = np.unravel_index(int(found.argmax()), found.shape)
    assert (28 <= row < 36, 5 <= col < 14) == (True, True)
    assert found[:20].max() == 0.0


def test_attention_forgets_what_random_weights_forget() -> None:
    recipe = Tiny("pooled")
    net = net_of(recipe, seed=3)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    steps = randomisation(recipe, net, inputs(4))
    assert steps[0].part == "head"
    assert steps[-1].correlation < 0.9
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
