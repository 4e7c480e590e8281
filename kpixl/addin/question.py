"""What KPISCORE and KPIEXPLAIN are asked: a rule, figures, and whom to compare with.

Rows are units, columns are inputs.  A fault of one row stays in that row: the others are
scored without its figure, as in the report (G12).  Only an error value among the peers
shows in every score that is compared with it, as it does in a spreadsheet's own MAX.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from kpixl.addin import values
from kpixl.addin.registry import Column, Given, Result
from kpixl.addin.values import NOTHING, Blank, Fault, Figures, Passed, Percent, Rows
from kpixl.errors import BadArgument
from kpixl.grid import CellError
from kpixl.rules import Rule, RuleInput, parse, parse_readings
from kpixl.rules.evaluate import evaluate
from kpixl.rules.explain import explain
from kpixl.rules.expr import Points, Prior, Target, walk
from kpixl.rules.frame import Floats, Frame


@dataclass(frozen=True)
class Question:
    """Figures of n units under a rule, ready to be scored.

    One entry a row: `faults`, what is `lacking` beside the figures, whether nothing at all
    was entered, and the inputs whose cells are formatted as a percentage.
    """

    rule: Rule
    points: Decimal | None
    frame: Frame
    faults: tuple[Fault | None, ...]
    lacking: tuple[str, ...]
    empty: tuple[bool, ...]
    exact: tuple[frozenset[int], ...]

    def __len__(self) -> int:
        return len(self.faults)

    @cached_property
    def _found(self) -> Floats:
        with np.errstate(over="ignore"):
            return evaluate(self.rule, self.frame, points=self.points)

    @cached_property
    def _scores(self) -> list[float]:
        scores: list[float] = self._found.tolist()
        return scores

    def score(self, row: int) -> Result:
        """The score of a row, "" where it is blank, or its error value.

        A single row raises what is wrong with its arguments (BadArgument).
        """
        broken = self.fault(row)
        if broken is not None:
            if len(self) == 1 and broken.cause is not None:
                raise broken.cause
            return broken.error
        score = self._scores[row]
        return NOTHING if self.lacking[row] or score != score else score

    def fault(self, row: int) -> Fault | None:
        """Why a row has an error value for a score."""
        if self.faults[row] is None and math.isinf(self._scores[row]):
            return values.fault(BadArgument("value", "过大的数", "可以计算的数", excel="#NUM!"))
        return self.faults[row]

    def _plain(self) -> bool:
        """Whether every row has a score."""
        bare = any(self.faults) or any(self.lacking)
        return not bare and bool(np.isfinite(self._found).all())

    def scores(self) -> list[Result]:
        """What `score` gives for each row."""
        if self._plain():
            return [*self._scores]
        return [self.score(row) for row in range(len(self))]

    def column(self, *, whole: bool = False) -> Result | Column | Figures:
        """The scores as cells; `whole`: as one array where every row has a score."""
        if whole and self._plain():
            return Figures(self._found.reshape(-1, 1))
        cells: Result | Column = values.column(self.scores())
        return cells

    def explanation(self, row: int) -> str:
        """The working of a row, or why there is none."""
        broken = self.fault(row)
        if broken is not None:
            return broken.sentence
        if self.empty[row]:
            return NOTHING
        if self.lacking[row]:
            return self.lacking[row]
        with np.errstate(over="ignore"):
            working = explain(self.rule, self.frame, row, points=self.points)
        return "\n".join((str(working), *self._doubts(row)))

    def _doubts(self, row: int) -> Iterator[str]:
        """A percentage below 1: taken as it stands, but it may have been meant as a share."""
        for i, given in enumerate(self.rule.inputs):
            figure = float(self.frame.values[i][row])
            if given.kind == "percent" and 0 < abs(figure) < 1 and i not in self.exact[row]:
                share = f"{figure * 100:.12g}"
                yield f"注:{given.label}按 {figure:.12g}% 计;如为 {share}%,请填 {share}"


def ask(
    rule: Given,
    points: Given,
    value: Given,
    target: Given = None,
    peers: Given = None,
    prior: Given = None,
    groups: Given = None,
    readings: Given = None,
) -> Question:
    """The question that a call of KPISCORE asks.

    Raises RuleError for a clause that is refused, BadArgument for an argument that can't
    be used as a whole, Passed for an error value that concerns every row, and Blank
    where there is no clause, no figure at all, or no 分值 although the clause needs one.
    """
    read = reading(rule, readings)
    size = points_of(read, points)
    if values.nothing(value):
        raise Blank
    table = figures_of(value, read, "value")
    columns, faults = _columns(table, read.inputs, "value")
    count = len(table)
    uses = read.nodes(size)
    inputs = range(len(read.inputs))
    by_clause = [math.nan if i.target is None else float(i.target) for i in read.inputs]
    none = [math.nan] * len(by_clause)
    targeted = [i for i in inputs if Target(i) in uses]
    based = [i for i in inputs if Prior(i) in uses]
    targets, wrong = _beside(target, "target", read, targeted, by_clause, count)
    priors, wrong_too = _beside(prior, "prior", read, based, none, count)
    if any(wrong) or any(wrong_too):
        faults = [a or b or c for a, b, c in zip(faults, wrong, wrong_too, strict=True)]
    empty = [False] * count
    for row in np.flatnonzero(np.isnan(columns).all(axis=0)).tolist():
        empty[row] = all(values.blank(cell) for cell in table[row])
    if read.needs_peers:
        cohort = _Cohort(read, size, table, columns, targets, priors, peers, groups)
        frame, faults = cohort.frame(faults, empty)
    else:
        values.pass_errors(peers, groups)
        frame = Frame(columns, targets, priors)
    lacking: tuple[str, ...] = ("",) * count
    if targeted or based:
        lacking = tuple(
            _lacking(read, row, columns, targets, targeted, priors, based) for row in range(count)
        )
    # A row with nothing in it is an empty row of the form, whatever stands beside it.
    kept = tuple(faults)
    if any(empty):
        kept = tuple(None if e else f for e, f in zip(empty, faults, strict=True))
    exact: tuple[frozenset[int], ...] = (frozenset(),) * count
    if any(issubclass(kind, Percent) for kind in values.kinds_of(table)):
        exact = tuple(
            frozenset(i for i, cell in enumerate(row) if isinstance(cell, Percent)) for row in table
        )
    return Question(read, size, frame, kept, lacking, tuple(empty), exact)


def reading(rule: Given, readings: Given = None) -> Rule:
    """The rule of a clause cell, with its 读法."""
    clause = values.text(rule, "rule")
    chosen = values.optional_text(readings, "readings")
    return parse(clause, readings=parse_readings(chosen) if chosen else None)


def points_of(rule: Rule, points: Given) -> Decimal | None:
    """The 分值 of an item: the cell's, else what the clause itself says."""
    size = values.worth(points)
    if size is None:
        size = rule.stated
    if size is None and any(isinstance(node, Points) for node in walk(rule.expr(None))):
        raise Blank("条款要用到分值,points 是空白,本项留空")
    return size


