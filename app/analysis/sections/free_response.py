"""Free-response figures of merit of every reader and arm, and the MRMC analysis of wAFROC."""

from __future__ import annotations

import numpy as np

from app.analysis.exact import Unvarying
from app.analysis.froc import Merit, froc_curve, jackknife_covariance, merit
from app.analysis.ingest.marks import FreeResponse
from app.analysis.options import AnalysisOptions
from app.analysis.results import MrmcFamily, ReaderFroc
from app.analysis.sections.arms import family
from app.analysis.sections.merits import Merits


def free_response(study: FreeResponse, options: AnalysisOptions) -> tuple[tuple[ReaderFroc, ...], MrmcFamily]:
    """All figures of merit; the MRMC analysis is of wAFROC with the jackknife."""
    rows: list[ReaderFroc] = []
    dropped: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = []
    for arm, reads in zip(study.arms, study.reads, strict=True):
        for reader, marked in zip(study.readers, reads, strict=True):
            found = {which: merit(marked, study.lesions, which) for which in Merit}
            dropped.append(found[Merit.WAFROC].dropped)
            rows.append(
                ReaderFroc(
                    arm,
                    reader,
                    wafroc=found[Merit.WAFROC].value,
                    afroc=found[Merit.AFROC].value,
                    wafroc1=found[Merit.WAFROC1].value,
                    afroc1=found[Merit.AFROC1].value,
                    hr_auc=found[Merit.HR_AUC].value,
                    curve=froc_curve(marked, study.lesions),
                )
            )
    shape = (len(study.arms), len(study.readers))
    theta = np.array([row.wafroc for row in rows]).reshape(shape)
    c = jackknife_covariance(np.stack(dropped)).reshape(*shape, *shape)
    truth = study.lesions.truth
    alike = Unvarying((theta == 0.0) | (theta == 1.0), int(min(truth.sum(), (~truth).sum())))
    merits = Merits(theta, c, "wAFROC", "jackknife", alike)
    return tuple(rows), family(merits, study.arms, study.readers, options)
