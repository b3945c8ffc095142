"""What the keys and menus of the annotation page do, and when they are grey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from app.annotation import proposals, shaping
from app.annotation.agreement.adjudication import Take
from app.annotation.agreement.consensus import consensus, told_of
from app.annotation.painting import Reshape
from app.gui.action_binder import ActionBinder
from app.gui.actions import Fact
from app.gui.canvas.looking_keys import bind_looking
from app.gui.canvas.tools import TOOLS
from app.gui.pages.annotation.desk import AnnotateDesk
from app.gui.pages.annotation.presenter import AnnotatePresenter
from app.scan.scan import ViewName
from app.workflows.annotation.desk_record import CaseStatus


def bind_actions(binder: ActionBinder, desk: AnnotateDesk, presenter: AnnotatePresenter) -> None:
    """Bind every action of the annotation page but those of the folder."""
    canvas, marks = desk.canvas, desk.canvas.marks

    def merge() -> None:
        uuid = canvas.marks.selected
        marks.edit("Merge", lambda before: shaping.merge(before, uuid))

    def take_consensus() -> None:
        sizes = {view: marks.size_of(view) for view in ViewName if canvas.films.panel_of(view) is not None}
        agreed = consensus(presenter.others, sizes, desk.classes.table)
        regions = tuple(region for lesion in agreed for region in lesion.regions)
        marks.edit("Take the consensus", lambda before: replace(before, regions=(*before.regions, *regions)))
        if len(presenter.others) > 1:
            presenter.tell(told_of(agreed))

    def confirm() -> None:
        if canvas.marks.drawing or not desk.edits.accept():
            canvas.input.confirm()

    def step(steps: int) -> None:
        if canvas.input.dragging:
            desk.advise("Let go of the mouse first.")
        else:
            presenter.step(steps)

    def let_go() -> None:
        if canvas.marks.drawing or canvas.input.dragging or canvas.marks.tool.fences:
            canvas.marks.cancel()
        else:
            canvas.marks.select("")

    calls: dict[str, Callable[[], object]] = {
        "duplicate_mark": desk.edits.duplicate,
        "mirror_mark": canvas.marks.mirror_selected,
        "merge_marks": merge,
        "smooth_marks": partial(desk.edits.reshape, Reshape.SMOOTH),
        "grow_marks": partial(desk.edits.reshape, Reshape.GROW),
        "shrink_marks": partial(desk.edits.reshape, Reshape.SHRINK),
        "fill_marks": partial(desk.edits.reshape, Reshape.FILL),
        "link_marks": desk.edits.link,
        "unlink_mark": desk.edits.unlink,
        "take_consensus": take_consensus,
        "take_first": partial(desk.adjudicator.take_nth, 0),
        "take_second": partial(desk.adjudicator.take_nth, 1),
        "take_union": partial(desk.adjudicator.take, Take.UNION),
        "take_agreed": partial(desk.adjudicator.take, Take.AGREED),
        "take_quorum": partial(desk.adjudicator.take, Take.QUORUM),
        "propose_marks": presenter.propose,
        "accept_proposal": desk.edits.accept,
        "next_proposal": desk.select_proposal,
        "accept_proposals": desk.edits.accept_all,
        "reject_proposals": desk.edits.reject_all,
        "take_back_rejected": desk.take_back_rejected,
        "next_lesion": partial(desk.step_lesion, 1),
        "previous_lesion": partial(desk.step_lesion, -1),
        "delete_mark": desk.edits.delete,
        "close_polygon": confirm,
        "remove_vertex": canvas.marks.remove_last_vertex,
        "cancel_drawing": let_go,
        "undo": canvas.marks.undo,
        "redo": canvas.marks.redo,
        "next_case": partial(step, 1),
        "previous_case": partial(step, -1),
        "save_marks": presenter.save,
        "done_next": partial(presenter.call_case, CaseStatus.DONE),
        "doubtful_next": partial(presenter.call_case, CaseStatus.DOUBTFUL),
        "reopen_case": presenter.reopen_case,
        "fold_panel": desk.fold_panel,
        "float_panel": desk.float_panel,
        "show_numbers": desk.marks_look.toggle_numbers,
        "keep_display": desk.toggle_keep_display,
        "copy_marks": desk.copy_lesions,
        "paste_marks": desk.paste_lesions,
        "show_others": presenter.toggle_others,
        "show_prior": presenter.toggle_prior,
        "propose_prior": desk.propose_prior,
    }
    bind_looking(binder, canvas)
    for tool in TOOLS:
        calls[f"{tool.id}_tool"] = partial(canvas.marks.set_tool, tool.id)
    for digit in range(10):
        calls[f"class_{digit}"] = partial(_choose, desk, str(digit))
        calls[f"relabel_{digit}"] = partial(_relabel, desk, str(digit))
        calls[f"sure_{digit}"] = partial(desk.edits.relabel, rating=float(10 * digit or 100))
    for action, call in calls.items():
        binder.bind(action, call)


def state_facts(binder: ActionBinder, desk: AnnotateDesk, presenter: AnnotatePresenter) -> None:
    """State what holds on the page now."""
    canvas = desk.canvas
    shown, selected = canvas.scan is not None, bool(canvas.marks.selected)
    facts = {
        Fact.SCAN: shown,
        Fact.MARKING: shown,
        Fact.DRAWING: shown and (canvas.marks.drawing or selected or bool(canvas.marks.tool.fences)),
        Fact.SELECTION: shown and selected,
        Fact.ROWS: shown and desk.lesions.number_chosen > 1,
        Fact.LESIONS: shown and bool(desk.annotation.regions),
        Fact.UNDO: shown and canvas.marks.can_undo,
        Fact.REDO: shown and canvas.marks.can_redo,
        Fact.COPIED: shown and desk.can_paste,
        Fact.FOLDER: presenter.folder is not None,
        Fact.PRIOR: shown and desk.prior.prior is not None,
        Fact.OTHERS: shown and bool(presenter.others),
        Fact.PROPOSALS: shown and bool(proposals.waiting(desk.annotation)),
        Fact.REJECTED: shown and bool(desk.annotation.rejected),
        Fact.PROPOSAL: shown and selected and canvas.marks.selected in proposals.waiting(desk.annotation),
    }
    for fact, holds in facts.items():
        binder.state(fact, holds)
    for action, button in (*desk.edit_buttons.buttons.items(), *desk.proposals.buttons.items()):
        button.setEnabled(binder.offers(action))


def _choose(desk: AnnotateDesk, key: str) -> None:
    desk.choose_class(desk.classes.keyed(key))


def _relabel(desk: AnnotateDesk, key: str) -> None:
    name = desk.classes.keyed(key)
    if name:
        desk.edits.relabel(label=name)
