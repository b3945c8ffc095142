"""Pictures with letters burnt into them, by the command line: trained on and predicted without them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.__main__ import main
from tests.learning.small_recipes import use_small_recipes
from tests.learning.toy_cohort import toy_cohort
from tests.learning.toy_scans import SPOTS
from tests.scan.nm_files import toy_counts

QUICK = ("--epochs", "1", "--threads", "1", "--workers", "1", "--device", "cpu")


def test_letters_on_pictures_are_blanked_and_counted_and_counts_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_small_recipes(monkeypatch)
    films = tmp_path / "films"
    (films / "scans").mkdir(parents=True)
    rows = ["case,patient,truth"]
    for number in range(8):
        pair = toy_counts(np.random.default_rng(number), SPOTS if number % 2 else ())
        picture = Image.fromarray(np.clip(np.hstack(pair) * 4, 0, 255).astype(np.uint8))
        ImageDraw.Draw(picture).text((8, 12), "R", fill=255, font=ImageFont.load_default(28))
        picture.save(films / "scans" / f"F{number}.png")
        rows.append(f"F{number},P{number},{number % 2}")
    (films / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    run = tmp_path / "run"
    words = ["--held-out", "0.25", *QUICK]
    assert main(["train", "magboo-cleaned", "--data", str(films), "--out", str(run), *words]) == 0
    said = capsys.readouterr().out
    assert "pixels blanked on 8 of 8 scans." in said
    assert "pixels blanked on 8 of 8 scans." in (run / "card.md").read_text(encoding="utf-8")
    assert main(["models", "add", str(run), "--name", "mine"]) == 0
    table = str(tmp_path / "predictions.csv")
    assert main(["predict", str(films / "scans"), "--model", "mine", "--out", table]) == 0
    assert "pixels blanked on 8 of 8 scans." in capsys.readouterr().err

    counts = toy_cohort(tmp_path / "counts", 8)
    assert main(["train", "magboo-cleaned", "--data", str(counts), "--out", str(tmp_path / "c"), *words]) == 0
    assert "0 pixels blanked on 0 of 8 scans." in capsys.readouterr().out
    assert main(["predict", str(counts / "scans"), "--model", "mine", "--out", table]) == 0
    assert "blanked" not in capsys.readouterr().err
