"""A scheme as values: what the four sheets of a scheme workbook say."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from kpixl.findings import NOWHERE, Place
from kpixl.grid import Snapshot
from kpixl.scheme.bindings import Bound
from kpixl.scheme.derive import Derivation, in_order, parse_derivation
from kpixl.scheme.headings import spelling
from kpixl.scheme.items import (
    Attachment,
    Block,
    Indicator,
    Input,
    MissingPolicy,
    NotApplicable,
    Scope,
    Ties,
    Unit,
)
from kpixl.scheme.relations import Relation, Thresholds, Waiver
from kpixl.scheme.tasks import Ledger


@dataclass(frozen=True)
class Origin:
    """What a scheme was read from: the workbook, and the name for a scheme that has none."""

    book: Snapshot
    system: str


@dataclass(frozen=True)
class Scheme:
    """One assessment. Inputs and indicators keep the order of their sheets.

    `mark_factors` holds 口径: what a figure with that mark is multiplied by.
    `targets` holds the targets that a unit has for itself, by unit and input.  `total` is
    what the points of the base items add up to, None where the scheme does not say.
    `carried_into` says what the totals go into (结果运用).
    `form` are the headings of the form that units fill in (表样), () for the usual one.
    `synonyms` are a user's own words for headings and names (同义词), `bindings` what forms of
    other people's making hold where (绑定).
    `ledger` is there where the scheme is a ledger of tasks, followed month by month.
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
    form: tuple[str, ...] = ()
    carried_into: str = ""
    ledger: Ledger | None = None
    grades_place: Place = NOWHERE  # the cell of 等次
    coded: bool = True  # False where no 代号 says how its forms are known
    thresholds: Thresholds = field(default_factory=Thresholds)
    relations: tuple[Relation, ...] = ()  # 勾稽
    waivers: tuple[Waiver, ...] = ()  # 豁免
    origin: Origin | None = field(default=None, repr=False, compare=False)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bindings: tuple[Bound, ...] = ()
    form_file: str = ""  # the form that states the rules, where there is no scheme workbook

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
        names = [i.name for i in self.inputs]
        trees = {i.name: parse_derivation(i.derivation, names) for i in self.inputs if i.derived}
        return {name: trees[name] for name in in_order(trees)[0]}

    def block_of(self, indicator: Indicator) -> Block | None:
        """The block row that holds for an indicator."""
        return next((b for b in self.blocks if b.name and b.name == indicator.block), None)

    def unit_named(self, name: str) -> Unit | None:
        """The unit of that name or alias; spaces around it do not matter."""
        return self._units_by_name.get("".join(name.split()))

    def units_among(self, names: Set[str]) -> tuple[Unit, ...]:
        """The units that have one of these names, in the order of the roster."""
        order = sorted(number for name in names for number in self._numbers.get(name, ()))
        return tuple(self.units[number] for number in order)

    @cached_property
    def _numbers(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for number, unit in enumerate(self.units):
            found[unit.name] = (*found.get(unit.name, ()), number)
        return found

    @cached_property
    def _units_by_name(self) -> Mapping[str, Unit]:
        found: dict[str, Unit] = {}
        for unit in self.units:
            for name in (unit.name, *unit.aliases):
                found.setdefault(name, unit)
        return found

    def asked_of(self, unit: str, group: str | None = None) -> tuple[Input, ...]:
        """The inputs that one unit's form asks for (适用单位 names units or groups).

        `group` is the unit's group where the data override the roster.
        """
        known = self.unit_named(unit)
        name = known.name if known else unit
        given = (known.group if known else "") if group is None else group
        within = {given, self.group_named(given)}
        return tuple(
            i for i in self.asked if not i.applies_to or {name, unit, *within} & {*i.applies_to}
        )

    def applies(self, indicator: Indicator, unit: str, group: str | None = None) -> bool:
        """Whether an indicator is one of a unit's: some figure of it is asked of the unit."""
        own = [i for i in self.asked if i.item == indicator.key]
        return not own or bool({i.name for i in own} & {i.name for i in self.asked_of(unit, group)})

    @cached_property
    def items_differ(self) -> bool:
        """Whether units are assessed on different indicators."""
        return any(not self.applies(i, u.name) for i in self.indicators for u in self.units)

    def group_named(self, label: str) -> str:
        """The roster's own spelling of a group (县(市) for 县（市）), or the label as it is."""
        return self._spelled_groups.get(spelling(label), label)

    @cached_property
    def _spelled_groups(self) -> Mapping[str, str]:
        """The groups of the roster by their spelling; the first unit to use one decides."""
        return {spelling(u.group): u.group for u in reversed(self.units)}

    @cached_property
    def _groups(self) -> frozenset[str]:
        return frozenset(u.group for u in self.units if u.group)

    def for_other_groups(self, given: Input, group: str) -> bool:
        """Whether an input is for other groups of the roster than that one."""
        wanted = {*given.applies_to}
        if not wanted:
            return False
        return wanted <= self._groups and self.group_named(group) in self._groups - wanted

    def missing_of(self, given: Input) -> MissingPolicy:
        """What a blank of an input counts as; only figures can be replaced by last year's."""
        policy = given.missing or self.missing
        return "留空" if policy == "上年值" and not given.quantified else policy

    def factor(self, given: Input, mark: str) -> Decimal | None:
        """What a figure with a mark is multiplied by; None where that is nothing."""
        return self.mark_factors.get(mark) if given.quantified and given.takes_marks else None

    def counted(self, given: Input, figure: float | None, mark: str) -> float | None:
        """What a figure with a mark (口径) counts as."""
        factor = self.factor(given, mark)
        if figure is None or factor is None:
            return figure
        return float(Decimal(f"{figure:.15g}") * factor)

    def target(self, unit: str, input_name: str) -> Decimal | None:
        """The target of a unit for an input: its own, else that of the 数据项."""
        own = self.targets.get((unit, input_name))
        return self.input_by_name[input_name].target if own is None else own

    @property
    def form_id(self) -> str:
        """What an issued form carries, so that it is known when it comes back."""
        return f"{self.system}@{self.version}"
