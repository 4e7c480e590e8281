"""Cells of a worksheet part, changed in its text.

The part is never taken apart as a whole: rows and cells that are to change are found in
the text and replaced there, so everything else keeps its bytes, in a sheet of any length,
and a million rows cost no tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from kpixl.address import a1, column_name, parse_a1
from kpixl.grid import Area, CellError, Scalar, Spot
from kpixl.hosts.files_parts import parsed, serialised
from kpixl.hosts.files_write import serial
from kpixl.hosts.files_zip import Piece

_VALUE = rb"(?:\"[^\"]*\"|'[^']*')"
_ATTRIBUTES = rb"((?:\s+[^\s=<>/]+\s*=\s*" + _VALUE + rb")*)"
_ASIDE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.\-]*):)?([A-Za-z]\w*)" + _ATTRIBUTES + rb"\s*(/?)>")
_ENCODING = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.\-]+)")
_REFERENCE = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")
_SPANS = re.compile(rb"\sspans\s*=\s*" + _VALUE)
_KIND = re.compile(rb"\s(?:t|cm|vm)\s*=\s*" + _VALUE)
_RESULT = re.compile(rb"\s(?:t|vm)\s*=\s*" + _VALUE)
_REF = re.compile(rb"\sref\s*=\s*" + _VALUE)
_STYLE = re.compile(rb"\ss\s*=\s*[\"']\s*(\d+)\s*[\"']")
# What XML can't hold, and what a reader would take for a sign that stands for it.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TAG = re.compile(rb"<(/?)((?:[A-Za-z_][\w.\-]*:)?[A-Za-z_][\w.\-]*)" + _ATTRIBUTES + rb"\s*(/?)>")
_CHUNK = 1 << 20
_LONGEST = 500  # of rows in points, and of columns in characters: more than any program allows
# What follows the cells in a worksheet, in the order that the format asks for.
_ORDER = (
    "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip

Splice = tuple[int, int, bytes]  # what stands from here to there is replaced by this
Styler = Callable[[int | None, Scalar], int | None]


class Refused(Exception):
    """A cell that can't take a value: which, why, and what to do instead."""

    def __init__(self, spot: Spot | None, why: str, remedy: str) -> None:
        self.spot, self.why, self.remedy = spot, why, remedy
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class _Cell:
    column: int
    start: int
    tag_end: int
    end: int
    attributes: bytes
    closed: bool  # <c/>: nothing inside


def text_xml(text: str) -> bytes:
    """Text as the content of an element, and as a spreadsheet reads it back.

    >>> text_xml("a<b\\r_x000D_").decode()
    'a&lt;b_x000D__x005F_x000D_'
    """
    safe = _UNSAFE.sub(lambda m: f"_x{ord(m[0]):04X}_", text)
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """The raw value of one attribute of a start tag; its name may have a prefix."""
    match = _named(name).search(attributes)
    return match[1][1:-1] if match else None


def length(written: bytes | None) -> float | None:
    """A height or width as it is written; None for one that is none.

    >>> length(b"20.5"), length(b"auto"), length(b"-1")
    (20.5, None, None)
    """
    try:
        value = float(written or b"")
    except ValueError:
        return None
    return value if 0 <= value <= _LONGEST else None


@lru_cache(maxsize=64)
def _named(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?:^|\s)" + re.escape(name) + rb"\s*=\s*(" + _VALUE + rb")")


