"""One row per figure, printed as a Markdown table with the machine named."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measured figure beside what it should be; both as text with their unit."""

    what: str
    measured: str
    target: str = ""


def machine() -> str:
    """The machine in words: processor, cores, system, Python."""
    cpuinfo = Path("/proc/cpuinfo")
    model = platform.processor() or platform.machine()
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").split("\n")
        names = [line for line in lines if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def print_table(rows: Sequence[Row]) -> None:
    """Print the rows as Markdown."""
    print("| what | measured | target |\n|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.measured} | {row.target} |")
    print(f"\nMachine: {machine()}.")
