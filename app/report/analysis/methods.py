"""`methods.md`: the statistical methods of the paper, written from what was actually done; no results."""

from __future__ import annotations

from app.analysis.study import Analysis
from app.plan import AnalysisSet, CovarianceMethod, Generalise, Multiplicity
from app.report.analysis.design import designed
from app.report.analysis.document import software
from app.report.analysis.facts import ReportedStudy, Washout
from app.report.analysis.planned import planned_sentence
from app.report.numbers import fixed
from app.report.report_table import families, results_of
from app.study.protocol import Mode, Protocol

_COVARIANCE = {
    CovarianceMethod.JACKKNIFE: "the delete-one-case jackknife",
    CovarianceMethod.DELONG: "the method of DeLong et al. (1988)",
    CovarianceMethod.UNBIASED: "the unbiased U-statistic estimator of Gallas (2006)",
}
_MODE = {
    Mode.UNAIDED: "Readers saw the images alone.",
    Mode.SEQUENTIAL: "In each reading the unaided answer was committed and locked before the result of the "
    "algorithm was revealed and a second answer taken (sequential design).",
    Mode.CROSSOVER: "Unaided and aided readings took place in separate visits (crossover design).",
    Mode.CONCURRENT: "The algorithm's result was visible from the start (concurrent design).",
    Mode.TRAINING: "These were training reads.",
    Mode.PANEL: "The members of the truth panel read alone; an adjudicator decided where they disagreed.",
}


def methods(analysis: Analysis, facts: ReportedStudy) -> str:
    """The whole text as Markdown; sentences about things that were not there are absent."""
    parts = [f"# Methods: {facts.title or analysis.readings.source}", ""]
    if facts.warning:
        parts += [f"**{facts.warning}**", ""]
    sections = (
        ("Design", _design(analysis, facts)),
        ("Figures of merit", _merits(analysis)),
        ("Inference", _inference(analysis)),
        ("Secondary analyses", _secondary(analysis, facts)),
        ("Software and inputs", _software(facts)),
        ("References", _REFERENCES),
    )
    for title, lines in sections:
        if lines:
            parts += [f"## {title}", "", *(lines if title == "References" else [" ".join(lines)]), ""]
    return "\n".join(parts).rstrip() + "\n"


def _design(analysis: Analysis, facts: ReportedStudy) -> list[str]:
    readings = analysis.readings
    positive = int(readings.truth.sum())
    arms = "" if readings.arms == ("all",) else f" in {len(readings.arms)} arms ({', '.join(readings.arms)})"
    share = "every case of the reader's group" if readings.split_plot else "every case"
    where = " in the reader's arm" if readings.nested else ""
    crossed = f"{readings.missing} reads are missing"
    if not readings.missing:
        crossed = f"every reader read {share}{where}"
    lines = [
        f"{len(readings.readers)} reader(s) read {len(readings.cases)} cases ({positive} with and "
        f"{len(readings.cases) - positive} without disease by the reference standard){arms}; {crossed}, "
        f"{readings.reads} reads in all."
    ]
    lines += designed(readings)
    if readings.scale:
        lines.append(f"Ratings were given on a scale of {readings.scale.replace('-', ' to ')}.")
    if facts.protocol:
        lines += _protocol(facts.protocol, facts)
    if facts.washout:
        lines.append(_washout(facts.washout, facts.protocol))
    if len(facts.versions) > 1:
        said = ", ".join(f"version {number}: {count}" for number, count in facts.versions)
        lines.append(f"Readings by version of the protocol: {said}.")
    if analysis.predictions.models:
        names = ", ".join(analysis.predictions.models)
        lines.append(
            f"Scores of {len(analysis.predictions.models)} algorithm(s) on the same cases were compared: "
            f"{names}."
        )
    return lines


def _washout(washout: Washout, protocol: Protocol | None) -> str:
    """The days that were achieved, and how often they were fewer than the protocol asks for."""
    fewest, most = min(washout.visits), max(washout.visits)
    span = " to ".join(dict.fromkeys(fixed(days, 1) for days in (fewest, most)))
    short = sum(days < protocol.washout_days for days in washout.visits) if protocol else 0
    low, middle, high = washout.cases
    return (
        f"Between a reader's visits lay {span} days"
        + (f", in {short} of {len(washout.visits)} fewer than the protocol asks for" if short else "")
        + f"; between a reader's answers on one case in the two arms {fixed(low, 1)} to {fixed(high, 1)} "
        f"days (median {fixed(middle, 1)})."
    )


