"""The regions of the skeleton in which reports count metastases."""

from __future__ import annotations

REPORT_REGIONS = ("spine", "pelvis", "scapula", "rib", "femur", "other")
"""In their fixed order (Liu S et al. 2022, table 2): five places where most metastases are, and the rest."""
