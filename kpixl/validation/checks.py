"""The checks on single figures, each named as the sentence that it enforces.

A check is a generator of findings over one case.  They run in the order of `CHECKS`,
and the first that finds something ends the examination of that cell: a blank cell is
reported as blank and as nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from kpixl.findings import Finding, finding
from kpixl.grid import CellError
from kpixl.numbers import read_number
from kpixl.scheme.headings import spelling, text_of
from kpixl.scheme.lint import item_gives
from kpixl.validation.figures import Case, wanted

Check: TypeAlias = Callable[[Case], Iterator[Finding]]

# Growth beyond this is a slip of the decimal point; a scheme may set bounds of its own.
MOST_PERCENT = Decimal(1000)


def _found(code: str, case: Case, **facts: Any) -> Finding:
    entry = case.entry
    return finding(
        code,
        place=entry.place,
        unit=entry.unit,
        input=entry.input,
        found=text_of(entry.raw),
        name=entry.input,
        **facts,
    )


def every_asked_figure_is_given(case: Case) -> Iterator[Finding]:
    """缺报: a blank is never 0; last year's figure or 0 only where the scheme says so."""
    if not case.blank:
        return
    policy = case.scheme.missing_of(case.given)
    if policy == "上年值" and case.entry.last_year is not None:
        yield from a_mark_has_a_coefficient(case)
        yield _found("value-last-year", case, used=f"{case.entry.last_year:.15g}")
    elif policy == "按0":
        yield _found("value-zero", case)
    else:
        yield _found("value-missing", case, wanted=wanted(case.given))


def what_does_not_apply_has_a_rule(case: Case) -> Iterator[Finding]:
    """不涉及 is never 0: the scheme says what it counts as, else it is asked."""
    if case.not_applicable and case.scheme.not_applicable == "询问":
        yield _found("value-not-applicable", case)


def a_cell_holds_no_error(case: Case) -> Iterator[Finding]:
    """An error value (#DIV/0!) is neither a figure nor a blank."""
    if isinstance(case.entry.raw, CellError):
        yield _found("value-error", case, wanted=wanted(case.given))


def a_yes_no_cell_holds_yes_or_no(case: Case) -> Iterator[Finding]:
    """是 or 否, and nothing that merely sounds like it."""
    if case.given.kind == "yes_no" and case.answer is None and not case.not_applicable:
        yield _found("value-yes-no", case)


_NOTHING = frozenset(
    {"无", "没有", "暂无", "空", "未知", "不详", "待定", "待报", "缺", "-", "--", "—", "——", "–", "/",
     "\\", "n/a", "na", "none", "null", "无数据", "没有数据", "暂无数据", "*"}
)  # fmt: skip


def a_word_for_nothing_says_which_nothing(case: Case) -> Iterator[Finding]:
    """无, — or / may be 0, a blank or 不涉及: the unit has to say."""
    raw = case.entry.raw
    if isinstance(raw, str) and spelling(raw) in _NOTHING:
        yield _found("value-blank-word", case, wanted=wanted(case.given))


def a_figure_is_a_number_not_text(case: Case) -> Iterator[Finding]:
    """Text is never used: the number in it is proposed, where there is one."""
    if case.not_applicable or case.figure is not None:
        return
    text = case.entry.raw if isinstance(case.entry.raw, str) else ""
    reading = read_number(text, "%" if case.in_points else case.given.unit) if text else None
    if reading is not None and case.in_points and abs(reading.value) > MOST_PERCENT:
        reading = None  # 2000万 where per cent are asked for: nobody knows what is meant
    if reading is None:
        yield _found("value-not-a-number", case, wanted=wanted(case.given))
    else:
        about = "约 " if reading.approximate else ""
        measure = "%" if case.in_points else case.given.unit
        yield _found("value-number-as-text", case, proposal=f"{about}{reading.plain}{measure}")


