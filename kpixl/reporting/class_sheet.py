"""企业分类: every enterprise with its figures, its two halves, its place and its class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kpixl.grid import Area
from kpixl.host import Content, SheetSpec, Style
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.classing import CLASS, NAME, RANK, SCORE, ClassTable, points_of
from kpixl.reporting.columns import subtitle
from kpixl.reporting.run import Figures, RunInfo, page, run_id
from kpixl.reporting.sheets import CLASSES
from kpixl.reporting.trace_sheet import figure

ROW = "行"
_FILLS = ("D9EAD3", "EEF5EA", "FFF2CC", "F4CCCC")


def class_sheet(classes: ClassTable, figures: Figures, *, run: RunInfo) -> SheetSpec:
    """The sheet 企业分类, best first; those that are not classed stand last, with the reason."""
    scheme = classes.scheme
    items = [scheme.indicator_by_key[k] for k in classes.classing.indicators]
    inputs = list(classes.classing.inputs)
    columns: list[tuple[str, float]] = [("名次", 8), ("企业", 30), ("类别", 8), ("综合得分", 11)]
    columns += [(f"{i.name}\n得分", 13) for i in items]
    columns += [(f"{n}\n({scheme.input_by_name[n].unit})", 14) for n in inputs]
    columns += [("出处", 18), ("标记", 26)]
    draft = Draft(CLASSES, {n: width for n, (_, width) in enumerate(columns, 1)})
    top = draft.heading(
        f"{scheme.title} 企业分类",
        subtitle(scheme, f"运行编号:{run_id(figures, run.version)}", f"计算时间:{run.stamp}"),
        warning=run.remark,
    )
    for text in told(classes):
        draft.line(top, text, style.NOTE)
        top += 1
    draft.put_row(top, [heading for heading, _ in columns], style.HEADER)
    draft.fit(top, least=32)
    score, text_style = style.scored(scheme.decimals), replace(style.TEXT, wrap=False)
    looks = _looks(classes)
    row = top
    for line in _lines(classes):
        row += 1
        lacking = [n for n in inputs if line[n] is None]
        cells: list[tuple[Content, Style]] = [
            (line[RANK], style.CENTER),
            (line[NAME], text_style),
            (line[CLASS], looks.get(line[CLASS], style.CENTER)),
            (line[SCORE], replace(score, bold=True)),
            *((line[points_of(i.key)], score) for i in items),
            *((line[n], replace(style.FIGURE, number_format="General")) for n in inputs),
            (f"第{line[ROW]}行", style.CENTER),
            (f"缺{'、'.join(lacking)},不分类" if lacking else None, text_style),
        ]
        for column, (content, look) in enumerate(cells, 1):
            draft.put(row, column, content, look)
    return draft.sheet(
        page=page(figures, run, rows=(top, top)),
        freeze=(top + 1, 3),
        autofilter=Area(top, 1, max(row, top + 1), len(columns)),
        tab_color=style.TAB_RESULT,
    )


def told(classes: ClassTable) -> Iterator[str]:
    """How many enterprises there are in each class, and how they came into it."""
    scheme, source = classes.scheme, classes.source
    counts = "、".join(
        f"{g.name} {classes.size(g.name)} 家" for g in classes.classing.grades.grades
    )
    left = len(classes.frame) - classes.count
    yield (
        f"共 {len(classes.frame)} 家,参加分类 {classes.count} 家:{counts}"
        + (f";缺数据、不分类 {left} 家" if left else "")
        + "。"
    )
    means = "、".join(
        f"{n} {figure(round(mean, 6))} {scheme.input_by_name[n].unit}"
        for n, mean in classes.means.items()
        if mean == mean
    )
    if means:
        yield f"平均值(只计参加分类的企业):{means}。"
    for key in classes.classing.indicators:
        indicator = scheme.indicator_by_key[key]
        most = "" if indicator.points is None else f",最高 {indicator.points:f} 分"
        yield (f"{indicator.name}:{indicator.clause}{most},四舍五入保留 {scheme.decimals} 位小数。")
    yield (
        f"综合得分为各项得分之和;按名次(并列时“{scheme.ties}”)分类:"
        f"{classes.classing.grades.canonical}。"
    )
    where = f"“{source.sheet}”表" if source.sheet else ""
    yield f"数据来源:{source.file}{where};“出处”为该文件中的行号;SHA-256 {source.sha256}。"


def _lines(classes: ClassTable) -> Iterator[dict[str, Any]]:
    """The rows as plain values, None for NaN."""
    frame = classes.frame
    columns = {
        str(name): frame[name].astype(object).where(frame[name].notna(), None).tolist()
        for name in frame.columns
    }
    columns[RANK] = [
        None if r is None else int(r) if float(r).is_integer() else r for r in columns[RANK]
    ]
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(names, values, strict=True))


def _looks(classes: ClassTable) -> dict[str, Style]:
    """One look a class; the letter says it too."""
    names = [g.name for g in classes.classing.grades.grades]
    return {
        name: replace(style.CENTER, bold=True, fill=_FILLS[min(n, len(_FILLS) - 1)])
        for n, name in enumerate(names)
    }
