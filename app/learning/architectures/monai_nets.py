"""The feature maps of DenseNet121 and ResNet50 as MONAI builds them, without their heads."""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

from torch import nn

DENSENET121_WIDTH = 1024
RESNET50_WIDTH = 2048


def densenet121(thin: int = 1) -> nn.Sequential:
    """Pictures (n, 3, rows, cols) → maps (n, 1024 / thin, rows / 32, cols / 32).

    Huang 2017, arXiv 1608.06993. `thin`: so many times fewer maps.
    """
    from monai.networks.nets.densenet import DenseNet121  # two seconds: only when this net is built

    net = DenseNet121(
        spatial_dims=2, in_channels=3, out_channels=1, init_features=64 // thin, growth_rate=32 // thin
    )
    return nn.Sequential(OrderedDict(features=cast(nn.Module, net.features), relu=nn.ReLU()))


def resnet50(thin: int = 1) -> nn.Sequential:
    """Pictures (n, 3, rows, cols) → maps (n, 2048 / thin, rows / 32, cols / 32) (He 2016, arXiv 1512.03385).

    The stem steps by two and the ways around a stage have no bias, as published; MONAI's own differ.
    `thin`: so many times fewer maps.
    """
    from monai.networks.nets.resnet import resnet50 as build

    net = build(spatial_dims=2, n_input_channels=3, num_classes=1, conv1_t_stride=2, widen_factor=1 / thin)
    for module in net.modules():
        around = getattr(module, "downsample", None)
        if isinstance(around, nn.Sequential):
            cast(nn.Conv2d, around[0]).register_parameter("bias", None)
    parts = ("conv1", "bn1", "act", "maxpool", "layer1", "layer2", "layer3", "layer4")
    return nn.Sequential(OrderedDict((part, cast(nn.Module, getattr(net, part))) for part in parts))
