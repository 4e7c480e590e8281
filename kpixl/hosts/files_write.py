"""Writing a new workbook from sheets of ours.

The same sheets give the same bytes: nothing of the clock, of the machine or of the
order in which a dictionary was filled gets into the file.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpixl.address import a1, quote_sheet
from kpixl.grid import Area, CellError, Scalar
from kpixl.host import (
    ColorScale,
    Content,
    DataBar,
    Formula,
    Page,
    Patch,
    SheetSpec,
    Style,
    Validation,
)
from kpixl.hosts.patching import (
    OWN_NAME,
    folded,
    formula_text,
    own_text,
    shown_format,
    styles_of,
    value_of,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# 微软雅黑, on every Windows since 2007, by the name that is the same in every
# language of Windows; elsewhere LibreOffice falls back to the Chinese face it has.
FACE = "Microsoft YaHei"
_BORDER = "#A6A6A6"
_A4 = 9
# A workbook says when it was made; a fixed day keeps the bytes the same.
_CREATED = datetime(2000, 1, 1)
_LONGEST_LIST, _LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 255, 32
CHOICES_SHEET = "选项"
_UNBOUNDED = 1e15


class _Exact(float):
    """A figure that is written with all its digits; the writer's own habit is 16."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return repr(float(self)) if spec == ".16G" else super().__format__(spec)


def workbook_bytes(patch: Patch, path: str | Path = "") -> bytes:
    """The .xlsx file that holds the sheets of a patch, its marks and its names.

    `path` only names the file in errors.  Raises ValueError for what no workbook
    can hold.
    """
    return sheets_bytes(patch, folded(patch, path))


def sheets_bytes(
    patch: Patch, sheets: Sequence[SheetSpec], choices_sheet: str = CHOICES_SHEET
) -> bytes:
    """An .xlsx file that holds these sheets, the marks and the names of the patch.

    Lists of choices that no validation can hold stand on a further sheet, `choices_sheet`.
    """
    from xlsxwriter.exceptions import XlsxWriterException

    long_lists = _long_lists(sheets, choices_sheet)
    try:
        with warnings.catch_warnings():
            # The writer warns and leaves out what it refuses; nothing may be left out.
            warnings.simplefilter("error", UserWarning)
            return _written(patch, sheets, long_lists, choices_sheet)
    except (UserWarning, XlsxWriterException) as error:
        raise ValueError(str(error)) from error


def _written(
    patch: Patch,
    sheets: Sequence[SheetSpec],
    long_lists: list[tuple[str, ...]],
    choices_sheet: str,
) -> bytes:
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "use_future_functions": True,
        "default_format_properties": {"font_name": FACE, "font_size": 11},
    }
    book = Workbook(stream, options)
    book.set_properties({"title": patch.title, "created": _CREATED})
    for name, text in sorted(patch.marks.items()):
        book.set_custom_property(name, text, "text")
    pen = _Pen(book, long_lists, choices_sheet)
    for spec in sheets:
        pen.sheet(spec)
    if long_lists:
        pen.long_lists()
    if patch.owner:
        for index, sheet in enumerate(book.worksheets()):
            # Not through define_name(): it can't hide a name, nor take every sheet's name.
            text = own_text(patch.owner, sheet.get_name())
            book.defined_names.append([OWN_NAME, index, text, True])
    for name, text in sorted(patch.names.items()):
        book.define_name(name, "=" + text.removeprefix("="))
    if not sheets:
        book.add_worksheet()
    book.close()
    return stream.getvalue()


# -- long lists of choices -----------------------------------------------------------


def _long_lists(specs: Sequence[SheetSpec], choices_sheet: str) -> list[tuple[str, ...]]:
    """The distinct lists of choices that no validation can hold, in their order.

    A validation can hold 255 characters of choices and no comma in one; longer lists
    stand on a hidden sheet that the validation points to.
    """
    long: list[tuple[str, ...]] = []
    for spec in specs:
        for validation in spec.validations:
            if _is_long(validation.choices) and validation.choices not in long:
                long.append(validation.choices)
    if long and any(spec.name == choices_sheet for spec in specs):
        raise ValueError(f"the sheet name {choices_sheet!r} is needed for long lists")
    return long


def _is_long(choices: tuple[str, ...]) -> bool:
    return len(",".join(choices)) > _LONGEST_LIST or any("," in c for c in choices)


