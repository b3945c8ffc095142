"""A reader study: made, checked, read, followed, exported."""
