"""Progress of long work on a terminal; silent where there is none."""

from __future__ import annotations


class TerminalProgress:
    """A bar on standard error that vanishes when the work is done; Ctrl+C stops the work itself."""

    cancelled = False

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._bar = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=1.0)

    def report(self, fraction: float, message: str) -> None:
        """Show how far the work is."""
        self._bar.update(self._task, completed=fraction, description=message)

    def __enter__(self) -> TerminalProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
