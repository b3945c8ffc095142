"""The one door to pyqtgraph; import it late, when the first plot is needed (it takes a fifth of a second)."""

from __future__ import annotations

import pyqtgraph as pg

__all__ = ["pg"]

pg.setConfigOptions(imageAxisOrder="row-major", antialias=True)
