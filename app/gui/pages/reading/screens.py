"""The words of the reading page's screens; no truth, no score, no image's file name is ever among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from app.errors import AppError
from app.gui.pages.reading.curtain import Choice, Curtain, CurtainPhase
from app.language import day_in_words, for_later, tr, tr_counted
from app.study.answer import Answer
from app.study.protocol import AnswerRules, Mode, Protocol, Requirement, Scale
from app.study.reader_texts import TextKind
from app.study.snapshot import PauseCause, Snapshot, Stage

LOADING = for_later("Loading the images …\n\nKeys are taken once both views are on the screen.")
NO_KEYS_YET = for_later("Keys do nothing yet; the next screen says what comes.")
TOO_EARLY = for_later("The images were not on the screen yet: what was pressed before was not taken.")


def no_study(*choices: Choice) -> Curtain:
    """The page was opened without a study."""
    return Curtain(
        tr("No study is open"),
        (
            tr("Open the bundle that you were sent (it ends in .scintiread), or a study in the library."),
            tr("As a command:") + " scintiread read FILE, scintiread study read STUDY --reader CODE",
        ),
        choices=choices,
    )


def choose_reader(title: str, choices: tuple[Choice, ...]) -> Curtain:
    """Which of the protocol's readers sits here."""
    return Curtain(
        title,
        (tr("Who is reading? Choose the code that the coordinator gave you."),),
        choices=choices,
        suggests=False,
    )


def freezes(title: str, reader: str, choices: tuple[Choice, ...]) -> Curtain:
    """The first sitting of a study: nobody begins it by a slip of the mouse."""
    return Curtain(
        title,
        (
            tr(
                "Nobody has read this study yet. When {reader} begins, its protocol is"
                " frozen for good: readers"
                " and cases can then be added as a new version, and nothing else be changed.",
                reader=reader,
            ),
            tr("Begin when the coordinator says that the study may start."),
        ),
        choices=choices,
        suggests=False,
    )


def opening_study(title: str, cancel: Choice) -> Curtain:
    """The reader is being seated; a study on a server may take a while."""
    return Curtain(
        tr("Opening {name}", name=title),
        (tr("Taking your place …"), tr(NO_KEYS_YET)),
        choices=(cancel,),
        suggests=False,
    )


def whose_bundle(message: str, hint: str, choices: tuple[Choice, ...]) -> Curtain:
    """Whether the key of a bundle is the coordinator's; nobody says yes by a slip of the keyboard."""
    return Curtain(tr("Whose bundle is this?"), (message, hint), choices=choices, suggests=False)


def opening_bundle(name: str, what: str, cancel: Choice) -> Curtain:
    """A bundle is being checked and unpacked."""
    return Curtain(
        tr("Opening {name}", name=name),
        (what, f"{tr('The first time takes longest.')} {tr(NO_KEYS_YET)}"),
        choices=(cancel,),
        suggests=False,
    )


def sending_answers() -> Curtain:
    """The window waits until the last answers are on the server."""
    return Curtain(
        tr("Sending your last answers to the server"),
        (
            tr("The window closes by itself when they are there."),
            tr(
                "They are safe on this computer: if you close it once more, they are sent when you open the"
                " study again."
            ),
        ),
    )


def writing_bundle(name: str) -> Curtain:
    """The window waits until the answers are in the bundle."""
    return Curtain(
        tr("Writing your answers into {file}", file=name),
        (tr("The window closes by itself when they are in it."),),
    )


def answers_beside(problem: AppError, close: Choice) -> Curtain:
    """The window waits because the answers could not be written into the bundle."""
    return Curtain(tr("Your answers are safe"), (problem.message, problem.hint), choices=(close,))


