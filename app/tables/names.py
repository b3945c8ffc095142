"""What columns may be called, and which words mean yes, no and nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

ALIASES: dict[str, tuple[str, ...]] = {
    "reader": (
        "reader", "reader_id", "readerid", "reader_code", "observer", "rater", "读者", "阅片者", "医生",
    ),
    "arm": ("arm", "modality", "treatment", "condition", "modality_id", "modalityid", "test"),
    "case": ("case", "case_id", "caseid", "case_code", "病例", "病例号", "症例"),
    "truth": (
        "truth", "gold", "reference_standard", "reference", "gold_standard", "ground_truth", "真值", "金标准",
    ),
    "clinical_information": (
        "clinical_information", "clinical_info", "clinical", "clinical_history", "history", "indication",
        "临床资料", "临床信息",
    ),
    "alp": ("alp", "alp_u_l", "alp_u/l", "alp_(u/l)", "alkaline_phosphatase", "碱性磷酸酶"),
    "rating": ("rating", "score", "confidence", "probability", "评分"),
    "call": ("call", "decision"),
    "seconds": ("active_seconds", "seconds", "time_s", "time_seconds"),
    "position": ("read_position", "position", "read_order"),
    "model": ("model", "algorithm"),
    "score": ("score", "probability", "rating"),
    "probability": ("probability", "p", "score", "rating"),
    "heatmap_method": ("heatmap_method", "attention_method"),
    "mark": ("mark", "mark_type"),
    "lesion_id": ("lesion_id", "lesion", "lesionid"),
    "weight": ("weight", "lesion_weight"),
}  # fmt: skip
"""The names by which a column is found, the first one there wins; a column that is not listed has its own."""
YES = frozenset(
    {"1", "1.0", "yes", "true", "positive", "pos", "y", "t", "diseased", "metastasis", "是", "有", "阳性"}
)
NO = frozenset(
    {"0", "0.0", "no", "false", "negative", "neg", "n", "f", "normal", "healthy", "no metastasis"}
    | {"否", "无", "阴性"}
)
NOTHING = frozenset({"", "na", "n/a", "#n/a", "none", "null"})
"""Words for a value that is not there."""


def spelled(header: str) -> str:
    """A column name without what people spell differently: capitals, blanks, dashes, dots."""
    return re.sub(r"[\s.\-]+", "_", unicodedata.normalize("NFKC", header).strip().casefold())


def doubled(headers: Sequence[str]) -> str:
    """The first column name that is there twice, "" when none is."""
    seen: set[str] = set()
    for header in headers:
        if header and spelled(header) in seen:
            return header
        seen.add(spelled(header))
    return ""
