"""`scintiread pacs`: PACS to enter and test, scans to find and fetch, results to send back."""

from __future__ import annotations

import argparse

from app.cli.pacs import nodes, transfer


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's verbs."""
    verbs = parser.add_subparsers(dest="pacs_verb", metavar="VERB", required=True, title="verbs")
    nodes.configure(verbs)
    transfer.configure(verbs)
