"""Two clauses written as one come to what they come to alone, or are refused."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Literal
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.errors import RuleError
from kpixl.rules import Rule, parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from kpixl.rules.model import RuleInput
from kpixl.rules.rule import is_deduction
from kpixl.rules.terms import FullPoints, Gate
from tests.rules.clauses import READABLE

POINTS = 1000.0  # more than anything that is given or taken
# What is about the whole clause, or tells of levels of which only one holds, is no sum.
WHOLE = (
    "合计", "累计", "以上各", "每项", "满分", "本项", "否则", "其余", "其中", "该项", "不得分", "最", "总加分",
    "倒扣", "满为止", "一等", "良好", "不重复", "乡镇", "分别得20分", "得分", "×", "比例", "。", "根据", "一票否决",
    "上年企业数", "仅制定", "创新平台", "未达到3万",
)  # fmt: skip
Kind = Literal["gives", "takes", "adds"]


@cache
def parts() -> list[tuple[str, Rule, Kind]]:
    """The clauses that only give, only take or only add, each with its rule."""
    found: list[tuple[str, Rule, Kind]] = []
    for clause in READABLE:
        if len(clause) > 36 or "\n" in clause or any(word in clause for word in WHOLE):
            continue
        rule = parse(clause)
        terms = [t for t in rule.terms if not isinstance(t, FullPoints)]
        if not terms or rule.stated is not None or any(isinstance(t, Gate) for t in terms):
            continue
        if rule.limits.full or rule.limits.share or rule.limits.item is not None:
            continue
        if all(is_deduction(t) for t in terms):
            found.append((clause, rule, "takes"))
        elif all(t.bonus for t in terms):
            found.append((clause, rule, "adds"))
        elif not any(is_deduction(t) or t.bonus for t in terms) and terms == [*rule.terms]:
            found.append((clause, rule, "gives"))
    return found


def score(rule: Rule, values: dict[str, float]) -> float:
    own = [np.array([values[i.label]]) for i in rule.inputs]
    targets = tuple(float(i.target) if i.target is not None else 50.0 for i in rule.inputs)
    frame = Frame(own, targets=targets, priors=tuple(40.0 for _ in rule.inputs))
    return float(evaluate(rule, frame, points=Decimal(int(POINTS)))[0])


def value(figure: RuleInput, nth: int) -> float:
    if figure.kind == "yes_no":
        return float(nth % 2)
    drawn = (35, 60, 82, 91, 97, 100) if figure.kind == "percent" else (0, 1, 2, 3, 5, 12)
    return float(drawn[nth % 6])


def test_there_are_clauses_of_every_kind() -> None:
    kinds = [kind for _, _, kind in parts()]
    assert all(kinds.count(kind) > 10 for kind in ("gives", "takes", "adds"))


@given(st.data())
def test_side_by_side_they_come_to_the_sum_of_what_they_come_to_alone(data: st.DataObject) -> None:
    nth_of_all = st.integers(0, len(parts()) - 1)
    one, first, kind = parts()[data.draw(nth_of_all)]
    other, second, kind_of_other = parts()[data.draw(nth_of_all)]
    labels = {i.label for i in first.inputs} | {i.label for i in second.inputs}
    try:
        both = parse(f"{one.rstrip('。;')}{data.draw(st.sampled_from('。;'))}{other}")
    except RuleError:
        return
    same = {i.label for i in both.inputs} == labels
    if not same or len(labels) < len(first.inputs) + len(second.inputs):
        return  # another name for a figure, or one figure in both
    base = 0.0 if "gives" in (kind, kind_of_other) else POINTS
    if kind == kind_of_other == "adds":
        base = 0.0
    for nth, at in product(range(3), range(2)):
        values = {i.label: value(i, nth + at * n) for n, i in enumerate(both.inputs)}
        moved = 0.0
        for rule, own in ((first, kind), (second, kind_of_other)):
            alone = score(rule, values)
            moved += alone - POINTS if own == "takes" else alone
        expected = max(base + moved, 0.0)
        got = score(both, values)
        assert math.isclose(got, expected) or (math.isnan(got) and math.isnan(expected)), (
            both.canonical, values, got, expected,
        )  # fmt: skip


BESIDE = (
    "加强组织领导,健全工作机制。{}",
    "1.{}",
    "{}。查看相关台账资料。",
    "{}(查看相关台账)",
    "{}。注:以年终检查为准。",
)
# Points for all that is said ahead, one of what is named ahead: words in front of them count.
AHEAD = ("防止反弹。得5分", "最高得10分", "每天清扫1次(4分)", "其中有一项", "合格率未达到年度目标")


@pytest.mark.parametrize(
    "clause", [c for c in READABLE if "\n" not in c and not any(word in c for word in AHEAD)]
)
def test_what_only_describes_changes_nothing_beside_it(clause: str) -> None:
    shape = BESIDE[crc32(clause.encode()) % len(BESIDE)]
    rule = parse(clause)
    try:
        beside = parse(shape.format(clause.rstrip("。;")))
    except RuleError:
        return
    assert beside.inputs == rule.inputs
    assert _without_remarks(beside) == _without_remarks(rule)


def _without_remarks(rule: Rule) -> str:
    return re.sub(r";?\[说明:[^\]]*\]", "", rule.canonical)


def test_few_clauses_are_refused_for_what_only_describes() -> None:
    plain = [c.rstrip("。;") for c in READABLE if "\n" not in c][::7]
    refused = [c for c in plain for shape in BESIDE[2:4] if not _reads(shape.format(c))]
    assert len(refused) * 20 < len(plain) * 2


def _reads(clause: str) -> bool:
    try:
        parse(clause)
    except RuleError:
        return False
    return True


SAME = (("扣除", r"扣(?=[0-9])"), ("扣减", r"扣(?=[0-9])"), ("记", r"(?<![达标书得获])得(?=[0-9])"))


@pytest.mark.parametrize("clause", [c for c in READABLE if re.search("[扣得][0-9]", c)][::3])
def test_another_word_for_taking_or_giving_changes_nothing(clause: str) -> None:
    rule = parse(clause)
    for word, plain in SAME:
        said = re.sub(plain, word, clause)
        try:
            again = parse(said)
        except RuleError:
            assert word == "记"  # 少得0.5分, 为基准得7分 have no other word
        else:
            assert (again.canonical, again.inputs) == (rule.canonical, rule.inputs)
