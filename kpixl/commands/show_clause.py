"""What a screen says of a clause: its reading, or why it is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kpixl.commands.console import Console, caret
from kpixl.errors import RuleError
from kpixl.rules import Rule
from kpixl.rules.expr import Expr, Prior, Target, walk
from kpixl.rules.nearest import nearest_wordings
from kpixl.rules.printing import number
from kpixl.rules.statements import Statement

KINDS = {
    "number": "数值",
    "percent": "百分数",
    "count": "个数",
    "yes_no": "是/否",
    "judged": "评议分",
}
DIRECTIONS = {"up": "越大越好", "down": "越小越好"}


def show(console: Console, rule: Rule, clause: str, worth: Decimal | None) -> None:
    """The reading of a clause whose item is worth so many points, if that is known."""
    if console.as_json:
        console.json({**_head(clause, worth), **_reading(rule)})
        return
    console.title("读作:")
    console.line(f"  {rule.canonical}")
    console.line()
    console.title("要填的数据:")
    for i, given in enumerate(rule.inputs):
        measure = f"({given.unit})" if given.unit and given.kind != "yes_no" else ""
        facts = [KINDS[given.kind]]
        facts += [DIRECTIONS[given.direction]] if given.kind in ("number", "percent") else []
        if given.target is not None:
            facts.append(f"目标 {number(given.target)}{given.unit}")
        elif _needs(rule, Target, i):
            facts.append("另需目标值")
        if _needs(rule, Prior, i):
            facts.append("另需上年数")
        console.line(f"  {i + 1}. {given.label}{measure}:{','.join(facts)}")
    console.line()
    console.title("没有写明之处,按下列约定计分(可用 --readings 改):")
    for taken in rule.assumptions:
        others = "、".join(f"{taken.code}={a}" for a in taken.alternatives)
        console.line(
            f"  {taken.code}={taken.taken} {taken.sentence}"
            + (f"(可改:{others})" if others else "")
        )
    if not rule.assumptions:
        console.line("  无")
    if worth is not None:
        console.line()
        console.line(f"分值 {number(worth)}:{_range(rule, worth)}")


def _range(rule: Rule, worth: Decimal) -> str:
    from kpixl.scheme.lint import clause_gives, item_gives

    low, high = item_gives(rule, worth)
    text = f"得 {number(low)} 至 {number(high)} 分。" if high.is_finite() else "没有得分上限。"
    base, most = clause_gives(rule, worth)
    if worth not in (base, most) and Decimal(most).is_finite():
        text += f"注意:条款本身最多得 {number(most)} 分,与分值不一致({number(worth)} ≠ {number(most)})。"
    return text


def show_refusal(console: Console, error: RuleError, clause: str, worth: Decimal | None) -> None:
    """Where a clause stops being read, what was expected there, and what can be read instead."""
    if console.as_json:
        console.json({**_head(clause, worth), "refusal": _refusal(error)})
        return
    place = f"第{error.position}字" if error.position else "整句"
    console.title(f"读不懂,{place}:{error.reason}。")
    if error.position:
        for line in caret(error.text, error.position, error.phrase):
            console.line(f"  {line}")
    console.line(f"此处应为:{error.expected}。")
    nearest = _nearest(error)
    if nearest:
        console.line("可读的相近写法:")
        for wording in nearest:
            console.line(f"  · {wording}")


def _nearest(error: RuleError) -> tuple[str, ...]:
    return error.nearest or nearest_wordings(error.text, error.position)


def show_statement(console: Console, read: Statement, worth: Decimal | None) -> None:
    """A rule of the whole scheme: what it says and does; it gives no item a score."""
    if console.as_json:
        console.json(
            {
                **_head(read.source, worth),
                "kind": read.kind,
                "canonical": read.canonical,
                "explanation": read.explanation,
                "assumptions": [{"text": a.sentence, "taken": a.taken} for a in read.assumptions],
            }
        )
        return
    console.title(f"读作({read.kind},对整个方案有效,不是一项的得分):")
    console.line(f"  {read.canonical}")
    console.line()
    console.title("作用:")
    for line in read.explanation.splitlines():
        console.line(f"  {line}")
    if read.assumptions:
        console.line()
        console.title("没有写明之处,按下列约定:")
        for taken in read.assumptions:
            console.line(f"  {taken.code}:{taken.sentence}")


# -- for programs ----------------------------------------------------------------------


def _head(clause: str, worth: Decimal | None) -> dict[str, Any]:
    return {"clause": clause, "points": None if worth is None else float(worth)}


def _reading(rule: Rule) -> dict[str, Any]:
    return {
        "canonical": rule.canonical,
        "inputs": [
            {
                "name": given.label,
                "kind": given.kind,
                "unit": given.unit,
                "target": None if given.target is None else float(given.target),
                "direction": given.direction,
                "needs_target": _needs(rule, Target, i),
                "needs_prior": _needs(rule, Prior, i),
            }
            for i, given in enumerate(rule.inputs)
        ],
        "assumptions": [
            {
                "code": taken.code,
                "text": taken.sentence,
                "taken": taken.taken,
                "alternatives": list(taken.alternatives),
            }
            for taken in rule.assumptions
        ],
    }


def _refusal(error: RuleError) -> dict[str, Any]:
    return {
        "position": error.position,
        "phrase": error.phrase,
        "reason": error.reason,
        "expected": error.expected,
        "nearest": list(_nearest(error)),
        "text": str(error),
    }


def _needs(rule: Rule, role: type[Target] | type[Prior], i: int) -> bool:
    nodes: list[Expr] = [node for term in rule.terms for node in walk(term.expr())]
    return any(isinstance(node, role) and node.input == i for node in nodes)
