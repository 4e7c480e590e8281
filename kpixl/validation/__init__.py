"""Checks on the figures that came in, and what each figure counts as."""

from kpixl.validation.examine import (
    Examination,
    examine,
    examine_ledger,
    last_year_of,
    read_returns,
)
from kpixl.validation.validate import validate

__all__ = [
    "Examination",
    "examine",
    "examine_ledger",
    "last_year_of",
    "read_returns",
    "validate",
]
