"""封存: all that a result was computed from, so that it can be computed again.

One record a row, in plain JSON that anybody can read: what was run, the scheme workbook
cell by cell, every figure with its file, cell and SHA-256, every finding.  A record stands
twice and beside its checksum, so that an altered one is known and its true text too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from kpixl.address import LAST_COLUMN
from kpixl.entries import Entries, Entry, TableSource
from kpixl.errors import KpixlError
from kpixl.findings import Finding, Place
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.host import Content, SheetSpec, Style
from kpixl.layout import style
from kpixl.reporting.run import RunInfo
from kpixl.reporting.sheets import SEAL
from kpixl.scheme.model import Scheme

if TYPE_CHECKING:
    import pandas as pd

    from kpixl.ranking.classing import ClassTable

FORMAT = 1
HEADINGS = ("序号", "内容", "名称", "正文(内容与 JSON)", "校验", "正文副本")
TOP = 4  # the row of the headings; records follow
TEXT, CHECK, COPY = 4, 5, 6  # columns
CONTINUED = "续"
_LONGEST = 15_000  # characters in a cell; what a cell can hold is twice that
_MOST_MERGED = 1_000_000  # cells that merged areas of a scheme cover
_ENTERPRISES = 400  # rows of the table of enterprises in one record
_PLAIN = Style(size=9, valign="top")
_LEAD = (
    "这张表封存了算出本结果的全部依据:方案的每一格、每个填报数的文件、单元格和校验值、当时的全部问题。"
    "kpixl verify 只用它就能把结果重算一遍,逐格核对。请不要改动。"
)
# What not every program keeps as it is in a cell.
_FRAGILE = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]|_(?=x)")


@dataclass(frozen=True)
class Sealed:
    """What a result was computed from.

    A ledger has its figures by the month in `months`, any other scheme in `entries`;
    `current` is the month that is reported on.  `enterprises` is the table that was classed.
    """

    scheme: Scheme
    run: RunInfo
    findings: tuple[Finding, ...]
    entries: Entries | None = None
    months: Mapping[int, Entries] = field(default_factory=dict)
    current: int = 0
    enterprises: tuple[pd.DataFrame, TableSource] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the sheet: its text, which is the sort of content and JSON or a part of that.

    `name` says what it is of, for readers only.
    """

    text: str
    name: str = ""

    @property
    def sort(self) -> str:
        """The sort of content; 续 for the further parts of a long one."""
        return self.text.partition(" ")[0]

    @property
    def check(self) -> str:
        """The checksum that stands beside it: the first 16 digits of the SHA-256 of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def digest_of(records: Iterable[Record]) -> str:
    """The SHA-256 over the texts of all records, each with a line break behind it."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(f"{record.text}\n".encode())
    return digest.hexdigest()


# -- from a result to records ----------------------------------------------------------


def records_of(sealed: Sealed) -> tuple[Record, ...]:
    """All records, or () for a scheme that was not read from a workbook."""
    if sealed.scheme.origin is None:
        return ()
    return tuple(
        record for sort, name, content in _contents(sealed) for record in _cut(sort, name, content)
    )


def _contents(sealed: Sealed) -> Iterator[tuple[str, str, Any]]:
    scheme, run = sealed.scheme, sealed.run
    assert scheme.origin is not None
    yield "运行", "", {
        "封存格式": FORMAT,
        "版本": run.version,
        "时间": run.time.isoformat(),
        "命令": run.command,
        "说明": run.remark,
        "月份": sealed.current,
        "台账": scheme.ledger is not None,
    }  # fmt: skip
    book = scheme.origin.book
    yield "方案", "", {
        "文件": book.source.name,
        "SHA-256": book.source.sha256,
        "代号": scheme.origin.system,
        "表样": scheme.form_file,
        "指标": [_place(i.place) for i in scheme.indicators],
        "数据项": [_place(i.place) for i in scheme.inputs],
        "单位": [_place(u.place) for u in scheme.units],
    }  # fmt: skip
    for sheet in book.sheets:
        yield "方案表", sheet.name, _sheet(sheet)
    if sealed.entries is not None:
        yield from _figures(0, sealed.entries)
    for month, entries in sealed.months.items():
        yield from _figures(month, entries)
    if sealed.enterprises is not None:
        yield from _enterprises(*sealed.enterprises)
    yield "问题", "", [[*f.as_json().values()] for f in sealed.findings]


