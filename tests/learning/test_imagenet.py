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
from app.learning.imagenet import SOURCES, PublishedWeights, initialise, load_into, published, source_of

BUILD = {
    "vgg16": lambda: vgg(16, 16),
    "vgg19": lambda: vgg(19, 16),
    "resnet50": lambda: resnet50(16),
    "densenet121": lambda: densenet121(16),
    "resnet34": lambda: resnet34_tiles(width=4, stem=1),
}
HEADS = {"vgg16": "classifier.6", "vgg19": "classifier.6", "densenet121": "classifier"}


def source(net: str) -> PublishedWeights:
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


def as_keras(net: nn.Sequential, style: str) -> dict[str, torch.Tensor]:
    """The convolutions of a VGG as Keras keeps them: named by block, kernels as rows, cols, in, out."""
    made, block, place = {}, 1, 0
    kernel, bias = ("W_1:0", "b_1:0") if style == "_" else ("kernel", "bias")
    for part in net:
        if isinstance(part, nn.MaxPool2d):
            block, place = block + 1, 0
        elif isinstance(part, nn.Conv2d):
            place += 1
            assert part.bias is not None
            made[f"block{block}_conv{place}{style}{kernel}"] = part.weight.permute(2, 3, 1, 0).contiguous()
            made[f"block{block}_conv{place}{style}{bias}"] = part.bias.detach()
    return made


@pytest.mark.parametrize("style", ["/", "_"], ids=["kernel", "W_1:0"])
@pytest.mark.parametrize(("recipe", "layers"), [("ibrahim2023", 16), ("magboo-vgg19", 19)])
def test_a_vgg_of_keras_answers_as_it_did_there(recipe: str, layers: int, style: str, tmp_path: Path) -> None:
    from tests.learning.small_recipes import SMALL

    torch.manual_seed(3)
    theirs = vgg(layers, 16)
    given = as_keras(theirs, style) | {"fc1/kernel": torch.rand(9, 4), "fc1/bias": torch.rand(4)}
    save_file(given, tmp_path / "vgg.safetensors")
    net = SMALL[recipe].build().eval()
    (said,) = initialise(net, recipe, str(tmp_path / "vgg.safetensors"))
    picture = torch.rand(2, 3, 32, 32)
    assert torch.equal(net.get_submodule("body")(picture), theirs(picture))
    assert said.startswith(f"vgg.safetensors fills {len(given) - 2} of the net's ")
    assert said.endswith("not taken from the file are fc1 (2).")


def test_dense_layers_over_all_places_are_not_taken_from_keras_which_orders_them_otherwise(
    tmp_path: Path,
) -> None:
    from tests.learning.small_recipes import SMALL

    net = SMALL["magboo-vgg19"].build()
    given, dense = as_keras(vgg(19, 16), "/"), {}
    for name, place in (("fc1", "0"), ("fc2", "3"), ("predictions", "6")):
        head = net.get_submodule("head")
        dense[f"{name}/kernel"] = head.get_parameter(f"{place}.weight").detach().T.contiguous()
        dense[f"{name}/bias"] = head.get_parameter(f"{place}.bias").detach()
    save_file(given | dense, tmp_path / "vgg.safetensors")
    (said,) = initialise(net, "magboo-vgg19", str(tmp_path / "vgg.safetensors"))
    assert said.startswith(f"vgg.safetensors fills {len(given)} of the net's ")
    assert "fc1" in said.split("not taken")[1]


def test_dense_layers_of_keras_go_into_a_head_of_their_shapes(tmp_path: Path) -> None:
    from tests.learning.small_recipes import SMALL

    torch.manual_seed(3)
    theirs, net = SMALL["ibrahim2023"].build().eval(), SMALL["ibrahim2023"].build().eval()
    body, head = theirs.get_submodule("body"), theirs.get_submodule("head")
    assert isinstance(body, nn.Sequential)
    dense = {}
    for name, place in (("dense", "0"), ("dense_1", "2")):
        dense[f"{name}/kernel:0"] = head.get_parameter(f"{place}.weight").detach().T.contiguous()
        dense[f"{name}/bias:0"] = head.get_parameter(f"{place}.bias").detach()
    save_file(as_keras(body, "/") | dense, tmp_path / "whole.safetensors")
    (said,) = initialise(net, "ibrahim2023", str(tmp_path / "whole.safetensors"))
    picture = torch.rand(2, 1, 32, 32)
    assert torch.equal(net(picture)[0], theirs(picture)[0])
    assert said == "whole.safetensors fills 30 of the net's 30 tensors."


