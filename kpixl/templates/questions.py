"""What is asked where a form could mean two things."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.scheme.bindings import Bound
from kpixl.templates.recognise import Layout
from kpixl.templates.table_model import Column


def which_column(prints: str, layout: Layout, columns: Sequence[Column]) -> Bound:
    """The open line of 绑定 that asks which of some columns is 填报值."""
    choices = "或".join(f"{a1(*c.spot)}“{c.heading}”" for c in columns)
    return Bound(prints, layout.sheet, "填报值", note=f"待答:填报值是哪一列?{choices}")


def two_columns(file: str, layout: Layout, columns: Sequence[Column]) -> Finding:
    """The question which of some columns counts, or which of some rows of one unit."""
    place = Place(file, layout.sheet, a1(*columns[0].spot))
    found = "、".join(f"{a1(*c.spot)}“{c.heading}”" for c in columns)
    if layout.table.flipped:
        return finding("bind-two-rows", place=place, found=found, name=columns[0].unit)
    return finding("bind-two-columns", place=place, found=found, name="填报值")