def _figures(month: int, entries: Entries) -> Iterator[tuple[str, str, Any]]:
    prefix = f"{month}月" if month else ""
    files: dict[tuple[str, str], int] = {}

    def line(entry: Entry) -> list[Any]:
        source = files.setdefault((entry.place.file, entry.sha256), len(files))
        return [
            entry.input, _scalar(entry.raw), entry.value, entry.state, entry.mark,
            entry.last_year, entry.number_format, source, entry.place.sheet, entry.place.cell,
        ]  # fmt: skip

    lines: dict[str, list[Any]] = {unit: [] for unit in entries.units}
    for (unit, _), entry in entries.cells.items():
        lines.setdefault(unit, []).append(line(entry))
    own = [[unit, *line(entry)] for (unit, _), entry in entries.self_scores.items()]
    yield "数据文件", prefix, {
        "月份": month,
        "文件": list(entries.sources.items()),
        "单位": list(entries.units),
        "分组": list(entries.groups.items()),
        "出处": [list(pair) for pair in files],
    }  # fmt: skip
    for unit, figures in lines.items():
        yield "数据", " ".join(filter(None, (prefix, unit))), [unit, figures]
    if own:
        yield "自评", prefix, own


def _enterprises(frame: pd.DataFrame, source: TableSource) -> Iterator[tuple[str, str, Any]]:
    yield "企业表", "", {
        "文件": source.file,
        "表": source.sheet,
        "SHA-256": source.sha256,
        "列": dict(source.columns),
        "类型": {str(name): str(frame[name].dtype) for name in frame.columns},
    }  # fmt: skip
    for start in range(0, len(frame), _ENTERPRISES):
        part = frame.iloc[start : start + _ENTERPRISES]
        columns = [
            [None if value != value else value for value in part[name].tolist()]
            for name in part.columns
        ]
        yield "企业", str(start + 1), [list(row) for row in zip(*columns, strict=True)]


def given_of(classes: ClassTable) -> tuple[pd.DataFrame, TableSource]:
    """The table of enterprises as it came in, without what classing added."""
    from kpixl.ranking.classing import CLASS, RANK, SCORE, points_of

    added = {CLASS, RANK, SCORE, *map(points_of, classes.classing.indicators)}
    kept = [name for name in classes.frame.columns if name not in added]
    return classes.frame[kept], classes.source


