"""What stands behind a cell: a clause, a figure that was filled in, or a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpixl.addin.job import Job
from kpixl.addin.working_on import Subject, forms_of, own_sheets
from kpixl.errors import RuleError
from kpixl.grid import Scalar, Sheet, Spot
from kpixl.pipeline import assess_forms
from kpixl.rules import parse
from kpixl.rules.printing import number
from kpixl.scoring.trace import sources
from kpixl.templates.bind import bind

if TYPE_CHECKING:
    from kpixl.pipeline import Outcome
    from kpixl.scheme.items import Indicator

_SHORTEST_CLAUSE = 6  # characters
_MOST_WORKINGS = 2  # that fit on a screen


def clause_lines(value: Scalar) -> tuple[str, ...] | None:
    """What a clause means; None for what is no clause, the refusal for one that is not read.

    >>> clause_lines("每采用1条得0.1分")[:2]
    ('这是一条评分标准', '读作:每采用1条得0.1分')
    """
    if not isinstance(value, str) or len(value) < _SHORTEST_CLAUSE or "分" not in value:
        return None
    try:
        rule = parse(value)
    except RuleError as error:
        if not any(c.isdigit() for c in value):
            return None
        return ("这条评分标准读不懂", str(error))
    lines = ["这是一条评分标准", f"读作:{rule.canonical}"]
    for n, given in enumerate(rule.inputs, 1):
        target = "" if given.target is None else f",目标 {number(given.target)}{given.unit}"
        lines.append(f"数据 {n}:{given.label}({given.unit or '不带单位'}){target}")
    lines += [f"约定 {a.code}:{a.sentence}" for a in rule.assumptions]
    return tuple(lines)


def score_lines(job: Job, subject: Subject, sheet: Sheet, spot: Spot) -> tuple[str, ...] | None:
    """The working of the scores that a cell shows or feeds; None where it does neither."""
    outcome = assess_forms(subject.scheme, forms_of(job, subject))
    found = _of_form(job, subject, outcome, sheet, spot) or _of_result(outcome, sheet, spot)
    if found is None:
        return None
    unit, items, heading = found
    lines = [heading]
    row = {name: n for n, name in enumerate(outcome.ranking.table.units)}[unit]
    if len(items) > _MOST_WORKINGS:
        lines += [_score(outcome, row, item) for item in items]
        lines += ["", "选中其中一项的得分再按一次,可看它的计算过程。"]
    else:
        for item in items:
            lines += _working(outcome, row, item)
    lines += [f.sentence() for f in outcome.findings if f.unit == unit and _about(f.input, items)]
    return tuple(lines)


def _about(name: str, items: list[Indicator]) -> bool:
    return any(name in item.feeds for item in items)


def _of_form(
    job: Job, subject: Subject, outcome: Outcome, sheet: Sheet, spot: Spot
) -> tuple[str, list[Indicator], str] | None:
    """The items that a figure of the open form feeds."""
    form = own_sheets(job.book)
    binding, _ = bind(form, subject.scheme)
    if binding is None or binding.sheet != sheet.name:
        return None
    name = next((n for n, (row, _) in binding.inputs.items() if row == spot[0]), None)
    units = [u for u in outcome.ranking.table.units if _holds(outcome, u, form.source.name)]
    if name is None or not units:
        return None
    items = [i for i in subject.scheme.indicators if name in _sources(outcome, units[0], i)]
    what = "、".join(f"“{i.name}”" for i in items) or "不计分"
    return units[0], items, f"{units[0]}的“{name}”,用于{what}"


def _sources(outcome: Outcome, unit: str, item: Indicator) -> set[str]:
    table = outcome.ranking.table
    return {name for name, _ in sources(table, table.units.index(unit), item)}


def _holds(outcome: Outcome, unit: str, file: str) -> bool:
    return any(e.unit == unit and e.place.file == file for e in outcome.entries)


def _of_result(
    outcome: Outcome, sheet: Sheet, spot: Spot
) -> tuple[str, list[Indicator], str] | None:
    """The unit of a row and the item of a row or column, by their names beside the cell."""
    from kpixl.reporting.columns import item_heading

    table = outcome.ranking.table
    in_row = [_text(sheet.seen(spot[0], c)) for c in range(1, sheet.width + 1)]
    unit = next((t for t in in_row if t in table.units), None)
    if unit is None:
        return None
    above = [_text(sheet.seen(r, spot[1])) for r in range(1, spot[0])]
    row = table.units.index(unit)
    own = [i for n, i in enumerate(table.scheme.indicators) if table.is_own(row, n)]
    names = {_text(item_heading(i)): i for i in own}
    item = next((names[t] for t in (*reversed(above), *in_row) if t in names), None)
    if item is not None:
        return unit, [item], f"{unit}的“{item.name}”"
    standing = next(s for s in outcome.ranking.standings if s.unit == unit)
    if standing.total is None:
        return unit, own, f"{unit}没有总分:有的项缺数"
    return unit, own, f"{unit}的总分 {standing.total:g},是下列各项之和"


def _text(value: Scalar) -> str:
    return "".join(str(value).split()) if value is not None else ""


def _working(outcome: Outcome, row: int, item: Indicator) -> list[str]:
    from kpixl.reporting.trace_sheet import trace

    table = outcome.ranking.table
    found = trace(table, row, table.items.index(item.key))
    return [
        "",
        _score(outcome, row, item),
        f"评分标准:{item.clause}",
        *(f"数据:{line}" for line in found.data),
        *(f"出处:{line}" for line in found.origin),
        *(f"计算:{line}" for line in found.working),
    ]


def _score(outcome: Outcome, row: int, item: Indicator) -> str:
    from kpixl.reporting.trace_sheet import trace

    table = outcome.ranking.table
    score = trace(table, row, table.items.index(item.key)).score
    return f"{item.name}:{'空缺' if score is None else f'{score:g} 分'}"
