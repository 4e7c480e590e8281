"""Cell formats of an existing workbook: looked up, and new ones put behind the old.

No record is ever changed or moved: what cells point to stays what it was.  A format that
is there already is used again, so that doing the same twice adds nothing the second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, time
from typing import Any

from kpixl.grid import Scalar
from kpixl.hosts.files_parts import Package, local, space
from kpixl.hosts.files_xlsx import BUILTIN_FORMATS

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_PART = "xl/styles.xml"
# The children of <styleSheet> in the order that the format asks for.
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_FIRST_FREE_FORMAT = 164
_MOST_FORMATS = 65_000
# A format without these letters outside quotes and brackets shows no date and no time.
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_CLOCK = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
_MINIMAL = f"""<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>\
</styleSheet>"""


class TooManyFormats(ValueError):
    """A workbook that has as many cell formats as the file format allows."""


def shows_a_date(number_format: str) -> bool:
    """Whether a number format shows a number as a date or a time.

    >>> [shows_a_date(f) for f in ("yyyy-mm-dd", "[h]:mm", "0.00", '0"月"', "[Red]0")]
    [True, True, False, False, False]
    """
    return bool(_CLOCK.search(_NOT_SHOWN.sub("", number_format)))


class StyleBook:
    """The styles part of a package; untouched until a format is asked for that it lacks."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._fits: dict[tuple[int | None, str], int | None] = {}
        self._known: dict[str, dict[str, int]] = {}
        part = next(
            (
                link.target
                for link in package.links(package.workbook)
                if link.kind == "styles" and not link.external
            ),
            None,
        )
        self._part = part if part is not None and part in package else None
        self._root: Any = None

    @property
    def root(self) -> Any:
        """The tree of the styles part, made where the workbook has none."""
        from lxml import etree

        if self._root is None:
            if self._part is None:
                self._part = _PART  # some readers look for it there and nowhere else
                if _PART in self._package:
                    self._part = self._package.free_name("xl/styles{}.xml")
                root = etree.fromstring(_MINIMAL)
                self._package.put_tree(self._part, root, _CONTENT_TYPE)
                self._package.link(self._package.workbook, "styles", self._part)
            self._root = self._package.tree(self._part)
        return self._root

    # -- formats of values ----------------------------------------------------------------

    def for_value(self, base: int | None, value: Scalar) -> int | None:
        """The format in which a cell of format `base` (None: none of its own) can hold a value.

        A date needs a date format; a figure must not be shown as a date, because its cell
        held one or because the workbook's first format happens to be one; text that begins
        like a formula is marked as text, so that editing it keeps it text.
        """
        kind = _kind(value)
        key = (base, kind)
        if key not in self._fits:
            self._fits[key] = self._fit(base, kind)
        return self._fits[key]

    def for_result(self, base: int | None, value: Scalar) -> int | None:
        """The format in which a formula's cell can show what it gives.

        A figure there may be a day's number: whether it is one, the cell's own format says.
        """
        return base if _kind(value) == "figure" else self.for_value(base, value)

    def _fit(self, base: int | None, kind: str) -> int | None:
        if self._part is None and kind in ("figure", "other"):
            return base
        index = base or 0
        if kind == "other":
            return base
        if kind == "figure":
            unset = base is None and self.number_format(0) not in ("", "General")
            if unset or shows_a_date(self.number_format(index)):
                return self.derived(index, numFmtId="0", applyNumberFormat="1", quotePrefix=None)
            if self._prefixed(index):
                return self.derived(index, quotePrefix=None)
            return base
        if kind == "formula-like":
            return index if self._prefixed(index) else self.derived(index, quotePrefix="1")
        if shows_a_date(self.number_format(index)):
            return base
        return self.derived(
            index, numFmtId=str(self.format_number(kind)), applyNumberFormat="1", quotePrefix=None
        )

    def _prefixed(self, index: int) -> bool:
        xf = self._xf(index)
        return xf is not None and xf.get("quotePrefix") in ("1", "true")

    def number_format(self, index: int) -> str:
        """The number format of a cell format; empty where it can't be told."""
        xf = self._xf(index)
        if xf is None:
            return ""
        number = int(xf.get("numFmtId", "0"))
        if number == 0:
            return "General"
        for element in self._box("numFmts"):
            if element.get("numFmtId") == str(number):
                return element.get("formatCode") or ""
        return BUILTIN_FORMATS.get(number, "")

    def format_number(self, code: str) -> int:
        """The number of a number format, added where the workbook lacks it."""
        if code == "General":
            return 0
        box = self._box("numFmts")
        highest = _FIRST_FREE_FORMAT - 1
        for element in box:
            number = int(element.get("numFmtId", "0"))
            if element.get("formatCode") == code:
                return number
            highest = max(highest, number)
        element = self.element("numFmt")
        element.set("numFmtId", str(highest + 1))
        element.set("formatCode", code)
        self._append("numFmts", element)
        return highest + 1

    # -- records --------------------------------------------------------------------------

    def derived(self, index: int, **changes: str | None) -> int:
        """The cell format that is format `index` but for some attributes (None: without it)."""
        xf = self._xf(index)
        new = self.element("xf") if xf is None else deepcopy(xf)
        for name, value in changes.items():
            if value is None:
                new.attrib.pop(name, None)
            else:
                new.set(name, value)
        return self.index_of("cellXfs", new)

    def index_of(self, box: str, element: Any) -> int:
        """The index of a record of this content in a box, added at its end if it is not there."""
        known = self._known.get(box)
        if known is None:
            known = self._known[box] = {}
            for index, old in enumerate(self._box(box)):
                known.setdefault(_canonical(old), index)
        key = _canonical(element)
        if key not in known:
            known[key] = self._append(box, element)
        return known[key]

    def adopted(self, element: Any) -> Any:
        """A copy of a foreign element, in the namespace of this part."""
        new = self.element(local(element))
        new.attrib.update(element.attrib)
        for child in element:
            if local(child):
                new.append(self.adopted(child))
        return new

    def element(self, name: str) -> Any:
        """A new element of this part's namespace."""
        return self.root.makeelement(f"{{{space(self.root)}}}{name}")

    def _xf(self, index: int) -> Any:
        box = self._box("cellXfs")
        return box[index] if 0 <= index < len(box) else None

    def _box(self, name: str) -> list[Any]:
        if self._part is None and self._root is None:
            return []
        found = self.root.find(f"{{*}}{name}")
        return [] if found is None else [child for child in found if local(child)]

    def _append(self, name: str, element: Any) -> int:
        box = self.root.find(f"{{*}}{name}")
        if box is None:
            box = self.element(name)
            place = _ORDER.index(name)
            at = sum(local(child) in _ORDER[:place] for child in self.root)
            self.root.insert(at, box)
        there = len(self._box(name))
        if there >= _MOST_FORMATS:
            raise TooManyFormats(name)
        box.append(element)
        box.set("count", str(there + 1))
        return there


