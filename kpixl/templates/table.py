"""Figures from a plain table (.csv), where they come from another program."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpixl.address import a1
from kpixl.entries import Entries, Entry
from kpixl.errors import NoData, UnusableFile
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Scalar
from kpixl.scheme.headings import TABLE_COLUMNS, match, spelling
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme

# The format of a figure that is in percent points by contract, however small it is.
POINTS_FORMAT = '0.##"%"'
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
_COLUMNS = "列名为 unit, group, input, value(可再加 last_year, mark)"


def read_table(path: str | Path, scheme: Scheme) -> tuple[Entries, tuple[Finding, ...]]:
    """The entries of a .csv file; raises UnusableFile or NoData."""
    path = Path(path)
    return parse_table(content_of(path), scheme, name=path.name)


def content_of(path: Path) -> bytes:
    """The bytes of a table's file; raises UnusableFile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnusableFile(path, "文件不存在", "请检查路径。") from None
    except OSError:
        raise UnusableFile(path, "打不开", "请检查权限,并关闭正在使用它的程序。") from None


def parse_table(
    content: bytes, scheme: Scheme, *, name: str
) -> tuple[Entries, tuple[Finding, ...]]:
    """The entries of a table in UTF-8 (with or without BOM), UTF-16 or GB18030.

    Columns unit, group, input, value and optional last_year, mark, in any order.  The
    units and groups of the table override the roster.  Percent figures are in points.
    Findings name the file's own line and column as the cell.
    """
    rows = list(csv.reader(io.StringIO(decoded(content, name), newline="")))
    lines = _Lines(name, rows)
    sha256 = hashlib.sha256(content).hexdigest()
    inputs = {spelling(i.name): i for i in scheme.inputs}
    cells: dict[tuple[str, str], Entry] = {}
    groups: dict[str, str] = {}
    findings: list[Finding] = []
    known = 0
    for line in lines:
        given = inputs.get(spelling(line.text("input")))
        # the figures of a ledger of tasks belong to no unit
        unit = "" if scheme.ledger is not None else line.text("unit")
        if not unit and scheme.ledger is None:
            findings.append(finding("form-unit-missing", place=line.place("unit")))
            continue
        findings += _group(line, unit, groups, scheme)
        if given is None or given.derived:
            findings += _unknown(line)
            continue
        known += 1
        key = (unit, given.name)
        if key in cells:
            findings.append(
                finding(
                    "form-input-repeated",
                    place=line.place("input"),
                    unit=unit,
                    input=given.name,
                    name=given.name,
                    used=cells[key].place.cell,
                )
            )
            continue
        cells[key], faults = _entry(line, unit, given, sha256)
        findings += faults
    if not known:
        raise NoData(name, "没有一行同时写明单位和本方案的数据项")
    units = tuple(u for u in dict.fromkeys(unit for unit, _ in cells) if u)
    entries = Entries(
        units=units,
        groups={u: groups.get(u, "") for u in units},
        cells=cells,
        sources={name: sha256},
    )
    return entries, tuple(findings)


def decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableFile(name, "文字编码不是 UTF-8 或 GB18030", "请另存为 UTF-8 编码的 .csv。")


@dataclass(frozen=True)
class _Line:
    name: str
    number: int
    cells: Sequence[str]
    columns: Mapping[str, int]

    def text(self, column: str) -> str:
        at = self.columns.get(column)
        return self.cells[at].strip() if at is not None and at < len(self.cells) else ""

    def place(self, column: str) -> Place:
        return Place(self.name, "", a1(self.number, self.columns.get(column, 0) + 1))


class _Lines:
    """The rows of a table below its headings, each with its number in the file."""

    def __init__(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        self._name = name
        head = next((n for n, row in enumerate(rows) if any(c.strip() for c in row)), None)
        if head is None:
            raise NoData(name, "文件是空的")
        self._columns: dict[str, int] = {}
        for column, text in enumerate(rows[head]):
            field = match(text.lstrip("\ufeff"), TABLE_COLUMNS)
            if field is not None:
                self._columns.setdefault(field, column)
        lacking = [c for c in ("input", "value") if c not in self._columns]
        if lacking:
            raise NoData(name, f"缺少 {'、'.join(lacking)} 列;应{_COLUMNS}")
        self._rows, self._first = rows[head + 1 :], head + 2

    def __iter__(self) -> Iterator[_Line]:
        for number, row in enumerate(self._rows, self._first):
            if any(c.strip() for c in row):
                yield _Line(self._name, number, row, self._columns)


def _group(line: _Line, unit: str, groups: dict[str, str], scheme: Scheme) -> Iterator[Finding]:
    """A unit is in one group: that of its first row, else that of the roster."""
    group = line.text("group")
    if unit not in groups:
        known = scheme.unit_named(unit) if unit else None
        groups[unit] = group or (known.group if known else "")
    elif group and group != groups[unit]:
        yield finding(
            "table-group",
            place=line.place("group"),
            unit=unit,
            found=group,
            name=unit,
            used=groups[unit],
        )


def _unknown(line: _Line) -> Iterator[Finding]:
    name = line.text("input")
    yield finding(
        "form-input-unknown",
        place=line.place("input"),
        unit=line.text("unit"),
        input=name,
        found=name or "空白",
        name=name,
    )


def _entry(line: _Line, unit: str, given: Input, sha256: str) -> tuple[Entry, list[Finding]]:
    findings = []
    raw, last = _scalar(line.text("value")), _scalar(line.text("last_year"))
    if isinstance(last, str):
        findings.append(
            finding(
                "value-not-a-number",
                place=line.place("last_year"),
                unit=unit,
                input=given.name,
                found=last,
                name=f"{given.name}(上年数)",
                wanted="数字",
            )
        )
    in_points = given.kind == "percent" or "%" in given.unit
    return (
        Entry(
            unit,
            given.name,
            raw=raw,
            state="blank" if raw is None else "given",
            mark=line.text("mark"),
            last_year=last if isinstance(last, float) else None,
            number_format=POINTS_FORMAT if in_points else "General",
            place=line.place("value"),
            sha256=sha256,
        ),
        findings,
    )


def _scalar(text: str) -> Scalar:
    """A field as a program writes it: plain numbers are numbers, all else is text."""
    if not text:
        return None
    return float(text) if _NUMBER.fullmatch(text) else text