def not_opened(message: str, hint: str, choices: tuple[Choice, ...]) -> Curtain:
    """The session could not be opened: somebody else reads, the washout is not over, the disk is full."""
    return Curtain(tr("This study cannot be read now"), (message, hint), choices=choices)


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
    progress = tr_counted("{n} case to read", "{n} cases to read", left)
    if snapshot.done:
        progress += "; " + tr("{done} of {total} are done already", done=snapshot.done, total=snapshot.total)
    rules = protocol.answer
    low, high = rules.scale.bounds
    lines = [
        tr("Reader {reader}   ·   {progress}.", reader=reader, progress=progress),
        _asked(rules),
    ]
    match rules.marks:
        case Requirement.REQUIRED:
            lines.append(tr('Mark every lesion, or confirm "I see no lesion".'))
        case Requirement.OPTIONAL:
            lines.append(tr("You may mark lesions with a click or an outline."))
    if protocol.mode is Mode.SEQUENTIAL:
        lines.append(_sequence(protocol))
    if protocol.mode is Mode.CROSSOVER:
        lines.append(
            tr(
                "Each case comes twice, in two visits: once without the AI, and once with the"
                " AI beside the images"
                " from the start."
            )
        )
        if days := protocol.washout_days:
            lines.append(tr("Days between the visits: {days}.", days=f"{days:g}"))
    if protocol.mode is Mode.CONCURRENT:
        lines.append(tr("The AI is shown beside the images from the start; hide and show it as you like."))
    if protocol.mode is Mode.TRAINING:
        lines.append(tr("This is training: after each answer you are told the truth."))
    lines.append(
        tr(
            "The time counts from the moment both images are on the screen until you submit."
            " Pause whenever you"
            " need to: the images are hidden and the clock stops."
        )
    )
    keys: tuple[tuple[str, str], ...] = (
        (f"{key_of('call_yes')}  {key_of('call_no')}", tr("metastasis yes, no")),
        ("0 … 9" if rules.scale is Scale.PROBABILITY else f"{low} … {high}", tr("probability")),
        (key_of("polygon_tool"), tr("outline a lesion; Enter closes it")),
        (key_of("point_tool"), tr("mark a lesion with a click")),
        (tr("right drag, wheel"), tr("levels, zoom")),
        (key_of("pause"), tr("pause")),
        (key_of("submit"), tr("submit and go on")),
        (key_of("keys_sheet"), tr("all keys")),
    )
    asked = [keys[0]] * rules.call + [keys[1]] * rules.rating
    if rules.questions:
        asked.append((key_of("questions"), tr("this study's own questions; Enter goes on")))
    marking = keys[2:4] if rules.marks is not Requirement.OFF else ()
    if rules.mark_questions:
        marking = (*marking, (key_of("mark_questions"), tr("questions about the lesion")))
    keys = (*asked, *marking, *keys[4:])
    return Curtain(title, tuple(lines), keys, (go, back))


def _asked(rules: AnswerRules) -> str:
    """What is answered on each case."""
    low, high = rules.scale.bounds
    if rules.call and rules.rating:
        return tr(
            "For every case: is there bone metastasis, yes or no, and how probable is it ({low} to {high})?"
            " Both are needed; nothing is filled in for you.",
            low=low,
            high=high,
        )
    if rules.call:
        return tr(
            "For every case: is there bone metastasis, yes or no? Then answer the questions of this study."
        )
    if rules.rating:
        return tr(
            "For every case: how probable is bone metastasis ({low} to {high})? Then answer the questions of"
            " this study.",
            low=low,
            high=high,
        )
    return tr("For every case: answer the questions of this study. Nothing is filled in for you.")


def _sequence(protocol: Protocol) -> str:
    """What a sequential study shows when."""
    if not protocol.beside.later:
        return tr(
            "First you answer without the AI, and that is locked; then the AI is shown and you answer again."
        )
    if not protocol.reveals_ai:
        return tr(
            "First you answer, and that is locked; then more of the case is shown and you answer again."
        )
    return tr(
        "First you answer without the AI, and that is locked; then the AI and more of the case are shown and"
        " you answer again."
    )


def cannot_show(record: Choice, again: Choice) -> Curtain:
    """A case whose images cannot be shown."""
    return Curtain(
        tr("This case cannot be shown"),
        (
            tr("Its images could not be opened. That is not your doing."),
            tr("Record it as a technical problem and go on with the next case; the coordinator will see it."),
        ),
        choices=(record, again),
    )


def cannot_reveal(record: Choice, again: Choice) -> Curtain:
    """The first answer is locked, but the AI result cannot be shown."""
    return Curtain(
        tr("The AI result cannot be shown"),
        (
            tr("Your first answer is saved. The AI result could not be opened; that is not your doing."),
            tr("Record it as a technical problem and go on with the next case; the coordinator will see it."),
        ),
        choices=(record, again),
    )


def paused(cause: PauseCause, choices: tuple[Choice, ...]) -> Curtain:
    """The reading is paused, and why."""
    match cause:
        case PauseCause.READER:
            return Curtain(tr("Paused"), (tr("The clock is stopped."),), choices=choices)
        case PauseCause.FOCUS:
            why = tr("Another window had the keyboard, so the images were hidden and the clock is stopped.")
            return Curtain(tr("Paused"), (why,), choices=choices)
        case PauseCause.STILL_READING:
            why = tr(
                "Nothing was touched for some minutes, so the images were hidden and the clock is stopped."
            )
            return Curtain(tr("Still reading?"), (why,), choices=choices)


