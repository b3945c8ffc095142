"""What becomes of the disease between two visits."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np

from app.simulator.difficulty import Difficulty
from app.simulator.focus import FocusPlan
from app.simulator.metastases import MOST, Disease, sample_disease
from app.simulator.skeleton.builder import Skeleton


class Course(StrEnum):
    """How a patient with metastases does; the healthy are stable."""

    STABLE = "stable"
    PROGRESSION = "progression"
    RESPONSE = "response"
    FLARE = "flare"
    """Lesions shine more 3-6 months after effective therapy; no new ones."""


_SHARES = {Course.STABLE: 0.2, Course.PROGRESSION: 0.4, Course.RESPONSE: 0.25, Course.FLARE: 0.15}


def sample_course(ill: bool, rng: np.random.Generator) -> Course:
    """Draw the course of one patient."""
    drawn = list(_SHARES)[int(rng.choice(len(_SHARES), p=list(_SHARES.values())))]
    return drawn if ill else Course.STABLE


def months_between(rng: np.random.Generator) -> float:
    """Months between the visits; the course has no say in it, so that the dates tell nothing."""
    return float(rng.uniform(3, 6) if rng.random() < 0.6 else rng.uniform(6, 14))


def evolve(
    disease: Disease, course: Course, skeleton: Skeleton, difficulty: Difficulty, rng: np.random.Generator
) -> Disease:
    """The disease at the second visit, at the same places of the skeleton in its new pose."""
    plans = tuple(_changed(_carried(plan, skeleton), course, rng) for plan in disease.plans)
    kept = tuple(plan for plan in plans if plan.contrast < 0 or plan.contrast > 0.3)
    if course is Course.PROGRESSION and not disease.superscan:
        new = sample_disease(skeleton, replace(difficulty, extent=0.0, solitary=0.0), rng).plans
        kept = (*kept, *new[: max(1, round(0.5 * len(kept) + 1))])[:MOST]
    factor = {Course.STABLE: 1.0, Course.PROGRESSION: 1.3, Course.RESPONSE: 0.7, Course.FLARE: 1.25}[course]
    return Disease(plans=kept or plans, superscan=disease.superscan * factor)


def _carried(plan: FocusPlan, skeleton: Skeleton) -> FocusPlan:
    x, y, z = (float(value) for value in skeleton.xyz[plan.anchor])
    return replace(plan, centre=(x, y, z))


def _changed(plan: FocusPlan, course: Course, rng: np.random.Generator) -> FocusPlan:
    grow, glow = {
        Course.STABLE: (rng.normal(1.0, 0.03), rng.normal(1.0, 0.06)),
        Course.PROGRESSION: (rng.uniform(1.1, 1.6), rng.uniform(1.0, 1.4)),
        Course.RESPONSE: (rng.uniform(0.7, 1.0), rng.uniform(0.15, 0.7)),
        Course.FLARE: (rng.normal(1.0, 0.04), rng.uniform(1.2, 2.0)),
    }[course]
    contrast = plan.contrast if plan.contrast < 0 else plan.contrast * float(glow)
    return replace(plan, radius=plan.radius * float(grow), contrast=contrast)
