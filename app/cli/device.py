"""Where a net runs, as every command that runs one asks for it."""

from __future__ import annotations

import argparse

from app.wording import DEVICES


def add_device(parser: argparse.ArgumentParser, what: str = "where the net runs") -> None:
    """Add `--device`."""
    parser.add_argument("--device", default="auto", choices=DEVICES, help=f"{what} (auto)")
