"""One scan's report: images, text to be edited, numbers, signature, and the forms it is exported in."""
