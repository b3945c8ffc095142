"""One file per format: `NAME`, `recognises(head)` by content, and `open_source(path)`."""
