"""Doors to spreadsheet programs and files; see `kpixl.host` for what a host is.

`memory` needs nothing, `files` reads and writes workbooks on disk, `headless`
calculates formulas without a spreadsheet program.  Third-party names stop in the
modules whose names begin with `files`, and in `headless`.
"""
