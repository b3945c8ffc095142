"""From DICOM files to probability and attention: the shipped model, and a VGG16 at 512 x 512.

Without a shipped model its net is measured with random weights: they cost as much. Training or tests running
beside it make every figure worse.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.learning.predict import Predictor, open_predictor
from app.learning.weights import InstalledModel, find_model, installed_models
from app.scan.read import read_scan
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.workflows.simulator.simulate import make_cohort
from benchmarks.table import Row, print_table

SCANS = 12
CORES = 2
FIRST = """
import time
begun = time.perf_counter()
import sys
from pathlib import Path
from app.learning.predict import open_predictor
from app.learning.weights import find_model
from app.scan.read import read_scan
open_predictor(find_model(sys.argv[1]), threads=int(sys.argv[2])).predict(read_scan(Path(sys.argv[3])))
print(time.perf_counter() - begun, 'torch' in sys.modules)
"""


def one_by_one(predictor: Predictor, files: list[Path], *, attention: bool) -> tuple[float, float]:
    """Median seconds and processor seconds per scan: reading, preparing, the net, maps in the views' pixels.

    Processor seconds are those of all threads; they hardly change when something else runs beside.
    """
    predictor.predict(read_scan(files[0]), attention=attention, planes=False)
    taken, worked = [], []
    for file in files:
        begun, used = time.perf_counter(), time.process_time()
        predictor.predict(read_scan(file), attention=attention, planes=False)
        taken.append(time.perf_counter() - begun)
        worked.append(time.process_time() - used)
    return statistics.median(taken), statistics.median(worked)


def in_batches(predictor: Predictor, files: list[Path], batch: int) -> float:
    """Scans per second of the probability alone."""
    begun = time.perf_counter()
    done = list(predictor.predict_many(map(read_scan, files), batch=batch, attention=False, planes=False))
    return len(done) / (time.perf_counter() - begun)


def first_answer(model: InstalledModel, file: Path) -> float:
    """Seconds from the start of a process's imports to its first answer; median of three."""
    taken = []
    for _ in range(3):
        command = [sys.executable, "-c", FIRST, model.name, str(CORES), str(file)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, torch_loaded = run.stdout.split()
        if torch_loaded != "False" and model.shipped:  # other nets may need it for Grad-CAM
            raise SystemExit("torch was imported for a prediction")
        taken.append(float(seconds))
    return statistics.median(taken)


def with_random_weights(recipe_name: str, folder: Path) -> InstalledModel:
    """A recipe's net, freshly initialised and installed under the recipe's name."""
    import json

    import torch

    from app.learning.recipes import recipe_named
    from app.learning.weight_files import save_weights
    from app.workflows.models.ship import CardRequest, card_and_install

    run = folder / recipe_name
    run.mkdir()
    torch.manual_seed(1)
    save_weights(recipe_named(recipe_name).build(), run / "weights.safetensors", {})
    facts = {"format": "scintiread run", "recipe": recipe_name, "cohort": "none", "simulated": True}
    (run / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    return card_and_install(CardRequest(run, f"random-{recipe_name}"))


def rows_of(model: InstalledModel, files: list[Path], target: str) -> list[Row]:
    """What one model takes."""
    predictor = open_predictor(model, "cpu", threads=CORES)
    whole, worked = one_by_one(predictor, files, attention=True)
    plain, _ = one_by_one(predictor, files, attention=False)
    many = in_batches(predictor, files, 4)
    first = first_answer(model, files[0])
    what = f"{model.name}: DICOM to probability and attention, {CORES} threads, median of {len(files)}"
    return [
        Row(what, f"{whole:.3f} s", target),
        Row(f"{model.name}: processor seconds of that, all threads", f"{worked:.3f} s"),
        Row(f"{model.name}: the same, probability only", f"{plain:.3f} s"),
        Row(f"{model.name}: probabilities in batches of 4", f"{many:.1f} scans/s"),
        Row(f"{model.name}: first answer of a new process, with imports", f"{first:.2f} s"),
    ]


def main() -> None:
    """Print the table; `SCINTIREAD_HOME` is set aside so that the user's models stay as they are."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SCINTIREAD_HOME"] = f"{folder}/home"
        out = Path(folder) / "cohort"
        make_cohort(Cohort(SCANS, preset("trial"), 1, "trial"), out, workers=1)
        files = sorted((out / "scans").glob("*.dcm"))
        default = find_model() if installed_models() else with_random_weights("scintiread", Path(folder))
        rows = rows_of(default, files, "≤ 0.12 s")
        rows += rows_of(with_random_weights("ibrahim2023", Path(folder)), files, "≤ 1.5 s")
        print_table(rows)


if __name__ == "__main__":
    main()
