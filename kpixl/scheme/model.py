"""A scheme as values: what the four sheets of a scheme workbook say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from kpixl.findings import NOWHERE, Place
from kpixl.grid import Scalar
from kpixl.rules import Rule
from kpixl.scheme.derive import Derivation

Kind = Literal["number", "percent", "count", "yes_no", "judged"]
Ties = Literal["竞争", "密集", "平均"]
MissingPolicy = Literal["留空", "上年值", "按0", "拒绝"]
NotApplicable = Literal["询问", "剔除并折算", "满分", "本组均分"]
Scope = Literal["分组", "全部"]


@dataclass(frozen=True, slots=True)
class Unit:
    """An assessed unit (考核对象). `assessor` is who assesses it, where that differs."""

    name: str
    group: str = ""
    aliases: tuple[str, ...] = ()
    assessor: str = ""
    note: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Input:
    """A figure that the form asks for, or one derived from such figures (数据项).

    `item` is the key of its indicator.  `term` says which phrase of the clause it
    feeds: the number of the rule's input from 1, or its label.  `derivation` is
    the text of 算式; a derived input is never asked for.
    """

    name: str
    item: str
    unit: str
    kind: Kind
    target: Decimal | None = None
    direction: Literal["up", "down"] = "up"
    applies_to: tuple[str, ...] = ()
    term: str = ""
    derivation: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    note: str = ""
    place: Place = NOWHERE

    @property
    def derived(self) -> bool:
        """Whether the figure is computed from others instead of asked for."""
        return bool(self.derivation)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored item (指标). `key` is 序号 and name, as results name it.

    `content` is what the item says it assesses (考核内容); only the clause scores.
    `rule` is None where the clause could not be read; a finding says why.
    `feeds` names, in the order of `rule.inputs`, the scheme's inputs.
    """

    key: str
    number: str
    name: str
    points: Decimal | None
    clause: str
    category: str = ""
    block: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)
    bonus: bool = False
    departments: tuple[str, ...] = ()
    data_source: str = ""
    rule: Rule | None = None
    feeds: tuple[str, ...] = ()
    place: Place = NOWHERE
    content: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of indicators (块) with a clause of its own, such as 本块合计不超过30分."""

    name: str
    clause: str
    points: Decimal | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Attachment:
    """An information sheet (附表): it travels with scheme and form and is never scored."""

    name: str
    rows: tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True)
class Scheme:
    """One assessment. Inputs and indicators keep the order of their sheets.

    `mark_factors` holds 口径: what a figure with that mark is multiplied by.
    `targets` holds the targets that a unit has for itself, by unit and input.  `total` is
    what the points of the base items add up to, None where the scheme does not say.
    """

    system: str
    title: str
    year: int
    version: str
    basis: str
    units: tuple[Unit, ...]
    indicators: tuple[Indicator, ...]
    inputs: tuple[Input, ...]
    decimals: int = 2
    ties: Ties = "竞争"
    missing: MissingPolicy = "留空"
    not_applicable: NotApplicable = "询问"
    scope: Scope = "分组"
    default_rule: str = ""
    grades: str = ""
    veto: str = ""
    deadlines: Mapping[str, str] = field(default_factory=dict)
    period: Literal["年", "月"] = "年"
    extra: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""
    blocks: tuple[Block, ...] = ()
    mark_factors: Mapping[str, Decimal] = field(default_factory=dict)
    targets: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    total: Decimal | None = None

    @cached_property
    def asked(self) -> tuple[Input, ...]:
        """The inputs that a form asks for, in order."""
        return tuple(i for i in self.inputs if not i.derived)

    @cached_property
    def input_by_name(self) -> Mapping[str, Input]:
        """Inputs by their unique name."""
        return {i.name: i for i in self.inputs}

    @cached_property
    def indicator_by_key(self) -> Mapping[str, Indicator]:
        """Indicators by key."""
        return {i.key: i for i in self.indicators}

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories (类别) in order of first appearance."""
        return tuple(dict.fromkeys(i.category for i in self.indicators if i.category))

    @cached_property
    def derivations(self) -> Mapping[str, Derivation]:
        """The 算式 of the derived inputs, each behind those it needs."""
        from kpixl.scheme.derive import in_order, parse_derivation

        names = [i.name for i in self.inputs]
        trees = {i.name: parse_derivation(i.derivation, names) for i in self.inputs if i.derived}
        return {name: trees[name] for name in in_order(trees)[0]}

    def unit_named(self, name: str) -> Unit | None:
        """The unit of that name or alias; spaces around it do not matter."""
        wanted = "".join(name.split())
        return next((u for u in self.units if wanted in (u.name, *u.aliases)), None)

    def asked_of(self, unit: str, group: str | None = None) -> tuple[Input, ...]:
        """The inputs that one unit's form asks for (适用单位 names units or groups).

        `group` is the unit's group where the data override the roster.
        """
        known = self.unit_named(unit)
        name = known.name if known else unit
        within = (known.group if known else "") if group is None else group
        return tuple(
            i for i in self.asked if not i.applies_to or {name, unit, within} & {*i.applies_to}
        )

    def target(self, unit: str, input_name: str) -> Decimal | None:
        """The target of a unit for an input: its own, else that of the 数据项."""
        own = self.targets.get((unit, input_name))
        return self.input_by_name[input_name].target if own is None else own

    @property
    def form_id(self) -> str:
        """What an issued form carries, so that it is known when it comes back."""
        return f"{self.system}@{self.version}"
