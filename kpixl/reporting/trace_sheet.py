"""追溯: every score from the clause to the cell of the file that its figures came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpixl.entries import Entry
from kpixl.grid import Area
from kpixl.host import Content, SheetSpec
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.layout.measure import fitting, line_count
from kpixl.ranking.model import Ranking
from kpixl.reporting.columns import item_heading, subtitle
from kpixl.reporting.run import RunInfo, Step, page, run_id, unseen
from kpixl.reporting.sheets import TRACE
from kpixl.rules.amounts import percent
from kpixl.rules.model import Assumption
from kpixl.scheme.items import Indicator
from kpixl.scheme.model import Scheme
from kpixl.scoring.model import ScoreTable
from kpixl.scoring.trace import sources as sources_of
from kpixl.scoring.trace import unmarked
from kpixl.scoring.trace import working as working_of

_COLUMNS: tuple[tuple[str, float], ...] = (
    ("单位", 10),
    ("指标", 13),
    ("评分标准(原文)", 23),
    ("读作(规范表述)", 21),
    ("数据", 23),
    ("出处", 19),
    ("文件 SHA-256", 19),
    ("计算过程", 38),
    ("得分", 8),
    ("口径(条款未写明之处)", 25),
)
_SIZE = style.TOP.size
_A_LOOK = 100  # units after which somebody may look how far it is
_MOST_LINES = 28  # Excel's rows end at 409 points


@dataclass(frozen=True, slots=True)
class Trace:
    """One score with everything behind it; each field but the score holds paragraphs."""

    unit: str
    item: str
    clause: tuple[str, ...]
    reading: tuple[str, ...]
    data: tuple[str, ...]
    origin: tuple[str, ...]
    files: tuple[str, ...]
    working: tuple[str, ...]
    score: float | None
    assumptions: tuple[str, ...]


def trace(table: ScoreTable, row: int, column: int) -> Trace:
    """What stands behind one score of a table, by row and column number."""
    scheme = table.scheme
    indicator = scheme.indicators[column]
    sources = sources_of(table, row, indicator)
    working = working_of(table, row, indicator)
    assumptions = indicator.rule.assumptions if indicator.rule else ()
    block = scheme.block_of(indicator)
    if block is not None and block.assumption is not None:
        assumptions = (*assumptions, block.assumption)
    return Trace(
        unit=table.units[row],
        item=item_heading(indicator),
        clause=tuple(indicator.clause.split("\n")),
        reading=(_reading(indicator),),
        data=tuple(
            f"{_number(n)} {datum(scheme, name, entry)}"
            for n, (name, entry) in enumerate(sources, 1)
        ),
        origin=_origin([entry for _, entry in sources]),
        files=_files([entry for _, entry in sources]),
        working=(*working.lines, *(f"注:{note}" for note in working.notes)),
        score=table.score(row, column),
        assumptions=tuple(assumption(a) for a in assumptions),
    )


def trace_sheet(ranking: Ranking, *, run: RunInfo, step: Step = unseen) -> SheetSpec:
    """The sheet 追溯: one row a unit and item, units in the order of 排名."""
    table, scheme = ranking.table, ranking.table.scheme
    draft = Draft(TRACE, {n: width for n, (_, width) in enumerate(_COLUMNS, 1)})
    top = draft.heading(
        f"{scheme.title} 得分追溯",
        subtitle(scheme, f"运行编号:{run_id(table, run.version)}", f"计算时间:{run.stamp}"),
        warning=run.remark,
    )
    draft.put_row(top, [heading for heading, _ in _COLUMNS], style.HEADER)
    draft.fit(top, least=24)
    row = top + 1
    for done, standing in enumerate(ranking.standings):
        if done % _A_LOOK == 0:
            step(f"正在写“{TRACE}”……", done, len(ranking.standings))
        for column in range(len(scheme.indicators)):
            if not table.is_own(standing.row, column):
                continue
            row = _write(draft, row, trace(table, standing.row, column), scheme)
    return draft.sheet(
        page=page(table, run, rows=(top, top)),
        freeze=(top + 1, 3),
        autofilter=Area(top, 1, max(row - 1, top + 1), len(_COLUMNS)),
        tab_color=style.TAB_RESULT,
    )


def _write(draft: Draft, row: int, line: Trace, scheme: Scheme) -> int:
    """One trace as a row, or as several where it is higher than a row may be."""
    texts = (line.clause, line.reading, line.data, line.origin, line.files, line.working)
    columns = {3 + n: list(paragraphs) for n, paragraphs in enumerate(texts)}
    columns[10] = list(line.assumptions)
    part = 0
    while part == 0 or any(columns.values()):
        more = "(续)" if part else ""
        draft.put(row, 1, line.unit, replace(style.TOP, bold=True))
        draft.put(row, 2, line.item + more, style.TOP)
        for column, paragraphs in columns.items():
            taken = _take(paragraphs, draft.widths[column])
            draft.put(row, column, "\n".join(taken) or None, style.TOP)
        score: Content = line.score if not part else None
        look = style.scored(scheme.decimals, bold=True)
        draft.put(row, 9, score, style.warned(look) if line.score is None else look)
        draft.fit(row, least=20)
        row, part = row + 1, part + 1
    return row


def _take(paragraphs: list[str], width: float) -> list[str]:
    """Move as much out of a list of paragraphs as one row can show; a long one is cut."""
    taken: list[str] = []
    room = _MOST_LINES
    while paragraphs:
        lines = line_count(paragraphs[0], width, _SIZE)
        if lines > room and taken:
            break
        if lines > room:
            end = fitting(paragraphs[0], width, _SIZE, room)
            taken.append(paragraphs[0][:end])
            paragraphs[0] = paragraphs[0][end:]
            break
        room -= lines
        taken.append(paragraphs.pop(0))
    return taken


def _reading(indicator: Indicator) -> str:
    return indicator.rule.canonical if indicator.rule else "评分标准读不懂,未计分"


def datum(scheme: Scheme, name: str, entry: Entry | None) -> str:
    """One figure in words: its name, what it counts as, its unit, and what is odd about it."""
    asked = scheme.input_by_name.get(name)
    unit = asked.unit if asked else ""
    if entry is None or entry.state == "blank":
        return f"{name}:未填"
    if entry.state == "not_applicable":
        return f"{name}:不涉及"
    if entry.state == "unreadable" or entry.value is None:
        return f"{name}:填为“{entry.raw}”,读不成数"
    if asked is not None and asked.kind == "yes_no" and entry.value in (0.0, 1.0):
        return f"{name}:{'是' if entry.value else '否'}"
    factor = scheme.factor(asked, entry.mark) if asked is not None else None
    shown = figure(entry.value) if factor is None else unmarked(entry.value, factor)
    text = f"{name}:{shown}"
    if "是/否" in unit:
        text += "%" if "%" in unit else ""
    elif unit:
        text += f" {unit}"
    if entry.state == "last_year":
        text += "(本年未填,用上年数)"
    if entry.mark:
        text += f"({entry.mark}" + (")" if factor is None else f",按{percent(factor)}计)")
    return text


def figure(value: float) -> str:
    """A figure as people write it, at 15 significant digits.

    >>> figure(283.0), figure(0.1 + 0.2), figure(1e15)
    ('283', '0.3', '1000000000000000')
    """
    text = f"{value:.15g}"
    if "e" not in text:
        return text
    from decimal import Decimal

    return f"{Decimal(text):f}"


def assumption(taken: Assumption) -> str:
    """A reading in one line: its code, what holds, what was taken and what else it could be."""
    line = f"{taken.code} {taken.sentence.rstrip('。')}。"
    if taken.taken:
        line += f"采用:{taken.taken}"
        line += f"(可改:{'、'.join(taken.alternatives)})" if taken.alternatives else ""
    return line


def _number(n: int) -> str:
    return chr(0x2460 + n - 1) if n <= 20 else f"({n})"


def _origin(entries: Sequence[Entry | None]) -> tuple[str, ...]:
    """Where the figures stand: file and sheet once, then the cells with the figure's number."""
    spots: dict[tuple[str, str], list[str]] = {}
    for number, entry in enumerate(entries, 1):
        if entry is not None and (entry.place.file or entry.place.sheet or entry.place.cell):
            cells = spots.setdefault((entry.place.file, entry.place.sheet), [])
            # a space at which no line ends
            cells.append(f"{_number(number)}\u00a0{entry.place.cell}")
    lines: list[str] = []
    for (file, sheet), cells in spots.items():
        lines += [file] if file else []
        lines.append(" ".join([f"“{sheet}”", *cells] if sheet else cells))
    return tuple(lines)


def _files(entries: Sequence[Entry | None]) -> tuple[str, ...]:
    """The SHA-256 of every file, named where there is more than one."""
    digests = dict.fromkeys((e.place.file, e.sha256) for e in entries if e and e.sha256)
    if len(digests) == 1:
        return tuple(digest for _, digest in digests)
    return tuple(f"{file}:{digest}" for file, digest in digests)