def figures_of(given: Given, rule: Rule, name: str) -> Rows:
    """A range of figures, as wide as the rule has inputs."""
    width = len(rule.inputs)
    table = values.rows(given)
    if values.is_flat(given) and width == 1:
        table = tuple((cell,) for cell in table[0])
    if len(table[0]) != width:
        labels = "、".join(i.label for i in rule.inputs)
        raise BadArgument(name, f"{len(table[0])}列", f"{width}列:{labels}(每行一个单位)")
    return table


def _columns(
    table: Rows, inputs: Sequence[RuleInput], name: str
) -> tuple[list[Floats], list[Fault | None]]:
    """Figures by column, NaN where there is none, and what is wrong with each row."""
    found: list[Floats] = []
    faults: list[Fault | None] = [None] * len(table)
    for i, given in enumerate(inputs):
        column = values.column_of(table, i)
        if len(column) > 1:
            figures, doubtful = values.figures(column, given)
        else:
            figures, doubtful = np.full(1, math.nan), [0]
        for row in doubtful:
            where = f"{name} 第{row + 1}行({given.label})"
            try:
                figures[row] = values.figure(column[row], given, where)
            except (BadArgument, Passed) as error:
                faults[row] = faults[row] or values.fault(error, where)
        found.append(figures)
    return found, faults


