"""The images of a report that is opened without its scan: grey values, for looking only."""

from __future__ import annotations

from io import BytesIO

import numpy as np

from app.report.bone_scan.document import ReportDocument
from app.report.bone_scan.pictures import ReportPicture
from app.scan.opened_picture import opened_picture
from app.scan.scan import Acquisition, Counts, Scan, View, ViewName


def pictured_scan(document: ReportDocument) -> Scan:
    """A display-only scan out of the pictures that the document holds."""
    facts = document.content.facts
    lower, upper = facts.levels
    views = {
        picture.view: View(
            ViewName(picture.view),
            (lower + (upper - lower) * _share(picture)).astype(np.float32),
            (picture.tallness, 1.0),
        )
        for picture in document.pictures
    }
    return Scan(
        facts.case,
        views.get(ViewName.ANTERIOR.value),
        views.get(ViewName.POSTERIOR.value),
        acquisition=Acquisition(file_format="report"),
        display_only=True,
        simulated=facts.simulated,
    )


def _share(picture: ReportPicture) -> Counts:
    """The share of the display window, float32 (rows, cols), 0 white to 1 black."""
    with opened_picture(BytesIO(picture.content), ("PNG",)) as grey:
        return np.asarray((255 - np.asarray(grey, np.float32)) / 255, np.float32)
