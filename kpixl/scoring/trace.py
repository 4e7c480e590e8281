"""Where a score comes from: its working, its figures and their cells."""

from __future__ import annotations

from kpixl.entries import Entry
from kpixl.rules.explain import explain, figure
from kpixl.rules.model import Working
from kpixl.scheme.derive import in_words, inputs_of
from kpixl.scheme.model import Indicator
from kpixl.scoring.model import ScoreTable
from kpixl.scoring.score import asked_inputs


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
        return Working((said + ("" if result is None else f" {result}分"),), result)
    shown = explain(
        rule,
        table.frame(indicator),
        unit,
        points=indicator.points,
        decimals=table.scheme.decimals,
        labels=indicator.feeds,
    )
    return Working(
        (*_derived_lines(table, unit, indicator), *shown.lines), shown.score, shown.notes
    )


def _derived_lines(table: ScoreTable, unit: int, indicator: Indicator) -> list[str]:
    """A line for each derived figure: 技改投资占比 = 技改投资 24 ÷ 工业性投资 40 = 0.6."""
    lines: list[str] = []
    for name, tree in table.scheme.derivations.items():
        if name not in indicator.feeds:
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
    names = asked_inputs(table.scheme, indicator)
    return tuple((name, table.entries.get(table.units[unit], name)) for name in names)