def _kind(value: Scalar) -> str:
    """What decides about a value's format: a date's own format, or a word."""
    if isinstance(value, str):
        return "formula-like" if value[:1] in ("=", "+", "-", "@") else "other"
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return "yyyy-mm-dd"
    if isinstance(value, time):
        return "hh:mm"
    figure = isinstance(value, (int, float)) and not isinstance(value, bool)
    return "figure" if figure else "other"


def _canonical(element: Any) -> str:
    children = "".join(_canonical(child) for child in element if local(child))
    attributes = sorted((str(k), str(v)) for k, v in element.attrib.items())
    return f"<{local(element)} {attributes} {(element.text or '').strip()}>{children}</>"


def adopting(book: StyleBook, donor: Any) -> Callable[[int], int]:
    """What gives for a cell format of another styles part (its root) the same one in `book`.

    What the format asks for is written out in full, because a record of ours must not
    depend on what the workbook calls its normal style.
    """
    boxes = {name: donor.find(f"{{*}}{name}") for name in _ORDER}
    codes = {
        element.get("numFmtId"): element.get("formatCode") or ""
        for element in (() if boxes["numFmts"] is None else boxes["numFmts"])
    }
    made: dict[int, int] = {}

    def moved(box: str, index: str) -> str:
        element = book.adopted(boxes[box][int(index)])
        if box == "fonts":
            # A font of the theme would change its face with the workbook's theme.
            for scheme in element.findall("{*}scheme"):
                element.remove(scheme)
        return str(book.index_of(box, element))

    def adopt(index: int) -> int:
        if index not in made:
            xf = boxes["cellXfs"][index]
            new = book.adopted(xf)
            number = xf.get("numFmtId", "0")
            code = codes.get(number)
            new.set("numFmtId", number if code is None else str(book.format_number(code)))
            new.set("fontId", moved("fonts", xf.get("fontId", "0")))
            new.set("fillId", moved("fills", xf.get("fillId", "0")))
            new.set("borderId", moved("borders", xf.get("borderId", "0")))
            new.set("xfId", "0")
            for name in ("NumberFormat", "Font", "Fill", "Border", "Alignment", "Protection"):
                new.set(f"apply{name}", "1")
            made[index] = book.index_of("cellXfs", new)
        return made[index]

    return adopt
