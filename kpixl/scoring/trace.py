"""Where a score comes from: its working, its figures and their cells."""

from __future__ import annotations

from decimal import Decimal

from kpixl.entries import Entry
from kpixl.rules.amounts import percent
from kpixl.rules.explain import explain, figure
from kpixl.rules.model import Working
from kpixl.scheme.derive import Member, in_words, inputs_of
from kpixl.scheme.items import Indicator
from kpixl.scoring.blocks import held
from kpixl.scoring.frames import asked_inputs
from kpixl.scoring.model import ScoreTable


def working(table: ScoreTable, unit: int, indicator: Indicator) -> Working:
    """How one score came about, derived figures first."""
    rule = indicator.rule
    if rule is None or len(indicator.feeds) != len(rule.inputs):
        return Working(("评分标准未能读懂或数据项未对应,本项留空",), None)
    column = table.items.index(indicator.key)
    if table.excluded[unit, column]:
        return Working(("本项不涉及,剔除后按其余各项折算",), None)
    if any(
        (entry := table.entries.get(table.units[unit], name)) is not None
        and entry.state == "not_applicable"
        for name in asked_inputs(table.scheme, indicator)
    ):
        result = table.score(unit, column)
        policy = table.scheme.not_applicable
        said = "本项不涉及" + ("" if policy == "询问" else f",按“{policy}”计")
        own = result if table.uncut is None else float(table.uncut[unit, column])
        line = said + ("" if result is None else f" {own}分")
        return within_block(table, unit, indicator, Working((line,), result))
    shown = explain(
        rule,
        table.frame(indicator),
        unit,
        points=indicator.points,
        decimals=table.scheme.decimals,
        labels=indicator.feeds,
    )
    lines = (
        *_counted_lines(table, unit, indicator),
        *_derived_lines(table, unit, indicator),
        *shown.lines,
    )
    return within_block(table, unit, indicator, Working(lines, shown.score, shown.notes))


def within_block(table: ScoreTable, unit: int, indicator: Indicator, own: Working) -> Working:
    """The working with what the item's block made of it, where that matters.

    It matters where the block cut the score, and at the block's last item, which closes it.
    """
    block = table.scheme.block_of(indicator)
    if block is not None and block.unread:
        return Working((f"块“{block.name}”的约定读不懂,本项留空",), None)
    one = held(table, unit, indicator)
    if one is None or not (one.cut or one.block.order[-1] == indicator.key):
        return own
    decimals = table.scheme.decimals
    notes = (one.note(decimals),) if one.cut else ()
    return Working((*own.lines, one.line(decimals)), one.counts, (*own.notes, *notes))


def _counted_lines(table: ScoreTable, unit: int, indicator: Indicator) -> list[str]:
    """A line for each figure that is last year's or counts in part: 出口增长率=7.5×60%=4.5%."""
    lines: list[str] = []
    for name in asked_inputs(table.scheme, indicator):
        asked, value = table.scheme.input_by_name[name], float(table.columns[name][unit])
        entry = table.entries.get(table.units[unit], name)
        if entry is None or value != value:
            continue
        factor = table.scheme.factor(asked, entry.mark)
        said = "无本年数,用上年数" if entry.state in ("last_year", "blank") else ""
        if factor is not None:
            why = ";".join(filter(None, (said, entry.mark)))
            text = f"{unmarked(value, factor)}×{percent(factor)}={figure(value)}"
            lines.append(f"{name}({why})={text}{asked.unit}")
        elif said and entry.last_year is not None:
            lines.append(f"{name}({said})={figure(value)}{asked.unit}")
    return lines


def unmarked(value: float, factor: Decimal) -> str:
    """A figure before its mark was applied.

    >>> unmarked(4.5, Decimal("0.6"))
    '7.5'
    """
    if not factor:
        return "0"
    return figure(float(Decimal(f"{value:.15g}") / factor))


def _derived_lines(table: ScoreTable, unit: int, indicator: Indicator) -> list[str]:
    """A line for each derived figure: 技改投资占比 = 技改投资 24 ÷ 工业性投资 40 = 0.6."""
    lines: list[str] = []
    for name, tree in table.scheme.derivations.items():
        if name not in indicator.feeds:
            continue
        if isinstance(tree, Member):
            group = table.groups[unit]
            lines.append(f"{name}:按方案的单位表,分组为“{group}”" if group else f"{name}:没有分组")
            continue
        values = {part: float(table.columns[part][unit]) for part in inputs_of(tree)}
        result = float(table.columns[name][unit])
        measure = table.scheme.input_by_name[name].unit
        if result == result:
            text = figure(result)
            sign = "" if text.startswith("≈") else "="
            lines.append(f"{name}={in_words(tree, values)}{sign}{text}{measure}")
        elif not any(v != v for v in values.values()):
            lines.append(f"{name}={in_words(tree, values)},分母为0,算不出")
    return lines


def sources(
    table: ScoreTable, unit: int, indicator: Indicator
) -> tuple[tuple[str, Entry | None], ...]:
    """The asked-for figures behind a score, with the entries that hold their cells."""
    scheme, group = table.scheme, table.groups[unit]
    names = [
        name
        for name in asked_inputs(scheme, indicator)
        if not scheme.for_other_groups(scheme.input_by_name[name], group)
    ]
    return tuple((name, table.entries.get(table.units[unit], name)) for name in names)