class SheetText:
    """A worksheet part and the changes to it; raises ValueError for what is none."""

    def __init__(self, data: bytes) -> None:
        encoding = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
        plain = encoding is None or encoding[1].lower() in (b"utf-8", b"utf8", b"us-ascii")
        if not plain or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            data = serialised(parsed(data))
        self.data = data
        # Comments and the like blanked, at the same length: nothing in them is a cell.
        self._scan = data
        if data.find(b"<!") >= 0 or data.find(b"<?", 5) >= 0:
            self._scan = _ASIDE.sub(lambda m: b" " * len(m[0]), data)
        self._splices: list[Splice] = []
        root = _ROOT.search(self._scan)
        if root is None or root[2] != b"worksheet":
            raise ValueError("no worksheet")
        self.prefix = root[1] + b":" if root[1] else b""
        self.root = root
        p = re.escape(self.prefix)
        sheet_data = re.compile(rb"<" + p + rb"sheetData" + _ATTRIBUTES + rb"\s*(/?)>")
        found = sheet_data.search(self._scan, root.end())
        if found is None:
            raise ValueError("no sheetData")
        self._data_tag = found
        self._start = self._end = self.after = found.end()
        if not found[2]:
            self._end = self._scan.find(b"</" + self.prefix + b"sheetData", found.end())
            if self._end < 0:
                raise ValueError("sheetData has no end")
            self.after = self._scan.index(b">", self._end) + 1
        self._row_tag = re.compile(rb"<" + p + rb"row" + _ATTRIBUTES + rb"\s*(/?)>")
        self._cell_tag = re.compile(rb"<" + p + rb"c" + _ATTRIBUTES + rb"\s*(/?)>")
        self._cell_end = re.compile(rb"</" + p + rb"c\s*>")
        self._formula = re.compile(rb"<" + p + rb"f(?=[\s/>])" + _ATTRIBUTES + rb"\s*(/?)>")
        self._formula_end = re.compile(rb"</" + p + rb"f\s*>")

    # -- what the sheet says about itself ----------------------------------------------

    def tags(self, name: bytes, *, head: bool) -> Iterator[re.Match[bytes]]:
        """The start tags of this name before (`head`) or after the cells."""
        start, end = (self.root.end(), self._data_tag.start()) if head else (self.after, -1)
        pattern = re.compile(
            rb"<" + re.escape(self.prefix + name) + rb"(?=[\s/>])" + _ATTRIBUTES + rb"\s*(/?)>"
        )
        return pattern.finditer(self._scan, start, len(self._scan) if end < 0 else end)

    def merged(self) -> Iterator[Area]:
        """The merged areas."""
        for tag in self.tags(b"mergeCell", head=False):
            area = _area(attribute(tag[1], b"ref"))
            if area is not None:
                yield area

    def filled_by_one_formula(self) -> Iterator[tuple[Area, bool]]:
        """The areas of array formulas, and (True) of data tables."""
        for tag in self._formula.finditer(self._scan, self._start, self._end):
            kind = attribute(tag[1], b"t")
            if kind in (b"array", b"dataTable"):
                area = _area(attribute(tag[1], b"ref"))
                if area is not None:
                    yield area, kind == b"dataTable"

    def spilling(self) -> Iterator[Spot]:
        """The cells of array formulas whose area follows their result (cells with metadata)."""
        for tag in self._formula.finditer(self._scan, self._start, self._end):
            if attribute(tag[1], b"t") != b"array":
                continue
            area = _area(attribute(tag[1], b"ref"))
            opened = self._scan.rfind(b"<" + self.prefix + b"c", self._start, tag.start())
            cell = self._cell_tag.match(self._scan, opened) if opened >= 0 else None
            if area is not None and cell is not None and attribute(cell[1], b"cm") is not None:
                yield area.top, area.left

    def elements(self) -> Iterator[tuple[str, int, int]]:
        """What follows the cells: each element's name, and where it begins and ends."""
        depth, name, start = 0, "", 0
        for tag in _TAG.finditer(self._scan, self.after):
            if tag[1]:
                depth -= 1
                if depth < 0:
                    return
                if depth == 0:
                    yield name, start, tag.end()
                continue
            if depth == 0:
                name, start = tag[2].decode("utf-8", "replace").rpartition(":")[2], tag.start()
            if not tag[4]:
                depth += 1
            elif depth == 0:
                yield name, start, tag.end()

    def place_for(self, name: str) -> int:
        """Where an element of this name may be put in: behind those that come before it."""
        rank = _ORDER.index(name)
        at = self.after
        for other, _, end in self.elements():
            known = _ORDER.index(other) if other in _ORDER else _ORDER.index("controls")
            if known <= rank:
                at = end
        return at

    def prefix_of(self, namespace: str) -> bytes:
        """The prefix that the root declares for a namespace, with its colon; empty for none."""
        pattern = rb"xmlns:([\w.\-]+)\s*=\s*[\"']" + re.escape(namespace.encode()) + rb"[\"']"
        match = re.search(pattern, self.root[3])
        return match[1] + b":" if match else b""

    def heights(self) -> dict[int, float]:
        """The rows that are as high as somebody wanted, in points."""
        found: dict[int, float] = {}
        last, at = 0, self._start
        while (tag := self._row_tag.search(self._scan, at, self._end)) is not None:
            number = attribute(tag[1], b"r")
            last = int(number) if number is not None else last + 1
            height = length(attribute(tag[1], b"ht"))
            if height is not None:
                found[last] = height
            at = tag.end()
        return found

    def widths(self) -> list[tuple[int, int, float]]:
        """First and last column and width in characters, where it isn't the usual one."""
        found = []
        for tag in self.tags(b"col", head=True):
            width = length(attribute(tag[1], b"width"))
            low, high = attribute(tag[1], b"min"), attribute(tag[1], b"max")
            if width is not None and low is not None and high is not None:
                hidden = attribute(tag[1], b"hidden") in (b"1", b"true")
                found.append((int(low), int(high), 0.0 if hidden else width))
        return found

    # -- changes -----------------------------------------------------------------------

    def splice(self, start: int, end: int, new: bytes) -> None:
        """Replace a piece of the part's text."""
        self._splices.append((start, end, new))

    def set_cells(
        self,
        values: Mapping[Spot, Scalar],
        styler: Styler,
        *,
        epoch_1904: bool,
        results: bool,
        areas: Mapping[Spot, Area] | None = None,
    ) -> None:
        """Give cells new values; with `results`, a formula stays and only what it gives changes,
        and the area that it fills where `areas` has it.

        Raises Refused for a formula that would be overwritten.
        """
        rows: dict[int, list[tuple[int, Scalar]]] = {}
        for (row, column), value in values.items():
            rows.setdefault(row, []).append((column, value))
        pen = _Pen(self.prefix, styler, self._column_styles(), epoch_1904, results, areas or {})
        wanted = sorted(rows)
        if self._data_tag[2]:
            if made := b"".join(pen.row(r, rows[r]) for r in wanted):
                self._open_sheet_data(made)
        else:
            self._walk(wanted, rows, pen)
        self._grow_dimension(values)

    def _walk(
        self, wanted: Sequence[int], rows: Mapping[int, list[tuple[int, Scalar]]], pen: _Pen
    ) -> None:
        """Go from row to row, as far as there are wanted ones."""
        done, last, at = 0, 0, self._start
        while done < len(wanted):
            tag = self._row_tag.search(self._scan, at, self._end)
            if tag is None:
                for row in wanted[done:]:
                    self._splices.append((self._end, self._end, pen.row(row, rows[row])))
                return
            end = tag.end() if tag[2] else self._scan.find(b"</" + self.prefix + b"row", tag.end())
            if end < 0:
                raise ValueError("a row has no end")
            number = self._row_number(tag, end, last)
            if number <= last:
                raise Refused(
                    None,
                    f"的第 {number} 行排在第 {last} 行之后,文件内部次序有误",
                    "请用 Excel 或 WPS 打开后另存,再试。",
                )
            while done < len(wanted) and wanted[done] < number:
                row = wanted[done]
                self._splices.append((tag.start(), tag.start(), pen.row(row, rows[row])))
                done += 1
            if done < len(wanted) and wanted[done] == number:
                self._set_row(tag, end, number, sorted(rows[number], key=_column), pen)
                done += 1
            last, at = number, end

    def pieces(self) -> list[Piece]:
        """The part's new text, in pieces that stand one after the other."""
        view = memoryview(self.data)
        out: list[Piece] = []
        small: list[Piece] = []
        size, at = 0, 0
        for start, end, new in sorted(self._splices, key=lambda s: s[:2]):
            for piece in (view[at:start], new):
                small.append(piece)
                size += len(piece)
            if size > _CHUNK:
                out.append(b"".join(small))
                small, size = [], 0
            at = end
        small.append(view[at:])
        out.append(b"".join(small))
        return out

    @property
    def changed(self) -> bool:
        """Whether anything is to change."""
        return bool(self._splices)

    # -- rows and cells ------------------------------------------------------------------

    def _open_sheet_data(self, content: bytes) -> None:
        tag = self._data_tag
        opened = b"<" + self.prefix + b"sheetData" + tag[1] + b">"
        closed = b"</" + self.prefix + b"sheetData>"
        self._splices.append((tag.start(), tag.end(), opened + content + closed))

    def _row_number(self, tag: re.Match[bytes], end: int, before: int) -> int:
        number = attribute(tag[1], b"r")
        if number is not None:
            return int(number)
        first = None if tag[2] else self._cell_tag.search(self._scan, tag.end(), end)
        if first is not None and (place := _place(first[1])) is not None:
            return place[0]
        return before + 1

    def _set_row(
        self,
        tag: re.Match[bytes],
        end: int,
        row: int,
        values: Sequence[tuple[int, Scalar]],
        pen: _Pen,
    ) -> None:
        attributes = tag[1]
        row_style = None
        if attribute(attributes, b"customFormat") in (b"1", b"true"):
            row_style = int(attribute(attributes, b"s") or b"0")
        added: list[int] = []
        if tag[2]:
            made = b"".join(pen.new_cell(row, c, v, row_style) for c, v in values)
            if made:
                spans = self._spans(attributes, [c for c, _ in values])
                opened = b"<" + self.prefix + b"row" + spans + b">"
                closed = b"</" + self.prefix + b"row>"
                self._splices.append((tag.start(), tag.end(), opened + made + closed))
            return
        cells: list[_Cell] | None = None
        start = tag.end()
        for column, value in values:
            cell = self._cell_at(row, column, start, end)
            if cell is None:
                if self._is_beyond(column, start, end):
                    at = end
                else:
                    cells = self._cells(start, end) if cells is None else cells
                    cell = next((c for c in cells if c.column == column), None)
                    at = next((c.start for c in cells if c.column > column), end)
            if cell is not None:
                self._splices.append((cell.start, cell.end, self._changed(cell, row, value, pen)))
            elif made := pen.new_cell(row, column, value, row_style):
                self._splices.append((at, at, made))
                added.append(column)
        spans = self._spans(attributes, added)
        if spans != attributes:
            at = tag.start(1)
            self._splices.append((at, at + len(attributes), spans))

    @staticmethod
    def _spans(attributes: bytes, columns: Iterable[int]) -> bytes:
        """A row's attributes, without the columns that it spans if they are no longer true."""
        spans = attribute(attributes, b"spans")
        if spans is None:
            return attributes
        try:
            spanned = [tuple(map(int, span.split(b":"))) for span in spans.split()]
            true = all(any(low <= c <= high for low, high in spanned) for c in columns)
        except ValueError:
            true = False
        return attributes if true else _SPANS.sub(b"", attributes)

    def _cell_at(self, row: int, column: int, start: int, end: int) -> _Cell | None:
        """The cell whose address is written out as nearly all are; None is no proof."""
        written = b' r="%s%d"' % (column_name(column).encode(), row)
        at = self._scan.find(written, start, end)
        if at < 0:
            return None
        tag = self._cell_tag.match(self._scan, self._scan.rfind(b"<", start, at))
        if tag is None or tag.end() <= at:
            return None
        return self._cell(tag, column, end)

    def _cell(self, tag: re.Match[bytes], column: int, row_end: int) -> _Cell:
        if tag[2]:
            return _Cell(column, tag.start(), tag.end(), tag.end(), tag[1], True)
        close = self._cell_end.search(self._scan, tag.end(), row_end)
        if close is None:
            raise ValueError("a cell has no end")
        return _Cell(column, tag.start(), tag.end(), close.end(), tag[1], False)

    def _is_beyond(self, column: int, start: int, end: int) -> bool:
        """Whether a column lies right of all cells of a row."""
        at = self._scan.rfind(b"<" + self.prefix + b"c", start, end)
        if at < 0:
            return True
        tag = self._cell_tag.match(self._scan, at)
        place = None if tag is None else _place(tag[1])
        return place is not None and place[1] < column

    def _cells(self, start: int, end: int) -> list[_Cell]:
        """The cells of a row; one without an address follows the one before it."""
        cells: list[_Cell] = []
        column, at = 0, start
        while (tag := self._cell_tag.search(self._scan, at, end)) is not None:
            place = _place(tag[1])
            column = column + 1 if place is None else place[1]
            cell = self._cell(tag, column, end)
            cells.append(cell)
            at = cell.end
        return cells

    def _changed(self, cell: _Cell, row: int, value: Scalar, pen: _Pen) -> bytes:
        kept = formula = b""
        if not cell.closed:
            inside = (cell.tag_end, cell.end)
            found = self._formula.search(self._scan, *inside)
            if found is not None:
                if not pen.results:
                    raise Refused(
                        (row, cell.column), "是公式,不能填入数值", "请改填公式所引用的单元格。"
                    )
                stop = found.end()
                if not found[2]:
                    close = self._formula_end.search(self._scan, stop, cell.end)
                    if close is None:
                        raise ValueError("a formula has no end")
                    stop = close.end()
                formula = self.data[found.start() : stop]
                area = pen.areas.get((row, cell.column))
                if area is not None:
                    formula = _REF.sub(b' ref="%b"' % area.a1.encode(), formula, count=1)
            more = self._scan.find(b"<" + self.prefix + b"extLst", *inside)
            if more >= 0:
                kept = self.data[more : self._scan.rindex(b"</", *inside)]
        return pen.cell(cell.attributes, value, formula, kept)

    def _column_styles(self) -> list[tuple[int, int, int]]:
        styles = []
        for tag in self.tags(b"col", head=True):
            style = attribute(tag[1], b"style")
            if style not in (None, b"0"):
                low, high = attribute(tag[1], b"min") or b"1", attribute(tag[1], b"max") or b"1"
                styles.append((int(low), int(high), int(style)))
        return styles

    def _grow_dimension(self, values: Mapping[Spot, Scalar]) -> None:
        spots = [spot for spot, value in values.items() if value is not None]
        tag = next(self.tags(b"dimension", head=True), None)
        old = None if tag is None else _area(attribute(tag[1], b"ref"))
        if tag is None or old is None or not spots:
            return
        new = Area(
            min(old.top, *(r for r, _ in spots)) if spots else old.top,
            min(old.left, *(c for _, c in spots)),
            max(old.bottom, *(r for r, _ in spots)),
            max(old.right, *(c for _, c in spots)),
        )
        if new != old:
            whole = tag.start(1)
            match = re.search(rb"\bref\s*=\s*(" + _VALUE + rb")", tag[1])
            assert match is not None
            self._splices.append(
                (whole + match.start(1) + 1, whole + match.end(1) - 1, new.a1.encode())
            )


