"""The settings page: every row of the table of settings, and the keys."""