def _protocol(protocol: Protocol, facts: ReportedStudy) -> list[str]:
    lines = [_MODE[protocol.mode]]
    if protocol.mode is Mode.CROSSOVER:
        lines.append(
            f"The protocol asks for a washout of {protocol.washout_days:g} days between the visits "
            f"({protocol.washout.value} rule)."
        )
    if facts.conduct:
        lines.append(facts.conduct.sentence)
    lines += facts.life
    lines.append(
        f"The order of cases was drawn for each reader from seed {protocol.seed} before the first read."
    )
    if protocol.hypothesis:
        lines.append(f"Prespecified hypothesis: {protocol.hypothesis.rstrip('.')}.")
    when = f" on {facts.frozen_utc}" if facts.frozen_utc else ""
    lines.append(
        f"The protocol (version {protocol.version}) was frozen{when} with SHA-256 "
        f"{facts.protocol_sha256[:16]}…"
        if facts.frozen_utc
        else "The protocol had not been frozen when this analysis was made."
    )
    return lines


def _merits(analysis: Analysis) -> list[str]:
    options = analysis.options
    kind = "stratified by class" if options.stratified else "unstratified"
    lines = [
        "Performance was the area under the empirical ROC curve (AUC, Mann-Whitney); higher ratings always "
        "mean more "
        "disease and the direction was not chosen from the data. Confidence intervals of single AUCs are "
        "DeLong's, cut "
        f"to [0, 1]; beside them stand percentile intervals from {options.bootstrap} bootstrap resamples of "
        "cases "
        f"({kind}, seed {options.seed}, PCG64), shared by all raters so that differences are paired."
    ]
    if _exact(analysis):
        lines.append(
            "Where all cases said the same (an AUC, sensitivity or specificity of 0 or 1, or nothing but "
            "ties) no variance can be estimated; the interval is then exact, that of Clopper and Pearson "
            "(1934) for as many independent draws as the design holds (pairs of cases; with readers random "
            "no more than there are readers), and there is no bootstrap interval."
        )
    if analysis.readings.has_calls:
        lines.append(
            "Sensitivity, specificity, predictive values and accuracy of the yes/no calls have exact "
            "(Clopper-Pearson) "
            "and Wilson intervals."
        )
    if analysis.froc:
        lines.append(
            "Lesion localisation was measured by the weighted AFROC area (wAFROC); AFROC, their variants "
            "with false "
            "marks on all cases, and the area of the highest rating are given beside it; an unmarked item "
            "ranks below "
            "every mark."
        )
    return lines


def _inference(analysis: Analysis) -> list[str]:
    options = analysis.options
    lines = [
        "Arms were compared by the multi-reader multi-case method of Obuchowski and Rockette (1995) with the "
        "degrees "
        "of freedom of Hillis (2007); the covariance of AUCs was estimated by "
        f"{_COVARIANCE[options.covariance]}. The "
        f"conclusion extends to {_TARGET[options.generalise]}."
    ]
    if analysis.ai_vs_readers:
        lines.append(
            "Each algorithm was compared with the mean reader, always with readers and cases random (Hillis "
            "2007, §5.3), "
            "and "
            f"tested for non-inferiority with a margin of {options.margin:g} AUC, one-sided."
        )
    if analysis.readings.split_plot:
        lines.append(
            "In the split plot the variances between readers and the covariances of two readers are those "
            "within groups, with readers less groups as the readers' degrees of freedom (Hillis 2014; "
            "Obuchowski, Gallas and Hillis 2012)."
        )
    if analysis.paired:
        lines.append(
            "Two raters on the same cases were compared by DeLong's test (cases random, raters fixed)."
        )
    if analysis.mrmc.unpaired:
        lines.append(
            "Arms without a common reader were compared as independent groups of readers on shared cases, "
            "readers and cases random, with Satterthwaite degrees of freedom."
        )
    lines += _reads(analysis)
    lines += _plan(analysis)
    lines.append(
        "Tests are two-sided at 5 % unless stated; p-values of exploratory analyses are not adjusted for "
        "multiple comparisons."
    )
    return lines


