"""Tables that people bring: one reader for all of them, whichever program wrote the file.

`read_table` understands CSV with any usual delimiter and encoding, and Excel workbooks; `Table` gives columns
under the names that this program uses and refuses what could be meant in two ways; `ids` says why the names
in a table are not those of the study.
"""
