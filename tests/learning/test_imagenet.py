from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from app.errors import AppError
from app.learning.architectures.monai_nets import densenet121, resnet50
from app.learning.architectures.resnet34_tiles import resnet34_tiles
from app.learning.architectures.vgg import vgg
from app.learning.imagenet import SOURCES, Source, initialise, load_into, published, source_of

BUILD = {
    "vgg16": lambda: vgg(16, 16),
    "vgg19": lambda: vgg(19, 16),
    "resnet50": lambda: resnet50(16),
    "densenet121": lambda: densenet121(16),
    "resnet34": lambda: resnet34_tiles(width=4, stem=1),
}
HEADS = {"vgg16": "classifier.6", "vgg19": "classifier.6", "densenet121": "classifier"}


def source(net: str) -> Source:
    return next(one for one in SOURCES if one.net == net)


def as_published(net: str, old: bool = False) -> dict[str, torch.Tensor]:
    """A state dict with the names that torchvision publishes, and numbers of its own."""
    torch.manual_seed(5)
    made = {}
    for key, value in BUILD[net]().state_dict().items():
        if net == "resnet34" and key.startswith(("layer1.0.downsample",)):
            continue
        name = f"features.{key}" if net.startswith("vgg") else key
        if net == "densenet121":
            name = name.replace(".layers.", ".")
            for part in ("norm1", "norm2", "conv1", "conv2"):
                name = name.replace(f".{part}.", f".{part[:-1]}.{part[-1]}.") if old else name
        made[name] = torch.rand(value.shape) if value.is_floating_point() else value
    if net == "resnet34":
        made |= {"conv1.weight": torch.rand(4, 3, 7, 7), "layer1.0.conv1.weight": torch.rand(4, 4, 3, 3)}
    head = HEADS.get(net, "fc")
    return made | {f"{head}.weight": torch.rand(1000, 8), f"{head}.bias": torch.rand(1000)}


@pytest.mark.parametrize("net", BUILD)
def test_every_published_tensor_with_a_place_arrives(net: str) -> None:
    body, given = BUILD[net](), as_published(net)
    load_into(body, source(net), given, "file")
    sums = {round(float(value.double().sum()), 3) for value in given.values() if value.is_floating_point()}
    fresh = source(net).fresh
    filled = {
        key: value
        for key, value in body.state_dict().items()
        if value.is_floating_point() and not (fresh and key.startswith(fresh))
    }
    assert filled
    assert all(round(float(value.double().sum()), 3) in sums for value in filled.values())


def test_the_file_of_2017_with_its_other_names_fits_densenet121_too() -> None:
    new, old = densenet121(16), densenet121(16)
    load_into(new, source("densenet121"), as_published("densenet121"), "new")
    load_into(old, source("densenet121"), as_published("densenet121", old=True), "old")
    for first, second in zip(new.state_dict().values(), old.state_dict().values(), strict=True):
        assert torch.equal(first, second)


@pytest.mark.parametrize(
    ("build", "count"),
    [(vgg, 14_714_688), (lambda: vgg(19), 20_024_384), (resnet50, 23_508_032), (densenet121, 6_953_856)],
)
def test_bodies_have_as_many_parameters_as_published(build: type[nn.Module], count: int) -> None:
    assert sum(one.numel() for one in build().parameters()) == count


@pytest.mark.parametrize("fault", ["lacks 0.weight", "has odd.weight", "has 0.weight of shape (1, 2)"])
def test_a_file_that_does_not_fit_is_one_sentence_and_changes_nothing(fault: str) -> None:
    body, given = vgg(16, 16), as_published("vgg16")
    before = {key: value.clone() for key, value in body.state_dict().items()}
    if fault.startswith("lacks"):
        del given["features.0.weight"]
    elif "odd" in fault:
        given["odd.weight"] = torch.zeros(1)
    else:
        given["features.0.weight"] = torch.zeros(1, 2)
    with pytest.raises(AppError, match="does not fit") as caught:
        load_into(body, source("vgg16"), given, "own.pth")
    assert fault in caught.value.message
    assert all(torch.equal(value, before[key]) for key, value in body.state_dict().items())


def test_files_of_both_kinds_are_read(tmp_path: Path) -> None:
    tensors = {"a": torch.rand(2, 2)}
    torch.save(tensors, tmp_path / "a.pth")
    save_file(tensors, tmp_path / "a.safetensors")
    for name in ("a.pth", "a.safetensors"):
        assert torch.equal(published(tmp_path / name)["a"], tensors["a"])


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('ran')",))


def test_a_pickle_and_rubbish_are_refused_and_nothing_in_them_runs(tmp_path: Path) -> None:
    (tmp_path / "evil.pth").write_bytes(pickle.dumps({"a": Evil()}))
    torch.save({"a": Evil()}, tmp_path / "zip.pth")
    (tmp_path / "cut.safetensors").write_bytes(b"\x08\x00")
    for name in ("evil.pth", "zip.pth", "cut.safetensors", "absent.pth"):
        with pytest.raises(AppError, match=name):
            published(tmp_path / name)


def test_a_recipe_without_a_published_net_says_so() -> None:
    with pytest.raises(AppError, match="no ImageNet weights for hsieh2021-cnn-supcon"):
        source_of("hsieh2021-cnn-supcon")


def test_the_weights_reach_the_body_of_a_recipes_net(tmp_path: Path) -> None:
    from app.learning.recipes.ibrahim2023 import Ibrahim2023

    given = as_published("vgg16")
    torch.save(given, tmp_path / "vgg16.pth")
    net = Ibrahim2023(thin=16).build()
    initialise(net, "ibrahim2023", str(tmp_path / "vgg16.pth"))
    assert torch.equal(net.get_parameter("body.0.weight"), given["features.0.weight"])
