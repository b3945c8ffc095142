"""The words of the reading page's screens; no truth, no score, no image's file name is ever among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from app.errors import AppError
from app.gui.pages.reading.curtain import Choice, Curtain, CurtainPhase
from app.study.answer import Answer
from app.study.protocol import AnswerRules, Mode, Protocol, Requirement, Scale
from app.study.reader_texts import TextKind
from app.study.snapshot import PauseCause, Snapshot, Stage

LOADING = "Loading the images …\n\nKeys are taken once both views are on the screen."
TOO_EARLY = "The images were not on the screen yet: what was pressed before was not taken."


def no_study(*choices: Choice) -> Curtain:
    """The page was opened without a study."""
    return Curtain(
        "No study is open",
        (
            "Open the bundle that you were sent (it ends in .scintiread), or a study in the library.",
            "As a command: scintiread read FILE, or scintiread study read STUDY --reader CODE",
        ),
        choices=choices,
    )


def choose_reader(title: str, choices: tuple[Choice, ...]) -> Curtain:
    """Which of the protocol's readers sits here."""
    return Curtain(
        title,
        ("Who is reading? Choose the code that the coordinator gave you.",),
        choices=choices,
        suggests=False,
    )


def freezes(title: str, reader: str, choices: tuple[Choice, ...]) -> Curtain:
    """The first sitting of a study: nobody begins it by a slip of the mouse."""
    return Curtain(
        title,
        (
            f"Nobody has read this study yet. When {reader} begins, its protocol is frozen for good: readers"
            " and cases can then be added as a new version, and nothing else be changed.",
            "Begin when the coordinator says that the study may start.",
        ),
        choices=choices,
        suggests=False,
    )


def opening_study(title: str, cancel: Choice) -> Curtain:
    """The reader is being seated; a study on a server may take a while."""
    return Curtain(
        f"Opening {title}",
        ("Taking your place …", "Keys do nothing yet; the next screen says what comes."),
        choices=(cancel,),
        suggests=False,
    )


def whose_bundle(message: str, hint: str, choices: tuple[Choice, ...]) -> Curtain:
    """Whether the key of a bundle is the coordinator's; nobody says yes by a slip of the keyboard."""
    return Curtain("Whose bundle is this?", (message, hint), choices=choices, suggests=False)


def opening_bundle(name: str, what: str, cancel: Choice) -> Curtain:
    """A bundle is being checked and unpacked."""
    return Curtain(
        f"Opening {name}",
        (what, "The first time takes longest. Keys do nothing yet; the next screen says what comes."),
        choices=(cancel,),
        suggests=False,
    )


def sending_answers() -> Curtain:
    """The window waits until the last answers are on the server."""
    return Curtain(
        "Sending your last answers to the server",
        (
            "The window closes by itself when they are there.",
            "They are safe on this computer: if you close it once more, they are sent when you open the study"
            " again.",
        ),
    )


def writing_bundle(name: str) -> Curtain:
    """The window waits until the answers are in the bundle."""
    return Curtain(f"Writing your answers into {name}", ("The window closes by itself when they are in it.",))


def answers_beside(problem: AppError, close: Choice) -> Curtain:
    """The window waits because the answers could not be written into the bundle."""
    return Curtain("Your answers are safe", (problem.message, problem.hint), choices=(close,))


def not_opened(message: str, hint: str, choices: tuple[Choice, ...]) -> Curtain:
    """The session could not be opened: somebody else reads, the washout is not over, the disk is full."""
    return Curtain("This study cannot be read now", (message, hint), choices=choices)


