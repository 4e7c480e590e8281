"""Runs on files: where schemes and returned forms are found and read, and where results go.

The command line and the tests of whole systems start here; the pipeline itself knows
no file.
"""