class _Pen:
    """Writes cells in the dialect of one sheet."""

    def __init__(
        self,
        prefix: bytes,
        styler: Styler,
        columns: Sequence[tuple[int, int, int]],
        epoch_1904: bool,
        results: bool,
        areas: Mapping[Spot, Area],
    ) -> None:
        self.areas = areas
        self._p, self._styler, self._columns = prefix, styler, columns
        self._epoch_1904, self.results = epoch_1904, results

    def row(self, row: int, values: Iterable[tuple[int, Scalar]]) -> bytes:
        """A row that did not exist."""
        ordered = sorted(values, key=_column)
        cells = b"".join(self.new_cell(row, c, v, None) for c, v in ordered)
        if not cells:
            return b""
        return b'<%brow r="%d">%b</%brow>' % (self._p, row, cells, self._p)

    def new_cell(self, row: int, column: int, value: Scalar, row_style: int | None) -> bytes:
        """A cell that did not exist; nothing for a blank."""
        if value is None:
            return b""
        base = row_style
        if base is None:
            base = next((s for low, high, s in self._columns if low <= column <= high), None)
        return self.cell(b' r="%b"' % a1(row, column).encode(), value, style=base, new=True)

    def cell(
        self,
        attributes: bytes,
        value: Scalar,
        formula: bytes = b"",
        kept: bytes = b"",
        *,
        style: int | None = None,
        new: bool = False,
    ) -> bytes:
        """A cell with these attributes, its kind and style made fit for the value."""
        p = self._p
        if not new:
            attributes = (_RESULT if formula else _KIND).sub(b"", attributes)
            written = _STYLE.search(attributes)
            style = int(written[1]) if written else None
        fit = self._styler(style, value)
        if fit is not None and (new or fit != style):
            attributes = _STYLE.sub(b"", attributes) + b' s="%d"' % fit
        kind, content = self._content(value, formula=bool(formula))
        inside = formula + content + kept
        if not inside:
            return b"<%bc%b/>" % (p, attributes)
        return b"<%bc%b%b>%b</%bc>" % (p, attributes, kind, inside, p)

    def _content(self, value: Scalar, *, formula: bool) -> tuple[bytes, bytes]:
        p = self._p
        if value is None and formula:  # no formula gives nothing: it is a text without letters
            return b' t="str"', b"<%bv></%bv>" % (p, p)
        if value is None:
            return b"", b""
        if isinstance(value, bool):
            return b' t="b"', b"<%bv>%d</%bv>" % (p, value, p)
        if isinstance(value, CellError):
            return b' t="e"', b"<%bv>%b</%bv>" % (p, value.code.encode(), p)
        if isinstance(value, str):
            text = text_xml(value)
            if formula:
                return b' t="str"', b"<%bv>%b</%bv>" % (p, text, p)
            keep = b"" if value == value.strip() and "\n" not in value and "  " not in value else (
                b' xml:space="preserve"'
            )  # fmt: skip
            return b' t="inlineStr"', b"<%bis><%bt%b>%b</%bt></%bis>" % (p, p, keep, text, p, p)
        if isinstance(value, (date, time)):
            number = serial(value)
            if self._epoch_1904 and isinstance(value, date):
                number -= 1462
            value = int(number) if number == int(number) else number
        return b"", b"<%bv>%b</%bv>" % (p, repr(value).encode(), p)


def _column(pair: tuple[int, Scalar]) -> int:
    return pair[0]


def _place(attributes: bytes) -> Spot | None:
    reference = attribute(attributes, b"r")
    match = None if reference is None else _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    number = 0
    for letter in match[1].upper():
        number = number * 26 + letter - 64
    return int(match[2]), number


def _area(reference: bytes | None) -> Area | None:
    try:
        first, _, last = (reference or b"").decode().partition(":")
        top, left = parse_a1(first)
        bottom, right = parse_a1(last or first)
    except ValueError:
        return None
    return Area(top, left, bottom, right)
