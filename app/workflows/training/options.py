"""What a training may be told beside recipe, cohort, folder and length: each option is said once.

The command line makes its flags of this table, and the window's page its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.wording import DEVICES
from app.workflows.training.labels import ALLOW
from app.workflows.training.patients import AS_CASES


class OptionKind(Enum):
    """What is given for an option."""

    FLAG = "nothing"
    CHOICE = "one of a few words, the first unless said otherwise"
    FILE = "a file"
    FOLDER = "a folder"
    FOLDERS = "folders"
    WHOLE = "a whole number"
    SHARE = "a share"
    TEXT = "words"


ALL = ("train", "crossval", "compare-recipes")
ONE_RECIPE, ONE_SPLIT, TRAIN = ("train", "crossval"), ("train", "compare-recipes"), ("train",)
Value = str | int | float | bool | tuple[str, ...]
Given = Mapping[str, Value]
"""What a person has set, by flag."""


@dataclass(frozen=True)
class Option:
    """One option; `label` and `hint`: its name in the window and what stands in its empty field.

    An option without a label is not among the window's fields, or has a place of its own there.
    """

    flag: str
    kind: OptionKind
    help: str
    label: str = ""
    hint: str = ""
    commands: tuple[str, ...] = ALL
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    default: int | None = None
    files: str = ""
    """Which files a dialog shows."""


OPTIONS: tuple[Option, ...] = (
    Option(
        "--config",
        OptionKind.FILE,
        "hyper-parameters in place of the recipe's own (TOML; config.toml of a run holds all of them)",
        "Hyper-parameters",
        "As published; or a file such as config.toml of a run",
        ONE_RECIPE,
        files="TOML (*.toml)",
    ),
    Option(
        "--split",
        OptionKind.FILE,
        "a split of your own: a table case,part (train, validation, test), for crossval case,fold",
        "Split",
        "By chance and patient; or a table: case, part",
        files="Tables (*.csv *.tsv *.xlsx)",
    ),
    Option(
        "--stratify",
        OptionKind.CHOICE,
        "truth: ill and healthy in equal shares in all parts (default); burden: also the levels of labelled "
        "pixels, 1-9, 10-99 and so on, as Liu 2022 splits",
        "Stratified by",
        choices=("truth", "burden"),
    ),
    Option(
        "--held-out",
        OptionKind.SHARE,
        "share of the patients that validate, and again that test (default: 0.15, or as published)",
        "Held out, twice",
        "as published",
        metavar="P",
    ),
    Option(
        "--test",
        OptionKind.FOLDER,
        "test on all scans of this cohort instead of on a share of the first",
        "Tested on",
        "A share of the cohort; or all of another cohort",
        ONE_SPLIT,
        "COHORT",
    ),
    Option(
        "--extra-data",
        OptionKind.FOLDERS,
        "a cohort that only trains, in every fold, and neither validates nor tests; may be given again",
        "Also trained on",
        "Cohorts that only train, one per line",
        metavar="COHORT",
    ),
    Option(
        "--no-validation",
        OptionKind.FLAG,
        "no scan validates: that share trains too, and the threshold is 0.5 (Hsieh 2021: 85/15, folds that "
        "train on 5/6)",
        "No scan validates; the threshold is 0.5",
    ),
    Option(
        AS_CASES,
        OptionKind.FLAG,
        "take each scan for another patient's, where neither truth.csv nor the files say whose it is",
        "Each scan is another patient's",
    ),
    Option(
        ALLOW,
        OptionKind.FLAG,
        "recipes that draw: leave diseased scans without a mask out of the training; without any mask, learn "
        "from the truth alone",
        "Leave diseased scans without a mask out",
    ),
    Option(
        "--classes-by-folder",
        OptionKind.FLAG,
        "no truth.csv: the folders of the scans name their classes (metastasis, normal)",
        "Folders name the classes; there is no truth.csv",
        commands=TRAIN,
    ),
    Option(
        "--scans",
        OptionKind.WHOLE,
        "only the first N scans of the cohort",
        "First scans only",
        "all",
        metavar="N",
    ),
    Option(
        "--init",
        OptionKind.TEXT,
        "first weights: imagenet:FILE (torchvision's .pth, or safetensors, also of Keras), "
        "imagenet:download (the only thing that uses the network), or run:FOLDER of another training",
        metavar="FROM",
    ),
    Option(
        "--device",
        OptionKind.CHOICE,
        "where (default: auto)",
        choices=DEVICES,
    ),
    Option(
        "--seed", OptionKind.WHOLE, "of weights, split and order (default: 1)", "Seed", metavar="S", default=1
    ),
    Option(
        "--threads",
        OptionKind.WHOLE,
        "threads of the processor (default: torch's choice)",
        "Threads",
        "torch's choice",
        metavar="N",
    ),
    Option(
        "--precision",
        OptionKind.CHOICE,
        "mixed: bfloat16 where it helps",
        "Precision",
        choices=("float32", "mixed"),
    ),
    Option(
        "--workers", OptionKind.WHOLE, "processes that prepare scans (default: 2)", metavar="N", default=2
    ),
    Option(
        "--umap",
        OptionKind.FLAG,
        "map the features of the test scans (UMAP); of a comparison those of Hsieh's encoders, supervised "
        "beside contrast",
        "Map the features of the test scans",
    ),
    Option(
        "--tensorboard",
        OptionKind.FLAG,
        "curves and pictures of validation scans for TensorBoard too, in tensorboard/ of the run",
        "Curves and pictures for TensorBoard",
        commands=TRAIN,
    ),
    Option(
        "--mlflow",
        OptionKind.TEXT,
        "the same for MLflow: the address of its server, sqlite:///FILE, or a folder",
        "MLflow",
        "Not followed; or an address, sqlite:///FILE, a folder",
        TRAIN,
        "URI|FOLDER",
    ),
    Option("--resume", OptionKind.FLAG, "go on with the run in the folder", commands=TRAIN),
)
IN_THE_WINDOW = tuple(option for option in OPTIONS if option.label)


def words_of(given: Given) -> list[str]:
    """What is given as the command line has it."""
    words: list[str] = []
    for flag, value in given.items():
        if isinstance(value, bool):
            words += [flag] if value else []
        elif isinstance(value, tuple):
            words += [word for each in value for word in (flag, each)]
        else:
            words += [flag, f"{value:g}" if isinstance(value, float) else str(value)]
    return words
