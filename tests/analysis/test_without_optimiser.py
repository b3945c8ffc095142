"""The reader edition of the program comes without parts of scipy; the analysis does without and says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.analysis.conftest import REFERENCE

CODE = """
import sys
from importlib.machinery import PathFinder

LEFT_OUT = ("scipy.linalg", "scipy.optimize", "scipy.stats")

class Missing(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name in LEFT_OUT else PathFinder.find_spec(name, path, target)

sys.meta_path[:] = [each for each in sys.meta_path if each is not PathFinder] + [Missing]
from pathlib import Path
from app.analysis.ingest.assemble import read_readings
from app.analysis.options import AnalysisOptions
from app.analysis.study import analyse_study
import app.workflows.reports.bone_scan, app.workflows.rehearsal.rehearse

found = analyse_study(read_readings(Path(sys.argv[1])), options=AnalysisOptions(bootstrap=10))
assert found.time_model is None
print("\\n".join(found.notes))
assert not [name for name in LEFT_OUT if name in sys.modules]
"""


def test_what_the_reader_edition_leaves_out_is_not_needed_and_said() -> None:
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(REFERENCE / "study134_readers.csv")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    assert "reading times are not modelled here" in run.stdout
