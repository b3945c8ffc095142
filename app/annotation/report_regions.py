"""The regions of the skeleton in which reports count metastases."""

from __future__ import annotations

from app.language import for_later

REPORT_REGIONS = (
    for_later("spine"),
    for_later("pelvis"),
    for_later("scapula"),
    for_later("rib"),
    for_later("femur"),
    for_later("other"),
)
"""In their fixed order (Liu S et al. 2022, table 2): five places where most metastases are, and the rest."""
