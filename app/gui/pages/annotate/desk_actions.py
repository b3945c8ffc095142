"""What the keys and menus of the annotation page do, and when they are grey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from app.annotation import edits, proposals, shaping
from app.annotation.agreement.consensus import consensus_regions
from app.gui.action_binder import ActionBinder
from app.gui.actions import Fact
from app.gui.canvas.tools import TOOLS
from app.gui.pages.annotate.desk import AnnotateDesk
from app.gui.pages.annotate.presenter import AnnotatePresenter
from app.scan.scan import ViewName


def bind_actions(binder: ActionBinder, desk: AnnotateDesk, presenter: AnnotatePresenter) -> None:
    """Bind every action of the annotation page but those of the folder."""
    canvas, marks = desk.canvas, desk.canvas.marks

    def duplicate() -> None:
        uuid = canvas.selected()
        size = marks.size_of(marks.annotation.region(uuid).view)
        if marks.edit("Duplicate", lambda before: shaping.duplicate(before, uuid, size)):
            canvas.select_region(canvas.regions()[-1].uuid)

    def merge() -> None:
        uuid = canvas.selected()
        marks.edit("Merge", lambda before: shaping.merge(before, uuid))

    def link() -> None:
        chosen = desk.lesions.chosen()
        marks.edit("Link", lambda before: shaping.link(before, chosen))

    def unlink() -> None:
        uuid = canvas.selected()
        marks.edit("Unlink", lambda before: shaping.unlink(before, uuid))

    def take_consensus() -> None:
        sizes = {view: marks.size_of(view) for view in ViewName if canvas.panel_of(view) is not None}
        regions = consensus_regions(presenter.others.values(), sizes)
        marks.edit("Take the consensus", lambda before: replace(before, regions=(*before.regions, *regions)))

    def confirm() -> None:
        if canvas.drawing or not desk.judge_proposal(accept=True):
            canvas.confirm()

    def delete() -> None:
        if not desk.judge_proposal(accept=False):
            canvas.delete_selected()

    def accept_all() -> None:
        waiting = proposals.waiting(marks.annotation)
        marks.edit("Accept proposals", lambda before: edits.accept(before, waiting))

    def let_go() -> None:
        if canvas.drawing or canvas.dragging:
            canvas.cancel()
        else:
            canvas.select_region("")

    calls: dict[str, Callable[[], object]] = {
        "duplicate_mark": duplicate,
        "mirror_mark": canvas.mirror_selected,
        "merge_marks": merge,
        "link_marks": link,
        "unlink_mark": unlink,
        "take_consensus": take_consensus,
        "propose_marks": presenter.propose,
        "accept_proposal": partial(desk.judge_proposal, True),
        "next_proposal": desk.select_proposal,
        "accept_proposals": accept_all,
        "reject_proposals": partial(marks.edit, "Reject proposals", edits.without_proposals),
        "delete_mark": delete,
        "close_polygon": confirm,
        "remove_vertex": canvas.remove_last_vertex,
        "cancel_drawing": let_go,
        "undo": canvas.undo,
        "redo": canvas.redo,
        "invert": canvas.invert,
        "reset_display": canvas.reset,
        "fit": canvas.fit,
        "zoom_in": canvas.zoom_in,
        "zoom_out": canvas.zoom_out,
        "upper_level_up": partial(canvas.step_upper, 1),
        "upper_level_down": partial(canvas.step_upper, -1),
        "lower_level_up": partial(canvas.step_lower, 1),
        "lower_level_down": partial(canvas.step_lower, -1),
        "dual_intensity": canvas.toggle_dual_intensity,
        "next_curve": canvas.next_curve,
        "next_palette": canvas.next_palette,
        "magnifier": canvas.toggle_magnifier,
        "smooth_pixels": canvas.toggle_smooth,
        "next_case": partial(presenter.step, 1),
        "previous_case": partial(presenter.step, -1),
        "save_marks": presenter.save,
        "show_others": presenter.toggle_others,
    }
    for tool in TOOLS:
        calls[f"{tool.id}_tool"] = partial(canvas.set_tool, tool.id)
    for digit in range(10):
        calls[f"class_{digit}"] = partial(_choose, desk, str(digit))
    for action, call in calls.items():
        binder.bind(action, partial(_do, call))
    binder.bind_hold("hide_marks", canvas.hide_marks)


def state_facts(binder: ActionBinder, desk: AnnotateDesk, presenter: AnnotatePresenter) -> None:
    """State what holds on the page now."""
    canvas = desk.canvas
    shown, selected = canvas.scan is not None, bool(canvas.selected())
    facts = {
        Fact.SCAN: shown,
        Fact.MARKING: shown,
        Fact.DRAWING: shown and (canvas.drawing or selected),
        Fact.SELECTION: shown and selected,
        Fact.ROWS: shown and len(desk.lesions.chosen()) > 1,
        Fact.UNDO: shown and canvas.can_undo,
        Fact.REDO: shown and canvas.can_redo,
        Fact.FOLDER: presenter.folder is not None,
        Fact.OTHERS: shown and bool(presenter.others),
        Fact.PROPOSALS: shown and bool(proposals.waiting(desk.annotation)),
        Fact.PROPOSAL: shown and selected and canvas.selected() in proposals.waiting(desk.annotation),
    }
    for fact, holds in facts.items():
        binder.state(fact, holds)
    for action, button in (*desk.edits.items(), *desk.proposals.buttons.items()):
        button.setEnabled(binder.offers(action))


def _do(call: Callable[[], object]) -> None:
    call()


def _choose(desk: AnnotateDesk, key: str) -> None:
    desk.choose_class(desk.classes.keyed(key))
