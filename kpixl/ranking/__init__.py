"""Totals, places, groups and grades."""
