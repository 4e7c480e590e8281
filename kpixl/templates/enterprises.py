"""A table of enterprises, one row each, tens of thousands of rows: read as columns."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kpixl.address import a1
from kpixl.entries import TableSource
from kpixl.errors import NoEnterprises
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Snapshot
from kpixl.scheme.headings import (
    ENTERPRISE_COLUMNS,
    find_headings,
    match,
    spelling,
    text_of,
    without_bracket,
)
from kpixl.scheme.model import Scheme
from kpixl.templates.table import decoded

if TYPE_CHECKING:
    import pandas as pd

NAME, ROW = "企业", "行"
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_DEPTH = 60  # rows among which the headings are looked for
MOST_FINDINGS = 1000  # of one sort; a wrong column is wrong in every row


def parse_enterprises(
    content: bytes, scheme: Scheme, *, name: str
) -> tuple[pd.DataFrame, TableSource, tuple[Finding, ...]]:
    """The enterprises of a .csv file; raises NoEnterprises where a column is missing.

    The frame has the columns 企业, 行 (row in the file) and one of floats for each figure
    that the scheme asks of enterprises, NaN where there is none.
    """
    import pandas as pd

    try:
        rows = list(csv.reader(io.StringIO(decoded(content, name), newline="")))
    except csv.Error as error:
        raise _refused(name, f"不是能读的 .csv({error})", scheme) from error
    if not any(any(map(str.strip, row)) for row in rows):
        raise _refused(name, "文件是空的", scheme)
    head, columns = _head(rows, scheme, name)
    source = TableSource(name, "", hashlib.sha256(content).hexdigest(), columns)
    # what stands right of the last column that is used may be longer in one row than in another
    width = max(columns.values())
    body = [(*row[:width], *([""] * (width - len(row)))) for row in rows[head + 1 :]]
    frame = pd.DataFrame(body, columns=range(width), dtype=object)
    return _frame(frame, source, scheme, first=head + 2)


def _head(
    rows: Sequence[Sequence[str]], scheme: Scheme, file: str
) -> tuple[int, Mapping[str, int]]:
    """The row of headings, and the columns by what stands in them; titles may stand above."""
    lacking: list[str] = []
    for number, row in enumerate(rows[:_DEPTH]):
        columns = _columns([text.lstrip("\ufeff") for text in row], scheme)
        missing = [c for c in (NAME, *_asked(scheme)) if c not in columns]
        if not missing:
            return number, columns
        if not lacking or len(missing) < len(lacking):
            lacking = missing
    raise _refused(file, f"缺少“{'”“'.join(lacking)}”列", scheme)


def enterprises_of(
    snapshot: Snapshot, scheme: Scheme
) -> tuple[pd.DataFrame, TableSource, tuple[Finding, ...]]:
    """The enterprises of a workbook: the sheet whose headings name them and their figures."""
    import pandas as pd

    file = snapshot.source.name
    names = _asked(scheme)
    table = {**ENTERPRISE_COLUMNS, **{n: (n,) for n in names}}
    for sheet in snapshot.sheets:
        headings = find_headings(sheet, table, needs=names)
        if headings is None or not {*names, NAME} <= headings.columns.keys():
            continue
        width = sheet.width
        rows = [(*row, *([None] * (width - len(row)))) for row in sheet.rows[headings.bottom :]]
        columns = dict(headings.columns)
        source = TableSource(file, sheet.name, snapshot.source.sha256, columns)
        return _frame(
            pd.DataFrame(rows, columns=range(width), dtype=object),
            source,
            scheme,
            first=headings.bottom + 1,
        )
    raise _refused(file, "没有一张表有这些列", scheme)


def _refused(file: str, reason: str, scheme: Scheme) -> NoEnterprises:
    return NoEnterprises(file, reason, (NAME, *_asked(scheme)))


def _asked(scheme: Scheme) -> tuple[str, ...]:
    if scheme.ledger is None or scheme.ledger.classing is None:
        raise ValueError(f"{scheme.system} classes no enterprises")
    return scheme.ledger.classing.inputs


def _columns(heads: Sequence[str], scheme: Scheme) -> Mapping[str, int]:
    """The column of the name and of each figure, counted from 1, as far as they are there."""
    names = {spelling(n): n for n in _asked(scheme)}
    found: dict[str, int] = {}
    for column, head in enumerate(heads, 1):
        spelled = spelling(head)
        given = names.get(spelled) or names.get(without_bracket(spelled))
        if given is None and match(head, ENTERPRISE_COLUMNS):
            given = NAME
        if given is not None:
            found.setdefault(given, column)
    return found


def _frame(
    body: pd.DataFrame, source: TableSource, scheme: Scheme, *, first: int
) -> tuple[pd.DataFrame, TableSource, tuple[Finding, ...]]:
    import pandas as pd

    names = _asked(scheme)
    table = pd.DataFrame({NAME: _texts(body.iloc[:, source.columns[NAME] - 1])})
    table[ROW] = range(first, first + len(table))
    texts = {n: _texts(body.iloc[:, source.columns[n] - 1]) for n in names}
    filled = (table[NAME] != "").to_numpy()
    for n in names:
        filled = filled | (texts[n] != "").to_numpy()
        good = texts[n].str.fullmatch(_NUMBER)
        table[n] = pd.to_numeric(texts[n].where(good), errors="coerce").astype(float)
    findings = tuple(_faults(table[filled], {n: t[filled] for n, t in texts.items()}, source))
    table = table[filled & (table[NAME] != "").to_numpy()].reset_index(drop=True)
    if not len(table):
        raise _refused(source.file, "没有一行写明企业名称", scheme)
    return table, source, findings


def _texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as stripped texts; blank is empty."""
    import pandas as pd

    if not pd.api.types.is_string_dtype(column):
        column = column.map(_plain)
    return column.fillna("").astype(str).str.strip().reset_index(drop=True)


