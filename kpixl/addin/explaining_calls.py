"""What stands behind a cell whose formula calls a function of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kpixl.addin import functions, values
from kpixl.addin.cell_values import values_of
from kpixl.addin.explaining import clause_lines
from kpixl.addin.job import Tone
from kpixl.addin.question import Question, ask, reading
from kpixl.addin.registry import Given
from kpixl.addin.values import Blank, Passed, Percent
from kpixl.address import a1, quote_sheet
from kpixl.errors import KpixlError, RuleError
from kpixl.grid import CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.hosts.formula_tree import (
    Aside,
    Call,
    Part,
    calls_in,
    lone_area,
    meant,
    tree_of,
    written,
)
from kpixl.rules import Rule
from kpixl.rules.printing import number

# They take the same arguments, and what is asked is the same score.
_OF_A_SCORE = ("KPISCORE", "KPIEXPLAIN", "KPIFORMULA")
_OF_A_CLAUSE = ("KPIRULE", "KPIINPUTS", "KPIASSUME")
_NAMES = ("rule", "points", "value", "target", "peers", "prior", "groups", "readings")
_MOST_CALLS = 2  # that fit on a screen
_MOST_PEERS = 8


@dataclass(frozen=True)
class Explained:
    """A heading, lines below it, and whether something is wrong."""

    title: str
    lines: tuple[str, ...]
    tone: Tone = "info"


def call_explained(book: Snapshot, sheet: Sheet, spot: Spot) -> Explained | None:
    """The working of the calls in a cell's formula; None for a cell without any."""
    formula, row = _formula_at(sheet, spot)
    if formula is None or "KPI" not in formula.upper():
        return None
    try:
        tree = tree_of(formula)
    except Aside:
        return None
    ours = [call for call in calls_in(tree) if call.name in functions()]
    told = [c for c in ours if c.name in _OF_A_SCORE] or ours
    if not told:
        return None
    alone = meant(tree) == [told[0]]
    shown = sheet.value(*spot)
    lines = [f"公式:={written(tree)}"]
    if not alone:
        places = "一处" if len(told) == 1 else f"{len(told)} 处"
        lines.append(
            f"整个公式的结果是 {_said(shown)};其中有{places}是本程序的函数,下面说明"
            f"{'它' if len(told) == 1 else '它们'}。"
        )
    title, tone = "", "info"
    for call in told[:_MOST_CALLS]:
        one = _one(book, sheet, call, row)
        lines += ["", f"{written((call,))}:{one.title}"] if not alone else []
        lines += one.lines
        title, tone = title or one.title, one.tone if tone == "info" else tone
        if alone and isinstance(one, _Scored) and not _same(one.score, shown):
            lines.append(
                f"注意:格中现在是 {_said(shown)},按现在的数据是 {_said(one.score)}。"
                + (_unseen_percent(book, sheet, call) or "请重新计算工作簿。")
            )
            tone = "warning"
    if len(told) > _MOST_CALLS:
        lines += ["", f"…… 还有 {len(told) - _MOST_CALLS} 处"]
    heading = title if alone else f"公式里有 {'、'.join(dict.fromkeys(c.name for c in told))}"
    return Explained(heading, tuple(lines), "warning" if tone == "warning" else "info")


@dataclass(frozen=True)
class _Scored(Explained):
    """The same of a call of KPISCORE, with what its cell should show."""

    score: Scalar = None


def _formula_at(sheet: Sheet, spot: Spot) -> tuple[str | None, int]:
    """The formula that fills a cell, and which of its rows the cell shows, from 0."""
    spot = sheet.anchor(*spot)
    for area in sheet.arrays:
        if spot in area:
            row, column = spot[0] - area.top, spot[1] - area.left
            return sheet.formulas.get((area.top, area.left)), (
                column if area.top == area.bottom else row
            )
    return sheet.formulas.get(spot), 0


