"""AI results that the protocol plans to be wrong or absent, to measure how far readers rely on the AI.

Only the coordinator knows which: the cases stand in the protocol and in the exports, never on a reader's
screen. A wrong result is the model's own one turned over, so that nothing but its content gives it away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.study.ai_result import AiResult, Attention
from app.study.protocol import AiRules

LEAST_DISTANCE = 0.1
"""A planned wrong probability is at least so far from the threshold, as a share of its side of the scale."""
_DOWN = 0.25
"""Of the image's height: so far down the heat map of a planned wrong result is moved."""
_STREAM = 0xA1


def planned(result: AiResult | None, rules: AiRules, case: str) -> AiResult | None:
    """What a reader is shown of a case: nothing, the result, or the result turned over."""
    if result is None or case in rules.absent_cases:
        return None
    shown = result
    if rules.names(result.model):
        shown = replace(result, threshold=rules.threshold)
    if case in rules.wrong_cases:
        shown = mirrored(shown)
    shown = shown if rules.familiarity else replace(shown, familiarity=None)
    return shown if rules.heatmap else replace(shown, heatmaps={}, heatmaps_sha256="")


def mirrored(result: AiResult) -> AiResult:
    """The result with its probability on the other side of the threshold, and heat maps elsewhere.

    How far the probability is from the threshold, as a share of the room on its side, stays.
    """
    at, value = result.threshold, result.probability
    if value >= at:
        share = max((value - at) / (1 - at) if at < 1 else 1.0, LEAST_DISTANCE)
        turned = at - share * at
    else:
        share = max((at - value) / at, LEAST_DISTANCE)
        turned = at + share * (1 - at)
    maps = {view: _moved(heat) for view, heat in result.heatmaps.items()}
    return replace(result, probability=turned, heatmaps=maps)


def plan_name(rules: AiRules, case: str) -> str:
    """What the exports call it: as computed, wrong or absent."""
    if case in rules.absent_cases:
        return "absent"
    return "wrong" if case in rules.wrong_cases else "as computed"


def draw_errors(
    cases: Sequence[str],
    calls: Mapping[str, bool],
    truth: Mapping[str, bool],
    counts: tuple[int, int],
    seed: int,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which cases are going to be wrong and which absent; the same seed draws the same ones.

    Wrong ones are drawn among cases that the model calls rightly: turned over, a wrong call would be right.
    Without any truth, among all cases with a result. Raises ValueError when there are too few.
    """
    right = [case for case in cases if case in calls and (not truth or truth.get(case) == calls[case])]
    wrong_count, absent_count = counts
    rng = np.random.Generator(np.random.PCG64([seed, _STREAM]))
    if wrong_count > len(right):
        raise ValueError(f"{wrong_count} wrong cases were asked for, but only {len(right)} can be")
    wrong = [right[int(place)] for place in rng.permutation(len(right))[:wrong_count]]
    rest = without(cases, wrong)
    if absent_count > len(rest):
        raise ValueError(f"{absent_count} absent cases were asked for, but only {len(rest)} are left")
    absent = [rest[int(place)] for place in rng.permutation(len(rest))[:absent_count]]
    return tuple(sorted(wrong)), tuple(sorted(absent))


def without(cases: Sequence[str], others: Collection[str]) -> list[str]:
    """The cases that are not among the others, in their order."""
    return [case for case in cases if case not in others]


def _moved(heat: Attention) -> Attention:
    """The heat map float32 (rows, cols), left and right exchanged and moved down by a quarter."""
    return np.ascontiguousarray(np.roll(heat[:, ::-1], round(heat.shape[0] * _DOWN), axis=0))
