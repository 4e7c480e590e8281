"""What the value reader doesn't tell of an .xls or .xlsb workbook, read from its records.

Error values, number formats (a figure in a percent cell is another figure), locks
and hidden rows; and how far the cells reach, which must be known before a reader
lays out the whole rectangle.  Sources: [MS-XLS], [MS-XLSB].  Formula texts are not
read: they are stored compiled.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from kpixl.grid import Spot

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _CONTINUE = (0x0809, 0x0A, 0x2F, 0x85, 0x3C)
_FORMAT, _XF, _PROTECT, _ROW, _COLINFO = 0x041E, 0xE0, 0x12, 0x0208, 0x7D
_BLANK, _MULBLANK, _MULRK, _BOOLERR, _FORMULA = 0x0201, 0xBE, 0xBD, 0x0205, 0x06
# NUMBER, RK, LABELSST, LABEL, RSTRING
_VALUES = frozenset((0x0203, 0x027E, 0xFD, 0x0204, 0xD6))
_WORKSHEET, _MACRO_SHEET = 0, 1
_SUPBOOK = 0x01AE
_ITSELF, _ADD_IN = 0x0401, 0x3A01


@dataclass(slots=True)
class Cells:
    """One sheet: how far its filled cells reach, and what stands around the values."""

    name: str = ""
    rows: int = 0
    columns: int = 0
    filled: int = 0
    errors: dict[Spot, str] = field(default_factory=dict)
    formats: dict[Spot, int] = field(default_factory=dict)  # cell → index of its cell format
    protected: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def see(self, row: int, column: int) -> None:
        """Note a filled cell; row and column count from 1."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        self.filled += 1


@dataclass(frozen=True, slots=True)
class Biff:
    """An .xls workbook stream: its worksheets in order, and its cell formats."""

    encrypted: bool
    sheets: tuple[Cells, ...]
    number_formats: dict[int, str]  # format number → text, only those that the file defines
    cell_formats: tuple[tuple[int, bool], ...]  # per cell format: format number, locked
    active: frozenset[str] = frozenset()  # "xlm", "dde", "links"


def read_xls(stream: bytes) -> Biff:
    """The facts of a workbook stream; a cut-off stream gives what it still holds.

    Texts are those of BIFF8 (Excel 97 on); an older stream gives its cells only.
    """
    unicode = stream[4:6] == b"\x00\x06"
    places: list[tuple[int, str]] = []
    texts: dict[int, str] = {}
    cell_formats: list[tuple[int, bool]] = []
    active: set[str] = set()
    for kind, body in _substream(stream, 0):
        if kind == _FILEPASS:
            return Biff(True, (), {}, ())
        if kind == _BOUNDSHEET and len(body) > 8 and body[5] == _WORKSHEET:
            name = _short_text(body, 6) if unicode else ""
            places.append((struct.unpack_from("<I", body)[0], name))
        elif kind == _FORMAT and len(body) > 5 and unicode:
            texts[struct.unpack_from("<H", body)[0]] = _text(body, 2)
        elif kind == _XF and len(body) >= 6:
            _, number, flags = struct.unpack_from("<3H", body)
            cell_formats.append((number, bool(flags & 1)))
        elif kind == _BOUNDSHEET and len(body) > 8 and body[5] == _MACRO_SHEET:
            active.add("xlm")
        elif kind == _SUPBOOK and len(body) >= 4:
            (length,) = struct.unpack_from("<H", body, 2)
            if length not in (_ITSELF, _ADD_IN):
                # A service and its topic are parted by this sign, the path of a file has none.
                active.add("dde" if b"\x03" in body[4:] else "links")
    sheets = tuple(_sheet(stream, at, name) for at, name in places)
    return Biff(False, sheets, texts, tuple(cell_formats), frozenset(active))


