"""The tools of the canvas; a new one is one file and one entry in TOOLS."""

from app.gui.canvas.tools.brush import BrushTool, EraserTool
from app.gui.canvas.tools.cut import CutTool
from app.gui.canvas.tools.ellipse import EllipseTool
from app.gui.canvas.tools.freehand import FreehandTool
from app.gui.canvas.tools.point import PointTool
from app.gui.canvas.tools.polygon import PolygonTool
from app.gui.canvas.tools.select import SelectTool
from app.gui.canvas.tools.threshold import ThresholdTool
from app.gui.canvas.tools.tool import Tool

TOOLS: tuple[type[Tool], ...] = (
    SelectTool, PointTool, PolygonTool, FreehandTool, EllipseTool,
    BrushTool, EraserTool, ThresholdTool, CutTool,
)  # fmt: skip
