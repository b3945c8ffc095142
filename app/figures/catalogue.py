"""All figures of an analysis with their file names and captions; adding one is a function and a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matplotlib.figure import Figure

from app.analysis.study import Analysis
from app.figures import confusion, course, decision, distributions, flow, forest, roc
from app.figures.style import stamp

Draw = Callable[[Analysis], Figure | None]


@dataclass(frozen=True)
class FigureEntry:
    """One figure: file stem, short title for lists, caption for papers, and how it is drawn."""

    stem: str
    title: str
    caption: str
    draw: Draw


FIGURES: tuple[FigureEntry, ...] = (
    FigureEntry(
        "roc_readers",
        "ROC per reader",
        "Empirical ROC curves of each reader with the AUC in each panel; symbols on the curves are the "
        "operating points of yes/no calls where there are any. Stars: the algorithms'.",
        roc.roc_readers,
    ),
    FigureEntry(
        "roc_arms",
        "ROC per arm",
        "Mean ROC curve of each arm (vertical average over readers) with its 95 % bootstrap band over "
        "readers and "
        "cases.",
        roc.roc_arms,
    ),
    FigureEntry(
        "forest",
        "Differences of AUC",
        "Differences of AUC with 95 % intervals. Squares: readers together (Obuchowski-Rockette), over what "
        "the analysis takes as random; an algorithm against readers, over readers and cases. "
        "Circles: two raters on the same cases (DeLong), over cases. "
        "“No test”: no variance could be estimated.",
        forest.forest,
    ),
    FigureEntry(
        "slopes",
        "Reader by reader",
        "AUC of each reader in the first and in the last arm; dashed where it got worse.",
        forest.slopes,
    ),
    FigureEntry(
        "auc_violins",
        "Bootstrap AUC",
        "Distribution of AUC over bootstrap resamples, readers pooled within each arm; bar: interquartile "
        "range, "
        "dot: median.",
        distributions.auc_violins,
    ),
    FigureEntry(
        "time_boxes",
        "Reading time",
        "Active reading time per reader and arm, from the first frame to the answer (of a sequential study: "
        "to the locked and to the final answer), on a logarithmic axis; box: quartiles, whiskers: 1.5 "
        "interquartile "
        "ranges; beside them the seconds of algorithms, where a table of predictions tells them.",
        distributions.time_boxes,
    ),
    FigureEntry(
        "confusion",
        "Confusion matrices",
        "Calls against the reference standard, all reads of an arm together, and each algorithm. Shares are "
        "of each "
        "true class.",
        confusion.confusion_matrices,
    ),
    FigureEntry(
        "flow",
        "Flow of cases and reads",
        "Cases and reads on record, what was left out of each and why, and the calls of each arm by the "
        "reference standard (STARD 2015, item 19).",
        flow.study_flow,
    ),
    FigureEntry(
        "froc",
        "FROC",
        "Free-response ROC curves of each reader; above each panel the mean of the readers.",
        course.froc,
    ),
    FigureEntry(
        "calibration",
        "Calibration",
        "Observed share of diseased cases against the rating given, in bins of the scale.",
        course.calibration,
    ),
    FigureEntry(
        "decision",
        "Decision curves",
        "Net benefit of calling a case diseased from each stated probability on, at the study's own share "
        "of diseased cases: thick, the mean of each arm's readers; thin, each reader; dotted, all called "
        "diseased.",
        decision.decision_curves,
    ),
    FigureEntry(
        "order",
        "Order and fatigue",
        "Active reading time against the place of the case in the reader's list.",
        course.order,
    ),
    FigureEntry(
        "time_per_case",
        "Time per case",
        "Median active reading time of each case over readers and arms, with the fastest and slowest read.",
        course.time_per_case,
    ),
)


def drawn(analysis: Analysis, words: str = "") -> Iterator[tuple[FigureEntry, Figure]]:
    """Draw what the analysis has something to show for, one at a time, with `words` stamped on each."""
    for entry in FIGURES:
        figure = draw(entry, analysis, words)
        if figure is not None:
            yield entry, figure


def draw(entry: FigureEntry, analysis: Analysis, words: str = "") -> Figure | None:
    """One figure with `words` stamped on it; None when there is nothing to show."""
    figure = entry.draw(analysis)
    if figure is not None and words:
        stamp(figure, words)
    return figure
