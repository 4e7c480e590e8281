"""The cases of rules that are not an item's score: grades, vetoes, data rules, stacking.

A case names its figures in its own way and its outcome in its own words; the names are
settled by `clause_inputs.json` (id → name → role), the outcome by the words below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kpixl.rules.gates import Consequence, Veto
from kpixl.rules.grades import GradeRule
from kpixl.rules.scheme_wide import DataRule, LevelRule, SchemeLimit, Stacking
from kpixl.rules.statements import Several, Single, Statement, read_scheme_rule

KINDS = frozenset({"grade_threshold", "veto", "other"})
# How a case says that nothing follows.
_NOTHING = frozenset({"不否决", "按得分", "原等级"})
_NUMERALS = " 一二三"


@dataclass(frozen=True)
class Judged:
    """A statement and what became of its cases."""

    rule: Statement
    right: int = 0
    wrong: tuple[str, ...] = ()
    unbound: int = 0


def judge_statement(line: Mapping[str, Any], roles: Mapping[str, str] | None) -> Judged:
    """Read one clause and work its cases; RuleError where it is refused."""
    rule = read_scheme_rule(line["clause"])
    right, unbound = 0, 0
    wrong: list[str] = []
    for case in line["cases"]:
        given = {(roles or {}).get(name, name): value for name, value in case["inputs"].items()}
        found = [_limited(rule, given), *(_outcome(part, given) for part in _parts(rule))]
        known = [f for f in found if f is not None]
        if not known:
            unbound += 1
        elif any(_same(f, case["score"]) for f in known):
            right += 1
        else:
            wrong.append(f"{dict(case['inputs'])} → {known}, by hand {case['score']}")
    return Judged(rule, right, tuple(wrong), unbound)


def _parts(rule: Statement) -> tuple[Single, ...]:
    return rule.parts if isinstance(rule, Several) else (rule,)


def _limited(rule: Statement, given: Mapping[str, Any]) -> float | None:
    """What deductions of several items come to under bounds of the scheme."""
    limits = [part for part in _parts(rule) if isinstance(part, SchemeLimit)]
    deductions = given.get("deductions")
    if not isinstance(deductions, list) or len(limits) < len(_parts(rule)):
        return None
    taken = [float(n) for n in deductions]
    for limit in limits:
        if limit.of == "each_deduction":
            taken = [limit.bound(n) for n in taken]
    total = sum(taken)
    for limit in limits:
        if limit.of == "deduction":
            total = limit.bound(total)
    return -total


def _outcome(rule: Single, given: Mapping[str, Any]) -> tuple[str, ...] | float | None:
    """What follows for a case: words, a figure, or None where its figures do not fit."""
    match rule:
        case GradeRule():
            return _grade(rule, given)
        case LevelRule() if "value" in given:
            return (rule.level(given["value"]) or "",)
        case Veto():
            return _veto(rule, given)
        case Stacking() if "scores" in given:
            return rule.score(given["scores"])
        case DataRule():
            return _data(rule, given)
        case _:
            return None


def _grade(rule: GradeRule, given: Mapping[str, Any]) -> tuple[str, ...] | None:
    total = given.get("total", 100.0 if "rank" in given else None)
    if total is None:
        return None
    found = rule.grade(total, given.get("rank"), given.get("n"))
    return (found,) if found else tuple(p + g.name for g in rule.grades for p in "未不")


def _veto(rule: Veto, given: Mapping[str, Any]) -> tuple[str, ...] | None:
    values = [v for name, v in given.items() if name not in ("target", "ignored")]
    labels = [i.label for i in rule.inputs]
    if len(values) != len(labels):
        return None
    facts = dict(zip(labels, values, strict=True))
    targets = dict.fromkeys(labels, given["target"]) if "target" in given else None
    found = rule.outcome(facts, targets)
    return tuple(w for c in found for w in _words(c)) or tuple(_NOTHING)


def _words(consequence: Consequence) -> tuple[str, ...]:
    match consequence.kind:
        case "veto" | "bar":
            return "否决", "不予评奖"
        case "set_grade":
            return (consequence.what,)
        case "down":
            return (f"降{_NUMERALS[int(consequence.number or 0)]}级",)
        case _:
            return (consequence.canonical(),)


def _data(rule: DataRule, given: Mapping[str, Any]) -> float | None:
    if (rule.when == "marked") != ("unmarked" in given) or "value" not in given:
        return None
    marked = not given.get("unmarked", True)
    figure = rule.figure(given["value"], given.get("prior"), marked)
    return rule.score(given["value"]) if figure is None or rule.take == "item_less" else figure


def _same(found: tuple[str, ...] | float, wanted: Any) -> bool:
    """Whether an outcome is the case's, whatever 单位, 类 or 级 stands behind it."""
    if not isinstance(found, tuple):
        return isinstance(wanted, (int, float)) and abs(found - wanted) < 0.0051
    bare = str(wanted).removesuffix("单位")
    begins = (f"{bare}类", f"{bare}(")
    return any(bare in (f, f.removesuffix("级")) or f.startswith(begins) for f in found)
