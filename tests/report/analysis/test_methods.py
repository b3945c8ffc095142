"""The methods, as a reviewer reads them: what the protocol says, what was done, what was left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.analysis.readings import Exclusion, RepeatedRead
from app.analysis.study import Analysis
from app.report.analysis.checklist import checklist
from app.report.analysis.document import plain
from app.report.analysis.facts import ReportedStudy, Washout
from app.report.analysis.methods import methods
from app.report.analysis.result_text import results
from app.study.protocol import AiRules, Mode
from tests.report.analysis.made import QUICK, analysed, made, ratings
from tests.study.helpers import protocol


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analysed()


def facts(mode: Mode = Mode.CROSSOVER, frozen: str = "2026-01-02T03:04:05Z", **more: object) -> ReportedStudy:
    rules = protocol(
        mode=mode, hypothesis="Aid helps.", washout_days=28.0, ai=AiRules(model="net", threshold=0.4), seed=11
    )
    return ReportedStudy(title="Trial", protocol=rules, protocol_sha256="ab" * 32, frozen_utc=frozen, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (Mode.UNAIDED, "Readers saw the images alone."),
        (Mode.SEQUENTIAL, "committed and locked before the result of the algorithm was revealed"),
        (Mode.CROSSOVER, "took place in separate visits (crossover design)"),
        (Mode.CONCURRENT, "The algorithm's result was visible from the start"),
    ],
)
def test_each_design_is_told_as_it_is(mode: Mode, sentence: str, analysis: Analysis) -> None:
    said = methods(analysis, facts(mode))
    assert sentence in said
    assert ("a washout of 28 days" in said) == (mode is Mode.CROSSOVER)
    assert "from seed 11 before the first read" in said
    assert "Prespecified hypothesis: Aid helps." in said
    assert "Ratings were given on a scale of 0 to 100." in said


def test_a_frozen_protocol_is_named_by_its_hash_and_an_open_one_is_called_so(analysis: Analysis) -> None:
    assert "was frozen on 2026-01-02T03:04:05Z with SHA-256 abababababababab…" in methods(analysis, facts())
    assert "The protocol had not been frozen when this analysis was made." in methods(
        analysis, facts(frozen="")
    )


def test_days_that_fell_short_of_the_washout_are_counted(analysis: Analysis) -> None:
    said = methods(analysis, facts(washout=Washout((30.0, 27.0), (26.5, 29.0, 31.0))))
    assert "27.0 to 30.0 days, in 1 of 2 fewer than the protocol asks for" in said
    assert "26.5 to 31.0 days (median 29.0)" in said


def test_records_that_were_left_out_are_counted_by_reason() -> None:
    kept = replace(made(ratings()), exclusions=(Exclusion("no rating", "R1", "unaided", "C01", 7),) * 2)
    said = results(analysed(kept), ReportedStudy())
    assert "2 records left out: no rating (listed in the table of exclusions)." in said


def test_one_arm_has_a_mean_and_no_difference() -> None:
    said = results(analysed(made(ratings(arms=1))), ReportedStudy())
    assert "The mean AUC of the readers was 0." in said
    assert "difference" not in said.split("## Main result")[1].split("##")[0]


def test_methods_hold_no_results(analysis: Analysis) -> None:
    said = methods(analysis, facts())
    main = analysis.mrmc.main
    assert main is not None
    numbers = [one.estimate for one in (*main.arms, *main.differences)] + [one.p for one in main.differences]
    assert not any(f"{number:.3f}" in said for number in numbers)
    assert "p = " not in said and "p < " not in said
    assert f"{main.differences[0].estimate:.3f}" in results(analysis, facts())


def test_readers_of_one_arm_each_are_compared_as_groups() -> None:
    nested = ratings(readers=6)
    nested[0, :3], nested[1, 3:] = float("nan"), float("nan")
    said = methods(analysed(made(nested), net=False), ReportedStudy())
    assert "Arms without a common reader were compared as independent groups" in said


def test_hidden_repeats_are_told_with_how_many_there_were() -> None:
    rating = ratings()
    repeats = tuple(
        RepeatedRead(arm, reader, f"C{case:02d}", rating[a, r, case], rating[a, r, case] + 1, 1.0, 1.0)
        for a, arm in enumerate(("unaided", "aided"))
        for r, (reader, many) in enumerate((("R1", 3), ("R2", 5)))
        for case in range(many)
    )
    said = methods(analysed(made(rating, repeats=repeats)), ReportedStudy())
    assert "Hidden repeats (3 to 5 per reader and arm) gave intra-reader agreement" in said


def test_the_checklist_answers_from_the_protocol_and_leaves_open_what_it_cannot_know(
    analysis: Analysis,
) -> None:
    said = " ".join(item.answer for item in checklist(analysis, facts(Mode.SEQUENTIAL)))
    for words in (
        "Aid helps.", "sequential design.", "The algorithm was revealed after the unaided answer was locked.",
        "Algorithm threshold 0.4.", "Algorithm shown to readers: net.",
        "A heat map labelled as model attention", "clinical information not shown",
        "Protocol version 1 frozen 2026-01-02",
    ):  # fmt: skip
        assert words in said, words
    bare = " ".join(item.answer for item in checklist(analysis, ReportedStudy()))
    assert not any(words in bare for words in ("Protocol version", "Aid helps.", "heat map", "threshold"))
    uncalled = analysed(made(ratings(), called=False), QUICK, net=False)
    assert "yes/no call" not in " ".join(item.answer for item in checklist(uncalled, ReportedStudy()))


@pytest.mark.parametrize(
    ("share", "readers", "stamp"),
    [
        (1.0, False, "The scans are SIMULATED, not of patients."),
        (
            0.25,
            True,
            "25% of the scans are SIMULATED, not of patients. The readers are SIMULATED",
        ),
        (0.0, False, ""),
    ],
)
def test_what_is_simulated_stands_above_the_methods(
    share: float, readers: bool, stamp: str, analysis: Analysis
) -> None:
    said = methods(analysis, ReportedStudy(simulated=share, simulated_readers=readers))
    assert (f"**{stamp}" in said) == bool(stamp)
    assert ("SIMULATED" in said) == bool(stamp)


def test_a_value_of_no_known_kind_has_no_place_in_the_document() -> None:
    with pytest.raises(TypeError, match="no place in the document"):
        plain(object())
