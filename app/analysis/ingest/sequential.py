"""Times of sequential reading: the record of a second answer begins when the AI is revealed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from app.analysis.placements import Bools, Floats


def times_of_answers(
    presentations: Sequence[Hashable], arms: Sequence[str], seconds: Floats, locked: Bools
) -> tuple[Floats, Floats | None]:
    """Seconds from the first frame to each answer, and seconds with the AI; float64 (records,) each.

    `seconds` are those of the records, `locked` tells first answers of sequential reading, bool (records,).
    A second answer is an aided one; to its seconds, which are the time with the AI, those of the first
    answer to the same presentation are added. Where that is not there the time to the final answer is
    unknown (NaN). Without locked answers nothing is added, and there is no time with the AI (None).
    """
    if not locked.any():
        return seconds, None
    second = np.array([arm.lower() == "aided" for arm in arms]) & ~locked
    first = {presentations[row]: float(seconds[row]) for row in np.flatnonzero(locked).tolist()}
    whole = seconds.copy()
    for row in np.flatnonzero(second).tolist():
        whole[row] += first.get(presentations[row], np.nan)
    return whole, np.where(second, seconds, np.nan)
