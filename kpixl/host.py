"""The door to a spreadsheet program: one read, one write.

`snapshot()` gives a workbook as values; `apply(patch)` makes changes that were
computed without the program.  A stage never talks to a host in between, so the
same command runs on files, in memory and in a live program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from kpixl.address import a1
from kpixl.grid import Area, Scalar, Snapshot, Spot


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula with the value it has now, so that readers which do not
    calculate (previews, phones) show the right figure too."""

    text: str
    value: Scalar = None
    array: bool = False


Content: TypeAlias = Scalar | Formula


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks and behaves; hosts share one object per distinct style."""

    bold: bool = False
    italic: bool = False
    size: float = 11
    color: str = "000000"
    fill: str | None = None
    border: bool = False
    align: Literal["left", "center", "right", "general"] = "general"
    valign: Literal["top", "middle", "bottom"] = "middle"
    wrap: bool = False
    indent: int = 0
    number_format: str = "General"
    locked: bool = True


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Validation:
    """What may be typed into an area, with the words a user meets there.

    kind list takes `choices`; decimal and whole take `low` and `high` (None: open).
    `also` holds texts that are allowed beside the figures (不涉及): spreadsheet
    programs know that only as a custom formula, which `custom_formula` gives.
    """

    area: Area
    kind: Literal["list", "decimal", "whole"]
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    prompt_title: str = ""
    prompt: str = ""
    error: str = ""
    also: tuple[str, ...] = ()

    def custom_formula(self) -> str | None:
        """The check as a formula over the area's first cell; None where the kind says it all.

        >>> Validation(Area(5, 3, 5, 3), "whole", low=0, also=("不涉及",)).custom_formula()
        '=IF(ISNUMBER(C5),AND(C5=INT(C5),C5>=0),OR(C5="不涉及"))'
        """
        if not self.also or self.kind == "list":
            return None
        cell = a1(self.area.top, self.area.left)
        tests = [f"{cell}=INT({cell})"] if self.kind == "whole" else []
        tests += [f"{cell}>={self.low:g}"] if self.low is not None else []
        tests += [f"{cell}<={self.high:g}"] if self.high is not None else []
        texts = ",".join(f'{cell}="{text}"' for text in self.also)
        figure = f"AND({','.join(tests)})" if tests else "TRUE"
        return f"=IF(ISNUMBER({cell}),{figure},OR({texts}))"


@dataclass(frozen=True, slots=True)
class DataBar:
    """Bars in a column of figures on a fixed axis."""

    area: Area
    low: float
    high: float
    color: str = "9DC3E6"


@dataclass(frozen=True, slots=True)
class ColorScale:
    """A two-colour scale over one column; the cell's figure stays readable."""

    area: Area
    low_color: str = "FFFFFF"
    high_color: str = "C6E0B4"


ConditionalFormat: TypeAlias = DataBar | ColorScale


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet prints; header and footer take Excel's & codes."""

    landscape: bool = False
    fit_width: int = 1
    fit_height: int = 0
    repeat_rows: tuple[int, int] | None = None
    header: str = ""
    footer: str = ""
    center: bool = True


@dataclass(frozen=True)
class SheetSpec:
    """A sheet of ours, whole: applying it again replaces it and nothing else.

    `widths` are in characters, `heights` in points; 0 hides a column or row.
    """

    name: str
    cells: Mapping[Spot, Content]
    styles: Mapping[Spot, Style] = field(default_factory=dict)
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    freeze: Spot | None = None
    autofilter: Area | None = None
    validations: tuple[Validation, ...] = ()
    conditional: tuple[ConditionalFormat, ...] = ()
    notes: Mapping[Spot, str] = field(default_factory=dict)
    page: Page = Page()
    protected: bool = False
    hidden: bool = False
    gridlines: bool = True
    zoom: int = 100
    tab_color: str | None = None


@dataclass(frozen=True, slots=True)
class PutSheet:
    """Add a sheet of ours, or replace the one we put there before."""

    sheet: SheetSpec


@dataclass(frozen=True, slots=True)
class SetValues:
    """Write values into cells of a sheet that exists; nothing else changes."""

    sheet: str
    values: Mapping[Spot, Scalar]


@dataclass(frozen=True, slots=True)
class SetResults:
    """Store what formulas give: the formula stays, the value that is shown with it changes.

    A cell without a formula (one that an array formula fills) just takes the value.
    `areas` are array formulas, by their cell, that fill another area than before.
    """

    sheet: str
    values: Mapping[Spot, Scalar]
    areas: Mapping[Spot, Area] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A colour over a cell, and words beside it; what stands in the cell stays."""

    fill: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkCells:
    """Put marks on cells of a sheet that exists; they go again with ClearMarks."""

    sheet: str
    marks: Mapping[Spot, Mark]


@dataclass(frozen=True, slots=True)
class ClearMarks:
    """Take all marks of ours off a sheet (None: off every sheet), and nothing else."""

    sheet: str | None = None


Change: TypeAlias = PutSheet | SetValues | SetResults | MarkCells | ClearMarks


@dataclass(frozen=True)
class Patch:
    """All changes of one command, with what the workbook says about itself.

    `marks` travel as custom document properties, which every spreadsheet program
    keeps when it saves.  `names` are defined names.  `owner` says whose the sheets of
    this patch are: only sheets of the same owner are ever replaced, and without one they
    belong to the user from then on.  `recalculate` has the workbook calculated anew when
    it is next opened.
    """

    changes: tuple[Change, ...]
    title: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    recalculate: bool = True


class Host(Protocol):
    """A workbook that can be read once and changed once."""

    def snapshot(self) -> Snapshot:
        """The workbook as values."""
        ...

    def apply(self, patch: Patch) -> None:
        """Make all changes of a patch, or none of them."""
        ...
