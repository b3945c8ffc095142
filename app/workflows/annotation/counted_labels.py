"""Labels as they are counted, for quantification, report and follow-up alike."""

from __future__ import annotations

from dataclasses import replace

from app.annotation.classes import METASTASIS
from app.annotation.label_set import LabelSet
from app.annotation.masks import union
from app.errors import AppError
from app.quantification.bsi import bone_scan_index
from app.quantification.counting import counted_once, counting_doubts
from app.quantification.eod import eod_grade
from app.quantification.pabs import pabs_percent
from app.quantification.registration.bone_fit import fit_bones
from app.quantification.told_bones import told_bones
from app.scan.scan import Scan

_MOST_PERCENT = 100 / 3
"""Of the skeleton: more than a model draws on anybody but a patient with a superscan."""


def counted_labels(
    scan: Scan, labels: LabelSet, *, bone_map: bool = True, by_model: bool = False
) -> LabelSet:
    """The labels with every lesion once, on the bones that persons named, and every doubt in the notes.

    Labels without bone regions get those fitted to the scan, unless `bone_map` is False. `by_model`: nobody
    has looked at them; then AppError is raised for a drawing that cannot be right.
    """
    annotation, said = counted_once(labels.annotation)
    notes = (*labels.notes, *said, *counting_doubts(annotation, labels.sizes))
    labels = replace(labels, annotation=annotation, notes=notes)
    if bone_map and not labels.bones:
        fitted = fit_bones(scan)
        labels = replace(labels, bones=fitted.maps, notes=(*notes, *fitted.notes))
    if labels.made_by is not None and (wrong := implausible(labels)):
        if by_model:
            raise AppError(
                f"What the model drew on {scan.case} is not believable: {wrong}. No figure is given.",
                "Look at it in Annotate (Propose), and quantify what a person has outlined.",
            )
        labels = replace(labels, notes=(*labels.notes, f"not believable, as a model drew it: {wrong}"))
    return replace(labels, bones=told_bones(labels.annotation, labels.bones))


def implausible(labels: LabelSet) -> str:
    """Why a model's drawing cannot be right, in a few words; "" where it may be, or no bones are mapped.

    More than a third of the skeleton is a superscan, which involves ribs, spine and pelvis alike, or a fault.
    What the model drew against its own call counts too.
    """
    foci = [region for region in (*labels.annotation.regions, *labels.withheld) if region.label == METASTASIS]
    masks = {
        view: union((region for region in foci if region.view is view), codes.shape)
        for view, codes in labels.bones.items()
    }
    share = pabs_percent(masks, labels.bones)
    if share is None or share <= _MOST_PERCENT:
        return ""
    drawn = f"an area of {share:.0f} % of the skeleton is drawn as metastasis"
    if labels.withheld:
        return f"{drawn} on a scan that it calls normal itself"
    if eod_grade(len(foci), bone_scan_index(masks, labels.bones)) < 4:
        return f"{drawn}, and not as a superscan would look"
    return ""