def start(
    title: str,
    reader: str,
    protocol: Protocol,
    snapshot: Snapshot,
    key_of: Callable[[str], str],
    go: Choice,
    back: Choice,
) -> Curtain:
    """What a reader is going to do, before the first case."""
    left = snapshot.total - snapshot.done
    progress = f"{left} {'case' if left == 1 else 'cases'} to read"
    if snapshot.done:
        progress += f"; {snapshot.done} of {snapshot.total} are done already"
    rules = protocol.answer
    low, high = rules.scale.bounds
    lines = [
        f"Reader {reader}   ·   {progress}.",
        _asked(rules),
    ]
    match rules.marks:
        case Requirement.REQUIRED:
            lines.append('Mark every lesion, or confirm "I see no lesion".')
        case Requirement.OPTIONAL:
            lines.append("You may mark lesions with a click or an outline.")
    if protocol.mode is Mode.SEQUENTIAL:
        lines.append(_sequence(protocol))
    if protocol.mode is Mode.CROSSOVER:
        unit = "day" if protocol.washout_days == 1 else "days"
        apart = f" that lie {protocol.washout_days:g} {unit} apart" if protocol.washout_days else ""
        lines.append(
            f"Each case comes twice, in visits{apart}: once without the AI, and once with the AI beside the"
            " images from the start."
        )
    if protocol.mode is Mode.CONCURRENT:
        lines.append("The AI is shown beside the images from the start; hide and show it as you like.")
    if protocol.mode is Mode.TRAINING:
        lines.append("This is training: after each answer you are told the truth.")
    lines.append(
        "The time counts from the moment both images are on the screen until you submit. Pause whenever you"
        " need to: the images are hidden and the clock stops."
    )
    keys: tuple[tuple[str, str], ...] = (
        (f"{key_of('call_yes')}  {key_of('call_no')}", "metastasis yes, no"),
        ("0 … 9" if rules.scale is Scale.PROBABILITY else f"{low} … {high}", "probability"),
        (key_of("polygon_tool"), "outline a lesion; Enter closes it"),
        (key_of("point_tool"), "mark a lesion with a click"),
        ("right drag, wheel", "levels, zoom"),
        (key_of("pause"), "pause"),
        (key_of("submit"), "submit and go on"),
        (key_of("keys_sheet"), "all keys"),
    )
    asked = [keys[0]] * rules.call + [keys[1]] * rules.rating
    if rules.questions:
        asked.append((key_of("questions"), "this study's own questions; Enter goes on"))
    marking = keys[2:4] if rules.marks is not Requirement.OFF else ()
    if rules.mark_questions:
        marking = (*marking, (key_of("mark_questions"), "questions about the lesion"))
    keys = (*asked, *marking, *keys[4:])
    return Curtain(title, tuple(lines), keys, (go, back))


def _asked(rules: AnswerRules) -> str:
    """What is answered on each case."""
    low, high = rules.scale.bounds
    if rules.call and rules.rating:
        return (
            f"For every case: is there bone metastasis, yes or no, and how probable is it ({low} to {high})?"
            " Both are needed; nothing is filled in for you."
        )
    if rules.call:
        return "For every case: is there bone metastasis, yes or no? Then answer the questions of this study."
    if rules.rating:
        return (
            f"For every case: how probable is bone metastasis ({low} to {high})? Then answer the questions of"
            " this study."
        )
    return "For every case: answer the questions of this study. Nothing is filled in for you."


def _sequence(protocol: Protocol) -> str:
    """What a sequential study shows when."""
    if not protocol.beside.later:
        return (
            "First you answer without the AI, and that is locked; then the AI is shown and you answer again."
        )
    if not protocol.reveals_ai:
        return "First you answer, and that is locked; then more of the case is shown and you answer again."
    return (
        "First you answer without the AI, and that is locked; then the AI and more of the case are shown and"
        " you answer again."
    )


def cannot_show(record: Choice, again: Choice) -> Curtain:
    """A case whose images cannot be shown."""
    return Curtain(
        "This case cannot be shown",
        (
            "Its images could not be opened. That is not your doing.",
            "Record it as a technical problem and go on with the next case; the coordinator will see it.",
        ),
        choices=(record, again),
    )


def cannot_reveal(record: Choice, again: Choice) -> Curtain:
    """The first answer is locked, but the AI result cannot be shown."""
    return Curtain(
        "The AI result cannot be shown",
        (
            "Your first answer is saved. The AI result could not be opened; that is not your doing.",
            "Record it as a technical problem and go on with the next case; the coordinator will see it.",
        ),
        choices=(record, again),
    )


