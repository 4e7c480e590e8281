"""What a scheme says of checking: how far figures may swing, which belong together, what is let pass.

Settings 波动 and 允差, the sheet 勾稽 (关系 between inputs) and the sheet 豁免 (findings that
somebody has let pass, with name and reason).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kpixl.findings import NOWHERE, Finding, Place, finding
from kpixl.numbers import read_number
from kpixl.scheme.cells import Table
from kpixl.scheme.derive import (
    Derivation,
    DerivationError,
    Either,
    Name,
    Number,
    inputs_of,
    parse_derivation,
)
from kpixl.scheme.settings import Settings

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


def read_thresholds(settings: Settings) -> tuple[Thresholds, list[Finding]]:
    """波动, 波动百分点, 波动个数 and 允差, each with its default where it is not given."""
    findings: list[Finding] = []
    usual = Thresholds()

    def number(key: str, default: Decimal | None, *, share: bool = False) -> Decimal | None:
        text = settings.text(key)
        if not text:
            return default
        read = read_number(text)
        if read is not None and read.value >= 0 and read.unit in ("", "%", "个百分点", "百分点"):
            points = read.unit == "%" or (share and read.value > 5)
            return read.value / 100 if share and points else read.value
        choices = "不小于 0 的数,如 50%" if share else "不小于 0 的数"
        place = settings.places[key]
        used = "默认值" if default is None else f"{default:f}"
        findings.append(
            finding(
                "scheme-setting-value",
                place=place,
                found=text,
                name=key,
                choices=choices,
                used=used,
            )
        )
        return default

    return Thresholds(
        swing=number("波动", usual.swing, share=True) or usual.swing,
        points=number("波动百分点", usual.points) or usual.points,
        pieces=number("波动个数", usual.pieces) or usual.pieces,
        tolerance=number("允差", None),
    ), findings


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


def read_relations(
    table: Table | None, names: Sequence[str]
) -> tuple[tuple[Relation, ...], list[Finding]]:
    """The rows of the sheet 勾稽 that can be used."""
    relations: list[Relation] = []
    findings: list[Finding] = []
    for row in table.rows if table else ():
        text = row.text("关系")
        if not text:
            continue
        try:
            read = parse_relation(text, names)
        except DerivationError as error:
            findings.append(
                finding(
                    "scheme-relation",
                    place=row.place("关系"),
                    found=text,
                    reason=f"第{error.position}字,{error.reason}",
                )
            )
            continue
        tolerance = row.number_in("允差") if not row.dashed("允差") else None
        blocks = row.text("级别") not in ("提", "提示")
        relations.append(
            Relation(
                text,
                read.left,
                read.sign,
                read.right,
                None if tolerance is None else abs(tolerance),
                blocks,
                place=row.place("关系"),
            )
        )
    return tuple(relations), findings


def read_waivers(table: Table | None) -> tuple[tuple[Waiver, ...], list[Finding]]:
    """The rows of the sheet 豁免; one without a name or a reason lets nothing pass."""
    waivers: list[Waiver] = []
    findings: list[Finding] = []
    for row in table.rows if table else ():
        waiver = Waiver(
            unit=row.text("单位"),
            input=row.text("数据项"),
            problem=row.text("问题"),
            name=row.text("批准人"),
            reason=row.text("理由"),
            place=row.place("单位"),
        )
        lacking = [
            label
            for label, text in (
                ("单位", waiver.unit),
                ("问题", waiver.problem),
                ("批准人", waiver.name),
                ("理由", waiver.reason),
            )
            if not text
        ]
        if lacking:
            findings.append(
                finding(
                    "scheme-waiver",
                    place=waiver.place,
                    unit=waiver.unit,
                    input=waiver.input,
                    name="、".join(lacking),
                )
            )
        else:
            waivers.append(waiver)
    return tuple(waivers), findings


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
