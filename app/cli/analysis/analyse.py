"""`scintiread analyse INPUT --out DIR`: numbers, figures and text of a reader study."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.analysis.options import AnalysisOptions
from app.errors import AppError
from app.plan import AnalysisSet, CovarianceMethod, Generalise, PlannedCases
from app.subgroup import EXAMPLE, Subgroup, subgroup
from app.workflows.analysis.input import AnalysisRequest


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add(
        "source",
        type=Path,
        nargs="?",
        metavar="INPUT",
        help="a study, readings.csv, a tidy CSV or .xlsx, or .imrmc; not needed with --marks and --lesions",
    )
    add("--rating", metavar="COLUMN", help="the rating column, when it is not “rating”")
    methods = [method.value for method in CovarianceMethod]
    add("--covariance", choices=methods, default="jackknife", help="of the AUCs over cases (jackknife)")
    add("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    add(
        "--predictions", type=Path, action="append", nargs="+", default=[], metavar="predictions.csv",
        help="scores of algorithms: model,case,score[,call][,seconds]; may be given several times",
    )  # fmt: skip
    add(
        "--marks",
        type=Path,
        metavar="MARKS.csv",
        help="reader,arm,case,mark,lesion_id,rating with mark LL or NL",
    )
    add("--lesions", type=Path, metavar="LESIONS.csv", help="case,truth,lesion_id,weight")
    add("--lesion-masks", type=Path, metavar="DIR", help="truth masks CASE.npz of a study's lesions")
    add(
        "--mark-radius",
        type=_positive,
        default=5.0,
        metavar="PIXELS",
        help="a mark so near a mask is on it (5)",
    )
    add("--bootstrap", type=_count, default=2000, metavar="N", help="resamples (2000)")
    add("--unstratified", action="store_true", help="resample all cases together, not within each class")
    add("--seed", type=_seed, default=1, metavar="S", help="seed of the bootstrap (1)")
    add("--margin", type=_positive, default=0.05, metavar="AUC", help="non-inferiority margin (0.05)")
    add(
        "--specificity", type=_share, default=0.9, metavar="S",
        help="where sensitivity and the partial area are read off the ROC curve (0.9)",
    )  # fmt: skip
    add("--readers", choices=("random", "fixed"), default="random", help="what the conclusion extends to")
    add("--cases", choices=("random", "fixed"), default="random", help="what the conclusion extends to")
    add("--model", default="", metavar="NAME", help="the algorithm aided readers saw, where no record tells")
    add(
        "--planned-cases",
        choices=[one.value.replace(" ", "-") for one in PlannedCases],
        help="cases on which the AI was planned wrong or absent (as the protocol says, otherwise left out)",
    )
    add(
        "--set",
        choices=[one.value.replace(" ", "-") for one in AnalysisSet],
        dest="analysis_set",
        help="the reads that are analysed (as the protocol says, otherwise all)",
    )
    add(
        "--subgroup",
        type=_subgroup,
        action="append",
        default=[],
        metavar="LINE",
        help=f"an exploratory subgroup, as “{EXAMPLE}” or “cases: sex”; may be given several times",
    )
    add(
        "--run",
        type=Path,
        metavar="RUN",
        dest="training",
        help="the algorithm's training: fills the checklist",
    )
    add(
        "--interim",
        action="store_true",
        help="analyse an unfinished study; it is stamped on every page and recorded in the events",
    )
    add("--final", default="", metavar="REASON", help="analyse an unfinished study as closed, and why it is")
    add("--simulated", action="store_true", help="the scans are simulated: say so on every page")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Analyse, print the summary, and say where the rest is."""
    from app.cli.terminal import TerminalProgress
    from app.report.analysis.checklist import checklist, scores
    from app.report.analysis.html import subtitle, title
    from app.report.analysis.main_tables import main_tables
    from app.report.text_table import as_text
    from app.workflows.analysis.analyse import analyse

    with TerminalProgress() as progress:
        done = analyse(request(chosen), chosen.out, progress)
    analysis, facts = done.analysis, done.facts
    print(title(analysis, facts))
    print(subtitle(analysis))
    for line in filter(None, (facts.warning, *analysis.notes)):
        print(f"! {line}")
    for table in main_tables(analysis):
        if table.rows:
            print(f"\n{as_text(table)}")
    print(
        f"\nChecklist, filled so far: {'; '.join(one.sentence for one in scores(checklist(analysis, facts)))}"
    )
    print(f"{len(done.files)} files in {chosen.out}: report.html, report.pdf, analysis.json, tables.xlsx, "
          "methods.md, results.md, checklist.md, figures")  # fmt: skip
    return 0


def request(chosen: argparse.Namespace) -> AnalysisRequest:
    """The request that the arguments mean; raises AppError when nothing is random."""
    generalise = {
        ("random", "random"): Generalise.BOTH,
        ("fixed", "random"): Generalise.CASES,
        ("random", "fixed"): Generalise.READERS,
    }.get((chosen.readers, chosen.cases))
    if generalise is None:
        raise AppError("With readers and cases both fixed nothing is random.", "Leave one of them random.")
    return AnalysisRequest(
        source=chosen.source,
        predictions=tuple(path for group in chosen.predictions for path in group),
        marks=chosen.marks,
        lesions=chosen.lesions,
        lesion_masks=chosen.lesion_masks,
        mark_radius=chosen.mark_radius,
        rating=chosen.rating,
        simulated=chosen.simulated,
        interim=chosen.interim,
        closed=chosen.final,
        run=chosen.training,
        options=AnalysisOptions(
            bootstrap=chosen.bootstrap,
            stratified=not chosen.unstratified,
            seed=chosen.seed,
            margin=chosen.margin,
            generalise=generalise,
            covariance=CovarianceMethod(chosen.covariance),
            model=chosen.model,
            specificity=chosen.specificity,
            subgroups=tuple(chosen.subgroup),
        ),
        analysis_set=AnalysisSet(chosen.analysis_set.replace("-", " ")) if chosen.analysis_set else None,
        planned_cases=PlannedCases(chosen.planned_cases.replace("-", " ")) if chosen.planned_cases else None,
    )


def _subgroup(text: str) -> Subgroup:
    try:
        return subgroup(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _count(text: str) -> int:
    value = int(text)
    if not 10 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError("between 10 and 1,000,000")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("a whole number from 0")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("a number between 0 and 1")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e6:
        raise argparse.ArgumentTypeError("a number from 0")
    return value
