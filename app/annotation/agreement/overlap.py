"""Two people's masks of one class on one view: overlap, lesions found by both, distance of their edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.annotation.geometry import Mask


@dataclass(frozen=True)
class Overlap:
    """Agreement of two masks; None where neither has anything, or only one for the distance.

    `hausdorff_95` is in mm, or in pixels where no spacing is known.
    """

    pixels_a: int
    pixels_b: int
    dice: float | None
    iou: float | None
    lesions_a: int
    lesions_b: int
    found_a: int
    """Lesions of A that B has too."""
    found_b: int
    f1: float | None
    hausdorff_95: float | None


def overlap(a: Mask, b: Mask, spacing: tuple[float, float] = (1.0, 1.0), least_iou: float = 0.0) -> Overlap:
    """Agreement of two masks, bool (rows, cols); `spacing`: size of a pixel along rows and columns.

    Dice 2 |A B| / (|A| + |B|) (Dice 1945, Ecology 26:297), IoU |A B| / |A or B| (Jaccard 1912). A lesion is a
    connected part (by sides and corners); one is found when some lesion of the other overlaps it with an IoU
    above `least_iou`; F1 = 2 TP / (2 TP + FP + FN) with TP the mean of those found of A and of B.
    """
    both, either = int((a & b).sum()), int((a | b).sum())
    sum_of_both = int(a.sum()) + int(b.sum())
    parts_a, parts_b = _parts(a), _parts(b)
    found_a, found_b = _found(*parts_a, *parts_b, least_iou)
    number = parts_a[1] + parts_b[1]
    return Overlap(
        pixels_a=int(a.sum()),
        pixels_b=int(b.sum()),
        dice=2 * both / sum_of_both if sum_of_both else None,
        iou=both / either if either else None,
        lesions_a=parts_a[1],
        lesions_b=parts_b[1],
        found_a=found_a,
        found_b=found_b,
        f1=(found_a + found_b) / number if number else None,
        hausdorff_95=hausdorff_95(a, b, spacing),
    )


def hausdorff_95(a: Mask, b: Mask, spacing: tuple[float, float] = (1.0, 1.0)) -> float | None:
    """The 95th percentile of the distances between the edges of two masks, None when one is empty.

    The greater of both directions (Huttenlocher 1993, IEEE TPAMI 15:850, with the percentile in place of the
    maximum); an edge is what erosion by four neighbours takes away. a, b: bool (rows, cols).
    """
    from scipy import ndimage

    if not a.any() or not b.any():
        return None
    inside = ndimage.find_objects((a | b).astype(np.uint8))[0]  # all edges are there
    a, b = a[inside], b[inside]
    edge_a, edge_b = (mask & ~ndimage.binary_erosion(mask) for mask in (a, b))
    to_a, to_b = (ndimage.distance_transform_edt(~edge, sampling=spacing) for edge in (edge_a, edge_b))
    return float(max(np.percentile(to_b[edge_a], 95), np.percentile(to_a[edge_b], 95)))


def _parts(mask: Mask) -> tuple[np.ndarray, int]:
    from scipy import ndimage

    parts, number = ndimage.label(mask, structure=np.ones((3, 3)))
    return parts, int(number)


def _found(
    parts_a: np.ndarray, number_a: int, parts_b: np.ndarray, number_b: int, least_iou: float
) -> tuple[int, int]:
    """How many parts of each are met by the other; parts: int (rows, cols), 0 outside."""
    shared = np.zeros((number_a + 1, number_b + 1), np.int64)
    np.add.at(shared, (parts_a.ravel(), parts_b.ravel()), 1)
    size_a, size_b = shared.sum(axis=1), shared.sum(axis=0)
    inside = shared[1:, 1:]
    iou = inside / np.maximum(size_a[1:, None] + size_b[None, 1:] - inside, 1)
    met = iou > least_iou
    return int(met.any(axis=1).sum()), int(met.any(axis=0).sum())
