"""`scintiread read FILE`: open the window on a bundle, or check it without one."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.bundles.bundles import add_passphrase, passphrase_in
from app.window_request import WindowRequest
from app.wording import counted


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("bundle", type=Path, metavar="FILE", help="a bundle, FILE.scintiread")
    parser.add_argument("--check", action="store_true", help="only look whether it is whole and unaltered")
    add_passphrase(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int | WindowRequest:
    """Check the bundle, or ask for the window on it."""
    passphrase = passphrase_in(chosen.passphrase_file)
    if not chosen.check:
        return WindowRequest(page="reading", bundle=chosen.bundle.absolute(), passphrase=passphrase)
    from app.workflows.bundles.inside import answers_inside
    from app.workflows.bundles.open import check_bundle

    found = check_bundle(chosen.bundle, passphrase=passphrase)
    answers = answers_inside(chosen.bundle, found)
    simulated = f", {found.simulated} of them SIMULATED" if found.simulated else ""
    print(f"{chosen.bundle.name}: study {found.study}, reader {found.reader}, version {found.version}")
    print(f"{counted(found.cases, 'case')}{simulated}; whole and unaltered")
    print(f"It carries {counted(answers, 'answer') if answers else 'no answers yet'}.")
    print(f"Signed with the key {found.fingerprint}: compare it with the coordinator's.")
    return 0
