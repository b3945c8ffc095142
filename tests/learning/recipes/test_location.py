"""The net that says in which regions of the report the drawn metastases lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app.annotation.report_regions import REPORT_REGIONS
from app.errors import AppError
from app.learning.architectures.location import location_net
from app.learning.cards import card_text
from app.learning.dataset import CohortFiles, PreparedCohort
from app.learning.export import Exported, export_net
from app.learning.location import Locator, location_model
from app.learning.predict import open_predictor
from app.learning.recipe import Batch, LabelMaps
from app.learning.recipes.liu2022_location import RECIPE, Liu2022Location
from app.learning.recipes.report_regions import regions_held
from app.learning.scoring import scores
from app.learning.shelf import install
from app.learning.weights import InstalledModel, find_model, own_folder
from app.quantification.bones import bone_table
from app.scan.scan import ViewName
from tests.learning.small_recipes import use_small_recipes
from tests.learning.toy_scans import toy_scan

SMALL = Liu2022Location(side=64)
ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
TOP = {"spine": 250, "pelvis": 450, "scapula": 200, "rib": 320, "femur": 600, "other": 60}
"""Upper row of a box of 60 rows for each region, all under each other."""
SHAPE = (1024, 256)


def bones() -> np.ndarray:
    made = np.zeros(SHAPE, np.uint8)
    for region, top in TOP.items():
        code = next(bone.code for bone in bone_table().bones if bone.report == region)
        made[top : top + 60, 80:176] = code
    return made


def labels(*regions: str) -> LabelMaps:
    """A focus in the middle of each of these regions, on both views."""
    lesion = np.zeros(SHAPE, np.uint8)
    for region in regions:
        lesion[TOP[region] + 10 : TOP[region] + 50, 110:146] = 1
    return LabelMaps({ANT: lesion, POST: lesion}, region={ANT: bones(), POST: bones()})


def names(held: np.ndarray) -> set[str]:
    return {region for region, answer in zip(REPORT_REGIONS, held, strict=True) if answer == 1}


ILL = [("spine",), ("femur", "rib"), ("pelvis",), ("scapula", "spine"), ("other",), ()]


def batch_of(patterns: Sequence[tuple[str, ...]] = ILL) -> Batch:
    scan = toy_scan(0, False)
    made = SMALL.prepare(scan)
    targets = [SMALL.target(labels(*regions), made) for regions in patterns]
    truth = torch.tensor([float(bool(regions)) for regions in patterns])
    images = torch.from_numpy(made.image)[None].repeat(len(patterns), 1, 1, 1)
    return Batch(images, truth, torch.from_numpy(np.stack(targets)), torch.arange(len(patterns)))


@pytest.mark.parametrize("regions", ILL)
def test_regions_that_hold_a_focus_are_held(regions: tuple[str, ...]) -> None:
    assert names(regions_held(labels(*regions))) == set(regions)


def test_a_rim_that_reaches_over_to_the_next_bone_makes_it_not_ill_and_a_diffuse_focus_many() -> None:
    lesion = np.zeros(SHAPE, np.uint8)
    lesion[TOP["spine"] + 35 : TOP["rib"] + 20, 100:130] = 1  # 25 rows of spine, 10 of nothing, 20 of rib
    rim = lesion.copy()
    rim[TOP["rib"] + 5 :] = 0  # 5 rows of rib are left
    everything = np.ones(SHAPE, np.uint8)
    for drawn, wanted in ((lesion, {"spine", "rib"}), (rim, {"spine"}), (everything, set(REPORT_REGIONS))):
        assert names(regions_held(LabelMaps({POST: drawn}, region={POST: bones()}))) == wanted


def test_benign_foci_are_no_metastases_and_a_focus_beside_the_bones_is_other() -> None:
    benign = labels("spine").lesion[ANT] * 4
    assert not regions_held(LabelMaps({ANT: benign})).any()
    beside = np.zeros(SHAPE, np.uint8)
    beside[900:910, 10:20] = 1
    assert names(regions_held(LabelMaps({ANT: beside}, region={ANT: bones()}))) == {"other"}


def test_lesions_without_bones_are_refused() -> None:
    with pytest.raises(AppError, match="no bones"):
        regions_held(LabelMaps(labels("rib").lesion))


def test_the_net_ends_with_the_printed_maps_and_six_answers() -> None:
    with torch.device("meta"):
        net = location_net()
    assert len(net.blocks) == 10
    assert net.fc.in_features == 1024
    assert net.fc.out_features == 6
    seen = []
    small = location_net(64)
    small.blocks[-1].register_forward_hook(lambda _m, _i, made: seen.append(made.shape))
    small(torch.zeros(2, 2, 64, 64))
    assert seen == [(2, 64, 2, 2)]


def test_it_learns_one_batch_by_heart_and_names_the_regions_of_a_drawing() -> None:
    torch.manual_seed(4)
    net, batch = SMALL.build(), batch_of()
    optimiser = torch.optim.Adam(net.parameters(), 0.01)
    losses = []
    for _ in range(40):
        net.train()
        optimiser.zero_grad()
        loss = SMALL.loss(net, batch, SMALL.phases[0])
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]
    with torch.no_grad():
        logits = net(
            SMALL.shown(batch)
        )  # by the batch's own statistics: after a few steps no others are known
    score = SMALL.score((logits,))
    assert score[:5].min() > 0.5 > score[5]
    for row, regions in zip(torch.sigmoid(logits).numpy() > 0.5, ILL, strict=True):
        assert names(row) == set(regions)


def test_an_installed_net_names_the_regions_of_a_drawing_as_torch_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_small_recipes(monkeypatch)
    torch.manual_seed(4)
    net, scan = SMALL.build().eval(), toy_scan(0, False)
    shown = np.stack([SMALL.together(scan, labels(*regions)) for regions in ILL])
    made = export_net(SMALL, net, shown, tmp_path)
    model = installed(made)
    assert location_model().identity == model.identity
    found = Locator(model)(scan, {view: lesion > 0 for view, lesion in labels("femur").lesion.items()})
    assert tuple(found) == REPORT_REGIONS
    with torch.no_grad():
        wanted = torch.sigmoid(net(SMALL.shown(batch_of([("femur",)]))))[0]
    assert list(found.values()) == pytest.approx(wanted.tolist(), abs=1e-4)
    with pytest.raises(AppError, match="of a scan alone it says nothing"):
        open_predictor(model)
    assert find_model().identity != model.identity  # nobody gets it who names no model


def installed(made: Exported) -> InstalledModel:
    model = InstalledModel(
        name="where",
        version="1",
        title="Toy",
        recipe=SMALL.name,
        task=SMALL.task,
        folder=own_folder(),
        files={},
        input=made.input,
        threshold=0.5,
        training_data="nothing (toy)",
        licence="CC0",
        classifies=False,
    )
    return install(model, made.weights, made.graph, card_text, own_folder())


def test_answers_do_not_move_when_lesions_do() -> None:
    batch = batch_of()
    turned = SMALL.augment(batch, torch.Generator().manual_seed(1))
    assert batch.targets is not None
    assert turned.targets is not None
    assert turned.targets.shape == batch.targets.shape
    assert torch.equal(turned.targets[:, :, 64], batch.targets[:, :, 64])
    assert not torch.equal(turned.targets[:, :, :64], batch.targets[:, :, :64])


def test_scores_are_given_with_the_lesions_of_the_cohort() -> None:
    torch.manual_seed(2)
    net, batch = SMALL.build().eval(), batch_of()
    assert batch.targets is not None
    cohort = PreparedCohort(
        SMALL.name,
        CohortFiles("toys", (), simulated=True),
        batch.images.numpy().astype(np.float16),
        np.rint(batch.targets.numpy() * 255).astype(np.uint8),
        np.ones(6, np.float32),
        batch.truth.numpy() > 0,
        tuple("ABCDEF"),
        tuple("ABCDEF"),
    )
    with torch.no_grad():
        wanted = SMALL.score((net(SMALL.shown(batch)),))
    assert scores(SMALL, net, cohort, np.arange(6), torch.device("cpu"), batch=4) == pytest.approx(
        wanted.numpy(), abs=0.01
    )


def test_without_lesions_it_does_not_learn() -> None:
    with pytest.raises(AppError, match="liu2022-location learns from drawn lesions"):
        SMALL.loss(SMALL.build(), replace(batch_of(), targets=None), SMALL.phases[0])


def test_the_published_settings_stand_in_the_recipe() -> None:
    (phase,) = RECIPE.phases
    assert (phase.optimiser, phase.rate, phase.batch, phase.patience) == ("sgd", 0.01, 16, 0)
    assert REPORT_REGIONS == ("spine", "pelvis", "scapula", "rib", "femur", "other")
