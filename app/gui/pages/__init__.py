"""The pages of the window; adding one is a folder with view.py and presenter.py, and a line in `PAGES`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """Where a page comes from; its module is imported when it is first shown.

    `action` is the row of ACTIONS, "go_...", that goes to it and gives its icon and key; `where` is
    "module:class".
    """

    page_id: str
    title: str
    action: str
    where: str


PAGES: tuple[PageEntry, ...] = (
    PageEntry("library", "Library", "go_library", "app.gui.pages.scans.view:LibraryPage"),
    PageEntry("reading", "Reading", "go_reading", "app.gui.pages.reading.view:ReadingPage"),
    PageEntry("annotate", "Annotate", "go_annotate", "app.gui.pages.annotation.view:AnnotatePage"),
    PageEntry("report", "Report", "go_report", "app.gui.pages.reports.view:ReportPage"),
    PageEntry("coordinator", "Coordinator", "go_coordinator", "app.gui.pages.study.view:CoordinatorPage"),
    PageEntry("analysis", "Analysis", "go_analysis", "app.gui.pages.analysis.view:AnalysisPage"),
    PageEntry("simulator", "Simulator", "go_simulator", "app.gui.pages.simulator.view:SimulatorPage"),
    PageEntry("model", "Models", "go_model", "app.gui.pages.models.view:ModelPage"),
    PageEntry("pacs", "PACS", "go_pacs", "app.gui.pages.pacs.view:PacsPage"),
    PageEntry("settings", "Settings", "settings", "app.gui.pages.settings.view:SettingsPage"),
)
