"""The tools of the canvas; a new one is one file and one entry in TOOLS."""

from app.gui.canvas.tools.brush import BRUSH, ERASER
from app.gui.canvas.tools.cut import CUT
from app.gui.canvas.tools.ellipse import ELLIPSE
from app.gui.canvas.tools.freehand import FREEHAND
from app.gui.canvas.tools.model_outline import MODEL_OUTLINE
from app.gui.canvas.tools.point import POINT
from app.gui.canvas.tools.polygon import POLYGON
from app.gui.canvas.tools.select import SELECT
from app.gui.canvas.tools.threshold import THRESHOLD
from app.gui.canvas.tools.tool import ToolEntry

TOOLS: tuple[ToolEntry, ...] = (
    SELECT, POINT, POLYGON, FREEHAND, ELLIPSE, BRUSH, ERASER, THRESHOLD, MODEL_OUTLINE, CUT,
)  # fmt: skip
