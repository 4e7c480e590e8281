"""What stands around the values of an .xlsx workbook, read from its parts.

The value reader gives values; formulas, number formats, locks, hidden rows, merged
areas and error values come from here, in one pass over each sheet, row by row, so
that a sheet of any length needs no more memory than its longest row.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import IO, Any, TypeAlias

from kpixl.address import LAST_COLUMN, LAST_ROW, column_name, parse_a1
from kpixl.grid import Area, CellError, Scalar, Sheet, Spot
from kpixl.hosts.parts import Package
from kpixl.hosts.patching import OWN_NAME, read_own_text
from kpixl.hosts.plain_sheet import (
    PlainSheet,
    attributes_of,
    tags_in,
    unescaped,
)

# Formats that a file names by number only (ECMA-376 part 1, 18.8.30); 27 to 58 in
# their Chinese meaning.
BUILTIN_FORMATS: Mapping[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
# Styled blanks further out than this belong to no form: somebody formatted whole columns.
MARGIN = 200
MOST_INHERITED = 1_000_000
_PREFIXES = re.compile(r"_xlfn\.(?:_xlws\.)?|_xlpm\.", re.IGNORECASE)


class OoxmlBook:
    """The parts of one .xlsx or .xlsb package that describe the workbook.

    Raises KeyError, ValueError, zipfile.BadZipFile or lxml's XMLSyntaxError for a
    package that contradicts itself.
    """

    def __init__(self, data: bytes | Package) -> None:
        self._package = data if isinstance(data, Package) else Package(data)
        self._names = {name.lower(): name for name in self._package.names}
        self._root_links = _links(self.part("_rels/.rels"), "")
        self.workbook = next(
            link.target for link in self._root_links.values() if link.kind == "officeDocument"
        )
        folder, file = posixpath.split(self.workbook)
        self.links = _links(self.part(f"{folder}/_rels/{file}.rels"), folder)

    def part(self, name: str) -> bytes:
        """The content of a part; producers disagree on capitals."""
        return self._package.read(self._names[name.lower().lstrip("/")])

    def marks(self) -> dict[str, str]:
        """The custom document properties, as text."""
        for link in self._root_links.values():
            if link.kind == "custom-properties" and link.target.lower() in self._names:
                return {
                    element.get("name"): "".join(element.itertext())
                    for element in _parsed(self.part(link.target))
                    if element.get("name")
                }
        return {}

    def sheets_and_names(self) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Worksheet parts by sheet name, the defined names, and whose sheets of ours are."""
        parts: dict[str, str] = {}
        order: list[str] = []
        names: dict[str, str] = {}
        own: dict[str, str] = {}
        for element in _parsed(self.part(self.workbook)).iter("{*}sheet", "{*}definedName"):
            name = element.get("name") or ""
            if local_name(element) == "sheet":
                order.append(name)
                link = next((self.links[v] for v in element.values() if v in self.links), None)
                if link is not None and link.kind == "worksheet":
                    parts[name] = link.target
            elif not name.lower().startswith("_xlnm."):
                sheet = element.get("localSheetId")
                if sheet is not None and sheet.isdecimal() and int(sheet) < len(order):
                    at = order[int(sheet)]
                    if name == OWN_NAME:
                        if owner := read_own_text(element.text or "", at):
                            own[at] = owner
                        continue
                    name = f"{at}!{name}"
                names[name] = element.text or ""
        return parts, names, own

    def hidden_sheets(self) -> frozenset[str]:
        """The names of the sheets that are not shown."""
        return frozenset(
            element.get("name", "")
            for element in _parsed(self.part(self.workbook)).iter("{*}sheet")
            if element.get("state", "visible") != "visible"
        )

    def counts_from_1904(self) -> bool:
        """Whether days are counted from 1904."""
        found = _parsed(self.part(self.workbook)).iter("{*}workbookPr")
        return any(_flag(element.get("date1904")) for element in found)

    def shared_strings(self) -> Iterator[Any]:
        """The elements of the shared strings; none where there are none."""
        for link in self.links.values():
            if link.kind == "sharedStrings" and link.target.lower() in self._names:
                with self.open(link.target) as stream:
                    yield from elements_of(stream, ("si",))

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream."""
        return self._package.open(self._names[name.lower().lstrip("/")])

    def styles(self) -> Styles:
        """The cell formats; none where the workbook has no styles."""
        for link in self.links.values():
            if link.kind == "styles" and link.target.lower() in self._names:
                data = self.part(link.target)
                return _styles(data) if len(data) <= _KEPT else _styles.__wrapped__(data)
        return Styles({}, frozenset())

    def surroundings(
        self,
        name: str,
        part: str,
        styles: Styles,
        *,
        height: int,
        width: int,
        structure: bool,
        plain: PlainSheet | None = None,
    ) -> tuple[Sheet, dict[Spot, Scalar]]:
        """A sheet without its values, and the error values that belong among them.

        `height` and `width` say how far the values reach.  Without `structure`
        only error values are looked for.  `plain` is the part with its cells, where
        somebody has taken it apart already.
        """
        if plain is not None:
            with suppress(_Unusual):
                return _Reader(styles, height, width, structure).read_plain(name, plain)
        with self.open(part) as stream:
            return _Reader(styles, height, width, structure).read(name, stream)


@dataclass(frozen=True, slots=True)
class _Link:
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Styles:
    """Cell formats by their number as it is written: number formats, and which are open.

    A cell format that is General or locked stands in neither.
    """

    formats: Mapping[str, str]
    opened: frozenset[str]

    def format(self, index: str) -> str | None:
        """The number format of a cell format; None is General."""
        return self.formats.get(index)

    def unlocked(self, index: str) -> bool:
        """Whether a cell of this format may be typed over on a protected sheet."""
        return index in self.opened


def _parsed(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def local_name(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


@lru_cache(maxsize=64)  # programs write the same links into every workbook
def _links(data: bytes, folder: str) -> Mapping[str, _Link]:
    links = {}
    for element in _parsed(data):
        target = element.get("Target", "")
        if element.get("TargetMode") == "External":
            continue
        place = target if target.startswith("/") else posixpath.join(folder, target)
        kind = element.get("Type", "").rpartition("/")[2]
        links[element.get("Id", "")] = _Link(kind, posixpath.normpath(place).lstrip("/"))
    return links


_KEPT = 1 << 20


@lru_cache(maxsize=16)  # forms of one kind have the same styles
def _styles(data: bytes) -> Styles:
    root = _parsed(data)
    texts = dict(BUILTIN_FORMATS)
    for element in root.iter("{*}numFmt"):
        # Formats inside differential styles use the same numbers but are no cell's.
        if local_name(element.getparent()) == "numFmts":
            texts[int(element.get("numFmtId"))] = element.get("formatCode") or ""
    formats: dict[str, str] = {}
    opened: set[str] = set()
    forms = [form for group in root.iterfind("{*}cellXfs") for form in group.iterfind("{*}xf")]
    for index, form in enumerate(forms):
        text = texts.get(int(form.get("numFmtId", "0")))
        if text and text.lower() != "general":
            formats[str(index)] = text
        protection = form.find("{*}protection")
        if protection is not None and not _flag(protection.get("locked"), default=True):
            opened.add(str(index))
    return Styles(formats, frozenset(opened))


def _no_size(text: str | None) -> bool:
    """Whether a row's height or a column's width is given as nothing, which hides it too."""
    return text is not None and text.strip("0.") == "" != text


def _flag(text: str | None, *, default: bool = False) -> bool:
    return default if text is None else text.strip().lower() in ("1", "true", "on")


_spot = lru_cache(maxsize=1 << 16)(parse_a1)  # forms of one kind have the same addresses


def area_of(reference: str) -> Area:
    """The area of a reference such as A1:C3, A:C or 1:3; raises ValueError.

    >>> area_of("B:C").a1, area_of("2:3").a1
    ('B1:C1048576', 'A2:XFD3')
    """
    first, _, last = reference.partition(":")
    last = last or first
    if first.isalpha() and last.isalpha():
        first, last = f"{first}1", f"{last}{LAST_ROW}"
    elif first.isdecimal() and last.isdecimal():
        first, last = f"A{first}", f"{column_name(LAST_COLUMN)}{last}"
    top, left = parse_a1(first)
    bottom, right = parse_a1(last)
    return Area(top, left, bottom, right)


@lru_cache(maxsize=1 << 14)  # forms of one kind have the same areas
def _merged_area(reference: str) -> Area | None:
    """A merged area; None for a single cell."""
    area = area_of(reference)
    return area if ":" in area.a1 else None


_AROUND = ("mergeCell", "col", "sheetProtection", "sheetFormatPr")
_VALUE = re.compile("<v>([^<]*)</v>")


# Its number if it says one, whether it is hidden, its own style.
_Row: TypeAlias = tuple[int | None, bool, str | None]


def _row_of(attributes: Mapping[str, str]) -> _Row:
    number = attributes.get("r")
    return (
        int(number) if number else None,
        _flag(attributes.get("hidden")) or _no_size(attributes.get("ht")),
        attributes.get("s", "0") if _flag(attributes.get("customFormat")) else None,
    )


@lru_cache(maxsize=1 << 12)  # forms of one kind have the same rows
def _plain_row(text: str) -> _Row:
    return _row_of(attributes_of(text) or {})


def _plain_around(rest: str) -> Sequence[tuple[str, Mapping[str, str]]]:
    """What stands beside the rows of a sheet, as elements; raises _Unusual.

    What forms of one kind differ in, which cell was chosen last, ends with the views.
    """
    views, end, below = rest.partition("</sheetViews>")
    if end and len(below) <= _KEPT_TEXT and tags_in(views, _AROUND) == []:
        found = _kept_around(below)
    else:
        found = tags_in(rest, _AROUND)
    if found is None:
        raise _Unusual("beside the rows")
    return found


_KEPT_TEXT = 1 << 16


@lru_cache(maxsize=64)
def _kept_around(text: str) -> list[tuple[str, dict[str, str]]] | None:
    return tags_in(text, _AROUND)


class _Unusual(Exception):
    """Something that only a parser understands."""


def _text(text: str) -> str:
    try:
        return unescaped(text)
    except (KeyError, ValueError, OverflowError) as error:
        raise _Unusual(text) from error


class _Reader:
    """One pass over one worksheet part."""

    def __init__(self, styles: Styles, height: int, width: int, structure: bool) -> None:
        self._styles, self._structure = styles, structure
        self._height, self._width = height, width
        self._formulas: dict[Spot, str] = {}
        self._shared: dict[str, tuple[Spot, str]] = {}
        self._followers: list[tuple[Spot, str]] = []
        self._formats: dict[Spot, str] = {}
        self._unlocked: set[Spot] = set()
        self._errors: dict[Spot, Scalar] = {}
        self._arrays: list[Area] = []
        self._merged: list[Area] = []
        self._protected = self._rows_start_hidden = False
        self._hidden_rows: set[int] = set()
        self._written_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._open_columns: set[int] = set()
        self._row_locks: dict[int, bool] = {}  # rows with a style of their own → unlocked
        self._seen: dict[int, set[int]] = {}

    def read(self, name: str, stream: Any) -> tuple[Sheet, dict[Spot, Scalar]]:
        """A part of any spelling, as a stream."""
        row = 0
        for element in elements_of(stream, ("row", *_AROUND)):
            if local_name(element) == "row":
                row = self._row(element, row)
            elif self._structure:
                self._around(local_name(element), element.attrib)
        return self._found(name)

    def read_plain(self, name: str, plain: PlainSheet) -> tuple[Sheet, dict[Spot, Scalar]]:
        """A part in the usual spelling, with structure; raises _Unusual if it isn't quite."""
        for kind, attributes in _plain_around(plain.rest):
            self._around(kind, attributes)
        row = 0
        for text in plain.rows:
            row = self._start_row(_plain_row(text), row)
        self._plain_cells(plain)
        return self._found(name)

    def _plain_cells(self, plain: PlainSheet) -> None:
        cells = plain.cells
        self._plain_styles(plain)
        if any(cells.formulas) or any(cells.about):
            for spot, about, formula in zip(cells.spots, cells.about, cells.formulas, strict=True):
                if formula or about:
                    attributes = attributes_of(" " + about) if about else {}
                    if attributes is None:
                        raise _Unusual(about)
                    self._formula(spot, _text(formula), attributes)
        if "e" in cells.kinds:
            for text, spot, kind in zip(cells.texts, cells.spots, cells.kinds, strict=True):
                if kind == "e":
                    value = _VALUE.search(text)
                    self._errors[spot] = CellError(_text(value[1]) if value else "#N/A")
        if self._open_columns or self._row_locks:
            for row, column in cells.spots:
                self._seen.setdefault(row, set()).add(column)

    def _plain_styles(self, plain: PlainSheet) -> None:
        spots: Sequence[Spot] = plain.cells.spots
        styles: Sequence[str] = plain.cells.styles
        last_row, last_column = self._height + MARGIN, self._width + MARGIN
        if plain.height > last_row or plain.width > last_column:
            near = [row <= last_row and column <= last_column for row, column in spots]
            spots, styles = list(compress(spots, near)), list(compress(styles, near))
        # A cell without a style has that of number 0, which is not General everywhere.
        texts, opened = self._styles.formats, self._styles.opened
        shown = {**texts, "": texts["0"]} if "0" in texts else texts
        free = {*opened, ""} if "0" in opened else opened
        found = zip(spots, map(shown.get, styles), strict=True)
        self._formats = {spot: text for spot, text in found if text is not None}
        self._unlocked.update(compress(spots, map(free.__contains__, styles)))

    def _around(self, kind: str, attributes: Mapping[str, str]) -> None:
        if kind == "mergeCell":
            area = _merged_area(attributes.get("ref", ""))
            if area is not None:
                self._merged.append(area)
        elif kind == "col":
            self._column(attributes)
        elif kind == "sheetProtection":
            self._protected = _flag(attributes.get("sheet"))
        else:
            self._rows_start_hidden = _flag(attributes.get("zeroHeight"))

    def _found(self, name: str) -> tuple[Sheet, dict[Spot, Scalar]]:
        self._follow_shared()
        self._inherit_locks()
        if self._rows_start_hidden:
            self._hidden_rows |= set(range(1, self._height + 1)) - self._written_rows
        sheet = Sheet(
            name=name,
            rows=(),
            formulas=self._formulas,
            formats=self._formats,
            merged=tuple(self._merged),
            unlocked=frozenset(self._unlocked),
            protected=self._protected,
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=frozenset(self._hidden_columns),
            arrays=tuple(self._arrays),
        )
        return sheet, self._errors

    def _start_row(self, facts: _Row, before: int) -> int:
        number, hidden, style = facts
        row = before + 1 if number is None else number
        if self._structure:
            if hidden:
                self._hidden_rows.add(row)
            self._written_rows.add(row)
            if style is not None:
                self._row_locks[row] = self._styles.unlocked(style)
        return row

    def _row(self, element: Any, before: int) -> int:
        row = self._start_row(_row_of(element.attrib), before)
        column = 0
        seen = self._seen.setdefault(row, set()) if self._open_columns or self._row_locks else None
        space = element.tag[: -len("row")]
        formula_tag, value_tag = space + "f", space + "v"
        last_row, last_column = self._height + MARGIN, self._width + MARGIN
        for cell in element:
            reference = cell.get("r")
            if reference:
                row, column = spot = _spot(reference)
            else:
                column += 1
                spot = (row, column)
            if cell.get("t") == "e":
                self._errors[spot] = CellError(cell.findtext(value_tag) or "#N/A")
            if not self._structure:
                continue
            if seen is not None:
                seen.add(column)
            if row <= last_row and column <= last_column:
                style = cell.get("s", "0")  # format 0 is not General everywhere
                text = self._styles.format(style)
                if text is not None:
                    self._formats[spot] = text
                if self._styles.unlocked(style):
                    self._unlocked.add(spot)
            if len(cell) and (formula := cell.find(formula_tag)) is not None:
                self._formula(spot, formula.text or "", formula.attrib)
        return row

    def _formula(self, spot: Spot, text: str, attributes: Mapping[str, str]) -> None:
        if "_" in text:
            text = _PREFIXES.sub("", text)
        kind = attributes.get("t")
        if kind == "shared":
            if text:
                self._shared[attributes.get("si", "")] = (spot, text)
            else:
                self._followers.append((spot, attributes.get("si", "")))
                return
        elif kind == "array" and attributes.get("ref"):
            self._arrays.append(area_of(attributes["ref"]))
        elif kind == "dataTable":
            text = f"TABLE({attributes.get('r1', '')},{attributes.get('r2', '')})"
        if text:
            self._formulas[spot] = "=" + text

    def _follow_shared(self) -> None:
        if not self._followers:
            return
        from openpyxl.formula.translate import Translator

        from kpixl.address import a1

        masters: dict[str, Any] = {}
        for spot, index in self._followers:
            if index not in self._shared:
                continue
            if index not in masters:
                origin, text = self._shared[index]
                masters[index] = Translator("=" + text, a1(*origin))
            self._formulas[spot] = masters[index].translate_formula(a1(*spot))

    def _column(self, attributes: Mapping[str, str]) -> None:
        first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
        columns = range(max(first, 1), min(last, 16_384) + 1)
        if _flag(attributes.get("hidden")) or _no_size(attributes.get("width")):
            self._hidden_columns.update(columns)
        if self._styles.unlocked(attributes.get("style", "0")):
            self._open_columns.update(c for c in columns if c <= self._width)

    def _inherit_locks(self) -> None:
        """A cell that isn't stored has the lock of its row's or column's style."""
        if not (self._open_columns or any(self._row_locks.values())):
            return
        if self._height * self._width > MOST_INHERITED:
            return
        for row in range(1, self._height + 1):
            seen = self._seen.get(row, set())
            own = self._row_locks.get(row)
            columns = self._open_columns if own is None else range(1, self._width + 1)
            if own is not False:
                self._unlocked.update((row, c) for c in columns if c not in seen)


def elements_of(stream: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """The elements of these names at their end; each is dropped before the next."""
    from lxml import etree

    tags = tuple("{*}" + name for name in names)
    for _, element in etree.iterparse(
        stream, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
    ):
        yield element
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]
