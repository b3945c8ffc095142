"""What macOS is told of the program, as far as it can be seen elsewhere: nothing of it was tried there."""

from __future__ import annotations

import plistlib
from typing import Any, cast

from app.gui.actions import ACTIONS
from installer.editions import NAME, ROOT
from installer.mac import FACTS

TAKEN = {"Ctrl+H", "Ctrl+M", "Ctrl+Tab", "Ctrl+Space", "Ctrl+`"}
"""Hides, minimises, goes to other programs, searches, goes to other windows: Qt's Ctrl is Cmd there."""


def test_the_application_is_sharp_follows_the_system_and_opens_bundles() -> None:
    told = cast(dict[str, Any], plistlib.loads(plistlib.dumps(FACTS)))
    assert told["NSHighResolutionCapable"] is True
    assert told["NSRequiresAquaSystemAppearance"] is False
    (made,), (opened,) = told["UTExportedTypeDeclarations"], told["CFBundleDocumentTypes"]
    assert made["UTTypeTagSpecification"]["public.filename-extension"] == [NAME]
    assert opened["LSItemContentTypes"] == [made["UTTypeIdentifier"]]


def test_the_freezer_lays_it_out_as_an_app_with_these_facts() -> None:
    recipe = (ROOT / "installer" / f"{NAME}.spec").read_text(encoding="utf-8")
    assert 'BUNDLE(collected, name=f"{TITLE}.app"' in recipe
    assert "info_plist=FACTS" in recipe


def test_no_key_of_the_program_is_one_of_the_system_s() -> None:
    keys = {key for action in ACTIONS for key in action.keys}
    assert len(keys) > 50
    assert not keys & TAKEN
    assert not [key for key in keys if "Meta+" in key]  # its Ctrl, which input methods and the system use
