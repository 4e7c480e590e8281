"""What has to hold between figures, how far they may swing, and what somebody has let pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kpixl.findings import NOWHERE, Place
from kpixl.scheme.derive import (
    Derivation,
    DerivationError,
    Either,
    Member,
    Name,
    Number,
    inputs_of,
    parse_derivation,
)

Sign = Literal["=", "≤", "≥"]

_SIGN = re.compile(r"<=|>=|[=＝≤≥]")
_SPELLED: Mapping[str, Sign] = {"<=": "≤", ">=": "≥", "＝": "=", "=": "=", "≤": "≤", "≥": "≥"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How far a figure may be from last year's before a reason is asked for.

    `swing` is a share of last year's figure, `points` percent points for percent figures; a count
    has to be off by `pieces` at least besides.  `tolerance` is what the two sides of a 勾稽 may
    differ by, None for what rounding explains.
    """

    swing: Decimal = Decimal("0.5")
    points: Decimal = Decimal(20)
    pieces: Decimal = Decimal(5)
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A 勾稽 between inputs: two expressions and what must hold between them.

    `blocks` says whether a breach is 强 or only a note; `given` whether the scheme wrote it down
    (else it follows from the names of the inputs).
    """

    text: str
    left: Derivation
    sign: Sign
    right: Derivation
    tolerance: Decimal | None = None
    blocks: bool = True
    given: bool = True
    place: Place = NOWHERE

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs on both sides, those of the left side first."""
        return tuple(dict.fromkeys((*inputs_of(self.left), *inputs_of(self.right))))


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that somebody lets pass: whose and which, who allowed it, and why.

    `input` may be blank for all inputs of the unit; `problem` is a code or a check's name.
    """

    unit: str
    input: str
    problem: str
    name: str
    reason: str
    place: Place = NOWHERE


def worked_out(tree: Derivation, figures: Mapping[str, Fraction]) -> Fraction | None:
    """The value of an 算式 for one unit, exactly; None where a figure is missing (G14).

    >>> tree = parse_derivation("甲÷乙×100", ["甲", "乙"])
    >>> worked_out(tree, {"甲": Fraction(1), "乙": Fraction(8)}), worked_out(tree, {})
    (Fraction(25, 2), None)
    """
    match tree:
        case Number(value):
            return Fraction(value)
        case Name(name):
            return figures.get(name)
        case Either(left, right):
            first = worked_out(left, figures)
            return worked_out(right, figures) if first is None else first
        case Member():
            return None  # no figure, and asked of the roster alone
    one, other = worked_out(tree.left, figures), worked_out(tree.right, figures)
    if one is None or other is None or (tree.sign == "÷" and other == 0):
        return None
    match tree.sign:
        case "+":
            return one + other
        case "−":
            return one - other
        case "×":
            return one * other
    return one / other


def parse_relation(text: str, names: Sequence[str]) -> Relation:
    """The relation that a text states; raises DerivationError.

    >>> parse_relation("合计 = 甲 + 乙", ["合计", "甲", "乙"]).inputs
    ('合计', '甲', '乙')
    """
    signs = list(_SIGN.finditer(text))
    if len(signs) != 1:
        at = signs[1].start() + 1 if signs else len(text) + 1
        raise DerivationError(text, at, "两边之间应有一个“=”“≤”或“≥”")
    sign = signs[0]
    left = parse_derivation(text[: sign.start()].strip(), names)
    right = parse_derivation(text[sign.end() :].strip(), names)
    return Relation(text.strip(), left, _SPELLED[sign[0]], right)


# -- what the names of inputs say ------------------------------------------------------------

_GROWTH = re.compile(r"^(.+?)(?:同比)?(?:增速|增长率|增幅|增长)$")
_SHARE = re.compile(r"^(.+?)占(.+?)(?:的)?(?:比重|比例|比率|占比)$")
_PER_MU = re.compile(r"^亩均(.+)$")
_TOTALS = ("合计", "总计", "总数")


def implied_relations(inputs: Sequence[tuple[str, str, str]]) -> Iterator[Relation]:
    """The relations that follow from names: inputs as (name, unit of measure, item).

    X增速 from X and 上年X, X占Y比重 from X and Y, 亩均X from X and the acreage of the same form,
    and a …合计 from the other figures of its item in the same unit of measure.

    >>> from itertools import chain
    >>> names = [("产值", "亿元", "1"), ("上年产值", "亿元", "1"), ("产值增速", "%", "1")]
    >>> [r.text for r in implied_relations(names)]
    ['产值增速 = (产值 − 上年产值) ÷ 上年产值 × 100']
    """
    names = {name: unit for name, unit, _ in inputs}
    for name, unit, item in inputs:
        text = _implied(name, unit, names)
        if text is None and name.endswith(_TOTALS):
            parts = [n for n, u, i in inputs if i == item and u == unit and n != name]
            if len(parts) > 1 and not any(p.endswith(_TOTALS) for p in parts):
                text = f"{name} = {' + '.join(parts)}"
        if text is not None:
            read = parse_relation(text, list(names))
            yield Relation(read.text, read.left, read.sign, read.right, given=False)


def _implied(name: str, unit: str, names: Mapping[str, str]) -> str | None:
    if unit == "%" and (found := _GROWTH.match(name)):
        of = found[1]
        before = next((b for p in ("上年", "去年", "上年度") if (b := p + of) in names), None)
        if of in names and before and names[of] == names[before] != "%":
            return f"{name} = ({of} − {before}) ÷ {before} × 100"
    if unit == "%" and (found := _SHARE.match(name)):
        part, whole = found[1], found[2]
        if part in names and whole in names and names[part] == names[whole] != "%":
            return f"{name} = {part} ÷ {whole} × 100"
    if found := _PER_MU.match(name):
        top, slash, bottom = unit.partition("/")
        areas = [n for n, u in names.items() if u == bottom == "亩"]
        if slash and found[1] in names and names[found[1]] == top and len(areas) == 1:
            return f"{name} = {found[1]} ÷ {areas[0]}"
    return None
