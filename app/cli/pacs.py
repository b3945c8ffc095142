"""`scintiread pacs`: PACS to enter and test, scans to find and fetch, results to send back."""

from __future__ import annotations

import argparse

from app.cli import pacs_nodes, pacs_transfer


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's verbs."""
    verbs = parser.add_subparsers(dest="pacs_verb", metavar="VERB", required=True, title="verbs")
    pacs_nodes.configure(verbs)
    pacs_transfer.configure(verbs)