def a_percentage_says_whether_it_is_in_points(case: Case) -> Iterator[Finding]:
    """8, 8% and 0.08 are told apart by format and by what others sent, else asked (G9)."""
    if case.doubtful:
        yield _found("value-percent-doubt", case)


def a_figure_is_within_its_bounds(case: Case) -> Iterator[Finding]:
    """No negative count, no absurd percentage, nothing outside 下限 and 上限.

    A judged figure beyond its bounds is used all the same, since the clause's own cap
    binds it; it only has to be confirmed.
    """
    figure = case.figure
    if figure is None or case.given.kind == "yes_no":
        return
    low, high = case.given.low, case.given.high
    if case.given.kind == "count" and low is None:
        low = Decimal(0)
    if case.given.kind == "percent":
        low = -MOST_PERCENT if low is None else low
        high = MOST_PERCENT if high is None else high
    exact = Decimal(f"{figure:.15g}")
    if exact < 0 and low == 0 and case.given.low is None and case.held_at_zero:
        yield _found("value-negative", case)
        return
    if case.given.kind == "judged" and high is None:
        high = _most_points(case)
    if (low is None or exact >= low) and (high is None or exact <= high):
        if exact < 0 and low is None and not _may_be_negative(case):
            yield _found("value-below-zero", case)
        return
    code = "value-judged-bounds" if case.given.kind == "judged" else "value-range"
    yield _found(code, case, wanted=_range(low, high))


# Amounts that may well be below zero, by their names; 增加值 is no such thing.
_BELOW_ZERO = re.compile(
    r"利润|净|盈|亏|增(?!加值)|变化|变动|差|结余|余额|下降|降低|减少|损益|得分|加分|扣分|减分"
)


def _may_be_negative(case: Case) -> bool:
    """Whether a figure may be below zero: a rate, a change, a profit, or others report such too."""
    given = case.given
    if given.kind != "number" or case.in_points or given.unit in ("", "分"):
        return True
    if _BELOW_ZERO.search(given.name) and not given.name.startswith("新增"):
        return True
    return any(
        isinstance(e.raw, int | float) and e.raw < 0 for e in case.column if e is not case.entry
    )


def _most_points(case: Case) -> Decimal | None:
    """The most that an item gives, where its only figure is judged in points."""
    indicator = case.scheme.indicator_by_key.get(case.given.item)
    if indicator is None or indicator.rule is None or case.given.unit != "分":
        return None
    if tuple(indicator.feeds) != (case.given.name,):
        return None
    most = item_gives(indicator.rule, indicator.points)[1]
    return most if most.is_finite() else None


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return f"不大于 {high:f}"
    return f"不小于 {low:f}" if high is None else f"{low:f} 至 {high:f}"


def a_count_is_a_whole_number(case: Case) -> Iterator[Finding]:
    """家, 个, 条 and the like come whole."""
    if case.given.kind == "count" and case.figure is not None and not case.figure.is_integer():
        yield _found("value-whole", case)


def a_mark_has_a_coefficient(case: Case) -> Iterator[Finding]:
    """口径: a mark on a figure is one that the scheme knows."""
    if case.entry.mark and case.entry.mark not in case.scheme.mark_factors:
        choices = "、".join(case.scheme.mark_factors) or "(方案没有登记口径)"
        yield _found("value-mark", case, mark=case.entry.mark, choices=choices)
    elif case.entry.mark and case.scheme.factor(case.given, case.entry.mark) is None:
        yield _found("value-mark-unused", case, mark=case.entry.mark)


CHECKS: tuple[Check, ...] = (
    every_asked_figure_is_given,
    what_does_not_apply_has_a_rule,
    a_cell_holds_no_error,
    a_word_for_nothing_says_which_nothing,
    a_yes_no_cell_holds_yes_or_no,
    a_figure_is_a_number_not_text,
    a_percentage_says_whether_it_is_in_points,
    a_figure_is_within_its_bounds,
    a_count_is_a_whole_number,
    a_mark_has_a_coefficient,
)
