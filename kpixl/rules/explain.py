"""The clerk's working: the formula with the numbers put in, part by part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import numpy as np

from kpixl.rules.case_terms import Cases, cases_of
from kpixl.rules.evaluate import _value, asked, case_of, evaluate_cases, frame_of
from kpixl.rules.expr import (
    Choose,
    Const,
    Div,
    Expr,
    Greatest,
    Least,
    Named,
    Peer,
    Points,
    Position,
    Prior,
    Rank,
    Rounded,
    Target,
    Value,
    Whole,
    map_children,
    only_last,
    sub,
    walk,
)
from kpixl.rules.frame import Floats, Frame
from kpixl.rules.model import Working
from kpixl.rules.printing import number, show
from kpixl.rules.rule import Rule
from kpixl.rules.terms import Requirements


def figure(value: float) -> str:
    """A figure as a working shows it: four decimals at most, ≈ where more were cut.

    >>> figure(13.33333333), figure(16.0), figure(0.1 + 0.2)
    ('≈13.3333', '16', '0.3')
    """
    text = number(float(f"{value:.4f}"))
    # seven decimals decide whether a figure was cut: less is binary noise
    return text if abs(value - float(text)) < 5e-8 else "≈" + text


def explain(
    rule: Rule,
    frame: Frame,
    row: int,
    *,
    points: Decimal | None,
    decimals: int = 2,
    labels: Sequence[str] = (),
) -> Working:
    """How one unit's score comes about, in lines that can be followed with a calculator.

    `labels` names the inputs as the form does (the clause's own labels by default).  The
    last line ends in the score; `notes` say which bound applied.

    >>> import numpy as np
    >>> from kpixl.rules import parse
    >>> rule = parse("亿元企业数最多的得10分,排名每下降1位减0.5分")
    >>> print(explain(rule, Frame([np.array([12.0, 7, 7, 3])]), 3, points=Decimal(10)))
    亿元企业数:3,第4名
    得分=10−0.5×(4−1)=8.5,四舍五入为 8.50
    """
    names = [*labels, *(i.label for i in rule.inputs[len(labels) :])]
    if (cases := cases_of(rule)) is not None:
        return _of_case(cases, frame, row, names, points=points, decimals=decimals)
    not_asked = only_last(rule.expr(points, decimals))
    missing = [
        f"“{n}”"
        for i, (n, column) in enumerate(zip(names, frame.values, strict=True))
        if np.isnan(column[row]) and i not in not_asked
    ]
    for node, column in asked(rule.nodes(points, decimals), frame):
        if np.isnan(column[row]):
            word = "目标值" if isinstance(node, Target) else "上年值"
            missing.append(f"“{names[node.input]}”的{word}")
    if missing:
        return Working(("缺" + "".join(missing) + ",本项留空",), None, ())
    return _Explainer(rule, frame, row, points, decimals, names).working()


def _of_case(
    cases: Cases,
    frame: Frame,
    row: int,
    names: Sequence[str],
    *,
    points: Decimal | None,
    decimals: int,
) -> Working:
    """The working of the unit's case, headed by why it is that one."""
    mine = int(case_of(cases, frame)[row])
    lines: list[str] = []
    for at, case in enumerate(cases.of):
        if case.test is not None:
            value = float(frame.values[case.test][row])
            if case.reached:
                target = float(
                    np.broadcast_to(np.asarray(frame.targets[case.test], float), len(frame))[row]
                )
                lacking = [("", value), ("的目标值", target)]
                told = f"{names[case.test]}:{figure(value)},目标{figure(target)}"
            else:
                lacking = [("", value)]
                told = f"{names[case.test]}:{'是' if value == 1 else '否'}"
            missing = [f"“{names[case.test]}”{word}" for word, v in lacking if v != v]
            if missing:
                return Working((f"缺{''.join(missing)},本项留空",), None, ())
            lines.append(told)
        if at == mine and not case.inputs:
            fixed = float(evaluate_cases(cases, frame, points=points, decimals=decimals)[row])
            said = case.rule.canonical.removeprefix("得")
            bare = said.removesuffix("分")  # 得10分: a figure, as elsewhere
            known = re.fullmatch("[0-9.]+", bare) is not None
            notes: tuple[str, ...] = ()
            if known and points is not None and Decimal(bare) > points:
                # 得20分 of an item of 12.5
                notes = (f"不超过分值:{bare} 按 {number(points)} 计",)
                bare = number(points)
            text = f"得分={bare if known else said},四舍五入为 {fixed:.{decimals}f}"
            return Working((*lines, f"按“{case.who}”的规定计:", text), fixed, notes)
        if at == mine:
            shown = explain(
                case.rule,
                frame_of(case, frame),
                row,
                points=points,
                decimals=decimals,
                labels=[names[i] for i in case.inputs],
            )
            head = f"按“{case.who}”的规定计:"
            return Working((*lines, head, *shown.lines), shown.score, shown.notes)
    kinds = "、".join(f"“{case.who}”" for case in cases.of)
    return Working((*lines, f"{kinds}都不是,条款没有写如何计,本项留空"), None, ())


def _column(frame: Frame, expr: Expr, points: float) -> Floats:
    """The values of a node for all units, kept with the frame: each unit asks for its own.

    The node is kept too, so that no other takes its place in memory.
    """
    key = "explained", id(expr), points
    if key not in frame.kept:
        with np.errstate(invalid="ignore", divide="ignore"):
            value = _value(expr, frame, points)
        frame.kept[key] = expr, np.asarray(value, dtype=np.float64).ravel()
    found: Floats = frame.kept[key][1]
    return found


@cache
def _ends(number: int) -> tuple[Peer, Peer]:
    """The nodes of a group's lowest and highest figure."""
    return Peer("min", number), Peer("max", number)


@cache
def _own(number: int) -> Value:
    return Value(number)


class _Explainer:
    """Walks the arithmetic of one unit, line by line."""

    def __init__(
        self,
        rule: Rule,
        frame: Frame,
        row: int,
        points: Decimal | None,
        decimals: int,
        names: Sequence[str],
    ) -> None:
        self.rule, self.frame, self.row, self.points = rule, frame, row, points
        self.decimals, self.names = decimals, names
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.shown: dict[int, str] = {}

    def at(self, expr: Expr) -> float:
        """The value of a node for the unit."""
        column = _column(self.frame, expr, float(self.points or 0))
        return float(column[self.row if column.size > 1 else 0])

    def working(self) -> Working:
        whole = self.rule.expr(self.points, self.decimals)
        assert isinstance(whole, Rounded)
        self.facts()
        exact, score = self.at(whole.inner), self.at(whole)
        if score != score:
            return Working((*self.lines, "分母为0,算不出,本项留空"), None, tuple(self.notes))
        self.parts(whole)
        self.limits(whole)
        steps = self.text(whole.inner)
        line = f"得分={steps}"
        if steps != figure(exact):
            shown = figure(exact)
            line += shown if shown.startswith("≈") else f"={shown}"
        line += f",四舍五入为 {score:.{whole.decimals}f}"
        return Working((*self.lines, line), score, tuple(self.notes))

    def facts(self) -> None:
        """What was looked up for each figure: its place, its group's ends, its target."""
        nodes = self.rule.nodes(self.points, self.decimals)
        for i, name in enumerate(self.names):
            pieces: list[str] = []
            for node in nodes:
                match node:
                    case Rank(j, _, _, last) if j == i:
                        pieces.append(f"{'末位' if last else ''}第{number(self.at(node))}名")
                    case Position(j, _) if j == i:
                        low, high = map(self.at, _ends(i))
                        pieces.append(f"本类最低{figure(low)}、最高{figure(high)}")
                        if low == high:
                            self.notes.append(f"{name}:本类数值全部相同")
                    case Peer(stat, j) if j == i:
                        word = {"max": "最高", "min": "最低", "mean": "平均", "count": "单位数"}[
                            stat
                        ]
                        pieces.append(f"本类{word}{figure(self.at(node))}")
                    case Target(j) if j == i:
                        pieces.append(f"目标{figure(self.at(node))}")
                    case Prior(j) if j == i:
                        pieces.append(f"上年{figure(self.at(node))}")
                    case _:
                        pass
            kind = self.rule.inputs[i].kind
            value = self.at(_own(i))
            if value != value:  # only the last place of the others counts
                self.lines.append(f"{name}:" + ",".join(dict.fromkeys(pieces)))
                continue
            shown = ("是" if value else "否") if kind == "yes_no" else figure(value)
            if pieces or kind == "yes_no":
                self.lines.append(f"{name}:" + ",".join([shown, *dict.fromkeys(pieces)]))

    def parts(self, whole: Expr) -> None:
        """A line for every part that the last line then shows as one figure."""
        for node in walk(whole):
            if isinstance(node, Named):
                label = self.label(node.label) + self.word(node.label)
                value, steps = figure(self.at(node.inner)), self.text(node.inner)
                sign = "" if value.startswith("≈") else "="
                self.lines.append(f"{label}={steps}" + ("" if steps == value else sign + value))

    def label(self, label: str) -> str:
        """The name of a part: #2 is the form's name of input 2."""
        return self.names[int(label[1:])] if label.startswith("#") else label

    def word(self, label: str) -> str:
        """What a part is called: a requirement has a completion, anything else a score."""
        lines = {f"#{i}" for t in self.rule.terms if isinstance(t, Requirements) for i in t.lines}
        return "完成度" if label in lines else "得分"

    def limits(self, whole: Expr) -> None:
        """Which bounds changed the figure."""
        for node in walk(whole):
            if isinstance(node, (Least, Greatest)) and node.why:
                first, result = self.at(node.parts[0]), self.at(node)
                if first != result:
                    self.notes.append(f"{node.why}:{figure(first)} 按 {figure(result)} 计")

    def text(self, expr: Expr) -> str:
        """An expression with the unit's numbers in it.

        Its minus is the true minus sign: at a hyphen a cell would break the line.
        """
        return show(self.settled(expr), lambda node: None).replace("-", "−")

    def settled(self, node: Expr) -> Expr:
        """The arithmetic that was really done: numbers for names, the branch that was taken,
        no bound that did not bind."""
        match node:
            case Value() | Target() | Prior() | Peer() | Rank() | Points() | Named():
                return self.known(node)
            case Position(i, _):
                low, high = _ends(i)
                if self.at(low) == self.at(high):
                    return self.known(node)
                bottom = self.known(low)
                return Div(sub(self.known(_own(i)), bottom), sub(self.known(high), bottom))
            case Const(percent=True):
                return Const(node.value)  # 10% as 0.1: what a calculator takes
            case Whole(inner) if self.at(inner) == self.at(node):
                return self.settled(inner)
            case Choose(test, then, otherwise):
                return self.settled(then if self.at(test) else otherwise)
            case Least(parts, _) | Greatest(parts, _):
                value = self.at(node)
                return self.settled(next(p for p in parts if self.at(p) == value))
            case _:
                return map_children(node, self.settled)

    def known(self, node: Expr) -> Expr:
        """A node's value as it is shown; the sign of a cut figure belongs to results only."""
        return Const(Decimal(figure(self.at(node)).lstrip("≈")))
