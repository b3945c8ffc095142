"""A PACS on this machine: the throughput of storing and fetching, and the list of 1,000 studies.

python -m benchmarks.pacs     needs Orthanc with its DICOMweb plugin
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from app.pacs.query import Query
from app.scan.deidentify_elements import DeidentifyOptions
from app.workflows.pacs.fetch import Fetching, fetch_found, fetch_from_pacs
from app.workflows.pacs.find import find_on_pacs
from app.workflows.pacs.send import send_to_pacs
from benchmarks.table import Row, print_table
from tests.pacs import servers
from tests.scan.nm_files import nm_dataset, toy_counts

SCANS, STUDIES = 20, 1000


def write(folder: Path, count: int, small: bool) -> Path:
    """So many scans of 1 MB, or of 4 kB each."""
    folder.mkdir()
    views = (np.ones((32, 32)), np.ones((32, 32))) if small else toy_counts(np.random.default_rng(1))
    for number in range(count):
        date = f"2026{1 + number % 12:02d}{1 + number % 28:02d}"
        scan = nm_dataset(*views, PatientID=f"ID{number}", StudyDate=date, BurnedInAnnotation="NO")
        scan.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder


def seconds(work: object) -> float:
    """How long a call takes."""
    begun = time.perf_counter()
    work()  # type: ignore[operator]  # a function without arguments
    return time.perf_counter() - begun


def main() -> int:
    """Print one table."""
    if servers.ORTHANC is None or servers.DICOMWEB is None:
        print("Orthanc with its DICOMweb plugin is not installed here.", file=sys.stderr)
        return 1
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name, servers.orthanc() as server:
        folder = Path(name)
        scans = write(folder / "scans", SCANS, small=False)
        megabytes = sum(file.stat().st_size for file in scans.iterdir()) / 1e6
        for words, node in (
            ("C-STORE, C-GET", server.node()),
            ("C-STORE, C-MOVE", server.node(retrieve="move")),
            ("STOW, WADO", server.web()),
        ):
            server.clear()
            there = seconds(lambda node=node: send_to_pacs(node, [scans]))
            wish = fetch_found(find_on_pacs(node, Query()).studies, Query())
            into = folder / words.replace(", ", "-")
            back = seconds(lambda node=node, wish=wish, into=into: fetch_from_pacs(node, wish, into))
            speeds = f"{megabytes / there:.0f} and {megabytes / back:.0f} MB/s"
            rows.append(Row(f"{words}: {SCANS} scans of 1 MB there and back", speeds))
        clean = Fetching(wish.studies, known=wish.known, options=DeidentifyOptions())
        took = seconds(lambda: fetch_from_pacs(server.node(), clean, folder / "clean"))
        rows.append(Row("fetched and de-identified on arrival", f"{1e3 * took / SCANS:.0f} ms a scan"))
        server.clear()
        send_to_pacs(server.node(), [write(folder / "small", STUDIES, small=True)])
        for words, node in (("C-FIND", server.node()), ("QIDO", server.web())):
            for inside, note in ((False, "listed"), (True, "listed and looked into for whole-body series")):
                query = Query(whole_body=inside)
                took = seconds(lambda node=node, query=query: find_on_pacs(node, query))
                rows.append(Row(f"{words}: {STUDIES:,} studies {note}", f"{took:.1f} s"))
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