def _plain(value: object) -> str:
    """A cell as text; a figure keeps all its digits."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return repr(float(value)) if isinstance(value, int | float) else text_of(value)  # type: ignore[arg-type]


def _faults(
    table: pd.DataFrame, texts: Mapping[str, pd.Series[Any]], source: TableSource
) -> Iterator[Finding]:
    """What is wrong with the rows, the cells first: only faulty rows are looked at singly."""

    def place(row: int, column: str) -> Place:
        return Place(source.file, source.sheet, a1(int(row), source.columns[column]))

    for row in table.loc[table[NAME] == "", ROW].head(MOST_FINDINGS):
        yield finding("enterprise-name", place=place(row, NAME))
    named = table[NAME] != ""
    for column, text in texts.items():
        blank = named & (text == "")
        wrong = named & (text != "") & table[column].isna()
        for code, rows in (("enterprise-missing", blank), ("enterprise-figure", wrong)):
            faulty = table[rows].head(MOST_FINDINGS)
            for name, row, found in zip(
                faulty[NAME], faulty[ROW], text[rows].head(MOST_FINDINGS), strict=True
            ):
                yield finding(
                    code,
                    place=place(row, column),
                    unit=name,
                    input=column,
                    found=found,
                    name=name,
                    column=column,
                )
            more = int(rows.sum()) - len(faulty)
            if more > 0:
                yield finding(
                    "enterprise-more",
                    place=Place(source.file, source.sheet),
                    input=column,
                    found=column,
                    times=more,
                )
    twice = table[named & table[NAME].duplicated(keep=False)]
    for name, rows in list(twice.groupby(NAME, sort=False)[ROW])[:MOST_FINDINGS]:
        yield finding(
            "enterprise-repeated",
            place=place(rows.iloc[1], NAME),
            unit=str(name),
            found=f"第{'、'.join(map(str, rows))}行",
            name=name,
            times=len(rows),
        )