def paused(cause: PauseCause, choices: tuple[Choice, ...]) -> Curtain:
    """The reading is paused, and why."""
    match cause:
        case PauseCause.READER:
            return Curtain("Paused", ("The clock is stopped.",), choices=choices)
        case PauseCause.FOCUS:
            why = "Another window had the keyboard, so the images were hidden and the clock is stopped."
            return Curtain("Paused", (why,), choices=choices)
        case PauseCause.STILL_READING:
            why = "Nothing was touched for some minutes, so the images were hidden and the clock is stopped."
            return Curtain("Still reading?", (why,), choices=choices)


def reader_text(kind: TextKind, lines: tuple[str, ...], choices: tuple[Choice, ...]) -> Curtain:
    """A text of the protocol; nobody agrees to take part by habit."""
    if kind is TextKind.CONSENT:
        return Curtain("Before you take part", lines, choices=choices, suggests=False)
    return Curtain("Instructions", lines, choices=choices)


def leaving(phase: CurtainPhase, entered: bool, stage: Stage, go_on: Choice, leave: Choice) -> Curtain:
    """The reader wants to stop for now; `entered`: something stands there that was not submitted."""
    if phase is CurtainPhase.AMENDING:
        open_case = (
            "The correction is not saved: whoever leaves now loses it, and the answer stays as it was. A case"
            " that was begun comes again, empty."
        )
    elif stage is Stage.AI:
        open_case = "Your first answer on this case is locked and stays; it comes again with the AI."
        if entered:
            open_case += " What you changed since is not submitted and will be lost."
    elif entered:
        open_case = (
            "Your answer on this case is not submitted and will be lost: the case comes again, empty, first"
            " thing next time."
        )
    else:
        open_case = "The case on the screen has no answer yet: it comes again, first thing next time."
    return Curtain("Finish for now?", ("Every submitted answer is saved.", open_case), choices=(go_on, leave))


def leaving_unsaved(back: Choice, leave: Choice) -> Curtain:
    """The reader wants to stop although an answer could not be saved."""
    return Curtain(
        "The last answer is not saved",
        (
            "Whoever leaves now loses it, and the case comes again. Everything before it is saved.",
            'Go back and choose "Retry", or "Save a copy elsewhere".',
        ),
        choices=(back, leave),
    )


def thank_you(
    snapshot: Snapshot, read: int, seconds: Sequence[float], choices: tuple[Choice, ...], bundle: str = ""
) -> Curtain:
    """The end of a visit: how many and how fast, and nothing about how well; of a bundle, what to send."""
    lines = [f"{read} {'case' if read == 1 else 'cases'} read in this session."] if read else []
    if seconds:
        lines.append(f"Median time per case: {median(seconds):.0f} seconds.")
    if bundle:
        lines.append(f"Leave this page or close the window: then your answers are in {bundle}. Send it back.")
    if snapshot.next_visit_utc is None:
        return Curtain("Thank you", ("All cases of this study are read.", *lines), choices=choices)
    day = snapshot.next_visit_utc.astimezone()
    return Curtain(
        "Thank you",
        (
            "This visit is complete." if read else "The next visit is not open yet.",
            *lines,
            f"Please come back on {day:%A}, {day.day} {day:%B %Y} (from {day:%H:%M}) for the next visit.",
        ),
        choices=choices,
    )


def first_answer(answer: Answer | None, rules: AnswerRules) -> str:
    """What was locked in sequential mode, in a few words."""
    if answer is None:
        return ""
    call = ["yes" if answer.call else "no"] if rules.call else []
    rating = [f"{answer.rating} of {rules.scale.bounds[1]}"] if rules.rating else []
    return f"First answer, locked: {', '.join([*call, *rating])}" if call or rating else "First answer locked"


def submit_text(amending: bool, feedback: str, protocol: Protocol, stage: Stage) -> str:
    """What the submit button does at this moment."""
    if amending:
        return "Save the correction…"
    if feedback:
        return "Next case"
    if protocol.mode is Mode.SEQUENTIAL and stage is Stage.AI:
        return "Submit the final answer"
    if protocol.mode is Mode.SEQUENTIAL:
        return (
            "Lock this answer and see more" if protocol.beside.later else "Lock this answer and show the AI"
        )
    return "Submit"
