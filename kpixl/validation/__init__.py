"""Checks on the figures that came in, and what each figure counts as."""

from kpixl.validation.validate import validate

__all__ = ["validate"]
