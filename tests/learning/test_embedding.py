from __future__ import annotations

import numpy as np
import pytest
import torch

from app.errors import AppError
from app.learning.embedding import features, umap_of
from app.learning.recipes.hsieh2021 import Hsieh2021
from app.learning.recipes.liu2022 import Liu2022
from tests.learning.toy_scans import toy_prepared

CPU = torch.device("cpu")


def test_features_are_what_the_classifier_gets() -> None:
    recipe = Hsieh2021("cnn", "supcon", size=32)
    net, prepared = recipe.build(), toy_prepared(recipe, 4)
    found = torch.from_numpy(features(net, prepared, np.arange(4), CPU, batch=3))
    images = torch.from_numpy(prepared.images.astype(np.float32) * prepared.scale[:, None, None, None])
    with torch.no_grad():
        logits = net(images)[0]
        assert torch.allclose(net.get_submodule("head")(found), logits, atol=1e-5)


def test_a_net_without_pooled_features_and_too_few_scans_are_one_sentence() -> None:
    net = Liu2022(size=128, width=4).build()
    with pytest.raises(AppError, match="pools no features"):
        features(net, toy_prepared(Hsieh2021("cnn", size=32), 2), np.arange(2), CPU)
    with pytest.raises(AppError, match="9 scans are too few"):
        umap_of(np.zeros((9, 4), np.float32), 1)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_clusters_stay_apart_in_the_plane() -> None:
    rng = np.random.default_rng(1)
    kinds = np.arange(40) % 2
    laid = umap_of((rng.normal(size=(40, 6)) + 12 * kinds[:, None]).astype(np.float32), 1)
    first, second = laid[kinds == 0], laid[kinds == 1]
    apart = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert laid.shape == (40, 2)
    assert apart > 2 * max(first.std(), second.std())