def _beside(
    given: Given, name: str, rule: Rule, used: Sequence[int], default: Sequence[float], count: int
) -> tuple[list[Floats], list[Fault | None]]:
    """Targets or last year's figures of each unit: given for all inputs, or for those that
    the rule needs them of; one row stands for all units."""
    found = [np.full(count, d) for d in default]
    faults: list[Fault | None] = [None] * count
    if not used or values.nothing(given):
        values.pass_errors(given)
        return found, faults
    table = values.rows(given)
    every = list(range(len(rule.inputs)))
    if values.is_flat(given) and len(table[0]) not in (len(every), len(used)):
        table = tuple((cell,) for cell in table[0])
    where = {len(used): used, len(every): every}.get(len(table[0]))
    if where is None:
        labels = "、".join(rule.inputs[i].label for i in used)
        raise BadArgument(name, f"{len(table[0])}列", f"{len(used)}列:{labels}")
    if len(table) not in (1, count):
        raise BadArgument(name, f"{len(table)}行", f"{count}行,与 value 一致,或只有1行")
    for row in range(count):
        line = table[row if len(table) == count else 0]
        for i, cell in zip(where, line, strict=True):
            if i not in used or values.blank(cell):
                continue
            spot = f"{name} 第{row + 1}行({rule.inputs[i].label})"
            try:
                if isinstance(cell, CellError):
                    raise Passed(cell)
                found[i][row] = values.number(cell, spot, kind=rule.inputs[i].kind)
            except (BadArgument, Passed) as error:
                faults[row] = faults[row] or values.fault(error, spot)
    return found, faults


def _lacking(
    rule: Rule,
    row: int,
    columns: Sequence[Floats],
    targets: Sequence[Floats],
    targeted: Sequence[int],
    priors: Sequence[Floats],
    based: Sequence[int],
) -> str:
    """What is missing beside the figures, which are explained elsewhere."""
    if any(math.isnan(column[row]) for column in columns):
        return ""
    said = [f"“{rule.inputs[i].label}”的目标值" for i in targeted if math.isnan(targets[i][row])]
    said += [f"“{rule.inputs[i].label}”的上年值" for i in based if math.isnan(priors[i][row])]
    return f"缺{'、'.join(said)},本项留空" if said else ""


