"""What stands around the values of an .ods workbook, read from its content.

OpenDocument keeps a percent, a date or an error as a type of the cell, formulas in
a spelling of their own, and repeats cells and rows by count.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kpixl.address import quote_sheet
from kpixl.grid import Area, CellError, Scalar, Sheet, Spot
from kpixl.hosts.patching import ERROR_CODES, normal

MARGIN = 200
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")
# LibreOffice shows some errors by number only.
_NUMBERED = {"Err:503": "#NUM!", "Err:504": "#REF!", "Err:524": "#REF!", "Err:525": "#NAME?"}


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str = ""
    data: str = ""
    unlocked: bool | None = None  # None: as the parent has it


@dataclass(frozen=True, slots=True)
class _Looks:
    cells: dict[str, _Style]
    data: dict[str, str]
    hidden_tables: frozenset[str]

    def format(self, name: str) -> str | None:
        for style in self._line(name):
            if style.data:
                return self.data.get(style.data)
        return None

    def unlocked(self, name: str) -> bool:
        for style in self._line(name):
            if style.unlocked is not None:
                return style.unlocked
        return False

    def _line(self, name: str) -> Iterator[_Style]:
        for _ in range(10):
            style = self.cells.get(name)
            if style is None:
                return
            yield style
            name = style.parent


@dataclass(frozen=True)
class OdsBook:
    """Sheets without their values, the values the value reader gets wrong, and marks."""

    sheets: dict[str, tuple[Sheet, dict[Spot, Scalar]]]
    names: dict[str, str]
    marks: dict[str, str]


def read_ods(data: bytes, reach: dict[str, tuple[int, int]], *, structure: bool) -> OdsBook:
    """The surroundings of every sheet; `reach` holds height and width by sheet name."""
    package = zipfile.ZipFile(io.BytesIO(data))
    looks = _Looks({}, {}, frozenset())
    if "styles.xml" in package.namelist():
        looks = _looks(package.read("styles.xml"), looks)
    looks = _looks(package.read("content.xml"), looks)
    sheets: dict[str, tuple[Sheet, dict[Spot, Scalar]]] = {}
    names: dict[str, str] = {}
    with package.open("content.xml") as stream:
        for element in _tables(stream):
            if _local(element) == "named-range":
                # Names without an address hold expressions; no reader of ours needs them.
                text = element.get(_q("table", "cell-range-address")) or ""
                names[element.get(_q("table", "name")) or ""] = _reference(text.replace("$", ""))
                continue
            name = element.get(_q("table", "name")) or ""
            height, width = reach.get(name, (0, 0))
            reader = _Reader(looks, height, width)
            reader.walk(element)
            sheet = reader.sheet(name, element)
            sheets[name] = (sheet if structure else _bare(sheet), reader.values)
    marks: dict[str, str] = {}
    if "meta.xml" in package.namelist():
        for element in _parsed(package.read("meta.xml")).iter("{*}user-defined"):
            marks[element.get(_q("meta", "name")) or ""] = "".join(element.itertext())
    return OdsBook(sheets, names, marks)


def ods_values(data: bytes) -> Iterator[tuple[str, dict[Spot, Scalar]]]:
    """The sheets with their values, for a spelling that the value reader doesn't know.

    It knows no blanks between elements, such as a program writes that sets them on lines.
    """
    with zipfile.ZipFile(io.BytesIO(data)).open("content.xml") as stream:
        for element in _tables(stream):
            if _local(element) == "table":
                yield element.get(_q("table", "name")) or "", _values(element)


def _values(table: Any) -> dict[Spot, Scalar]:
    values: dict[Spot, Scalar] = {}
    row = 0
    for element in table.iter("{*}table-row"):
        times = int(element.get(_q("table", "number-rows-repeated")) or "1")
        column = 0
        for cell in element.iterchildren(*_CELLS):
            wide = int(cell.get(_q("table", "number-columns-repeated")) or "1")
            value = _value(cell)
            if value is not None:
                for down in range(1, times + 1):
                    for right in range(1, wide + 1):
                        values[row + down, column + right] = value
            column += wide
        row += times
    return values


_CELLS = ("{*}table-cell", "{*}covered-table-cell")


def _value(cell: Any) -> Scalar:
    kind: str | None = cell.get(_q("office", "value-type"))
    if kind in ("float", "percentage", "currency"):
        return float(cell.get(_q("office", "value")) or "nan")
    if kind == "boolean":
        return bool(cell.get(_q("office", "boolean-value")) == "true")
    if kind == "date":
        return normal(datetime.fromisoformat(cell.get(_q("office", "date-value")) or ""))
    if kind == "time":
        total = span(cell.get(_q("office", "time-value")) or "")
        if total is None or not 0 <= total < 1:
            return total
        return (datetime.min + timedelta(days=total)).time()
    if kind == "string":
        own: str | None = cell.get(_q("office", "string-value"))
        return normal("\n".join(map(_line, cell.iterfind("{*}p"))) if own is None else own)
    return None


def _line(paragraph: Any) -> str:
    """The text of a paragraph, with the blanks that are elements."""
    out = [paragraph.text or ""]
    for element in paragraph:
        kind = _local(element)
        if kind == "s":
            out.append(" " * int(element.get(_q("text", "c")) or "1"))
        elif kind in ("tab", "line-break"):
            out.append("\t" if kind == "tab" else "\n")
        elif kind != "annotation":
            out.append(_line(element))
        out.append(element.tail or "")
    return "".join(out)


def span(text: str) -> float | None:
    """A span of time in days; None for what is none.

    >>> span("PT36H00M00S"), span("-P1DT6H"), span("1 h")
    (1.5, -1.25, None)
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes = (int(g or 0) for g in match.group(2, 3, 4))
    total = days + hours / 24 + minutes / 1440 + float(match[5] or 0) / 86400
    return -total if match[1] else total


