"""Forms drawn as text become workbooks, written by whom the drawing says."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kpixl.address import a1, column_number

HERE = Path(__file__).parent
NUMBER = re.compile(r"-?\d+(\.\d+)?")
PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)%")


@dataclass
class Drawn:
    """One sheet: cells, areas that are merged, hidden columns and rows."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: tuple[int, ...] = ()
    hidden_rows: tuple[int, ...] = ()

    def cells(self) -> Iterator[tuple[int, int, str | float, bool]]:
        """Row, column (from 1), content, and whether it is a percentage."""
        for r, row in enumerate(self.rows, 1):
            for c, text in enumerate(row, 1):
                if text in ("", "<", "^"):
                    continue
                if percent := PERCENT.fullmatch(text):
                    yield r, c, round(float(percent[1]) / 100, 10), True
                elif NUMBER.fullmatch(text):
                    yield r, c, float(text), False
                else:
                    yield r, c, text.removeprefix("'").replace("\\n", "\n"), False

    def merged(self) -> Iterator[tuple[int, int, int, int]]:
        """Top, left, bottom, right of each merged area."""

        def at(r: int, c: int) -> str:
            row = self.rows[r - 1] if r <= len(self.rows) else []
            return row[c - 1] if c <= len(row) else ""

        for r, row in enumerate(self.rows, 1):
            for c, text in enumerate(row, 1):
                if text in ("<", "^"):
                    continue
                right, bottom = c, r
                while at(r, right + 1) == "<":
                    right += 1
                while at(bottom + 1, c) == "^" and all(
                    at(bottom + 1, x) == "<" or (x == c) for x in range(c, right + 1)
                ):
                    bottom += 1
                if (right, bottom) != (c, r):
                    yield r, c, bottom, right


@dataclass
class Form:
    """A drawn form and what is expected of it."""

    name: str
    note: str = ""
    writer: str = "xlsxwriter"
    suffix: str = "xlsx"
    scheme: bool = False
    title: str = ""
    sheets: list[Drawn] = field(default_factory=list)
    expected: dict[str, list[list[str]]] = field(default_factory=dict)
    questions: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.title or self.name}.{self.suffix}"

    def wanted(self, role: str) -> set[tuple[str, str, str]]:
        """Unit, item and cell of a role, as the drawing's author says."""
        table = self.expected.get(role, [])
        units = table[0] if table else []
        return {
            (
                unit if unit != "-" else "",
                row[0].replace("-", "") if len(row[0]) == 1 else row[0],
                cell,
            )
            for row in table[1:]
            for unit, cell in zip(units, row[1:], strict=True)
            if cell
        }


def read_form(path: Path) -> Form:
    """A form from its drawing."""
    form = Form(path.stem)
    role = ""
    for line in path.read_text("utf-8").rstrip().splitlines():
        if (
            head := re.match(r"(write|note|scheme|title|sheet|hide|rows):\s*(.*)$", line)
        ) and not role:
            key, text = head.groups()
            if key == "write":
                form.writer, form.suffix = text.split()
            elif key == "sheet":
                hidden = text.endswith("(hidden)")
                form.sheets.append(Drawn(text.removesuffix("(hidden)").strip(), hidden=hidden))
            elif key == "hide":
                form.sheets[-1].hidden_columns = tuple(int(c) for c in text.split())
            elif key == "rows":
                form.sheets[-1].hidden_rows = tuple(int(r) for r in text.split())
            elif key == "scheme":
                form.scheme = True
            else:
                setattr(form, key, text)
        elif line.startswith("= "):
            role, *units = [c.strip() for c in line[2:].split("|")]
            form.expected[role] = [units]
        elif line.startswith("? "):
            place, text, found = (part.strip() for part in line[2:].split("|"))
            form.questions.append((place, text, found))
        elif role:
            if line.strip():
                form.expected[role].append([c.strip() for c in line.split("|")])
        else:
            form.sheets[-1].rows.append([c.strip(" ") for c in line.split("|")] if line else [])
    return form


def forms(folder: str = "") -> list[Form]:
    """All drawn forms of a folder in order."""
    return [read_form(p) for p in sorted((HERE / folder).glob("[0-9]*.txt"))]


# -- the same form, drawn otherwise ------------------------------------------------------------

