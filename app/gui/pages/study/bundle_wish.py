"""Which bundles the coordinator asks for."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class BundleWish:
    """Which bundles are asked for; `reader` is empty for all of them."""

    folder: str = ""
    reader: str = ""
    passphrase: str = field(default="", repr=False)
    no_burned_in_text: bool = False
    codes_name_nobody: bool = False
