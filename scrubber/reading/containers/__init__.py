"""Containers: one file, many documents. `opening.READERS` says which module reads what.

A new format is one module with a reader, a line in `READERS`, and its suffix in `kinds`. Nothing
is imported here: a run over plain files pays for none of it.
"""
