"""Exports answer as torch does, carry what belongs to them, and refuse nets that cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from app.errors import AppError
from app.learning.export import export_net
from app.learning.gradcam import attention_of
from app.learning.onnx_engine import WEIGHTS_KEY, OnnxEngine
from app.learning.torch_engine import TorchEngine
from app.learning.weight_files import read_weights, save_weights, weights_into
from tests.learning.tiny import Tiny, inputs, net_of


def test_the_graph_answers_and_attends_as_torch_does(tmp_path: Path) -> None:
    recipe = Tiny("pooled")
    net = net_of(recipe)
    made = export_net(recipe, net, inputs(1), tmp_path)
    images = inputs(5, seed=7)  # another number of scans than the graph was traced with
    given = OnnxEngine(made.graph).run(images, attention=True, planes=True)
    shown = torch.from_numpy(images)
    np.testing.assert_allclose(given.probability, torch.sigmoid(net(shown))[:, 0].detach(), atol=1e-6)
    assert given.attention is not None
    gradient = attention_of(recipe, net, shown)[:, 0].numpy()
    np.testing.assert_allclose(given.attention, gradient, atol=1e-5 * gradient.max())
    assert made.attention_method == "Grad-CAM, layer body"
    assert made.difference < 1e-4


def test_a_net_that_bends_behind_its_pooling_leaves_attention_to_gradients(tmp_path: Path) -> None:
    recipe = Tiny("hidden")
    made = export_net(recipe, net_of(recipe), inputs(1), tmp_path)
    graph, gradients = OnnxEngine(made.graph), TorchEngine(recipe, made.weights)
    assert (graph.attention_method, made.attention_method) == ("", "")
    assert gradients.attention_method == "Grad-CAM, layer body"
    there = gradients.run(inputs(2), attention=True, planes=False)
    assert there.attention is not None
    np.testing.assert_allclose(
        graph.run(inputs(2), attention=True, planes=False).probability, there.probability, atol=1e-6
    )


def test_a_drawing_net_gives_its_planes_only_when_they_are_asked_for(tmp_path: Path) -> None:
    recipe = Tiny("drawing")
    net = net_of(recipe)
    made = export_net(recipe, net, inputs(1), tmp_path)
    engine = OnnxEngine(made.graph)
    assert engine.run(inputs(2), attention=False, planes=False).planes is None
    drawn = engine.run(inputs(2), attention=False, planes=True).planes
    np.testing.assert_allclose(drawn, torch.sigmoid(net(torch.from_numpy(inputs(2)))[1]).detach(), atol=1e-6)


def test_half_precision_rounds_graph_and_weights_alike(tmp_path: Path) -> None:
    recipe = Tiny("pooled")
    whole = export_net(recipe, net_of(recipe), inputs(1), tmp_path / "whole")
    half = export_net(recipe, net_of(recipe), inputs(1), tmp_path / "half", half=True)
    assert half.weights.stat().st_size < whole.weights.stat().st_size
    again = weights_into(recipe.build(), half.weights).eval()
    given = OnnxEngine(half.graph).run(inputs(3), attention=False, planes=False).probability
    torch_says = torch.sigmoid(again(torch.from_numpy(inputs(3))))[:, 0].detach()
    np.testing.assert_allclose(given, torch_says, atol=1e-6)


def test_the_graph_names_the_weights_it_was_made_from(tmp_path: Path) -> None:
    made = export_net(Tiny("pooled"), net_of(Tiny("pooled")), inputs(1), tmp_path)
    assert OnnxEngine(made.graph).metadata[WEIGHTS_KEY] == made.weights_sha256
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.onnx", "weights.safetensors"]


def test_a_net_with_values_that_are_no_numbers_is_not_exported(tmp_path: Path) -> None:
    net = net_of(Tiny("pooled"))
    with torch.no_grad():
        net.head.weight[0, 0] = torch.nan
    with pytest.raises(AppError, match=r"no numbers, the first in head.weight.*lower learning rate"):
        export_net(Tiny("pooled"), net, inputs(1), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_pickle_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    torch.save(net_of(Tiny("pooled")).state_dict(), path)
    with pytest.raises(AppError, match=r"foreign.safetensors is a pickle.*not opened"):
        read_weights(path)


def test_a_file_of_weights_whose_length_looks_like_a_pickle_is_read(tmp_path: Path) -> None:
    path, net = tmp_path / "w.safetensors", net_of(Tiny("pooled"))
    for length in range(0, 2048, 8):
        save_weights(net, path, {"note": "n" * length})
        if path.read_bytes()[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
            break
    assert path.read_bytes()[:1] == b"\x80"
    assert set(read_weights(path)) == set(net.state_dict())


def test_damaged_weights_and_another_nets_weights_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(net_of(Tiny("hidden")), path, {})
    with pytest.raises(AppError, match=r"holds the weights of another net: head"):
        weights_into(Tiny("pooled").build(), path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(AppError, match="no safetensors file, or it is damaged"):
        read_weights(path)


def test_a_foreign_graph_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "graph.onnx"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(AppError, match=r"graph.onnx is no graph that can be run"):
        OnnxEngine(path)
