"""Every action of the program, one row each: menus, keys, the F1 sheet and the key table come from here.

Adding an action is one row here and one `bind` in the page that does it. Who presses a key gets the action
of the page shown; an action that no page has bound, or whose `needs` is not stated by that page, is grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.language import ENGLISH, for_later, in_use, tr


class Context(StrEnum):
    """Where an action's keys work."""

    GLOBAL = for_later("everywhere")
    LIBRARY = for_later("library")
    IMAGES = for_later("images")
    """Wherever a scan is on screen: library viewer and reading page."""
    MARKS = for_later("marks")
    """Wherever marks are drawn: reading and annotation page."""
    READING = for_later("reading")
    ANNOTATION = for_later("annotation")

    def meets(self, other: Context) -> bool:
        """Whether the keys of both can work at the same time, so that they must differ."""
        return self is other or frozenset((self, other)) not in _APART


_APART = {
    frozenset((Context.LIBRARY, Context.READING)),
    frozenset((Context.LIBRARY, Context.MARKS)),
    frozenset((Context.LIBRARY, Context.ANNOTATION)),
    frozenset((Context.READING, Context.ANNOTATION)),
}


class Fact(StrEnum):
    """What a page states about itself, so that actions which need it are not grey."""

    SCAN = "a scan is on screen"
    ANSWERING = "an answer can be given"
    READING = "a reading session is open"
    MARKING = "marks may be drawn"
    DRAWING = "a polygon is half drawn"
    SELECTION = "a mark is selected"
    UNDO = "there is something to undo"
    REDO = "there is something to redo"
    AI = "the AI result is revealed"
    PRIOR = "a prior scan is beside it"
    LAST_ANSWER = "the last answer may be edited"
    ROW = "a row is chosen"
    ROWS = "several marks are chosen"
    LESIONS = "something is drawn"
    COPIED = "lesions were copied"
    FOLDER = "a folder is being annotated"
    OTHERS = "other annotators are shown"
    PROPOSALS = "there are proposals to judge"
    PROPOSAL = "a proposal is selected"
    REJECTED = "proposals were rejected"


@dataclass(frozen=True)
class Action:
    """One thing that can be done, its words, its keys and when it can be done."""

    id: str
    text: str
    group: str
    keys: tuple[str, ...] = ()
    """Portable key texts such as "Ctrl+Return"; remapped by the settings."""
    context: Context = Context.GLOBAL
    needs: Fact | None = None
    icon: str = ""
    hold: bool = False
    """Lasts while the key is held: bound with `bind_hold`."""
    home: str = ""
    """The page that does it: on other pages the action goes there first."""
    family: str = ""
    """Rows of one family stand as one line in the F1 sheet, under this text."""

    @property
    def words(self) -> str:
        """What it does, in the reader's language; one of a family by its digit."""
        if self.family and in_use() != ENGLISH:
            return f"{tr(self.family)} · {self.id[-1]}"
        return tr(self.text)


_I, _R, _L = Context.IMAGES, Context.READING, Context.LIBRARY
_M, _A = Context.MARKS, Context.ANNOTATION

