from __future__ import annotations

import torch

from app.learning.architectures.resnet34_tiles import resnet34_tiles


def test_it_has_the_sizes_of_the_table_in_the_paper() -> None:
    net = resnet34_tiles().eval()
    sizes: list[tuple[int, ...]] = []
    for part in (net.conv1, net.layer1, net.layer2, net.layer3, net.layer4):
        part.register_forward_hook(lambda _part, _given, made: sizes.append(tuple(made.shape[1:])))
    with torch.no_grad():
        logits = net(torch.zeros(1, 1, 256, 256))
    assert sizes == [(16, 128, 128), (64, 64, 64), (128, 32, 32), (256, 16, 16), (512, 8, 8)]
    assert logits.shape == (1, 2)


def test_it_counts_34_layers_with_weights() -> None:
    layers = [
        name
        for name, part in resnet34_tiles(width=4).named_modules()
        if isinstance(part, torch.nn.Conv2d | torch.nn.Linear) and "downsample" not in name
    ]
    assert len(layers) == 34
