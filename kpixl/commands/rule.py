"""`kpixl rule`: how a clause is read, what it asks for, what it takes for granted."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from kpixl.commands.console import Console, caret
from kpixl.commands.texts import CLEAN, FINDINGS
from kpixl.errors import BadArgument, RuleError
from kpixl.rules import Rule, parse, parse_readings
from kpixl.rules.expr import Expr, Prior, Target, walk
from kpixl.rules.nearest import nearest_wordings
from kpixl.rules.printing import number
from kpixl.rules.statements import Statement, read_scheme_rule, speaks_of_scheme

KINDS = {
    "number": "数值",
    "percent": "百分数",
    "count": "个数",
    "yes_no": "是/否",
    "judged": "评议分",
}
DIRECTIONS = {"up": "越大越好", "down": "越小越好"}


def run(console: Console, *, clause: str, points: str | None, readings: str) -> int:
    """Show the reading of a clause, or the refusal with its place."""
    worth = _points(points)
    taken = parse_readings(readings)
    try:
        rule = parse(clause, readings=taken)
    except RuleError as refused:
        try:
            return _of_scheme(console, read_scheme_rule(clause), worth)
        except RuleError as other:
            error = other if speaks_of_scheme(clause) else refused
        if console.as_json:
            console.json({**_head(clause, worth), "refusal": _refusal(error)})
        else:
            _show_refusal(console, error)
        return FINDINGS
    unused = [code for code in taken if code not in {a.code for a in rule.assumptions}]
    if unused:
        offered = "、".join(a.code for a in rule.assumptions if a.alternatives) or "没有可选的约定"
        raise BadArgument("--readings", "、".join(unused), f"这条评分标准用得到的约定({offered})")
    if console.as_json:
        console.json({**_head(clause, worth), **_reading(rule)})
    else:
        _show(console, rule, worth)
    return CLEAN


def _points(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        worth = Decimal(text.strip().removesuffix("分"))
    except InvalidOperation:
        worth = Decimal(0)
    if not worth.is_finite() or worth <= 0:
        raise BadArgument("--points", text, "大于 0 的数")
    return worth


def _of_scheme(console: Console, read: Statement, worth: Decimal | None) -> int:
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
        return CLEAN
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
    return CLEAN


# -- for people ------------------------------------------------------------------------


def _show(console: Console, rule: Rule, worth: Decimal | None) -> None:
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


def _show_refusal(console: Console, error: RuleError) -> None:
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
