"""The plain convolutional U-Net of nnU-Net (Isensee 2021, Nat Methods 18:203), from MONAI."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

WIDTHS = (32, 64, 128, 256, 512, 512)
"""Channels of nnU-Net's 2-D configuration, which stops at 512."""


def dynunet(outputs: int = 2, widths: Sequence[int] = WIDTHS, supervised: int = 2) -> nn.Module:
    """Pictures (n, 1, rows, cols), sides divisible by 2 ** (depths - 1), to logits.

    In training (n, 1 + supervised, outputs, rows, cols): the coarser drawings too, enlarged; otherwise
    (n, outputs, rows, cols). Initialised by torch's current seed.
    """
    from monai.networks.nets.dynunet import DynUNet

    depths = len(widths)
    return DynUNet(
        spatial_dims=2,
        in_channels=1,
        out_channels=outputs,
        kernel_size=[3] * depths,
        strides=[1] + [2] * (depths - 1),
        upsample_kernel_size=[2] * (depths - 1),
        filters=list(widths),
        norm_name=("INSTANCE", {"affine": True}),
        act_name=("leakyrelu", {"inplace": True, "negative_slope": 0.01}),
        deep_supervision=supervised > 0,
        deep_supr_num=max(supervised, 1),
    )