def _sheet(sheet: Sheet) -> dict[str, Any]:
    rows = []
    for row in sheet.rows:
        cells = [_scalar(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        rows.append(cells)
    return {
        "表": sheet.name,
        "宽": sheet.width,
        "行": rows,
        "格式": [[*spot, text] for spot, text in sheet.formats.items()],
        "合并": [[a.top, a.left, a.bottom, a.right] for a in sheet.merged],
    }


def _place(place: Place) -> list[str]:
    return [place.file, place.sheet, place.cell]


def _scalar(value: Scalar) -> Any:
    if isinstance(value, datetime):
        return {"日期时间": value.isoformat()}
    if isinstance(value, date):
        return {"日期": value.isoformat()}
    if isinstance(value, time):
        return {"时间": value.isoformat()}
    return {"错误值": value.code} if isinstance(value, CellError) else value


def _cut(sort: str, name: str, content: Any) -> Iterator[Record]:
    """The JSON of a record, in as many rows as it needs; no piece begins or ends with a space."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    text = _FRAGILE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    start = 0
    while start < len(text):
        end = min(start + _LONGEST, len(text))
        while end < len(text) and (text[end - 1].isspace() or text[end].isspace()):
            end -= 1
        yield Record(f"{CONTINUED if start else sort} {text[start:end]}", name)
        start = end


# -- from records back to what was sealed ----------------------------------------------


class BrokenSeal(Exception):
    """Records that are not those of a result."""


# What comes of computing with records that somebody has written.
UNFIT = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    KpixlError,
)


def unseal(records: Sequence[Record]) -> Sealed:
    """What the records hold; raises BrokenSeal."""
    try:
        return _unsealed(_joined(records))
    except UNFIT as error:
        raise BrokenSeal(type(error).__name__) from error


def _joined(records: Sequence[Record]) -> list[tuple[str, Any]]:
    whole: list[tuple[str, list[str]]] = []
    for record in records:
        sort, _, text = record.text.partition(" ")
        if sort == CONTINUED:
            whole[-1][1].append(text)
        else:
            whole.append((sort, [text]))
    return [(sort, json.loads("".join(texts))) for sort, texts in whole]


def _unsealed(contents: Sequence[tuple[str, Any]]) -> Sealed:
    from dataclasses import replace

    from kpixl.findings import Severity
    from kpixl.scheme.reader import read_scheme

    sorts = dict(contents)
    run, about = sorts["运行"], sorts["方案"]
    if run["封存格式"] != FORMAT:
        raise BrokenSeal("format")
    sheets = tuple(_read_sheet(content) for sort, content in contents if sort == "方案表")
    book = Snapshot(Source(about["文件"], about["SHA-256"]), sheets)
    scheme, _ = read_scheme(book, system=about["代号"])
    if scheme is None:
        raise BrokenSeal("scheme")
    scheme = replace(
        scheme,
        indicators=tuple(_placed(scheme.indicators, about["指标"])),
        inputs=tuple(_placed(scheme.inputs, about["数据项"])),
        units=tuple(_placed(scheme.units, about["单位"])),
        form_file=about["表样"],
    )
    figures = _read_figures(contents)
    findings = tuple(
        Finding(code, Severity(severity), Place(file, sheet, cell), unit, given, *words)
        for code, severity, file, sheet, cell, unit, given, *words in sorts["问题"]
    )
    return Sealed(
        scheme=scheme,
        run=RunInfo(run["版本"], datetime.fromisoformat(run["时间"]), run["命令"], run["说明"]),
        findings=findings,
        entries=figures.get(0),
        months={month: entries for month, entries in figures.items() if month},
        current=run["月份"],
        enterprises=_read_enterprises(contents, sorts),
    )


def _placed(things: Sequence[Any], places: Sequence[Sequence[str]]) -> Iterator[Any]:
    from dataclasses import replace

    for thing, place in zip(things, places, strict=True):
        yield replace(thing, place=Place(*place))


def _read_sheet(content: Mapping[str, Any]) -> Sheet:
    rows = [[_read_scalar(value) for value in row] for row in content["行"]]
    for row in rows:
        row += [None] * (min(content["宽"], LAST_COLUMN) - len(row))
    formats: dict[Spot, str] = {(row, column): text for row, column, text in content["格式"]}
    merged = tuple(Area(*corners) for corners in content["合并"])
    if sum((a.bottom - a.top + 1) * (a.right - a.left + 1) for a in merged) > _MOST_MERGED:
        raise BrokenSeal("merged")
    return Sheet(content["表"], tuple(map(tuple, rows)), formats=formats, merged=merged)


def _read_scalar(value: Any) -> Scalar:
    if isinstance(value, dict):
        ((sort, text),) = value.items()
        if sort == "错误值":
            return CellError(text)
        kind: Any = {"日期时间": datetime, "日期": date, "时间": time}[sort]
        read: Scalar = kind.fromisoformat(text)
        return read
    assert value is None or isinstance(value, str | bool | int | float)
    return value


def _read_figures(contents: Sequence[tuple[str, Any]]) -> dict[int, Entries]:
    """The figures by month, those of the year under 0."""
    found: dict[int, Entries] = {}
    files: list[Sequence[str]] = []
    cells: dict[tuple[str, str], Entry] = {}
    own: dict[tuple[str, str], Entry] = {}

    def entry(unit: str, line: Sequence[Any]) -> Entry:
        given, raw, value, state, mark, last_year, form, source, sheet, cell = line
        file, sha256 = files[source]
        return Entry(
            unit, given, _read_scalar(raw), value, state, mark, last_year, form,
            Place(file, sheet, cell), sha256,
        )  # fmt: skip

    for sort, content in contents:
        if sort == "数据文件":
            files, cells, own = content["出处"], {}, {}
            found[content["月份"]] = Entries(
                tuple(content["单位"]), dict(content["分组"]), cells, dict(content["文件"]), own
            )
        elif sort == "数据":
            unit, lines = content
            cells.update({(unit, line[0]): entry(unit, line) for line in lines})
        elif sort == "自评":
            own.update({(line[0], line[1]): entry(line[0], line[1:]) for line in content})
    return found


def _read_enterprises(
    contents: Sequence[tuple[str, Any]], sorts: Mapping[str, Any]
) -> tuple[pd.DataFrame, TableSource] | None:
    if "企业表" not in sorts:
        return None
    import pandas as pd

    about = sorts["企业表"]
    rows = [row for sort, content in contents if sort == "企业" for row in content]
    names = list(about["类型"])
    frame = pd.DataFrame(rows, columns=names)
    frame = frame.astype(about["类型"])
    source = TableSource(about["文件"], about["表"], about["SHA-256"], about["列"])
    return frame, source


# -- the sheet -------------------------------------------------------------------------


def seal_sheet(records: Sequence[Record]) -> SheetSpec:
    """The hidden sheet 封存."""
    cells: dict[Spot, Content] = {
        (1, 1): "封存",
        (2, 1): _LEAD,
        (3, 1): "记录数",
        (3, 2): len(records),
        (3, 3): "封存 SHA-256",
        (3, TEXT): digest_of(records),
    }
    styles = {(1, 1): style.TITLE, (2, 1): style.NOTE}
    cells |= {(TOP, column): text for column, text in enumerate(HEADINGS, 1)}
    for number, record in enumerate(records, 1):
        row = TOP + number
        contents = (number, record.sort, record.name or None, record.text, record.check)
        cells |= {(row, n): c for n, c in enumerate((*contents, record.text), 1) if c is not None}
    styles |= {spot: _PLAIN for spot in cells if spot not in styles}
    return SheetSpec(
        SEAL,
        cells,
        styles=styles,
        widths={1: 8, 2: 12, 3: 22, 4: 90, 5: 20, 6: 30},
        heights=dict.fromkeys(range(2, TOP + len(records) + 1), 15),
        freeze=(TOP + 1, 1),
        hidden=True,
        tab_color=style.TAB_RECORD,
    )
