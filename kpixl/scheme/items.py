"""What a scheme consists of: units, indicators, the figures that they ask for, blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kpixl.findings import NOWHERE, Place
from kpixl.grid import Scalar
from kpixl.rules import Rule
from kpixl.rules.blocks import BlockRule
from kpixl.rules.model import Assumption

Kind = Literal["number", "percent", "count", "yes_no", "judged"]
Ties = Literal["竞争", "密集", "平均"]
MissingPolicy = Literal["留空", "上年值", "按0", "拒绝"]
NotApplicable = Literal["询问", "剔除并折算", "满分", "本组均分"]
Scope = Literal["分组", "全部"]
Pace = Literal["", "累计", "比率"]


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
    the text of 算式; a derived input is never asked for.  `missing` is its own 缺报 where
    that is not the scheme's, `takes_marks` whether a 口径 may stand beside it; `same_as` names
    inputs that ask for the same figure elsewhere.  A task of a
    ledger has a `pace` (its figure grows over the year, or is due in full at any time) and
    `departments`, of which the first leads.
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
    missing: MissingPolicy | None = None
    takes_marks: bool = True
    same_as: tuple[str, ...] = ()
    target_input: str = ""  # the input that holds its target, where units enter it themselves
    pace: Pace = ""
    departments: tuple[str, ...] = ()
    evidence: bool = False  # 佐证: a figure above 0 has to be evidenced

    @property
    def quantified(self) -> bool:
        """Whether it is a figure that is counted or measured, not judged or answered."""
        return self.kind in ("number", "percent", "count")

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
    """A block of indicators (块) with a clause of its own, such as 本块合计不超过30分.

    `rule` is None where the clause could not be read; a finding says why.  `order` holds the
    keys of the items, those that count first before those that a cut falls on.
    """

    name: str
    clause: str
    points: Decimal | None = None
    place: Place = NOWHERE
    rule: BlockRule | None = None
    order: tuple[str, ...] = ()

    @property
    def unread(self) -> bool:
        """Whether the block has a clause that could not be read."""
        return bool(self.clause) and self.rule is None

    @property
    def assumption(self) -> Assumption | None:
        """How the block is filled, for whoever reads a score of it."""
        if self.rule is None or len(self.order) < 2:
            return None
        order = "、".join(f"“{key}”" for key in self.order)
        said = "" if self.rule.cut or self.rule.filled else ",约定未写先后,按指标表的顺序"
        sentence = (
            f"块“{self.name}”合计不超过{self.rule.cap.normalize():f}分{said}:"
            f"先后计入{order},超过的部分不计(可在块行的评分标准中改)"
        )
        return Assumption("G1", sentence, "")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An information sheet (附表): it travels with scheme and form and is never scored."""

    name: str
    rows: tuple[tuple[Scalar, ...], ...]
