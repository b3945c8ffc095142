"""Fleiss' kappa per pixel: agreement of any number of people beyond chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.annotation.geometry import Mask


def fleiss_kappa(masks: Sequence[Mask]) -> float | None:
    """Kappa over the pixels of masks, bool (rows, cols) each; None where nobody marked anything.

    kappa = (P - P_e) / (1 - P_e), P the mean share of agreeing pairs per pixel, P_e that of chance (Fleiss
    1971, Psychol Bull 76:378). All pixels count, so that air makes P high but not kappa.
    """
    votes = np.sum(masks, axis=0, dtype=np.int64)
    people = len(masks)
    if people < 2:
        raise ValueError("kappa compares at least two people")
    share = float(votes.mean()) / people
    by_chance = share**2 + (1 - share) ** 2
    if by_chance == 1.0:
        return None
    agreeing = (votes * (votes - 1) + (people - votes) * (people - votes - 1)) / (people * (people - 1))
    return (float(agreeing.mean()) - by_chance) / (1 - by_chance)