def normalised_vgg19(width: int) -> nn.Sequential:
    """VGG19 with normalised batches as torchvision builds it, thinner, its running means not at rest."""
    made: list[nn.Module] = []
    before = 3
    for block, count in enumerate((2, 2, 4, 4, 4)):
        after = min(width << block, 8 * width)
        for _ in range(count):
            made += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
            before = after
        made.append(nn.MaxPool2d(2))
    net = nn.Sequential(*made)
    for name, value in net.state_dict().items():
        if "running" in name:
            value.copy_(torch.rand(value.shape) + 0.5)
    return net.eval()


@pytest.mark.parametrize("published_as", ["vgg19_bn", "vgg19", "keras"])
@pytest.mark.parametrize("mode", ["otsu", "mining"])
def test_the_encoder_of_the_double_unet_answers_as_the_published_net(
    mode: str, published_as: str, tmp_path: Path
) -> None:
    from tests.learning.small_recipes import SMALL

    recipe, width = f"doubleunet2023-{mode}", 2
    torch.manual_seed(4)
    theirs = normalised_vgg19(width)
    if published_as != "vgg19_bn":
        theirs = nn.Sequential(*[part for part in theirs if not isinstance(part, nn.BatchNorm2d)])
    given = {f"features.{name}": value for name, value in theirs.state_dict().items()}
    given |= {"classifier.0.weight": torch.rand(4, 4), "classifier.0.bias": torch.rand(4)}
    if published_as == "keras":
        given = as_keras(theirs, "/") | {"fc1/kernel": torch.rand(9, 4)}
    save_file({name: value.contiguous() for name, value in given.items()}, tmp_path / "vgg19.safetensors")
    net = SMALL[recipe].build().eval()
    (said,) = initialise(net, recipe, str(tmp_path / "vgg19.safetensors"))
    grey = torch.rand(1, 1, 32, 32)
    wanted = theirs[:-1](grey.expand(-1, 3, -1, -1))
    for name in ("baseline.vgg", "final.vgg") if mode == "mining" else ("vgg",):
        x = grey.expand(-1, 2 if name.startswith("baseline") else 3, -1, -1)
        blocks = net.get_submodule(name)
        assert isinstance(blocks, nn.ModuleList)
        for place, block in enumerate(blocks):
            x = block(x if place == 0 else nn.functional.max_pool2d(x, 2))
        assert torch.allclose(x, wanted, atol=1e-5, rtol=1e-3)
    filled = 160 if mode == "mining" else 80
    assert said.startswith(f"vgg19.safetensors fills {filled} of the net's ")
    parts = ("baseline.aspp1 (", "final.decoder2 (") if mode == "mining" else ("aspp1 (", "decoder2 (")
    assert all(part in said for part in parts)
    assert said.endswith("fc1 (1)." if published_as == "keras" else "classifier.0 (2).")


def test_another_vgg_is_no_encoder_of_the_double_unet(tmp_path: Path) -> None:
    from tests.learning.small_recipes import SMALL

    save_file(as_keras(vgg(16, 16), "/"), tmp_path / "vgg16.safetensors")
    with pytest.raises(AppError, match=r"vgg16.safetensors does not fit: it has 13 convolutions, and VGG19"):
        initialise(
            SMALL["doubleunet2023-otsu"].build(), "doubleunet2023-otsu", str(tmp_path / "vgg16.safetensors")
        )


def test_the_tile_classifier_of_a_net_that_draws_takes_a_resnet34(tmp_path: Path) -> None:
    from tests.learning.small_recipes import SMALL

    save_file(
        {name: value.clone() for name, value in as_published("resnet34").items()}, tmp_path / "r.safetensors"
    )
    net = SMALL["liu2022-segment"].build()
    (said,) = initialise(net, "liu2022-segment", str(tmp_path / "r.safetensors"))
    assert torch.equal(
        net.get_parameter("classifier.layer4.2.conv2.weight"),
        as_published("resnet34")["layer4.2.conv2.weight"],
    )
    assert "at random begin classifier.conv1 (1), classifier.bn1 (4)" in said
    assert "drawers (" in said
