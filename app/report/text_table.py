"""A report table as aligned text for the terminal."""

from __future__ import annotations

from app.report.report_table import ReportTable


def as_text(table: ReportTable) -> str:
    """Columns aligned, the first to the left, the others to the right."""
    lines = [table.header, *table.rows]
    widths = [max(len(row[column]) for row in lines) for column in range(len(table.header))]

    def line(row: tuple[str, ...]) -> str:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        return "  ".join(cells).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    note = [table.note] if table.note else []
    return "\n".join([table.title, rule, line(table.header), rule, *map(line, table.rows), rule, *note])
