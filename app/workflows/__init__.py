"""One user-level operation per file, called by the window and the command line alike."""
