"""One view on a page of the PDF: the picture without loss, the outlines of the lesions as vectors over it."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from app.report.bone_scan.facts import Polygon
from app.report.bone_scan.pictures import Outline, ReportPicture, sides
from app.report.fonts import BOLD

_INK_RGB = (0.82, 0.14, 0.18)
"""Of metastases, as in the window."""
_SIZE = 5.5
_GAP = 10.0


def films(
    pictures: Sequence[ReportPicture], outlines: Sequence[Sequence[Outline]], width: float, height: float
) -> Any:  # Any: reportlab has no types
    """Both views beside each other as one flowable, as large as the room allows, in points."""
    from reportlab.platypus import Flowable

    shares = [picture.columns / (picture.rows * picture.tallness) for picture in pictures]
    tall = min(height - 14, (width - _GAP * (len(pictures) - 1)) / sum(shares))

    class Films(Flowable):  # type: ignore[misc]  # reportlab has no types
        def wrap(self, *_: object) -> tuple[float, float]:
            return width, tall + 14

        def draw(self) -> None:
            left = 0.0
            for picture, drawn, share in zip(pictures, outlines, shares, strict=True):
                _draw(self.canv, picture, drawn, left, tall * share, tall)
                left += tall * share + _GAP

    return Films()


def _draw(
    canvas: Any, picture: ReportPicture, outlines: Sequence[Outline], left: float, width: float, height: float
) -> None:
    from reportlab.lib.utils import ImageReader

    canvas.saveState()
    canvas.drawImage(ImageReader(BytesIO(picture.content)), left, 0, width, height)
    canvas.setStrokeGray(0.75)
    canvas.setLineWidth(0.4)
    canvas.rect(left, 0, width, height)
    canvas.setFont(BOLD, 7.5)
    canvas.setFillGray(0.15)
    first, last = sides(picture.view)
    canvas.drawString(left + 3, height - 9, first)
    canvas.drawRightString(left + width - 3, height - 9, last)
    canvas.drawCentredString(left + width / 2, height + 4, picture.view.capitalize())
    across, down = width / picture.columns, height / picture.rows
    for outline in outlines:
        for line in outline.lines:
            _line(canvas, [(left + x * across, height - y * down) for x, y in line])
    taken: list[tuple[float, float]] = []
    for outline in outlines:
        places = _places(outline.lines, left, height, across, down, len(outline.name) * 0.72 * _SIZE)
        free = [
            one
            for one in places
            if not any(abs(one[0] - x) < 9 and abs(one[1] - y) < _SIZE for x, y in taken)
        ]
        at = (free or places)[0]
        taken.append(at)
        _name(canvas, outline.name, at)
    canvas.restoreState()


def _line(canvas: Any, points: list[tuple[float, float]]) -> None:
    path = canvas.beginPath()
    if len(points) == 1:
        path.circle(*points[0], 3)
    else:
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
    for colour, line in (((1, 1, 1), 1.5), (_INK_RGB, 0.7)):
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineWidth(line)
        canvas.drawPath(path, stroke=1, fill=0)


def _places(
    lines: Sequence[Polygon], left: float, height: float, across: float, down: float, width: float
) -> list[tuple[float, float]]:
    """Where the name of an outline may stand: right, left, above or below it."""
    xs = [left + x * across for line in lines for x, _ in line]
    ys = [height - y * down for line in lines for _, y in line]
    middle, half = (min(ys) + max(ys) - _SIZE * 0.7) / 2, (min(xs) + max(xs) - width) / 2
    return [
        (max(xs) + 1.5, middle),
        (min(xs) - width - 1.5, middle),
        (half, max(ys) + 1.5),
        (half, min(ys) - _SIZE),
        (max(xs) + 1.5, max(ys)),
        (min(xs) - width - 1.5, min(ys) - _SIZE),
    ]


def _name(canvas: Any, name: str, at: tuple[float, float]) -> None:
    canvas.setFont(BOLD, _SIZE)
    canvas.setLineWidth(1.2)
    canvas.setStrokeGray(1)
    canvas.setFillGray(1)
    canvas.drawString(*at, name, mode=2)  # a white edge, so that it is read on any grey
    canvas.setFillColorRGB(*_INK_RGB)
    canvas.drawString(*at, name, mode=0)
