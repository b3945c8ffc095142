"""Who may open a file on Windows, where whatever lies in a folder can be read by whoever may read the folder.

Functions, numbers and the language of rights: Windows SDK, winbase.h, winnt.h, sddl.h.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from pathlib import Path

log = logging.getLogger(__name__)

_OWNER, _SYSTEM, _ADMINISTRATORS = "S-1-3-4", "S-1-5-18", "S-1-5-32-544"
OWNER_ALONE = "D:P" + "".join(f"(A;OICI;FA;;;{one})" for one in (_OWNER, _SYSTEM, _ADMINISTRATORS))
"""All rights for the owner, and for those who could take them anyway, as root can; the same for what will lie
in a folder; nothing from the folder above. Newer Pythons give a folder of mode 0700 the same list."""
_REVISION = 1
_ITS_LIST = 0x80000004
"""Take over the list of rights, and inherit nothing besides."""


def leave_to_owner(path: Path) -> bool:
    """Let nobody but the owner open a file or a folder; whether the disk, or the network, agreed.

    Raises OSError when Windows does not understand the list.
    """
    if sys.platform == "win32":
        rights, kernel = ctypes.WinDLL("advapi32"), ctypes.WinDLL("kernel32")
        described = ctypes.c_void_p()
        if not rights.ConvertStringSecurityDescriptorToSecurityDescriptorW(
            ctypes.c_wchar_p(OWNER_ALONE), _REVISION, ctypes.byref(described), None
        ):
            raise ctypes.WinError()
        agreed = rights.SetFileSecurityW(ctypes.c_wchar_p(str(path)), ctypes.c_uint32(_ITS_LIST), described)
        refused = kernel.GetLastError()
        kernel.LocalFree(described)
        if not agreed:
            log.warning("The rights of a private file could not be set: error %d", refused)
        return bool(agreed)
    return False
