"""The nets that draw: shapes, sizes of the papers, and that they are what they say."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from app.learning.architectures.double_unet import double_unet
from app.learning.architectures.dynunet import dynunet
from app.learning.architectures.tile_segmenter import tile_segmenter
from app.learning.architectures.unet import plain_unet, residual_unet


@pytest.mark.parametrize("classes", [2, 3])
def test_both_nets_of_double_unet_draw_every_class_at_full_size(classes: int) -> None:
    second, first = double_unet(classes, width=4).eval()(torch.rand(2, 1, 32, 48))
    assert second.shape == first.shape == (2, classes, 32, 48)


def test_the_first_encoder_of_double_unet_has_the_sixteen_convolutions_of_vgg19() -> None:
    net = double_unet(width=4)
    assert sum(isinstance(part, nn.Conv2d) for part in net.vgg.modules()) == 16


def test_the_second_net_looks_through_what_the_first_drew() -> None:
    torch.manual_seed(0)
    net = double_unet(width=4).eval()
    picture = torch.rand(1, 1, 32, 32)
    with torch.no_grad():
        before, first = net(picture)
        net.draw1.bias += torch.tensor([5.0, 0.0, 0.0])
        after, _ = net(picture)
    assert first.shape[1] == 3
    assert not torch.allclose(before, after)


def test_unets_draw_at_full_size() -> None:
    picture = torch.rand(2, 1, 32, 48)
    assert plain_unet(2, (4, 8, 8)).eval()(picture).shape == (2, 2, 32, 48)
    assert residual_unet().eval()(picture).shape == (2, 1, 32, 48)


def test_the_residual_unet_has_the_printed_channels() -> None:
    net = residual_unet()
    assert [block.first[0].out_channels for block in net.down] == [4, 8, 16]  # type: ignore[union-attr, index]


def test_dynunet_draws_coarser_copies_only_in_training() -> None:
    net = dynunet(2, (4, 8, 8, 8), supervised=1)
    picture = torch.rand(1, 1, 32, 32)
    assert net.train()(picture).shape == (1, 2, 2, 32, 32)
    assert net.eval()(picture).shape == (1, 2, 32, 32)


@pytest.mark.parametrize(("stride", "tiles"), [((128, 256), 28), ((128, 128), 49)])
def test_a_picture_has_28_tiles_or_49(stride: tuple[int, int], tiles: int) -> None:
    net = tile_segmenter(256, stride, width=4)
    assert len(net.places(1024, 1024)) == tiles


def test_nothing_is_drawn_where_no_tile_says_yes() -> None:
    net = tile_segmenter(16, (8, 16), width=4).eval()
    nn.init.zeros_(net.classifier.fc.weight)
    with torch.no_grad():
        net.classifier.fc.bias[:] = torch.tensor([-1.0, 1.0])
        drawn, logits = net(torch.rand(2, 1, 32, 32))
    assert logits.shape == (2, 6, 2)
    assert drawn[:, 0].max() == 0
    assert drawn[:, 1].min() > 0


def test_overlapping_tiles_are_averaged() -> None:
    net = tile_segmenter(16, (8, 16), width=4).eval()
    nn.init.zeros_(net.classifier.fc.weight)
    nn.init.ones_(net.classifier.fc.bias)
    for drawer in net.drawers:
        nn.init.zeros_(drawer.draw.weight)
        nn.init.zeros_(drawer.draw.bias)
    with torch.no_grad():
        drawn, _ = net(torch.rand(1, 1, 32, 32))
    assert torch.allclose(drawn, torch.full_like(drawn, 0.5))
