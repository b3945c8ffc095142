"""Weights learned on ImageNet: from a file of torchvision's or Keras', or, when asked, fetched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import torch
from torch import Tensor, nn

from app.errors import AppError
from app.files import whole
from app.learning.keras_vgg import DENSE, as_torchvision
from app.learning.vgg_encoder import as_encoder

_HOME = "https://download.pytorch.org/models/"
_SECONDS = 60
_MOST_BYTES = 1_000_000_000


@dataclass(frozen=True)
class PublishedWeights:
    """Published weights of one net; the file's name ends with the first eight digits of its sha256.

    `fresh`: parts of our net that the file cannot fill, since they differ on purpose. `left`: parts of the
    file that our net has no place for.
    """

    net: str
    file: str
    fresh: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def sha256_start(self) -> str:
        """First eight digits of the file's sha256."""
        return self.file.rsplit("-", 1)[1].split(".")[0]


SOURCES: tuple[PublishedWeights, ...] = (
    PublishedWeights("vgg16", "vgg16-397923af.pth", (), ("classifier.", DENSE)),
    PublishedWeights("vgg19", "vgg19-dcbb9e9d.pth", (), ("classifier.", DENSE)),
    PublishedWeights("vgg19_bn", "vgg19_bn-c79401a0.pth", (), ("classifier.", DENSE)),
    PublishedWeights("resnet50", "resnet50-0676ba61.pth", (), ("fc.",)),
    PublishedWeights("densenet121", "densenet121-a639ec97.pth", (), ("classifier.",)),
    PublishedWeights(
        "resnet34",
        "resnet34-b627a593.pth",
        ("conv1.", "bn1.", "layer1.0.conv1.", "layer1.0.downsample.", "fc."),  # 8 x 8 stem of 16, one channel
        ("conv1.", "bn1.", "layer1.0.conv1.", "fc."),
    ),
)
NETS: Mapping[str, str] = {
    "ibrahim2023": "vgg16",
    "magboo": "densenet121",
    "magboo-vgg19": "vgg19",
    "magboo-resnet50": "resnet50",
    "magboo-cleaned": "densenet121",
    "magboo-vgg19-cleaned": "vgg19",
    "magboo-resnet50-cleaned": "resnet50",
    "hsieh2021": "densenet121",
    "hsieh2021-densenet121-supervised": "densenet121",
    "liu2022": "resnet34",
    "liu2022-49": "resnet34",
    "liu2022-segment": "resnet34",
    "liu2022-segment-49": "resnet34",
    "doubleunet2023-otsu": "vgg19_bn",
    "doubleunet2023-otsu-dice": "vgg19_bn",
    "doubleunet2023-mining": "vgg19_bn",
    "doubleunet2023-mining-dice": "vgg19_bn",
    "doubleunet2023-baseline": "vgg19_bn",
}
"""Recipe, and the published net whose weights fit its body."""


def initialise(net: nn.Module, recipe: str, weights: str) -> tuple[str, ...]:
    """Put published weights into a net: `weights` is a file, or "download". Gives what was taken, in words.

    Raises AppError for a recipe without a published net, a file that is damaged, holds a pickle or another
    net's weights, and where there is no network.
    """
    source = source_of(recipe)
    path = _downloaded(source) if weights == "download" else Path(weights)
    tensors = as_torchvision(published(path))
    parts = _bodies(net)
    for body in parts.values():
        given = as_encoder(tensors, body, path.name) if source.net == "vgg19_bn" else tensors
        load_into(body, source, given, path.name)
    dense = _load_dense(net, tensors)
    return (_told(net, source, tensors, (*parts, *(["head"] if dense else [])), path.name),)


def source_of(recipe: str) -> PublishedWeights:
    """The published weights that fit a recipe; raises AppError where there are none."""
    if recipe not in NETS:
        raise AppError(
            f"There are no ImageNet weights for {recipe}.",
            f"There are for {', '.join(sorted(NETS))}; leave --init out.",
        )
    return next(source for source in SOURCES if source.net == NETS[recipe])


def published(path: Path) -> dict[str, Tensor]:
    """The tensors of a file: safetensors, or torch's own format read without running anything in it.

    Raises AppError for everything else.
    """
    if not path.is_file():
        raise AppError(f"{path.name} is not there.", "Name a state-dict file of torchvision.")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        read = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged bytes make the parsers raise anything at all
        dangerous = "weights_only" in str(error) or "Unsupported" in str(error)
        why = "holds a program (pickle), not only numbers" if dangerous else "is damaged or no state dict"
        raise AppError(f"{path.name} {why}; it was not loaded.", "Get torchvision's own file.") from error
    if not isinstance(read, dict) or not all(isinstance(value, Tensor) for value in read.values()):
        raise AppError(f"{path.name} is no state dict.", "Get torchvision's own file.")
    return {str(key): value for key, value in read.items()}