ACTIONS: tuple[Action, ...] = (
    Action("open_files", "Open scans…", "File", ("Ctrl+O",), icon="open", home="library"),
    Action("open_folder", "Open a folder…", "File", ("Ctrl+Shift+O",), icon="folder", home="library"),
    Action("open_study", "Open a study…", "File", ("Ctrl+Shift+S",), icon="study", home="library"),
    Action("open_bundle", "Open a bundle…", "File", ("Ctrl+Shift+B",), icon="study", home="reading"),
    Action("clear_library", "Clear the library's list", "File", home="library"),
    Action("settings", "Settings", "File", ("Ctrl+,",), icon="settings"),
    Action("quit", "Quit", "File", ("Ctrl+Q",), icon="quit"),
    Action("go_library", "Library", "Go", ("Ctrl+1",), icon="library"),
    Action("go_reading", "Reading", "Go", ("Ctrl+2",), icon="reading"),
    Action("go_annotate", "Annotate", "Go", ("Ctrl+3",), icon="annotate"),
    Action("go_coordinator", "Coordinator", "Go", ("Ctrl+4",), icon="coordinator"),
    Action("go_analysis", "Analysis", "Go", ("Ctrl+5",), icon="analysis"),
    Action("go_simulator", "Simulator", "Go", ("Ctrl+6",), icon="simulator"),
    Action("go_report", "Report", "Go", ("Ctrl+7",), icon="report"),
    Action("go_pacs", "PACS", "Go", ("Ctrl+8",), icon="pacs"),
    Action("go_model", "Models", "Go", ("Ctrl+9",), icon="ai"),
    Action("refresh", "Refresh", "Go", ("F5",)),
    Action("next_scan", "Next scan", "Go", ("PgDown",), _L, Fact.ROW, icon="next"),
    Action("previous_scan", "Previous scan", "Go", ("PgUp",), _L, Fact.ROW, icon="previous"),
    Action("compare_prior", "Compare with prior…", "Go", ("P",), _L, Fact.SCAN),
    Action("show_difference", "Show what has changed", "Images", ("X",), _L, Fact.PRIOR),
    Action("back_to_list", "Back to the list", "Go", ("Alt+Left",), _L, Fact.SCAN, icon="back"),
    Action("invert", "Invert grey", "Images", ("I",), _I, Fact.SCAN, icon="invert"),
    Action("reset_display", "Reset levels and zoom", "Images", ("R",), _I, Fact.SCAN, icon="reset"),
    Action("fit", "Fit to the panel", "Images", ("F",), _I, Fact.SCAN, icon="fit"),
    Action("fill_width", "Fill the width", "Images", ("Shift+F",), _I, Fact.SCAN),
    Action("whole_frame", "Whole frame, or the patient alone", "Images", ("Shift+W",), _I, Fact.SCAN),
    Action("zoom_in", "Zoom in", "Images", ("+", "="), _I, Fact.SCAN, icon="zoom_in"),
    Action("zoom_out", "Zoom out", "Images", ("-",), _I, Fact.SCAN, icon="zoom_out"),
    Action("upper_level_up", "Upper level up (lighter)", "Images", ("Alt+Up", "."), _I, Fact.SCAN),
    Action("upper_level_down", "Upper level down (darker)", "Images", ("Alt+Down", ","), _I, Fact.SCAN),
    Action("lower_level_up", "Lower level up", "Images", ("Alt+Shift+Up",), _I, Fact.SCAN),
    Action("lower_level_down", "Lower level down", "Images", ("Alt+Shift+Down",), _I, Fact.SCAN),
    Action("dual_intensity", "Dual intensity", "Images", ("D",), _I, Fact.SCAN, icon="dual"),
    Action("next_curve", "Next display curve", "Images", ("C",), _I, Fact.SCAN, icon="curve"),
    Action("next_palette", "Next palette", "Images", ("L",), _I, Fact.SCAN, icon="palette"),
    Action("magnifier", "Magnifying glass", "Images", ("Z",), _I, Fact.SCAN),
    Action("smooth_pixels", "Smooth or single pixels", "Images", ("W",), _I, Fact.SCAN),
    Action("hide_marks", "Hide marks while held", "Images", ("H",), _I, Fact.SCAN, icon="hide", hold=True),
    Action("select_tool", "Select", "Marks", ("S",), _M, Fact.MARKING, icon="select"),
    Action("point_tool", "Point", "Marks", ("M",), _M, Fact.MARKING, icon="point"),
    Action("polygon_tool", "Polygon", "Marks", ("P",), _M, Fact.MARKING, icon="polygon"),
    Action("close_polygon", "Close the polygon", "Marks", ("Return", "Enter"), _M, Fact.DRAWING),
    Action("remove_vertex", "Remove the last vertex", "Marks", ("Backspace",), _M, Fact.DRAWING),
    Action("cancel_drawing", "Cancel drawing", "Marks", ("Esc",), _M, Fact.DRAWING),
    Action("delete_mark", "Delete the mark", "Marks", ("Del",), _M, Fact.SELECTION, icon="delete"),
    Action("mirror_mark", "Mirror to the other view", "Marks", ("V",), _M, Fact.SELECTION),
    Action("undo", "Undo", "Marks", ("Ctrl+Z",), _M, Fact.UNDO, icon="undo"),
    Action("redo", "Redo", "Marks", ("Ctrl+Y", "Ctrl+Shift+Z"), _M, Fact.REDO, icon="redo"),
    Action("freehand_tool", "Freehand", "Annotate", ("G",), _A, Fact.MARKING, icon="freehand"),
    Action("ellipse_tool", "Ellipse", "Annotate", ("E",), _A, Fact.MARKING, icon="ellipse"),
    Action("brush_tool", "Brush", "Annotate", ("B",), _A, Fact.MARKING, icon="brush"),
    Action("eraser_tool", "Eraser", "Annotate", ("X",), _A, Fact.MARKING, icon="eraser"),
    Action("threshold_tool", "Threshold contour", "Annotate", ("T",), _A, Fact.MARKING, icon="threshold"),
    Action("model_outline_tool", "Model's outline", "Annotate", ("Q",), _A, Fact.MARKING, icon="ai"),
    Action("cut_tool", "Cut", "Annotate", ("K",), _A, Fact.MARKING, icon="cut"),
    Action("duplicate_mark", "Duplicate the region", "Annotate", ("Ctrl+D",), _A, Fact.SELECTION),
    Action("merge_marks", "Merge with what it touches", "Annotate", ("U",), _A, Fact.SELECTION),
    Action("smooth_marks", "Smooth the lesion", "Annotate", ("Shift+S",), _A, Fact.SELECTION),
    Action("grow_marks", "Grow by a pixel", "Annotate", ("Ctrl++", "Ctrl+="), _A, Fact.SELECTION),
    Action("shrink_marks", "Shrink by a pixel", "Annotate", ("Ctrl+-",), _A, Fact.SELECTION),
    Action("fill_marks", "Fill its holes", "Annotate", ("Shift+I",), _A, Fact.SELECTION),
    Action("link_marks", "Link as one lesion", "Annotate", ("Ctrl+G",), _A, Fact.ROWS),
    Action("unlink_mark", "Unlink from its lesion", "Annotate", ("Ctrl+Shift+G",), _A, Fact.SELECTION),
    Action("copy_marks", "Copy lesions, for another case", "Annotate", ("Ctrl+C",), _A, Fact.LESIONS),
    Action("paste_marks", "Paste lesions", "Annotate", ("Ctrl+V",), _A, Fact.COPIED),
    Action("show_numbers", "Numbers of lesions", "Annotate", ("Shift+H",), _A, Fact.SCAN),
    Action("keep_display", "Keep levels and zoom", "Annotate", ("Ctrl+K",), _A, Fact.SCAN),
    Action("fold_panel", "Fold the panel", "Annotate", ("F9",), _A, Fact.SCAN),
    Action("float_panel", "Float the panel", "Annotate", ("Shift+F9",), _A, Fact.SCAN),
    Action("show_others", "Show other annotators", "Annotate", ("O",), _A, Fact.SCAN),
    Action("show_prior", "Show the patient's prior scan", "Annotate", ("Shift+P",), _A, Fact.SCAN),
    Action("propose_prior", "Propose the prior's lesions", "Annotate", ("Shift+A",), _A, Fact.PRIOR),
    Action("take_consensus", "Start from the others' consensus", "Annotate", (), _A, Fact.OTHERS),
    Action("take_first", "Take the first one's outline", "Annotate", ("Ctrl+Alt+A",), _A, Fact.OTHERS),
    Action("take_second", "Take the second one's outline", "Annotate", ("Ctrl+Alt+B",), _A, Fact.OTHERS),
    Action("take_union", "Take the union", "Annotate", ("Ctrl+Alt+U",), _A, Fact.OTHERS),
    Action("take_agreed", "Take the consensus", "Annotate", ("Ctrl+Alt+C",), _A, Fact.OTHERS),
    Action("take_quorum", "Take what a quorum drew", "Annotate", ("Ctrl+Alt+Q",), _A, Fact.OTHERS),
    Action("propose_marks", "Propose lesions", "Annotate", ("A",), _A, Fact.SCAN, icon="ai"),
    Action("accept_proposal", "Accept the proposal (Enter too)", "Annotate", ("Y",), _A, Fact.PROPOSAL),
    Action("next_proposal", "Next proposal", "Annotate", ("N",), _A, Fact.PROPOSALS),
    Action("accept_proposals", "Accept all proposals", "Annotate", ("Shift+Y",), _A, Fact.PROPOSALS),
    Action("reject_proposals", "Reject all proposals", "Annotate", ("Shift+Del",), _A, Fact.PROPOSALS),
    Action(
        "take_back_rejected", "Take back rejected proposals", "Annotate", ("Ctrl+Del",), _A, Fact.REJECTED
    ),
    Action("next_lesion", "Next lesion, close", "Annotate", ("J",), _A, Fact.LESIONS, icon="next"),
    Action(
        "previous_lesion",
        "Previous lesion, close",
        "Annotate",
        ("Shift+J",),
        _A,
        Fact.LESIONS,
        icon="previous",
    ),
    Action("next_case", "Next case", "Annotate", ("PgDown",), _A, Fact.FOLDER, icon="next"),
    Action("previous_case", "Previous case", "Annotate", ("PgUp",), _A, Fact.FOLDER, icon="previous"),
    Action(
        "done_next",
        "Done, next case",
        "Annotate",
        ("Ctrl+Return", "Ctrl+Enter"),
        _A,
        Fact.SCAN,
        icon="submit",
    ),
    Action("doubtful_next", "Doubtful, next case", "Annotate", ("Ctrl+Shift+Return",), _A, Fact.SCAN),
    Action("reopen_case", "The case is in work again", "Annotate", (), _A, Fact.SCAN),
    Action("save_marks", "Save now", "Annotate", ("Ctrl+S",), _A, Fact.SCAN),
    Action("write_report", "Write a report", "Annotate", ("Ctrl+R",), _A, Fact.SCAN, icon="report"),
    Action("edit_classes", "Classes of the folder…", "Annotate", ("Ctrl+Shift+C",), _A, Fact.FOLDER),
    Action("name_classes", "Names of classes…", "Annotate", (), _A, Fact.SCAN),
    Action("import_marks", "Bring in labels…", "Annotate", ("Ctrl+Shift+E",), _A, Fact.FOLDER),
    Action("export_marks", "Export the folder…", "Annotate", ("Ctrl+E",), _A, Fact.FOLDER),
    *(
        Action(
            f"class_{digit}",
            f"Class {digit}",
            "Annotate",
            (str(digit),),
            _A,
            Fact.MARKING,
            family=for_later("Class of the next region by its number"),
        )
        for digit in range(10)
    ),
    *(
        Action(
            f"relabel_{digit}",
            f"Make the chosen lesions class {digit}",
            "Annotate",
            (f"Shift+{digit}",),
            _A,
            Fact.SELECTION,
            family=for_later("Another class for the chosen lesions"),
        )
        for digit in range(10)
    ),
    *(
        Action(
            f"sure_{digit}",
            f"Sure of the chosen lesions: {10 * digit or 100} %",
            "Annotate",
            (f"Alt+{digit}",),
            _A,
            Fact.SELECTION,
            family=for_later("How sure, in tens (0: 100 %)"),
        )
        for digit in range(10)
    ),
    Action("call_yes", "Metastasis: yes", "Answer", ("Y",), _R, Fact.ANSWERING),
    Action("call_no", "Metastasis: no", "Answer", ("N",), _R, Fact.ANSWERING),
    *(
        Action(
            f"rating_{digit}",
            f"Rating {digit}0",
            "Answer",
            (str(digit),),
            _R,
            Fact.ANSWERING,
            family=for_later("Rating in tens"),
        )
        for digit in range(10)
    ),
    Action("rating_down", "Rating 5 lower", "Answer", ("[",), _R, Fact.ANSWERING),
    Action("rating_up", "Rating 5 higher", "Answer", ("]",), _R, Fact.ANSWERING),
    Action("questions", "Go to the study's questions", "Answer", ("Q",), _R, Fact.ANSWERING),
    Action(
        "mark_questions", "Go to the questions about the lesion", "Answer", ("Shift+Q",), _R, Fact.SELECTION
    ),
    Action("comment", "Write a comment", "Answer", ("Ctrl+K",), _R, Fact.ANSWERING, icon="comment"),
    Action(
        "submit",
        "Submit the answer",
        "Answer",
        ("Ctrl+Return", "Ctrl+Enter"),
        _R,
        Fact.READING,
        icon="submit",
    ),
    Action("decline_case", "Skip, or cannot be read…", "Answer", ("Ctrl+Shift+D",), _R, Fact.ANSWERING),
    Action("toggle_prior", "Show or hide the prior scan", "Reading", ("B",), _R, Fact.ANSWERING),
    Action("flip_prior", "Prior scan in the place of this one", "Reading", ("X",), _R, Fact.ANSWERING),
    Action("next_series", "Next series of the case", "Reading", ("T",), _R, Fact.ANSWERING),
    Action("reading_help", "Show or hide the reading help", "Reading", ("F2",), _R, Fact.ANSWERING),
    Action("toggle_ai", "Show or hide the AI", "Reading", ("A",), _R, Fact.AI, icon="ai"),
    Action("ai_overlay_less", "Attention overlay thinner", "Reading", ("Ctrl+[",), _R, Fact.AI),
    Action("ai_overlay_more", "Attention overlay denser", "Reading", ("Ctrl+]",), _R, Fact.AI),
    Action(
        "pause", "Pause and blank the images", "Reading", ("Pause", "Ctrl+P"), _R, Fact.READING, icon="pause"
    ),
    Action("edit_last", "Edit the last answer…", "Reading", (), _R, Fact.LAST_ANSWER),
    Action("leave_session", "Finish for now", "Reading", (), _R, Fact.READING),
    Action("keys_sheet", "Keys", "Help", ("F1",), icon="keyboard"),
    Action("log", "Log", "Help", ("Ctrl+L",), icon="log"),
    Action("about", "About ScintiRead", "Help", (), icon="about"),
)

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(action.group for action in ACTIONS))
"""The menus, in their order."""

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

NEEDS_MODIFIER = frozenset({"submit", "decline_case", "leave_session", "quit"})
"""Actions that no single plain key may do: a slip of the finger must not end a reading."""

Keys = Mapping[str, tuple[str, ...]]


def keys_of(action: Action, remapped: Keys) -> tuple[str, ...]:
    """The keys of an action, the user's own where there are any."""
    return tuple(remapped.get(action.id, action.keys))


def conflicts(action: Action, key: str, remapped: Keys) -> Iterator[Action]:
    """The other actions that already have `key` and can be meant at the same time."""
    for other in ACTIONS:
        if other.id != action.id and other.context.meets(action.context) and key in keys_of(other, remapped):
            yield other


def is_plain(key: str) -> bool:
    """Whether a key is pressed without Ctrl, Alt or Meta."""
    return not any(modifier in key for modifier in ("Ctrl+", "Alt+", "Meta+"))
