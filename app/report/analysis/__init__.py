"""The report of an analysis: methods, tables, checklist, in every form."""