def _one(book: Snapshot, sheet: Sheet, call: Call, row: int) -> Explained:
    if call.name in _OF_A_SCORE:
        return _score(book, sheet, call, row)
    try:
        given = [values_of(book, sheet, part) for part in call.arguments]
    except Aside as error:
        return Explained(f"{error.reason}。", (), "warning")
    if call.name in _OF_A_CLAUSE and given:
        try:
            clause = values.optional_text(given[0], "rule")
        except (KpixlError, Passed) as error:
            return Explained(values.fault(error).sentence, (), "warning")
        lines = clause_lines(clause) or ("评分标准是空白" if not clause else "这不是评分标准",)
        return Explained(lines[0], (f"评分标准:{clause}", *lines[1:]))
    spec = functions()[call.name]
    lines = tuple(
        f"{argument.name}{_at(part)}:{_list(value)}"
        for argument, part, value in zip(spec.shown, call.arguments, given, strict=False)
        if meant(part)
    )
    return Explained(spec.help, lines)


def _score(book: Snapshot, sheet: Sheet, call: Call, row: int) -> Explained:
    parts = dict(zip(_NAMES, call.arguments, strict=False))
    given: dict[str, Given] = {}
    unknown = []
    for name, part in parts.items():
        try:
            given[name] = values_of(book, sheet, part)
        except Aside as error:
            unknown.append(f"{name}:{error.reason}。")
    lines: list[str] = []
    rule = None
    try:
        if "rule" in given:
            clause = values.optional_text(given["rule"], "rule")
            lines += [f"评分标准{_at(parts['rule'])}:{clause or '空白'}"]
            rule = reading(given["rule"], given.get("readings"))
    except Blank:
        pass
    except (Passed, KpixlError) as error:
        fault = values.fault(error)
        title = "评分标准读不懂" if isinstance(error, RuleError) else fault.error.code
        return _Scored(title, (*lines, fault.sentence), "warning", fault.error)
    if rule is not None:
        lines += _asked(rule, parts, given, row)
    for name, found in given.items():
        if isinstance(found, CellError):  # no program calls a function with one
            why = f"参数 {name}{_at(parts[name])}是错误值 {found.code},请先改正它。"
            return _Scored(found.code, (*lines, why), "warning", found)
    if unknown:
        return Explained("有的参数这里算不出来", (*lines, *unknown), "warning")
    try:
        question = ask(*(given.get(name) for name in _NAMES))
    except Blank as blank:
        why = blank.sentence or "评分标准或数据是空白,得分也空着"
        return _Scored("空白", (*lines, why), "info", "" if call.name == "KPISCORE" else None)
    except (Passed, KpixlError) as error:
        fault = values.fault(error)
        return _Scored(fault.error.code, (*lines, fault.sentence), "warning", fault.error)
    return _of_row(question, call, row, lines)


def _of_row(question: Question, call: Call, row: int, lines: list[str]) -> Explained:
    count = len(question)
    if row >= count:
        return Explained("这一行在数据之外", (*lines, f"数据只有 {count} 行。"), "warning")
    if count > 1:
        lines.append(f"整列一起计分,共 {count} 行,这是第 {row + 1} 行。")
    fault = question.fault(row)
    score: Scalar = fault.error if fault is not None else question.score(row)
    working = question.explanation(row) or "数据是空白,得分也空着"
    lines += [f"计算:{line}" if n == 0 else line for n, line in enumerate(working.split("\n"))]
    for assumed in question.rule.assumptions:
        taken = f"(读作:{assumed.taken})" if assumed.taken else ""
        lines.append(f"约定 {assumed.code}:{assumed.sentence}{taken}")
    tone: Tone = "info" if fault is None else "warning"
    if call.name != "KPISCORE":
        told = f"按评分标准得分 {_said(score)}" if fault is None else f"得不出分:{_said(score)}"
        return Explained(f"{call.name},{told}", tuple(lines), tone)
    title = f"得分 {_said(score)}" if isinstance(score, float) else _said(score)
    return _Scored(title, tuple(lines), tone, score)


