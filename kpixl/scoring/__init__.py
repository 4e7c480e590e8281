"""Rules × data → points, each with its trace to file, sheet and cell."""
