"""Outlining lesions: tools, classes, the list of lesions with their measures, and saving without asking."""