def _asked(rule: Rule, parts: dict[str, Part], given: dict[str, Given], row: int) -> Iterator[str]:
    """What goes into a score, and in which cell it stands."""
    yield f"读作:{rule.canonical}"
    if "points" in given and not values.nothing(given["points"]):
        yield f"分值{_at(parts['points'])}:{_list(given['points'])}"
    for name, words in (("value", "数据"), ("target", "目标"), ("prior", "上年")):
        if name not in given or values.nothing(given[name]):
            continue
        table = values.rows(given[name])
        if values.is_flat(given[name]) and len(rule.inputs) == 1:
            table = tuple((cell,) for cell in table[0])
        at = min(row, len(table) - 1)
        labels = [i.label for i in rule.inputs]
        units = [i.unit for i in rule.inputs]
        fits = len(table[at]) == len(labels)
        for n, cell in enumerate(table[at]):
            what = f"{labels[n]} " if fits else ""
            measure = units[n] if fits and isinstance(cell, float) else ""
            if isinstance(cell, Percent):
                measure = ""
            yield f"{words}{_at(parts[name], at, n)}:{what}{_said(cell)}{measure}"
    if "target" not in given or values.nothing(given["target"]):
        for i in rule.inputs:
            if i.target is not None:
                yield f"目标(条款里写明):{i.label} {number(i.target)}{i.unit}"
    for name, words in (("peers", "同类各单位"), ("groups", "分组"), ("readings", "读法")):
        if name in given and not values.nothing(given[name]):
            yield f"{words}{_at(parts[name])}:{_list(given[name])}"


def _unseen_percent(book: Snapshot, sheet: Sheet, call: Call) -> str:
    """What to do where a program's functions are not told which cells are percentages."""
    for name, part in zip(_NAMES, call.arguments, strict=False):
        if name in ("value", "target", "peers", "prior"):
            for cell in values.cells(values_of(book, sheet, part)):
                if isinstance(cell, Percent):
                    return (
                        f"{name} 里有设成百分数格式的格子;LibreOffice 里的函数看不到格式,"
                        f"把 {_said(cell)} 当作 {float(cell):.12g}:请在公式里把它乘以 100,"
                        f"或者把格式改成常规,再填 {cell.points:.12g}。"
                    )
    return ""


def unseen_percents(book: Snapshot) -> tuple[str, ...]:
    """Scores that take 95% for 0.95, where the program's functions are not told of formats.

    Each with its cell and what to do.  Only what differs from the score with the percentage is
    told, and only where a formula is one call of KPISCORE.
    """
    found = []
    for sheet in book.sheets:
        for spot, formula in sorted(sheet.formulas.items()):
            if "KPISCORE" not in formula.upper():
                continue
            try:
                tree = tree_of(formula)
                calls = [call for call in calls_in(tree) if call.name == "KPISCORE"]
                if meant(tree) != calls[:1] or not (
                    words := _unseen_percent(book, sheet, calls[0])
                ):
                    continue
            except Aside:
                continue
            score = _score(book, sheet, calls[0], 0)
            if isinstance(score, _Scored) and not _same(score.score, sheet.value(*spot)):
                found.append(f"{quote_sheet(sheet.name)}!{a1(*spot)}:{words}")
    return tuple(found)


def _at(part: Part, row: int | None = None, column: int = 0) -> str:
    """Where an argument stands, or how it is worked out; of an area one cell, where asked for."""
    piece = lone_area(part)
    if piece is None or piece.area is None:
        text = written(part).strip()
        plain = len(meant(part)) == 1 and not isinstance(meant(part)[0], Call)
        return "" if plain or not text else f"({text})"
    text = piece.area.a1
    if row is not None:
        text = a1(piece.area.top + row, piece.area.left + column)
    sheet = "" if piece.sheet is None else f"{quote_sheet(piece.sheet)}!"
    return f"({sheet}{text})"


def _list(given: Given) -> str:
    """Cells as they are quoted in a line."""
    table = values.rows(given)
    cells = [_said(cell) for row in table for cell in row]
    if len(cells) == 1:
        return cells[0]
    rest = "……" if len(cells) > _MOST_PEERS else ""
    return f"{len(table)} 行,{'、'.join(cells[:_MOST_PEERS])}{rest}"


def _said(cell: Scalar) -> str:
    if isinstance(cell, CellError):
        return cell.code
    if isinstance(cell, Percent):
        return f"{cell.points:.12g}%"
    return values.shown(cell)


def _same(score: Scalar, shown: Scalar) -> bool:
    """Whether a cell shows a score; the last digits are the program's own."""
    if values.blank(score) or values.blank(shown):
        return values.blank(score) and values.blank(shown)
    numbers = [s for s in (score, shown) if isinstance(s, (int, float))]
    if len(numbers) == 2:
        return abs(numbers[0] - numbers[1]) <= 1e-9 * max(1.0, *map(abs, numbers))
    return score == shown
