"""AI results are kept whole, one model at a time, with heat maps no larger than they need to be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.store.ai_results import AiResults
from app.store.database import Database
from app.store.heatmaps import packed, unpacked
from app.store.migrations import migrate
from app.study.ai_result import AiResult

HASHES = {"anterior": "a1"}


@pytest.fixture
def results(tmp_path: Path) -> AiResults:
    database = Database(f"sqlite:///{tmp_path / 'study.db'}")
    migrate(database)
    return AiResults(database)


def result(probability: float = 0.8, sha: str = "s1", heat: bool = False) -> AiResult:
    maps = {ViewName.ANTERIOR: hill(256, 64)} if heat else {}
    return AiResult(ModelIdentity("net", "1.0", "simulated scans", sha), probability, 0.5, "own", maps)


def hill(rows: int, cols: int) -> np.ndarray:
    down, across = np.mgrid[0:rows, 0:cols]
    return np.exp(-(((down - rows / 3) / (rows / 6)) ** 2 + ((across - cols / 2) / (cols / 4)) ** 2)).astype(
        np.float32
    )


def test_a_result_comes_back_as_it_was_kept(results: AiResults) -> None:
    results.keep({"C1": (result(heat=True), HASHES)})
    found = results.get("C1")
    assert found is not None
    assert found.model.source == ("net", "1.0", "s1")
    assert (found.probability, found.threshold) == (0.8, 0.5)
    assert found.heatmap_method == "own"
    np.testing.assert_allclose(found.heatmaps[ViewName.ANTERIOR], hill(256, 64), atol=0.03)
    assert results.get("C2") is None
    (entry,) = results.entries()
    assert (entry.case, entry.model.source, entry.heatmap) == ("C1", ("net", "1.0", "s1"), True)
    assert entry.images == HASHES


def test_another_models_results_never_stand_beside_the_new_ones(results: AiResults) -> None:
    results.keep({"C1": (result(), HASHES), "C2": (result(), HASHES)})
    results.keep({"C3": (result(sha="s2"), HASHES)})
    assert [entry.case for entry in results.entries()] == ["C3"]
    assert results.clear() == 1
    assert results.entries() == ()


def test_a_damaged_result_names_its_case(results: AiResults, tmp_path: Path) -> None:
    import sqlite3

    results.keep({"C1": (result(heat=True), HASHES)})
    with sqlite3.connect(tmp_path / "study.db") as connection:
        connection.execute("UPDATE ai_results SET heatmaps = x'00ff'")
    with pytest.raises(AppError, match="case C1 is damaged"):
        results.get("C1")


@given(rows=st.integers(1, 90), cols=st.integers(1, 40), seed=st.integers(0, 1000), smooth=st.booleans())
def test_any_heat_map_comes_back_within_a_fiftieth_and_half_a_step(
    rows: int, cols: int, seed: int, smooth: bool
) -> None:
    rng = np.random.default_rng(seed)
    heat = hill(rows, cols) if smooth else rng.random((rows, cols)).astype(np.float32)
    back = unpacked(packed({ViewName.POSTERIOR: heat}))
    assert back[ViewName.POSTERIOR].shape == (rows, cols)
    assert np.abs(back[ViewName.POSTERIOR] - heat).max() <= 0.025


def test_a_smooth_map_takes_a_fraction_of_its_pixels() -> None:
    assert len(packed({ViewName.ANTERIOR: hill(1024, 256)})) < 1024 * 256 / 30


@pytest.mark.parametrize(
    "content", [b"x", b"[]\nabc", b'[["anterior", 4, 4, 4, 4]]\n', b'[["side", 1, 1, 1, 1]]\n']
)
def test_what_is_no_heat_map_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no heat map"):
        unpacked(content)
