"""A sheet while it is being laid out: cells are put one by one, then frozen whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpixl.grid import Area
from kpixl.host import ConditionalFormat, Content, Page, SheetSpec, Style, Validation
from kpixl.layout.measure import row_height
from kpixl.layout.style import NOTE, SUBTITLE, TITLE, WARNING_LINE


@dataclass
class Draft:
    """The cells, styles and sizes of a sheet so far; rows and columns count from 1."""

    name: str
    widths: Mapping[int, float]
    cells: dict[tuple[int, int], Content] = field(default_factory=dict)
    styles: dict[tuple[int, int], Style] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    _areas: dict[tuple[int, int], Area] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        """Number of columns that the sheet uses."""
        return max(self.widths)

    @property
    def total_width(self) -> float:
        """Width of the sheet in characters."""
        return sum(self.widths.values())

    def put(self, row: int, column: int, content: Content, style: Style) -> None:
        """Fill one cell; a blank one still gets its look."""
        if content is not None:
            self.cells[row, column] = content
        self.styles[row, column] = style

    def put_row(self, row: int, contents: Sequence[Content], style: Style) -> None:
        """Fill a row from column 1 in one style."""
        for column, content in enumerate(contents, 1):
            self.put(row, column, content, style)

    def span(self, area: Area, content: Content, style: Style) -> None:
        """Fill a merged area; a single cell is not merged."""
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                self.styles[row, column] = style
        if content is not None:
            self.cells[area.top, area.left] = content
        if (area.top, area.left) != (area.bottom, area.right):
            self.merged.append(area)
            self._areas[area.top, area.left] = area

    def line(self, row: int, text: Content, style: Style, *, shown: str | None = None) -> None:
        """A line of text across the whole sheet, as high as it needs.

        `shown` is the text to measure where the content is a formula.
        """
        self.span(Area(row, 1, row, self.columns), text, style)
        seen = shown if shown is not None else str(text)
        self.heights[row] = row_height([(seen, self.total_width)], size=style.size)

    def heading(self, title: str, subtitle: str, *, warning: str = "") -> int:
        """Title, subtitle and, where there is one, a warning; gives the next free row."""
        self.line(1, title, TITLE)
        self.line(2, subtitle, SUBTITLE)
        if not warning:
            return 3
        self.line(3, warning, WARNING_LINE)
        return 4

    def foot(self, row: int, lines: Sequence[str]) -> int:
        """Notes below the table; gives the next free row."""
        for offset, text in enumerate(lines):
            self.line(row + offset, text, NOTE)
        return row + len(lines)

    def fit(self, row: int, *, least: float = 0) -> None:
        """Make a row as high as its wrapped texts need.

        A cell merged over several rows is left out: its text has their heights.
        """
        texts = []
        size = 1.0
        for column in self.widths:
            content = self.cells.get((row, column))
            area = self._areas.get((row, column), Area(row, column, row, column))
            if not isinstance(content, str) or area.bottom > area.top:
                continue
            style = self.styles[row, column]
            size = max(size, style.size)
            width = sum(self.widths[c] for c in range(column, area.right + 1))
            texts.append((content, width if style.wrap else 10_000))
        self.heights[row] = row_height(texts, size=size if texts else 10, least=least)

    def sheet(
        self,
        *,
        page: Page,
        freeze: tuple[int, int] | None = None,
        autofilter: Area | None = None,
        validations: Sequence[Validation] = (),
        conditional: Sequence[ConditionalFormat] = (),
        tab_color: str | None = None,
        protected: bool = False,
    ) -> SheetSpec:
        """The sheet, whole."""
        return SheetSpec(
            name=self.name,
            cells=dict(self.cells),
            styles=dict(self.styles),
            widths=dict(self.widths),
            heights=dict(self.heights),
            merged=tuple(self.merged),
            freeze=freeze,
            autofilter=autofilter,
            validations=tuple(validations),
            conditional=tuple(conditional),
            notes=dict(self.notes),
            page=page,
            gridlines=False,
            tab_color=tab_color,
            protected=protected,
        )
