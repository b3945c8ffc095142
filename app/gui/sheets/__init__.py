"""Sheets lie over the page inside the window and go with Esc: keys, log, about."""