class _Pen:
    """Writes sheets into one workbook, with one format object per distinct style."""

    def __init__(
        self, book: Workbook, long_lists: list[tuple[str, ...]], choices_sheet: str
    ) -> None:
        self._book, self._long_lists, self._choices = book, long_lists, choices_sheet
        self._formats: dict[tuple[Style, str], Format] = {}
        self._active = False

    def sheet(self, spec: SheetSpec) -> None:
        """Write one sheet, whole."""
        sheet = self._book.add_worksheet(spec.name)
        _set_up(sheet, spec)
        if spec.hidden:
            sheet.hide()
        elif not self._active:
            sheet.activate()
            sheet.set_first_sheet()
            self._active = True
        self._cells(sheet, spec)
        for validation in spec.validations:
            self._validation(sheet, validation)
        for rule in spec.conditional:
            sheet.conditional_format(*_corners(rule.area), _conditional(rule))
        for (row, column), text in sorted(spec.notes.items()):
            sheet.write_comment(row - 1, column - 1, text, _note(text))

    def long_lists(self) -> None:
        """Write the lists that are too long for a validation, one column each."""
        sheet = self._book.add_worksheet(self._choices)
        sheet.very_hidden()
        for column, choices in enumerate(self._long_lists):
            for row, choice in enumerate(choices):
                sheet.write_string(row, column, choice)

    def _cells(self, sheet: Worksheet, spec: SheetSpec) -> None:
        styles = styles_of(spec)
        for area in sorted(spec.merged, key=lambda a: (a.top, a.left)):
            if ":" in area.a1:
                anchor = (area.top, area.left)
                form = self._format(styles[anchor], spec.cells.get(anchor))
                sheet.merge_range(*_corners(area), "", form)
        for spot in sorted(styles):
            row, column = spot[0] - 1, spot[1] - 1
            content = spec.cells.get(spot)
            _write(sheet, row, column, content, self._format(styles[spot], content))

    def _format(self, style: Style, content: Content) -> Format:
        number_format = shown_format(style, content)
        key = (style, number_format)
        if key not in self._formats:
            self._formats[key] = self._book.add_format(_properties(style, number_format))
        return self._formats[key]

    def _validation(self, sheet: Worksheet, validation: Validation) -> None:
        options: dict[str, Any] = {
            "ignore_blank": True,
            "input_title": _cut(validation.prompt_title, _LONGEST_PROMPT_TITLE),
            "input_message": _cut(validation.prompt, _LONGEST_PROMPT),
            "error_title": "填写有误",
            "error_message": _cut(validation.error, _LONGEST_PROMPT),
        }
        if validation.kind == "list":
            options |= {"validate": "list", "source": self._source(validation.choices)}
        elif (formula := validation.custom_formula()) is not None:
            options |= {"validate": "custom", "value": formula}
        else:
            options |= {"validate": "decimal" if validation.kind == "decimal" else "integer"}
            options |= _bounds(validation.low, validation.high)
        sheet.data_validation(*_corners(validation.area), options)

    def _source(self, choices: tuple[str, ...]) -> list[str] | str:
        if not _is_long(choices):
            return list(choices)
        column = self._long_lists.index(choices) + 1
        first, last = a1(1, column, absolute=True), a1(len(choices), column, absolute=True)
        return f"={quote_sheet(self._choices)}!{first}:{last}"


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.top - 1, area.left - 1, area.bottom - 1, area.right - 1


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _properties(style: Style, number_format: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "font_name": FACE,
        "font_size": style.size,
        "font_color": "#" + style.color,
        "bold": style.bold,
        "italic": style.italic,
        "valign": {"top": "top", "middle": "vcenter", "bottom": "bottom"}[style.valign],
        "text_wrap": style.wrap,
        "num_format": number_format,
        "locked": style.locked,
    }
    if style.align != "general":
        properties["align"] = style.align
    if style.indent:
        properties["indent"] = style.indent
    if style.fill is not None:
        properties |= {"pattern": 1, "bg_color": "#" + style.fill}
    if style.border:
        properties |= {"border": 1, "border_color": _BORDER}
    return properties


