"""The convolutions of VGG16 and VGG19 (Simonyan & Zisserman 2015, arXiv 1409.1556, table 1, D and E)."""

from __future__ import annotations

from torch import nn

_COUNTS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
_WIDTHS = (64, 128, 256, 512, 512)

VGG_WIDTH = 512
"""Feature maps that come out."""
VGG_SHRINKS = 32
"""So many times fewer rows and columns reach the dense layers."""
_DENSE = 4096


def vgg(layers: int = 16, thin: int = 1) -> nn.Sequential:
    """Pictures (n, 3, rows, cols) → maps (n, 512 / thin, rows / 16, cols / 16).

    16 or 19 layers up to the last convolution; the pooling after it is left to what follows, so that Grad-CAM
    sees the finest maps. Places are those of torchvision's `features`. `thin`: so many times fewer maps.
    """
    made: list[nn.Module] = []
    before = 3
    for block, (count, width) in enumerate(zip(_COUNTS[layers], _WIDTHS, strict=True)):
        if block:
            made.append(nn.MaxPool2d(2))
        for _ in range(count):
            made += [nn.Conv2d(before, width // thin, 3, padding=1), nn.ReLU()]
            before = width // thin
    for module in made:
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]  # these convolutions have one
    return nn.Sequential(*made)


def vgg_flat() -> nn.Sequential:
    """The last pooling, and all places of all maps in one row, as the dense layers take them."""
    return nn.Sequential(nn.MaxPool2d(2), nn.Flatten())


def vgg_dense(inputs: int, classes: int, thin: int = 1) -> nn.Sequential:
    """The three dense layers, half of the answers of the first two dropped in training; as torchvision's."""
    width = _DENSE // thin
    made = nn.Sequential(
        *(nn.Linear(inputs, width), nn.ReLU(), nn.Dropout()),
        *(nn.Linear(width, width), nn.ReLU(), nn.Dropout()),
        nn.Linear(width, classes),
    )
    for module in made:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 0.01)
            nn.init.zeros_(module.bias)
    return made
