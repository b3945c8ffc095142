"""`scintiread models`: which models there are; show, add, remove and check them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from app.cli.device import add_device
from app.errors import AppError
from app.wording import counted


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's verbs."""
    verbs = parser.add_subparsers(dest="models_verb", metavar="VERB")
    parser.set_defaults(run=listed)

    def verb(name: str, purpose: str, call: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        about = purpose[0].upper() + purpose[1:] + "."
        sub = verbs.add_parser(name, help=purpose, description=about)
        sub.set_defaults(run=call)
        return sub

    verb("list", "print a table of the models, as without a verb", listed)
    verb("show", "print a model's card", show).add_argument("name", nargs="?", default="", metavar="NAME")
    adding = verb("add", "make an installed model of a training run", add)
    adding.add_argument("folder", type=Path, metavar="RUN", help="the folder that `train` wrote")
    adding.add_argument("--name", default="", help="what to call it (default: as its recipe)")
    cohorts = (
        ("--choose", "a cohort on which its threshold is chosen (default: 0.5)"),
        ("--test", "a cohort it has not seen: measured, and told on its card"),
        ("--unfamiliar", "a cohort unlike the training's: likewise"),
        ("--usual", "the cohort of the training: tells how familiar later scans are"),
    )
    for option, words in cohorts:
        adding.add_argument(option, type=Path, metavar="COHORT", help=words)
    adding.add_argument(
        "--command", default="", metavar="TEXT", help="the command that made it, for its card"
    )
    adding.add_argument("--licence", default="", metavar="WORDS", help="under which you pass it on")
    adding.add_argument("--shipped", default="", metavar="VERSION", help=argparse.SUPPRESS)
    explaining = verb("explain", "compare where a model looks with true lesions", explain)
    explaining.add_argument("name", metavar="NAME")
    explaining.add_argument("cohort", type=Path, metavar="COHORT", help="simulated, or with labels")
    explaining.add_argument("--out", type=Path, required=True, metavar="metrics.json")
    explaining.add_argument("--scans", type=int, metavar="N", help="the first N only")
    explaining.add_argument("--sanity", action="store_true", help="and with its weights made random")
    explaining.add_argument("--occlusion", type=int, default=0, metavar="N", help="hide parts of N scans")
    add_device(explaining)
    drawing = verb("figure", "draw a case of each outcome: scan, where the model looked, and both", figure)
    drawing.add_argument("name", metavar="NAME")
    drawing.add_argument("cohort", type=Path, metavar="COHORT", help="scans and truth.csv")
    drawing.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.svg and FILE.png")
    drawing.add_argument("--scans", type=int, metavar="N", help="the first N only")
    add_device(drawing)
    usual = verb("familiarity", "let a model tell how familiar a scan is to it", familiarity)
    usual.add_argument("name", metavar="NAME")
    usual.add_argument("cohort", type=Path, metavar="COHORT", help="scans such as it was trained on")
    verb("remove", "take one of your own models away", remove).add_argument("name", metavar="NAME")
    verb("check", "check the files of all models by their fingerprints", check)


def listed(chosen: argparse.Namespace) -> int:
    """Print a table of the models; returns 0."""
    del chosen
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from app.learning.weights import installed_models

    models = installed_models()
    if not models:
        print("No model is installed. Train one with `scintiread train`, then `scintiread models add RUN`.")
        return 0
    table = Table(box=SIMPLE_HEAD)
    for column in ("Model", "Answers", "Threshold", "Trained on", "AUC", "Where it looked", "MB", "From"):
        table.add_column(column)
    for model in models:
        locates = model.task == "locate"
        answers = ["probability"] * model.classifies + ["drawing"] * model.segments + ["regions"] * locates
        table.add_row(
            f"{model.name} {model.version}" + (" (default)" if model.default else ""),
            ", ".join(answers),
            f"{model.threshold:.3f}",
            model.training_data,
            _auc(model.facts.get("metrics", {})),
            model.attention_method or ("drawing" if model.segments else "" if locates else "with torch"),
            f"{sum(file.size for file in model.files.values()) / 1e6:.1f}",
            "the program" if model.shipped else "you",
        )
    Console().print(table)
    print("Cards: scintiread models show NAME")
    return 0


def _auc(metrics: dict[str, dict[str, object]]) -> str:
    value = metrics.get("test", {}).get("auc")
    if isinstance(value, list):
        return f"{value[0]:.3f} ({value[1]:.3f}-{value[2]:.3f})"
    return "not measured"


def show(chosen: argparse.Namespace) -> int:
    """Print the card; returns 0."""
    from app.learning.weights import find_model, verified

    model = verified(find_model(chosen.name))
    print(model.card.read_text(encoding="utf-8").rstrip())
    return 0


def add(chosen: argparse.Namespace) -> int:
    """Export a run and install it; returns 0."""
    from app.cli.terminal import TerminalProgress
    from app.workflows.models.evaluation import sentence
    from app.workflows.models.ship import CardRequest, card_and_install

    request = CardRequest(
        chosen.folder,
        chosen.name,
        choose=chosen.choose,
        test=chosen.test,
        unfamiliar=chosen.unfamiliar,
        usual=chosen.usual,
        shipped=chosen.shipped,
        command=chosen.command,
        licence=chosen.licence,
    )
    with TerminalProgress() as bar:
        model = card_and_install(request, bar)
    for measured in model.facts.get("metrics", {}).values():
        print(sentence(measured))
    if model.task == "locate":
        print(f"{model.identity} is installed. Use it: scintiread report SCAN --regions model")
        return 0
    print(f"{model.identity} is installed. Use it: scintiread predict SCANS --model {model.name}")
    if not model.attention_method and not model.segments:
        print("Its maps of where it looked need gradients, hence torch: predictions with maps are slower.")
    return 0


def explain(chosen: argparse.Namespace) -> int:
    """Write the measures of a model's attention and say the first of them; returns 0."""
    from app.cli.terminal import TerminalProgress
    from app.learning.cards import EXPLAINED, interval
    from app.workflows.models.explain import ExplainRequest
    from app.workflows.models.explain import explain as measure

    request = ExplainRequest(
        chosen.cohort,
        chosen.out,
        model=chosen.name,
        scans=chosen.scans,
        sanity=chosen.sanity,
        occlusion=chosen.occlusion,
        device=chosen.device,
    )
    with TerminalProgress() as bar:
        found = measure(request, bar)
    print(f"{found['method']}, {counted(found['scans'], 'scan')} called rightly:")
    for key, words in EXPLAINED:
        if found.get(key) is not None:
            print(f"  {words}: {interval(found[key])}")
    print(f"All of it: {chosen.out}")
    return 0


def figure(chosen: argparse.Namespace) -> int:
    """Draw the figure and say which cases it shows; returns 0, or 1 when a scan was left out."""
    from app.cli.terminal import TerminalProgress
    from app.workflows.models.outcome_figure import outcome_figure

    with TerminalProgress() as bar:
        made = outcome_figure(
            chosen.name, chosen.cohort, chosen.out, scans=chosen.scans, device=chosen.device, progress=bar
        )
    for name, case in made.drawn:
        print(f"{name}: {f'{case[0]}, probability {case[1]:.3f}' if case else 'no case'}")
    for reason in made.left_out:
        print(f"! {reason}", file=sys.stderr)
    print(f"Figure: {', '.join(str(path) for path in made.files)}")
    return 1 if made.left_out else 0


def familiarity(chosen: argparse.Namespace) -> int:
    """Put what is usual for a model beside its weights; returns 0."""
    from app.cli.terminal import TerminalProgress
    from app.workflows.models.familiarity import familiarise

    with TerminalProgress() as bar:
        model = familiarise(chosen.name, chosen.cohort, bar)
    told = model.facts["familiarity"]
    by = (
        "features of its net and ratios of the picture" if told["features"] else "ratios of the picture alone"
    )
    print(
        f"{model.identity} says how familiar a scan is, compared with {counted(told['scans'], 'scan')} of "
        f"{told['cohort']}, by {by}."
    )
    for reason in told["left_out"]:
        print(f"! {reason}", file=sys.stderr)
    return 0


def remove(chosen: argparse.Namespace) -> int:
    """Take a model away; returns 0."""
    from app.learning.shelf import remove_own

    print(f"{remove_own(chosen.name).identity} was removed.")
    return 0


def check(chosen: argparse.Namespace) -> int:
    """Check all models; returns 1 when one is not as the registry knows it."""
    del chosen
    from app.learning.weights import installed_models, verified

    models, wrong = installed_models(), 0
    for model in models:
        try:
            verified(model)
            print(f"{model.identity}: as registered, {counted(len(model.files), 'file')}")
        except AppError as error:
            wrong += 1
            print(f"{model.identity}: {error}")
    print(f"{counted(len(models), 'model')}, {wrong} wrong.")
    return 1 if wrong else 0