def _write(sheet: Worksheet, row: int, column: int, content: Content, form: Format) -> None:
    """Write one cell by its type; text is text, whatever it begins with."""
    value = value_of(content)
    if isinstance(content, Formula):
        shown = _cached(value)
        if content.array:
            # The writer can't mark an array formula's value as error or truth value;
            # no value at all makes every program calculate it.
            plain = "" if isinstance(value, (CellError, bool)) else shown
            sheet.write_array_formula(row, column, row, column, formula_text(content), form, plain)
        else:
            sheet.write_formula(row, column, formula_text(content), form, shown)
    elif value is None:
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, form)
    elif isinstance(value, CellError):
        # A cell can't be told to hold an error, but a formula that is nothing else can.
        sheet.write_formula(row, column, "=" + value.code, form, value.code)
    elif isinstance(value, (date, time)):
        sheet.write_datetime(row, column, value, form)
    else:
        sheet.write_number(row, column, _Exact(value), form)


def _cached(value: Scalar) -> Any:
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, (date, time)):
        return serial(value)
    return value


def serial(value: date | time) -> float:
    """A date or time as the number that a spreadsheet keeps for it.

    >>> serial(date(2015, 1, 15)), serial(datetime(2015, 1, 15, 12)), serial(time(6))
    (42019.0, 42019.5, 0.25)
    """
    day = 0.0
    if isinstance(value, date):
        day = float(value.toordinal() - date(1899, 12, 30).toordinal())
        if day < 61:  # the calendar of spreadsheets holds a 29 February 1900
            day -= 1
    clock = value if isinstance(value, (datetime, time)) else time()
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    return day + seconds / 86400


def _bounds(low: float | None, high: float | None) -> dict[str, Any]:
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"criteria": ">=", "value": low}
    if high is not None:
        return {"criteria": "<=", "value": high}
    return {"criteria": "between", "minimum": -_UNBOUNDED, "maximum": _UNBOUNDED}


def _conditional(rule: DataBar | ColorScale) -> dict[str, Any]:
    if isinstance(rule, DataBar):
        return {
            "type": "data_bar",
            "min_type": "num",
            "min_value": rule.low,
            "max_type": "num",
            "max_value": rule.high,
            "bar_color": "#" + rule.color,
            "bar_solid": True,
            "bar_axis_position": "none",
        }
    return {
        "type": "2_color_scale",
        "min_color": "#" + rule.low_color,
        "max_color": "#" + rule.high_color,
    }


def note_size(text: str) -> tuple[int, int]:
    """Width and height in pixels of a note's box: as high as its text needs."""
    width, line, characters = 260, 17, 36
    lines = sum(
        max(1, math.ceil(sum(2 if c > "\u2e7f" else 1 for c in part) / characters))
        for part in text.split("\n")
    )
    return width, max(3, lines + 1) * line


def _note(text: str) -> dict[str, Any]:
    width, height = note_size(text)
    return {"author": "", "font_name": FACE, "font_size": 9, "width": width, "height": height}


def _set_up(sheet: Worksheet, spec: SheetSpec) -> None:
    for column, width in sorted(spec.widths.items()):
        hidden = {} if width else {"hidden": True}
        sheet.set_column(column - 1, column - 1, width or None, None, hidden)
    for row, height in sorted(spec.heights.items()):
        hidden = {} if height else {"hidden": True}
        sheet.set_row(row - 1, height or None, None, hidden)
    if spec.freeze is not None:
        sheet.freeze_panes(spec.freeze[0] - 1, spec.freeze[1] - 1)
    if spec.autofilter is not None:
        sheet.autofilter(*_corners(spec.autofilter))
    if not spec.gridlines:
        sheet.hide_gridlines(2)
    if spec.zoom != 100:
        sheet.set_zoom(spec.zoom)
    if spec.tab_color is not None:
        sheet.set_tab_color("#" + spec.tab_color)
    if spec.protected:
        # No password: the lock guards against slips, not against people, and a clerk
        # may still widen a column to read it.
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    _set_page(sheet, spec.page)


def _set_page(sheet: Worksheet, page: Page) -> None:
    sheet.set_paper(_A4)
    if page.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(page.fit_width, page.fit_height)
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
    if page.center:
        sheet.center_horizontally()
    if page.repeat_rows is not None:
        sheet.repeat_rows(page.repeat_rows[0] - 1, page.repeat_rows[1] - 1)
    if page.header:
        sheet.set_header(page.header)
    if page.footer:
        sheet.set_footer(page.footer)
