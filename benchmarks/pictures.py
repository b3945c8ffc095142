"""The pictures of the README, taken from the running program on simulated scans.

    python -m benchmarks.pictures            writes docs/pictures/{reading,reading_ai,library,report,…}.png

The window is driven with key and mouse events, as a person drives it; nothing is drawn by hand.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QPushButton, QWidget

from app.scan.scan import ViewName
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.study.protocol import Mode, Protocol, ScreenRules
from app.study.snapshot import Stage
from app.window_request import WindowRequest
from app.workflows.rehearsal.readers import rehearse
from app.workflows.simulator.simulate import make_cohort
from app.workflows.study.ai_compute import compute_ai
from app.workflows.study.new import Ingredients, new_study
from tests.gui.pages.reading.driver import Person

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
SIZE = (1440, 960)
FIT = ScreenRules(fit_patient=True)
"""As new studies have it."""


def settle(milliseconds: int) -> None:
    """Let the window and its background threads work; QTest.qWait would keep the threads waiting."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def take(window: QWidget, name: str, milliseconds: int = 800) -> None:
    """Write what the window shows once it has settled."""
    settle(milliseconds)
    PICTURES.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(PICTURES / f"{name}.png"))
    print(f"docs/pictures/{name}.png", file=sys.stderr)


def findings(cohort: Path) -> dict[str, list[tuple[float, float]]]:
    """Where each case's clear metastases lie on the anterior view: image pixels (x, y), clearest first."""
    with (cohort / "lesions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["malignant"] == "1" and row["row_anterior"]]
    rows.sort(key=lambda row: -float(row["cnr_anterior"]))
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        place = (float(row["column_anterior"]), float(row["row_anterior"]))
        found.setdefault(row["case"], []).append(place)
    return found


def read_some(person: Person, lesions: dict[str, list[tuple[float, float]]]) -> None:
    """Answer the cases before one with several clear metastases, outline two of them there, and stop."""
    person.start()
    while len(lesions.get(case := person.session.snapshot.assignment.case, ())) < 2:
        person.answer("n", "2") if case not in lesions else person.answer("y", "9")
        person.submit()
        person.wait_for_case()
    for x, y in lesions[case][:2]:
        person.type("p")
        for dx, dy in ((-9, -4), (-3, -11), (7, -9), (11, 2), (4, 11), (-6, 9)):
            person.click_image(ViewName.ANTERIOR, x + dx, y + dy)
        person.key(Qt.Key.Key_Return)
    person.answer("y", "9")


def finish(person: Person) -> None:
    """Leave the list for now, also when asked about the case that is open."""
    header = person.page.header
    person.click(header.leave)
    settle(300)
    asked = [b for b in person.page.findChildren(QPushButton) if "Finish" in b.text() and b.isVisible()]
    for button in asked:
        if button is not header.leave:
            person.click(button)
            settle(300)
            return


def read_aided(home: Path, cohort: Path) -> None:
    """A sequential study up to the moment in which the model's answer stands beside the films."""
    study = home / "SEQ-AI"
    protocol = Protocol(
        "Bone metastases, simulated", "SEQ-AI", readers=("R3",), mode=Mode.SEQUENTIAL, screen=FIT
    )
    new_study(study, [ill_scan(cohort)], Ingredients(protocol=protocol, truth=cohort / "truth.csv"))
    compute_ai(study)
    person = Person(study, "R3", SIZE)
    person.start()
    person.answer("y", "7")
    person.submit()
    person.wait(lambda: person.session.snapshot.stage is Stage.AI)
    person.wait_for_case()
    take(person.window, "reading_ai", 2500)
    person.leave()


def other_pages(study: Path, cohort: Path) -> dict[str, WindowRequest]:
    """The pages beside the reading page, each with something to show."""
    scans, scan = (cohort / "scans",), ill_scan(cohort)
    return {
        "coordinator": WindowRequest(page="coordinator", study=study),
        "library": WindowRequest(page="library", paths=scans),
        "simulator": WindowRequest(page="simulator"),
        "annotate": WindowRequest(page="annotate", paths=scans),
        "model": WindowRequest(page="model"),
        "report": WindowRequest(page="report", paths=(scan,), masks=cohort / "labels" / f"{scan.stem}.npz"),
    }


def ill_scan(cohort: Path) -> Path:
    """The scan with most clear metastases, but not hundreds of them."""
    found = findings(cohort)
    case = max((case for case in found if len(found[case]) < 9), key=lambda case: len(found[case]))
    return cohort / "scans" / f"{case}.dcm"


def main() -> None:
    """Make a small study, read some of it, and take the pictures."""
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)  # the window shows where a study lies
        home = Path()
        os.environ["SCINTIREAD_HOME"] = str(Path(name) / "home")
        cohort = home / "cohort"
        make_cohort(Cohort(40, preset("easy", 0.5), 7, "easy", follow_up=False), cohort, workers=2)
        study = home / "HIRES-BM"
        protocol = Protocol("Bone metastases, simulated", "HIRES-BM", readers=("R1", "R2", "R3"), screen=FIT)
        new_study(study, cohort / "scans", Ingredients(protocol=protocol, truth=cohort / "truth.csv"))
        person = Person(study, "R3", SIZE)
        read_some(person, findings(cohort))
        take(person.window, "reading")
        person.key(Qt.Key.Key_F1)
        take(person.window, "keys")
        person.key(Qt.Key.Key_Escape)
        finish(person)
        person.window.open_page(WindowRequest(page="library"))  # the study has to be free
        rehearse(study, 7)
        for name, request in other_pages(study, cohort).items():
            person.window.open_page(request)
            take(person.window, name, 8000)
        person.leave()
        read_aided(home, cohort)


if __name__ == "__main__":
    main()
