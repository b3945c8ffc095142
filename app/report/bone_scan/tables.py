"""The tables of a report as text cells, the same in every form: indices, lesions, notes, history."""

from __future__ import annotations

from app.quantification.indices import INDICES
from app.report.bone_scan.content import number
from app.report.bone_scan.document import ReportDocument, ReportEventKind, shown_time
from app.report.bone_scan.facts import LETTERS, UNPLACED, ReportFacts, Sighting
from app.report.numbers import MISSING
from app.report.report_table import ReportTable

SIMULATED = "SIMULATED – not a patient"


def index_table(facts: ReportFacts) -> ReportTable:
    """Every index with its definition in the last cell; what is not defined says so."""
    known = facts.indices
    counted, shown = known.bstbi_count, known.bstbi_display
    lower, upper = facts.levels
    weights = {"bsi_percent": known.bsi_weights}
    rows = (
        ("Lesions", "", "", str(known.lesions), "marked as metastasis"),
        ("BSTBI, counts", *(number(value) for value in counted), f"K = {known.k:g}, mean of the views"),
        ("BSTBI, displayed", *(number(value) for value in shown), f"at levels {lower:.4g} to {upper:.4g}"),
        *(
            (
                ", ".join(filter(None, (one.name, one.unit))),
                "",
                "",
                number(known.value(one.key)),
                weights.get(one.key) or one.definition,
            )
            for one in INDICES
            if one.definition
        ),
        ("Extent of disease", "", "", str(known.eod), "grade 0 to 4 (Soloway 1988)"),
    )
    return ReportTable("indices", "Indices", ("Index", "Anterior", "Posterior", "Both", ""), rows)


def lesion_table(facts: ReportFacts) -> ReportTable:
    """One row for each lesion and view."""
    rows = tuple(
        (
            lesion.name if place == 0 else "",
            sighting.view,
            " / ".join(lesion.bones) if place == 0 else "",
            _plain(sighting.area_cm2, 2),
            _plain(sighting.counts, 0),
            _plain(sighting.maximum, 0),
            _plain(sighting.mean, 1),
            _ratio(sighting),
            _plain(sighting.to_background, 2),
        )
        for lesion in facts.lesions
        for place, sighting in enumerate(lesion.sightings)
    )
    head = (
        "Lesion", "View", "Bone", "Area cm²", "Counts", "Max", "Mean", "To other side", "To background",
    )  # fmt: skip
    return ReportTable("lesions", "Lesions", head, rows)


def legend(facts: ReportFacts) -> str:
    """What the letters of the lesions mean, for those that occur."""
    names = {"rib": "ribs", "other": "other parts", UNPLACED: "not placed"}
    said = [f"{LETTERS[region]} {names.get(region, region)}" for region in facts.placed]
    return "Lesions: " + ", ".join(said) if said else "No lesion is marked."


def model_line(facts: ReportFacts) -> str:
    """The model that made the lesions with everything that must stand beside it; empty without one."""
    model = facts.model
    if model is None:
        return ""
    threshold = f"{model.threshold:g}" if model.threshold is not None else "not stated"
    return (
        f"Lesions by model {model.name}, version {model.version or 'not stated'}, "
        f"trained on: {model.training_data or 'not stated'}, threshold {threshold}."
    )


def history(document: ReportDocument) -> ReportTable:
    """Who did what when: time, person, what, and the section."""
    titles = {section.key: section.title for section in document.content.sections}
    words = {
        ReportEventKind.EDIT: "edited",
        ReportEventKind.SIGNATURE: "signed",
        ReportEventKind.ADDENDUM: "added to",
    }
    rows = [(shown_time(document.created), f"ScintiRead {document.program}", "wrote", "every section")]
    rows += [
        (shown_time(each.at), each.person, words[each.kind], titles.get(each.section, "the report"))
        for each in document.events
    ]
    return ReportTable("history", "History", ("Time", "Who", "Did", "What"), tuple(rows))


def _plain(value: float | None, digits: int) -> str:
    return MISSING if value is None else f"{value:,.{digits}f}"


def _ratio(sighting: Sighting) -> str:
    if sighting.ratio is None:
        return MISSING
    error = f" ± {sighting.ratio_error:.2f}" if sighting.ratio_error is not None else ""
    return f"{sighting.ratio:.2f}{error}"