def _reads(analysis: Analysis) -> list[str]:
    """Which reads are analysed, and the parts of the study that are reported by themselves."""
    options = analysis.options
    lines = []
    if options.analysis_set is AnalysisSet.PER_PROTOCOL:
        lines.append(f"The analysis is per protocol: {_not_per_protocol(analysis)} were left out.")
    elif any(row.subset.startswith("analysis set") for row in analysis.subsets):
        without = _not_per_protocol(analysis)
        lines.append(f"All reads were analysed; beside it stands the analysis without {without}.")
    for words, named in (
        ("Subgroups fixed by the protocol", options.planned_subgroups),
        ("Exploratory subgroups", [one for one in options.subgroups if one not in options.planned_subgroups]),
    ):
        if named:
            lines.append(f"{words}: {'; '.join(str(one) for one in named)}.")
    if analysis.subgroup_contrasts:
        lines.append(
            "Whether the arms differ by more in one subgroup than in another was tested on the difference of "
            "their differences (cases by reader, as one arm of the model; groups of readers as readers "
            "nested in arms)."
        )
    return lines


def _not_per_protocol(analysis: Analysis) -> str:
    left = (
        (analysis.readings.withdrawn, "reads of readers who were withdrawn"),
        (analysis.readings.excluded, "reads of cases that were excluded"),
    )
    return " and ".join(["reads with a recorded deviation", *(words for names, words in left if names)])


def _plan(analysis: Analysis) -> list[str]:
    """The hypotheses that the protocol fixed, and how they are tested."""
    plan = analysis.options.plan
    if plan is None:
        return []
    listed = "; ".join(
        f"({number}) {one} ({one.kind})" for number, one in enumerate(plan.hypotheses, start=1)
    )
    return [
        f"The protocol fixed these hypotheses, in this order: {listed}. {_MULTIPLICITY[plan.multiplicity]} "
        f"Alpha is {plan.alpha:g} two-sided, half of it for one-sided tests; inference is for "
        f"{plan.generalise.value}. All other comparisons are exploratory."
    ]


_MULTIPLICITY = {
    Multiplicity.SEQUENCE: "They were tested in this fixed sequence, each only when all before were shown.",
    Multiplicity.HOLM: "Their p-values were adjusted after Holm (1979).",
    Multiplicity.NONE: "The first is the primary one; the others are exploratory.",
}


_TARGET = {
    Generalise.BOTH: "readers and cases like these (both random)",
    Generalise.CASES: "cases like these, for these readers (readers fixed)",
    Generalise.READERS: "readers like these, for these cases (cases fixed)",
}


def _secondary(analysis: Analysis, facts: ReportedStudy) -> list[str]:
    lines = []
    if analysis.mcnemar:
        lines.append(
            "Calls of two raters on the same cases were compared by McNemar's test (exact; mid-p and "
            "corrected χ² beside "
            "it). Pearson's χ² without correction is given for comparison with papers that treat them as "
            "unpaired."
        )
    if analysis.call_odds:
        lines.append(
            "Odds of a right call were compared between arms by generalised estimating equations (logit "
            "link, readers as fixed effects, all calls on a case one cluster, working independence, robust "
            "standard errors; Liang and Zeger 1986)."
        )
    if analysis.time:
        measured = (
            "active seconds, pauses excluded" if facts.protocol else "the seconds recorded in the input"
        )
        spans = (
            " The time to the locked answer and the time with the AI, from its reveal on, together are the "
            "time to the final answer, which the aided arm's times are; ratios of aided to unaided are of "
            "the time to the final answer to the time to the locked answer."
            if analysis.readings.with_ai is not None
            else ""
        )
        lines.append(
            f"Reading times are {measured}.{spans} Ratios are of geometric means on cases timed in both "
            "arms: per reader with a paired t interval of log times and the signed-rank test, over readers "
            "and cases by a three-way random ANOVA of log times with Hillis' degrees of freedom. The "
            "signed-rank test of all readers compares each case's geometric mean over them: cases are random "
            "in it, "
            "readers fixed."
        )
    lines += _modelled(analysis)
    if analysis.agreement.fleiss or analysis.agreement.weighted:
        lines.append(
            "Agreement is Cohen's kappa (linear and quadratic weights by distance on the scale; intervals of "
            "Fleiss, Cohen and Everitt 1969), Fleiss' kappa, Krippendorff's alpha, Gwet's AC1 (which does "
            "not fall where one answer is rare) and the intraclass correlations ICC(2,1) and ICC(3,1) of "
            "ratings (Shrout and Fleiss 1979)."
        )
    lines += _repeats(analysis)
    if analysis.planned:
        lines.append(planned_sentence(analysis))
    if analysis.reliance:
        lines.append(
            "Reliance was counted as switches from wrong to right and from right to wrong calls between the "
            "unaided and "
            "the aided answer"
            + (", and as following wrong or ignoring right advice" if analysis.reliance[0].model else "")
            + (", the advice being what each reader was shown on record." if _on_record(analysis) else ".")
        )
    return lines


