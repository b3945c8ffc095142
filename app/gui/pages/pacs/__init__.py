"""The PACS page: which PACS, what is searched, where it goes, what is sent back."""
