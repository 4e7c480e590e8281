"""What a calculation must know of a workbook file beyond its values and formulas."""

from __future__ import annotations

from dataclasses import dataclass

from kpixl.hosts.files_book import Book
from kpixl.hosts.files_cells import SheetText
from kpixl.hosts.files_parts import Package
from kpixl.hosts.formula_prepare import Place


@dataclass(frozen=True)
class CalculationFacts:
    """`spilling` are the array formulas whose area follows their result, as newer versions of
    Excel write them; the others keep the area that somebody selected (Ctrl+Shift+Enter)."""

    epoch_1904: bool
    spilling: frozenset[Place]


def calculation_facts(data: bytes) -> CalculationFacts:
    """The facts of an .xlsx or .xlsm that has been sniffed."""
    package = Package(data)
    book = Book(package)
    spilling: set[Place] = set()
    for entry in book.sheets:
        if entry.kind == "worksheet" and entry.part in package:
            part = package.read(entry.part)
            if b"array" in part and b"cm" in part:
                spilling.update((entry.name, spot) for spot in SheetText(part).spilling())
    return CalculationFacts(book.epoch_1904, frozenset(spilling))