def _modelled(analysis: Analysis) -> list[str]:
    """High specificity, net benefit, and the models of time and right calls."""
    lines = [
        f"Sensitivity at {100 * analysis.options.specificity:g} % specificity and the standardised partial "
        "area above it (McClish 1989) were read off the empirical curves; their intervals are bootstrap "
        "percentiles with readers fixed."
    ]
    if analysis.decision_curves:
        lines.append("Net benefit was computed at thresholds of 5 to 95 % (Vickers and Elkin 2006).")
    if analysis.time_model:
        terms = ", ".join(one.term for one in analysis.time_model.terms)
        lines.append(
            f"A linear mixed model of log seconds had the fixed terms {terms} and random intercepts of "
            "reader, case and arm within reader (REML); terms were tested by t with one df less than there "
            "are readers."
        )
    if analysis.accuracy_model:
        terms = ", ".join(one.term for one in analysis.accuracy_model.terms)
        lines.append(
            f"Odds of a right call were modelled by estimating equations with the terms {terms} and readers "
            "as fixed effects, each case one cluster, working independence, robust standard errors."
        )
    return lines


def _on_record(analysis: Analysis) -> bool:
    return any(row.on_record for row in analysis.reliance)


def _repeats(analysis: Analysis) -> list[str]:
    intra = analysis.agreement.intra_reader
    if not intra:
        return []
    fewest, most = min(row.n for row in intra), max(row.n for row in intra)
    span = f"{fewest} to {most}" if fewest < most else str(most)
    return [
        f"Hidden repeats ({span} per reader and arm) gave intra-reader agreement: Cohen's kappa and the "
        "share of equal calls, weighted kappa and the mean absolute difference of the ratings. Second "
        "presentations entered no other analysis."
    ]


def _exact(analysis: Analysis) -> bool:
    arms = [arm for _, family in families(analysis) for one in results_of(family) for arm in one.arms]
    return (
        any(one.exact for one in (*analysis.auc, *analysis.models))
        or any(one.exact for one in analysis.paired)
        or any(arm.exact for arm in arms)
    )


def _software(facts: ReportedStudy) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in software().items() if name != "scintiread")
    lines = [f"ScintiRead {software()['scintiread']} ({versions})."]
    lines += [f"{one.role}: {one.name}, SHA-256 {one.sha256[:16]}…" for one in facts.inputs]
    if facts.mark_radius_pixels is not None:
        lines.append(
            f"A mark counted as on a lesion when it lay within {facts.mark_radius_pixels:g} image pixels of "
            "the lesion's "
            "truth mask."
        )
    return [line if line.endswith((".", "…")) else f"{line}." for line in lines]


_REFERENCES = [
    "- DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837.",
    "- Obuchowski NA, Rockette HE. Commun Stat Simul 1995;24:285.",
    "- Hillis SL. Stat Med 2007;26:596.",
    "- Hillis SL. Stat Med 2014;33:330.",
    "- Obuchowski NA, Gallas BD, Hillis SL. Acad Radiol 2012;19:1508.",
    "- Gallas BD. Acad Radiol 2006;13:353.",
    "- Chakraborty DP. Observer Performance Methods for Diagnostic Imaging. CRC Press 2017.",
    "- Clopper CJ, Pearson ES. Biometrika 1934;26:404.",
    "- Fagerland MW, Lydersen S, Laake P. BMC Med Res Methodol 2013;13:91.",
]