class _Cohort:
    """Whom the units are compared with, and in which group."""

    def __init__(
        self,
        rule: Rule,
        points: Decimal | None,
        table: Rows,
        columns: list[Floats],
        targets: list[Floats],
        priors: list[Floats],
        peers: Given,
        groups: Given,
    ) -> None:
        self.rule, self.points = rule, points
        self.table, self.columns, self.targets, self.priors = table, columns, targets, priors
        if values.nothing(peers):
            if len(table) == 1:
                wanted = f"同类各单位的数据,{len(rule.inputs)}列,含本单位"
                raise BadArgument("peers", "空白", wanted, excel="#N/A")
            self.peers, self.peer_columns = table, columns
        else:
            self.peers = figures_of(peers, rule, "peers")
            self.peer_columns, _ = _columns(self.peers, rule.inputs, "peers")
        # The same range given twice says which row is whose.
        self.own = self.peers == self.table
        values.pass_errors(groups)
        self.labels = self._labels(groups)

    def _labels(self, groups: Given) -> list[str | None]:
        """A label for each peer row; all the same where there are no groups."""
        size = len(self.peers)
        if values.nothing(groups):
            return ["*"] * size
        found = list(values.cells(groups))
        if len(found) != size:
            raise BadArgument("groups", f"{len(found)}个", f"{size}个,与各单位的行数相同")
        if all(isinstance(cell, bool) for cell in found if not values.blank(cell)):
            if len(self.table) > 1:
                raise BadArgument("groups", "TRUE/FALSE", "各行的分组名称")
            return ["*" if cell is True else None for cell in found]
        return [None if values.blank(c) else values.shown(c).strip().casefold() for c in found]

    def frame(
        self, faults: list[Fault | None], empty: Sequence[bool]
    ) -> tuple[Frame, list[Fault | None]]:
        """The frame to evaluate, and the faults with those that the comparison adds."""
        codes = {label: n for n, label in enumerate(dict.fromkeys(self.labels)) if label}
        # Peers without a group are compared with nobody.
        theirs = np.array([codes.get(g or "", -1) for g in self.labels], dtype=np.intp)
        cohort = Frame(self.peer_columns, groups=theirs)
        mine = np.full(len(self.table), -2, dtype=np.intp)
        faults, errors = list(faults), self._errors(theirs.tolist())
        for row, fault in enumerate(faults):
            incomplete = any(math.isnan(column[row]) for column in self.columns)
            try:
                found = self._group(row, codes, cohort, incomplete=incomplete)
            except BadArgument as error:
                if fault is None and not incomplete:
                    faults[row] = values.fault(error)
                continue
            mine[row] = found
            if fault is None and not empty[row]:
                faults[row] = errors.get(found)
        if len(set(theirs.tolist())) == 1:
            # one group needs no codes: the sums are then those of the report
            cohort, same = Frame(self.peer_columns), None
        else:
            same = mine
        if self.own:
            return Frame(self.columns, self.targets, self.priors, same), faults
        return Frame(self.columns, self.targets, self.priors, same, cohort), faults

    def _group(self, row: int, codes: dict[str, int], cohort: Frame, *, incomplete: bool) -> int:
        """The group of a unit: that of its own row among the peers."""
        if self.own:
            label = self.labels[row]
            if label is None:
                raise BadArgument("groups", "空白", f"第{row + 1}行的分组名称", excel="#N/A")
            return codes[label]
        if incomplete:
            return -2
        line = tuple(column[row] for column in self.columns)
        found = {g for j in self._rows.get(line, ()) if (g := self.labels[j]) is not None}
        if not found:
            wanted = "含本单位那一行的区域(数据完全相同)"
            raise BadArgument("peers", "其中没有本单位", wanted, excel="#N/A")
        if len(found) > 1 and len({self._score(row, codes[g], cohort) for g in found}) > 1:
            wanted = "标出本组的 TRUE/FALSE(或改为整列计分)"
            raise BadArgument("groups", "分不清的分组:几个组里都有同样的数据", wanted, excel="#N/A")
        return min(codes[g] for g in found)

    def _score(self, row: int, code: int, cohort: Frame) -> float:
        """The score that a unit would have in a group."""

        def here(columns: Sequence[Any]) -> list[Any]:
            return [column[row : row + 1] for column in columns]

        group = np.array([code], dtype=np.intp)
        frame = Frame(here(self.columns), here(self.targets), here(self.priors), group, cohort)
        with np.errstate(over="ignore"):
            return float(evaluate(self.rule, frame, points=self.points)[0])

    @cached_property
    def _rows(self) -> dict[tuple[float, ...], list[int]]:
        """The peer rows that hold the same figures."""
        found: dict[tuple[float, ...], list[int]] = {}
        for row, line in enumerate(zip(*(c.tolist() for c in self.peer_columns), strict=True)):
            found.setdefault(line, []).append(row)
        return found

    def _errors(self, theirs: Sequence[int]) -> dict[int, Fault]:
        """The first error value of each group."""
        found: dict[int, Fault] = {}
        for row, (code, line) in enumerate(zip(theirs, self.peers, strict=True)):
            for i, cell in enumerate(line):
                if isinstance(cell, CellError) and code not in found:
                    where = f"同类单位第{row + 1}行({self.rule.inputs[i].label})"
                    found[code] = values.fault(Passed(cell), where)
        return found
