"""The tools of the canvas; a new one is one file and one entry in TOOLS."""

from app.gui.canvas.tools.point import PointTool
from app.gui.canvas.tools.polygon import PolygonTool
from app.gui.canvas.tools.select import SelectTool
from app.gui.canvas.tools.tool import Tool

TOOLS: tuple[type[Tool], ...] = (SelectTool, PointTool, PolygonTool)
