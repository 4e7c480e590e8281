"""The values of an .xlsx workbook that the value reader can't read.

The value reader gives up the whole workbook for one cell (a figure of a thousand million
in a date format), for a sheet of macros, or for a spelling that it doesn't know.  Here
each cell is read by itself, slowly, and an odd one stays what is stored.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kpixl.grid import Area, CellError, Scalar, Spot
from kpixl.hosts.files_xlsx import OoxmlBook, Styles, area_of, elements_of, local_name
from kpixl.hosts.patching import dense, normal
from kpixl.hosts.plain_sheet import spot_of

_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ADDRESS = re.compile(r"[A-Za-z]{1,3}[1-9][0-9]{0,6}")


@dataclass(frozen=True, slots=True)
class SheetValues:
    """A worksheet: its values from A1, and where cells are merged."""

    name: str
    hidden: bool
    rows: tuple[tuple[Scalar, ...], ...]
    merged: tuple[Area, ...]


def all_values(book: OoxmlBook) -> list[SheetValues]:
    """The worksheets of a workbook in their order; raises what `OoxmlBook` raises."""
    parts, _, _ = book.sheets_and_names()
    hidden, days_from_1904 = book.hidden_sheets(), book.counts_from_1904()
    strings = [_text_of(element) for element in book.shared_strings()]
    styles = book.styles()
    sheets = []
    for name, part in parts.items():
        reader = _Values(strings, styles, days_from_1904)
        with book.open(part) as stream:
            merged = tuple(reader.read(stream))
        sheets.append(SheetValues(name, name in hidden, dense(reader.values), merged))
    return sheets


class _Values:
    def __init__(self, strings: list[str], styles: Styles, days_from_1904: bool) -> None:
        self._strings, self._styles, self._1904 = strings, styles, days_from_1904
        self.values: dict[Spot, Scalar] = {}

    def read(self, stream: Any) -> Iterator[Area]:
        row = 0
        for element in elements_of(stream, ("row", "mergeCell")):
            if local_name(element) == "mergeCell":
                area = area_of(element.get("ref", ""))
                if ":" in area.a1:
                    yield area
                continue
            number = element.get("r")
            row = int(number) if number else row + 1
            column = 0
            for cell in element:
                reference = (cell.get("r") or "").upper()
                if _ADDRESS.fullmatch(reference):
                    row, column = spot_of(reference)
                else:
                    column += 1
                self.values[row, column] = normal(self._value(cell))

    def _value(self, cell: Any) -> Scalar:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(_text_of(element) for element in cell.iterfind("{*}is"))
        text = cell.findtext("{*}v")
        if text is None:
            return None
        if kind == "s":
            index = int(text)
            return self._strings[index] if 0 <= index < len(self._strings) else None
        if kind == "str":
            return _plain(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return CellError(text)
        if kind == "d":
            return _iso(text)
        return self._number(text.strip(), cell.get("s", "0"))

    def _number(self, text: str, style: str) -> Scalar:
        try:
            number = float(text)
        except ValueError:
            return _plain(text)
        if not math.isfinite(number):
            return _plain(text)
        shown = self._styles.format(style)
        return moment(number, shown, days_from_1904=self._1904) if shown else number


def moment(number: float, shown: str, *, days_from_1904: bool = False) -> Scalar:
    """A number in a format of dates as its date; what is no date stays a number.

    >>> moment(42019, "yyyy-mm-dd"), moment(0.5, "h:mm"), moment(1.5, "[h]:mm")
    (datetime.date(2015, 1, 15), datetime.time(12, 0), 1.5)
    >>> moment(5e9, "yyyy-mm-dd"), moment(8.5, '0.0"days"')
    (5000000000.0, 8.5)
    """
    letters = _ASIDE.sub("", shown.partition(";")[0])
    if _SPAN.search(letters) or not re.search("[ymdhs]", letters, re.IGNORECASE):
        return number
    if 0 <= number < 1 and not days_from_1904:
        of_day = timedelta(milliseconds=round(number * 86_400_000) % 86_400_000)
        return (datetime.min + of_day).time()
    if days_from_1904:
        start = datetime(1904, 1, 1)
    else:  # the 29 February 1900 of spreadsheet programs never was
        start = datetime(1899, 12, 30) if number >= 60 else datetime(1899, 12, 31)
    try:
        at = start + timedelta(milliseconds=round(number * 86_400_000))
    except OverflowError:
        return number
    return normal(at) if number >= 0 else number


def _iso(text: str) -> Scalar:
    try:
        return normal(datetime.fromisoformat(text.removesuffix("Z")))
    except ValueError:
        pass
    try:
        return date.fromisoformat(text)
    except ValueError:
        return _plain(text)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _text_of(element: Any) -> str:
    """A string item: its runs, without the phonetic hints."""
    parts = []
    for piece in element.iter("{*}t"):
        if local_name(piece.getparent()) != "rPh":
            parts.append(piece.text or "")
    return _plain("".join(parts))
