"""What KPICHECK wants of a cell, in a few words, and the checks of a form that say so."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from kpixl.addin.registry import Column, Given, Result
from kpixl.addin.values import NOTHING, Percent, blank, rows
from kpixl.entries import Entry
from kpixl.errors import BadArgument
from kpixl.grid import CellError, Scalar
from kpixl.scheme.inputs import KINDS
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme

PASSED = "通过"
# The cell has no name of its own here.
HERE = "本单元格"

_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_BOUNDS = re.compile(rf"(?P<low>{_NUMBER})?(?:\.\.|~|至)(?P<high>{_NUMBER})?")
# Said behind 百分数: 0.5 is 0.5 % and needs no percent sign in the cell.
_IN_POINTS = frozenset({"百分点", "个百分点"})
_REQUIRED = frozenset({"必填", "required"})
_WANTED = "类型 [计量单位] [下限..上限] [必填],类型为数值、百分数、个数、是否、评议之一"


@dataclass(frozen=True, slots=True)
class Spec:
    """A kind, bounds, and whether the cell may stay empty."""

    given: Input
    required: bool = False

    @classmethod
    def read(cls, text: str) -> Spec:
        """The words of a spec, in any order behind the kind.

        >>> spec = Spec.read("百分数 0..100 必填")
        >>> spec.given.kind, spec.given.high, spec.required
        ('percent', Decimal('100'), True)
        """
        first, *others = text.replace("－", "-").split()
        kind = KINDS.get(first.lower())
        if kind is None:
            raise BadArgument("spec", text, _WANTED)
        unit, low, high, required = "", None, None, False
        for word in others:
            bounds = _BOUNDS.fullmatch(word)
            if bounds and (bounds["low"] or bounds["high"]) and low is None and high is None:
                low = Decimal(bounds["low"]) if bounds["low"] else None
                high = Decimal(bounds["high"]) if bounds["high"] else None
            elif word in _REQUIRED and not required:
                required = True
            elif not unit and not re.search(r"[0-9]", word):
                unit = word
            else:
                raise BadArgument("spec", text, _WANTED)
        if (low is not None and high is not None and low > high) or (
            kind == "yes_no" and (unit or low is not None or high is not None)
        ):
            raise BadArgument("spec", text, _WANTED)
        return cls(Input(HERE, "", unit, kind, low=low, high=high), required)

    def check(self, given: Given) -> Result | Column:
        """通过, or the first finding of the checks that returned forms go through, for each
        cell; blank for blank, unless something must be there.

        The cells of a range are compared with each other where a percentage may be meant
        in points or as a share.
        """
        table = [[(cell, _entry(cell)) for cell in row] for row in rows(given)]
        column = [entry for row in table for _, entry in row]
        found = tuple(tuple(self._one(*pair, column) for pair in row) for row in table)
        return found[0][0] if len(column) == 1 else found

    def _one(self, cell: Scalar, entry: Entry, column: list[Entry]) -> Result:
        from kpixl.validation.checks import CHECKS
        from kpixl.validation.figures import Case

        if isinstance(cell, CellError):
            return cell
        if blank(cell) and not self.required:
            return NOTHING
        case = Case(self.given, entry, column, _SCHEME)
        for check in CHECKS:
            for found in check(case):
                if found.code == "value-percent-doubt" and self.given.unit in _IN_POINTS:
                    continue
                return found.sentence()
        return PASSED


def _entry(cell: Scalar) -> Entry:
    if isinstance(cell, int) and abs(cell) > 10**300:
        cell = math.inf  # which is no number to anybody
    form = "0.00%" if isinstance(cell, Percent) else "General"
    return Entry("", HERE, raw=cell, number_format=form)


_SCHEME = Scheme("", "", 0, "", "", (), (), ())