def _substream(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    depth, end = 0, len(stream) - 4
    while 0 <= at <= end:
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind & 0xFF == _BOF & 0xFF and kind in (0x09, 0x0209, 0x0409, _BOF):
            depth += 1  # an embedded chart is a stream of its own inside the sheet's
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and len(body) == length:
            yield kind, body


def _sheet(stream: bytes, at: int, name: str) -> Cells:
    cells = Cells(name)
    for kind, body in _substream(stream, at):
        size = len(body)
        if kind in _VALUES or kind in (_BLANK, _BOOLERR, _FORMULA):
            if size < 6:
                continue
            row, column, form = struct.unpack_from("<3H", body)
            spot = (row + 1, column + 1)
            cells.formats[spot] = form
            if kind == _BLANK:
                continue
            cells.see(*spot)
            if kind == _BOOLERR and size >= 8 and body[7]:
                cells.errors[spot] = ERRORS.get(body[6], "#N/A")
            elif kind == _FORMULA and size >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
                cells.errors[spot] = ERRORS.get(body[8], "#N/A")
        elif kind in (_MULRK, _MULBLANK) and size >= 6:
            row, column = struct.unpack_from("<2H", body)
            step = 6 if kind == _MULRK else 2
            for index in range((size - 6) // step):
                spot = (row + 1, column + 1 + index)
                cells.formats[spot] = struct.unpack_from("<H", body, 4 + index * step)[0]
                if kind == _MULRK:
                    cells.see(*spot)
        elif kind == _PROTECT and size >= 2:
            cells.protected = bool(body[0])
        elif kind == _ROW and size >= 14 and struct.unpack_from("<H", body, 12)[0] & 0x20:
            cells.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLINFO and size >= 10:
            first, last, _, _, flags = struct.unpack_from("<5H", body)
            if flags & 1:
                cells.hidden_columns.update(range(first + 1, min(last, 255) + 2))
    return cells


def _short_text(body: bytes, at: int) -> str:
    count, wide = body[at], body[at + 1] & 1
    return _characters(body, at + 2, count, bool(wide))


def _text(body: bytes, at: int) -> str:
    (count,) = struct.unpack_from("<H", body, at)
    return _characters(body, at + 3, count, bool(body[at + 2] & 1))


def _characters(body: bytes, at: int, count: int, wide: bool) -> str:
    raw = body[at : at + count * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


_XLSB_ROW, _XLSB_ERROR, _XLSB_FORMULA_ERROR = 0, 3, 11
_XLSB_CELLS = frozenset(range(1, 12))  # BrtCellBlank is 1
_XLSB_BLANK = 1
_XLSB_BUNDLE_SHEET = 156


def read_xlsb_sheet(part: bytes) -> Cells:
    """The facts of one .xlsb worksheet part: reach and error values."""
    cells, at, end, row = Cells(), 0, len(part), 0
    while at < end:
        kind, at = _varying(part, at, 2)
        length, at = _varying(part, at, 4)
        if kind == _XLSB_ROW and at + 4 <= end:
            row = struct.unpack_from("<I", part, at)[0] + 1
        elif kind in _XLSB_CELLS and kind != _XLSB_BLANK and at + 9 <= end:
            spot = (row, struct.unpack_from("<I", part, at)[0] + 1)
            cells.see(*spot)
            if kind in (_XLSB_ERROR, _XLSB_FORMULA_ERROR):
                cells.errors[spot] = ERRORS.get(part[at + 8], "#N/A")
        at += length
    return cells


def read_xlsb_sheet_names(workbook: bytes) -> Iterator[tuple[str, str]]:
    """Each sheet's name with the id of the relation that leads to its part."""
    at, end = 0, len(workbook)
    while at < end:
        kind, at = _varying(workbook, at, 2)
        length, at = _varying(workbook, at, 4)
        if kind == _XLSB_BUNDLE_SHEET:
            link, after = _wide_text(workbook, at + 8)
            name, _ = _wide_text(workbook, after)
            yield name, link
        at += length


def _wide_text(part: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", part, at)
    after = at + 4 + 2 * count
    return part[at + 4 : after].decode("utf-16-le", "replace"), after


def _varying(part: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for index in range(most):
        if at >= len(part):
            break
        byte = part[at]
        at += 1
        number |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            break
    return number, at
