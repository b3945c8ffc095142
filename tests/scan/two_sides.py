"""One scan whose sides are told apart by their counts, and what the tests of sides ask of it."""

from __future__ import annotations

import numpy as np

from app.scan.scan import Scan, ViewEvidence
from tests.scan.nm_files import toy_counts

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(6))
"""The two views that the tests of sides tell apart."""
NO_CODES = {"view_codes": (None, None)}


def evidence(scan: Scan) -> set[ViewEvidence]:
    """By what the sides of a scan were decided."""
    return {view.evidence for view in scan.views}


def is_right(scan: Scan) -> bool:
    """Whether each side shows its own counts."""
    front, back = scan.anterior, scan.posterior
    assert front is not None
    assert back is not None
    return np.array_equal(front.counts, ANTERIOR) and np.array_equal(back.counts, POSTERIOR)