def _bare(sheet: Sheet) -> Sheet:
    return replace(Sheet(name=sheet.name, rows=()), merged=sheet.merged, hidden=sheet.hidden)


def _q(prefix: str, name: str) -> str:
    space = "datastyle" if prefix == "number" else prefix
    return f"{{urn:oasis:names:tc:opendocument:xmlns:{space}:1.0}}{name}"


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _parsed(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _tables(stream: Any) -> Iterator[Any]:
    from lxml import etree

    for _, element in etree.iterparse(
        stream,
        events=("end",),
        tag=("{*}table", "{*}named-range"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    ):
        if _local(element.getparent()) == "spreadsheet" or _local(element) == "named-range":
            yield element
            element.clear(keep_tail=False)


def _looks(data: bytes, known: _Looks) -> _Looks:
    """Styles stand before the sheets, so reading stops where the sheets begin."""
    from lxml import etree

    cells, texts, hidden = dict(known.cells), dict(known.data), set(known.hidden_tables)
    kinds = ("style", "percentage-style", "number-style", "date-style", "time-style",
             "currency-style")  # fmt: skip
    for event, element in etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        tag=("{*}body", *("{*}" + kind for kind in kinds)),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    ):
        kind = _local(element)
        if kind == "body":
            break
        if event == "start":
            continue
        name = element.get(_q("style", "name")) or ""
        if kind != "style":
            texts[name] = _format_text(kind, element)
        elif element.get(_q("style", "family")) == "table-cell":
            protect = None
            for properties in element.iterfind("{*}table-cell-properties"):
                protect = properties.get(_q("style", "cell-protect"))
            cells[name] = _Style(
                element.get(_q("style", "parent-style-name")) or "",
                element.get(_q("style", "data-style-name")) or "",
                None if protect is None else "protected" not in protect,
            )
        elif element.get(_q("style", "family")) == "table":
            for properties in element.iterfind("{*}table-properties"):
                if properties.get(_q("table", "display")) == "false":
                    hidden.add(name)
    return _Looks(cells, texts, frozenset(hidden))


_PARTS = {
    "year": "yyyy", "month": "m", "day": "d", "hours": "hh", "minutes": "mm", "seconds": "ss",
}  # fmt: skip


def _format_text(kind: str, element: Any) -> str:
    """A number format in a spreadsheet's spelling: as close as its meaning needs."""
    out = ""
    for part in element:
        name = _local(part)
        if name == "number":
            decimals = part.get(_q("number", "decimal-places")) or "0"
            digits = int(part.get(_q("number", "min-integer-digits")) or "1")
            out += "#,##0" if part.get(_q("number", "grouping")) == "true" else "0" * digits or "#"
            out += "." + "0" * int(decimals) if decimals.isdecimal() and int(decimals) else ""
        elif name == "text":
            text = part.text or ""
            plain = kind == "percentage-style" or text in ("-", "/", ":", " ", "%")
            out += text if plain else f'"{text}"'
        elif name in _PARTS:
            out += _PARTS[name]
    return out


class _Reader:
    """One walk over one table."""

    def __init__(self, looks: _Looks, height: int, width: int) -> None:
        self._looks, self._height, self._width = looks, height + MARGIN, width + MARGIN
        self._column_styles: list[str] = []
        self._hidden_columns: set[int] = set()
        self._hidden_rows: set[int] = set()
        self._formulas: dict[Spot, str] = {}
        self._formats: dict[Spot, str] = {}
        self._unlocked: set[Spot] = set()
        self._merged: list[Area] = []
        self._arrays: list[Area] = []
        self.values: dict[Spot, Scalar] = {}
        self._row = 0

    def walk(self, element: Any) -> None:
        """Take in columns and rows, also those inside groups and headers."""
        for child in element:
            kind = _local(child)
            if kind == "table-column":
                self._column(child)
            elif kind == "table-row":
                self._take_row(child)
            elif kind in (
                "table-columns",
                "table-header-columns",
                "table-column-group",
                "table-rows",
                "table-header-rows",
                "table-row-group",
            ):
                self.walk(child)

    def sheet(self, name: str, element: Any) -> Sheet:
        """What was found."""
        return Sheet(
            name=name,
            rows=(),
            formulas=self._formulas,
            formats=self._formats,
            merged=tuple(self._merged),
            unlocked=frozenset(self._unlocked),
            protected=element.get(_q("table", "protected")) == "true",
            hidden=element.get(_q("table", "style-name")) in self._looks.hidden_tables,
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=frozenset(self._hidden_columns),
            arrays=tuple(self._arrays),
        )

    def _column(self, element: Any) -> None:
        count = int(element.get(_q("table", "number-columns-repeated")) or "1")
        first = len(self._column_styles) + 1
        count = min(count, 16_384 - first + 1)
        if element.get(_q("table", "visibility")) in ("collapse", "filter"):
            self._hidden_columns.update(range(first, first + count))
        self._column_styles += [element.get(_q("table", "default-cell-style-name")) or ""] * count

    def _take_row(self, element: Any) -> None:
        count = int(element.get(_q("table", "number-rows-repeated")) or "1")
        first, self._row = self._row + 1, self._row + count
        rows = range(first, min(first + count, self._height + 1))
        if element.get(_q("table", "visibility")) in ("collapse", "filter"):
            self._hidden_rows.update(rows)
        default = element.get(_q("table", "default-cell-style-name"))
        column = 0
        for cell in element.iterchildren(*_CELLS):
            times = int(cell.get(_q("table", "number-columns-repeated")) or "1")
            columns = range(column + 1, min(column + times, self._width) + 1)
            column += times
            if rows and columns:
                self._cells(cell, rows, columns, default)

    def _cells(self, cell: Any, rows: range, columns: range, default: str | None) -> None:
        kind = cell.get(_q("office", "value-type"))
        formula = cell.get(_q("table", "formula"))
        own = cell.get(_q("table", "style-name")) or default
        down = int(cell.get(_q("table", "number-rows-spanned")) or "1")
        across = int(cell.get(_q("table", "number-columns-spanned")) or "1")
        matrix = int(cell.get(_q("table", "number-matrix-rows-spanned")) or "1")
        special = self._special(cell, kind)
        for row in rows:
            for column in columns:
                spot = (row, column)
                style = own or (
                    self._column_styles[column - 1] if column <= len(self._column_styles) else ""
                )
                text = self._looks.format(style)
                if kind == "percentage" and (not text or "%" not in text):
                    text = "0.00%"
                if text and text != "0":
                    self._formats[spot] = text
                if self._looks.unlocked(style):
                    self._unlocked.add(spot)
                if special is not None:
                    self.values[spot] = special
                if formula:
                    self._formulas[spot] = plain_formula(formula)
                if down * across > 1:
                    self._merged.append(Area(row, column, row + down - 1, column + across - 1))
                if cell.get(_q("table", "number-matrix-rows-spanned")):
                    wide = int(cell.get(_q("table", "number-matrix-columns-spanned")) or "1")
                    self._arrays.append(Area(row, column, row + matrix - 1, column + wide - 1))

    @staticmethod
    def _special(cell: Any, kind: str | None) -> Scalar:
        """A value that the value reader doesn't give: an error, or a span of time in days."""
        if any(key.endswith("}value-type") and value == "error" for key, value in cell.items()):
            text = "".join("".join(p.itertext()) for p in cell.iterfind("{*}p"))
            return CellError(text if text in ERROR_CODES else _NUMBERED.get(text, "#VALUE!"))
        if kind == "time":
            total = span(cell.get(_q("office", "time-value")) or "")
            if total is not None and not 0 <= total < 1:
                return total
        return None


_TOKEN = re.compile(r'"(?:[^"]|"")*"|\[[^\]]*\]|[{}]|[;|]|[^"\[{};|]+')


def plain_formula(text: str) -> str:
    """A formula of OpenDocument in the spelling of a spreadsheet's cell.

    >>> plain_formula('of:=SUM([.A1:.B3];[$汇总.$C$5])&"[;]"')
    '=SUM(A1:B3,汇总!$C$5)&"[;]"'
    """
    body = text[text.index("=") + 1 :] if "=" in text else text
    out, braces = [], 0
    for token in _TOKEN.findall(body):
        if token.startswith("["):
            token = _reference(token[1:-1])
        elif token in "{}":
            braces += 1 if token == "{" else -1
        elif token == ";":
            token = ","
        elif token == "|":
            token = ";" if braces else "|"
        out.append(token)
    return "=" + "".join(out)


_PLACE = re.compile(r"(?:\$?('(?:[^']|'')*'|[^.':]*))?\.([$A-Za-z0-9#]+)")


def _reference(text: str) -> str:
    places = _PLACE.findall(text)
    if not places or "#REF" in text:
        return "#REF!"
    sheet = places[0][0]
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    ends = [place for _, place in places[:2]]
    return (quote_sheet(sheet) + "!" if sheet else "") + ":".join(ends)
