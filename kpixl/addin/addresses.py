"""Where figures stand, as addresses in text: what KPIFORMULA builds its formulas from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kpixl.addin import values
from kpixl.addin.registry import Given
from kpixl.address import a1, column_name, parse_a1
from kpixl.errors import BadArgument
from kpixl.rules import Rule
from kpixl.rules.expr import Expr, Prior, Target
from kpixl.rules.native import References
from kpixl.rules.printing import number

_ADDRESS = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!:]+)!)?"
    r"(?P<first>\$?[A-Za-z]{1,3}\$?[0-9]+)(?::(?P<last>\$?[A-Za-z]{1,3}\$?[0-9]+))?"
)


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle of cells; `sheet` is empty or ends in an exclamation mark."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1

    def cell(self, row: int, column: int, *, absolute: bool = False) -> str:
        """The address of a cell; row and column count from 0 at the top left."""
        return self.sheet + a1(self.top + row, self.left + column, absolute=absolute)

    def column(self, number: int) -> str:
        """One column as an absolute range; columns count from 0."""
        name = column_name(self.left + number)
        return f"{self.sheet}${name}${self.top}:${name}${self.bottom}"

    def row_of(self, other: Range, row: int) -> int | None:
        """Which row here is a row of another range over the same columns; None if none is."""
        at = other.top + row
        inside = (self.sheet, self.left, self.right) == (other.sheet, other.left, other.right)
        return at - self.top if inside and self.top <= at <= self.bottom else None


def parse_range(text: str, name: str) -> Range:
    """The rectangle that an address names.

    >>> parse_range("'表 1'!F5:$H$8", "value").column(1)
    "'表 1'!$G$5:$G$8"
    """
    match = _ADDRESS.fullmatch(text.strip())
    if not match:
        raise BadArgument(name, text, "单元格地址,如 F5 或 F5:H8")
    try:
        (top, left), (bottom, right) = (
            parse_a1(match["first"]),
            parse_a1(match["last"] or match["first"]),
        )
        column_name(max(left, right))
    except ValueError:
        raise BadArgument(name, text, "单元格地址,如 F5 或 F5:H8") from None
    rows, columns = sorted((top, bottom)), sorted((left, right))
    return Range(match["sheet"] or "", rows[0], columns[0], rows[1], columns[1])


def one_range(given: Given, name: str) -> Range | None:
    """The range of an argument that holds an address; None where it is left out."""
    found = values.optional_text(given, name)
    return parse_range(found, name) if found else None


@dataclass(frozen=True)
class Places:
    """The ranges of a call of KPIFORMULA, checked against each other."""

    rule: Rule
    value: Range
    peers: Range | None
    groups: Range | None
    target: Callable[[int, int], str]
    prior: Callable[[int, int], str]

    def references(self, row: int) -> References:
        """The references of one unit's formula; rows count from 0."""
        peers, groups = self.peers, self.groups
        group = None
        if groups is not None and peers is not None:
            group = groups.cell(self._among(row), 0)
        return References(
            value=lambda i: self.value.cell(row, i),
            peers=lambda i: "" if peers is None else peers.column(i),
            target=lambda i: self.target(row, i),
            prior=lambda i: self.prior(row, i),
            group=group,
            groups=None if groups is None else groups.column(0),
        )

    def _among(self, row: int) -> int:
        assert self.peers is not None
        found = self.peers.row_of(self.value, row)
        assert found is not None
        return found


def places(
    rule: Rule,
    uses: set[Expr],
    value: Given,
    target: Given,
    peers: Given,
    prior: Given,
    groups: Given,
) -> Places:
    """The ranges of a call; `uses` holds the nodes of the rule's arithmetic.

    Raises BadArgument for a range of the wrong size, and with #N/A where a rule that
    compares units is not told with whom, or not with the unit itself among them.
    """
    width = len(rule.inputs)
    own = one_range(value, "value")
    if own is None:
        raise values.Blank
    _wide(own, rule, "value")
    cohort = one_range(peers, "peers") if rule.needs_peers else None
    labels = one_range(groups, "groups") if rule.needs_peers else None
    if rule.needs_peers:
        cohort = cohort or (own if own.height > 1 else None)
        if cohort is None:
            raise BadArgument("peers", "空白", f"同类各单位的区域,{width}列,含本单位", excel="#N/A")
        _wide(cohort, rule, "peers")
        if any(cohort.row_of(own, row) is None for row in range(own.height)):
            raise BadArgument(
                "peers", str(values.one(peers, "peers")), "含本单位的区域", excel="#N/A"
            )
        if labels is not None and (labels.height, labels.width) != (cohort.height, 1):
            found = f"{labels.height}行{labels.width}列"
            raise BadArgument("groups", found, f"{cohort.height}行1列,与 peers 的行数相同")
    inputs = range(width)
    targeted = [i for i in inputs if Target(i) in uses]
    based = [i for i in inputs if Prior(i) in uses]
    by_clause = [None if i.target is None else number(i.target) for i in rule.inputs]
    return Places(
        rule,
        own,
        cohort,
        labels,
        _beside(target, "target", rule, targeted, by_clause, own.height),
        _beside(prior, "prior", rule, based, [None] * width, own.height),
    )


def _wide(found: Range, rule: Rule, name: str) -> None:
    width = len(rule.inputs)
    if found.width != width:
        labels = "、".join(i.label for i in rule.inputs)
        raise BadArgument(name, f"{found.width}列", f"{width}列:{labels}(每行一个单位)")


def _beside(
    given: Given,
    name: str,
    rule: Rule,
    used: Sequence[int],
    default: Sequence[str | None],
    count: int,
) -> Callable[[int, int], str]:
    """Where the target or last year's figure of each unit and input stands; a number as it is."""
    cell = values.one(given, name)
    if values.blank(cell):
        for i in used:
            if default[i] is None:
                wanted = f"“{rule.inputs[i].label}”的数据所在的单元格"
                raise BadArgument(name, "空白", wanted, excel="#N/A")
        return lambda row, i: default[i] or ""
    if not isinstance(cell, str):
        constant = f"{values.number(cell, name):.15g}"
        text = f"({constant})" if constant.startswith("-") else constant
        return lambda row, i: text
    found = parse_range(cell, name)
    if not used:
        return lambda row, i: ""
    every = list(range(len(rule.inputs)))
    where = {len(used): list(used), len(every): every}.get(found.width)
    if where is None:
        raise BadArgument(name, f"{found.width}列", f"{len(used)}列")
    if found.height not in (1, count):
        raise BadArgument(name, f"{found.height}行", f"{count}行,与 value 一致,或只有1行")
    alone = found.height == 1 and count > 1
    return lambda row, i: found.cell(0 if alone else row, where.index(i), absolute=alone)