def reader_text(kind: TextKind, lines: tuple[str, ...], choices: tuple[Choice, ...]) -> Curtain:
    """A text of the protocol; nobody agrees to take part by habit."""
    if kind is TextKind.CONSENT:
        return Curtain(tr("Before you take part"), lines, choices=choices, suggests=False)
    return Curtain(tr("Instructions"), lines, choices=choices)


def leaving(phase: CurtainPhase, entered: bool, stage: Stage, go_on: Choice, leave: Choice) -> Curtain:
    """The reader wants to stop for now; `entered`: something stands there that was not submitted."""
    if phase is CurtainPhase.AMENDING:
        open_case = tr(
            "The correction is not saved: whoever leaves now loses it, and the answer stays as it was. A case"
            " that was begun comes again, empty."
        )
    elif stage is Stage.AI:
        open_case = tr("Your first answer on this case is locked and stays; it comes again with the AI.")
        if entered:
            open_case += " " + tr("What you changed since is not submitted and will be lost.")
    elif entered:
        open_case = tr(
            "Your answer on this case is not submitted and will be lost: the case comes again, empty, first"
            " thing next time."
        )
    else:
        open_case = tr("The case on the screen has no answer yet: it comes again, first thing next time.")
    return Curtain(
        tr("Finish for now?"), (tr("Every submitted answer is saved."), open_case), choices=(go_on, leave)
    )


def leaving_unsaved(back: Choice, leave: Choice) -> Curtain:
    """The reader wants to stop although an answer could not be saved."""
    return Curtain(
        tr("The last answer is not saved"),
        (
            tr("Whoever leaves now loses it, and the case comes again. Everything before it is saved."),
            tr('Go back and choose "Retry", or "Save a copy elsewhere".'),
        ),
        choices=(back, leave),
    )


def thank_you(
    snapshot: Snapshot, read: int, seconds: Sequence[float], choices: tuple[Choice, ...], bundle: str = ""
) -> Curtain:
    """The end of a visit: how many and how fast, and nothing about how well; of a bundle, what to send."""
    lines = (
        [tr_counted("{n} case read in this session.", "{n} cases read in this session.", read)]
        if read
        else []
    )
    if seconds:
        lines.append(tr("Median time per case: {seconds} seconds.", seconds=f"{median(seconds):.0f}"))
    if bundle:
        lines.append(
            tr(
                "Leave this page or close the window: then your answers are in {file}. Send it back.",
                file=bundle,
            )
        )
    if snapshot.next_visit_utc is None:
        return Curtain(tr("Thank you"), (tr("All cases of this study are read."), *lines), choices=choices)
    day = snapshot.next_visit_utc.astimezone()
    return Curtain(
        tr("Thank you"),
        (
            tr("This visit is complete.") if read else tr("The next visit is not open yet."),
            *lines,
            tr(
                "Please come back on {day} (from {time}) for the next visit.",
                day=day_in_words(day),
                time=f"{day:%H:%M}",
            ),
        ),
        choices=choices,
    )


def first_answer(answer: Answer | None, rules: AnswerRules) -> str:
    """What was locked in sequential mode, in a few words."""
    if answer is None:
        return ""
    call = [tr("yes") if answer.call else tr("no")] if rules.call else []
    if rules.rating:
        most = rules.scale.bounds[1]
        return tr(
            "First answer, locked: {call}, {rating} of {most}",
            call=", ".join(call) or tr("probability"),
            rating=answer.rating,
            most=most,
        )
    return f"{tr('First answer, locked')}: {call[0]}" if call else tr("First answer, locked")


def submit_text(amending: bool, feedback: str, protocol: Protocol, stage: Stage) -> str:
    """What the submit button does at this moment."""
    if amending:
        return tr("Save the correction…")
    if feedback:
        return tr("Next case")
    if protocol.mode is Mode.SEQUENTIAL and stage is Stage.AI:
        return tr("Submit the final answer")
    if protocol.mode is Mode.SEQUENTIAL:
        return (
            tr("Lock this answer and see more")
            if protocol.beside.later
            else tr("Lock this answer and show the AI")
        )
    return tr("Submit")