# Headings that mean the same, of which counties write now one and now another.
WORDED = (
    ("实绩", "完成值", "实际完成值"),
    ("指标名称", "考核指标", "考核项目"),
    ("评分标准", "计分办法", "考核细则", "赋分标准"),
    ("分值", "标准分", "权重"),
    ("备注", "说明"),
)


def varied(form: Form, rng: random.Random) -> Form:
    """The form in other words, with blank rows above and blank columns to the left of it."""
    down, right = rng.randint(0, 2), rng.randint(0, 2)
    told = {w: rng.choice(words) for words in WORDED for w in words}
    sheets = [
        replace(
            drawn,
            rows=[[]] * down
            + [[""] * right + [told.get(text, text) for text in row] for row in drawn.rows],
            hidden_columns=tuple(c + right for c in drawn.hidden_columns),
            hidden_rows=tuple(r + down for r in drawn.hidden_rows),
        )
        for drawn in form.sheets
    ]

    def moved(cell: str) -> str:
        return re.sub(
            r"([A-Z]+)(\d+)$",
            lambda m: a1(int(m[2]) + down, column_number(m[1]) + right),
            cell,
        )

    expected = {
        role: [table[0], *([row[0], *map(moved, row[1:])] for row in table[1:])]
        for role, table in form.expected.items()
        if role != "总分"
    }
    return replace(form, writer="openpyxl", suffix="xlsx", sheets=sheets, expected=expected)


# -- writers -----------------------------------------------------------------------------------


def by_xlsxwriter(form: Form) -> bytes:
    """The form as XlsxWriter writes it."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True})
    plain, percent = book.add_format({"border": 1}), book.add_format({"num_format": "0.0%"})
    for drawn in form.sheets:
        sheet = book.add_worksheet(drawn.name)
        areas = {(t, left): (b, r) for t, left, b, r in drawn.merged()}
        for row, column, content, share in drawn.cells():
            look = percent if share else plain
            if (row, column) in areas:
                bottom, right = areas.pop((row, column))
                sheet.merge_range(row - 1, column - 1, bottom - 1, right - 1, content, look)
            elif isinstance(content, str):
                sheet.write_string(row - 1, column - 1, content, look)
            else:
                sheet.write_number(row - 1, column - 1, content, look)
        for (top, left), (bottom, right) in areas.items():
            sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", plain)
        for column in drawn.hidden_columns:
            sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
        for row in drawn.hidden_rows:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        if drawn.hidden:
            sheet.hide()
    book.close()
    return stream.getvalue()


def by_openpyxl(form: Form) -> bytes:
    """The form as openpyxl writes it."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book: Any = Workbook()
    book.remove(book.active)
    for drawn in form.sheets:
        sheet = book.create_sheet(drawn.name)
        for row, column, content, share in drawn.cells():
            cell = sheet.cell(row, column, content)
            if share:
                cell.number_format = "0.0%"
        for top, left, bottom, right in drawn.merged():
            sheet.merge_cells(None, top, left, bottom, right)
        for column in drawn.hidden_columns:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
        for row in drawn.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        if drawn.hidden:
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write(drawn: Sequence[Form], folder: Path, office: Any = None) -> dict[str, Path]:
    """The forms as files, by their names; those of LibreOffice in one call a format.

    A form of LibreOffice is left out where there is none.
    """
    written: dict[str, Path] = {}
    through: dict[str, list[tuple[Form, Path]]] = {}
    for form in drawn:
        data = by_openpyxl(form) if form.writer == "openpyxl" else by_xlsxwriter(form)
        if form.writer != "libreoffice":
            path = folder / form.file
            path.write_bytes(data)
            written[form.name] = path
        elif office is not None:
            source = folder / "drawn" / f"{form.title or form.name}.xlsx"
            source.parent.mkdir(exist_ok=True)
            source.write_bytes(data)
            target = "xls" if form.suffix == "et" else form.suffix
            through.setdefault(target, []).append((form, source))
    for target, pairs in through.items():
        made = office.convert([p for _, p in pairs], target, folder / f"saved-{target}")
        for (form, _), path in zip(pairs, made, strict=True):
            named = folder / form.file
            path.rename(named)
            written[form.name] = named
    return written