def load_into(body: nn.Module, source: PublishedWeights, tensors: Mapping[str, Tensor], name: str) -> None:
    """Fill a net's body; raises AppError when a tensor is missing, left over or of another shape.

    tensors: as torchvision publishes them, by name.
    """
    own = body.state_dict()
    given = {
        key: value
        for key, value in ((_own_name(source, key), value) for key, value in tensors.items())
        if not (key.startswith(source.left) and (key not in own or key.startswith(source.fresh)))
    }
    wanted = [key for key in own if not key.startswith(source.fresh)] if source.fresh else list(own)
    missing = [key for key in wanted if key not in given and not key.endswith("num_batches_tracked")]
    extra = [key for key in given if key not in own]
    wrong = [key for key in wanted if key in given and given[key].shape != own[key].shape]
    problem = (
        (f"lacks {missing[0]}" if missing else "")
        or (f"has {extra[0]}, which {source.net} has not" if extra else "")
        or (f"has {wrong[0]} of shape {tuple(given[wrong[0]].shape)}" if wrong else "")
    )
    if problem:
        raise AppError(f"{name} does not fit: it {problem}.", f"Get torchvision's {source.file}.")
    body.load_state_dict({key: given.get(key, value) for key, value in own.items()})


def _bodies(net: nn.Module) -> dict[str, nn.Module]:
    """The parts of a recipe's net that have a published counterpart, by name; "" stands for all of it."""
    pair = [name for name, part in net.named_modules() if name.rsplit(".", 1)[-1] == "vgg"]
    if pair:
        return {name: net.get_submodule(name) for name in pair}
    for part in ("body", "classifier"):
        found = getattr(net, part, None)
        if isinstance(found, nn.Module):
            return {part: found}
    return {"": net}


def _load_dense(net: nn.Module, tensors: Mapping[str, Tensor]) -> bool:
    """Fill the dense layers of a net's head where those of a file of Keras' have their shapes in turn."""
    head = getattr(net, "head", None)
    own = (
        [part for part in head.modules() if isinstance(part, nn.Linear)]
        if isinstance(head, nn.Module)
        else []
    )
    pool = getattr(net, "pool", None)
    if not isinstance(pool, nn.Module) or not any(
        isinstance(part, nn.AdaptiveAvgPool2d) for part in pool.modules()
    ):
        return False  # all places in one row: Keras lays them out otherwise
    names = sorted({key.rsplit(".", 1)[0] for key in tensors if key.startswith(DENSE)}, key=_natural)
    given = [{kind: tensors.get(f"{name}.{kind}") for kind in ("weight", "bias")} for name in names]
    shapes = [{kind: None if one is None else one.shape for kind, one in layer.items()} for layer in given]
    if not own or shapes != [{"weight": one.weight.shape, "bias": one.bias.shape} for one in own]:
        return False
    for part, layer in zip(own, given, strict=True):
        part.load_state_dict(layer)
    return True


def _natural(name: str) -> list[tuple[int, str]]:
    """`dense_2` before `dense_10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _told(
    net: nn.Module, source: PublishedWeights, tensors: Mapping[str, Tensor], parts: Sequence[str], file: str
) -> str:
    """What a file has filled, what of it has no place, and what of the net begins at random."""
    own = [key for key in net.state_dict() if not key.endswith("num_batches_tracked")]
    filled = [
        key
        for key in own
        for part in parts
        if key.startswith(f"{part}." if part else "")
        and not (source.fresh and key.removeprefix(f"{part}.").startswith(source.fresh))
    ]
    unused = [
        key for key in tensors if key.startswith(source.left) and not (DENSE in key and "head" in parts)
    ]
    random = [key for key in own if key not in set(filled)]
    said = f"{file} fills {len(filled)} of the net's {len(own)} tensors"
    if random:
        said += f"; at random begin {_names(random)}"
    return said + (f"; not taken from the file are {_names(unused)}." if unused else ".")


def _names(keys: Sequence[str]) -> str:
    """Tensors by the layer or part that they belong to, and how many each has."""
    groups: dict[str, int] = {}
    for key in keys:
        words = key.removeprefix(DENSE).split(".")
        name = ".".join(words[:2]) if words[0] in ("classifier", "baseline", "final") else words[0]
        groups[name] = groups.get(name, 0) + 1
    return ", ".join(f"{name} ({count})" for name, count in groups.items())


def _own_name(source: PublishedWeights, key: str) -> str:
    """A published name as our nets say it."""
    if source.net in ("vgg16", "vgg19"):
        return key.removeprefix("features.")
    if source.net == "densenet121":
        # the file of 2017 writes norm.1 where MONAI writes layers.norm1
        found = re.fullmatch(r"(features\.denseblock\d+\.denselayer\d+)\.(norm|conv)\.?([12])\.(.+)", key)
        return f"{found[1]}.layers.{found[2]}{found[3]}.{found[4]}" if found else key
    return key


def _downloaded(source: PublishedWeights) -> Path:
    """The published file, fetched once and checked by its hash; raises AppError where that fails."""
    from app import paths

    kept = paths.user_data() / "imagenet" / source.file
    if kept.is_file() and _fits(kept.read_bytes(), source):
        return kept
    try:
        with urlopen(_HOME + source.file, timeout=_SECONDS) as answer:  # asked for on the command line
            content = answer.read(_MOST_BYTES)
    except OSError as error:
        if isinstance(error, HTTPError):
            error.close()
        raise AppError(
            f"{source.file} could not be fetched: there is no network, or its server does not answer.",
            "Fetch it elsewhere and use --init imagenet:FILE.",
        ) from error
    if not _fits(content, source):
        raise AppError(f"{source.file} arrived with another hash; it was not kept.", "Try again later.")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with whole(kept) as file:
        file.write(content)
    return kept


def _fits(content: bytes, source: PublishedWeights) -> bool:
    return hashlib.sha256(content).hexdigest().startswith(source.sha256_start)
